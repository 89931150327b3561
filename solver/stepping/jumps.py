"""Cycles that are left out: the loop goes on behind them with what they would have done to the cell.

Only what never heals is carried ahead (``Lasting``); lithium and fields stay as they are, so that lithium is
conserved to the last bit, and time and throughput are those of what was resolved. The cycle after a jump is
resolved; where it leads too far from where it was foreseen to lead, the run goes back and jumps less far.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from chemomech.solver.stepping.cell import Cell, below
from chemomech.solver.stepping.jump_control import Coordinates, JumpControl, JumpRule, common
from chemomech.solver.stepping.progress import Counters, Progress

Array = npt.NDArray[np.float64]
Stored = dict[str, Array]

_RULE, _BEFORE, _CELL, _SERIES = "rule/", "before/", "cell/", "series/"


class Steered(Protocol):
    """What is needed of the loop over time."""

    progress: Progress

    @property
    def cell(self) -> Cell:
        """The discrete cell."""

    @property
    def counters(self) -> Counters:
        """Cost so far."""


class Lasting(Protocol):
    """State of a cell that never heals, and that knows where cycles like the newest one would lead it."""

    @property
    def name(self) -> str:
        """Its own among such states."""

    def coordinates(self) -> Coordinates:
        """The state as shares of what counts as all of it, each array the same on all ranks."""

    def end_cycle(self) -> None:
        """Keep what has driven the cycle that ends here, which was resolved (collective)."""

    def foresee(self, cycles: int) -> Sequence[Coordinates]:
        """Coordinates after 1, 2, ... cycles like the newest one; the state stays (collective).

        The last are those of the first cycle in which something would happen at once, which has to be
        resolved: not a number where it happens.

        Args:
            cycles: Their number at most.
        """

    def advance(self, cycles: int) -> None:
        """Take up the state after cycles like the newest one, and act on the cell (collective)."""


@dataclass(frozen=True)
class Repetition:
    """Steps of a protocol that are carried out again and again.

    Attributes:
        first: Index of the first of them.
        length: Steps in each cycle.
        times: Cycles.
    """

    first: int
    length: int
    times: int

    def cycle_ended(self, index: int) -> int | None:
        """Cycles that are done where a step begins, or None where one is under way.

        Args:
            index: Of the step that begins.
        """
        done = index - self.first
        inside = 0 <= done <= self.length * self.times and done % self.length == 0
        return done // self.length if inside else None


@dataclass(frozen=True)
class Jump:
    """Cycles that were left out.

    Attributes:
        after: Cycle after which they stand.
        cycles: Their number.
        error: Of the worst point, as the cycle after them has shown [-]; None while that is under way.
    """

    after: int
    cycles: int
    error: float | None = None


@dataclass(frozen=True, eq=False)
class _Trial:
    """A jump whose first cycle has not shown yet whether it was too far, and the state before it."""

    jump: Jump
    progress: dict[str, Any]
    rule: Stored
    cell: Stored
    series: Stored


class CycleJumps:
    """Leaves cycles out of a simulation.

    Args:
        repetition: What is repeated.
        rule: How far jumps may go.
        landings: Cycles that are resolved whatever happens; the last one always is.
        states: What is carried ahead.
    """

    def __init__(
        self, repetition: Repetition, rule: JumpRule, landings: Sequence[int], states: Sequence[Lasting]
    ) -> None:
        self.repetition = repetition
        self._landings = sorted({*landings, repetition.times})
        self._states = tuple(states)
        self._control = JumpControl(rule)
        self.series: Callable[[], Mapping[str, Array]] = dict
        """What has been recorded so far, to go back to."""
        self.restore_series: Callable[[Mapping[str, Array]], None] = lambda series: None
        self.done: list[Jump] = []
        self.shortened = 0
        """Jumps that went too far and were made again."""
        self._turned = -1
        self._trial: _Trial | None = None

    def turn(self, simulation: Steered) -> None:
        """Decide between two steps of a protocol what becomes of the next cycles (collective)."""
        cycle = self.repetition.cycle_ended(simulation.progress.operating_step)
        if cycle is None or cycle == self._turned:
            return
        self._turned = cycle
        for state in self._states:
            state.end_cycle()
        control = self._control
        control.note(cycle, self._coordinates())
        trial, self._trial, length = self._trial, None, control.length()
        if trial is not None and control.off():
            # What the rate that was seen allows, and less than what has just been too far.
            length = min(length, trial.jump.cycles // 2)
            cycle = trial.jump.after
            self._go_back(simulation, trial)
        elif trial is not None:
            control.keep()
            self.done.append(dataclasses.replace(trial.jump, error=control.error()))
        self._try(simulation, cycle, length)

    def skipped(self) -> dict[int, int]:
        """Numbers, from 1, of the steps that were left out, and of those that were resolved before them."""
        jumps = [*self.done, *([] if self._trial is None else [self._trial.jump])]
        first, length = self.repetition.first, self.repetition.length
        return {
            first + jump.after * length + step + 1: first + (jump.after - 1) * length + step % length + 1
            for jump in jumps
            for step in range(jump.cycles * length)
        }

    def section(self) -> dict[str, Any]:
        """For the summary."""
        jumps = [*self.done, *([] if self._trial is None else [self._trial.jump])]
        return {
            "cycles": self.repetition.times,
            "skipped": sum(jump.cycles for jump in jumps),
            "jumps": [asdict(jump) for jump in jumps],
            "shortened": self.shortened,
            "errors": {name: float(error.max()) for name, error in self._control.errors.items()},
        }

    def stored(self) -> Stored:
        """What a checkpoint must hold (as the cell gives it: complete on the first rank)."""
        trial = self._trial
        meta = {
            "done": [[jump.after, jump.cycles, jump.error] for jump in self.done],
            "shortened": self.shortened,
            "turned": self._turned,
            "trial": None if trial is None else [trial.jump.after, trial.jump.cycles],
            "progress": None if trial is None else trial.progress,
        }
        kept = {} if trial is None else {_BEFORE: trial.rule, _CELL: trial.cell, _SERIES: trial.series}
        return {
            "meta": np.array(json.dumps(meta)),
            **_under({_RULE: self._control.stored(), **kept}),
        }

    def restore(self, stored: Mapping[str, Array]) -> None:
        """Take up what ``stored`` gave."""
        meta = json.loads(str(stored["meta"]))
        self._control.restore(below(_RULE, stored))
        self.done = [Jump(*entry) for entry in meta["done"]]
        self.shortened, self._turned, self._trial = meta["shortened"], meta["turned"], None
        if meta["trial"] is not None:
            parts = (below(part, stored) for part in (_BEFORE, _CELL, _SERIES))
            self._trial = _Trial(Jump(*meta["trial"]), meta["progress"], *parts)

    def _try(self, simulation: Steered, cycle: int, length: int) -> None:
        """Jump, but not past the cycle before one that is to be resolved, and foresee that one."""
        landing = next((number for number in self._landings if number > cycle), cycle)
        length = max(min(length, landing - cycle - 1), 0)
        names = [state.name for state in self._states]
        ahead = common([state.foresee(length + 1) for state in self._states], names)
        # The last that is foreseen is resolved in any case.
        length = max(min(length, len(ahead) - 1), 0)
        before = None
        if length > 0:
            before = _Trial(
                Jump(cycle, length),
                simulation.progress.to_dict()
                | {"stops": [asdict(stop) for stop in simulation.progress.stops]},
                self._control.stored(),
                _copied(simulation.cell.state()),
                _copied(self.series()),
            )
            for state in self._states:
                state.advance(length)
            progress, steps = simulation.progress, self.repetition.length
            progress.operating_step += length * steps
            # Each step that is left out counts as ended like the one it stands for.
            progress.stops += [*progress.stops[-steps:]] * length
        self._control.foresee(length + 1, ahead[length] if ahead else None)
        self._turned, self._trial = cycle + length, before

    def _go_back(self, simulation: Steered, trial: _Trial) -> None:
        counters = simulation.counters
        simulation.cell.restore(trial.cell)
        simulation.progress = Progress.from_dict(trial.progress)
        # What has been computed has cost, whatever becomes of it.
        simulation.progress.counters = counters
        series: Any = simulation.cell.same_on_all_ranks(trial.series)
        self.restore_series(series)
        self._control.restore(trial.rule)
        self._turned = trial.jump.after
        self.shortened += 1

    def _coordinates(self) -> dict[str, Array]:
        return {
            f"{state.name}/{name}": values
            for state in self._states
            for name, values in state.coordinates().items()
        }


def _copied(arrays: Mapping[str, Array]) -> Stored:
    return {name: np.array(values) for name, values in arrays.items()}


def _under(parts: Mapping[str, Stored]) -> Stored:
    return {f"{prefix}{name}": v for prefix, arrays in parts.items() for name, v in arrays.items()}
