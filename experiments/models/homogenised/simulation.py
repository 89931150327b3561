"""A half-cell DFN of PyBaMM for a homogenised cell: its options, its limits, and what a solved one is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from chemomech.experiments.models.homogenised.cell import HomogenisedCell
from chemomech.experiments.models.homogenised.damage_inputs import DamageInputs
from chemomech.experiments.models.homogenised.parameters import model_options, parameter_values
from chemomech.experiments.models.homogenised.symbols import pybamm
from chemomech.solver.cell.bounds import depleted_bound, salt_bound, window
from chemomech.solver.stepping.operation import StopReason

Array = npt.NDArray[np.float64]

OVERFILL = 1.0e-3
"""Stoichiometry by which a surface may pass the upper end of its range [-]: there is one surface at a depth,
and the fullest may be full before those that still carry the current are."""

LIMITS: Final = {
    reason: f"chemomech {reason.value}"
    for reason in (
        StopReason.PARTICLE_SURFACE_DEPLETED,
        StopReason.PARTICLE_SURFACE_FULL,
        StopReason.ELECTROLYTE_DEPLETED,
    )
}
"""Names by which PyBaMM tells of the limits that are not cut-offs."""


@dataclass(frozen=True)
class DfnOptions:
    """Mesh and tolerances of the companion.

    Attributes:
        electrode_points: through the electrode.
        separator_points: through the separator.
        radial_points: through a particle.
        radial_stretch: how much finer the shells are at the surface, where gradients begin [-].
        size_points: over the size distribution, where there is one.
        relative_tolerance: of the time integration [-].
        absolute_tolerance: of the time integration, in the scaled unknowns of PyBaMM.
    """

    electrode_points: int = 20
    separator_points: int = 10
    radial_points: int = 20
    radial_stretch: float = 2.0
    size_points: int = 12
    relative_tolerance: float = 1.0e-6
    absolute_tolerance: float = 1.0e-6


@dataclass(frozen=True, eq=False)
class DamageLog:
    """What damage was at each time of a solution.

    Attributes:
        readings: by the names of a result, each of shape (times, particles).
        stiffness: Young's modulus over that before any damage [-], shape (times, particles).
    """

    readings: Mapping[str, Array] = field(default_factory=dict)
    stiffness: Array | None = None


@dataclass(frozen=True)
class DfnRun:
    """A solved DFN.

    Attributes:
        cell: what was solved.
        solution: of PyBaMM.
        mesh: of PyBaMM.
        reasons: why each step that was begun has ended, in their order; the last is why the run did.
        label: sentence of the step in which it ended.
        step_number: number of the step at each time of the solution, from 1, shape (times,).
        damage: what damage was at each time.
    """

    cell: HomogenisedCell
    solution: Any
    mesh: Any
    reasons: tuple[StopReason, ...]
    label: str
    step_number: npt.NDArray[np.int64]
    damage: DamageLog = field(default_factory=DamageLog)

    @property
    def reason(self) -> StopReason:
        """Why the run ended."""
        return self.reasons[-1]


def simulation(
    cell: HomogenisedCell, steps: Sequence[Any], options: DfnOptions, damage: DamageInputs | None = None
) -> Any:
    """Return a simulation of PyBaMM, not solved yet.

    Args:
        cell: the homogenised cell.
        steps: of PyBaMM, each a cycle of its own.
        options: mesh and tolerances.
        damage: what damage changes from solution to solution; nothing if absent.

    Raises:
        InputError: when PyBaMM is not installed.
    """
    program, model = pybamm(), _model(cell)
    return program.Simulation(
        model,
        parameter_values=parameter_values(cell, damage),
        experiment=program.Experiment(list(steps)),
        var_pts=_points(options),
        submesh_types=dict(model.default_submesh_types) | {"positive particle": _shells(options)},
        solver=program.IDAKLUSolver(rtol=options.relative_tolerance, atol=options.absolute_tolerance),
    )


def _model(cell: HomogenisedCell) -> Any:
    program = pybamm()
    model = program.lithium_ion.DFN(model_options(cell))
    surface = model.variables[surface_name(cell)]
    salt = model.variables["Electrolyte concentration [mol.m-3]"]
    low, high = window(cell.model)
    margins = {
        StopReason.PARTICLE_SURFACE_DEPLETED: program.min(surface) - depleted_bound(low).value,
        StopReason.PARTICLE_SURFACE_FULL: high + OVERFILL - program.max(surface),
        StopReason.ELECTROLYTE_DEPLETED: program.min(salt) - salt_bound().value,
    }
    model.events += [program.Event(LIMITS[reason], margin) for reason, margin in margins.items()]
    return model


def surface_name(cell: HomogenisedCell) -> str:
    """Return what PyBaMM calls the stoichiometry at the particle surfaces."""
    name = "Positive particle surface stoichiometry"
    return name if cell.spread is None else f"{name} distribution"


def _shells(options: DfnOptions) -> Any:
    program = pybamm()
    if options.radial_stretch <= 0.0:
        return program.Uniform1DSubMesh
    settings = {"side": "right", "stretch": options.radial_stretch}
    return program.MeshGenerator(program.Exponential1DSubMesh, settings)


def _points(options: DfnOptions) -> dict[str, int]:
    return {
        "x_n": 3,
        "x_s": options.separator_points,
        "x_p": options.electrode_points,
        "r_p": options.radial_points,
        "R_p": options.size_points,
    }


def first_line(error: Exception) -> str:
    """What an error of PyBaMM says, without what it repeats of the model."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
