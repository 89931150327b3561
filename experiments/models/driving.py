"""What models that are stepped by the project's own loop share: the loop, checkpoints, and their summary."""

from __future__ import annotations

import hashlib
import platform
import resource
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from mpi4py import MPI

from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.case.toml_text import flattened
from chemomech.experiments.models.live import LiveFile
from chemomech.experiments.models.model import Order
from chemomech.experiments.models.progress import ProgressLine
from chemomech.experiments.models.strain import peak_strain_percent
from chemomech.solver.cell.numerics import Numerics
from chemomech.solver.stepping import checkpoint
from chemomech.solver.stepping.cell import Cell
from chemomech.solver.stepping.controller import StepController
from chemomech.solver.stepping.jump_control import JumpRule
from chemomech.solver.stepping.jumps import CycleJumps, Lasting
from chemomech.solver.stepping.limits import Stop
from chemomech.solver.stepping.loop import Observer, Simulation
from chemomech.solver.stepping.multistep import HIGHEST_ORDER
from chemomech.solver.stepping.operation import StopReason

Array = npt.NDArray[np.float64]


class SeriesRecorder(Observer, Protocol):
    """An observer whose record a checkpoint holds."""

    def series(self) -> checkpoint.Series:
        """What has been recorded so far."""

    def restore(self, series: Mapping[str, Array]) -> None:
        """Take up what an earlier run recorded."""


def simulation_of(
    cell: Cell,
    prepared: PreparedCase,
    order: Order,
    milestones: Sequence[float],
    lasting: Sequence[Lasting] = (),
) -> Simulation:
    """The loop over the protocol of a case.

    Args:
        cell: What is stepped.
        prepared: The case.
        order: How the run is carried out.
        milestones: Times that are met exactly [s].
        lasting: What is carried ahead where the case leaves cycles out.
    """
    numerics, cycling = prepared.case.numerics, prepared.case.cycling
    jumps = None
    if cycling.jump:
        rule = JumpRule(cycling.tolerance, cycling.longest, cycling.settle)
        jumps = CycleJumps(prepared.case.repetitions[0], rule, cycling.at_cycles, lasting)
    return Simulation(
        cell,
        prepared.steps,
        controller(numerics, prepared.case.damage.acts),
        deadline=order.started + numerics.max_wall_time,
        milestones=milestones,
        jumps=jumps,
    )


HIGHEST_ORDER_WITH_DAMAGE = 2
"""Cracks that run between two steps leave a past without higher derivatives."""


def controller(numerics: Numerics, breaks: bool = False) -> StepController:
    """Step control by the settings of a case.

    Args:
        numerics: The settings.
        breaks: Whether damage acts.
    """
    return StepController(
        highest_order=HIGHEST_ORDER_WITH_DAMAGE if breaks else HIGHEST_ORDER,
        initial_step=numerics.initial_step,
        smallest_step=numerics.smallest_step,
        largest_step=numerics.largest_step,
    )


def drive(
    prepared: PreparedCase,
    order: Order,
    simulation: Simulation,
    recorder: SeriesRecorder,
    line: ProgressLine,
    name: str,
    others: Callable[[float], Sequence[Observer]] = lambda start: (),
    least_wall: float = 0.0,
) -> Stop:
    """Run to the end from the start or, if there is one, from the checkpoint (collective).

    Args:
        prepared: The case.
        order: How the run is carried out.
        simulation: The loop.
        recorder: What the result is made of.
        line: Shows progress; closed at the end.
        name: Of the model.
        others: Makes further observers from the time at which the run begins [s].
        least_wall: Wall time between two checkpoints, whatever the number of steps [s].
    """
    case = prepared.case
    path = order.folder / checkpoint.FILE
    fingerprint = _fingerprint(case, name, order)
    # A run that was killed before its first checkpoint begins anew.
    resume = order.comm.bcast(order.resume and path.is_file(), root=0)
    if simulation.jumps is not None:
        simulation.jumps.series = lambda: recorder.series().arrays()
        simulation.jumps.restore_series = recorder.restore
    checkpointer = checkpoint.Checkpointer(
        path, simulation, recorder.series, fingerprint, case.output.checkpoint_every, least_wall
    )
    if resume:
        recorder.restore(checkpointer.read())
    seen = others(simulation.cell.time if resume else 0.0)
    simulation.observers += [recorder, *seen, checkpointer, line, LiveFile(order, prepared)]
    try:
        if not resume:
            simulation.start()
        stop = simulation.run()
        checkpointer.write()
    finally:
        line.close()
    return stop


