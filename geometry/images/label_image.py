"""Images in which every particle has a number of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError

from .memory import MemoryLimit
from .phases import BoolArray, PhaseStack, read_phases
from .reducing import crop_stack
from .stack import AnyArray, ArraySource, ImageStack, Shape

LabelArray = npt.NDArray[np.int32]
READING_MEMORY = 24.0  # byte per voxel while labels are read


@dataclass(frozen=True, eq=False)
class LabelImage:
    """Particles as numbers 1 to n, with what lies between them.

    Attributes:
        labels: 0 between the particles, else 1 to n; in memory or mapped from a file.
        names: what each particle is called, shape (n,); labels of the source, or 1 to n.
        voxel_size: edges of a voxel along the axes of the array [m].
        name: how messages call the image.
        phases: what lies between the particles; None if only the particles are known.
    """

    labels: LabelArray
    names: npt.NDArray[np.int64]
    voxel_size: tuple[float, float, float]
    name: str
    phases: PhaseStack | None = None

    def __len__(self) -> int:
        """Number of particles."""
        return len(self.names)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of voxels along the three axes."""
        return self.labels.shape[0], self.labels.shape[1], self.labels.shape[2]

    def slabs(self, planes: int, overlap: int) -> Iterator[tuple[int, LabelArray, BoolArray]]:
        """Walk through the image: first plane, labels, and where there is carbon-binder."""
        for first in range(0, self.shape[0], planes):
            last = min(first + planes + overlap, self.shape[0])
            labels = np.asarray(self.labels[first:last])
            yield first, labels, self._binder(first, last, labels)

    def _binder(self, first: int, last: int, labels: LabelArray) -> BoolArray:
        if self.phases is None:
            return np.zeros(labels.shape, dtype=np.bool_)
        return self.phases.binder(self.phases.stack.read(first, last))


def read_labels(
    stack: ImageStack, background: tuple[int, ...] = (0,), memory: MemoryLimit | None = None
) -> LabelImage:
    """Take a stack whose values are particle labels, of any integer type and not necessarily consecutive.

    Args:
        stack: the voxels.
        background: values that are no particle.
        memory: bound on working memory.

    Raises:
        InputError: voxels that are not whole numbers, or no particle.
    """
    limit = memory or MemoryLimit()
    planes = limit.planes(stack.shape, READING_MEMORY, 1, "reading the labels")
    labels: AnyArray = np.empty(0, dtype=np.int64)
    for _, slab in stack.slabs(planes):
        labels = np.union1d(labels, _whole(slab, stack))
    names = np.setdiff1d(labels, np.asarray(background, dtype=np.int64))
    if not names.size:
        raise InputError(
            f"the label stack '{stack.name}' holds no particle (only {labels.tolist()}); check background "
            "labels."
        )
    out = limit.label_image(stack.shape)
    for first, slab in stack.slabs(planes):
        whole = _whole(slab, stack)
        place = np.minimum(np.searchsorted(names, whole), names.size - 1)
        out[first : first + len(slab)] = np.where(names[place] == whole, place + 1, 0)
    return LabelImage(out, names, stack.voxel_size, stack.name)


def crop_labels(image: LabelImage, low: Shape, high: Shape) -> LabelImage:
    """A part of an image, from voxel `low` to before voxel `high` in the order of the axes.

    Particles keep their names and are numbered anew; those that lie outside are left out.

    Raises:
        InputError: the part is empty, leaves the image, holds no particle or lacks a phase.
    """
    stack = crop_stack(ImageStack(ArraySource(image.labels), image.voxel_size, image.name), low, high)
    labels = stack.read(0, stack.shape[0])
    present = np.unique(labels)
    present = present[present > 0]
    if not present.size:
        raise InputError(
            f"the part from {low} to {high} voxels of '{image.name}' holds no particle; choose another."
        )
    number = np.zeros(len(image) + 1, dtype=np.int32)
    number[present] = np.arange(1, present.size + 1)
    phases = image.phases
    if phases is not None:
        phases = read_phases(crop_stack(phases.stack, low, high), phases.values)
    return LabelImage(number[labels], image.names[present - 1], image.voxel_size, image.name, phases)


def _whole(slab: AnyArray, stack: ImageStack) -> npt.NDArray[np.int64]:
    if slab.dtype.kind == "f" and (slab != np.rint(slab)).any():
        raise InputError(
            f"the label stack '{stack.name}' holds values that are not whole numbers; give labels, or "
            "segment a grey-scale stack first."
        )
    return slab.astype(np.int64)
