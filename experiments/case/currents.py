"""Currents and charges as a protocol states them, and what they amount to per area of electrode.

A C-rate means nothing without a nominal capacity, and two papers seldom use the same one. Here it is stated
in the case and every C-rate is resolved through it to A/m2 before anything is solved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True)
class NominalCapacity:
    """The stated capacity that defines what 1C is.

    Attributes:
        specific: charge per mass of active material [C/kg].
        mass_loading: mass of active material per cross-section of the cell [kg/m2].
    """

    specific: float
    mass_loading: float

    @property
    def areal(self) -> float:
        """Charge per cross-section of the cell [C/m2]."""
        return self.specific * self.mass_loading

    @property
    def one_c(self) -> float:
        """Current density that passes the areal capacity in one hour [A/m2]."""
        return self.areal / SECONDS_PER_HOUR


class Current(Protocol):
    """A magnitude of current in the words of a protocol."""

    def current_density(self, nominal: NominalCapacity) -> float:
        """Return the current over the cross-section of the cell [A/m2]."""
        ...


class Charge(Protocol):
    """An amount of charge in the words of a protocol."""

    def charge_density(self, nominal: NominalCapacity) -> float:
        """Return the charge over the cross-section of the cell [C/m2]."""
        ...


@dataclass(frozen=True)
class CRate:
    """A multiple of the current that passes the nominal capacity in one hour.

    Attributes:
        rate: the multiple [1/h]; 0.05 for C/20.
    """

    rate: float

    def current_density(self, nominal: NominalCapacity) -> float:
        """Return ``rate`` times 1C [A/m2]."""
        return self.rate * nominal.one_c


@dataclass(frozen=True)
class ArealCurrent:
    """Current per cross-section of the cell.

    Attributes:
        value: [A/m2].
    """

    value: float

    def current_density(self, nominal: NominalCapacity) -> float:
        """Return the value itself [A/m2]."""
        return self.value


@dataclass(frozen=True)
class SpecificCurrent:
    """Current per mass of active material.

    Attributes:
        value: [A/kg], numerically equal to mA/g.
    """

    value: float

    def current_density(self, nominal: NominalCapacity) -> float:
        """Return the value times the mass loading [A/m2]."""
        return self.value * nominal.mass_loading


@dataclass(frozen=True)
class ArealCharge:
    """Charge per cross-section of the cell.

    Attributes:
        value: [C/m2].
    """

    value: float

    def charge_density(self, nominal: NominalCapacity) -> float:
        """Return the value itself [C/m2]."""
        return self.value


@dataclass(frozen=True)
class SpecificCharge:
    """Charge per mass of active material.

    Attributes:
        value: [C/kg].
    """

    value: float

    def charge_density(self, nominal: NominalCapacity) -> float:
        """Return the value times the mass loading [C/m2]."""
        return self.value * nominal.mass_loading
