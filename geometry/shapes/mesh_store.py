"""Meshes on true shapes kept between runs, found again by what they were made from.

Beside each mesh lies a JSON file with what the mesh does not say: the report, and the spheres that stand for
the particles.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chemomech.errors import MachineError

from ..cache import FORMAT_VERSION
from ..gmsh_session import load_gmsh
from ..layout import Layout
from ..mesh_arrays import MeshArrays
from ..mesh_files import write_arrays
from .plan import ShapePlan
from .report import ShapeReport

FILES = (".json", ".msh")
"""Suffixes of what is kept of a mesh; the mesh comes last, so that it is never alone."""

LAYOUT_FIELDS = ("centres", "radii", "box", "name", "ids", "at_border", "voxel_size")


@dataclass(frozen=True, eq=False)
class KeptMesh:
    """A mesh in a file, and what is known about it.

    Attributes:
        path: of the mesh.
        layout: the spheres that stand for its particles.
        report: how far the shapes are from the voxels.
        seconds: time that meshing took [s].
        from_cache: whether it was there already.
    """

    path: Path
    layout: Layout
    report: ShapeReport
    seconds: float
    from_cache: bool


def shape_key(plan: ShapePlan, separator_thickness: float) -> str:
    """Return a short hash of everything that a mesh depends on."""
    region = plan.region
    recipe = {
        "format": FORMAT_VERSION,
        "gmsh": str(load_gmsh().__version__),
        "labels": hashlib.sha256(np.ascontiguousarray(region.labels).tobytes()).hexdigest(),
        "shape": region.labels.shape,
        "names": region.names.tolist(),
        "spacing": region.spacing.tolist(),
        "layer": region.layer,
        "separator": separator_thickness,
        "options": plan.options.to_dict(),
    }
    return hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()[:16]


def keep(arrays: MeshArrays, mesh: KeptMesh) -> KeptMesh:
    """Write the mesh and what is known about it; the mesh comes last, so that it is never alone.

    Raises:
        MachineError: the folder cannot be made or written.
    """
    facts = {
        "layout": {name: _plain(getattr(mesh.layout, name)) for name in LAYOUT_FIELDS},
        "report": {name: _plain(value) for name, value in vars(mesh.report).items()},
        "seconds": mesh.seconds,
    }
    try:
        mesh.path.parent.mkdir(parents=True, exist_ok=True)
        _facts_of(mesh.path).write_text(json.dumps(facts), encoding="utf-8")
        write_arrays(arrays, mesh.path)
    except OSError as error:
        raise MachineError(
            f"the mesh cannot be kept in {mesh.path.parent} ({error}); name a cache folder that can be "
            "written, or none."
        ) from error
    return mesh


def kept_mesh(path: Path) -> KeptMesh | None:
    """Return what is kept under a path; None where there is nothing, or nothing whole."""
    if not path.is_file():
        return None
    try:
        facts = json.loads(_facts_of(path).read_text(encoding="utf-8"))
        return KeptMesh(path, _layout(facts["layout"]), _report(facts["report"]), facts["seconds"], True)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _facts_of(path: Path) -> Path:
    return path.with_suffix(".json")


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def _layout(facts: dict[str, Any]) -> Layout:
    edges = {name: tuple(facts[name]) for name in ("box", "voxel_size")}
    return Layout(**(facts | edges))


def _report(facts: dict[str, Any]) -> ShapeReport:
    whole = {name: np.array(facts[name], dtype=np.int64) for name in ("names", "dropped")}
    real = {name: np.array(facts[name], dtype=np.float64) for name in ("voxel_volumes", "volumes", "shifts")}
    return ShapeReport(**(facts | whole | real | {"attempts": tuple(facts["attempts"])}))