def reasons_of_steps(simulation: Simulation, stop: Stop) -> list[StopReason]:
    """Return why each step that was begun has ended: those that are done, and the one the run stopped in."""
    done = [entry.reason for entry in simulation.progress.stops]
    return done if len(done) == len(simulation.steps) else [*done, stop.reason]


def couplings(name: str) -> dict[str, Any]:
    """What a coupling couples."""
    return {
        "mechanics": name,
        "lithium strains the lattice": name != "off",
        "stress drives diffusion": name == "two-way",
        "stress shifts the overpotential": name == "two-way",
    }


def versions_of(packages: Sequence[str]) -> dict[str, str]:
    """Versions of Python and of what is installed of some packages."""
    installed = {"python": platform.python_version()}
    for package in packages:
        try:
            installed[package] = version(package)
        except PackageNotFoundError:
            continue
    return installed


def common_sections(
    prepared: PreparedCase,
    simulation: Simulation,
    records: Mapping[str, Any],
    scalars: Mapping[str, Any],
    comm: MPI.Intracomm,
    setup_s: float,
) -> dict[str, Any]:
    """Sections of the summary that every such model has (collective).

    Args:
        prepared: The case.
        simulation: The loop, at its end.
        records: Of the result.
        scalars: Numbers of every accepted state, the errors of the budgets among them.
        comm: Ranks of the run.
        setup_s: Wall time before the loop [s].
    """
    counters, strained = simulation.counters, prepared.case.mechanics.coupling != "off"
    budget = {
        name: float(np.max(np.asarray(scalars[name])[1:], initial=0.0))
        for name in ("lithium_relative_error", "charge_relative_error")
    }
    progress = simulation.progress
    budget["lithium_moved"] = progress.moved / progress.throughput if progress.throughput else 0.0
    return {
        "cycling": None if simulation.jumps is None else simulation.jumps.section(),
        "wiring": None if prepared.wiring is None else prepared.wiring.to_dict(),
        "budget": budget,
        "cost": {
            "wall_s": setup_s + counters.wall_s,
            "ranks": comm.size,
            "peak_memory_GB": peak_memory(comm),
            "accepted_steps": counters.accepted,
            "rejected_steps": counters.rejected,
            "failed_steps": counters.failed,
            "newton_iterations": counters.newton,
            "linear_iterations": counters.linear,
            "elastic_iterations": counters.elastic,
        },
        "peak_strain_percent": peak_strain_percent(prepared, dict(records)) if strained else None,
        "stress_free_stoichiometry": (
            float(prepared.model.cathode.stress_free_stoichiometry) if strained else None
        ),
    }


def peak_memory(comm: MPI.Intracomm) -> float:
    """Sum over ranks of the peak resident memory [GB] (collective)."""
    # ru_maxrss is in KiB on Linux and in bytes on macOS.
    unit = 1.0 if sys.platform == "darwin" else 1024.0
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1.0e9
    return float(comm.allreduce(own))


def _fingerprint(case: Case, model: str, order: Order) -> str:
    decisive: list[tuple[str, Any]] = sorted(flattened(case.that_decides()).items())
    decisive.append(("model", model))
    if order.extensions is not None:
        decisive.append(("extensions", order.extensions.name))
    return hashlib.sha256(repr(decisive).encode()).hexdigest()
