"""The faces between labels of a grid, as triangles that several regions share (micrometres)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .grid import LabelGrid

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

OUTSIDE = (-1, -2, -3, -4, -5, Z_HIGH := -6)  # beyond the low and high faces of x, y and z
NOTHING = -9


@dataclass(frozen=True, eq=False)
class LabelSurface:
    """Quadrilaterals between cells of different labels; a point may belong to three and more regions.

    Attributes:
        points: corners of the grid [um], shape (p, 3).
        quads: corners of the faces in turn, shape (q, 4), seen anticlockwise from the second region.
        regions: labels before and behind each face, the outside included, shape (q, 2).
        labels: labels around each point, padded with NOTHING, shape (p, 8).
        walls: whether each point lies in a plane x, y or z = constant of the box, shape (p, 3).
        edges: neighbouring points, shape (e, 2).
        room: distance to the nearest other grid plane along each axis [um], shape (p, 3).
    """

    points: FloatArray
    quads: IntArray
    regions: IntArray
    labels: IntArray
    walls: npt.NDArray[np.bool_]
    edges: IntArray
    room: FloatArray


def surface_of(grid: LabelGrid) -> LabelSurface:
    """Collect the faces between cells of different labels and those on the box."""
    shape = np.array(grid.labels.shape)
    padded = np.full(shape + 2, NOTHING, dtype=np.int64)
    padded[1:-1, 1:-1, 1:-1] = grid.labels
    for axis in range(3):
        for side, outside in ((0, OUTSIDE[2 * axis]), (-1, OUTSIDE[2 * axis + 1])):
            face = np.moveaxis(padded, axis, 0)[side]
            face[1:-1, 1:-1] = outside
    quads, regions = [], []
    for axis in range(3):
        rows, pair = _faces(padded, axis)
        quads.append(rows)
        regions.append(pair)
    every, place = np.unique(np.concatenate(quads), return_inverse=True)
    rows = place.reshape(-1, 4)
    index = np.stack(np.unravel_index(every, shape + 1), axis=1)
    points = np.stack([grid.edges[axis][index[:, axis]] for axis in range(3)], axis=1)
    around = [
        padded[index[:, 0] + i, index[:, 1] + j, index[:, 2] + k]
        for i in (0, 1)
        for j in (0, 1)
        for k in (0, 1)
    ]
    ring = np.concatenate([rows[:, [0, 1]], rows[:, [1, 2]], rows[:, [2, 3]], rows[:, [3, 0]]])
    return LabelSurface(
        points=points,
        quads=rows,
        regions=np.concatenate(regions),
        labels=_distinct(np.stack(around, axis=1)),
        walls=(index == 0) | (index == shape),
        edges=np.unique(np.sort(ring, axis=1), axis=0),
        room=np.stack([_room(grid.edges[axis])[index[:, axis]] for axis in range(3)], axis=1),
    )


def _faces(padded: IntArray, axis: int) -> tuple[IntArray, IntArray]:
    """Corners of the faces across an axis, shape (q, 4), and the labels on both sides, shape (q, 2)."""
    corners = np.array(padded.shape) - 1
    low = np.take(padded, range(padded.shape[axis] - 1), axis)
    high = np.take(padded, range(1, padded.shape[axis]), axis)
    between = np.argwhere((low != high) & ((low >= 0) | (high >= 0)))
    pair = np.stack([low[tuple(between.T)], high[tuple(between.T)]], axis=1)
    # Cell i of the padded grid ends at corner i; across the other two axes it begins at i - 1.
    other, last = (axis + 1) % 3, (axis + 2) % 3
    start = between.copy()
    start[:, other] -= 1
    start[:, last] -= 1
    rows = []
    for a, b in ((0, 0), (1, 0), (1, 1), (0, 1)):
        corner = start.copy()
        corner[:, other] += a
        corner[:, last] += b
        rows.append(np.ravel_multi_index(tuple(corner.T), tuple(corners)))
    return np.stack(rows, axis=1), pair


def _distinct(labels: IntArray) -> IntArray:
    """Each row's different labels, padded with NOTHING."""
    ordered = np.sort(labels, axis=1)[:, ::-1]
    again = np.zeros(ordered.shape, dtype=bool)
    again[:, 1:] = ordered[:, 1:] == ordered[:, :-1]
    return np.sort(np.where(again, NOTHING, ordered), axis=1)[:, ::-1]


def _room(edges: FloatArray) -> FloatArray:
    gaps = np.diff(edges)
    return np.minimum(np.concatenate([gaps[:1], gaps]), np.concatenate([gaps, gaps[-1:]]))
