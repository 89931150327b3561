"""How the axes of an image lie in the electrode."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError

FloatArray = npt.NDArray[np.float64]
Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Orientation:
    """Which axis of the array is the thickness, and at which end of it the current collector lies.

    The thickness becomes z; of the other two axes, the faster one (the later) becomes x.

    Attributes:
        thickness_axis: 0, 1 or 2.
        collector_last: whether the collector lies at the last plane instead of the first.
    """

    thickness_axis: int = 0
    collector_last: bool = False

    def __post_init__(self) -> None:
        """Check the axis."""
        if self.thickness_axis not in (0, 1, 2):
            raise InputError(f"the thickness axis is {self.thickness_axis}; it must be 0, 1 or 2.")

    @property
    def axes(self) -> tuple[int, int, int]:
        """Axes of the array that become x, y and z."""
        slow, fast = (axis for axis in range(3) if axis != self.thickness_axis)
        return fast, slow, self.thickness_axis

    @property
    def collector_face(self) -> int:
        """Number of the stack face at the collector (first and last along axis 0, then 1, then 2)."""
        return 2 * self.thickness_axis + (1 if self.collector_last else 0)

    @property
    def separator_face(self) -> int:
        """Number of the stack face at the separator."""
        return 2 * self.thickness_axis + (0 if self.collector_last else 1)

    def reordered(self, values: tuple[float, float, float]) -> Triple:
        """A quantity by axis of the array as one by x, y and z."""
        x, y, z = (values[axis] for axis in self.axes)
        return x, y, z

    def points(self, points: FloatArray, box: Triple) -> FloatArray:
        """Points of the array [m] as points of the electrode [m], both of shape (n, 3)."""
        turned = points[:, self.axes].copy()
        if self.collector_last:
            turned[:, 2] = box[2] - turned[:, 2]
        return turned
