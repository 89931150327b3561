"""Cycles that are left out: the loop goes on behind them with what they would have done to the cell.

Only what never heals is carried ahead (``Lasting``); lithium and fields stay as they are, so that lithium is
conserved to the last bit, and time and throughput are those of what was resolved. The cycle after a jump is
resolved; where it grows otherwise than foreseen, the run goes back and jumps half as far.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from chemomech.solver.stepping.cell import Cell, below
from chemomech.solver.stepping.extrapolation import Coordinates, Extrapolator, JumpRule
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
    """State of a cell that never heals, in coordinates that grow steadily from cycle to cycle."""

    @property
    def name(self) -> str:
        """Its own among such states."""

    def coordinates(self) -> Coordinates:
        """The state, each array the same on all ranks."""

    def move_to(self, coordinates: Coordinates) -> None:
        """Take up coordinates ahead, and act on the cell (collective)."""


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
    """

    after: int
    cycles: int


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
        self._extrapolator = Extrapolator(rule)
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
        self._extrapolator.note(cycle, self._coordinates())
        trial, self._trial = self._trial, None
        if trial is None:
            self._try(simulation, cycle, self._extrapolator.length())
        elif self._extrapolator.off():
            self._go_back(simulation, trial)
            self._try(simulation, trial.jump.after, trial.jump.cycles // 2)
        else:
            self.done.append(trial.jump)
            self._try(simulation, cycle, self._extrapolator.length())

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
            "jumps": [{"after": jump.after, "cycles": jump.cycles} for jump in jumps],
            "shortened": self.shortened,
        }

    def stored(self) -> Stored:
        """What a checkpoint must hold (as the cell gives it: complete on the first rank)."""
        trial = self._trial
        meta = {
            "done": [[jump.after, jump.cycles] for jump in self.done],
            "shortened": self.shortened,
            "turned": self._turned,
            "trial": None if trial is None else [trial.jump.after, trial.jump.cycles],
            "progress": None if trial is None else trial.progress,
        }
        kept = {} if trial is None else {_BEFORE: trial.rule, _CELL: trial.cell, _SERIES: trial.series}
        return {
            "meta": np.array(json.dumps(meta)),
            **_under({_RULE: self._extrapolator.stored(), **kept}),
        }

    def restore(self, stored: Mapping[str, Array]) -> None:
        """Take up what ``stored`` gave."""
        meta = json.loads(str(stored["meta"]))
        self._extrapolator.restore(below(_RULE, stored))
        self.done = [Jump(*entry) for entry in meta["done"]]
        self.shortened, self._turned, self._trial = meta["shortened"], meta["turned"], None
        if meta["trial"] is not None:
            parts = (below(part, stored) for part in (_BEFORE, _CELL, _SERIES))
            self._trial = _Trial(Jump(*meta["trial"]), meta["progress"], *parts)

    def _try(self, simulation: Steered, cycle: int, length: int) -> None:
        """Jump, but not past the cycle before one that is to be resolved."""
        landing = next((number for number in self._landings if number > cycle), cycle)
        length = min(length, landing - cycle - 1)
        if length < 1:
            return
        rule = self._extrapolator
        before = _Trial(
            Jump(cycle, length),
            simulation.progress.to_dict() | {"stops": [asdict(stop) for stop in simulation.progress.stops]},
            rule.stored(),
            _copied(simulation.cell.state()),
            _copied(self.series()),
        )
        reached = rule.ahead(length)
        for state in self._states:
            state.move_to(below(f"{state.name}/", reached))
        rule.arrive(cycle + length, self._coordinates())
        progress, steps = simulation.progress, self.repetition.length
        progress.operating_step += length * steps
        # Each step that is left out counts as ended like the one it stands for.
        progress.stops += [*progress.stops[-steps:]] * length
        self._turned, self._trial = cycle + length, before

    def _go_back(self, simulation: Steered, trial: _Trial) -> None:
        counters = simulation.counters
        simulation.cell.restore(trial.cell)
        simulation.progress = Progress.from_dict(trial.progress)
        # What has been computed has cost, whatever becomes of it.
        simulation.progress.counters = counters
        series: Any = simulation.cell.same_on_all_ranks(trial.series)
        self.restore_series(series)
        self._extrapolator.restore(trial.rule)
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
