"""Small images of spheres."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from chemomech.geometry.images import ImageStack, LabelImage, PhaseStack, PhaseValues, read_phases

MICRO = 1e-6


def ball(shape: tuple[int, int, int], centre: Sequence[float], radius: float) -> npt.NDArray[np.bool_]:
    """Voxels whose middle lies in a ball; everything in voxels from the corner of the array."""
    index = np.indices(shape) + 0.5
    away = index - np.asarray(centre, dtype=float)[:, None, None, None]
    return np.asarray((away**2).sum(axis=0) < radius**2)


def phases_of(active: npt.NDArray[np.bool_], binder: npt.NDArray[np.bool_] | None = None) -> PhaseStack:
    """Phases 0 pore, 1 active, 2 binder of a micrometre a voxel."""
    voxels = active.astype(np.uint8)
    if binder is not None:
        voxels[binder & ~active] = 2
    stack = ImageStack.from_array(voxels, MICRO)
    there = binder is not None and binder.any()
    return read_phases(stack, PhaseValues(active=1, pore=0, binder=2 if there else None))


def labelled(labels: npt.NDArray[np.integer], phases: PhaseStack | None = None) -> LabelImage:
    """Labels 1 to n as an image of a micrometre a voxel."""
    names = np.arange(1, int(labels.max()) + 1)
    return LabelImage(labels.astype(np.int32), names, (MICRO, MICRO, MICRO), "labels", phases)
