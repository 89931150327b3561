"""What is fitted: keys of a case, one number or a curve through nodes, each between bounds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chemomech.errors import InputError
from chemomech.experiments.case import schema
from chemomech.experiments.case.units import number_and_unit
from chemomech.materials.curve import LINEAR, LOG

MATERIAL = "materials.overrides."
"""How the keys begin that set something in place of an entry of a material."""

FORMS = ("value", "factor", "values")
"""Last parts of keys below an entry of a material."""


class Target(Protocol):
    """Something of a case that is fitted, by one number or by several."""

    @property
    def name(self) -> str:
        """What tables call it."""

    @property
    def key(self) -> str:
        """The first of them."""

    @property
    def nodes(self) -> tuple[Any, ...]:
        """Of a curve; none of a number."""

    @property
    def numbers(self) -> tuple[FitParameter, ...]:
        """The numbers that are fitted."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the case that it sets."""

    def changes(self, shares: Sequence[float], data: str = "") -> Mapping[str, Any]:
        """Return keys of a case and what they are set to.

        Args:
            shares: place of each number between its bounds [-].
            data: names of the data to which it was fitted; the mark ``calibrated`` is left out without.
        """
        ...


@dataclass(frozen=True)
class FitParameter:
    """A key of the case that is fitted, a table ``[[parameter]]``.

    Inside the fit it runs from 0 at ``low`` to 1 at ``high``, evenly on its scale.

    Attributes:
        name: what tables call it.
        key: of the case, dotted.
        low: lowest value, with its unit.
        high: highest value, with the same unit.
        scale: ``log`` or ``linear``.
        also: further keys that take the same value.
    """

    name: str = schema.key()
    key: str = schema.key()
    low: str = schema.key()
    high: str = schema.key()
    scale: str = schema.key(LOG, choices=(LOG, LINEAR))
    also: tuple[str, ...] = schema.key(())

    def __post_init__(self) -> None:
        """Check the bounds.

        Raises:
            InputError: when they are no bounds, or none of a logarithm.
        """
        low, high = (number_and_unit(str(bound)) for bound in (self.low, self.high))
        if low is None or high is None or low[1] != high[1]:
            raise InputError(
                f"the bounds {self.low!r} and {self.high!r} of the parameter {self.name!r} are not two "
                "numbers with one unit; write them as in '1e-16 m2/s'."
            )
        if not low[0] < high[0] or (self.scale == LOG and low[0] <= 0.0):
            raise InputError(
                f"the bounds {self.low} and {self.high} of the parameter {self.name!r} must rise"
                f"{' and be above 0 on a logarithmic scale' if self.scale == LOG else ''}; state others."
            )

    @property
    def bounds(self) -> tuple[float, float, str]:
        """Lowest and highest value, and their unit."""
        low, high = number_and_unit(str(self.low)), number_and_unit(str(self.high))
        assert low is not None
        assert high is not None
        return low[0], high[0], low[1]

    @property
    def nodes(self) -> tuple[Any, ...]:
        """See ``Target``."""
        return ()

    @property
    def numbers(self) -> tuple[FitParameter, ...]:
        """See ``Target``."""
        return (self,)

    @property
    def keys(self) -> tuple[str, ...]:
        """See ``Target``."""
        return (self.key, *self.also)

    def value(self, share: float) -> float:
        """Value at a place between the bounds, in their unit."""
        low, high, _ = self.bounds
        if self.scale == LOG:
            return low * (high / low) ** share
        return low + (high - low) * share

    def share(self, value: float) -> float:
        """Place of a value between the bounds."""
        low, high, _ = self.bounds
        if self.scale == LOG:
            return math.log(value / low) / math.log(high / low)
        return (value - low) / (high - low)

    def text(self, share: float) -> Any:
        """Value as a case file writes it."""
        unit = self.bounds[2]
        return f"{self.value(share)!r} {unit}" if unit else self.value(share)

    def changes(self, shares: Sequence[float], data: str = "") -> Mapping[str, Any]:
        """See ``Target``."""
        raw = self.text(float(shares[0]))
        return {new: value for key in self.keys for new, value in _marked(key, raw, data).items()}


@dataclass(frozen=True)
class FitCurve:
    """A curve of a material through nodes, each of which is fitted, a table ``[[curve]]``.

    On a logarithmic scale the logarithm is interpolated between the nodes, else the value (PCHIP).

    Attributes:
        name: what tables call it.
        key: of the case, such as ``materials.overrides.cathode.diffusivity``.
        nodes: of the variable of the curve, rising; with a unit if it has one.
        low: lowest value at a node, with its unit.
        high: highest value, with the same unit.
        scale: ``log`` or ``linear``.
    """

    name: str = schema.key()
    key: str = schema.key()
    nodes: tuple[Any, ...] = schema.key(read=lambda value, name: _nodes(value, name))
    low: str = schema.key()
    high: str = schema.key()
    scale: str = schema.key(LOG, choices=(LOG, LINEAR))

    def __post_init__(self) -> None:
        """Check the bounds."""
        _ = self.numbers

    @property
    def numbers(self) -> tuple[FitParameter, ...]:
        """See ``Target``."""
        return tuple(
            FitParameter(f"{self.name}({node})", self.key, self.low, self.high, self.scale)
            for node in self.nodes
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """See ``Target``."""
        return (self.key,)

    def changes(self, shares: Sequence[float], data: str = "") -> Mapping[str, Any]:
        """See ``Target``."""
        values = [one.text(float(u)) for one, u in zip(self.numbers, shares, strict=True)]
        table = {"nodes": list(self.nodes), "values": values, "scale": self.scale}
        return {self.key: table | ({"calibrated": data} if data else {})}


def _marked(key: str, raw: Any, data: str) -> dict[str, Any]:
    """A key and its value, with the mark of a fitted number where a material can carry it."""
    entry, _, last = key.rpartition(".")
    if not data or not key.startswith(MATERIAL):
        return {key: raw}
    if last in FORMS:
        return {key: raw, f"{entry}.calibrated": data}
    return {key: {"value": raw, "calibrated": data}}


def _nodes(value: Any, name: str) -> tuple[Any, ...]:
    if not isinstance(value, list) or len(value) < 2:
        raise InputError(f"{name} = {value!r} is no list of two nodes or more; write it as in [0.3, 0.6].")
    return tuple(value)
