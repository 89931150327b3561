"""Decides about every attempted step: whether it is accepted, and what is tried next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from chemomech.solver.stepping.budget import Charges, Currents
from chemomech.solver.stepping.cell import Attempt
from chemomech.solver.stepping.multistep import HIGHEST_ORDER
from chemomech.solver.stepping.operation import Cutoff, OperatingPoint

EVENT_TIME_TOLERANCE = 1.0e-3
"""A cut-off is met when it lies within this time of the state [s]."""

MOST_EVENT_TRIALS = 12


class Verdict(Enum):
    """What becomes of an attempted step."""

    ACCEPTED = "accepted"
    FAILED = "failed"
    INACCURATE = "inaccurate"
    PAST_CUTOFF = "past a cut-off"


@dataclass(frozen=True)
class Reached:
    """What the terminals say of an attempted state.

    Attributes:
        currents: Terminal currents [A/m2].
        charges: Charges passed [C/m2].
        point: The state as cut-offs see it.
    """

    currents: Currents
    charges: Charges
    point: OperatingPoint


@dataclass(frozen=True)
class Trial:
    """An attempted step and what it is judged by.

    Attributes:
        step: Its size [s].
        proposed: Size that would have been taken but for a time that is to be met exactly [s].
        attempt: What came of it.
        cutoffs: That end the operating step.
        before: The state that it started from.
        after: Reads the state that it led to; asked for only where it was solved well enough.
        earlier: Steps from the same state that passed a cut-off.
    """

    step: float
    proposed: float
    attempt: Attempt
    cutoffs: Sequence[Cutoff]
    before: OperatingPoint
    after: Callable[[], Reached]
    earlier: int = 0


@dataclass(frozen=True)
class Decision:
    """What becomes of a trial.

    Attributes:
        verdict: Whether it is accepted, and why not.
        next_step: Step to try next [s]; None where a cut-off was met.
        next_order: Order of its time formula.
        accepted: The state that it led to; None where it is not accepted.
        met: The cut-off that it met.
    """

    verdict: Verdict
    next_step: float | None
    next_order: int
    accepted: Reached | None = None
    met: Cutoff | None = None


GROWTH = {1: 2.0, 2: 2.0, 3: 1.5, 4: 1.2}
"""Strongest growth of the step in one go, by order.

Steps that grow by a constant factor stay stable below 2.41, 1.61 and 1.28 at orders 2, 3 and 4 (roots of the
difference equations of y' = 0).
"""

CHANGE_OF_ORDER = 1.1
"""How much longer a step another order must allow to be taken."""


@dataclass(frozen=True)
class StepController:
    """Elementary step-size control; the order is the one that allows the longest step.

    Attributes:
        safety: Factor on the optimal step.
        smallest_factor: Strongest reduction in one go.
        growth: Strongest growth in one go by order.
        highest_order: Of the time formula; a past that is not smooth asks for a low one.
        failure_factor: Reduction after a failed solve.
        initial_step: First step after a change of operation [s].
        smallest_step: Steps below this stop the run [s].
        largest_step: Upper bound of the step [s].
    """

    safety: float = 0.85
    smallest_factor: float = 0.25
    growth: Mapping[int, float] = field(default_factory=lambda: GROWTH)
    highest_order: int = HIGHEST_ORDER
    failure_factor: float = 0.3
    initial_step: float = 0.02
    smallest_step: float = 1.0e-5
    largest_step: float = np.inf

    def next_step(self, step: float, error: float | None, order: int) -> float:
        """Step to try next at an order, given its error (1 is at the tolerance) in the last attempt."""
        factor = self.growth[order]
        if error is not None:
            optimal = self.safety * max(error, 1.0e-10) ** (-1.0 / (order + 1))
            factor = float(np.clip(optimal, self.smallest_factor, factor))
        return min(step * factor, self.largest_step)

    def following(self, step: float, attempt: Attempt) -> tuple[float, int]:
        """Step and order to try next; no higher order follows an attempt that was not accurate enough."""
        present = attempt.formula.order
        best, chosen = self.next_step(step, attempt.error, present), present
        inaccurate = attempt.error is not None and attempt.error > 1.0
        for order, error in attempt.errors.items():
            if order == present or order > (present if inaccurate else self.highest_order):
                continue
            allowed = self.next_step(step, error, order)
            if allowed > CHANGE_OF_ORDER * best:
                best, chosen = allowed, order
        return best, chosen

    def after_failure(self, step: float) -> float:
        """Step to try after a failed solve."""
        return step * self.failure_factor

    def decide(self, trial: Trial) -> Decision:
        """Decide about an attempted step.

        It must have been solved, with an error within the tolerance, and must not have passed a cut-off by
        more than ``EVENT_TIME_TOLERANCE`` while a shorter one might meet it.
        """
        step, attempt, present = trial.step, trial.attempt, trial.attempt.formula.order
        if not attempt.solved:
            return Decision(Verdict.FAILED, self.after_failure(step), present)
        wanted, order = self.following(step, attempt)
        if attempt.error is not None and attempt.error > 1.0:
            return Decision(Verdict.INACCURATE, wanted, order)
        if attempt.error is not None and step < trial.proposed:
            wanted = max(wanted, trial.proposed)
        after = trial.after()
        cutoff, ahead = nearest(trial.cutoffs, trial.before, after.point, step)
        # A jump of the voltage at the start of a step may pass a cut-off at once: no step is short enough
        # to meet it, and the shortest one has to do.
        overshot = ahead < -EVENT_TIME_TOLERANCE and step > self.smallest_step
        if overshot and trial.earlier < MOST_EVENT_TRIALS:
            return Decision(Verdict.PAST_CUTOFF, max(step + ahead, self.smallest_step), present)
        if cutoff is not None and ahead <= EVENT_TIME_TOLERANCE:
            return Decision(Verdict.ACCEPTED, None, 1, after, cutoff)
        return Decision(Verdict.ACCEPTED, min(ahead, wanted) if trial.earlier else wanted, order, after)


def nearest(
    cutoffs: Sequence[Cutoff], before: OperatingPoint, now: OperatingPoint, step: float
) -> tuple[Cutoff | None, float]:
    """The cut-off that comes first, and the time until it, negative where it has been passed.

    The distance to a cut-off is taken as linear in time over the step.
    """
    first: tuple[Cutoff | None, float] = (None, np.inf)
    for cutoff in cutoffs:
        left, right = cutoff.remaining(before), cutoff.remaining(now)
        if left <= 0.0 and right <= 0.0:
            ahead = 0.0  # passed before the step began
        elif np.isfinite(left) and left > right:
            ahead = step * right / (left - right)
        else:
            ahead = np.inf if right > 0.0 else 0.0
        if ahead < first[1]:
            first = (cutoff, ahead)
    return first
