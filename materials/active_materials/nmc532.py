"""NMC532 with NREL's voltage, diffusivity and kinetics."""

from chemomech.materials.kinds.active_material import ActiveMaterial
from chemomech.materials.laws import amin_chiang, lattice, nrel_nmc532, transfer, xu_2017_mechanics
from chemomech.materials.provenance import Source

_CELL_VOLUME = 101.2
_C_MAX = lattice.maximum_concentration(_CELL_VOLUME, reported=(48230.0, 49600.0))

MATERIAL = ActiveMaterial(
    name="nmc532",
    description="LiNi0.5Mn0.3Co0.2O2: voltage, diffusivity (for 1.8 um particles) and kinetics of NREL.",
    maximum_concentration=_C_MAX,
    density=lattice.density(_CELL_VOLUME, molar_mass=96.55e-3, reported=(4700.0, 4780.0)),
    open_circuit_voltage=nrel_nmc532.open_circuit_voltage().paired_with(
        float(_C_MAX), "0.8 % smaller, within the uncertainty of the density behind the source's value"
    ),
    diffusivity=nrel_nmc532.diffusivity(),
    conductivity=amin_chiang.conductivity(),
    exchange_current_density=nrel_nmc532.exchange_current_density(),
    anodic_transfer=transfer.half(),
    cathodic_transfer=transfer.half(),
    youngs_modulus=xu_2017_mechanics.youngs_modulus(),
    poisson_ratio=xu_2017_mechanics.poisson_ratio(),
    chemical_strain=lattice.vegard_strain(
        -0.03,
        Source(
            "Koerver et al. 2018, Fig. 2a, NCM523 about -3 % in volume at full delithiation, read by a "
            "public digest and taken as proportional to 1 - x; scripts with Mohtat's parameters use -1.10 %",
            ("second-hand", "assumed"),
        ),
    ),
    stress_free_stoichiometry=lattice.as_made(),
    strength=xu_2017_mechanics.strength(),
    diffusivity_radius=nrel_nmc532.diffusivity_radius(),
    intrinsic_diffusivity=nrel_nmc532.diffusivity(),
    fracture_toughness=xu_2017_mechanics.fracture_toughness(),
    surface_flaw_depth=xu_2017_mechanics.surface_flaw_depth(),
    core_flaw_radius=xu_2017_mechanics.core_flaw_radius(),
)
