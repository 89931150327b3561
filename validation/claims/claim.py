"""What a claim is, and how a verdict follows from what was found.

The rule that a fitted number is never shown as a prediction is in the types: a :class:`~.finding.Finding` has
no room for fitted parameters, a :class:`~.finding.FittedFinding` cannot be made without them, and
:func:`verdict_of` gives "agrees" to the first only. What follows from an input is "true by input", never
"agrees".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chemomech.errors import InputError
from chemomech.materials import Parameter
from chemomech.validation.claims.finding import Assessment, Finding, FittedFinding, Row

__all__ = ["Assessment", "Claim", "Finding", "FittedFinding", "Kind", "Row", "Verdict", "verdict_of"]


class Kind(StrEnum):
    """What a simulation can say about a claim, as the physics notes class it."""

    PREDICTION = "prediction"
    CALIBRATION = "calibration"
    QUALITATIVE = "qualitative"
    INPUT = "input"
    NOT_TESTABLE = "not testable"


class Verdict(StrEnum):
    """What became of a claim."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    CALIBRATED = "calibrated"
    TRUE_BY_INPUT = "true by input"
    NOT_BUILT = "not built yet"
    NOT_TESTABLE = "not testable"
    NOT_EVALUATED = "could not be evaluated"


Assess = Callable[[Any], Assessment]
"""From an :class:`~.evidence.Evidence` to what was found."""


@dataclass(frozen=True)
class Claim:
    """A statement of a paper that a simulation can be held against, or not.

    Exactly one of ``assess``, ``untestable`` and ``missing`` is given.

    Attributes:
        id: Row in the physics notes, such as ``"0.4"``.
        name: Name for the command line.
        paper: Key of the measurement file.
        measured: What was measured.
        reading: How it is read off a simulation.
        kind: What a simulation can say about it.
        agreement: What counts as agreement; fixed before any run.
        simulations: Names of the simulations that it needs.
        assess: Finds out; None for a claim that cannot be tested today.
        untestable: Why nothing can be held against it; empty where something can.
        missing: Physics that the model lacks and that the claim is about; empty where it lacks none.
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
    missing: str = ""
    relies_on: tuple[Parameter, ...] = ()

    def __post_init__(self) -> None:
        """Check that the parts fit together."""
        if sum((self.assess is not None, bool(self.untestable), bool(self.missing))) != 1:
            raise InputError(
                f"claim {self.id} must have one of a way to assess it, a reason why it cannot be tested, and "
                "the physics that is missing; give exactly one."
            )
        if self.kind is Kind.NOT_TESTABLE and not self.untestable:
            raise InputError(f"claim {self.id} is classed as not testable without a reason; state it.")
        if self.assess is not None and not self.agreement:
            raise InputError(f"claim {self.id} does not say what counts as agreement; fix it before a run.")
        fitted = [p.source.reference for p in self.relies_on if "calibrated" in p.source.marks]
        if fitted and self.kind is not Kind.CALIBRATION:
            raise InputError(
                f"claim {self.id} is classed as {self.kind} but relies on a calibrated number ({fitted[0]}); "
                "class it as a calibration, or use an independent number."
            )

    @property
    def verdict_without_simulation(self) -> Verdict | None:
        """The verdict on a claim that nothing is held against; None for one that is assessed."""
        if self.assess is not None:
            return None
        return Verdict.NOT_BUILT if self.missing else Verdict.NOT_TESTABLE


def verdict_of(claim: Claim, assessment: Assessment) -> Verdict:
    """The verdict on a claim.

    Args:
        claim: The claim.
        assessment: What was found on it.

    Raises:
        InputError: If what was found does not fit the class of the claim, such as a fit where a prediction
            was announced.
    """
    settled = claim.verdict_without_simulation
    if settled is not None:
        return settled
    if assessment.untestable:
        return Verdict.NOT_TESTABLE
    if claim.kind is Kind.CALIBRATION:
        if assessment.fitted is None:
            return (
                Verdict.DISAGREES
                if assessment.prediction and not assessment.prediction.agrees
                else _no_fit(claim)
            )
        return Verdict.CALIBRATED if assessment.fitted.agrees else Verdict.DISAGREES
    if assessment.prediction is None or assessment.fitted is not None:
        raise InputError(
            f"claim {claim.id} is classed as {claim.kind} but was given "
            f"{'a fit' if assessment.fitted is not None else 'no prediction'}; a calibrated number is never "
            "shown as predicted: class the claim as a calibration."
        )
    if not assessment.prediction.agrees:
        return Verdict.DISAGREES
    if claim.kind is Kind.INPUT and not assessment.by_input:
        raise InputError(
            f"claim {claim.id} is classed as an input, but no input is named from which it follows; name it, "
            "or class the claim anew."
        )
    return Verdict.TRUE_BY_INPUT if assessment.by_input else Verdict.AGREES


def _no_fit(claim: Claim) -> Verdict:
    raise InputError(
        f"claim {claim.id} is classed as a calibration, but nothing was fitted; fit it, or class it anew."
    )
