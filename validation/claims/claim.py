"""What a claim is, and how a verdict follows from what was found.

The rule that a fitted number is never shown as a prediction is in the types: a :class:`Finding` has no room
for fitted parameters, a :class:`FittedFinding` cannot be made without them, and :func:`verdict_of` gives
"agrees" to the first only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chemomech.errors import InputError
from chemomech.materials import Parameter
from chemomech.validation.calibration.fit import FittedParameter
from chemomech.validation.page.pictures import Picture


class Kind(StrEnum):
    """What a simulation can say about a claim, as the physics notes class it."""

    PREDICTION = "prediction"
    CALIBRATION = "calibration"
    QUALITATIVE = "qualitative"
    NOT_TESTABLE = "not testable"


class Verdict(StrEnum):
    """What became of a claim."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    CALIBRATED = "calibrated"
    NOT_TESTABLE = "not testable"
    NOT_EVALUATED = "could not be evaluated"


@dataclass(frozen=True)
class Row:
    """One comparison.

    Attributes:
        what: The compared quantity.
        unit: Of both numbers; ``"-"`` for none.
        simulated: Read off the simulation.
        measured: Measured number; None where the paper gives an order or a sign only.
        simulated_uncertainty: One standard deviation from sampling; None if not known.
        measured_uncertainty: As the paper gives it; None if not known.
        expected: What the paper says in words, where there is no number.
        agrees: Whether the criterion of the claim holds for it; None for a row that only informs.
    """

    what: str
    unit: str
    simulated: float
    measured: float | None = None
    simulated_uncertainty: float | None = None
    measured_uncertainty: float | None = None
    expected: str = ""
    agrees: bool | None = None


def _all_agree(rows: tuple[Row, ...], says: str) -> bool:
    judged = [row.agrees for row in rows if row.agrees is not None]
    if not judged:
        raise ValueError(f"no row of the finding {says!r} is judged; one at least must be.")
    return all(judged)


@dataclass(frozen=True)
class Finding:
    """What a simulation says with nothing fitted.

    Attributes:
        rows: The comparisons.
        says: The finding in one sentence.
    """

    rows: tuple[Row, ...]
    says: str

    @property
    def agrees(self) -> bool:
        """Whether every judged row agrees."""
        return _all_agree(self.rows, self.says)


@dataclass(frozen=True)
class FittedFinding:
    """What a simulation says after parameters were fitted to the measurement it is compared with.

    Attributes:
        rows: The comparisons.
        says: The finding in one sentence.
        parameters: What was fitted, at least one.
    """

    rows: tuple[Row, ...]
    says: str
    parameters: tuple[FittedParameter, ...]

    def __post_init__(self) -> None:
        """Refuse a fit without parameters."""
        if not self.parameters:
            raise ValueError(
                f"the fitted finding {self.says!r} names no parameter; it would be a prediction."
            )

    @property
    def agrees(self) -> bool:
        """Whether every judged row agrees."""
        return _all_agree(self.rows, self.says)


@dataclass(frozen=True)
class Assessment:
    """All that was found on a claim.

    Attributes:
        prediction: With independent parameters only; None where none can be made.
        fitted: After calibration; None where nothing was fitted.
        picture: Simulation and measurement side by side.
        remark: What the outcome means, and which physics a disagreement asks for.
    """

    prediction: Finding | None = None
    fitted: FittedFinding | None = None
    picture: Picture | None = None
    remark: str = ""


Assess = Callable[[Any], Assessment]
"""From an :class:`~.evidence.Evidence` to what was found."""


@dataclass(frozen=True)
class Claim:
    """A statement of a paper that a simulation can be held against, or not.

    Attributes:
        id: Row in the physics notes, such as ``"0.4"``.
        name: Name for the command line.
        paper: Key of the measurement file.
        measured: What was measured.
        reading: How it is read off a simulation.
        kind: What a simulation can say about it.
        agreement: What counts as agreement; fixed before any run.
        simulations: Names of the simulations that it needs.
        assess: Finds out; None for a claim that cannot be tested.
        untestable: Why it cannot be tested; empty where it can.
        relies_on: Marked parameters of the instruments that the prediction uses.
    """

    id: str
    name: str
    paper: str
    measured: str
    reading: str
    kind: Kind
    agreement: str = ""
    simulations: tuple[str, ...] = ()
    assess: Assess | None = None
    untestable: str = ""
    relies_on: tuple[Parameter, ...] = ()

    def __post_init__(self) -> None:
        """Check that the parts fit together."""
        if self.assess is None and not self.untestable:
            raise InputError(f"claim {self.id} has neither a way to assess it nor a reason why not; add one.")
        if self.kind is Kind.NOT_TESTABLE and not self.untestable:
            raise InputError(f"claim {self.id} is classed as not testable without a reason; state it.")
        if not self.untestable and not self.agreement:
            raise InputError(f"claim {self.id} does not say what counts as agreement; fix it before a run.")
        fitted = [p.source.reference for p in self.relies_on if "calibrated" in p.source.marks]
        if fitted and self.kind is not Kind.CALIBRATION:
            raise InputError(
                f"claim {self.id} is classed as {self.kind} but relies on a calibrated number ({fitted[0]}); "
                "class it as a calibration, or use an independent number."
            )


def verdict_of(claim: Claim, found: Assessment) -> Verdict:
    """The verdict on a claim.

    Args:
        claim: The claim.
        found: What was found on it.

    Raises:
        InputError: If what was found does not fit the class of the claim, such as a fit where a prediction
            was announced.
    """
    if claim.untestable:
        return Verdict.NOT_TESTABLE
    if claim.kind is Kind.CALIBRATION:
        if found.fitted is None:
            return Verdict.DISAGREES if found.prediction and not found.prediction.agrees else _no_fit(claim)
        return Verdict.CALIBRATED if found.fitted.agrees else Verdict.DISAGREES
    if found.prediction is None or found.fitted is not None:
        raise InputError(
            f"claim {claim.id} is classed as {claim.kind} but was given "
            f"{'a fit' if found.fitted is not None else 'no prediction'}; a calibrated number is never shown "
            "as predicted: class the claim as a calibration."
        )
    return Verdict.AGREES if found.prediction.agrees else Verdict.DISAGREES


def _no_fit(claim: Claim) -> Verdict:
    raise InputError(
        f"claim {claim.id} is classed as a calibration, but nothing was fitted; fit it, or class it anew."
    )
