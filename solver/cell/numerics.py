"""Numerical settings a user may change, all in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from chemomech.errors import require_between

CouplingName = Literal["off", "one-way", "two-way"]
COUPLING_NAMES: tuple[CouplingName, ...] = get_args(CouplingName)
"""How electrochemistry and mechanics may be coupled."""

LinearSolverName = Literal["fieldsplit", "mumps"]
LINEAR_SOLVER_NAMES: tuple[LinearSolverName, ...] = get_args(LinearSolverName)
"""What may solve the linearised electrochemistry."""


@dataclass(frozen=True)
class Numerics:
    """Numerical settings.

    Attributes:
        linear_solver: Name of the linear solver, ``fieldsplit`` or ``mumps``.
        time_tolerance: Local error allowed per step, in stoichiometry [-] (root mean square).
        voltage_tolerance: Local error allowed per step in the cell voltage [V].
        newton_tolerance: Residual bound relative to the applied-current scale [-].
        initial_step: First step after a change of operation [s].
        smallest_step: The run stops when a step would be smaller [s].
        largest_step: Upper bound of the step [s].
        stress_tolerance: Change of stress in the last staggered pass of two-way coupling [Pa]. 1 MPa
            shifts the equilibrium potential by at most 0.04 mV, and what is left after the pass is smaller.
        degree_stoichiometry: Polynomial degree of x.
        degree_potentials: Polynomial degree of the potentials.
        degree_salt: Polynomial degree of the electrolyte concentration.
        degree_displacement: Polynomial degree of the displacement.
        max_wall_time: Wall time after which the run checkpoints and stops [s].
    """

    linear_solver: str = "fieldsplit"
    time_tolerance: float = 1.0e-4
    voltage_tolerance: float = 5.0e-4
    newton_tolerance: float = 2.0e-9
    initial_step: float = 0.02
    smallest_step: float = 1.0e-5
    largest_step: float = 1.0e4
    stress_tolerance: float = 1.0e6
    degree_stoichiometry: int = 2
    degree_potentials: int = 1
    degree_salt: int = 1
    degree_displacement: int = 2
    max_wall_time: float = 1.0e9

    def __post_init__(self) -> None:
        """Check every bound.

        Raises:
            InputError: If a setting is out of bounds.
        """
        for name in ("time_tolerance", "voltage_tolerance", "newton_tolerance"):
            require_between(f"numerics.{name}", getattr(self, name), 1e-14, 1.0, "-", "use the default")
        require_between(
            "numerics.smallest_step", self.smallest_step, 1e-9, self.initial_step, "s",
            "keep it below numerics.initial_step",
        )  # fmt: skip
        for name in ("stoichiometry", "potentials", "salt", "displacement"):
            require_between(
                f"numerics.degree_{name}", getattr(self, f"degree_{name}"), 1, 3, "-", "use 1, 2 or 3"
            )
