"""Spheres against the walls: whole in z; at the sides either off the wall or well cut by it.

In z a sphere stays whole: at the collector a flat face would conduct where the model has only the
carbon-binder, and at the separator it would react with no binder beside it. The sides are planes of
symmetry, and a sphere may be cut there. A sphere that nearly touches a side, or is cut by a hair, leaves a
thin wedge of matrix; it is moved to the nearer of the two places where it does not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError
from chemomech.geometry.layout import Layout

FloatArray = npt.NDArray[np.float64]

LEAST_CUT = 0.06  # overshoot over radius: the wedge of matrix at the rim has then 20 degrees
LEAST_KEPT = 0.3  # height over radius of what the side leaves of a sphere; less is dropped
LEAST_VOLUME = 0.05  # the same for the volume, which an edge of the box may leave less of
ROUNDS = 40
SHRINKING = 0.97


@dataclass(frozen=True)
class Walls:
    """The rule for spheres at the walls.

    Attributes:
        gap: distance that whole spheres keep from a wall [m].
        cut: whether the sides may cut spheres; if not, all of them are moved inside.
    """

    gap: float
    cut: bool = True

    def settled(self, layout: Layout) -> Layout:
        """Return the layout with every sphere off the walls or well cut by a side.

        Spheres of which the sides leave less than LEAST_KEPT of the radius or LEAST_VOLUME of the volume, and
        those with a centre beyond z = 0 or z = L, are dropped.
        """
        layout = kept_rows(layout, self._worth_keeping(layout))
        if not len(layout):
            return layout
        moved = [
            self._place(c, float(r), layout.box) for c, r in zip(layout.centres, layout.radii, strict=True)
        ]
        centres = np.array([place for place, _ in moved])
        return changed(layout, centres, np.array([radius for _, radius in moved]))

    def _worth_keeping(self, layout: Layout) -> npt.NDArray[np.bool_]:
        inside = ((layout.centres[:, 2] >= 0.0) & (layout.centres[:, 2] <= layout.thickness)) | (
            ~self._crosses_z(layout)
        )
        sides = np.minimum(layout.centres, np.asarray(layout.box) - layout.centres)[:, :2]
        volume = layout.particle_volumes >= LEAST_VOLUME * 4.0 / 3.0 * np.pi * layout.radii**3
        return np.asarray(
            inside & volume & (sides >= -(1.0 - LEAST_KEPT) * layout.radii[:, None]).all(axis=1)
        )

    @staticmethod
    def _crosses_z(layout: Layout) -> npt.NDArray[np.bool_]:
        gaps = layout.wall_gaps()
        return np.asarray((gaps[:, 2] < 0.0) | (gaps[:, 5] < 0.0))

    def _place(
        self, centre: FloatArray, radius: float, box: tuple[float, float, float]
    ) -> tuple[FloatArray, float]:
        for _ in range(ROUNDS):
            radius = min(radius, 0.5 * box[2] - self.gap)
            if not self.cut:
                radius = min(radius, 0.5 * min(box) - self.gap)
            if radius <= 0.0:
                raise InputError(
                    f"a gap of {self.gap:.3g} m to each wall leaves no room in the box {box} m; ask for a "
                    "smaller gap or enlarge the box."
                )
            place = centre.copy()
            for axis in range(3):
                place[axis] = self._along(place[axis], radius, box[axis], self.cut and axis < 2)
            if self.cut:
                place = self._off_the_edges(place, radius, box)
            if self._stands(place, radius, box):
                return place, radius
            radius *= SHRINKING
        raise InputError(
            f"no place was found for a sphere at {centre} m between the walls of the box {box} m; drop it."
        )

    def _along(self, at: float, radius: float, width: float, cut: bool) -> float:
        off = radius + self.gap
        if not cut:
            return min(max(at, off), width - off)
        deep = (1.0 - LEAST_CUT) * radius
        # A place between the two good ones goes to the nearer.
        if deep < at < off:
            at = off if at > 0.5 * (deep + off) else deep
        if deep < width - at < off:
            at = width - (off if width - at > 0.5 * (deep + off) else deep)
        return at

    def _off_the_edges(self, place: FloatArray, radius: float, box: tuple[float, float, float]) -> FloatArray:
        """Move a sphere that an upright edge of the box grazes towards the edge or away from it."""
        for corner in ((0.0, 0.0), (box[0], 0.0), (0.0, box[1]), (box[0], box[1])):
            away = place[:2] - corner
            distance = float(np.linalg.norm(away))
            if distance > 0.0 and abs(distance - radius) < LEAST_CUT * radius:
                wanted = radius * (1.0 + np.sign(distance - radius or 1.0) * 1.01 * LEAST_CUT)
                place = place.copy()
                place[:2] = np.asarray(corner) + away * (wanted / distance)
        return place

    def _stands(self, place: FloatArray, radius: float, box: tuple[float, float, float]) -> bool:
        tiny = 1e-9 * radius
        for axis in range(3):
            for side in (place[axis], box[axis] - place[axis]):
                off = side - radius >= self.gap - tiny
                if not off and not (self.cut and axis < 2 and side <= (1.0 - LEAST_CUT) * radius + tiny):
                    return False
        corners = ((0.0, 0.0), (box[0], 0.0), (0.0, box[1]), (box[0], box[1]))
        return not self.cut or all(
            abs(float(np.hypot(place[0] - x, place[1] - y)) - radius) >= LEAST_CUT * radius - tiny
            for x, y in corners
        )


def kept_rows(layout: Layout, keep: npt.NDArray[np.bool_]) -> Layout:
    """Return the layout with only the particles where `keep` is true."""
    if keep.all():
        return layout
    rows = np.flatnonzero(keep)
    contacts = None if layout.contacts is None else layout.contacts.of(rows, len(layout))
    return replace(
        layout, centres=layout.centres[rows], radii=layout.radii[rows], ids=layout.ids[rows],
        at_border=layout.at_border[rows], contacts=contacts,
    )  # fmt: skip


def changed(layout: Layout, centres: FloatArray, radii: FloatArray, **other: Any) -> Layout:
    """Return the layout with other places and sizes of its particles, without those that are then outside."""
    beyond = np.linalg.norm(centres - np.clip(centres, 0.0, layout.box), axis=1)
    keep = beyond < radii
    layout = kept_rows(layout, keep)
    return replace(layout, centres=centres[keep], radii=radii[keep], **other)
