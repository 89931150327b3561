"""A box cut out of a layout, with the volume fraction that the layout has there.

The sides are planes of symmetry, and a sphere may be cut by them: what they cut keeps its part inside. At the
faces across z the model needs whole spheres, and leaving out every sphere that a face crosses would empty the
ends. So that the fraction is kept there, of the spheres that a face crosses those which lie farthest inside
are kept, as many as make up the volume inside, and slid in as a whole; what then stands too near moves apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError

from .contact_list import ContactList
from .cut_spheres import inside_volumes_and_areas
from .editing import subset
from .layout import OVERLAP_TOLERANCE, Layout
from .sliding import WIDEST_GAP, slid_in
from .statistics import smallest_pair_gap

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

ROUNDING = 1e-9
"""Of an edge of the box; a corner so near to it lies on it."""

MOST_LOSS = 0.02
"""Change of the volume fraction up to which a crop is made without being asked for [-]."""

MOVED = 0.05
"""Change of distance over the smaller radius beyond which a listed contact is given up."""


class EdgeRule(Protocol):
    """What becomes of spheres that a new wall crosses."""

    @property
    def slides(self) -> bool:
        """Whether the kept ones are moved inside as a whole."""
        ...

    def keep(self, inside: FloatArray, whole: FloatArray, carried: float) -> BoolArray:
        """Say which of them stay.

        Args:
            inside: volume of each in the new box [m3], shape (n,); 0 where it only meets a corner of it.
            whole: volume of each when it is not cut by this wall [m3], shape (n,).
            carried: volume that is still to be made up for, from the wall before [m3].
        """
        ...


@dataclass(frozen=True)
class CutEdge:
    """Keep all of them as they are; the wall cuts them."""

    slides = False

    def keep(self, inside: FloatArray, whole: FloatArray, carried: float) -> BoolArray:
        """All."""
        return np.ones(inside.size, dtype=np.bool_)


@dataclass(frozen=True)
class WholeEdge:
    """Leave all of them out: a sparse layer stays at the wall, and the volume fraction falls."""

    slides = False

    def keep(self, inside: FloatArray, whole: FloatArray, carried: float) -> BoolArray:
        """None."""
        return np.zeros(inside.size, dtype=np.bool_)


@dataclass(frozen=True)
class SlideIn:
    """Keep those farthest inside, as many as make up the volume inside the wall, and slide them in."""

    slides = True

    def keep(self, inside: FloatArray, whole: FloatArray, carried: float) -> BoolArray:
        """The first few in the order of the share that lies inside."""
        order = np.argsort(-inside / np.maximum(whole, 1e-300), kind="stable")
        sums = np.concatenate([[0.0], np.cumsum(whole[order])])
        count = int(np.argmin(np.abs(sums - inside.sum() - carried)))
        kept = np.zeros(inside.size, dtype=np.bool_)
        kept[order[:count]] = True
        return kept


SIDE_RULES: Mapping[str, EdgeRule] = MappingProxyType({"cut": CutEdge(), "whole": WholeEdge()})
"""Rules for the sides (x, y) by name."""

FACE_RULES: Mapping[str, EdgeRule] = MappingProxyType(
    {"slide": SlideIn(), "cut": CutEdge(), "whole": WholeEdge()}
)
"""Rules for the faces across z by name; only what slides or stays whole there can be meshed as it is."""


@dataclass(frozen=True)
class Crop:
    """A layout cut out of another, and what it cost.

    Attributes:
        layout: the spheres, with the low corner as origin.
        before: volume fraction of the source in the same box [-].
        after: volume fraction of the layout [-].
        slid: number of spheres that were slid in at a face.
        left_out: number of spheres with a part in the box that were left out.
        farthest_move: largest move of a sphere [m].
        shrunk: number of spheres that had to shrink.
        contacts_given_up: number of listed contacts between spheres that moved apart.
    """

    layout: Layout
    before: float
    after: float
    slid: int
    left_out: int
    farthest_move: float
    shrunk: int
    contacts_given_up: int

    def lines(self) -> list[str]:
        """What was kept and what was changed, a line each."""
        report = [
            f"volume fraction {self.after:.4f}, of the source in this box {self.before:.4f} "
            f"({self.after - self.before:+.4f})"
        ]
        if self.slid or self.left_out:
            report.append(
                f"{self.slid} spheres slid in at the faces, {self.left_out} with a part in the box left out, "
                f"moves up to {self.farthest_move * 1e6:.3g} um, {self.shrunk} spheres shrunk"
            )
        if self.contacts_given_up:
            report.append(
                f"{self.contacts_given_up} listed contacts were given up, where spheres moved apart"
            )
        return report


def crop(
    layout: Layout,
    low: tuple[float, float, float],
    high: tuple[float, float, float],
    sides: EdgeRule | None = None,
    faces: EdgeRule | None = None,
    most_loss: float = MOST_LOSS,
) -> Layout:
    """Cut a box out of a layout; see :func:`cut_out`."""
    return cut_out(layout, low, high, sides, faces, most_loss).layout


def cut_out(
    layout: Layout,
    low: tuple[float, float, float],
    high: tuple[float, float, float],
    sides: EdgeRule | None = None,
    faces: EdgeRule | None = None,
    most_loss: float = MOST_LOSS,
) -> Crop:
    """Cut a box out of a layout and say what it cost.

    Args:
        layout: what to cut from.
        low: corner of the cut nearest the origin [m].
        high: opposite corner [m].
        sides: what becomes of spheres that the sides (x, y) cross; cut if not given.
        faces: what becomes of those that a face across z crosses; slid in if not given.
        most_loss: largest change of the volume fraction that is accepted [-].

    Returns:
        The spheres in the box and the account of what was changed. Spheres that the walls cut count as at the
        border. Listed contacts between spheres that moved apart are given up.

    Raises:
        InputError: the box is empty or leaves that of the layout, is too thin for a sphere to be slid in, or
            the volume fraction would change by more than `most_loss`.
    """
    first, last = _corners(layout, low, high)
    edges = last - first
    box = (float(edges[0]), float(edges[1]), float(edges[2]))
    centres, radii = layout.centres - first, layout.radii
    beyond = np.maximum(np.maximum(-centres, centres - np.asarray(box)), 0.0)
    meets = np.linalg.norm(beyond, axis=1) < radii
    inside, uncut_in_z = _volumes(centres, radii, meets, box)

    by_sides, by_faces = sides or CutEdge(), faces or SlideIn()
    slack = OVERLAP_TOLERANCE * radii
    across = np.asarray(box)[:2]
    off = np.minimum(centres[:, :2], across - centres[:, :2]).min(axis=1)
    kept = meets.copy()
    at_side = np.flatnonzero(meets & (off < radii - slack))
    kept[at_side] = by_sides.keep(inside[at_side], uncut_in_z[at_side], 0.0)
    sliding = np.zeros(len(layout), dtype=np.bool_)
    carried = 0.0
    for height in (centres[:, 2], box[2] - centres[:, 2]):
        at_face = np.flatnonzero(meets & kept & ~sliding & (height < radii - slack))
        stays = by_faces.keep(inside[at_face], uncut_in_z[at_face], carried)
        kept[at_face] = stays
        sliding[at_face] = stays & by_faces.slides
        carried += float(inside[at_face].sum() - uncut_in_z[at_face[stays]].sum())

    rows = np.flatnonzero(kept)
    part = subset(layout, rows, f"{layout.name}-crop")
    placed, sizes = centres[rows], part.radii
    if by_faces.slides:
        placed, sizes = slid_in(part, placed, box, _face_gap(layout))
    contacts, given_up = _contacts_that_hold(part, placed)
    at_border = part.at_border | (off[rows] < part.radii - slack[rows])
    crossing_z = np.minimum(placed[:, 2], box[2] - placed[:, 2]) < sizes - slack[rows]
    slid = replace(
        part, centres=placed, radii=sizes, box=box, at_border=at_border | crossing_z, contacts=contacts
    )
    moves = np.linalg.norm(placed - centres[rows], axis=1)
    piece = Crop(
        layout=slid,
        before=float(inside.sum()) / slid.box_volume,
        after=slid.volume_fraction,
        slid=int(sliding.sum()),
        left_out=int((meets & ~kept).sum()),
        farthest_move=float(moves.max(initial=0.0)),
        shrunk=int((sizes < part.radii * (1.0 - 1e-9)).sum()),
        contacts_given_up=given_up,
    )
    _refuse_loss(layout, piece, most_loss)
    return piece


def _volumes(
    centres: FloatArray, radii: FloatArray, meets: BoolArray, box: tuple[float, float, float]
) -> tuple[FloatArray, FloatArray]:
    """Volume of each sphere in the box, and between the sides alone; 0 where it does not meet the box."""
    tall = (box[0], box[1], 1e3 * box[2])
    lifted = np.column_stack([centres[meets, :2], np.full(int(meets.sum()), 0.5 * tall[2])])
    inside, between_sides = np.zeros(radii.size), np.zeros(radii.size)
    inside[meets] = inside_volumes_and_areas(centres[meets], radii[meets], box)[0]
    between_sides[meets] = inside_volumes_and_areas(lifted, radii[meets], tall)[0]
    return inside, between_sides


def _corners(
    layout: Layout, low: tuple[float, float, float], high: tuple[float, float, float]
) -> tuple[FloatArray, FloatArray]:
    first, last = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    box = np.asarray(layout.box)
    last = np.where(np.abs(last - box) <= ROUNDING * box, box, last)
    if not ((first >= 0).all() and (last > first).all() and (last <= box).all()):
        raise InputError(
            f"the cut from {_shown(low)} m to {_shown(high)} m does not lie within the box "
            f"{_shown(layout.box)} m of layout '{layout.name}'; give two corners inside it, the smaller "
            "coordinates first."
        )
    return first, last


def _refuse_loss(layout: Layout, piece: Crop, most_loss: float) -> None:
    change = piece.after - piece.before
    if abs(change) > most_loss:
        raise InputError(
            f"the crop of layout '{layout.name}' would have a volume fraction of {piece.after:.4f} where the "
            f"source has {piece.before:.4f} in the same box, {abs(change):.4f} "
            f"{'less' if change < 0 else 'more'} and beyond the {most_loss:g} that is accepted "
            f"({piece.left_out} spheres with a part in the box left out); cut the sides and slide in at the "
            "faces, take a larger box, or accept it with a larger "
            "most_loss (--most-loss)."
        )


def _face_gap(layout: Layout) -> float:
    """Gap that spheres keep from the faces: no more than the layout has between spheres and from its own."""
    own = layout.wall_gaps()[:, [2, 5]].min(initial=np.inf)
    return float(np.clip(min(smallest_pair_gap(layout), own), 0.0, WIDEST_GAP))


def _contacts_that_hold(part: Layout, centres: FloatArray) -> tuple[ContactList | None, int]:
    """Listed contacts between spheres whose distance has hardly changed, and how many others there were."""
    if part.contacts is None or not len(part.contacts):
        return part.contacts, 0
    one, other = part.contacts.pairs.T
    before = np.linalg.norm(part.centres[one] - part.centres[other], axis=1)
    after = np.linalg.norm(centres[one] - centres[other], axis=1)
    smaller = np.minimum(part.radii[one], part.radii[other])
    holds = np.abs(after - before) <= MOVED * smaller
    return ContactList(part.contacts.pairs[holds], part.contacts.areas[holds]), int((~holds).sum())


def _shown(corner: Sequence[float]) -> str:
    return f"({', '.join(f'{length:.6g}' for length in corner)})"
