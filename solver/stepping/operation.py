"""What the cell is made to do, step by step, in SI units, and the closed list of reasons to stop.

Sign convention: a positive current density charges the half cell, that is, takes lithium out of the cathode.
A cut-off is a signed distance: :meth:`Cutoff.remaining` is positive while the cut-off is still ahead and
changes sign when it is reached, so that a time stepper can find the moment by a root search.
"""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

NO_CURRENT = 1.0e-6
"""Currents below this neither charge nor discharge [A/m2]."""


class StopReason(StrEnum):
    """Why a run ended. Every run ends with exactly one of these."""

    CUTOFF_VOLTAGE = "cutoff-voltage"
    CUTOFF_CURRENT = "cutoff-current"
    END_OF_PROTOCOL = "end-of-protocol"
    PARTICLE_SURFACE_DEPLETED = "particle-surface-depleted"
    PARTICLE_SURFACE_FULL = "particle-surface-full"
    ELECTROLYTE_DEPLETED = "electrolyte-depleted"
    OTHER_LIMIT = "other-limit"
    STEP_TOO_SMALL = "step-too-small"
    TIME_LIMIT = "time-limit"

    @property
    def planned(self) -> bool:
        """True where the protocol asked for this end, False where the cell or the numerics forced it."""
        return self in (StopReason.CUTOFF_VOLTAGE, StopReason.CUTOFF_CURRENT, StopReason.END_OF_PROTOCOL)

    @property
    def physical(self) -> bool:
        """True where the cell itself could not go on as the protocol asked."""
        return self in (
            StopReason.PARTICLE_SURFACE_DEPLETED,
            StopReason.PARTICLE_SURFACE_FULL,
            StopReason.ELECTROLYTE_DEPLETED,
            StopReason.OTHER_LIMIT,
        )

    @property
    def remedy(self) -> str:
        """One sentence: what to change to get further, or that nothing needs changing."""
        return _REMEDIES[self]


_REMEDIES = {
    StopReason.CUTOFF_VOLTAGE: "The protocol ended at its voltage cut-off; nothing needs changing.",
    StopReason.CUTOFF_CURRENT: "The protocol ended at its current cut-off; nothing needs changing.",
    StopReason.END_OF_PROTOCOL: "Every step of the protocol was carried out; nothing needs changing.",
    StopReason.PARTICLE_SURFACE_DEPLETED: (
        "A particle surface ran out of lithium before the cut-off: lower the C-rate or the upper voltage, "
        "check that diffusivity and particle radius belong together, or let the step end there and go on "
        "with 'or until a limit'."
    ),
    StopReason.PARTICLE_SURFACE_FULL: (
        "The particle surfaces filled with lithium before the cut-off: lower the C-rate, raise the lower "
        "voltage, start from a smaller stoichiometry, or let the step end there and go on with 'or until a "
        "limit'."
    ),
    StopReason.ELECTROLYTE_DEPLETED: (
        "The electrolyte ran out of salt: lower the C-rate, thin the electrode or the separator, "
        "raise the porosity or the salt concentration, or let the step end there and go on with 'or until a "
        "limit'."
    ),
    StopReason.OTHER_LIMIT: (
        "A limit that was added to the model was passed: change what drives the cell there, move the limit, "
        "or let the step end there and go on with 'or until a limit'."
    ),
    StopReason.STEP_TOO_SMALL: (
        "The time step fell below its smallest allowed value: refine the mesh where the fields are steep, "
        "or loosen the tolerance of the time stepping."
    ),
    StopReason.TIME_LIMIT: (
        "The limit on time or number of steps was reached: raise it, or resume the run from its folder."
    ),
}


@dataclass(frozen=True)
class OperatingPoint:
    """What a cut-off may look at: the state of the cell as seen from its terminals.

    Attributes:
        time_in_step: time since the present step of the protocol began [s].
        voltage: cell voltage [V].
        current_density: current over the cross-section of the cell, positive on charge [A/m2].
        charge_in_step: magnitude of the charge passed since the step began [C/m2].
    """

    time_in_step: float
    voltage: float
    current_density: float
    charge_in_step: float


