"""Volume and outer surface of each particle where spheres are cut by planes and joined by collars.

A particle is a ball within half-spaces (the walls of the box, the planes of its necks), plus its collars.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.geometry.layout import Layout

from .collars import collar
from .cut_balls import cut_ball
from .necks import Neck, necks_of

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class ParticleShapes:
    """What `particle_shapes` returns.

    Attributes:
        volumes: volume of each particle inside the box [m3], shape (n,); nothing counts twice.
        areas: surface of each particle towards the matrix [m2], shape (n,): without faces on the walls of the
            box and without necks.
        neck_areas: area of each neck inside the box [m2], shape (m,).
    """

    volumes: FloatArray
    areas: FloatArray
    neck_areas: FloatArray


def particle_shapes(layout: Layout, necks: Sequence[Neck] | None = None) -> ParticleShapes:
    """Volumes and surfaces of the particles as they are meshed.

    Closed forms for whole spheres, elsewhere better than 1e-5 of the whole sphere.

    Args:
        layout: the spheres.
        necks: necks between them; those of the contact list if not given.
    """
    necks = necks_of(layout) if necks is None else necks
    volumes = 4.0 / 3.0 * np.pi * layout.radii**3
    areas = 4.0 * np.pi * layout.radii**2
    neck_areas = np.zeros(len(necks))
    firsts = np.array([neck.first for neck in necks], dtype=np.intp)
    for particle, numbers, planes in _cut_balls(layout, necks):
        volumes[particle], areas[particle], faces = cut_ball(float(layout.radii[particle]), planes)
        own = (numbers >= 0) & (firsts[numbers] == particle) if len(necks) else numbers >= 0
        neck_areas[numbers[own]] = faces[own]
    for neck in necks:
        if neck.length > 0.0:
            volume, side = collar(layout, neck)
            volumes[neck.second] += volume
            areas[neck.second] += side
    return ParticleShapes(volumes, areas, neck_areas)


def equivalent_radii(layout: Layout) -> FloatArray:
    """Radius of the sphere of the same volume as each particle [m], shape (n,).

    A sphere that a side of the box cuts keeps its own: the rest of it lies beyond.

    Args:
        layout: the spheres, with contacts where they are joined.
    """
    volumes = particle_shapes(layout).volumes
    return np.where(layout.is_cut, layout.radii, np.cbrt(3.0 * volumes / (4.0 * np.pi)))


def _cut_balls(layout: Layout, necks: Sequence[Neck]) -> Iterator[tuple[int, IntArray, FloatArray]]:
    """Yield each particle that walls or necks cut, with the planes about its centre that reach into it.

    Planes come as `cut_ball` takes them, with the numbers of their necks, or -1; in an order that does not
    depend on that of the necks.
    """
    wall_owners, walls = _wall_planes(layout)
    neck_owners, numbers, planes = _neck_planes(layout, necks)
    cut = layout.is_cut
    cut[neck_owners] = True
    owners = np.concatenate([wall_owners, neck_owners])
    numbers = np.concatenate([np.full(len(walls), -1), numbers])
    planes = np.vstack([walls, planes])
    inside = cut[owners] & (planes[:, 3] < layout.radii[owners])
    owners, numbers, planes = owners[inside], numbers[inside], planes[inside]
    order = np.lexsort((*planes.T, owners))
    owners, numbers, planes = owners[order], numbers[order], planes[order]
    particles, begin = np.unique(owners, return_index=True)
    for particle, part in zip(particles, np.split(np.arange(len(owners)), begin[1:]), strict=False):
        yield int(particle), numbers[part], planes[part]


def _wall_planes(layout: Layout) -> tuple[IntArray, FloatArray]:
    """Owners of the six walls about each centre, shape (6 n,), and their planes, shape (6 n, 4)."""
    normals = np.vstack([-np.eye(3), np.eye(3)])
    offsets = np.hstack([layout.centres, np.asarray(layout.box) - layout.centres])
    planes = np.column_stack([np.tile(normals, (len(layout), 1)), offsets.ravel()])
    return np.repeat(np.arange(len(layout)), 6), planes


def _neck_planes(layout: Layout, necks: Sequence[Neck]) -> tuple[IntArray, IntArray, FloatArray]:
    """Owners, numbers and planes of the necks m about the centres of both particles: 2 m rows each."""
    first = np.array([neck.first for neck in necks], dtype=np.intp)
    second = np.array([neck.second for neck in necks], dtype=np.intp)
    axes = np.array([neck.axis for neck in necks]).reshape(-1, 3)
    plane = np.array([neck.plane for neck in necks])
    length = np.array([neck.length for neck in necks])
    apart = np.linalg.norm(layout.centres[second] - layout.centres[first], axis=1)
    # A collar begins on the sphere of `second`: the cap under it is replaced by the collar.
    offsets = np.concatenate([plane, apart - plane - length])
    planes = np.column_stack([np.vstack([axes, -axes]), offsets])
    return np.concatenate([first, second]), np.tile(np.arange(len(necks)), 2), planes
