"""Where a number comes from: sources, and numbers that carry theirs."""

from __future__ import annotations

from typing import Any, Self

from chemomech.materials.sources import EVERYWHERE, Interval, Mark, Source, override_source
from chemomech.materials.splines import Constant
from chemomech.materials.temperature import AS_SET, UNKNOWN, TemperatureLaw, require_known

__all__ = ["EVERYWHERE", "Interval", "Mark", "Parameter", "Source", "override_source"]


class Parameter(float):
    """A number with unit, source and the interval in which sources place it; usable as a float.

    Attributes:
        unit: SI unit, ``"-"`` for none.
        source: Where the number comes from.
        valid_range: Interval of reported or plausible values, in ``unit``; None if unknown.
        temperature: How the number moves with temperature.
    """

    unit: str
    source: Source
    valid_range: Interval | None
    temperature: TemperatureLaw

    def __new__(
        cls,
        value: float,
        unit: str,
        source: Source,
        valid_range: Interval | None = None,
        temperature: TemperatureLaw = UNKNOWN,
    ) -> Self:
        """Make a parameter of ``value`` in ``unit``."""
        number = super().__new__(cls, value)
        entries = {"unit": unit, "source": source, "valid_range": valid_range, "temperature": temperature}
        for name, entry in entries.items():
            object.__setattr__(number, name, entry)
        return number

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: parameters do not change."""
        raise AttributeError(f"cannot set {name!r}: a Parameter does not change, make a new one")

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and unpickle by the constructor, since attributes cannot be set afterwards."""
        entries = (self.unit, self.source, self.valid_range, self.temperature)
        return (type(self), (float(self), *entries))

    @property
    def value(self) -> float:
        """The bare number, in ``unit``."""
        return float(self)

    @property
    def temperature_range(self) -> Interval:
        """Temperatures [K] at which the number is known."""
        return self.temperature.valid_range

    def extremes(self) -> Interval:
        """Least and largest value, in ``unit``: the number, twice."""
        return float(self), float(self)

    def with_value(self, value: float) -> Parameter:
        """The same quantity with another value, marked as the user's choice, at whatever temperature."""
        return Parameter(value, self.unit, override_source(value, self.unit), None, AS_SET)

    def at_temperature(self, temperature: float, what: str) -> Parameter:
        """The same quantity at another temperature.

        Args:
            temperature: Temperature [K].
            what: What it is, in words, such as ``"conductivity of carbon-binder"``.

        Raises:
            InputError: If it is not known there.
        """
        require_known(self.temperature, temperature, what)
        law = self.temperature.moved(temperature)
        if law is self.temperature:
            return self
        value = float(self.temperature.carried(Constant(float(self)), temperature)(0.0))
        return Parameter(value, self.unit, self.source, None, law)
