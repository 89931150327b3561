"""Exchange current density of lithium insertion, as a product of two laws."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from chemomech.materials.curve import Curve
from chemomech.materials.elementary import Value, soft_floor, sqrt
from chemomech.materials.provenance import Source
from chemomech.materials.temperature import UNKNOWN, Independent, TemperatureLaw

SALT_FLOOR = 1.0
"""Salt concentration [mol/m3] below which kinetics and transport laws no longer fall."""

STOICHIOMETRY_FLOOR = 1.0e-5
"""Value of x (1 - x) below which square-root kinetics no longer fall."""


@dataclass(frozen=True)
class ExchangeCurrentDensity:
    """Exchange current density i0(x, c_e) = f(x) g(c_e) [A/m2], positive for all arguments.

    Attributes:
        stoichiometry_law: f(x) [A/m2], at the salt concentration where g = 1.
        salt_law: g(c_e) [-].
    """

    stoichiometry_law: Curve
    salt_law: Curve

    def __call__(self, x: Value, c_e: Value) -> Value:
        """Value [A/m2] at stoichiometry ``x`` and salt concentration ``c_e`` [mol/m3]."""
        return self.stoichiometry_law(x) * self.salt_law(c_e)

    @property
    def name(self) -> str:
        """What it is, in words."""
        return self.stoichiometry_law.name

    @property
    def unit(self) -> str:
        """Unit of the value."""
        return self.stoichiometry_law.unit

    @property
    def argument(self) -> str:
        """Symbol and unit of the variable of the stoichiometry law."""
        return self.stoichiometry_law.argument

    @property
    def source(self) -> Source:
        """Source of the stoichiometry law."""
        return self.stoichiometry_law.source

    @property
    def valid_range(self) -> tuple[float, float]:
        """Interval of x in which the law may be used."""
        return self.stoichiometry_law.valid_range

    @property
    def temperature_range(self) -> tuple[float, float]:
        """Temperatures [K] at which both laws are known."""
        one, other = self.stoichiometry_law.temperature_range, self.salt_law.temperature_range
        return max(one[0], other[0]), min(one[1], other[1])

    def at_temperature(self, temperature: float, what: str | None = None) -> Self:
        """Both laws at another temperature [K]; see `Curve.at_temperature`."""
        law = self.stoichiometry_law.at_temperature(temperature, what)
        salt = self.salt_law.at_temperature(temperature, what and f"salt factor of the {what}")
        if law is self.stoichiometry_law and salt is self.salt_law:
            return self
        return dataclasses.replace(self, stoichiometry_law=law, salt_law=salt)

    def extremes(self) -> tuple[float, float]:
        """Least and largest value over the valid ranges of both laws [A/m2]."""
        one, other = self.stoichiometry_law.extremes(), self.salt_law.extremes()
        products = [a * b for a in one for b in other]
        return min(products), max(products)

    def with_value(self, value: float) -> Self:
        """A constant exchange current density [A/m2], whatever the salt concentration."""
        return dataclasses.replace(
            self,
            stoichiometry_law=self.stoichiometry_law.with_value(value),
            salt_law=self.salt_law.with_value(1.0),
        )

    def through(self, nodes: Sequence[float], values: Sequence[float], scale: str, source: Source) -> Self:
        """Through nodes in x, the salt factor kept; see `Curve.through`."""
        law = self.stoichiometry_law.through(nodes, values, scale, source)
        return dataclasses.replace(self, stoichiometry_law=law)

    def scaled(self, factor: float, source: Source) -> Self:
        """Both laws times a number; see `Curve.scaled`."""
        return dataclasses.replace(self, stoichiometry_law=self.stoichiometry_law.scaled(factor, source))


_SALT_AT_ANY = Independent(
    Source("the square root is a form of the rate equation; its factor moves with temperature", ("assumed",))
)


def square_root_of_salt(reference_concentration: float, source: Source) -> Curve:
    """The usual (c_e / c_ref)^1/2, held below 1 mol/m3 so that it stays positive and differentiable."""

    def law(c_e: Value) -> Value:
        return sqrt(soft_floor(c_e, SALT_FLOOR, SALT_FLOOR) * (1.0 / reference_concentration))

    return Curve(
        name="salt factor of the exchange current density",
        symbol="g",
        unit="-",
        argument="c_e [mol/m3]",
        valid_range=(2.0 * SALT_FLOOR, 4000.0),
        source=source,
        function=law,
        note=f"(c_e / {reference_concentration:.0f} mol/m3)^0.5, exact above 2 mol/m3, constant below 0",
        temperature=_SALT_AT_ANY,
    )


def square_root_of_sites(
    value_at_half: float, source: Source, temperature: TemperatureLaw = UNKNOWN
) -> Curve:
    """The symmetric form i_ref 2 (x (1 - x))^1/2 [A/m2], with the value ``value_at_half`` at x = 0.5."""

    def law(x: Value) -> Value:
        return 2.0 * value_at_half * sqrt(soft_floor(x * (1.0 - x), STOICHIOMETRY_FLOOR, STOICHIOMETRY_FLOOR))

    return Curve(
        name="exchange current density",
        symbol="i_0",
        unit="A/m2",
        argument="x [-]",
        valid_range=(0.0, 1.0),
        source=source,
        function=law,
        note="x (1 - x) is exact above 2e-5 and held at 1e-5 outside [0, 1], so that the law stays positive",
        temperature=temperature,
    )
