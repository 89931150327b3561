"""Contact rule: spheres move apart until every gap is wide enough; what cannot move shrinks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from chemomech.errors import require_between
from chemomech.geometry.layout import Layout

from .pairs import swallowed
from .report import compare
from .rule import Contacted
from .shrink import LEAST_APART, shrunk
from .walls import Walls, changed, kept_rows

FloatArray = npt.NDArray[np.float64]

SWEEPS = 400
EASE = 0.6  # share of the missing gap that a sweep makes up for


@dataclass(frozen=True)
class MinimumGap:
    """Move spheres apart and keep their sizes where there is room; no particles are joined.

    Spheres that a side cuts slide along it, so that what is cut off them stays.

    Attributes:
        gap: gap between spheres, and between whole spheres and walls [m].
        farthest_move: bound on the move of a sphere over its radius [-]; what is missing then, it shrinks.
        cut: whether the sides may cut spheres.
    """

    gap: float = 0.1e-6
    farthest_move: float = 0.3
    cut: bool = True

    def __post_init__(self) -> None:
        """Check the numbers."""
        require_between("gap of the contact rule", self.gap, 1e-9, 1e-4, "m", "give a length such as 1e-7")
        require_between("farthest_move", self.farthest_move, 0.0, 2.0, "-", "give a share of the radius")

    def apply(self, layout: Layout) -> Contacted:
        """Return the layout with all gaps at least `gap`, and a report."""
        walls = Walls(self.gap, self.cut)
        start = walls.settled(replace(layout, contacts=None))
        start = kept_rows(start, ~swallowed(start, LEAST_APART))
        moved = changed(start, self._moved(start), start.radii)
        after = shrunk(moved, self.gap, walls)
        return Contacted(after, compare("minimum-gap", layout, after, self.gap))

    def _moved(self, layout: Layout) -> FloatArray:
        start, box = layout.centres, np.asarray(layout.box)
        reach = (layout.radii + self.gap)[:, None]
        sides = np.minimum(start, box - start)
        low, high = np.broadcast_to(reach, start.shape).copy(), (box - reach).copy()
        fixed = sides < reach * (1.0 - 1e-9)
        low[fixed], high[fixed] = start[fixed], start[fixed]
        room = self.farthest_move * layout.radii
        centres = start.copy()
        for _ in range(SWEEPS):
            now = changed(layout, centres, layout.radii)
            pairs, gaps = now.pair_gaps(below=self.gap)
            if not len(pairs):
                break
            away = centres[pairs[:, 0]] - centres[pairs[:, 1]]
            away /= np.linalg.norm(away, axis=1)[:, None]
            volume = layout.radii[pairs] ** 3
            share = volume[:, ::-1] / volume.sum(axis=1, keepdims=True)  # the small one moves more
            missing = EASE * (self.gap * 1.001 - gaps)
            step = np.zeros_like(centres)
            np.add.at(step, pairs[:, 0], (missing * share[:, 0])[:, None] * away)
            np.add.at(step, pairs[:, 1], -(missing * share[:, 1])[:, None] * away)
            total = centres + step - start
            length = np.maximum(np.linalg.norm(total, axis=1), 1e-300)
            total *= np.minimum(1.0, room / length)[:, None]
            centres = np.clip(start + total, low, high)
        return centres
