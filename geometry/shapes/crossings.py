"""Where triangles of a surface cut through each other or fold onto each other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

CHUNK = 4000
ROUNDING = 1e-9
SHARPEST = np.cos(np.radians(12.0))  # of the angle between two triangles on one edge


def crossing_points(points: FloatArray, triangles: IntArray) -> IntArray:
    """Points of triangles that an edge of another one pierces, or that meet another one in a sharp fold.

    Args:
        points: shape (p, 3).
        triangles: shape (t, 3).
    """
    sides = np.sort(triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    edges, which = np.unique(sides, axis=0, return_inverse=True)
    folded = _folded(points, triangles, edges, which.reshape(-1, 3))
    corners = points[triangles]
    middle, ends = corners.mean(axis=1), points[edges]
    reach = np.linalg.norm(corners - middle[:, None], axis=2).max(axis=1)
    half = 0.5 * np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
    tree = cKDTree(ends.mean(axis=1))
    farthest = float(half.max(initial=0.0))
    bad = [folded]
    for start in range(0, len(triangles), CHUNK):
        rows = np.arange(start, min(start + CHUNK, len(triangles)))
        near = tree.query_ball_point(middle[rows], reach[rows] + farthest)
        triangle = np.repeat(rows, [len(candidates) for candidates in near])
        edge = np.concatenate([np.asarray(candidates, dtype=np.int64) for candidates in near])
        apart = (triangles[triangle][:, :, None] != edges[edge][:, None, :]).all(axis=(1, 2))
        triangle, edge = triangle[apart], edge[apart]
        close = (
            np.linalg.norm(middle[triangle] - ends[edge].mean(axis=1), axis=1) < reach[triangle] + half[edge]
        )
        triangle, edge = triangle[close], edge[close]
        hit = _pierced(corners[triangle], ends[edge])
        bad += [triangles[triangle[hit]].ravel(), edges[edge[hit]].ravel()]
    return np.unique(np.concatenate(bad))


def _pierced(corners: FloatArray, ends: FloatArray) -> npt.NDArray[np.bool_]:
    """Whether each segment goes through its triangle (Moeller and Trumbore, 1997)."""
    one, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    way = ends[:, 1] - ends[:, 0]
    across = np.cross(way, other)
    determinant = np.einsum("ij,ij->i", one, across)
    scale = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1) * np.linalg.norm(way, axis=1)
    flat = np.abs(determinant) < ROUNDING * scale
    inverse = 1.0 / np.where(flat, 1.0, determinant)
    start = ends[:, 0] - corners[:, 0]
    first = np.einsum("ij,ij->i", start, across) * inverse
    turned = np.cross(start, one)
    second = np.einsum("ij,ij->i", way, turned) * inverse
    along = np.einsum("ij,ij->i", other, turned) * inverse
    slack = 1e-3  # nearly touching is too near for a mesh
    inside = (first > -slack) & (second > -slack) & (first + second < 1.0 + slack)
    return np.asarray(~flat & inside & (along > -slack) & (along < 1.0 + slack))


def _folded(points: FloatArray, triangles: IntArray, edges: IntArray, sides: IntArray) -> IntArray:
    """Points of pairs of triangles that share an edge and lie nearly on each other."""
    edge = sides.ravel()
    order = np.argsort(edge, kind="stable")
    owner = np.repeat(np.arange(len(triangles)), 3)[order]
    edge = edge[order]
    third = triangles.sum(axis=1)[owner] - edges[edge].sum(axis=1)
    along = points[edges[edge, 1]] - points[edges[edge, 0]]
    along /= np.maximum(np.linalg.norm(along, axis=1), 1e-300)[:, None]
    out = points[third] - points[edges[edge, 0]]
    out -= np.einsum("ij,ij->i", out, along)[:, None] * along
    out /= np.maximum(np.linalg.norm(out, axis=1), 1e-300)[:, None]
    folds = []
    for apart in (1, 2, 3):  # up to four triangles and more meet at an edge
        same = edge[apart:] == edge[:-apart]
        sharp = same & (np.einsum("ij,ij->i", out[apart:], out[:-apart]) > SHARPEST)
        folds += [triangles[owner[apart:][sharp]].ravel(), triangles[owner[:-apart][sharp]].ravel()]
    return np.unique(np.concatenate(folds))