class Terminal(Protocol):
    """A cell that can be driven: one of the two is prescribed at a time."""

    def prescribe_current(self, current_density: float) -> None:
        """Hold the current density [A/m2], positive on charge."""
        ...

    def prescribe_voltage(self, voltage: float) -> None:
        """Hold the voltage against lithium metal [V]."""
        ...


class Control(Protocol):
    """One scalar equation that closes the cell model: what the cycler holds."""

    def impose(self, terminal: Terminal, time_in_step: float = 0.0) -> None:
        """Set the terminal to what is held at a time since the step began [s]."""
        ...

    def starting_point(self, open_circuit_voltage: float) -> OperatingPoint:
        """Return the point just after switching on from rest at ``open_circuit_voltage`` [V]."""
        ...

    def largest_current(self) -> float:
        """Return the largest magnitude of the current density [A/m2]; infinite where it is not known."""
        ...

    def time_to_edge(self, time_in_step: float) -> float:
        """Return the time to the next edge of what is held [s]; infinite where there is none."""
        ...

    def turns_at(self, time_in_step: float) -> bool:
        """Return whether what is held jumps or bends at a time since the step began [s]."""
        ...


class _Steady:
    """A control without edges."""

    def time_to_edge(self, time_in_step: float) -> float:
        """Return that there is none."""
        return math.inf

    def turns_at(self, time_in_step: float) -> bool:
        """Return that it does not."""
        return False


class Cutoff(Protocol):
    """A condition that ends a step of the protocol."""

    @property
    def stop_reason(self) -> StopReason:
        """The reason a run gives when this cut-off ends its last step."""
        ...

    @property
    def time_bound(self) -> float:
        """Latest time in the step at which it is reached for certain [s]; infinite where unknown."""
        ...

    def remaining(self, state: OperatingPoint) -> float:
        """Return the signed distance to the cut-off: positive while ahead, zero or negative once reached."""
        ...


@dataclass(frozen=True)
class ConstantCurrent(_Steady):
    """The current density is held; zero is rest.

    Attributes:
        current_density: positive on charge [A/m2].
    """

    current_density: float

    def impose(self, terminal: Terminal, time_in_step: float = 0.0) -> None:
        """Prescribe the current density."""
        terminal.prescribe_current(self.current_density)

    def largest_current(self) -> float:
        """Return the magnitude of the current density."""
        return abs(self.current_density)

    def starting_point(self, open_circuit_voltage: float) -> OperatingPoint:
        """Return the open-circuit voltage with the held current."""
        return OperatingPoint(0.0, open_circuit_voltage, self.current_density, 0.0)


SAME_TIME = 1.0e-7
"""Times that lie no farther apart are the same [s]."""


@dataclass(frozen=True)
class CurrentProfile:
    """The current density follows a curve that is linear between points, and jumps where two share a time.

    At a jump the value before it holds; after it that behind it.

    Attributes:
        times: since the step began, from 0, not falling [s], shape (n,).
        currents: at those times, positive on charge [A/m2], shape (n,).
    """

    times: tuple[float, ...]
    currents: tuple[float, ...]

    def impose(self, terminal: Terminal, time_in_step: float = 0.0) -> None:
        """Prescribe the current density at a time."""
        terminal.prescribe_current(self.current_at(time_in_step))

    def current_at(self, time_in_step: float) -> float:
        """Return the current density at a time [A/m2]; the last one beyond the end."""
        after = bisect.bisect_left(self.times, time_in_step - SAME_TIME)
        if after == 0:
            return self.currents[0]
        if after == len(self.times):
            return self.currents[-1]
        start, end = self.times[after - 1], self.times[after]
        share = min((time_in_step - start) / (end - start), 1.0)
        return self.currents[after - 1] + share * (self.currents[after] - self.currents[after - 1])

    def starting_point(self, open_circuit_voltage: float) -> OperatingPoint:
        """Return the open-circuit voltage with the first current."""
        return OperatingPoint(0.0, open_circuit_voltage, self.currents[0], 0.0)

    def largest_current(self) -> float:
        """Return the largest magnitude of the current density."""
        return max(map(abs, self.currents))

    def time_to_edge(self, time_in_step: float) -> float:
        """Return the time to the next point."""
        place = bisect.bisect_right(self.times, time_in_step + SAME_TIME)
        return self.times[place] - time_in_step if place < len(self.times) else math.inf

    def turns_at(self, time_in_step: float) -> bool:
        """Return whether there is a point at that time."""
        place = bisect.bisect_left(self.times, time_in_step - SAME_TIME)
        return place < len(self.times) and self.times[place] <= time_in_step + SAME_TIME


