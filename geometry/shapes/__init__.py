"""Particles in their true shapes: from a label image to a tagged half-cell mesh.

Importing this package loads the image libraries, so `chemomech.geometry` does not import it.
"""

from __future__ import annotations

from .generate import ShapedCell, mesh_shapes
from .options import SHAPE_PRESETS, ShapeAttempt, ShapeOptions
from .region import Region, cut_region
from .report import ShapeReport

__all__ = [
    "SHAPE_PRESETS",
    "Region",
    "ShapeAttempt",
    "ShapeOptions",
    "ShapeReport",
    "ShapedCell",
    "cut_region",
    "mesh_shapes",
]
