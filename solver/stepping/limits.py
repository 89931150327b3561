"""Physical limits: where what a cell is made of ends before the protocol does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from chemomech.solver.stepping.operation import NO_CURRENT, StopReason


@dataclass(frozen=True)
class Stop:
    """Why a step or a run ended, with a sentence that says what to do about it."""

    reason: StopReason
    detail: str


class Flow(IntEnum):
    """Which way current flows; a positive current charges."""

    DISCHARGE = -1
    ANY = 0
    CHARGE = 1

    def includes(self, current_density: float) -> bool:
        """Whether a current [A/m2] flows this way."""
        return self is Flow.ANY or self * current_density > NO_CURRENT


@dataclass(frozen=True)
class Bound:
    """Where a quantity of a cell ends, whatever model reads it.

    Attributes:
        quantity: What is read, as in ``x at the mean surface of a particle``.
        unit: Its unit.
        value: The bound.
        upper: True where the quantity must stay below it, False where above.
        reason: Why a run ends there.
        flow: Current under which it is judged.
        near: A step that cannot be solved is laid to this bound where the quantity is nearer than this.
    """

    quantity: str
    unit: str
    value: float
    upper: bool
    reason: StopReason
    flow: Flow = Flow.ANY
    near: float = 0.0

    def beyond(self, reading: float) -> float:
        """How far a reading lies past the bound; negative on the right side of it."""
        return reading - self.value if self.upper else self.value - reading

    def sentence(self, reading: float) -> str:
        """That it was passed."""
        unit = "" if self.unit == "-" else f" {self.unit}"
        verb = "rose above" if self.upper else "fell below"
        return f"{self.quantity} = {reading:.5g}{unit} {verb} {self.value:.5g}{unit}"


@dataclass(frozen=True)
class Limit:
    """A bound and how a model reads what it bounds.

    Attributes:
        reading: Reads the present state of the cell (collective).
        bound: The bound.
    """

    reading: Callable[[], float]
    bound: Bound


def passed(limits: Sequence[Limit], current_density: float, time: float) -> Stop | None:
    """The first limit that the present state has passed, or None (collective).

    Args:
        limits: In the order in which they are named.
        current_density: At the collector, positive on charge [A/m2].
        time: Time of the state [s].
    """
    for limit in limits:
        bound = limit.bound
        # All are read on every rank, also those that this current does not ask for.
        reading = limit.reading()
        if bound.flow.includes(current_density) and bound.beyond(reading) > 0.0:
            return Stop(bound.reason, f"At t = {time:.4g} s {bound.sentence(reading)}. {bound.reason.remedy}")
    return None


def behind_failure(limits: Sequence[Limit], current_density: float, time: float, failure: str) -> Stop:
    """Name the physics behind a step that became too small (collective).

    Args:
        limits: In the order in which they are asked.
        current_density: At the collector, positive on charge [A/m2].
        time: Time of the last accepted state, which the cell is in [s].
        failure: What the solvers said last; empty if nothing.
    """
    readings = [(limit.bound, limit.reading()) for limit in limits]
    near = (
        bound.reason
        for bound, reading in readings
        if bound.flow.includes(current_density) and bound.beyond(reading) > -bound.near
    )
    reason = next(near, StopReason.STEP_TOO_SMALL)
    state = ", ".join(
        f"{bound.quantity} = {reading:.4g}{'' if bound.unit == '-' else f' {bound.unit}'}"
        for bound, reading in readings
    )
    cause = f"; last failure: {failure}" if failure else ""
    return Stop(reason, f"At t = {time:.4g} s ({state}){cause}. {reason.remedy}")
