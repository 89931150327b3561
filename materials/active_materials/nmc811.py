"""NMC811 of an LG M50 cell, with the transport and kinetics of O'Regan (2022)."""

import dataclasses

from chemomech.materials.kinds.active_material import ActiveMaterial
from chemomech.materials.laws import (
    amin_chiang,
    chen_2020,
    lattice,
    maerker_2019,
    oregan_2022,
    transfer,
    xu_2017_mechanics,
)

_C_MAX = oregan_2022.maximum_concentration()
_VOLTAGE = dataclasses.replace(chen_2020.open_circuit_voltage(), temperature=oregan_2022.entropy())

MATERIAL = ActiveMaterial(
    name="nmc811",
    description="LiNi0.8Mn0.1Co0.1O2 of an LG M50: voltage of Chen, D and kinetics of O'Regan (for 5.22 um "
    "particles), lattice of Märker; conductivity and elasticity after NMC532.",
    maximum_concentration=_C_MAX,
    density=lattice.density(maerker_2019.CELL_VOLUME, molar_mass=97.28e-3, reported=(4700.0, 4800.0)),
    open_circuit_voltage=_VOLTAGE.paired_with(
        float(_C_MAX), "the pairing of O'Regan 2022, whose initial 13 975 mol/m3 is x = 0.27"
    ),
    diffusivity=oregan_2022.diffusivity(),
    conductivity=amin_chiang.conductivity(),
    exchange_current_density=oregan_2022.exchange_current_density(),
    anodic_transfer=transfer.half(),
    cathodic_transfer=transfer.half(),
    youngs_modulus=xu_2017_mechanics.youngs_modulus(),
    poisson_ratio=xu_2017_mechanics.poisson_ratio(),
    chemical_strain=maerker_2019.chemical_strain(),
    stress_free_stoichiometry=lattice.as_made(),
    strength=xu_2017_mechanics.strength(),
    diffusivity_radius=oregan_2022.diffusivity_radius(),
    in_plane_strain=maerker_2019.in_plane_strain(),
    fracture_toughness=xu_2017_mechanics.fracture_toughness(),
    surface_flaw_depth=xu_2017_mechanics.surface_flaw_depth(),
    core_flaw_radius=xu_2017_mechanics.core_flaw_radius(),
)
