"""Changed copies of a layout."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from chemomech.errors import InputError, require_between

from .contact_list import joined
from .layout import SAME_PLACE, Layout

FloatArray = npt.NDArray[np.float64]


def with_minimum_gap(layout: Layout, gap: float) -> Layout:
    """Shrink spheres, no more than needed, until every gap to spheres and walls is at least `gap` [m].

    The spheres of a pair that is too close shrink in proportion to their radii; the centres stay. Layouts
    from images have touching spheres, which no mesh generator can put elements between.

    Raises:
        InputError: the gap is not a finite length of 0 m or more, or a sphere would vanish.
    """
    if not (np.isfinite(gap) and gap >= 0):
        raise InputError(f"the gap is {gap} m; it must be a finite length of 0 m or more.")
    shrink = np.maximum(gap - layout.wall_gaps(), 0.0).max(axis=1, initial=0.0)
    pairs, gaps = layout.pair_gaps(below=gap)
    share = layout.radii[pairs] / layout.radii[pairs].sum(axis=1, keepdims=True)
    for side in (0, 1):
        np.maximum.at(shrink, pairs[:, side], (gap - gaps) * share[:, side])
    gone = np.flatnonzero(shrink >= layout.radii)
    if gone.size:
        raise InputError(
            f"a gap of {gap:.3g} m leaves nothing of particle {gone[0]} of layout '{layout.name}' (radius "
            f"{layout.radii[gone[0]]:.3g} m); drop that particle or ask for a smaller gap."
        )
    return replace(layout, radii=layout.radii - shrink)


def subset(layout: Layout, rows: npt.NDArray[np.intp], name: str | None = None) -> Layout:
    """Some particles of a layout, with their ids, border flags and the contacts among them."""
    contacts = layout.contacts.of(rows, len(layout)) if layout.contacts is not None else None
    return replace(
        layout,
        centres=layout.centres[rows],
        radii=layout.radii[rows],
        ids=layout.ids[rows],
        at_border=layout.at_border[rows],
        contacts=contacts,
        name=name or layout.name,
    )


def mirror(layout: Layout, axis: int) -> Layout:
    """Reflect a layout in the middle plane of its box; along axis 2 collector and separator change places."""
    _require_axis(axis)
    centres = layout.centres.copy()
    centres[:, axis] = layout.box[axis] - centres[:, axis]
    return replace(layout, centres=centres, name=f"{layout.name}-mirrored")


def tile(layout: Layout, times: tuple[int, int, int], mirrored: bool = False) -> Layout:
    """Repeat a layout along x, y and z.

    Args:
        layout: what to repeat.
        times: how often along each axis.
        mirrored: whether every other tile is a mirror image. Spheres that a wall cuts then stand beside
            their image, and the two together are the mirrored body; those whose centre lies on the wall
            become one whole sphere.

    Returns:
        The tiled layout. Ids of the tile with number t (z fastest) go up by t times the largest id + 1.

    Raises:
        InputError: a count below 1, spheres that the inner walls cut in a layout that is not mirrored, or
            whose centre lies beyond them in one that is.
    """
    for count in times:
        require_between("the number of tiles", count, 1, 1000, "-", "repeat at least once")
    repeated = np.array([count > 1 for count in times])
    _require_seams(layout, repeated, mirrored)
    box = np.asarray(layout.box)
    step = int(layout.ids.max(initial=-1)) + 1
    centres, ids, lists = [], [], []
    for number, place in enumerate(np.ndindex(times)):
        turned = (np.asarray(place) % 2 == 1) & mirrored
        own = np.where(turned, box - layout.centres, layout.centres)
        centres.append(own + np.asarray(place) * box)
        ids.append(layout.ids + number * step)
        if layout.contacts is not None:
            lists.append(layout.contacts.shifted(number * len(layout)))
    edges = box * np.asarray(times)
    every = np.concatenate(centres)
    radii = np.tile(layout.radii, len(ids))
    rows = _without_twins(every, radii)
    return Layout(
        every[rows],
        radii[rows],
        (float(edges[0]), float(edges[1]), float(edges[2])),
        f"{layout.name}-tiled",
        np.concatenate(ids)[rows],
        contacts=joined(lists).of(rows, len(radii)) if layout.contacts is not None else None,
        voxel_size=layout.voxel_size,
    )


def _without_twins(centres: FloatArray, radii: FloatArray) -> npt.NDArray[np.intp]:
    """Rows left when spheres on a mirror plane, which their image lies upon, are there once."""
    kept = np.ones(len(radii), dtype=np.bool_)
    if len(radii) > 1:
        near = cKDTree(centres).query_pairs(SAME_PLACE * float(radii.min()), output_type="ndarray")
        kept[near.max(axis=1)] = False
    return np.flatnonzero(kept)


def _require_seams(layout: Layout, repeated: npt.NDArray[np.bool_], mirrored: bool) -> None:
    box = np.asarray(layout.box)
    slack = 1e-6 * layout.radii[:, None]
    if mirrored:
        outside = (layout.centres < -slack) | (layout.centres > box + slack)
        fault, remedy = "has its centre beyond a wall", "crop so that only whole spheres are kept"
    else:
        reach = layout.radii[:, None] - slack
        outside = (layout.centres - reach < 0) | (layout.centres + reach > box)
        fault, remedy = "is cut by a wall", "tile with mirror images, or crop to whole spheres"
    wrong = np.flatnonzero((outside & repeated).any(axis=1))
    if wrong.size:
        raise InputError(
            f"particle {wrong[0]} of layout '{layout.name}' {fault} at which it is repeated ({wrong.size} "
            f"particles are); {remedy}."
        )


def _require_axis(axis: int) -> None:
    if axis not in (0, 1, 2):
        raise InputError(f"the axis is {axis}; it must be 0 (x), 1 (y) or 2 (z, the thickness).")
