"""Where a number comes from: sources, and numbers that carry theirs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, Self

type Mark = Literal["measured", "literature", "second-hand", "assumed", "calibrated", "computed"]
"""How far a value can be trusted.

``measured``: our own or the user's measurement; ``literature``: read in the cited work or in its
published data or code; ``second-hand``: quoted from the cited work by somebody else; ``assumed``: a
choice; ``calibrated``: fitted to what it is later compared with; ``computed``: derived from other
values.
"""

type Interval = tuple[float, float]


@dataclass(frozen=True)
class Source:
    """Origin of a value or law.

    Attributes:
        reference: The work, and how the value follows from it.
        marks: How far it can be trusted; several where parts differ.
    """

    reference: str
    marks: tuple[Mark, ...] = ()


class Parameter(float):
    """A number with unit, source and the interval in which sources place it; usable as a float.

    Attributes:
        unit: SI unit, ``"-"`` for none.
        source: Where the number comes from.
        valid_range: Interval of reported or plausible values, in ``unit``; None if unknown.
    """

    unit: str
    source: Source
    valid_range: Interval | None

    def __new__(cls, value: float, unit: str, source: Source, valid_range: Interval | None = None) -> Self:
        """Make a parameter of ``value`` in ``unit``."""
        number = super().__new__(cls, value)
        for name, entry in (("unit", unit), ("source", source), ("valid_range", valid_range)):
            object.__setattr__(number, name, entry)
        return number

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: parameters do not change."""
        raise AttributeError(f"cannot set {name!r}: a Parameter does not change, make a new one")

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and unpickle by the constructor, since attributes cannot be set afterwards."""
        return (type(self), (float(self), self.unit, self.source, self.valid_range))

    @property
    def value(self) -> float:
        """The bare number, in ``unit``."""
        return float(self)

    def with_value(self, value: float) -> Parameter:
        """The same quantity with another value, marked as the user's choice."""
        return Parameter(value, self.unit, override_source(value, self.unit), None)


def override_source(value: float, unit: str) -> Source:
    """Source of a value that a user set in place of the shipped one."""
    return Source(f"set to {value:.6g} {unit} in place of the shipped value", ("assumed",))


EVERYWHERE: Interval = (-math.inf, math.inf)
"""Range of validity of a constant."""
