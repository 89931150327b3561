"""Surface of the active material in a segmented stack, by three estimators.

Voxel faces overestimate a smooth surface by a half on average over its orientations; two thirds of them are
the stereological estimate from lines along the axes. Crofton's formula counts how often lines in 13
directions enter or leave the phase (Ohser and Schladitz, 3D Images of Materials Structures, 2009, chapter
5). Marching cubes gives the area of a triangulated level set, after a Gaussian that takes the voxel stairs
away.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from skimage.measure import marching_cubes, mesh_surface_area

from chemomech.errors import InputError

from .memory import MemoryLimit
from .phases import BoolArray, PhaseStack

FloatArray = npt.NDArray[np.float64]

SURFACE_MEMORY = 60.0  # byte per voxel of a slab
MESH_SMOOTHING = 1.0  # standard deviation [voxel]
MESH_HALO = 5
MESH_PLANES = 24  # triangles of a slab take far more memory than its voxels
AXES = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
# Shares of the sphere of directions (Voronoi cells) of the axes, face diagonals and space diagonals of a
# cube, each axis counted once: 3 x 0.091556 + 6 x 0.073961 + 4 x 0.070391 = 1.
AXIS_WEIGHT, FACE_WEIGHT, SPACE_WEIGHT = 0.0915558, 0.0739612, 0.0703914


@dataclass(frozen=True)
class SurfaceEstimate:
    """Surface between the active material and everything else, inside the stack.

    Attributes:
        area: [m2]; the border of the stack is not counted.
        specific: area per volume in which surface can be seen, which ends half a voxel inside the border
            [1/m].
    """

    area: float
    specific: float


def surface_by_faces(phases: PhaseStack, memory: MemoryLimit | None = None) -> SurfaceEstimate:
    """Area of the voxel faces between active material and the rest: an upper bound."""
    voxel = phases.stack.voxel_size
    changes, chances = _crossings(phases, memory, AXES)
    # A change across an axis is a face of the size of a voxel over its edge along that axis.
    area = sum(change * phases.stack.voxel_volume / voxel[axis] for axis, change in enumerate(changes))
    specific = sum(
        change / (chance * voxel[axis])
        for axis, (change, chance) in enumerate(zip(changes, chances, strict=True))
    )
    return SurfaceEstimate(float(area), float(specific))


def surface_by_crofton(phases: PhaseStack, memory: MemoryLimit | None = None) -> SurfaceEstimate:
    """Crofton's formula with 13 directions; cubes only.

    Raises:
        InputError: the voxels are no cubes.
    """
    voxel = phases.stack.voxel_size
    if max(voxel) > min(voxel) * (1 + 1e-6):
        raise InputError(
            f"Crofton's formula is for cubic voxels, and these are {voxel} m; use the faces or the mesh "
            "estimate."
        )
    directions = [step for step in product((-1, 0, 1), repeat=3) if step > (0, 0, 0)]
    changes, chances = _crossings(phases, memory, directions)
    moves = np.array([np.count_nonzero(step) for step in directions])
    weight = np.array([0.0, AXIS_WEIGHT, FACE_WEIGHT, SPACE_WEIGHT])[moves] / (voxel[0] * np.sqrt(moves))
    # S_V = 2 x the mean over directions of the crossings per length of line.
    return SurfaceEstimate(
        float(2.0 * weight @ changes) * phases.stack.voxel_volume, float(2.0 * weight @ (changes / chances))
    )


def surface_by_mesh(phases: PhaseStack, memory: MemoryLimit | None = None) -> SurfaceEstimate:
    """Area of the marching-cubes surface at one half of the smoothed phase."""
    limit = memory or MemoryLimit()
    stack = phases.stack
    least = min(2 * MESH_HALO + 2, stack.shape[0])
    planes = limit.planes(stack.shape, SURFACE_MEMORY, least, "meshing the surface")
    core = max(1, min(planes - 2 * MESH_HALO - 1, MESH_PLANES))
    area = 0.0
    for first in range(0, stack.shape[0] - 1, core):
        last = min(first + core, stack.shape[0] - 1)  # cubes between planes first and last
        low, high = max(first - MESH_HALO, 0), min(last + 1 + MESH_HALO, stack.shape[0])
        smooth = phases.active(stack.read(low, high)).astype(np.float32)
        ndimage.gaussian_filter(smooth, MESH_SMOOTHING, output=smooth, mode="nearest")
        cut = smooth[first - low : last + 1 - low]
        if cut.min() < 0.5 < cut.max():
            points, triangles, _, _ = marching_cubes(cut, 0.5, spacing=stack.voxel_size)
            area += float(mesh_surface_area(points, triangles))
    seen = math.prod((size - 1) * edge for size, edge in zip(stack.shape, stack.voxel_size, strict=True))
    return SurfaceEstimate(area, area / seen if seen else 0.0)


SURFACE_ESTIMATORS: Final[dict[str, Callable[[PhaseStack, MemoryLimit | None], SurfaceEstimate]]] = {
    "faces": surface_by_faces,
    "crofton": surface_by_crofton,
    "mesh": surface_by_mesh,
}


def _crossings(
    phases: PhaseStack, memory: MemoryLimit | None, directions: Sequence[tuple[int, ...]]
) -> tuple[FloatArray, FloatArray]:
    """Pairs of neighbours along each direction that differ in being active, and all pairs."""
    limit = memory or MemoryLimit()
    stack = phases.stack
    planes = (
        min(limit.planes(stack.shape, SURFACE_MEMORY, min(2, stack.shape[0]), "measuring the surface"), 65)
        - 1
        or 1
    )
    changes, chances = np.zeros(len(directions)), np.zeros(len(directions))
    for first, slab in stack.slabs(planes, overlap=1):
        active, inner = phases.active(slab), min(planes, stack.shape[0] - first)
        for place, step in enumerate(directions):
            here, there = _neighbours(active if step[0] else active[:inner], step)
            changes[place] += np.count_nonzero(here != there)
            chances[place] += here.size
    return changes, np.maximum(chances, 1.0)


def _neighbours(active: BoolArray, step: tuple[int, ...]) -> tuple[BoolArray, BoolArray]:
    here = tuple(slice(max(0, -move), None if move <= 0 else -move) for move in step)
    there = tuple(slice(max(0, move), None if move >= 0 else move) for move in step)
    return active[here], active[there]
