"""The time loop: operating steps, accepted and rejected steps, cut-offs, and why it ended."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from mpi4py import MPI

from chemomech.solver.cell.limits import PhysicalLimits, Stop
from chemomech.solver.cell.stepper import Attempt, CellStepper
from chemomech.solver.cell.terminals import CurrentReader, InventoryReader
from chemomech.solver.stepping.budget import Budget, Charges, Currents, close
from chemomech.solver.stepping.history import DEPTH
from chemomech.solver.stepping.multistep import StepController
from chemomech.solver.stepping.operation import Cutoff, OperatingPoint, OperatingStep, StopReason

EVENT_TIME_TOLERANCE = 1.0e-3
"""A cut-off is met when it lies within this time of the state [s]."""

MOST_EVENT_TRIALS = 12


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


@dataclass
class Counters:
    """What the run has cost so far, over all the sessions in which it was continued.

    Attributes:
        accepted: Accepted steps.
        rejected: Steps rejected for their error.
        failed: Steps that could not be solved.
        newton: Newton iterations.
        linear: Krylov iterations of the electrochemistry.
        elastic: Krylov iterations of the mechanics.
        wall_s: Wall time up to the last accepted step, set-up apart [s].
    """

    accepted: int = 0
    rejected: int = 0
    failed: int = 0
    newton: int = 0
    linear: int = 0
    elastic: int = 0
    wall_s: float = 0.0

    def add(self, attempt: Attempt) -> None:
        """Count the iterations of an attempt."""
        self.newton += attempt.report.newton_iterations
        self.linear += attempt.report.linear_iterations
        self.elastic += attempt.report.elastic_iterations


@dataclass
class Progress:
    """Everything about the run that is not a field: what a checkpoint must hold beside the fields.

    It is complete whenever observers are called: a step of the protocol that has met its cut-off is already
    counted as done, so that a run continued from there goes on with the next one.
    """

    operating_step: int = 0
    step_start_time: float = 0.0
    step_start_charge: float = 0.0
    throughput: float = 0.0
    next_step: float | None = None
    charges: list[Charges] = field(default_factory=lambda: [Charges()])
    counters: Counters = field(default_factory=Counters)
    ended: Stop | None = None
    stops: list[Stop] = field(default_factory=list)
    """Why each step of the protocol that is done has ended, in their order."""


class Simulation:
    """Runs a sequence of operating steps.

    Args:
        stepper: The discrete cell.
        steps: What the cell is made to do.
        controller: Step-size control.
        observers: Called after every accepted state, in this order.
        deadline: Wall-clock time (``time.monotonic``) after which the run stops; None for never.
        milestones: Times since the start that are met exactly if the run gets there [s].
    """

    def __init__(
        self,
        stepper: CellStepper,
        steps: Sequence[OperatingStep],
        controller: StepController,
        observers: Sequence[Observer] = (),
        deadline: float | None = None,
        milestones: Sequence[float] = (),
    ) -> None:
        self.stepper = stepper
        self.steps = tuple(steps)
        self.controller = controller
        self.observers = list(observers)
        self.deadline = deadline
        self._milestones = sorted(milestones)
        self.progress = Progress()
        self._currents = CurrentReader(stepper.problem)
        self._inventory = InventoryReader(stepper.problem)
        self._limits = PhysicalLimits.of(stepper.problem)
        self.start_inventory = self._inventory.read()
        self._clock = time.monotonic()

    @property
    def counters(self) -> Counters:
        """Cost so far."""
        return self.progress.counters

    def start(self) -> None:
        """Find the initial state and show it to the observers."""
        self._prescribe(self.steps[0])
        report = self.stepper.initialise()
        self.start_inventory = self._inventory.read()
        self.counters.newton += report.newton_iterations
        self._show(0.0, None, self.steps[0].label, 0, self._currents.read())

    def run(self) -> Stop:
        """Run the remaining operating steps to the end (collective)."""
        progress = self.progress
        stop = progress.ended or Stop(StopReason.END_OF_PROTOCOL, StopReason.END_OF_PROTOCOL.remedy)
        resumed = progress.next_step is not None
        while progress.operating_step < len(self.steps):
            operation = self.steps[progress.operating_step]
            self._prescribe(operation)
            if not resumed:
                self.stepper.restart()
                progress.charges = progress.charges[:1]
                progress.step_start_time = self.stepper.time
                progress.step_start_charge = progress.charges[0].collector
                progress.next_step = self.stepper.numerics.initial_step
            resumed = False
            index = progress.operating_step
            stop = self._run_operation(operation)
            if progress.operating_step == index:
                return stop
        return stop

    def _prescribe(self, operation: OperatingStep) -> None:
        operation.control.impose(self.stepper.problem)

    def _run_operation(self, operation: OperatingStep) -> Stop:
        stepper, progress, controller = self.stepper, self.progress, self.controller
        smallest, index = stepper.numerics.smallest_step, progress.operating_step
        before = self._point(self._currents.read(), stepper.time, progress.charges[0])
        problem = ""
        trials = 0
        while True:
            assert progress.next_step is not None
            proposed = min(progress.next_step, self._time_left(operation))
            step = self._towards_milestone(proposed)
            if step < smallest:
                current = self._currents.read().collector
                stop = self._limits.behind_failure(current, stepper.time, problem)
                self._done_at_limit(operation, stop)
                return stop
            attempt = stepper.attempt(step)
            self.counters.add(attempt)
            if not attempt.solved:
                self.counters.failed += 1
                problem = attempt.report.problem
                progress.next_step = controller.after_failure(step)
                continue
            wanted = controller.next_step(step, attempt.error, attempt.formula.order)
            if attempt.error is not None and attempt.error <= 1.0 and step < proposed:
                wanted = max(wanted, proposed)
            if attempt.error is not None and attempt.error > 1.0:
                self.counters.rejected += 1
                stepper.reject()
                progress.next_step = wanted
                continue
            currents = self._currents.read()
            charges = progress.charges[0].advanced(attempt.formula, progress.charges, currents)
            point = self._point(currents, stepper.time + step, charges)
            cutoff, ahead = _nearest(operation.cutoffs, before, point, step)
            # A jump of the voltage at the start of a step may pass a cut-off at once: no step is short enough
            # to meet it, and the shortest one has to do.
            overshot = ahead < -EVENT_TIME_TOLERANCE and step > smallest
            if overshot and trials < MOST_EVENT_TRIALS:
                trials += 1
                stepper.reject()
                progress.next_step = max(step + ahead, smallest)
                continue
            if cutoff is not None and ahead <= EVENT_TIME_TOLERANCE:
                stop = self._finished(cutoff, operation, stepper.time + step)
                self._done(stop)
                self._accept(step, attempt, charges, currents, operation, index, None)
                return stop
            following: float | None = min(ahead, wanted) if trials else wanted
            limit = self._limits.passed(currents.collector, stepper.time + step)
            if limit is not None and self._done_at_limit(operation, limit):
                following = None
            self._accept(step, attempt, charges, currents, operation, index, following)
            if limit is not None:
                return limit
            problem, before, trials = "", point, 0
            if self._out_of_time():
                return Stop(StopReason.TIME_LIMIT, StopReason.TIME_LIMIT.remedy)

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
        charges: Charges,
        currents: Currents,
        operation: OperatingStep,
        index: int,
        next_step: float | None,
    ) -> None:
        progress = self.progress
        self.stepper.accept(step)
        progress.throughput += abs(charges.collector - progress.charges[0].collector)
        progress.charges = [charges, *progress.charges][:DEPTH]
        progress.next_step = next_step
        self.counters.accepted += 1
        now = time.monotonic()
        self.counters.wall_s += now - self._clock
        self._clock = now
        self._show(step, attempt, operation.label, index, currents)

    def _show(self, step: float, attempt: Attempt | None, label: str, index: int, currents: Currents) -> None:
        charges, now = self.progress.charges[0], self.stepper.time
        budget = close(self.start_inventory, self._inventory.read(), charges, self.progress.throughput)
        snapshot = Snapshot(
            now, step, self.stepper.problem.voltage, currents, charges, budget, attempt, label, index,
            self._point(currents, now, charges),
        )  # fmt: skip
        for observer in self.observers:
            observer.observe(snapshot)

    def _point(self, currents: Currents, now: float, charges: Charges) -> OperatingPoint:
        progress = self.progress
        return OperatingPoint(
            now - progress.step_start_time,
            self.stepper.problem.voltage,
            currents.collector,
            abs(charges.collector - progress.step_start_charge),
        )

    def _towards_milestone(self, step: float) -> float:
        """The step, or a shorter one that meets the next milestone in one or two equal steps."""
        now = self.stepper.time
        rest = next((t - now for t in self._milestones if t - now > EVENT_TIME_TOLERANCE), np.inf)
        if rest <= step:
            return rest
        return 0.5 * rest if rest < 2.0 * step else step

    def _time_left(self, operation: OperatingStep) -> float:
        elapsed = self.stepper.time - self.progress.step_start_time
        return min((cutoff.time_bound - elapsed for cutoff in operation.cutoffs), default=np.inf)

    def _finished(self, cutoff: Cutoff, operation: OperatingStep, now: float) -> Stop:
        reason = cutoff.stop_reason
        return Stop(reason, f"'{operation.label}' ended at t = {now:.4g} s. {reason.remedy}")

    def _out_of_time(self) -> bool:
        late = self.deadline is not None and time.monotonic() > self.deadline
        return bool(self.stepper.comm.allreduce(int(late), op=MPI.MAX))


def _nearest(
    cutoffs: Sequence[Cutoff], before: OperatingPoint, now: OperatingPoint, step: float
) -> tuple[Cutoff | None, float]:
    """The cut-off that comes first, and the time until it, negative where it has been passed.

    The distance to a cut-off is taken as linear in time over the step.
    """
    nearest: tuple[Cutoff | None, float] = (None, np.inf)
    for cutoff in cutoffs:
        left, right = cutoff.remaining(before), cutoff.remaining(now)
        if left <= 0.0 and right <= 0.0:
            ahead = 0.0  # passed before the step began
        elif np.isfinite(left) and left > right:
            ahead = step * right / (left - right)
        else:
            ahead = np.inf if right > 0.0 else 0.0
        if ahead < nearest[1]:
            nearest = (cutoff, ahead)
    return nearest
