"""A half-cell model with one entry of one of its materials changed by a tenth, whatever the entry is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import singledispatch
from typing import Any

from chemomech.materials import Curve, ExchangeCurrentDensity, Parameter, Source
from chemomech.solver.cell.model import HalfCellModel

OTHER = Source("changed by a test to see that it is read", ("assumed",))
TOGETHER = {"anodic_transfer": "cathodic_transfer", "cathodic_transfer": "anodic_transfer"}
"""Entries of which one may have to grow as the other falls: some models want their sum to be 1."""


@dataclasses.dataclass(frozen=True)
class Scaled:
    """A law times a factor."""

    law: Callable[[Any], Any]
    factor: float

    def __call__(self, x: Any) -> Any:
        return self.factor * self.law(x)

    def at_temperature(self, temperature: float) -> Scaled:
        """The law at another temperature, where its own formula holds one."""
        return Scaled(self.law.at_temperature(temperature), self.factor)  # type: ignore[attr-defined]


@singledispatch
def changed(entry: object) -> Iterator[Any]:
    """Yield the entry changed in every way that must be seen."""
    raise AssertionError(f"the test does not know how to change {entry!r}; teach it")


@changed.register
def _(entry: Parameter) -> Iterator[Any]:
    yield Parameter(0.9 * float(entry), entry.unit, OTHER, None, entry.temperature)


@changed.register
def _(entry: Curve) -> Iterator[Any]:
    yield dataclasses.replace(entry, function=Scaled(entry.function, 0.9))


@changed.register
def _(entry: ExchangeCurrentDensity) -> Iterator[Any]:
    for law in ("stoichiometry_law", "salt_law"):
        (other,) = changed(getattr(entry, law))
        yield dataclasses.replace(entry, **{law: other})


def models(model: HalfCellModel, name: str, balanced: bool = False) -> Iterator[HalfCellModel]:
    """Yield the model with an entry, such as ``cathode.density``, changed.

    Args:
        model: to be changed.
        name: of the entry.
        balanced: change the other transfer coefficient with one, so that both add up to 1.
    """
    role, entry = name.split(".")
    material = getattr(model, role)
    for value in changed(getattr(material, entry)):
        values = {entry: value}
        if balanced and entry in TOGETHER:
            values[TOGETHER[entry]] = Parameter(1.0 - float(value), "-", OTHER, None, value.temperature)
        if entry == "maximum_concentration":
            voltage = material.open_circuit_voltage.paired_with(float(value), "a test")
            values["open_circuit_voltage"] = voltage
        yield dataclasses.replace(model, **{role: dataclasses.replace(material, **values)})
