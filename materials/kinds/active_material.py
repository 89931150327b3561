"""Active material of the cathode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from chemomech.errors import InputError
from chemomech.materials.curve import Curve
from chemomech.materials.elementary import Value
from chemomech.materials.isothermal import at_temperature
from chemomech.materials.kinds.checks import require_fraction, require_poisson_ratio, require_positive
from chemomech.materials.kinetics import ExchangeCurrentDensity
from chemomech.materials.open_circuit import OpenCircuitVoltage
from chemomech.materials.provenance import Parameter
from chemomech.materials.replacing import replace


@dataclass(frozen=True)
class ActiveMaterial:
    """An intercalation material, as functions of its stoichiometry x = c / c_max (x = 1: lithiated).

    Attributes:
        name: Name by which it is found.
        description: One sentence.
        maximum_concentration: Lithium concentration c_max at x = 1 [mol/m3].
        density: Mass density [kg/m3].
        open_circuit_voltage: U(x) against Li/Li+ [V]; must be on the scale of ``maximum_concentration``.
        diffusivity: Chemical diffusion coefficient D(x) of lithium [m2/s]. Only meaningful together with
            the particle radius of its source.
        conductivity: Electronic conductivity sigma(x) [S/m].
        exchange_current_density: i0(x, c_e) [A/m2], with c_e in mol/m3.
        anodic_transfer: Anodic transfer coefficient [-].
        cathodic_transfer: Cathodic transfer coefficient [-].
        youngs_modulus: E(x) [Pa].
        poisson_ratio: Poisson's ratio [-].
        chemical_strain: Linear isotropic eigenstrain [-], zero at x = 1; a positive derivative means that
            the lattice swells on lithiation.
        strength: Largest principal stress a particle bears [Pa].
        fracture_energy: Critical energy release rate [J/m2].
        flaw_size: Depth of the largest pre-existing flaw [m].
    """

    name: str
    description: str
    maximum_concentration: Parameter
    density: Parameter
    open_circuit_voltage: OpenCircuitVoltage
    diffusivity: Curve
    conductivity: Curve
    exchange_current_density: ExchangeCurrentDensity
    anodic_transfer: Parameter
    cathodic_transfer: Parameter
    youngs_modulus: Curve
    poisson_ratio: Parameter
    chemical_strain: Curve
    strength: Parameter
    fracture_energy: Parameter
    flaw_size: Parameter

    def __post_init__(self) -> None:
        """Check the numbers, and that the voltage curve is on the material's own lithium scale."""
        require_positive(
            self.name,
            maximum_concentration=self.maximum_concentration,
            density=self.density,
            strength=self.strength,
            fracture_energy=self.fracture_energy,
            flaw_size=self.flaw_size,
        )
        require_fraction(
            self.name, anodic_transfer=self.anodic_transfer, cathodic_transfer=self.cathodic_transfer
        )
        require_poisson_ratio(self.name, self.poisson_ratio)
        scale = self.open_circuit_voltage.maximum_concentration
        if abs(scale - self.maximum_concentration) > 1.0e-6 * scale:
            raise InputError(
                f"the open-circuit voltage of {self.name} is defined for a maximum concentration of "
                f"{scale:.6g} mol/m3 but the material has {float(self.maximum_concentration):.6g} mol/m3; "
                "use that value, or re-base the curve knowingly with "
                "open_circuit_voltage.paired_with(maximum_concentration, reason)."
            )

    def partial_molar_volume(self, x: Value) -> Value:
        """Partial molar volume of lithium Omega = 3 eps'(x) / c_max [m3/mol]; numbers, arrays or UFL."""
        return self.chemical_strain.derivative(x) * (3.0 / float(self.maximum_concentration))

    def at_temperature(self, temperature: float) -> Self:
        """Every law and number at a temperature [K]; see `isothermal.at_temperature`."""
        return at_temperature(self, temperature)

    def replace(self, **changes: Any) -> Self:
        """A copy with some entries replaced by numbers, parameters or laws; see `replacing.replace`."""
        return replace(self, **changes)
