"""Moving the points of a label surface onto the smooth shapes, each particle at its own volume."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from .crossings import crossing_points
from .distances import Distances
from .surface import NOTHING, LabelSurface

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

ROUNDS = 30
SETTLED_ROUNDS = 12  # the last rounds, in which points are only evened out a little
RELAXATION = 0.5
REPAIRS = 12
REPAIR_ROUNDS = 3
STEPS = 2  # onto the shapes, in each round
FARTHEST_STEP = 0.3  # of the room of a point
DAMPING = 0.05
SINGLE_STEPS = 25


@dataclass(frozen=True, eq=False)
class FittedSurface:
    """Triangles between regions.

    Attributes:
        points: [um], shape (p, 3).
        triangles: shape (t, 3), anticlockwise seen from the second region.
        regions: labels before and behind each triangle, shape (t, 2).
        volumes: volume of each label [um3], the matrix first, shape (n + 1,).
        held: number of points kept nearer to the grid so that no faces cross.
    """

    points: FloatArray
    triangles: IntArray
    regions: IntArray
    volumes: FloatArray
    held: int


def fit(surface: LabelSurface, distances: Distances, volumes: FloatArray, freedom: float) -> FittedSurface:
    """Move points onto the surfaces where smooth distances are equal, and match volumes.

    Every round evens out the points along the surfaces and junctions that they lie on, moves them back onto
    these, and moves each particle's surface by the volume that it lacks. No point leaves its place on the
    grid by more than `freedom` of the spacing. On the grid itself no faces cross, so where moved ones do, the
    bound of their points is halved and the fit goes on, until none do.

    Args:
        surface: the faces of the grid.
        distances: what the points are moved onto; its offsets are changed.
        volumes: wanted volume of each label [um3], shape (n + 1,); NaN where it does not matter.
        freedom: bound on the way of a point over the spacing [-].

    Raises:
        RuntimeError: faces still cross when the points have hardly any freedom left.
    """
    mean = _averaging(surface)
    bound = freedom * surface.room
    points = _rounds(surface.points.copy(), surface, distances, volumes, bound, mean, ROUNDS)
    for _ in range(REPAIRS):
        points = _to_volume(points, surface, volumes, bound)
        triangles, regions = triangulate(points, surface)
        bad = crossing_points(points, triangles)
        if not bad.size:
            break
        bound[bad] *= 0.5
        points = np.clip(points, surface.points - bound, surface.points + bound)
        points = _rounds(points, surface, distances, volumes, bound, mean, REPAIR_ROUNDS)
    else:
        raise RuntimeError(f"faces still cross at {bad.size} points after {REPAIRS} repairs")
    held = bound.max(axis=1) < 0.99 * freedom * surface.room.max(axis=1)
    enclosed = label_volumes(points, triangles, regions, len(volumes))
    return FittedSurface(points, triangles, regions, enclosed, int(held.sum()))


def _rounds(
    points: FloatArray, surface: LabelSurface, distances: Distances, volumes: FloatArray, bound: FloatArray,
    mean: sparse.csr_matrix, rounds: int,
) -> FloatArray:  # fmt: skip
    free = ~surface.walls
    for turn in range(rounds):
        share = RELAXATION if turn < rounds - SETTLED_ROUNDS else 0.5 * RELAXATION
        points += share * free * (mean @ points - points)
        for _ in range(STEPS):
            points += _towards_shapes(points, surface, distances, free)
            points = np.clip(points, surface.points - bound, surface.points + bound)
        lack, area = _lack(points, surface, volumes)
        distances.offsets += np.clip(2.0 * lack / np.maximum(area, 1e-12), -0.2, 0.2)
    return points


def triangulate(points: FloatArray, surface: LabelSurface) -> tuple[IntArray, IntArray]:
    """Halve every face along the diagonal that leaves the better triangles."""
    quads = surface.quads
    ways = [
        np.stack([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]], axis=1),
        np.stack([quads[:, [1, 2, 3]], quads[:, [1, 3, 0]]], axis=1),
    ]
    scores = np.stack([_pair_quality(points, way) for way in ways])
    halves = np.where((scores[1] > scores[0])[:, None, None], ways[1], ways[0])
    return halves.reshape(-1, 3), np.repeat(surface.regions, 2, axis=0)


def label_volumes(points: FloatArray, triangles: IntArray, regions: IntArray, count: int) -> FloatArray:
    """Volume of every label inside its closed surface [um3], shape (count,)."""
    a, b, c = (points[triangles[:, corner]] for corner in range(3))
    cone = np.einsum("ij,ij->i", a, np.cross(b, c)) / 6.0
    volumes = np.zeros(count)
    for side, sign in ((0, 1.0), (1, -1.0)):
        inside = regions[:, side] >= 0
        np.add.at(volumes, regions[inside, side], sign * cone[inside])
    return volumes


def _pair_quality(points: FloatArray, pairs: IntArray) -> FloatArray:
    """Worse shape of two triangles, times how even the face is; negative if they fold."""
    a, b, c = (points[pairs[:, :, corner]] for corner in range(3))
    normal = np.cross(b - a, c - a)
    size = np.linalg.norm(normal, axis=2)
    squares = sum(((p - q) ** 2).sum(axis=2) for p, q in ((a, b), (b, c), (c, a)))
    shape = 2.0 * np.sqrt(3.0) * size / np.maximum(squares, 1e-300)
    even = np.einsum("ij,ij->i", normal[:, 0], normal[:, 1]) / np.maximum(size.prod(axis=1), 1e-300)
    return np.where(even > 0.0, shape.min(axis=1) * (0.5 + 0.5 * even), even - 1.0)


def _averaging(surface: LabelSurface) -> sparse.csr_matrix:
    """Mean over the neighbours on all the surfaces that a point is on; itself where there are none."""
    first, second = np.concatenate([surface.edges, surface.edges[:, ::-1]]).T
    own, other = surface.labels[first], surface.labels[second]
    within = ((own[:, :, None] == other[:, None, :]).any(axis=2) | (own == NOTHING)).all(axis=1)
    within &= (surface.walls[second] | ~surface.walls[first]).all(axis=1)
    first, second = first[within], second[within]
    count = np.bincount(first, minlength=len(surface.points))
    alone = np.flatnonzero(count < 2)  # a junction that ends here stays where it is
    kept = ~np.isin(first, alone)
    rows = np.concatenate([first[kept], alone])
    columns = np.concatenate([second[kept], alone])
    weights = np.concatenate([1.0 / count[first[kept]], np.ones(len(alone))])
    size = len(surface.points)
    return sparse.csr_matrix((weights, (rows, columns)), shape=(size, size))


def _towards_shapes(
    points: FloatArray, surface: LabelSurface, distances: Distances, free: npt.NDArray[np.bool_]
) -> FloatArray:
    """Shortest step that makes the distances of all labels around a point equal, to first order."""
    labels = surface.labels
    inside = labels >= 0
    value = np.zeros(labels.shape)
    slope = np.zeros((*labels.shape, 3))
    row, column = np.nonzero(inside)
    value[row, column], slope[row, column] = distances.with_gradients(labels[row, column], points[row])
    count = np.maximum(inside.sum(axis=1), 1)
    value -= (value * inside).sum(axis=1, keepdims=True) / count[:, None]
    slope -= (slope * inside[:, :, None]).sum(axis=1, keepdims=True) / count[:, None, None]
    value *= inside
    slope *= inside[:, :, None] * free[:, None, :]
    normal = np.einsum("pki,pkj->pij", slope, slope)
    scale = np.trace(normal, axis1=1, axis2=2)
    normal += (DAMPING * DAMPING * scale + 1e-9)[:, None, None] * np.eye(3)
    right = np.einsum("pki,pk->pi", slope, value)
    step = -np.linalg.solve(normal, right[:, :, None])[:, :, 0]
    limit = FARTHEST_STEP * surface.room
    return np.asarray(np.clip(step, -limit, limit) * (inside.sum(axis=1) > 1)[:, None])


def _lack(points: FloatArray, surface: LabelSurface, volumes: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Wanted less present volume [um3] and movable surface [um2] of every label, shape (n + 1,)."""
    triangles, regions = triangulate(points, surface)
    enclosed = label_volumes(points, triangles, regions, len(volumes))
    lack = np.where(np.isnan(volumes), 0.0, volumes - enclosed)
    a, b, c = (points[triangles[:, corner]] for corner in range(3))
    size = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1)
    area = np.zeros(len(volumes))
    inner = (regions >= 0).all(axis=1)
    for side in (0, 1):
        np.add.at(area, regions[inner, side], size[inner])
    return lack, area


