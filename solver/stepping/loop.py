"""The loop over time: operating steps, attempts and what the controller decides, and why it ended."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np

from chemomech.solver.stepping.budget import Budget, Charges, Currents, Inventory, close
from chemomech.solver.stepping.cell import Attempt, Cell
from chemomech.solver.stepping.controller import (
    EVENT_TIME_TOLERANCE,
    Reached,
    StepController,
    Trial,
    Verdict,
)
from chemomech.solver.stepping.history import DEPTH
from chemomech.solver.stepping.jumps import CycleJumps
from chemomech.solver.stepping.limits import Stop, behind_failure, passed
from chemomech.solver.stepping.operation import Cutoff, OperatingPoint, OperatingStep, StopReason
from chemomech.solver.stepping.progress import Counters, Progress


@dataclass(frozen=True)
class Snapshot:
    """An accepted state as seen by observers.

    Attributes:
        time: Time since the start [s].
        step: Size of the accepted step [s], 0 at the start.
        voltage: Cell voltage [V].
        currents: Terminal currents [A/m2].
        charges: Charges passed [C/m2].
        budget: Budget errors.
        attempt: The attempt that led here, None at the start.
        label: Label of the operating step.
        operating_step: Number of the operating step, from 0.
        point: The state as its cut-offs see it.
    """

    time: float
    step: float
    voltage: float
    currents: Currents
    charges: Charges
    budget: Budget
    attempt: Attempt | None
    label: str
    operating_step: int
    point: OperatingPoint


class Observer(Protocol):
    """Sees every accepted state; may read the fields (collective) but not change them."""

    def observe(self, snapshot: Snapshot) -> None:
        """Take note of an accepted state."""


class Simulation:
    """Runs a sequence of operating steps.

    Args:
        cell: The discrete cell.
        steps: What the cell is made to do.
        controller: Decides about steps.
        observers: Called after every accepted state, in this order.
        deadline: Wall-clock time (``time.monotonic``) after which the run stops; None for never.
        milestones: Times since the start that are met exactly if the run gets there [s].
        jumps: Leaves cycles out; None where every cycle is resolved.
    """

    def __init__(
        self,
        cell: Cell,
        steps: Sequence[OperatingStep],
        controller: StepController,
        observers: Sequence[Observer] = (),
        deadline: float | None = None,
        milestones: Sequence[float] = (),
        jumps: CycleJumps | None = None,
    ) -> None:
        self.cell = cell
        self.jumps = jumps
        self.steps = tuple(steps)
        self.controller = controller
        self.observers = list(observers)
        self.deadline = deadline
        self._milestones = sorted(milestones)
        self.progress = Progress()
        self.start_inventory = cell.inventory()
        self._clock = time.monotonic()

    @property
    def counters(self) -> Counters:
        """Cost so far."""
        return self.progress.counters

    def start(self) -> None:
        """Find the initial state and show it to the observers."""
        self.steps[0].control.impose(self.cell)
        report = self.cell.initialise()
        self.start_inventory = self.cell.inventory()
        self.counters.newton += report.newton_iterations
        self._show(0.0, None, self.steps[0].label, 0, self.cell.currents())

    def resume(self, progress: Progress, start_inventory: Inventory) -> None:
        """Go on from where an earlier session was; the cell has been restored before."""
        self.progress, self.start_inventory = progress, start_inventory

    def run(self) -> Stop:
        """Run the remaining operating steps to the end (collective)."""
        stop = self.progress.ended or Stop(StopReason.END_OF_PROTOCOL, StopReason.END_OF_PROTOCOL.remedy)
        resumed = self.progress.next_step is not None
        while True:
            if self.jumps is not None and not resumed:
                self.jumps.turn(self)
            progress = self.progress
            if progress.operating_step >= len(self.steps):
                return stop
            operation = self.steps[progress.operating_step]
            operation.control.impose(self.cell)
            if not resumed:
                self._turn()
                progress.step_start_time = self.cell.time
                progress.step_start_charge = progress.charges[0].collector
            resumed = False
            index = progress.operating_step
            stop = self._run_operation(operation)
            if progress.operating_step == index:
                return stop

    def _turn(self) -> None:
        """Begin anew after a discontinuity of what is held: without a past, and with a short step."""
        self.cell.restart()
        self.progress.charges = self.progress.charges[:1]
        self.progress.next_step, self.progress.next_order = self.controller.initial_step, 1

    def _run_operation(self, operation: OperatingStep) -> Stop:
        cell, progress, index = self.cell, self.progress, self.progress.operating_step
        before = self._point(cell.currents(), cell.time, progress.charges[0])
        failure, earlier, turned = "", 0, cell.time
        while True:
            elapsed = cell.time - progress.step_start_time
            if cell.time != turned and operation.control.turns_at(elapsed):
                turned = cell.time
                self._turn()
            assert progress.next_step is not None
            proposed = min(progress.next_step, self._time_left(operation))
            step = self._towards_milestone(proposed, operation.control.time_to_edge(elapsed))
            if step < self.controller.smallest_step:
                stop = behind_failure(cell.limits, cell.currents().collector, cell.time, failure)
                self._done_at_limit(operation, stop)
                return stop
            # At order 1 a step passes what is held at its end; the mean of a line is that in the middle.
            share = 0.5 if progress.next_order == 1 else 1.0
            operation.control.impose(cell, elapsed + share * step)
            attempt = cell.attempt(step, progress.next_order)
            self.counters.add(attempt)
            after = partial(self._read, step, attempt)
            decision = self.controller.decide(
                Trial(step, proposed, attempt, operation.cutoffs, before, after, earlier)
            )
            state = decision.accepted
            if state is None:
                progress.next_step, progress.next_order = decision.next_step, decision.next_order
                if decision.verdict is Verdict.FAILED:
                    self.counters.failed += 1
                    failure = attempt.report.failure
                    continue
                cell.reject()
                self.counters.rejected += int(decision.verdict is Verdict.INACCURATE)
                earlier += int(decision.verdict is Verdict.PAST_CUTOFF)
                continue
            if decision.met is not None:
                stop = self._finished(decision.met, operation, cell.time + step)
                self._done(stop)
                self._accept(step, attempt, state, operation, index, None)
                return stop
            following, progress.next_order = decision.next_step, decision.next_order
            limit = passed(cell.limits, state.currents.collector, cell.time + step)
            if limit is not None and self._done_at_limit(operation, limit):
                following = None
            self._accept(step, attempt, state, operation, index, following)
            if limit is not None:
                return limit
            failure, before, earlier = "", state.point, 0
            if cell.on_any_rank(self.deadline is not None and time.monotonic() > self.deadline):
                return Stop(StopReason.TIME_LIMIT, StopReason.TIME_LIMIT.remedy)

    def _read(self, step: float, attempt: Attempt) -> Reached:
        """Read the attempted state."""
        currents = self.cell.currents()
        charges = self.progress.charges[0].advanced(attempt.formula, self.progress.charges, currents)
        return Reached(currents, charges, self._point(currents, self.cell.time + step, charges))

    def _done(self, stop: Stop) -> None:
        """Count the present operating step as done, before observers see its last state."""
        self.progress.ended = stop
        self.progress.stops.append(stop)
        self.progress.operating_step += 1
        self.progress.next_step = None

    def _done_at_limit(self, operation: OperatingStep, stop: Stop) -> bool:
        """Count it as done if it may end at a physical limit, and say whether it may."""
        done = operation.may_end_with(stop.reason)
        if done:
            self._done(stop)
        return done

    def _accept(
        self,
        step: float,
        attempt: Attempt,
        state: Reached,
        operation: OperatingStep,
        index: int,
        next_step: float | None,
    ) -> None:
        progress = self.progress
        self.cell.accept(step)
        progress.throughput += abs(state.charges.collector - progress.charges[0].collector)
        progress.moved += attempt.moved
        progress.charges = [state.charges, *progress.charges][:DEPTH]
        progress.next_step = next_step
        self.counters.accepted += 1
        now = time.monotonic()
        self.counters.wall_s += now - self._clock
        self._clock = now
        self._show(step, attempt, operation.label, index, state.currents)

    def _show(self, step: float, attempt: Attempt | None, label: str, index: int, currents: Currents) -> None:
        charges, now = self.progress.charges[0], self.cell.time
        budget = close(self.start_inventory, self.cell.inventory(), charges, self.progress.throughput)
        snapshot = Snapshot(
            now, step, self.cell.voltage, currents, charges, budget, attempt, label, index,
            self._point(currents, now, charges),
        )  # fmt: skip
        for observer in self.observers:
            observer.observe(snapshot)

    def _point(self, currents: Currents, now: float, charges: Charges) -> OperatingPoint:
        progress = self.progress
        return OperatingPoint(
            now - progress.step_start_time,
            self.cell.voltage,
            currents.collector,
            abs(charges.collector - progress.step_start_charge),
        )

    def _towards_milestone(self, step: float, edge: float) -> float:
        """The step, or a shorter one that meets the next milestone or edge in one or two equal steps.

        Args:
            step: that is wanted [s].
            edge: time to the next edge of what is held [s].
        """
        now = self.cell.time
        rest = next((t - now for t in self._milestones if t - now > EVENT_TIME_TOLERANCE), np.inf)
        rest = min(rest, edge)
        if rest <= step:
            return rest
        return 0.5 * rest if rest < 2.0 * step else step

    def _time_left(self, operation: OperatingStep) -> float:
        elapsed = self.cell.time - self.progress.step_start_time
        return min((cutoff.time_bound - elapsed for cutoff in operation.cutoffs), default=np.inf)

    def _finished(self, cutoff: Cutoff, operation: OperatingStep, now: float) -> Stop:
        reason = cutoff.stop_reason
        return Stop(reason, f"'{operation.label}' ended at t = {now:.4g} s. {reason.remedy}")
