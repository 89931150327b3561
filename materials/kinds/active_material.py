"""Active material of the cathode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from chemomech.errors import InputError, require_between
from chemomech.materials.curve import Curve
from chemomech.materials.elementary import Value
from chemomech.materials.isothermal import at_temperature
from chemomech.materials.kinds.checks import fraction, physical, poisson, require_physical
from chemomech.materials.kinetics import ExchangeCurrentDensity
from chemomech.materials.open_circuit import OpenCircuitVoltage
from chemomech.materials.provenance import Parameter
from chemomech.materials.replacing import UNIT, replace


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
            ``diffusivity_radius``.
        conductivity: Electronic conductivity sigma(x) [S/m].
        exchange_current_density: i0(x, c_e) [A/m2], with c_e in mol/m3.
        anodic_transfer: Anodic transfer coefficient [-].
        cathodic_transfer: Cathodic transfer coefficient [-].
        youngs_modulus: E(x) [Pa].
        poisson_ratio: Poisson's ratio [-].
        chemical_strain: Linear isotropic eigenstrain [-], zero at x = 1; a positive derivative means that
            the lattice swells on lithiation.
        stress_free_stoichiometry: x of the particles as made, at which they and the matrix around them are
            free of stress [-].
        strength: Largest principal stress a particle bears [Pa].
        fracture_toughness: Critical stress intensity K_c(x) [Pa m^0.5].
        surface_flaw_depth: Depth of the deepest crack in the surface before the first charge [m].
        core_flaw_radius: Radius of the largest penny-shaped crack in the core before the first charge [m].
        diffusivity_radius: Radius of the particles for which ``diffusivity`` is stated [m]: a measurement
            fixes the diffusion time R^2/D, not D. None where no source states one.
        intrinsic_diffusivity: D(x) of the crystal [m2/s], before it is carried to another particle radius;
            for what is measured over a length, such as the depth that an alternating field reaches. None
            where no source states one.
        in_plane_strain: Linear strain of the lattice along a [-], zero at x = 1, beside the isotropic average
            ``chemical_strain``: grains that meet at an angle differ by what the layers do across. None where
            no source states one.
    """

    name: str
    description: str
    maximum_concentration: Parameter = physical(1e3, 2e5, "state c_max, as in 48 mol/l")
    density: Parameter = physical(100.0, 25e3, "state a mass density, as in 4.7 g/cm3")
    open_circuit_voltage: OpenCircuitVoltage = physical(0.1, 7.0, "state it in V against lithium")
    diffusivity: Curve = physical(1e-24, 1e-6, "state it in m2/s, as in 1e-14 m2/s")
    conductivity: Curve = physical(1e-15, 1e8, "state it in S/m, above 0 S/m")
    exchange_current_density: ExchangeCurrentDensity = physical(1e-12, 1e7, "state it in A/m2, above 0 A/m2")
    anodic_transfer: Parameter = fraction()
    cathodic_transfer: Parameter = fraction()
    youngs_modulus: Curve = physical(1e3, 2e12, "state a modulus, as in 140 GPa")
    poisson_ratio: Parameter = poisson()
    chemical_strain: Curve = physical(-0.5, 0.5, "state a linear strain, as in 0.01")
    stress_free_stoichiometry: Parameter = physical(
        0.0, 1.0, "state the lithium content at which the particles were made"
    )
    strength: Parameter = physical(1e3, 1e12, "state a stress, as in 150 MPa")
    fracture_toughness: Curve = physical(1e1, 1e9, "state a stress intensity, as in 0.1 MPa m^0.5")
    surface_flaw_depth: Parameter = physical(1e-10, 1e-3, "state a length, as in 0.1 um")
    core_flaw_radius: Parameter = physical(1e-10, 1e-3, "state a length, as in 0.1 um")
    diffusivity_radius: Parameter | None = physical(
        1e-9, 1e-3, "state a radius, as in 3 um", default=None, **{UNIT: "m"}
    )
    intrinsic_diffusivity: Curve | None = physical(1e-24, 1e-6, "state it in m2/s", default=None)
    in_plane_strain: Curve | None = physical(-0.5, 0.5, "state a linear strain, as in 0.01", default=None)

    def __post_init__(self) -> None:
        """Check the numbers, and that the voltage curve is on the material's own lithium scale."""
        require_physical(self)
        low, high = self.chemical_strain.valid_range
        require_between(
            f"stress_free_stoichiometry of {self.name}",
            self.stress_free_stoichiometry,
            max(low, 0.0),
            min(high, 1.0),
            "-",
            "state the lithium content at which the particles were made",
        )
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

    def chemical_strain_since_made(self, x: Value) -> Value:
        """Linear chemical strain [-] since the stress-free state; numbers, arrays or UFL."""
        return self.chemical_strain(x) - float(self.chemical_strain(float(self.stress_free_stoichiometry)))

    def grain_misfit_since_made(self, x: Value) -> Value:
        """Strain along c less that along a [-] since the stress-free state; numbers or arrays.

        From the isotropic average (2 eps_a + eps_c) / 3, so that eps_c - eps_a = 3 (average - eps_a).

        Raises:
            InputError: If the strain along a is not known.
        """
        if self.in_plane_strain is None:
            raise InputError(
                f"the lattice strain along a is not known for {self.name}, and grains part by it; "
                "leave [damage.grains] out, or choose another material."
            )
        made = float(self.stress_free_stoichiometry)
        along_a = self.in_plane_strain(x) - float(self.in_plane_strain(made))
        return 3.0 * (self.chemical_strain_since_made(x) - along_a)

    def fracture_energy(self, x: Value) -> Value:
        """Critical energy release rate G_c(x) = K_c^2 (1 - nu^2) / E [J/m2]; numbers, arrays or UFL."""
        toughness, nu = self.fracture_toughness(x), float(self.poisson_ratio)
        return toughness * toughness * (1.0 - nu**2) / self.youngs_modulus(x)

    def at_temperature(self, temperature: float) -> Self:
        """Every law and number at a temperature [K]; see `isothermal.at_temperature`."""
        return at_temperature(self, temperature)

    def replace(self, **changes: Any) -> Self:
        """A copy with some entries replaced by numbers, parameters or laws; see `replacing.replace`.

        Another diffusivity is stated for no radius unless one is given with it.
        """
        if "diffusivity" in changes:
            changes = {"diffusivity_radius": None} | changes
        return replace(self, **changes)
