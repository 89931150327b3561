"""The axes of a study: what varies, over which values or over which range."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chemomech.errors import InputError, unknown_name
from chemomech.experiments.case import Case
from chemomech.experiments.studies.parameters import Parameter, find_parameter
from chemomech.experiments.studies.quantities import AxisValue

SCALES = ("linear", "log")


@dataclass(frozen=True)
class Axis:
    """One axis of a study.

    Attributes:
        name: as written in the study file.
        parameter: what it sets.
        values: listed values; empty where a range is given.
        low: lower end of the range.
        high: upper end of the range.
        scale: how a range is filled: ``linear`` or ``log``.
        unit: of all values, as written.
    """

    name: str
    parameter: Parameter
    values: tuple[AxisValue, ...] = ()
    low: float = 0.0
    high: float = 0.0
    scale: str = "linear"
    unit: str = ""

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers."""
        return all(value.number is not None for value in self.values)

    def at(self, share: float) -> AxisValue:
        """Return the value at a share between 0 and 1 of the range."""
        if self.scale == "log":
            logarithm = math.log(self.low) + share * (math.log(self.high) - math.log(self.low))
            return AxisValue.of(math.exp(logarithm), self.unit)
        return AxisValue.of(self.low + share * (self.high - self.low), self.unit)

    def require_values(self, design: str) -> tuple[AxisValue, ...]:
        """Return the listed values.

        Raises:
            InputError: when a range is given instead.
        """
        if not self.values:
            raise InputError(
                f"axis {self.name!r} states a range, and the design {design!r} needs listed values; write "
                "values = [...], or choose the design latin-hypercube or sobol."
            )
        return self.values

    def require_range(self, design: str) -> None:
        """Check that a range is given.

        Raises:
            InputError: when values are listed instead.
        """
        if self.values:
            raise InputError(
                f"axis {self.name!r} lists values, and the design {design!r} needs a range; write "
                "range = [low, high], or choose the design grid or list."
            )


def read_axis(name: str, table: Any, base: Case) -> Axis:
    """Return the axis that a table (or a plain list of values) of a study file describes.

    Raises:
        InputError: for an unknown parameter, mixed units, repeated values or a range that is none.
    """
    settings = dict(table) if isinstance(table, Mapping) else {"values": table}
    listed, span = settings.pop("values", None), settings.pop("range", None)
    scale = settings.pop("scale", "linear")
    parameter = find_parameter(name, base, settings)
    if (listed is None) == (span is None):
        raise InputError(f"axis {name!r} must have either values = [...] or range = [low, high]; give one.")
    if scale not in SCALES:
        raise unknown_name(f"scale of axis {name!r}", str(scale), SCALES)
    read = _values(name, listed if span is None else span)
    unit = _common_unit(name, read)
    if span is None:
        return Axis(name, parameter, read, unit=unit)
    low, high = _range(name, read, scale)
    return Axis(name, parameter, (), low, high, scale, unit)


def _values(name: str, listed: Any) -> tuple[AxisValue, ...]:
    if not isinstance(listed, list | tuple) or not listed:
        raise InputError(f"axis {name!r} = {listed!r} is no list of values; write them between [ and ].")
    read = tuple(AxisValue.read(raw, name) for raw in listed)
    coordinates = [value.coordinate for value in read]
    twice = [value for value in coordinates if coordinates.count(value) > 1]
    if twice:
        raise InputError(f"axis {name!r} holds {twice[0]} twice; list every value once.")
    return read


def _common_unit(name: str, values: tuple[AxisValue, ...]) -> str:
    units = {value.unit for value in values}
    if len(units) > 1:
        raise InputError(f"axis {name!r} mixes the units {sorted(units)}; write all values in one unit.")
    return units.pop()


def _range(name: str, values: tuple[AxisValue, ...], scale: str) -> tuple[float, float]:
    numbers = [value.number for value in values if value.number is not None]
    if len(numbers) != 2 or len(values) != 2 or not numbers[0] < numbers[1]:
        raise InputError(f"the range of axis {name!r} must be [low, high] with low below high; mend it.")
    if scale == "log" and numbers[0] <= 0.0:
        raise InputError(
            f"the range of axis {name!r} starts at {numbers[0]:g}; a log scale needs more than 0."
        )
    return numbers[0], numbers[1]
