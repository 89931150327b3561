"""Necks that run into something: a third particle, a wall, or another neck."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from chemomech.geometry.layout import Layout

from .necks import Neck

IntArray = npt.NDArray[np.intp]

WELL_INSIDE = 0.95  # share of a third sphere's radius within which a circle counts as buried in it
CROSSING = 0.7  # a side may cross a collar no farther from its middle than this share of its radius


def crowded(layout: Layout, necks: Sequence[Neck], gap: float) -> list[Neck]:
    """Return the necks that cannot be made; only collars are ever among them.

    Args:
        layout: the spheres.
        necks: the necks that are wanted.
        gap: distance that a collar keeps from everything that is not its own [m].
    """
    collars = [neck for neck in necks if neck.length > 0.0]
    bad = [
        neck
        for neck, others in zip(collars, _spheres_about(layout, collars, gap), strict=True)
        if _meets_sphere(layout, neck, others, gap) or _grazes_wall(layout, neck, gap)
    ]
    for neck, other in _sharing_a_particle(collars):
        if _near_each_other(layout, neck, other, gap):
            bad.append(max(neck, other, key=lambda one: one.length))
    return bad


def _spheres_about(layout: Layout, collars: Sequence[Neck], gap: float) -> Iterator[IntArray]:
    """Yield for each collar the particles that are not its own and may be near it."""
    if not collars:
        return
    middles = np.array([neck.centre(layout) + 0.5 * neck.length * neck.axis for neck in collars])
    reach = np.array([0.5 * neck.length + neck.radius for neck in collars]) + gap + layout.radii.max()
    near = cKDTree(layout.centres).query_ball_point(middles, 1.001 * reach, return_sorted=True)
    for neck, particles in zip(collars, near, strict=True):
        own = (neck.first, neck.second)
        yield np.array([particle for particle in particles if particle not in own], dtype=np.intp)


def _sharing_a_particle(collars: Sequence[Neck]) -> Iterator[tuple[Neck, Neck]]:
    """Yield the pairs of collars that stand on one particle, each pair in the order of the collars."""
    standing: defaultdict[int, list[Neck]] = defaultdict(list)
    for neck in collars:
        for particle in (neck.first, neck.second):
            for other in standing[particle]:
                yield other, neck
            standing[particle].append(neck)


def _meets_sphere(layout: Layout, neck: Neck, others: IntArray, gap: float) -> bool:
    start = neck.centre(layout)
    along = np.clip((layout.centres[others] - start) @ neck.axis, 0.0, neck.length)
    distance = np.linalg.norm(layout.centres[others] - start - along[:, None] * neck.axis, axis=1)
    buried = distance + neck.radius + 0.5 * neck.length < WELL_INSIDE * layout.radii[others]
    return bool(((distance < layout.radii[others] + neck.radius + gap) & ~buried).any())


def _grazes_wall(layout: Layout, neck: Neck, gap: float) -> bool:
    ends = neck.centre(layout) + np.array([[0.0], [neck.length]]) * neck.axis
    box = np.asarray(layout.box)[:2]
    for axis in range(2):
        # How far the wall is from the middle line, in the plane of the circle.
        tilt = np.sqrt(max(1.0 - neck.axis[axis] ** 2, 1e-12))
        for side in (ends[:, axis], box[axis] - ends[:, axis]):
            distance = float(side.min()) / tilt, float(side.max()) / tilt
            off = distance[0] >= neck.radius + gap
            beyond = distance[1] <= -neck.radius - gap
            across = max(abs(distance[0]), abs(distance[1])) <= CROSSING * neck.radius
            if not (off or beyond or across):
                return True
    return False


def _near_each_other(layout: Layout, one: Neck, other: Neck, gap: float) -> bool:
    samples = np.linspace(0.0, 1.0, 5)[:, None]
    first = one.centre(layout) + samples * one.length * one.axis
    second = other.centre(layout) + samples * other.length * other.axis
    distance = np.linalg.norm(first[:, None, :] - second[None, :, :], axis=2).min()
    return bool(distance < one.radius + other.radius + gap)
