"""Image stacks that are read plane by plane, so that none has to fit into memory."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError, require_between

from ..layout import VOXELS

AnyArray = npt.NDArray[Any]
Shape = tuple[int, int, int]


class PlaneSource(Protocol):
    """Where the planes of a stack come from: a file, an array, or another stack that is changed."""

    @property
    def shape(self) -> Shape:
        """Number of voxels along the three axes; planes lie along the first."""
        ...

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of a voxel."""
        ...

    def read(self, first: int, last: int) -> AnyArray:
        """Planes `first` to `last` - 1 as an array of shape (last - first, shape[1], shape[2])."""
        ...


@dataclass(frozen=True, eq=False)
class ArraySource:
    """Planes of an array, also of one that is mapped from disk.

    Attributes:
        array: three-dimensional.
    """

    array: AnyArray

    @property
    def shape(self) -> Shape:
        """Number of voxels along the three axes."""
        return self.array.shape[0], self.array.shape[1], self.array.shape[2]

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of a voxel."""
        return self.array.dtype

    def read(self, first: int, last: int) -> AnyArray:
        """Planes `first` to `last` - 1."""
        return np.asarray(self.array[first:last])


@dataclass(frozen=True, eq=False)
class ImageStack:
    """Voxels with a size.

    Attributes:
        source: where the planes come from.
        voxel_size: edges of a voxel along the three axes of the array [m].
        name: how messages call the stack.

    Raises:
        InputError: no three axes, an axis without voxels, a type that is neither integer nor float, or a
            voxel size that is not positive.
    """

    source: PlaneSource
    voxel_size: tuple[float, float, float]
    name: str = "stack"

    def __post_init__(self) -> None:
        """Check shape, type and voxel size."""
        if 0 in self.source.shape:
            raise InputError(f"the stack '{self.name}' is empty (shape {self.source.shape}); check the file.")
        if self.source.dtype.kind not in "biuf":
            raise InputError(
                f"the voxels of '{self.name}' are of type {self.source.dtype}; convert them to an integer or "
                "float type."
            )
        for edge in self.voxel_size:
            low, high = VOXELS
            require_between(
                f"the voxel size of '{self.name}'", edge, low, high, "m", "check the unit, as in 0.4 um"
            )

    @staticmethod
    def from_array(array: AnyArray, voxel_size: float | Sequence[float], name: str = "stack") -> ImageStack:
        """Wrap an array of three axes; for the voxel size see `three_edges`."""
        if array.ndim != 3:
            raise InputError(
                f"the stack '{name}' has {array.ndim} axes; give a three-dimensional array of voxels."
            )
        return ImageStack(ArraySource(array), three_edges(voxel_size), name)

    @property
    def shape(self) -> Shape:
        """Number of voxels along the three axes."""
        return self.source.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of a voxel."""
        return self.source.dtype

    @property
    def voxels(self) -> int:
        """Number of voxels."""
        return math.prod(self.shape)

    @property
    def voxel_volume(self) -> float:
        """Volume of a voxel [m3]."""
        return math.prod(self.voxel_size)

    def read(self, first: int, last: int) -> AnyArray:
        """Planes `first` to `last` - 1.

        Raises:
            InputError: a voxel is not a number.
        """
        planes = self.source.read(first, last)
        if planes.dtype.kind == "f" and not np.isfinite(planes).all():
            plane = first + int(np.flatnonzero(~np.isfinite(planes).all(axis=(1, 2)))[0])
            raise InputError(
                f"plane {plane} of the stack '{self.name}' holds NaN or infinite voxels; replace them or "
                "crop them away."
            )
        return planes

    def slabs(self, planes: int, overlap: int = 0) -> Iterator[tuple[int, AnyArray]]:
        """Walk through the stack in slabs.

        Args:
            planes: thickness of a slab.
            overlap: planes of the next slab that are read as well, where there are any.

        Yields:
            Number of the first plane, and the planes.
        """
        for first in range(0, self.shape[0], planes):
            yield first, self.read(first, min(first + planes + overlap, self.shape[0]))


def three_edges(
    voxel_size: float | Sequence[float] | None, anisotropic: bool = False
) -> tuple[float, float, float]:
    """Edges of a voxel from what a user gives.

    Args:
        voxel_size: one number, which states that voxels are cubes, or three in the order of the axes [m].
        anisotropic: whether three numbers that differ are meant.

    Raises:
        InputError: none is given, there are not one or three, or they differ without being meant to.
    """
    if voxel_size is None:
        raise InputError(
            "no voxel size is given and none is assumed; state the edge of a voxel in m (one number for "
            "cubes, three for others)."
        )
    edges = [float(edge) for edge in np.atleast_1d(np.asarray(voxel_size, dtype=np.float64))]
    if len(edges) == 1:
        edges = edges * 3
    if len(edges) != 3:
        raise InputError(f"the voxel size has {len(edges)} values; give one (cubes) or three [m].")
    if max(edges) - min(edges) > 1e-6 * max(edges) and not anisotropic:
        raise InputError(
            f"the voxel size {tuple(edges)} m has edges that differ; if the voxels are no cubes, say so with "
            "anisotropic=True (--anisotropic), else give one number."
        )
    return edges[0], edges[1], edges[2]
