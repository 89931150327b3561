"""Segmented stacks: which value is pore, which active material, which carbon-binder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError

from .memory import MemoryLimit
from .stack import AnyArray, ImageStack

BoolArray = npt.NDArray[np.bool_]
COUNTING_MEMORY = 24.0  # byte per voxel while values are counted


@dataclass(frozen=True)
class PhaseValues:
    """What the values of a segmented stack mean.

    Attributes:
        active: value of the active material.
        pore: value of the pores; None if the stack holds none.
        binder: value of the carbon-binder; None if it is not resolved.

    Raises:
        InputError: two phases with the same value.
    """

    active: int
    pore: int | None = 0
    binder: int | None = None

    def __post_init__(self) -> None:
        """Check that the values differ."""
        values = list(self.named.values())
        if len(set(values)) != len(values):
            raise InputError(
                f"two phases have the same value ({self.named}); give active, pore and binder different ones."
            )

    @property
    def named(self) -> dict[str, int]:
        """Value of each phase that is there."""
        values = {"pore": self.pore, "active": self.active, "binder": self.binder}
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, eq=False)
class PhaseStack:
    """A segmented stack whose values have been checked.

    Attributes:
        stack: the voxels.
        values: what they mean.
        counts: number of voxels of each phase.
    """

    stack: ImageStack
    values: PhaseValues
    counts: Mapping[str, int] = field(repr=False)

    @cached_property
    def fractions(self) -> dict[str, float]:
        """Volume fraction of each phase [-], by counting voxels."""
        return {name: count / self.stack.voxels for name, count in self.counts.items()}

    def active(self, planes: AnyArray) -> BoolArray:
        """Voxels of active material."""
        return planes == self.values.active

    def binder(self, planes: AnyArray) -> BoolArray:
        """Voxels of carbon-binder."""
        if self.values.binder is None:
            return np.zeros(planes.shape, dtype=np.bool_)
        return planes == self.values.binder

    def pore(self, planes: AnyArray) -> BoolArray:
        """Voxels of pore."""
        if self.values.pore is None:
            return np.zeros(planes.shape, dtype=np.bool_)
        return planes == self.values.pore


def value_counts(voxels: AnyArray) -> Iterator[tuple[float, int]]:
    """Yield each value that occurs and how often."""
    if voxels.dtype.kind == "u" and voxels.dtype.itemsize <= 2:  # counting is much faster than sorting
        counts = np.bincount(voxels.ravel())
        yield from ((int(value), int(counts[value])) for value in np.flatnonzero(counts))
    else:
        values, times = np.unique(voxels, return_counts=True)
        yield from ((value.item(), int(count)) for value, count in zip(values, times, strict=True))


def read_phases(stack: ImageStack, values: PhaseValues, memory: MemoryLimit | None = None) -> PhaseStack:
    """Count the phases of a segmented stack and check that it is one.

    Raises:
        InputError: a value that is no phase, a phase without voxels, only one phase, or NaN.
    """
    limit = memory or MemoryLimit()
    planes = limit.planes(stack.shape, COUNTING_MEMORY, 1, "counting the phases")
    counts: dict[float, int] = {}
    for _, slab in stack.slabs(planes):
        for value, count in value_counts(slab):
            counts[value] = counts.get(value, 0) + count
            if len(counts) > 1000:
                raise InputError(
                    f"the stack '{stack.name}' holds more than 1000 different values; it is a grey-scale "
                    "or label stack: segment it first (--grey) or read it as labels (--labels)."
                )
    named = values.named
    if unknown := sorted(set(counts) - set(named.values())):
        words = ", ".join(f"{name} = {value}" for name, value in named.items())
        raise InputError(
            f"the stack '{stack.name}' holds the value {unknown[0]} ({counts[unknown[0]]} voxels), which is "
            f"no phase ({words}); name its phase or correct the values."
        )
    if len(counts) == 1:
        raise InputError(
            f"the stack '{stack.name}' holds only the value {next(iter(counts))}; an electrode needs active "
            "material and something between it: check the segmentation."
        )
    for name, value in named.items():
        if value not in counts:
            raise InputError(
                f"the stack '{stack.name}' holds no voxel of {name} = {value} (there are "
                f"{', '.join(f'{there:g}' for there in sorted(counts))}); correct the value or leave the "
                "phase out."
            )
    return PhaseStack(stack, values, {name: counts[value] for name, value in named.items()})