@dataclass(frozen=True)
class ConstantVoltage(_Steady):
    """The cell voltage is held.

    Attributes:
        voltage: cathode against lithium metal [V].
    """

    voltage: float

    def impose(self, terminal: Terminal, time_in_step: float = 0.0) -> None:
        """Prescribe the voltage."""
        terminal.prescribe_voltage(self.voltage)

    def largest_current(self) -> float:
        """Return that it is not known."""
        return math.inf

    def starting_point(self, open_circuit_voltage: float) -> OperatingPoint:
        """Return the held voltage with an unbounded current: what will flow is not known beforehand."""
        return OperatingPoint(
            0.0, self.voltage, math.copysign(math.inf, self.voltage - open_circuit_voltage), 0.0
        )


@dataclass(frozen=True)
class VoltageLimit:
    """Ends a step when the voltage reaches a bound.

    Attributes:
        voltage: the bound [V].
        rising: True where the bound is approached from below (charge), False from above (discharge).
    """

    voltage: float
    rising: bool
    stop_reason = StopReason.CUTOFF_VOLTAGE
    time_bound = math.inf

    def remaining(self, state: OperatingPoint) -> float:
        """Return the voltage still to go [V]."""
        distance = self.voltage - state.voltage
        return distance if self.rising else -distance


@dataclass(frozen=True)
class CurrentLimit:
    """Ends a step, normally a hold, when the magnitude of the current has fallen to a bound.

    Attributes:
        current_density: the bound, not negative [A/m2].
    """

    current_density: float
    stop_reason = StopReason.CUTOFF_CURRENT
    time_bound = math.inf

    def remaining(self, state: OperatingPoint) -> float:
        """Return how far the magnitude of the current lies above the bound [A/m2]."""
        return abs(state.current_density) - self.current_density


@dataclass(frozen=True)
class DurationLimit:
    """Ends a step after a stated time.

    Attributes:
        seconds: length of the step [s].
    """

    seconds: float
    stop_reason = StopReason.END_OF_PROTOCOL

    @property
    def time_bound(self) -> float:
        """The stated time [s]."""
        return self.seconds

    def remaining(self, state: OperatingPoint) -> float:
        """Return the time still to go [s]."""
        return self.seconds - state.time_in_step


@dataclass(frozen=True)
class CapacityLimit:
    """Ends a step after a stated charge, whichever way it flows.

    Attributes:
        charge: charge over the cross-section of the cell [C/m2].
    """

    charge: float
    stop_reason = StopReason.END_OF_PROTOCOL
    time_bound = math.inf

    def remaining(self, state: OperatingPoint) -> float:
        """Return the charge still to pass [C/m2]."""
        return self.charge - state.charge_in_step


@dataclass(frozen=True)
class OperatingStep:
    """One step of a protocol: hold ``control`` until the first of ``cutoffs`` is reached.

    Attributes:
        control: what is held.
        cutoffs: conditions that end the step; at least one, unless it ends at a physical limit.
        label: the sentence the step came from, for progress lines and results.
        ends_at_limit: True where a physical limit of the cell is an end as well, after which the protocol
            goes on; else it stops the run.
    """

    control: Control
    cutoffs: tuple[Cutoff, ...]
    label: str
    ends_at_limit: bool = False

    def may_end_with(self, reason: StopReason) -> bool:
        """True where the protocol asked for this end of the step, False where it stopped the run short."""
        return reason.planned or (self.ends_at_limit and reason.physical)
