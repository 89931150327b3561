"""Pairs of spheres that are too near, and what shrinking does about it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError
from chemomech.geometry.layout import Layout

from .walls import changed

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

NARROWEST = 0.3  # share of its radius that a shrunk sphere must keep


def shrunk_apart(layout: Layout, pairs: IntArray, gaps: FloatArray, gap: float) -> Layout:
    """Shrink the spheres of the given pairs, in proportion to their radii, until each gap is `gap` [m]."""
    shrink = np.zeros(len(layout))
    share = layout.radii[pairs] / layout.radii[pairs].sum(axis=1, keepdims=True)
    for side in (0, 1):
        np.maximum.at(shrink, pairs[:, side], (gap - gaps) * share[:, side])
    return changed(layout, layout.centres, layout.radii - shrink)


def swallowed(layout: Layout, least: float) -> npt.NDArray[np.bool_]:
    """Particles that stick out of a larger neighbour by less than `least` times their radius, shape (n,).

    What sticks out is measured from the plane of the intersection circle.
    """
    gone = np.zeros(len(layout), dtype=bool)
    pairs, _ = layout.overlaps()
    for one, other in pairs:
        large, small = (one, other) if layout.radii[one] >= layout.radii[other] else (other, one)
        distance = float(np.linalg.norm(layout.centres[small] - layout.centres[large]))
        plane = (distance**2 + layout.radii[large] ** 2 - layout.radii[small] ** 2) / (2.0 * distance)
        if not gone[large] and layout.radii[small] + distance - plane < least * layout.radii[small]:
            gone[small] = True
    return gone


def require_something_left(layout: Layout, before: FloatArray, gap: float) -> None:
    """Refuse a layout of which a sphere has shrunk to less than NARROWEST of its radius.

    Raises:
        InputError: naming the particle.
    """
    small = np.flatnonzero(layout.radii < NARROWEST * before)
    if small.size:
        row = int(small[0])
        raise InputError(
            f"a gap of {gap:.3g} m leaves {layout.radii[row]:.3g} m of the radius {before[row]:.3g} m of "
            f"particle {layout.ids[row]} of layout '{layout.name}' (bound: {NARROWEST:g} of it); drop that "
            "particle, ask for a smaller gap, or join the particles with the rule 'fuse'."
        )
