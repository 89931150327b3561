"""Contact rule: spheres shrink in place until every gap is wide enough."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from chemomech.errors import require_between
from chemomech.geometry.layout import Layout

from .pairs import require_something_left, shrunk_apart, swallowed
from .report import compare
from .rule import Contacted
from .walls import Walls, kept_rows

ROUNDS = 50
LEAST_APART = 0.3  # a sphere that sticks out of its neighbour by less, in radii, is dropped instead


@dataclass(frozen=True)
class Shrink:
    """Shrink spheres that are too near, in proportion to their radii; no particles are joined.

    Attributes:
        gap: gap between spheres, and between whole spheres and walls [m].
        cut: whether the sides may cut spheres.
    """

    gap: float = 0.1e-6
    cut: bool = True

    def __post_init__(self) -> None:
        """Check the numbers."""
        require_between("gap of the contact rule", self.gap, 1e-9, 1e-4, "m", "give a length such as 1e-7")

    def apply(self, layout: Layout) -> Contacted:
        """Return the layout with all gaps at least `gap`, and a report."""
        after = shrunk(replace(layout, contacts=None), self.gap, Walls(self.gap, self.cut))
        return Contacted(after, compare("shrink", layout, after, self.gap))


def shrunk(layout: Layout, gap: float, walls: Walls) -> Layout:
    """Settle the spheres at the walls and shrink them from one another, until both hold."""
    now = walls.settled(layout)
    now = kept_rows(now, ~swallowed(now, LEAST_APART))
    before = {int(name): radius for name, radius in zip(layout.ids, layout.radii, strict=True)}
    for _ in range(ROUNDS):
        pairs, gaps = now.pair_gaps(below=gap * (1.0 - 1e-6))
        if not len(pairs):
            break
        now = shrunk_apart(now, pairs, gaps, gap * (1.0 + 1e-6))
        require_something_left(now, np.array([before[int(name)] for name in now.ids]), gap)
        # A smaller sphere may stand badly at a wall that cut it well before.
        now = walls.settled(now)
    return now
