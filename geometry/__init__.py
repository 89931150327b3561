"""Particle layouts, half-cell geometry and tagged meshes.

Importing this package loads neither gmsh nor DOLFINx; the names that need them load them on first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .contact_list import ContactList
from .cropping import FACE_RULES, SIDE_RULES, Crop, CutEdge, SlideIn, WholeEdge, crop, cut_out
from .depth_gradient import DepthGradient
from .editing import mirror, tile, with_minimum_gap
from .expected import expected_cells
from .half_cell_mesh import HalfCellMesh
from .layout import Layout
from .layout_csv import read_layout, write_layout
from .options import DEFAULT_ATTEMPTS, MESH_PRESETS, MeshAttempt, MeshOptions
from .packing import pack
from .packing_walls import PACKING_SIDES, PeriodicSides, WalledSides
from .pictures import layout_picture
from .quality import MeshQuality
from .shipped import shipped_layout, shipped_layouts
from .sizes import GivenSizes, LogNormalSizes, SizeDistribution
from .statistics import (
    LayoutStatistics,
    coordination,
    depth_profile,
    layout_statistics,
    nearest_gaps,
    number_diameters,
    volume_diameters,
)
from .thickness import THICKNESS_RULES, CropThickness, RepackThickness, StackThickness, with_thickness

if TYPE_CHECKING:
    from .generate import MeshFailure, generate_free_particles, generate_mesh
    from .mesh_files import read_mesh, write_mesh
    from .verification import free_sphere_mesh, single_particle_cell, single_particle_layout, slab_mesh

_ON_FIRST_USE = {
    "MeshFailure": "generate",
    "generate_mesh": "generate",
    "generate_free_particles": "generate",
    "read_mesh": "mesh_files",
    "write_mesh": "mesh_files",
    "free_sphere_mesh": "verification",
    "single_particle_cell": "verification",
    "single_particle_layout": "verification",
    "slab_mesh": "verification",
}

__all__ = [
    "DEFAULT_ATTEMPTS",
    "FACE_RULES",
    "MESH_PRESETS",
    "PACKING_SIDES",
    "SIDE_RULES",
    "THICKNESS_RULES",
    "ContactList",
    "Crop",
    "CropThickness",
    "CutEdge",
    "DepthGradient",
    "GivenSizes",
    "HalfCellMesh",
    "Layout",
    "LayoutStatistics",
    "LogNormalSizes",
    "MeshAttempt",
    "MeshFailure",
    "MeshOptions",
    "MeshQuality",
    "PeriodicSides",
    "RepackThickness",
    "SizeDistribution",
    "SlideIn",
    "StackThickness",
    "WalledSides",
    "WholeEdge",
    "coordination",
    "crop",
    "cut_out",
    "depth_profile",
    "expected_cells",
    "free_sphere_mesh",
    "generate_free_particles",
    "generate_mesh",
    "layout_picture",
    "layout_statistics",
    "mirror",
    "nearest_gaps",
    "number_diameters",
    "pack",
    "read_layout",
    "read_mesh",
    "shipped_layout",
    "shipped_layouts",
    "single_particle_cell",
    "single_particle_layout",
    "slab_mesh",
    "tile",
    "volume_diameters",
    "with_minimum_gap",
    "with_thickness",
    "write_layout",
    "write_mesh",
]


def __getattr__(name: str) -> Any:
    if name not in _ON_FIRST_USE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_ON_FIRST_USE[name]}"), name)
