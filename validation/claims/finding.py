"""What is found on a claim: comparisons with their margins and errors, and the finding they make."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chemomech.validation.calibration.fit import FittedParameter
from chemomech.validation.pictures import Picture


@dataclass(frozen=True)
class Row:
    """One comparison.

    Attributes:
        what: The compared quantity.
        unit: Of all its numbers; ``"-"`` for none.
        simulated: Read off the simulation.
        measured: Measured number; None where the paper gives an order or a sign only.
        simulated_uncertainty: One standard deviation from sampling; None if not known.
        measured_uncertainty: As the paper gives it; None if not known.
        expected: What the paper says in words, where there is no number.
        agrees: Whether the criterion of the claim holds for it; None for a row that only informs.
        margin: How far the figure lies inside the criterion, negative outside; None if it only informs.
        mesh_error: What the mesh may cost in the figure; None where it has no part in it.

    Raises:
        ValueError: If the margin contradicts what is said of the agreement.
    """

    what: str
    unit: str
    simulated: float
    measured: float | None = None
    simulated_uncertainty: float | None = None
    measured_uncertainty: float | None = None
    expected: str = ""
    agrees: bool | None = None
    margin: float | None = None
    mesh_error: float | None = None

    def __post_init__(self) -> None:
        """Check that margin and agreement say the same."""
        if self.margin is not None and self.agrees is not (self.margin > 0.0):
            raise ValueError(
                f"the row {self.what!r} has a margin of {self.margin:.3g} but agrees = {self.agrees}; a "
                "criterion holds exactly where the margin is above 0."
            )

    @property
    def error(self) -> float | None:
        """One standard deviation of the figure, sampling and mesh together; None if neither is known."""
        known = [part for part in (self.simulated_uncertainty, self.mesh_error) if part is not None]
        return float(np.hypot.reduce(known)) if known else None

    @property
    def is_decided(self) -> bool:
        """Whether the figure lies farther from its criterion than its own error."""
        return self.margin is None or self.error is None or abs(self.margin) >= self.error

    @property
    def is_decided_by_mesh(self) -> bool:
        """Whether the figure lies farther from its criterion than the mesh may have moved it."""
        return self.margin is None or self.mesh_error is None or abs(self.margin) >= self.mesh_error


def _all_agree(rows: tuple[Row, ...], says: str) -> bool:
    judged = [row.agrees for row in rows if row.agrees is not None]
    if not judged:
        raise ValueError(f"no row of the finding {says!r} is judged; one at least must be.")
    return all(judged)


def _decisive(rows: tuple[Row, ...]) -> Row | None:
    """The judged row on which the verdict hangs: the one nearest to, or farthest beyond, its criterion.

    Distances count in errors of the figure; a row without an error is taken only where none has one.
    """

    def place(row: Row) -> tuple[bool, float]:
        assert row.margin is not None
        return row.error is None, row.margin / (row.error or abs(row.simulated) or 1.0)

    judged = [row for row in rows if row.margin is not None]
    agrees = all(row.agrees for row in rows if row.agrees is not None)
    judged = [row for row in judged if agrees or not row.agrees]
    return min(judged, key=place) if judged else None


@dataclass(frozen=True)
class Judgement:
    """Rows that are judged together: what findings with and without a fit have in common.

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

    @property
    def decisive(self) -> Row | None:
        """The row on which the verdict hangs; None where no judged row states a margin."""
        return _decisive(self.rows)


@dataclass(frozen=True)
class Finding(Judgement):
    """What a simulation says with nothing fitted: it has no room for fitted parameters."""


@dataclass(frozen=True)
class FittedFinding(Judgement):
    """What a simulation says after parameters were fitted to the measurement it is compared with.

    Attributes:
        parameters: What was fitted, at least one.
    """

    parameters: tuple[FittedParameter, ...]

    def __post_init__(self) -> None:
        """Refuse a fit without parameters."""
        if not self.parameters:
            raise ValueError(
                f"the fitted finding {self.says!r} names no parameter; it would be a prediction."
            )


@dataclass(frozen=True)
class Assessment:
    """All that was found on a claim.

    Attributes:
        prediction: With independent parameters only; None where none can be made.
        fitted: After calibration; None where nothing was fitted.
        picture: Simulation and measurement side by side.
        remark: What the outcome means, and which physics a disagreement asks for.
        by_input: The input from which the agreement follows whatever is simulated; empty where a simulation
            could have contradicted the claim.
        untestable: Why it cannot be tested with what was handed in; empty where it was tested.
    """

    prediction: Finding | None = None
    fitted: FittedFinding | None = None
    picture: Picture | None = None
    remark: str = ""
    by_input: str = ""
    untestable: str = ""

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, those of the prediction first."""
        return tuple(row for part in (self.prediction, self.fitted) if part for row in part.rows)
