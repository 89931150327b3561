r"""Contact of a conductive tip on a particle: films and a barrier in series with the spreading resistance.

    film:     R = t / (sigma_film pi a^2)
    barrier:  I = pi a^2 A T^2 exp(-phi / (k T)) [exp(e V_j / (n k T)) - 1],  V_j = V - I R

(Holm, Electric Contacts, 1967, for a film that is thin against the contact; Sze and Ng, Physics of
Semiconductor Devices, 2007, chapter 3, for thermionic emission over a Schottky barrier with the constant A of
Richardson.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from chemomech.errors import require_between
from chemomech.materials import FARADAY, GAS_CONSTANT
from chemomech.validation.instruments.omissions import Bias, Omission, Omissions
from chemomech.validation.instruments.state import Array

RICHARDSON = 1.20173e6
"""Richardson's constant of free electrons, 4 pi m e k^2 / h^3 [A/(m2 K2)]."""


@dataclass(frozen=True)
class SurfaceFilm:
    """A film between tip and particle.

    Attributes:
        thickness: [m].
        conductivity: [S/m].
    """

    thickness: float
    conductivity: float

    def __post_init__(self) -> None:
        """Check the numbers."""
        require_between("thickness of the film", self.thickness, 0.0, 1.0e-6, "m", "a few nm are usual")
        require_between(
            "conductivity of the film", self.conductivity, 1.0e-30, 1.0e9, "S/m", "give a positive one"
        )

    def resistance(self, contact_radius: float) -> float:
        """Resistance under a round contact [Ohm]."""
        return float(self.thickness / (self.conductivity * np.pi * contact_radius**2))


class Junction(Protocol):
    """What the contact itself does to the current, beside resistances."""

    @property
    def omissions(self) -> Omissions:
        """What the rule leaves out."""
        ...

    def current(self, bias: float, resistance: Array, contact_radius: float) -> Array:
        """Current [A], shape (m,), at a bias [V] with resistances [Ohm] in series with the junction."""
        ...


@dataclass(frozen=True)
class OhmicJunction:
    """No barrier."""

    @property
    def omissions(self) -> Omissions:
        """The barrier."""
        return (
            Omission(
                "current",
                "No Schottky barrier stands between metal tip and oxide; one of 0.5 eV lets femtoampere "
                "through a contact of 2.3 nm against its direction.",
                Bias.HIGH,
            ),
        )

    def current(self, bias: float, resistance: Array, contact_radius: float) -> Array:
        """Ohm's law."""
        return np.asarray(bias / np.asarray(resistance))


@dataclass(frozen=True)
class SchottkyJunction:
    """Thermionic emission over a barrier.

    Attributes:
        barrier: Height phi [eV]; none is known for NMC under Pt/Ir.
        ideality: n [-].
        temperature: [K].
        richardson: Constant A of the oxide [A/(m2 K2)]; that of free electrons if left out.
    """

    barrier: float
    ideality: float = 1.0
    temperature: float = 298.15
    richardson: float = RICHARDSON

    def __post_init__(self) -> None:
        """Check the numbers."""
        require_between("height of the barrier", self.barrier, 0.0, 3.0, "eV", "0.3 to 1 eV is usual")
        require_between("ideality of the barrier", self.ideality, 1.0, 10.0, "-", "1 to 2 is usual")
        require_between("temperature", self.temperature, 100.0, 600.0, "K", "give kelvin")

    @property
    def omissions(self) -> Omissions:
        """Other ways over or through the barrier."""
        return (
            Omission(
                "current",
                "Nothing tunnels through the barrier and the field does not lower it, which lets more "
                "through against its direction.",
                Bias.LOW,
            ),
        )

    @property
    def thermal_voltage(self) -> float:
        """K T / e [V]."""
        return GAS_CONSTANT * self.temperature / FARADAY

    def saturation(self, contact_radius: float) -> float:
        """Largest current against the barrier's direction [A]."""
        density = self.richardson * self.temperature**2 * np.exp(-self.barrier / self.thermal_voltage)
        return float(np.pi * contact_radius**2 * density)

    def current(self, bias: float, resistance: Array, contact_radius: float) -> Array:
        """Current through junction and resistance; a positive bias is the direction of easy flow.

        The voltage over the junction is found by halving: the current through it rises with it, that through
        the resistance falls.
        """
        series = np.asarray(resistance, dtype=float)
        saturation, unit = self.saturation(contact_radius), self.ideality * self.thermal_voltage
        low, high = np.full(series.shape, min(bias, 0.0)), np.full(series.shape, max(bias, 0.0))
        for _ in range(200):
            middle = 0.5 * (low + high)
            # In units in which neither overflows: an exponent of 700 is beyond any resistance.
            through = saturation * np.expm1(np.minimum(middle / unit, 700.0))
            too_much = through > (bias - middle) / series
            low, high = np.where(too_much, low, middle), np.where(too_much, middle, high)
        return np.asarray((bias - 0.5 * (low + high)) / series)
