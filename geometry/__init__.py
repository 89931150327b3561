"""Particle layouts, half-cell geometry and tagged meshes.

Importing this package loads neither gmsh nor DOLFINx; the names that need them load them on first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .contact_list import ContactList
from .editing import crop, with_minimum_gap
from .half_cell_mesh import HalfCellMesh
from .layout import Layout
from .layout_csv import read_layout, write_layout
from .options import DEFAULT_ATTEMPTS, MESH_PRESETS, MeshAttempt, MeshOptions
from .packing import pack
from .pictures import layout_picture
from .quality import MeshQuality
from .shipped import shipped_layout, shipped_layouts
from .sizes import GivenSizes, LogNormalSizes, SizeDistribution
from .statistics import LayoutStatistics, depth_profile, layout_statistics, nearest_gaps, volume_diameters

if TYPE_CHECKING:
    from .generate import MeshFailure, generate_free_particles, generate_mesh
    from .verification import free_sphere_mesh, single_particle_cell, single_particle_layout, slab_mesh

_ON_FIRST_USE = {
    "MeshFailure": "generate",
    "generate_mesh": "generate",
    "generate_free_particles": "generate",
    "free_sphere_mesh": "verification",
    "single_particle_cell": "verification",
    "single_particle_layout": "verification",
    "slab_mesh": "verification",
}

__all__ = [
    "DEFAULT_ATTEMPTS",
    "MESH_PRESETS",
    "ContactList",
    "GivenSizes",
    "HalfCellMesh",
    "Layout",
    "LayoutStatistics",
    "LogNormalSizes",
    "MeshAttempt",
    "MeshFailure",
    "MeshOptions",
    "MeshQuality",
    "SizeDistribution",
    "crop",
    "depth_profile",
    "free_sphere_mesh",
    "generate_free_particles",
    "generate_mesh",
    "layout_picture",
    "layout_statistics",
    "nearest_gaps",
    "pack",
    "read_layout",
    "shipped_layout",
    "shipped_layouts",
    "single_particle_cell",
    "single_particle_layout",
    "slab_mesh",
    "volume_diameters",
    "with_minimum_gap",
    "write_layout",
]


def __getattr__(name: str) -> Any:
    if name not in _ON_FIRST_USE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_ON_FIRST_USE[name]}"), name)
