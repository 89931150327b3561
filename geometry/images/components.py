"""Connected parts of a phase, found slab by slab, and the particles they touch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from .label_image import LabelImage
from .memory import MemoryLimit
from .phases import BoolArray, PhaseStack
from .stack import AnyArray

IntArray = npt.NDArray[np.int64]
COMPONENT_MEMORY = 64.0  # byte per voxel of a slab


@dataclass(frozen=True, eq=False)
class Components:
    """Parts of a phase that hang together by voxel faces.

    Attributes:
        voxels: number of voxels of each part, shape (k,).
        touches: whether each part reaches the six faces of the stack, shape (k, 6), as in `ParticleTable`.
        particles: pairs (part, particle) that share faces, both from 0, shape (m, 2).
    """

    voxels: IntArray
    touches: BoolArray
    particles: IntArray

    def __len__(self) -> int:
        """Number of parts."""
        return len(self.voxels)


@dataclass(eq=False)
class _Pieces:
    """Pieces of parts as the slabs cut them."""

    voxels: list[IntArray]
    touches: list[BoolArray]
    joints: list[IntArray]
    particles: list[IntArray]
    count: int = 0


def connected_parts(
    image: LabelImage,
    phases: PhaseStack,
    phase: Callable[[AnyArray], BoolArray],
    memory: MemoryLimit | None = None,
) -> Components:
    """Find the connected parts of a phase.

    Args:
        image: the particles, for which parts touch them.
        phases: the segmented stack, of the same shape.
        phase: which voxels belong to the phase, for instance `phases.pore`.
        memory: bound on working memory.
    """
    limit = memory or MemoryLimit()
    stack = phases.stack
    planes = limit.planes(stack.shape, COMPONENT_MEMORY, 1, "finding connected parts")
    pieces = _Pieces([], [], [], [])
    before: tuple[IntArray, AnyArray] | None = None
    for first, slab in stack.slabs(planes):
        local, count = ndimage.label(phase(slab), output=np.int32)
        labels = np.asarray(image.labels[first : first + len(slab)])
        pieces.voxels.append(np.bincount(local.ravel(), minlength=count + 1)[1:])
        pieces.touches.append(_touching(local, count, first == 0, first + len(slab) == stack.shape[0]))
        for axis in range(3):
            low = tuple(slice(None, -1) if place == axis else slice(None) for place in range(3))
            high = tuple(slice(1, None) if place == axis else slice(None) for place in range(3))
            for one, other in ((low, high), (high, low)):
                pieces.particles.append(_pairs(local[one], labels[other], pieces.count))
        if before is not None:
            last_parts, last_labels = before
            pieces.joints.append(_pairs(last_parts, local[0], 0, pieces.count))
            pieces.particles.append(_pairs(last_parts, labels[0]))
            pieces.particles.append(_pairs(local[0], last_labels, pieces.count))
        before = (np.where(local[-1] > 0, local[-1].astype(np.int64) + pieces.count, 0), labels[-1])
        pieces.count += count
    return _joined(pieces)


def _touching(local: AnyArray, count: int, first: bool, last: bool) -> BoolArray:
    sides = [local[:1] if first else local[:0], local[-1:] if last else local[:0]]
    sides += [local[:, 0], local[:, -1], local[:, :, 0], local[:, :, -1]]
    touches = np.zeros((count + 1, 6), dtype=np.bool_)
    for face, side in enumerate(sides):
        touches[np.unique(side), face] = True
    return touches[1:]


def _pairs(one: AnyArray, other: AnyArray, one_from: int = 0, other_from: int = 0) -> IntArray:
    """Different pairs of numbers above 0 at the same place, counted from the given ones, shape (m, 2)."""
    both = (one > 0) & (other > 0)
    code = np.unique(one[both].astype(np.int64) << 32 | other[both].astype(np.int64))
    return np.column_stack([(code >> 32) - 1 + one_from, (code & 0xFFFFFFFF) - 1 + other_from])


def _joined(pieces: _Pieces) -> Components:
    count = pieces.count
    joints = np.concatenate([np.empty((0, 2), dtype=np.int64), *pieces.joints])
    graph = coo_array((np.ones(len(joints)), (joints[:, 0], joints[:, 1])), shape=(count, count))
    parts, part = connected_components(graph, directed=False) if count else (0, np.empty(0, dtype=np.int64))
    voxels = np.zeros(parts, dtype=np.int64)
    touches = np.zeros((parts, 6), dtype=np.bool_)
    if count:
        np.add.at(voxels, part, np.concatenate(pieces.voxels))
        np.logical_or.at(touches, part, np.concatenate(pieces.touches))
    met = np.concatenate([np.empty((0, 2), dtype=np.int64), *pieces.particles])
    met = np.unique(np.column_stack([part[met[:, 0]], met[:, 1]]), axis=0) if len(met) else met
    return Components(voxels, touches, met)
