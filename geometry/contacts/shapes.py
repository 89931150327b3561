"""Volume and outer surface of each particle where spheres are cut by planes and joined by collars.

A particle is a sphere within half-spaces (the walls of the box, the planes of its necks), plus its collars.
With the divergence theorem its volume is a third of the sum over its faces of area times distance from the
centre, so that only areas are needed: of what the half-spaces leave of a sphere and of circles. Both are
integrals over rings, of each of which every half-space takes an arc; the length of the union of the arcs is
exact and the integral over the rings is a sum over midpoints.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.geometry.layout import Layout

from .necks import Neck, necks_of

FloatArray = npt.NDArray[np.float64]

SPHERE_RINGS = 6000
DISC_RINGS = 1500
COLLAR_SLICES = 60
# Rings about an axis that no plane is square to: there, the angle that is left would jump.
GENERIC = np.array([0.31, 0.57, 0.83])


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
    cut = layout.is_cut
    for neck in necks:
        cut[[neck.first, neck.second]] = True
    for particle in np.flatnonzero(cut):
        planes = _Planes.of(layout, necks, int(particle))
        volume, area, discs = planes.measure(float(layout.radii[particle]))
        for number, disc in discs.items():
            if necks[number].first == particle:
                neck_areas[number] = disc
        for neck in necks:
            if neck.second == particle and neck.length > 0.0:
                more_volume, more_area = _collar(layout, neck)
                volume, area = volume + more_volume, area + more_area
        volumes[particle], areas[particle] = volume, area
    return ParticleShapes(volumes, areas, neck_areas)


def equivalent_radii(layout: Layout) -> FloatArray:
    """Radius of the sphere of the same volume as each particle [m], shape (n,).

    A sphere that a side of the box cuts keeps its own: the rest of it lies beyond.

    Args:
        layout: the spheres, with contacts where they are joined.
    """
    volumes = particle_shapes(layout).volumes
    return np.where(layout.is_cut, layout.radii, np.cbrt(3.0 * volumes / (4.0 * np.pi)))


@dataclass(frozen=True, eq=False)
class _Planes:
    """Half-spaces `normals @ x <= offsets` about a centre; `numbers` are those of necks, or -1."""

    normals: FloatArray
    offsets: FloatArray
    numbers: tuple[int, ...]

    @staticmethod
    def of(layout: Layout, necks: Sequence[Neck], particle: int) -> _Planes:
        normals, offsets = _walls(layout, layout.centres[particle])
        numbers = [-1] * len(offsets)
        rows, distances = [normals], [offsets]
        for number, neck in enumerate(necks):
            if particle in (neck.first, neck.second):
                sign = 1.0 if neck.first == particle else -1.0
                apart = float(np.linalg.norm(layout.centres[neck.second] - layout.centres[neck.first]))
                # A collar begins on the sphere of `second`: the cap under it is replaced by the collar.
                offset = neck.plane if sign > 0.0 else apart - neck.plane - neck.length
                rows.append(sign * neck.axis[None, :])
                distances.append(np.array([offset]))
                numbers.append(number)
        return _Planes(np.vstack(rows), np.concatenate(distances), tuple(numbers))

    def measure(self, radius: float) -> tuple[float, float, dict[int, float]]:
        """Volume, area of the spherical face, and area of the disc of each neck."""
        height = (np.arange(SPHERE_RINGS) + 0.5) * 2.0 / SPHERE_RINGS - 1.0
        up = GENERIC / np.linalg.norm(GENERIC)
        ring = radius * np.sqrt(1.0 - height**2)
        left = self._angle_left(radius * height[:, None] * up, ring, _frame(up), ())
        area = radius**2 * float(left.sum()) * 2.0 / SPHERE_RINGS
        volume = radius * area
        discs: dict[int, float] = {}
        for row, (normal, offset) in enumerate(zip(self.normals, self.offsets, strict=True)):
            squared = radius**2 - offset**2
            disc = 0.0
            if squared > 0.0:
                rings = np.sqrt(squared * (np.arange(DISC_RINGS) + 0.5) / DISC_RINGS)
                middle = np.broadcast_to(offset * normal, (DISC_RINGS, 3))
                angle = self._angle_left(middle, rings, _frame(normal), (row,))
                disc = 0.5 * squared * float(angle.mean())
            volume += offset * disc
            if self.numbers[row] >= 0:
                discs[self.numbers[row]] = disc
        return volume / 3.0, area, discs

    def _angle_left(
        self, middle: FloatArray, ring: FloatArray, frame: FloatArray, without: tuple[int, ...]
    ) -> FloatArray:
        keep = np.setdiff1d(np.arange(len(self.offsets)), without)
        return angle_left(self.normals[keep], self.offsets[keep], middle, ring, frame)


def angle_left(
    normals: FloatArray, offsets: FloatArray, middle: FloatArray, ring: FloatArray, frame: FloatArray
) -> FloatArray:
    """Angle of circles that lies within all half-spaces `normals @ x <= offsets`, shape (m,).

    Args:
        normals: unit normals, shape (k, 3).
        offsets: distances, shape (k,).
        middle: centres of the circles, shape (m, 3).
        ring: radii of the circles, shape (m,).
        frame: two unit vectors in the plane of the circles, shape (2, 3).
    """
    along = normals @ frame.T  # (k, 2)
    reach = np.linalg.norm(along, axis=1)
    room = offsets[:, None] - normals @ middle.T  # (k, m)
    width = np.maximum(reach[:, None] * ring, 1e-300)
    # n.x <= h on the circle: cos(phi - phi_n) <= room / width; the arc about phi_n is taken away.
    half = np.arccos(np.clip(room / width, -1.0, 1.0))
    heading = np.arctan2(along[:, 1], along[:, 0]) % (2.0 * np.pi)
    start, end = heading[:, None] - half, heading[:, None] + half
    starts = np.concatenate([start, start + 2.0 * np.pi, start - 2.0 * np.pi])
    ends = np.concatenate([end, end + 2.0 * np.pi, end - 2.0 * np.pi])
    starts, ends = np.clip(starts, 0.0, 2.0 * np.pi), np.clip(ends, 0.0, 2.0 * np.pi)
    order = np.argsort(starts, axis=0)
    starts, ends = np.take_along_axis(starts, order, 0), np.take_along_axis(ends, order, 0)
    before = np.maximum.accumulate(ends, axis=0)
    before = np.vstack([np.zeros((1, before.shape[1])), before[:-1]])
    taken = np.maximum(ends - np.maximum(starts, before), 0.0).sum(axis=0)
    return np.asarray(np.maximum(2.0 * np.pi - taken, 0.0))


def _walls(layout: Layout, centre: FloatArray) -> tuple[FloatArray, FloatArray]:
    normals = np.vstack([-np.eye(3), np.eye(3)])
    return normals, np.concatenate([centre, np.asarray(layout.box) - centre])


def _collar(layout: Layout, neck: Neck) -> tuple[float, float]:
    """Volume and side of a collar within the box."""
    start = neck.centre(layout)
    normals, offsets = _walls(layout, start)
    levels = (np.arange(COLLAR_SLICES) + 0.5) / COLLAR_SLICES
    frame = _frame(neck.axis)
    middle = neck.length * levels[:, None] * neck.axis
    around = angle_left(normals, offsets, middle, np.full(COLLAR_SLICES, neck.radius), frame)
    filled = 0.0
    for level in levels:
        ring = neck.radius * np.sqrt(levels)
        place = np.broadcast_to(neck.length * level * neck.axis, (COLLAR_SLICES, 3))
        filled += 0.5 * neck.radius**2 * float(angle_left(normals, offsets, place, ring, frame).mean())
    slab = neck.length / COLLAR_SLICES
    return filled * slab, neck.radius * float(around.sum()) * slab


def _frame(normal: FloatArray) -> FloatArray:
    """Two unit vectors at right angles to a unit vector and to one another."""
    helper = np.eye(3)[int(np.argmin(np.abs(normal)))]
    first = np.cross(normal, helper)
    first /= np.linalg.norm(first)
    return np.vstack([first, np.cross(normal, first)])
