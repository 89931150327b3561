"""What the loop over time asks of a cell, whatever it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from chemomech.solver.stepping.budget import Currents, Inventory
from chemomech.solver.stepping.limits import Limit
from chemomech.solver.stepping.multistep import StepFormula

Array = npt.NDArray[np.float64]
Stored = Mapping[str, Array]
"""Arrays by name, in SI or not: what a part of a checkpoint holds."""


@dataclass(frozen=True)
class SolveReport:
    """Outcome of solving all equations of a cell at a new time.

    Attributes:
        converged: Whether all parts and their coupling converged.
        failure: Sentence on what failed, empty where nothing did.
        newton_iterations: Newton iterations of the electrochemistry.
        linear_iterations: Krylov iterations of the electrochemistry.
        elastic_iterations: Conjugate-gradient iterations of the mechanics.
        passes: Staggered passes.
    """

    converged: bool
    failure: str = ""
    newton_iterations: int = 0
    linear_iterations: int = 0
    elastic_iterations: int = 0
    passes: int = 1


@dataclass(frozen=True)
class Attempt:
    """Outcome of an attempted step.

    Attributes:
        solved: Whether all equations were solved at the new time.
        errors: Local error over the tolerance (1 is at the bound), by order of the time formula: that of the
            step and those beside it, as far as there is a past to compare with.
        formula: Time formula used.
        report: What the solvers did.
        moved: Lithium moved to close its balance behind an iteration that ends at a tolerance [C/m2].
    """

    solved: bool
    errors: Mapping[int, float]
    formula: StepFormula
    report: SolveReport
    moved: float = 0.0

    @property
    def error(self) -> float | None:
        """At the order of the step; None where there is no past to compare with."""
        return self.errors.get(self.formula.order)


class Cell(Protocol):
    """A discrete cell: it holds its state and its past, and tries steps. Every method is collective."""

    @property
    def time(self) -> float:
        """Time of the newest accepted state since the start [s]."""

    @property
    def voltage(self) -> float:
        """Present cell voltage against lithium [V]."""

    @property
    def limits(self) -> Sequence[Limit]:
        """Where the physics ends, read on the present state, attempted or accepted."""

    def prescribe_current(self, current_density: float) -> None:
        """Hold the current density [A/m2], positive on charge."""

    def prescribe_voltage(self, voltage: float) -> None:
        """Hold the voltage against lithium metal [V]."""

    def initialise(self) -> SolveReport:
        """Take up the state of rest that the cell starts from."""

    def restart(self) -> None:
        """Forget the past before a discontinuity of the operation."""

    def attempt(self, step: float, order: int = 2) -> Attempt:
        """Try a step; one that was not solved leaves the state as it was.

        Args:
            step: Its size [s].
            order: Of the time formula; a lower one where the past is too short for it.
        """

    def accept(self, step: float) -> None:
        """Make the attempted state the newest of the past; internal states evolve now."""

    def reject(self) -> None:
        """Return to the state before the attempt."""

    def currents(self) -> Currents:
        """Present currents through the terminals."""

    def inventory(self) -> Inventory:
        """Present lithium content."""

    def on_any_rank(self, flag: bool) -> bool:
        """Whether the flag is true on any rank."""

    def is_first_rank(self) -> bool:
        """Whether this rank writes files."""

    def same_on_all_ranks(self, value: object) -> object:
        """What the first rank has, on every rank."""

    def state(self) -> Stored:
        """Everything a run needs to continue from here; complete on the first rank."""

    def restore(self, stored: Stored) -> None:
        """Take up what ``state`` gave; only that of the first rank counts.

        Raises:
            InputError: On all ranks, if something lacks or belongs to another cell.
        """


class Internal(Protocol):
    """State of a cell that evolves after accepted steps: damage, films, contact that is lost.

    It is kept beside the unknowns: written to checkpoints, restored from them, and untouched by steps that
    were rejected.
    """

    @property
    def name(self) -> str:
        """Its own in checkpoints."""

    def after_step(self, time: float, step: float) -> bool:
        """Evolve after an accepted step (collective).

        Args:
            time: Time that the step has led to [s].
            step: Its size [s].

        Returns:
            True where the equations have changed so much that a kept Jacobian no longer serves.
        """

    def readings(self) -> Mapping[str, float | Array]:
        """What a result shows of it, by the names of quantities that it declares; may be empty."""

    def state(self) -> Stored:
        """Arrays that are the same on all ranks."""

    def restore(self, stored: Stored) -> None:
        """Take up what ``state`` gave, and act on the cell as it did."""


_PREFIX = "internal/"


def stored_internals(internals: Sequence[Internal]) -> dict[str, Array]:
    """States of all internals by names of their own, for the state of the cell that they belong to."""
    return {f"{_PREFIX}{one.name}/{key}": values for one in internals for key, values in one.state().items()}


def internals_of(stored: Stored) -> Stored:
    """What of the state of a cell belongs to its internals."""
    return {key: values for key, values in stored.items() if key.startswith(_PREFIX)}


def below(prefix: str, stored: Stored) -> dict[str, Array]:
    """What has names with a prefix, by the rest of the names."""
    return {name[len(prefix) :]: values for name, values in stored.items() if name.startswith(prefix)}


def restore_internals(internals: Sequence[Internal], stored: Stored) -> None:
    """Let internals take up what ``stored_internals`` gave; other entries are no concern of theirs."""
    for internal in internals:
        internal.restore(below(f"{_PREFIX}{internal.name}/", stored))
