"""How much of a circle lies within half-spaces: every half-space takes an arc away, and arcs may overlap."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

FULL = 2.0 * np.pi


def angle_left(
    normals: FloatArray, offsets: FloatArray, middle: FloatArray, ring: FloatArray, frame: FloatArray
) -> FloatArray:
    """Angle of parallel circles that lies within all half-spaces `normals @ x <= offsets`, shape (m,).

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
    half = np.arccos(np.minimum(np.maximum(room / width, -1.0), 1.0))
    heading = np.arctan2(along[:, 1], along[:, 0]) % FULL
    taken = 2.0 * half.sum(axis=0)
    overlapping = _overlapping(heading, half)
    if overlapping.size:
        taken[overlapping] = _union(heading, half[:, overlapping])
    return np.asarray(np.maximum(FULL - taken, 0.0))


def frame_across(normal: FloatArray) -> FloatArray:
    """Two unit vectors at right angles to a unit vector and to one another, shape (2, 3)."""
    helper = np.eye(3)[int(np.argmin(np.abs(normal)))]
    first = np.cross(normal, helper)
    first /= np.linalg.norm(first)
    return np.vstack([first, np.cross(normal, first)])


def _overlapping(heading: FloatArray, half: FloatArray) -> npt.NDArray[np.intp]:
    """Circles of which two arcs overlap; on the others the angles of the arcs add up."""
    one, other = np.triu_indices(len(heading), k=1)
    turn = np.abs(heading[one] - heading[other])
    apart = np.minimum(turn, FULL - turn)
    overlap = np.zeros(half.shape[1], dtype=bool)
    for first, second, between in zip(one, other, apart, strict=True):
        both = (half[first] > 0.0) & (half[second] > 0.0)
        overlap |= both & (half[first] + half[second] > between)
    return np.flatnonzero(overlap)


def _union(heading: FloatArray, half: FloatArray) -> FloatArray:
    """Angle of the union of the arcs `heading -+ half` of each circle, shape (m,)."""
    start = (heading[:, None] - half) % FULL
    order = np.argsort(start, axis=0)
    start = np.take_along_axis(start, order, 0)
    end = start + 2.0 * np.take_along_axis(half, order, 0)
    # What runs past the full turn covers the beginning, up to the farthest such end.
    covered = np.maximum(end.max(axis=0) - FULL, 0.0)
    before = np.maximum.accumulate(np.vstack([covered, end[:-1]]), axis=0)
    more = np.maximum(np.minimum(end, FULL) - np.maximum(start, before), 0.0)
    return np.asarray(covered + more.sum(axis=0))
