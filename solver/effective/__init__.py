"""Effective conductivity, diffusivity and elastic moduli of an image or of a meshed layout.

A specimen is a box with phases; a phase without a value is left out of the mesh. Gradients are applied
through two opposite faces, the other four let nothing through (docs/effective.md).
"""

from __future__ import annotations

from chemomech.materials.bounds import Range, conductivity_range, maxwell, moduli_range

from .conduction import EffectiveConductivity, Tortuosity, effective_conductivity, tortuosity_factors
from .elasticity import EffectiveElasticity, IsotropicElastic, effective_elasticity
from .meshed_layout import LayoutSpecimen
from .specimen import Part, Specimen
from .voxels import VoxelSpecimen

__all__ = [
    "EffectiveConductivity",
    "EffectiveElasticity",
    "IsotropicElastic",
    "LayoutSpecimen",
    "Part",
    "Range",
    "Specimen",
    "Tortuosity",
    "VoxelSpecimen",
    "conductivity_range",
    "effective_conductivity",
    "effective_elasticity",
    "maxwell",
    "moduli_range",
    "tortuosity_factors",
]
