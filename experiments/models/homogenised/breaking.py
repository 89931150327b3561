"""The half-cell DFN of a cell whose particles break: solved part by part, each under the damage of the last.

A part is a step of the protocol or what is left of one. Its solution is followed time by time; where damage
changes the particles, the part is cut and what is left of it is solved again from there. So an unstable crack
acts at once, and a turn of the current before the half cycle that it begins.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.experiments.models.damage.cell import Effects
from chemomech.experiments.models.damage.particle_damage import ParticleDamage
from chemomech.experiments.models.homogenised.cell import HomogenisedCell
from chemomech.experiments.models.homogenised.damage import MeanParticles
from chemomech.experiments.models.homogenised.damage_inputs import damage_inputs
from chemomech.experiments.models.homogenised.readings import particle_lithium, particle_places, shell_edges
from chemomech.experiments.models.homogenised.simulation import (
    LIMITS,
    DamageLog,
    DfnOptions,
    DfnRun,
    first_line,
    simulation,
)
from chemomech.experiments.models.homogenised.step_log import StepLog
from chemomech.experiments.models.homogenised.steps import PART_END, pybamm_part, time_bound
from chemomech.experiments.models.homogenised.symbols import pybamm
from chemomech.experiments.models.model import RunFailedError
from chemomech.solver.physics.fracture import require_flaws_inside
from chemomech.solver.stepping.operation import OperatingStep, StopReason

Array = npt.NDArray[np.float64]

SHORTEST_PART = 1.0
"""Time between two changes within a half cycle [s]: cracks that run in between act together."""

AHEAD = 4.0
"""Length of a part over that of the last one, where something has changed in between [-]."""


def solve_breaking(cell: HomogenisedCell, steps: Sequence[OperatingStep], options: DfnOptions) -> DfnRun:
    """Solve the half-cell DFN over a protocol, with damage.

    Args:
        cell: the homogenised cell.
        steps: the protocol in SI.
        options: mesh and tolerances.

    Raises:
        InputError: when PyBaMM is not installed or has no counterpart of a step.
        RunFailedError: when PyBaMM fails to solve.
    """
    march = _March(cell, options)
    reasons: list[StopReason] = []
    for number, step in enumerate(steps, start=1):
        reasons.append(march.take(number, step))
        if reasons[-1] in LIMITS:
            break
    return march.run(tuple(reasons), steps)


class _March:
    """Goes from part to part.

    Args:
        cell: the homogenised cell.
        options: mesh and tolerances.
    """

    def __init__(self, cell: HomogenisedCell, options: DfnOptions) -> None:
        self._cell, self._options = cell, options
        self._symbols = damage_inputs(cell.spread is not None)
        self._made: dict[OperatingStep, Any] = {}
        self._parts: list[Any] = []
        self._numbers: list[int] = []
        self._readings: list[dict[str, Array]] = []
        self._stiffness: list[Array] = []

    def take(self, number: int, step: OperatingStep) -> StopReason:
        """Solve a step, and return why it has ended."""
        end = self._time() + time_bound(step)
        ahead = end
        while True:
            begun = self._time()
            part, reason, over = self._solve(number, step, min(begun + ahead, end))
            if part is None:
                return reason
            kept = self._follow(part)
            if kept:
                self._parts.append(part if kept == len(part.t) else _beginning(part, kept))
                self._numbers += [number] * kept
            if kept == len(part.t) and (over or begun + ahead >= end):
                return reason
            # Cracks seldom come alone: what is solved beyond the next one would be solved in vain.
            lasted = self._time() - begun
            ahead = AHEAD * max(lasted, SHORTEST_PART) if kept else ahead

    def run(self, reasons: tuple[StopReason, ...], steps: Sequence[OperatingStep]) -> DfnRun:
        """What has been solved, the last half cycle at its end."""
        if not self._parts:
            raise RunFailedError(
                f"PyBaMM made no step: a cut-off of {steps[0].label!r} is passed as soon as the current flows"
            )
        # The last half cycle has nothing after it that would end it.
        self._damage.evolve()
        self._readings[-1] = dict(self._damage.readings())
        log = DamageLog(
            {name: np.array([row[name] for row in self._readings]) for name in self._readings[0]},
            np.array(self._stiffness),
        )
        whole = pybamm().Solution.from_sub_solutions(self._parts)
        label = steps[len(reasons) - 1].label
        return DfnRun(self._cell, whole, self._mesh, reasons, label, np.array(self._numbers), log)

    def _time(self) -> float:
        return float(self._parts[-1].t[-1]) if self._parts else 0.0

    def _solve(self, number: int, step: OperatingStep, end: float) -> tuple[Any, StopReason, bool]:
        """Solve a step up to a time.

        Returns:
            The solution, None where a cut-off is passed when it begins; why it has ended; whether that is
            something else than the time.
        """
        program, start = pybamm(), self._parts[-1].last_state if self._parts else None
        made, log = self._simulation(step), StepLog(before=len(self._parts[-1:]))
        inputs = self._particles.inputs() | {PART_END: end}
        try:
            solution = made.solve(calc_esoh=False, callbacks=[log], starting_solution=start, inputs=inputs)
        except (program.SolverError, program.ModelError) as error:
            raise RunFailedError(
                f"PyBaMM could not solve step {number} of the protocol, {step.label!r}: {first_line(error)}"
            ) from error
        (reason,) = log.reasons([step], LIMITS)
        if not log.numbers:
            return None, reason, True
        return solution.cycles[-1], reason, PART_END not in log.terminations[-1]

    def _simulation(self, step: OperatingStep) -> Any:
        """A simulation of a step; equal steps share one, whose equations are compiled once."""
        if step not in self._made:
            made = simulation(self._cell, [pybamm_part(step)], self._options, self._symbols)
            made.build_for_experiment()
            if not self._made:
                self._begin(made.mesh)
            self._made[step] = made
        return self._made[step]

    def _begin(self, mesh: Any) -> None:
        cell = self._cell
        _, radius, volume = particle_places(cell, mesh)
        require_flaws_inside(cell.model.cathode, radius)
        depths = len(mesh["positive electrode"].nodes)
        self._mesh = mesh
        self._particles = MeanParticles(cell.model, radius, 3.0 * volume / radius, depths, shell_edges(mesh))
        self._damage = ParticleDamage(self._particles, cell.damage)

    def _follow(self, part: Any) -> int:
        """Let damage follow a solution; returns how many of its times hold, all where nothing has changed."""
        run = DfnRun(self._cell, part, self._mesh, (), "", np.zeros(len(part.t), dtype=np.int64))
        surface, _, profile = particle_lithium(run)
        current = -np.asarray(part["Current [A]"].entries)
        times, before, changed = np.asarray(part.t), self._time(), False
        for k, time in enumerate(times):
            self._particles.show(float(current[k]), profile[:, :, k], surface[:, k])
            effects = self._particles.effects
            if time > 0.0:
                self._damage.after_step(float(time), float(time) - before)
            before = float(time)
            changed = changed or not _same(self._particles.effects, effects)
            if changed and k == 0:
                return 0
            self._readings.append(dict(self._damage.readings()))
            self._stiffness.append(self._particles.effects.stiffness.copy())
            if changed and time - times[0] >= SHORTEST_PART:
                return k + 1
        return len(times)


def _beginning(part: Any, count: int) -> Any:
    """The first times of the solution of one step."""
    begun = pybamm().Solution(
        part.all_ts[0][:count],
        part.all_ys[0][:, :count],
        part.all_models[0],
        part.all_inputs[0],
        termination="final time",
        all_yps=None if part.all_yps is None else part.all_yps[0][:, :count],
    )
    begun.solve_time, begun.set_up_time = part.solve_time, part.set_up_time
    begun.integration_time = part.integration_time
    return begun


def _same(one: Effects, other: Effects) -> bool:
    pairs = ((getattr(one, field.name), getattr(other, field.name)) for field in dataclasses.fields(Effects))
    return all(np.array_equal(a, b) for a, b in pairs)
