"""Smooth distances to the surfaces of labelled regions, at any point (micrometres).

For every label the signed distance to its surface, positive inside, is smoothed by a Gaussian. Two regions
meet where their distances are equal; a constant added to one of them moves its surface outwards.
"""

from __future__ import annotations

import edt
import numpy as np
import numpy.typing as npt
from scipy import ndimage

from .region import Region

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

CORNERS = np.array([(i, j, k) for i in (0, 1) for j in (0, 1) for k in (0, 1)])


class Distances:
    """Smooth signed distances of all labels of a region, the matrix (0) included.

    Each label's values fill a box around it; all boxes lie in one array, so that points of many labels are
    looked up at once.

    Args:
        region: the voxels.
        smoothing: standard deviation of the Gaussian [voxel].
        reach: how far from a label its distance is asked for [um].
    """

    def __init__(self, region: Region, smoothing: float, reach: float) -> None:
        self.region = region
        self.offsets = np.zeros(len(region) + 1)
        shape = np.array(region.labels.shape)
        margin = np.ceil(reach / region.spacing).astype(int) + int(np.ceil(3.0 * smoothing)) + 1
        boxes = [tuple(slice(0, int(size)) for size in shape), *ndimage.find_objects(region.labels)]
        low = np.maximum([[edge.start for edge in box] - margin for box in boxes], 0)
        high = np.minimum([[edge.stop for edge in box] + margin for box in boxes], shape)
        self._low, self._shape = low, high - low
        self._start = np.concatenate([[0], np.cumsum(self._shape.prod(axis=1))])
        self._values = np.empty(int(self._start[-1]), dtype=np.float32)
        for label in range(len(boxes)):
            window = tuple(slice(a, b) for a, b in zip(low[label], high[label], strict=True))
            smooth = self._smooth(region.labels[window] == label, smoothing)
            self._values[self._start[label] : self._start[label + 1]] = smooth.ravel()

    def _smooth(self, part: npt.NDArray[np.bool_], smoothing: float) -> npt.NDArray[np.float32]:
        spacing = tuple(float(edge) for edge in self.region.spacing)
        inside = edt.edt(part, anisotropy=spacing, black_border=False)
        outside = edt.edt(~part, anisotropy=spacing, black_border=False)
        far = float(np.linalg.norm(np.array(part.shape) * spacing))
        distance = np.minimum(inside, far) - np.minimum(outside, far)
        # Distances count from the middles of voxels, the surface lies half a voxel nearer.
        distance -= np.sign(distance) * 0.5 * min(spacing)
        return np.asarray(ndimage.gaussian_filter(distance.astype(np.float32), smoothing, mode="nearest"))

    def at(self, labels: IntArray, points: FloatArray) -> FloatArray:
        """Distances of labels at points [um], shapes (m,) and (m, 3); their offsets included."""
        return self.with_gradients(labels, points)[0]

    def with_gradients(self, labels: IntArray, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Distances, shape (m,), and their gradients, shape (m, 3), by linear interpolation in the voxels."""
        place = points / self.region.spacing - 0.5 - self._low[labels]
        place[:, 2] -= self.region.low / self.region.spacing[2]
        size = self._shape[labels]
        place = np.clip(place, 0.0, size - 1.0)
        cell = np.minimum(place.astype(np.int64), np.maximum(size - 2, 0))
        part = place - cell
        value = np.zeros(len(points))
        gradient = np.zeros((len(points), 3))
        for corner in CORNERS:
            index = np.minimum(cell + corner, size - 1)
            flat = (index[:, 0] * size[:, 1] + index[:, 1]) * size[:, 2] + index[:, 2]
            here = self._values[self._start[labels] + flat]
            weight = np.where(corner, part, 1.0 - part)
            value += here * weight.prod(axis=1)
            for axis in range(3):
                across = weight[:, (axis + 1) % 3] * weight[:, (axis + 2) % 3]
                gradient[:, axis] += here * across * (1.0 if corner[axis] else -1.0)
        return value + self.offsets[labels], gradient / self.region.spacing
