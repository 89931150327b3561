"""Carbon-binder domain with its pores, homogenised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from chemomech.materials.isothermal import at_temperature
from chemomech.materials.kinds.checks import fraction, physical, poisson, require_physical
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
    porosity: Parameter = fraction()
    bruggeman_exponent: Parameter = physical(1e-3, 20.0, "state an exponent, as in 1.5")
    conductivity: Parameter = physical(1e-12, 1e8, "state it in S/m, above 0 S/m")
    contact_conductance: Parameter = physical(1e-9, 1e12, "state it in S/m2, above 0 S/m2")
    wetted_fraction: Parameter = fraction()
    youngs_modulus: Parameter = physical(1.0, 2e12, "state a modulus, as in 1.8 GPa")
    poisson_ratio: Parameter = poisson()

    def __post_init__(self) -> None:
        """Check the numbers."""
        require_physical(self)

    def ionic_factor(self) -> float:
        """Effective over bulk ionic transport, porosity^exponent (Bruggeman) [-]."""
        return float(self.porosity**self.bruggeman_exponent)

    def at_temperature(self, temperature: float) -> Self:
        """Every law and number at a temperature [K]; see `isothermal.at_temperature`."""
        return at_temperature(self, temperature)

    def replace(self, **changes: Any) -> Self:
        """A copy with some entries replaced by numbers or parameters; see `replacing.replace`."""
        return replace(self, **changes)
