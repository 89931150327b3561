"""Contact rule: spheres that overlap, touch or nearly touch are joined by a neck."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError, require_between
from chemomech.geometry.contact_list import ContactList
from chemomech.geometry.layout import Layout

from .crowding import crowded
from .necks import FARTHEST_COLLAR, Neck, collar_length, neck_between
from .pairs import require_something_left, shrunk_apart, swallowed
from .report import compare
from .rule import Contacted
from .shapes import particle_shapes
from .walls import Walls, kept_rows

ROUNDS = 60
LEAST_OUTSIDE = 0.5  # a sphere that sticks out of its neighbour by less, in radii, is dropped
LEAST_VOLUME = 0.15  # share of its sphere that a particle must keep between its necks and the walls
WIDEST, NARROWEST = 0.7, 0.15  # bounds of a neck's radius over that of the smaller sphere
WIDEST_GAP = 0.5  # gap over the smaller radius that is ever bridged
NARROWING = 0.95  # per step, where a collar would become too long: wide collars are long ones


@dataclass(frozen=True)
class Fuse:
    """Join near spheres by necks; both keep their number, and what passes in one passes into the other.

    The radius of a neck is, in this order: that of the intersection circle where the spheres overlap enough;
    that of the layout's contact list; `neck_radius`; `neck_ratio` times the smaller radius. A pair whose neck
    would run into a third particle, a wall or another neck is shrunk apart instead.

    Attributes:
        neck_ratio: radius of a neck over that of the smaller sphere [-]. Assumed, 0.2 to 0.5: what calendered
            and cycled secondary particles show varies, and the contact list of an image says it better.
        neck_radius: radius of every neck [m]; by `neck_ratio` if not given.
        reach: spheres nearer than this are joined [m].
        listed_reach: pairs of the contact list nearer than this share of the smaller radius are joined [-].
        gap: gap between spheres that are not joined, and between whole spheres and walls [m].
        cut: whether the sides may cut spheres.
    """

    neck_ratio: float = 0.35
    neck_radius: float | None = None
    reach: float = 0.15e-6
    listed_reach: float = 0.2
    gap: float = 0.1e-6
    cut: bool = True

    def __post_init__(self) -> None:
        """Check the numbers."""
        require_between("neck_ratio", self.neck_ratio, 0.15, 0.7, "-", "give a share of the smaller radius")
        require_between(
            "listed_reach", self.listed_reach, 0.0, 0.3, "-", "give a share of the smaller radius"
        )
        require_between("gap of the contact rule", self.gap, 1e-9, 1e-4, "m", "give a length such as 1e-7")
        if self.neck_radius is not None:
            require_between("neck_radius", self.neck_radius, 1e-9, 1e-4, "m", "give a length such as 1e-6")
        if not self.reach >= self.gap:
            raise InputError(
                f"reach is {self.reach:.3g} m, below the gap of {self.gap:.3g} m: spheres in between would "
                "be neither joined nor apart; raise reach."
            )

    def apply(self, layout: Layout) -> Contacted:
        """Return the layout with its necks as contact list, and a report."""
        walls = Walls(self.gap, self.cut)
        now = self._worth_keeping(walls.settled(layout))
        before = {int(name): radius for name, radius in zip(layout.ids, layout.radii, strict=True)}
        apart: set[tuple[int, int]] = set()  # by id, since rows change
        for _ in range(ROUNDS):
            necks = self._necks(now, apart)
            bad = crowded(now, necks, self.gap)
            apart |= {_named(now, neck) for neck in bad}
            near = self._near_but_apart(now, apart)
            if not len(near[0]) and not bad:
                break
            if len(near[0]):
                now = shrunk_apart(now, *near, self.gap * (1.0 + 1e-6))
                require_something_left(now, np.array([before[int(name)] for name in now.ids]), self.gap)
                now = self._worth_keeping(walls.settled(now))
        necks = self._necks(now, apart)
        pairs = np.array([(neck.first, neck.second) for neck in necks], dtype=np.int64).reshape(-1, 2)
        areas = np.array([np.pi * neck.radius**2 for neck in necks])
        after = replace(now, contacts=ContactList(pairs, areas))
        return Contacted(after, compare("fuse", layout, after, self.reach))

    def _worth_keeping(self, layout: Layout) -> Layout:
        layout = kept_rows(layout, ~swallowed(layout, LEAST_OUTSIDE))
        pairs, _ = layout.overlaps()
        necks = [neck_between(layout, int(one), int(other), 0.0) for one, other in pairs]
        left = particle_shapes(layout, necks).volumes
        return kept_rows(layout, left >= LEAST_VOLUME * 4.0 / 3.0 * np.pi * layout.radii**3)

    def _necks(self, layout: Layout, apart: set[tuple[int, int]]) -> list[Neck]:
        listed = self._listed(layout)
        farthest = max(self.reach, self.listed_reach * float(layout.radii.max(initial=0.0)))
        necks = []
        for (one, other), gap in zip(*layout.pair_gaps(below=farthest), strict=True):
            small = float(min(layout.radii[one], layout.radii[other]))
            pair = (min(int(one), int(other)), max(int(one), int(other)))
            reach = max(self.reach, self.listed_reach * small) if pair in listed else self.reach
            if gap >= min(reach, WIDEST_GAP * small) or _names(layout, *pair) in apart:
                continue
            radius = listed.get(pair, self.neck_radius or self.neck_ratio * small)
            radius = min(max(radius, NARROWEST * small), WIDEST * small)
            one_radius, other_radius = float(layout.radii[one]), float(layout.radii[other])
            distance = float(gap) + one_radius + other_radius
            while collar_length(distance, one_radius, other_radius, radius) > FARTHEST_COLLAR * small:
                radius *= NARROWING
            necks.append(neck_between(layout, *pair, radius))
        return necks

    @staticmethod
    def _listed(layout: Layout) -> dict[tuple[int, int], float]:
        if layout.contacts is None:
            return {}
        return {
            (int(pair[0]), int(pair[1])): float(radius)
            for pair, radius in zip(layout.contacts.pairs, layout.contacts.neck_radii, strict=True)
        }

    def _near_but_apart(
        self, layout: Layout, apart: set[tuple[int, int]]
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
        pairs, gaps = layout.pair_gaps(below=self.gap * (1.0 - 1e-6))
        parted = np.array([_names(layout, int(a), int(b)) in apart for a, b in pairs], dtype=bool)
        return pairs[parted], gaps[parted]


def _names(layout: Layout, one: int, other: int) -> tuple[int, int]:
    first, second = int(layout.ids[one]), int(layout.ids[other])
    return min(first, second), max(first, second)


def _named(layout: Layout, neck: Neck) -> tuple[int, int]:
    return _names(layout, neck.first, neck.second)
