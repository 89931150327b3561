"""Whether a layout can be meshed as it is, and if not, which rule helps."""

from __future__ import annotations

import numpy as np

from chemomech.errors import InputError
from chemomech.geometry.layout import Layout

from .necks import necks_of

LEAST_OVERSHOOT = 0.02  # by which a side must cut a sphere, over its radius


def require_meshable(layout: Layout, minimum_gap: float) -> None:
    """Refuse a layout that cannot be meshed as it is.

    Args:
        layout: the spheres; pairs in its contact list are joined.
        minimum_gap: narrowest gap that is meshed [m].

    Raises:
        InputError: a sphere leaves the box in z or grazes a wall, or two spheres that are not joined overlap
            or are too near one another.
    """
    if not len(layout):
        return
    remedy = (
        "apply a contact rule (chemomech.geometry.contacts: 'fuse' joins particles, 'shrink' and "
        "'minimum-gap' part them), shrink the touching spheres (chemomech.geometry.with_minimum_gap) or "
        "lower minimum_gap of the mesh options."
    )
    gaps = layout.wall_gaps()
    in_z = gaps[:, [2, 5]].min(axis=1)
    if (in_z < minimum_gap).any():
        row = int(np.argmin(in_z))
        how = (
            f"leaves the electrode in z by {-in_z[row]:.3g} m"
            if in_z[row] < 0
            else f"is {in_z[row]:.3g} m from its face"
        )
        raise InputError(
            f"particle {row} of layout '{layout.name}' {how}; in z spheres must be whole, with a gap of at "
            f"least {minimum_gap:.3g} m; {remedy}"
        )
    sides = gaps[:, [0, 1, 3, 4]]
    grazing = (sides < minimum_gap) & (sides > -LEAST_OVERSHOOT * layout.radii[:, None])
    if grazing.any():
        row, side = (int(value) for value in np.argwhere(grazing)[0])
        raise InputError(
            f"the smallest gap of layout '{layout.name}' is {sides[row, side]:.3g} m, between particle {row} "
            f"and a side; it must be {minimum_gap:.3g} m or more, or the side must cut the sphere by "
            f"{LEAST_OVERSHOOT:g} radii; {remedy}"
        )
    joined = {frozenset((neck.first, neck.second)) for neck in necks_of(layout)}
    pairs, distances = layout.pair_gaps(below=minimum_gap)
    order = np.argsort(distances)
    for (one, other), gap in zip(pairs[order], distances[order], strict=True):
        if frozenset((int(one), int(other))) in joined or not _near_inside(layout, int(one), int(other)):
            continue
        raise InputError(
            f"the smallest gap of layout '{layout.name}' is {gap:.3g} m, between particles {one} and "
            f"{other}, below the {minimum_gap:.3g} m that can be meshed; {remedy}"
        )


def _near_inside(layout: Layout, one: int, other: int) -> bool:
    """Whether the place where two spheres are nearest lies in the box, or near it."""
    away = layout.centres[other] - layout.centres[one]
    distance = float(np.linalg.norm(away))
    middle = 0.5 * (distance + layout.radii[one] - layout.radii[other])
    place = layout.centres[one] + away * (middle / distance)
    slack = 0.4 * min(layout.radii[one], layout.radii[other])
    return bool((place >= -slack).all() and (place <= np.asarray(layout.box) + slack).all())
