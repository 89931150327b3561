"""NMC622, the material of the main case."""

from chemomech.materials.kinds.active_material import ActiveMaterial
from chemomech.materials.laws import (
    amin_chiang,
    de_biasi_nmc622,
    lattice,
    nrel_nmc532,
    transfer,
    xu_2017_mechanics,
)

_C_MAX = lattice.maximum_concentration(de_biasi_nmc622.CELL_VOLUME, reported=(46200.0, 51765.0))
_RADIUS = 3.11e-6

MATERIAL = ActiveMaterial(
    name="nmc622",
    description="LiNi0.6Mn0.2Co0.2O2: its own voltage and lattice; transport, kinetics and mechanics after "
    "NMC532.",
    maximum_concentration=_C_MAX,
    density=lattice.density(de_biasi_nmc622.CELL_VOLUME, molar_mass=96.93e-3, reported=(4700.0, 4780.0)),
    open_circuit_voltage=de_biasi_nmc622.open_circuit_voltage(float(_C_MAX)),
    diffusivity=nrel_nmc532.diffusivity(_RADIUS),
    conductivity=amin_chiang.conductivity(),
    exchange_current_density=nrel_nmc532.exchange_current_density(),
    anodic_transfer=transfer.half(),
    cathodic_transfer=transfer.half(),
    youngs_modulus=xu_2017_mechanics.youngs_modulus(),
    poisson_ratio=xu_2017_mechanics.poisson_ratio(),
    chemical_strain=de_biasi_nmc622.chemical_strain(),
    stress_free_stoichiometry=lattice.as_made(),
    strength=xu_2017_mechanics.strength(),
    diffusivity_radius=nrel_nmc532.diffusivity_radius(
        _RADIUS, "the mean-volume radius of 52 spheres that fill 41 % of 20 x 20 x 40 um"
    ),
    intrinsic_diffusivity=nrel_nmc532.diffusivity(),
    in_plane_strain=de_biasi_nmc622.in_plane_strain(),
    fracture_toughness=xu_2017_mechanics.fracture_toughness(),
    surface_flaw_depth=xu_2017_mechanics.surface_flaw_depth(),
    core_flaw_radius=xu_2017_mechanics.core_flaw_radius(),
)
