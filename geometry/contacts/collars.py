"""A collar within the box: a cylinder that the walls may cut."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chemomech.geometry.layout import Layout

from .arcs import FULL, angle_left, frame_across
from .necks import Neck

FloatArray = npt.NDArray[np.float64]

SLICES = 60
_LEVELS = (np.arange(SLICES) + 0.5) / SLICES


def collar(layout: Layout, neck: Neck) -> tuple[float, float]:
    """Volume [m3] and side [m2] of the collar of a neck within the box.

    Closed forms where no wall cuts it, else sums over midpoints along and across.
    """
    start = neck.centre(layout)
    normals = np.vstack([-np.eye(3), np.eye(3)])
    offsets = np.concatenate([start, np.asarray(layout.box) - start])
    slope = normals @ neck.axis
    across = neck.radius * np.sqrt(np.maximum(1.0 - slope**2, 0.0))
    cutting = np.maximum(neck.length * slope, 0.0) + across > offsets
    if not cutting.any():
        return float(np.pi * neck.radius**2 * neck.length), float(FULL * neck.radius * neck.length)
    normals, offsets, frame = normals[cutting], offsets[cutting], frame_across(neck.axis)
    middle = neck.length * _LEVELS[:, None] * neck.axis
    around = angle_left(normals, offsets, middle, np.full(SLICES, neck.radius), frame)
    rings = np.tile(neck.radius * np.sqrt(_LEVELS), SLICES)  # of all slices, one slice after another
    filled = angle_left(normals, offsets, np.repeat(middle, SLICES, axis=0), rings, frame)
    volume = 0.5 * neck.radius**2 * neck.length * float(filled.mean())
    return volume, neck.radius * neck.length * float(around.mean())
