"""How a material law moves with temperature.

Every law and number holds at a reference temperature, 25 C for all shipped ones, and carries one of the
classes below. `chemomech.materials.isothermal` moves a whole material to the temperature of a cell, where its
laws are ordinary ones again.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol, Self

from chemomech.errors import InputError, require_between
from chemomech.materials.constants import REFERENCE_TEMPERATURE, arrhenius_factor
from chemomech.materials.elementary import Function, Value
from chemomech.materials.sources import EVERYWHERE, Interval, Source

ASSUMED_RANGE: Interval = (263.15, 333.15)
"""-10 to 60 C [K], assumed where a source does not say between which temperatures its law holds."""

_ROUNDING = 1.0e-6
"""Difference by which a temperature may miss a bound, as after a conversion of units [K]."""


class TemperatureLaw(Protocol):
    """How a law, or a number, moves with temperature."""

    @property
    def valid_range(self) -> Interval:
        """Temperatures [K] at which the law is known."""
        ...

    def carried(self, function: Function, temperature: float) -> Function:
        """The law at a temperature [K], from its form at the reference temperature."""
        ...

    def moved(self, temperature: float) -> TemperatureLaw:
        """The same dependence, counted from another reference temperature [K]; itself where nothing moves."""
        ...

    def words(self) -> str:
        """The dependence with its range and source, for people."""
        ...


@dataclass(frozen=True)
class Arrhenius:
    """A factor exp(-Ea/R (1/T - 1/T_ref)) on the whole law.

    Attributes:
        activation_energy: Ea [J/mol]; negative for what falls as the temperature rises.
        source: Where Ea comes from.
        valid_range: Temperatures at which it is used [K].
        reference: Temperature T_ref at which the law itself holds [K].
    """

    activation_energy: float
    source: Source
    valid_range: Interval = ASSUMED_RANGE
    reference: float = REFERENCE_TEMPERATURE

    def carried(self, function: Function, temperature: float) -> Function:
        """See `TemperatureLaw.carried`."""
        if temperature == self.reference:
            return function
        return _Scaled(function, arrhenius_factor(self.activation_energy, self.reference, temperature))

    def moved(self, temperature: float) -> Arrhenius:
        """See `TemperatureLaw.moved`."""
        return _counted_from(temperature, self)

    def words(self) -> str:
        """See `TemperatureLaw.words`."""
        return _told(
            f"Arrhenius with {self.activation_energy / 1e3:.4g} kJ/mol", self.valid_range, self.source
        )


@dataclass(frozen=True)
class Linear:
    """A change in proportion to T - T_ref, such as that of a voltage by the entropy of its reaction.

    Attributes:
        slope: Change per kelvin, a function of the same variable as the law.
        source: Where it comes from.
        valid_range: Temperatures at which it is used [K].
        reference: Temperature T_ref at which the law itself holds [K].
    """

    slope: Function
    source: Source
    valid_range: Interval = ASSUMED_RANGE
    reference: float = REFERENCE_TEMPERATURE

    def carried(self, function: Function, temperature: float) -> Function:
        """See `TemperatureLaw.carried`."""
        if temperature == self.reference:
            return function
        return _Shifted(function, self.slope, temperature - self.reference)

    def moved(self, temperature: float) -> Linear:
        """See `TemperatureLaw.moved`."""
        return _counted_from(temperature, self)

    def words(self) -> str:
        """See `TemperatureLaw.words`."""
        return _told("linear", self.valid_range, self.source)


@dataclass(frozen=True)
class FunctionOfTemperature(ABC):
    """A law whose formula holds the temperature: what a curve with the temperature law `OwnForm` is made of.

    Attributes:
        temperature: Temperature [K].
    """

    temperature: float = REFERENCE_TEMPERATURE

    @abstractmethod
    def __call__(self, argument: Value) -> Value:
        """Value at ``argument`` and ``temperature``."""

    def at_temperature(self, temperature: float) -> Self:
        """The same formula at another temperature [K]."""
        return dataclasses.replace(self, temperature=temperature)


@dataclass(frozen=True)
class OwnForm:
    """The formula of the law itself holds the temperature; see `FunctionOfTemperature`.

    Attributes:
        source: Where the formula comes from.
        valid_range: Temperatures at which it holds [K].
        reference: Temperature at which the law is evaluated [K].
    """

    source: Source
    valid_range: Interval = ASSUMED_RANGE
    reference: float = REFERENCE_TEMPERATURE

    def carried(self, function: Function, temperature: float) -> Function:
        """See `TemperatureLaw.carried`.

        Raises:
            InputError: If the law was replaced by one that holds no temperature.
        """
        if temperature == self.reference:
            return function
        own = getattr(function, "at_temperature", None)
        if own is None:
            raise InputError(
                f"a law that was replaced by {function!r} cannot be moved to {temperature:.6g} K by a "
                "formula of its own; give it another temperature law."
            )
        moved: Function = own(temperature)
        return moved

    def moved(self, temperature: float) -> OwnForm:
        """See `TemperatureLaw.moved`."""
        return _counted_from(temperature, self)

    def words(self) -> str:
        """See `TemperatureLaw.words`."""
        return _told("own function of temperature", self.valid_range, self.source)


@dataclass(frozen=True)
class Independent:
    """The same at every temperature of a range, by definition or as a stated assumption.

    Attributes:
        source: Why; marked ``assumed`` where it is a choice.
        valid_range: Temperatures for which it is stated [K].
    """

    source: Source
    valid_range: Interval = ASSUMED_RANGE

    def carried(self, function: Function, temperature: float) -> Function:
        """See `TemperatureLaw.carried`."""
        return function

    def moved(self, temperature: float) -> Independent:
        """See `TemperatureLaw.moved`."""
        return self

    def words(self) -> str:
        """See `TemperatureLaw.words`."""
        return _told("independent", self.valid_range, self.source)


@dataclass(frozen=True)
class OnlyAt:
    """No dependence is known: any other temperature is refused.

    Attributes:
        reference: The temperature at which the law holds [K].
    """

    reference: float = REFERENCE_TEMPERATURE

    @property
    def valid_range(self) -> Interval:
        """The one temperature, twice [K]."""
        return self.reference, self.reference

    def carried(self, function: Function, temperature: float) -> Function:
        """See `TemperatureLaw.carried`."""
        return function

    def moved(self, temperature: float) -> OnlyAt:
        """See `TemperatureLaw.moved`."""
        return self

    def words(self) -> str:
        """See `TemperatureLaw.words`."""
        return f"known at {self.reference:.6g} K only"


@dataclass(frozen=True)
class AsSet:
    """A value that the user set: taken as the value at the temperature of the cell, whichever that is."""

    @property
    def valid_range(self) -> Interval:
        """Everywhere [K]."""
        return EVERYWHERE

    def carried(self, function: Function, temperature: float) -> Function:
        """See `TemperatureLaw.carried`."""
        return function

    def moved(self, temperature: float) -> AsSet:
        """See `TemperatureLaw.moved`."""
        return self

    def words(self) -> str:
        """See `TemperatureLaw.words`."""
        return "as set, at the temperature of the cell"


UNKNOWN = OnlyAt()
"""What a law has that says nothing about temperature."""

AS_SET = AsSet()
"""What a constant has that takes the place of a law."""


def require_known(law: TemperatureLaw, temperature: float, what: str) -> None:
    """Check that a law may be used at a temperature.

    Args:
        law: How it moves with temperature.
        temperature: Temperature [K].
        what: The law, in words, such as ``"diffusivity of nmc622"``.

    Raises:
        InputError: If the temperature is not a number or outside the range of the law.
    """
    low, high = law.valid_range
    if low - _ROUNDING <= temperature <= high + _ROUNDING:
        return
    if low == high:
        raise InputError(
            f"temperature = {temperature:.6g} K must be {low:.6g} K, the only one at which the {what} is "
            f"known; choose that temperature, another material, or set the entry to its value at "
            f"{temperature:.6g} K."
        )
    remedy = (
        f"the {what} is known only there, so choose a temperature in that interval, another material, or set "
        f"the entry to its value at {temperature:.6g} K"
    )
    require_between("temperature", temperature, low, high, "K", remedy)


def _counted_from[L: (Arrhenius, Linear, OwnForm)](temperature: float, law: L) -> L:
    """The law with another reference temperature [K]; itself where nothing moves."""
    return law if temperature == law.reference else dataclasses.replace(law, reference=temperature)


@dataclass(frozen=True)
class _Scaled:
    function: Function
    factor: float

    def __call__(self, argument: Value) -> Value:
        return self.factor * self.function(argument)


@dataclass(frozen=True)
class _Shifted:
    function: Function
    slope: Function
    difference: float

    def __call__(self, argument: Value) -> Value:
        return self.function(argument) + self.difference * self.slope(argument)


def _told(kind: str, valid_range: Interval, source: Source) -> str:
    low, high = valid_range
    marks = f" ({', '.join(source.marks)})" if source.marks else ""
    return f"{kind}, {low:.6g} to {high:.6g} K: {source.reference}{marks}"
