"""Changed copies of a layout."""

from __future__ import annotations

import numpy as np

from chemomech.errors import InputError

from .layout import Layout


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
    return Layout(layout.centres, layout.radii - shrink, layout.box, layout.name)


def crop(layout: Layout, low: tuple[float, float, float], high: tuple[float, float, float]) -> Layout:
    """Cut a box out of a layout, keeping the spheres that lie in it as a whole.

    Args:
        layout: what to cut from.
        low: corner of the cut nearest the origin [m].
        high: opposite corner [m].

    Returns:
        The spheres in the cut, with `low` as the new origin.

    Raises:
        InputError: the cut is empty or leaves the box.
    """
    first, last = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    if not ((first >= 0).all() and (last > first).all() and (last <= np.asarray(layout.box)).all()):
        raise InputError(
            f"the cut from {tuple(low)} m to {tuple(high)} m does not lie within the box {layout.box} m of "
            f"layout '{layout.name}'; give two corners inside it, the smaller coordinates first."
        )
    reach = layout.radii[:, None]
    inside = ((layout.centres - reach >= first) & (layout.centres + reach <= last)).all(axis=1)
    edges = last - first
    box = (float(edges[0]), float(edges[1]), float(edges[2]))
    return Layout(layout.centres[inside] - first, layout.radii[inside], box, f"{layout.name}-crop")
