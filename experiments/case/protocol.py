"""A protocol as data: what is held, until when, still in the units in which it was stated.

:mod:`chemomech.experiments.case.sentences` reads protocols from sentences; :func:`resolve` turns them into
the steps of :mod:`chemomech.solver.stepping.operation`, in SI and per area of electrode.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from chemomech.experiments.case.currents import Charge, Current, NominalCapacity
from chemomech.solver.stepping import operation


class Control(Protocol):
    """What the cycler holds during a step."""

    def resolve(self, nominal: NominalCapacity) -> operation.Control:
        """Return the same control in SI, per area of electrode."""
        ...


class Cutoff(Protocol):
    """What ends a step."""

    def resolve(self, nominal: NominalCapacity) -> operation.Cutoff:
        """Return the same cut-off in SI, per area of electrode."""
        ...


@dataclass(frozen=True)
class CurrentControl:
    """A held current.

    Attributes:
        current: its magnitude.
        direction: +1 for charge, -1 for discharge.
    """

    current: Current
    direction: int

    def resolve(self, nominal: NominalCapacity) -> operation.ConstantCurrent:
        """Return the signed current density, positive on charge."""
        return operation.ConstantCurrent(self.direction * self.current.current_density(nominal))


@dataclass(frozen=True)
class ProfileControl:
    """A current that follows a curve, linear between points; two points at one time are a jump.

    Attributes:
        points: time since the step began [s], magnitude, and direction (+1 for charge, -1 for discharge).
    """

    points: tuple[tuple[float, Current, int], ...]

    def resolve(self, nominal: NominalCapacity) -> operation.CurrentProfile:
        """Return the curve of the signed current density, positive on charge."""
        return operation.CurrentProfile(
            tuple(time for time, _, _ in self.points),
            tuple(direction * current.current_density(nominal) for _, current, direction in self.points),
        )


@dataclass(frozen=True)
class VoltageControl:
    """A held voltage.

    Attributes:
        voltage: [V].
    """

    voltage: float

    def resolve(self, nominal: NominalCapacity) -> operation.ConstantVoltage:
        """Return the held voltage."""
        return operation.ConstantVoltage(self.voltage)


@dataclass(frozen=True)
class RestControl:
    """No current."""

    def resolve(self, nominal: NominalCapacity) -> operation.ConstantCurrent:
        """Return a current of zero."""
        return operation.ConstantCurrent(0.0)


@dataclass(frozen=True)
class VoltageCutoff:
    """Ends a charge at an upper voltage, a discharge at a lower one.

    Attributes:
        voltage: [V].
        rising: True on charge.
    """

    voltage: float
    rising: bool

    def resolve(self, nominal: NominalCapacity) -> operation.VoltageLimit:
        """Return the voltage limit."""
        return operation.VoltageLimit(self.voltage, self.rising)


@dataclass(frozen=True)
class CurrentCutoff:
    """Ends a hold when the current has faded.

    Attributes:
        current: the magnitude at which it ends.
    """

    current: Current

    def resolve(self, nominal: NominalCapacity) -> operation.CurrentLimit:
        """Return the limit as a current density."""
        return operation.CurrentLimit(self.current.current_density(nominal))


@dataclass(frozen=True)
class Duration:
    """Ends a step after a time.

    Attributes:
        seconds: [s].
    """

    seconds: float

    def resolve(self, nominal: NominalCapacity) -> operation.DurationLimit:
        """Return the limit on time."""
        return operation.DurationLimit(self.seconds)


@dataclass(frozen=True)
class CapacityCutoff:
    """Ends a step after an amount of charge.

    Attributes:
        charge: the charge passed within the step.
    """

    charge: Charge

    def resolve(self, nominal: NominalCapacity) -> operation.CapacityLimit:
        """Return the limit as charge per area."""
        return operation.CapacityLimit(self.charge.charge_density(nominal))


@dataclass(frozen=True)
class Step:
    """One sentence of a protocol.

    Attributes:
        control: what is held.
        cutoffs: what ends it; the first one reached counts.
        sentence: the text it was read from.
        ends_at_limit: True where a physical limit of the cell ends the step as well, not the run.
    """

    control: Control
    cutoffs: tuple[Cutoff, ...]
    sentence: str
    ends_at_limit: bool = False

    def resolve(self, nominal: NominalCapacity) -> operation.OperatingStep:
        """Return the step in SI, per area of electrode, labelled with its sentence."""
        cutoffs = tuple(cutoff.resolve(nominal) for cutoff in self.cutoffs)
        return operation.OperatingStep(
            self.control.resolve(nominal), cutoffs, self.sentence, self.ends_at_limit
        )


def resolve(steps: Iterable[Step], nominal: NominalCapacity) -> tuple[operation.OperatingStep, ...]:
    """Return the steps of a protocol in SI, per area of electrode.

    Args:
        steps: the protocol, as :func:`chemomech.experiments.case.sentences.parse_protocol` returns it.
        nominal: the capacity and loading that C-rates and specific quantities refer to.
    """
    return tuple(step.resolve(nominal) for step in steps)
