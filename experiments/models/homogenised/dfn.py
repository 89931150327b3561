"""The half-cell DFN of PyBaMM, solved for a homogenised cell and a protocol."""

from __future__ import annotations

from collections.abc import Sequence

from chemomech.experiments.models.homogenised.breaking import solve_breaking
from chemomech.experiments.models.homogenised.cell import HomogenisedCell
from chemomech.experiments.models.homogenised.simulation import (
    LIMITS,
    DfnOptions,
    DfnRun,
    first_line,
    simulation,
)
from chemomech.experiments.models.homogenised.step_log import StepLog
from chemomech.experiments.models.homogenised.steps import pybamm_step
from chemomech.experiments.models.homogenised.symbols import pybamm
from chemomech.experiments.models.model import RunFailedError
from chemomech.solver.stepping.operation import OperatingStep


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
    if cell.damage.acts:
        return solve_breaking(cell, steps, settings)
    made = simulation(cell, [pybamm_step(step) for step in steps], settings)
    log = StepLog()
    try:
        solution = made.solve(calc_esoh=False, callbacks=[log])
    except (program.SolverError, program.ModelError) as error:
        raise RunFailedError(f"PyBaMM could not solve the DFN: {first_line(error)}") from error
    if log.error is not None:
        raise RunFailedError(
            f"PyBaMM could not solve step {log.begun} of the protocol, {steps[log.begun - 1].label!r}: "
            f"{first_line(log.error)}"
        )
    if solution is None:
        raise RunFailedError(
            f"PyBaMM made no step: a cut-off of {steps[0].label!r} is passed as soon as the current flows"
        )
    reasons = tuple(log.reasons(steps, LIMITS))
    label = steps[log.begun - 1].label
    return DfnRun(cell, solution, made.mesh, reasons, label, log.step_number(solution))
