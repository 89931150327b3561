"""Keys of a case and entries of materials that belong together, whatever a model makes of them.

A new key goes into a group only where every table treats it as the rest of the group; else it takes a line of
its own in each table.
"""

from __future__ import annotations

import dataclasses
from typing import Final

from chemomech.experiments.case.damage import Damage

ROLES: Final = ("cathode", "electrolyte", "matrix", "separator", "lithium")


def below(section: str, *names: str) -> tuple[str, ...]:
    """Return keys of a section, or entries of a role, by their dotted names."""
    return tuple(f"{section}.{name}" for name in names)


# Keys of a case.
PARTICLES: Final = (
    *below("geometry", "layout", "separator_thickness", "contacts"),
    *below("geometry.layout", "box", "particles", "volume_fraction", "mean_volume_radius", "width"),
    *below("geometry.layout", "minimum_gap", "sides", "gradient", "seed", "source", "thickness", "rule"),
    *below("geometry.layout", "stack", "voxel_size", "active", "pore", "binder", "layer", "crop", "margin"),
    *below("geometry.layout", "bin", "neck_ratio", "smoothing", "fragment", "thickness_axis"),
    *below("geometry.layout", "collector_last", "dataset", "times", "mirrored"),
    *below("geometry.contacts", "rule", "gap", "farthest_move", "cut", "neck_ratio", "neck_radius"),
    *below("geometry.contacts", "reach", "listed_reach"),
)
"""What makes the layout, and with it volume, surface and mass of the particles, but for their shapes."""
MATERIALS: Final = below("materials", *ROLES, "diffusivity_scaling", "overrides")
DAMAGE: Final = tuple(
    f"damage.{table}.{field.name}"
    for table, law in Damage.laws().items()
    for field in dataclasses.fields(law)
)
"""Every parameter of every law of damage."""
CYCLING: Final = below("cycling", "tolerance", "longest", "settle", "at_cycles")
"""How far cycles are left out, where they are."""
BOND: Final = below("damage.interface", "strength", "energy")
"""The bond with the matrix, wherever it acts."""
BOND_IN_SPACE: Final = below("damage.interface", "stiffness", "shear_energy", "mode_exponent")
"""What its traction over opening needs besides, where it is resolved over the surface of a particle."""
WIRING: Final = below("wiring", "coverage", "wired", "seed", "conductance", "residual", "particles")

# Entries of materials.
NAMES: Final = tuple(f"{role}.{name}" for role in ROLES for name in ("name", "description"))
PORES: Final = (
    *below("electrolyte", "diffusivity", "conductivity", "transference_number", "thermodynamic_factor"),
    "electrolyte.initial_concentration",
    *below("matrix", "porosity", "bruggeman_exponent", "conductivity", "wetted_fraction"),
    *below("separator", "porosity", "bruggeman_exponent"),
)
"""Electrolyte, and the matrix and separator that it fills."""
CHEMISTRY: Final = below(
    "cathode", "maximum_concentration", "open_circuit_voltage", "diffusivity", "exchange_current_density"
)
"""What lithium does in and at the active material."""
STRENGTH: Final = (
    *below("cathode", "youngs_modulus", "poisson_ratio", "chemical_strain", "strength"),
    *below("cathode", "stress_free_stoichiometry", "fracture_toughness", "surface_flaw_depth"),
    "cathode.core_flaw_radius",
)
"""Mechanics of the active material."""
MATRIX_STIFFNESS: Final = below("matrix", "youngs_modulus", "poisson_ratio")
LITHIUM_KINETICS: Final = below("lithium", "exchange_current_density", "anodic_transfer", "cathodic_transfer")
