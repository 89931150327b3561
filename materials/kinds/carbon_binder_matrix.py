"""Carbon-binder domain with its pores, homogenised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from chemomech.materials.isothermal import at_temperature
from chemomech.materials.kinds.checks import require_fraction, require_poisson_ratio, require_positive
from chemomech.materials.provenance import Parameter
from chemomech.materials.replacing import replace


@dataclass(frozen=True)
class CarbonBinderMatrix:
    """What fills the electrode between the particles: carbon, binder and electrolyte-filled pores.

    Attributes:
        name: Name by which it is found.
        description: One sentence.
        porosity: Volume fraction of electrolyte in the matrix [-].
        bruggeman_exponent: Exponent of the porosity in effective ionic transport [-].
        conductivity: Effective electronic conductivity of the matrix [S/m].
        contact_conductance: Electronic conductance of the particle|matrix contact [S/m2].
        wetted_fraction: Share of the particle surface that electrolyte reaches [-].
        youngs_modulus: Young's modulus [Pa].
        poisson_ratio: Poisson's ratio [-].
    """

    name: str
    description: str
    porosity: Parameter
    bruggeman_exponent: Parameter
    conductivity: Parameter
    contact_conductance: Parameter
    wetted_fraction: Parameter
    youngs_modulus: Parameter
    poisson_ratio: Parameter

    def __post_init__(self) -> None:
        """Check the numbers."""
        require_fraction(self.name, porosity=self.porosity, wetted_fraction=self.wetted_fraction)
        require_positive(
            self.name,
            bruggeman_exponent=self.bruggeman_exponent,
            conductivity=self.conductivity,
            contact_conductance=self.contact_conductance,
            youngs_modulus=self.youngs_modulus,
        )
        require_poisson_ratio(self.name, self.poisson_ratio)

    def ionic_factor(self) -> float:
        """Effective over bulk ionic transport, porosity^exponent (Bruggeman) [-]."""
        return float(self.porosity**self.bruggeman_exponent)

    def at_temperature(self, temperature: float) -> Self:
        """Every law and number at a temperature [K]; see `isothermal.at_temperature`."""
        return at_temperature(self, temperature)

    def replace(self, **changes: Any) -> Self:
        """A copy with some entries replaced by numbers or parameters; see `replacing.replace`."""
        return replace(self, **changes)