def _to_volume(
    points: FloatArray,
    surface: LabelSurface,
    volumes: FloatArray,
    bound: FloatArray,
) -> FloatArray:
    """Move the points between one particle and the matrix along the surface normal until volumes are met."""
    inside, free = surface.labels >= 0, ~surface.walls
    single = (inside.sum(axis=1) == 2) & (surface.labels == 0).any(axis=1)
    owner = np.where(single, surface.labels.max(axis=1), 0)
    for _ in range(SINGLE_STEPS):
        triangles, regions = triangulate(points, surface)
        lack = np.where(
            np.isnan(volumes), 0.0, volumes - label_volumes(points, triangles, regions, len(volumes))
        )
        gradient = np.zeros_like(points)  # of the owner's volume
        a, b, c = (points[triangles[:, corner]] for corner in range(3))
        normal = np.cross(b - a, c - a) / 6.0
        for corner in range(3):
            point = triangles[:, corner]
            sign = (regions[:, 0] == owner[point]) * 1.0 - (regions[:, 1] == owner[point]) * 1.0
            np.add.at(gradient, point, sign[:, None] * normal)
        gradient *= free * single[:, None]
        length = np.linalg.norm(gradient, axis=1)
        direction = gradient / np.maximum(length, 1e-12)[:, None]
        movable = np.abs(points + 1e-3 * direction - surface.points).max(axis=1) < bound.max(axis=1)
        response = np.bincount(owner, length * movable, minlength=len(volumes))
        move = np.clip(lack / np.maximum(response, 1e-12), -0.05, 0.05)
        points = points + (move[owner] * movable * single)[:, None] * direction
        points = np.clip(points, surface.points - bound, surface.points + bound)
        if np.abs(lack[1:]).max() < 1e-7 * np.nanmax(volumes):
            break
    return points
