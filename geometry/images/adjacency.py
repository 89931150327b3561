"""Pairs of labels that share voxel faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FacePairs:
    """Faces between different labels other than 0.

    Attributes:
        pairs: labels that share faces, the smaller first, shape (m, 2), in ascending order.
        counts: number of faces across each of the three axes, shape (m, 3).
        highest: largest height of a face, which is the lower of its two voxels', shape (m,); 0 without
            heights.
    """

    pairs: IntArray
    counts: IntArray
    highest: FloatArray

    @staticmethod
    def together(parts: Sequence[FacePairs]) -> FacePairs:
        """The faces of several parts of an image, which must not hold the same face."""
        stacked = np.concatenate([np.empty((0, 2), dtype=np.int64), *(part.pairs for part in parts)])
        pairs, place = np.unique(stacked, axis=0, return_inverse=True)
        counts = np.zeros((len(pairs), 3), dtype=np.int64)
        highest = np.zeros(len(pairs))
        if parts:
            np.add.at(counts, place.ravel(), np.concatenate([part.counts for part in parts]))
            np.maximum.at(highest, place.ravel(), np.concatenate([part.highest for part in parts]))
        return FacePairs(pairs, counts, highest)

    def areas(self, voxel_size: tuple[float, float, float]) -> FloatArray:
        """Area of the contact of each pair [m2], shape (m,).

        The voxel faces across an axis add up to the area that the contact shows in that direction, so that
        the root of the sum of squares is the area of a plane contact of any orientation.
        """
        x, y, z = voxel_size
        shown = self.counts * np.array([y * z, x * z, x * y])
        return np.asarray(np.linalg.norm(shown, axis=1))


def face_pairs(
    labels: npt.NDArray[np.int32], heights: npt.NDArray[np.float32] | None = None, first_axis_only: int = 0
) -> FacePairs:
    """Find the faces between different labels of a block.

    A block that ends with the first plane of the next one leaves faces within that last plane to it.

    Args:
        labels: the block, shape (planes, rows, columns).
        heights: a height of each voxel, same shape.
        first_axis_only: number of planes at the end of the block within which faces are left out.
    """
    parts = []
    inner = len(labels) - first_axis_only
    for axis in range(3):
        block = labels if axis == 0 else labels[:inner]
        height = None if heights is None else (heights if axis == 0 else heights[:inner])
        parts.append(_across(axis, block, height))
    return FacePairs.together(parts)


def _across(axis: int, labels: npt.NDArray[np.int32], heights: npt.NDArray[np.float32] | None) -> FacePairs:
    before = tuple(slice(None, -1) if place == axis else slice(None) for place in range(3))
    after = tuple(slice(1, None) if place == axis else slice(None) for place in range(3))
    first, second = labels[before], labels[after]
    faces = np.nonzero((first != second) & (first > 0) & (second > 0))
    one, other = first[faces].astype(np.int64), second[faces].astype(np.int64)
    code = np.minimum(one, other) << 32 | np.maximum(one, other)
    codes, place, times = np.unique(code, return_inverse=True, return_counts=True)
    counts = np.zeros((len(codes), 3), dtype=np.int64)
    counts[:, axis] = times
    highest = np.zeros(len(codes))
    if heights is not None:
        lower = np.minimum(heights[before][faces], heights[after][faces])
        np.maximum.at(highest, place.ravel(), lower.astype(np.float64))
    return FacePairs(np.column_stack([codes >> 32, codes & 0xFFFFFFFF]), counts, highest)
