"""Grey-scale stacks segmented into phases by a filter and thresholds.

1. A filter takes noise away: a median over a cube of voxels, or a Gaussian.
2. Thresholds between the classes from the histogram of the filtered stack: Otsu's for two classes, multi-Otsu
   for more (scikit-image); or given by the user.
3. The classes from dark to bright are named phases.

The histogram comes from every n-th block of planes of a large stack; filtering and thresholds are applied to
the planes that are asked for, so that the segmented stack never lies in memory as a whole.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from skimage.filters import threshold_multiotsu, threshold_otsu

from chemomech.errors import InputError, require_between

from .memory import MemoryLimit
from .stack import AnyArray, ImageStack, Shape

FILTER_MEMORY = 24.0  # byte per voxel of a slab
HISTOGRAM_BLOCKS = 12
HISTOGRAM_PLANES = 4
BINS = 256


class GreyFilter(Protocol):
    """Takes noise out of grey values."""

    @property
    def halo(self) -> int:
        """Planes beyond a slab that its values depend on."""
        ...

    def apply(self, planes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Filtered planes, same shape."""
        ...


@dataclass(frozen=True)
class MedianFilter:
    """Median over a cube; keeps edges.

    Attributes:
        width: edge of the cube [voxel], odd.
    """

    width: int = 3

    def __post_init__(self) -> None:
        """Check the width."""
        require_between("the width of the median", self.width, 1, 15, "voxels", "choose 3 or 5")
        if self.width % 2 == 0:
            raise InputError(f"the width of the median is {self.width} voxels; choose an odd one, 3 or 5.")

    @property
    def halo(self) -> int:
        """Half of the cube."""
        return self.width // 2

    def apply(self, planes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Take the median."""
        return np.asarray(ndimage.median_filter(planes, size=self.width, mode="nearest"))


@dataclass(frozen=True)
class GaussianFilter:
    """Gaussian mean; blurs edges.

    Attributes:
        width: standard deviation [voxel].
    """

    width: float = 1.0

    def __post_init__(self) -> None:
        """Check the width."""
        require_between("the width of the Gaussian", self.width, 0.0, 20.0, "voxels", "choose about 1")

    @property
    def halo(self) -> int:
        """Where the Gaussian is cut off."""
        return int(4.0 * self.width + 0.5)

    def apply(self, planes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Take the mean."""
        return np.asarray(ndimage.gaussian_filter(planes, self.width, mode="nearest"))


@dataclass(frozen=True, eq=False)
class _Segmented:
    grey: ImageStack
    filter: GreyFilter
    thresholds: tuple[float, ...]

    @property
    def shape(self) -> Shape:
        return self.grey.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(np.uint8)

    def read(self, first: int, last: int) -> AnyArray:
        planes = _filtered(self.grey, self.filter, first, last)
        return np.digitize(planes, self.thresholds).astype(np.uint8)


def segment_grey(
    stack: ImageStack,
    classes: int = 2,
    *,
    noise_filter: GreyFilter | None = None,
    thresholds: Sequence[float] | None = None,
    memory: MemoryLimit | None = None,
) -> tuple[ImageStack, tuple[float, ...]]:
    """Segment a grey-scale stack into classes 0 (dark) to `classes` - 1 (bright).

    Args:
        stack: grey values of any integer or float type.
        classes: number of phases.
        noise_filter: what takes the noise away; a median over 3 voxels if not given.
        thresholds: grey values between the classes, in ascending order; Otsu's if not given.
        memory: bound on working memory.

    Returns:
        The segmented stack, to be read with `read_phases`, and the thresholds used.

    Raises:
        InputError: fewer than two classes, thresholds that do not fit them, or a stack with fewer grey
            values.
    """
    require_between("the number of classes", classes, 2, 5, "-", "choose 2 (pore, active) or 3 (and binder)")
    smoother = noise_filter or MedianFilter()
    limit = memory or MemoryLimit()
    least = min(2 * smoother.halo + HISTOGRAM_PLANES, stack.shape[0])
    limit.planes(stack.shape, FILTER_MEMORY, least, "filtering the grey values")
    if thresholds is None:
        bounds = _otsu(stack, smoother, classes)
    else:
        bounds = tuple(float(value) for value in thresholds)
        if (
            len(bounds) != classes - 1
            or not all(map(math.isfinite, bounds))
            or list(bounds) != sorted(set(bounds))
        ):
            raise InputError(
                f"{classes} classes need {classes - 1} thresholds in ascending order, and {bounds} are "
                "given; correct them."
            )
    return ImageStack(_Segmented(stack, smoother, bounds), stack.voxel_size, stack.name), bounds


def _otsu(stack: ImageStack, noise_filter: GreyFilter, classes: int) -> tuple[float, ...]:
    last_start = max(stack.shape[0] - HISTOGRAM_PLANES, 0)
    blocks = [
        _filtered(stack, noise_filter, start, min(start + HISTOGRAM_PLANES, stack.shape[0]))
        for start in np.unique(np.linspace(0, last_start, HISTOGRAM_BLOCKS).astype(int)).tolist()
    ]
    low, high = min(block.min() for block in blocks), max(block.max() for block in blocks)
    if low == high:
        raise InputError(
            f"the grey values of '{stack.name}' are all {low:g}; there is nothing to tell apart: check the "
            "file."
        )
    counts = np.zeros(BINS)
    edges = np.linspace(low, high, BINS + 1)
    for block in blocks:
        counts += np.histogram(block, edges)[0]
    middle = 0.5 * (edges[1:] + edges[:-1])
    if np.count_nonzero(counts) < classes:
        raise InputError(
            f"'{stack.name}' holds {np.count_nonzero(counts)} distinct grey values, too few for {classes} "
            "classes; ask for fewer, or read it as a segmented stack."
        )
    if classes == 2:
        return (float(threshold_otsu(hist=(counts, middle))),)
    return tuple(float(value) for value in threshold_multiotsu(hist=(counts, middle), classes=classes))


def _filtered(stack: ImageStack, noise_filter: GreyFilter, first: int, last: int) -> npt.NDArray[np.float32]:
    low, high = max(first - noise_filter.halo, 0), min(last + noise_filter.halo, stack.shape[0])
    planes = noise_filter.apply(stack.read(low, high).astype(np.float32))
    return planes[first - low : last - low]
