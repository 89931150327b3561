"""The half-cell DFN of PyBaMM, solved for a homogenised cell and a protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.experiments.models.homogenised.cell import HomogenisedCell
from chemomech.experiments.models.homogenised.parameters import model_options, parameter_values
from chemomech.experiments.models.homogenised.step_log import StepLog
from chemomech.experiments.models.homogenised.steps import pybamm_step
from chemomech.experiments.models.homogenised.symbols import pybamm
from chemomech.experiments.models.model import RunFailedError
from chemomech.solver.cell.bounds import depleted_bound, salt_bound, window
from chemomech.solver.stepping.operation import OperatingStep, StopReason

OVERFILL = 1.0e-3
"""Stoichiometry by which a surface may pass the upper end of its range [-]: there is one surface at a depth,
and the fullest may be full before those that still carry the current are."""

_LIMITS = {
    reason: f"chemomech {reason.value}"
    for reason in (
        StopReason.PARTICLE_SURFACE_DEPLETED,
        StopReason.PARTICLE_SURFACE_FULL,
        StopReason.ELECTROLYTE_DEPLETED,
    )
}


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
    """

    cell: HomogenisedCell
    solution: Any
    mesh: Any
    reasons: tuple[StopReason, ...]
    label: str
    step_number: npt.NDArray[np.int64]

    @property
    def reason(self) -> StopReason:
        """Why the run ended."""
        return self.reasons[-1]


def solve_dfn(
    cell: HomogenisedCell, steps: Sequence[OperatingStep], options: DfnOptions | None = None
) -> DfnRun:
    """Solve the half-cell DFN over a protocol.

    Args:
        cell: the homogenised cell.
        steps: the protocol in SI.
        options: mesh and tolerances.

    Raises:
        InputError: when PyBaMM is not installed or has no counterpart of a step.
        RunFailedError: when PyBaMM fails to solve.
    """
    program, settings = pybamm(), options or DfnOptions()
    model = _model(cell)
    simulation = program.Simulation(
        model,
        parameter_values=parameter_values(cell),
        experiment=program.Experiment([pybamm_step(step) for step in steps]),
        var_pts=_points(settings),
        submesh_types=dict(model.default_submesh_types) | {"positive particle": _shells(settings)},
        solver=program.IDAKLUSolver(rtol=settings.relative_tolerance, atol=settings.absolute_tolerance),
    )
    log = StepLog()
    try:
        solution = simulation.solve(calc_esoh=False, callbacks=[log])
    except (program.SolverError, program.ModelError) as error:
        raise RunFailedError(f"PyBaMM could not solve the DFN: {_first_line(error)}") from error
    if log.error is not None:
        raise RunFailedError(
            f"PyBaMM could not solve step {log.begun} of the protocol, {steps[log.begun - 1].label!r}: "
            f"{_first_line(log.error)}"
        )
    if solution is None:
        raise RunFailedError(
            f"PyBaMM made no step: a cut-off of {steps[0].label!r} is passed as soon as the current flows"
        )
    reasons = tuple(log.reasons(steps, _LIMITS))
    label = steps[log.begun - 1].label
    return DfnRun(cell, solution, simulation.mesh, reasons, label, log.step_number(solution))


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
    model.events += [program.Event(_LIMITS[reason], margin) for reason, margin in margins.items()]
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


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
