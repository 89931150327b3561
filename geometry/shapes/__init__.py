"""Particles in their true shapes: from a label image to a tagged half-cell mesh.

Importing this package loads only the options; the rest, with the image libraries and gmsh, is loaded on first
use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .options import SHAPE_PRESETS, ShapeAttempt, ShapeOptions

if TYPE_CHECKING:
    from .generate import ShapedCell, mesh_plan, mesh_shapes
    from .plan import ShapePlan, plan_shapes
    from .region import Region, cut_region
    from .report import ShapeReport

_ON_FIRST_USE = {
    "Region": "region",
    "ShapePlan": "plan",
    "ShapeReport": "report",
    "ShapedCell": "generate",
    "cut_region": "region",
    "mesh_plan": "generate",
    "mesh_shapes": "generate",
    "plan_shapes": "plan",
}

__all__ = [
    "SHAPE_PRESETS",
    "Region",
    "ShapeAttempt",
    "ShapeOptions",
    "ShapePlan",
    "ShapeReport",
    "ShapedCell",
    "cut_region",
    "mesh_plan",
    "mesh_shapes",
    "plan_shapes",
]


def __getattr__(name: str) -> Any:
    if name not in _ON_FIRST_USE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_ON_FIRST_USE[name]}"), name)
