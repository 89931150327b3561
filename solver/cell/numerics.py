"""Numerical settings a user may change, all in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from chemomech.errors import require_between

CouplingName = Literal["off", "one-way", "two-way"]
COUPLING_NAMES: tuple[CouplingName, ...] = get_args(CouplingName)
"""How electrochemistry and mechanics may be coupled."""

LinearSolverName = Literal["fieldsplit", "mumps"]
LINEAR_SOLVER_NAMES: tuple[LinearSolverName, ...] = get_args(LinearSolverName)
"""What may solve the linearised electrochemistry."""

BOUNDS: Mapping[str, tuple[float, float, str, str]] = {
    "time_tolerance": (1e-12, 0.1, "-", "use the default, 1e-4"),
    "voltage_tolerance": (1e-12, 0.1, "V", "use the default, 0.5 mV"),
    "newton_tolerance": (1e-14, 1e-3, "-", "use the default, 1e-7"),
    "force_tolerance": (1e-10, 1e-2, "-", "use the default, 1e-5"),
    "initial_step": (1e-9, 1e6, "s", "state a first step, as in 0.02 s"),
    "smallest_step": (1e-9, 1e6, "s", "keep it below numerics.initial_step"),
    "largest_step": (1e-9, 1e9, "s", "state a longest step, as in 100 s"),
    "stress_tolerance": (1e-3, 1e9, "Pa", "use the default, 1 MPa"),
    **{
        f"degree_{name}": (1, 3, "-", "use 1, 2 or 3")
        for name in ("stoichiometry", "potentials", "salt", "displacement")
    },
    "max_wall_time": (0.0, 1e12, "s", "state a time, as in 2 h"),
}
"""Smallest and largest value of each setting, its unit and what to do about a value outside."""


@dataclass(frozen=True)
class Numerics:
    """Numerical settings.

    Attributes:
        linear_solver: Name of the linear solver, ``fieldsplit`` or ``mumps``.
        time_tolerance: Local error allowed per step, in stoichiometry [-] (root mean square).
        voltage_tolerance: Local error allowed per step in the cell voltage [V].
        newton_tolerance: Residual bound relative to the applied-current scale [-].
        force_tolerance: Forces that the mechanics may leave out of balance, relative to the load of the
            chemical strain [-]. At 1e-4 the largest principal stress of a particle moves by 0.12 % at most.
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
    newton_tolerance: float = 1.0e-7
    force_tolerance: float = 1.0e-5
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
        for name, (low, high, unit, remedy) in BOUNDS.items():
            require_between(f"numerics.{name}", getattr(self, name), low, high, unit, remedy)
        require_between(
            "numerics.initial_step", self.initial_step, self.smallest_step, self.largest_step, "s",
            "keep it between numerics.smallest_step and numerics.largest_step",
        )  # fmt: skip
