"""The necks of a layout: where two joined spheres meet, and what lies between them.

Two spheres whose intersection circle is nearly as wide as the neck that is asked for meet in that circle. Any
other joined pair - touching, nearly touching, or overlapping only a little - gets a collar: a cylinder of the
neck's radius about the line between the centres. The groove between the two spheres then ends at the collar
with an angle of more than 90 degrees, where two spheres alone would leave a wedge as thin as one likes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError
from chemomech.geometry.layout import Layout

FloatArray = npt.NDArray[np.float64]

# An intersection circle is a neck by itself from this share of the asked radius on. At 0.6 of 0.3 R two equal
# spheres leave a wedge of 20 degrees.
CIRCLE_SHARE = 0.6
WIDEST_COLLAR = 0.8  # radius of a collar over that of the smaller sphere
FARTHEST_COLLAR = 0.7  # length of a collar over the radius of the smaller sphere


@dataclass(frozen=True, eq=False)
class Neck:
    """One neck; the plane of the neck parts the two particles.

    Attributes:
        first: particle that the plane cuts a cap off; the larger one.
        second: the other one, to which the collar belongs.
        axis: unit vector from the centre of `first` to that of `second`, shape (3,).
        radius: radius of the circle in which the plane cuts the joined particles [m].
        plane: distance of the plane from the centre of `first`, along the axis [m].
        length: length of the collar, from the plane towards `second` [m]; 0 where the spheres meet.
    """

    first: int
    second: int
    axis: FloatArray
    radius: float
    plane: float
    length: float

    def centre(self, layout: Layout) -> FloatArray:
        """Middle of the circle [m], shape (3,)."""
        return np.asarray(layout.centres[self.first] + self.plane * self.axis)


def neck_between(layout: Layout, one: int, other: int, radius: float) -> Neck:
    """Return the neck of two spheres for which a radius [m] is asked.

    Raises:
        InputError: the neck is too wide for a collar, or the spheres are too far apart.
    """
    first, second = (one, other) if layout.radii[one] >= layout.radii[other] else (other, one)
    large, small = float(layout.radii[first]), float(layout.radii[second])
    away = layout.centres[second] - layout.centres[first]
    distance = float(np.linalg.norm(away))
    axis = away / distance
    plane = (distance**2 + large**2 - small**2) / (2.0 * distance)
    circle = float(np.sqrt(max(large**2 - plane**2, 0.0)))
    if circle >= CIRCLE_SHARE * radius:
        return Neck(first, second, axis, circle, plane, 0.0)
    if radius > WIDEST_COLLAR * small:
        raise InputError(
            f"the neck of particles {one} and {other} of layout '{layout.name}' has the radius {radius:.3g} "
            f"m, above {WIDEST_COLLAR} of the smaller sphere ({small:.3g} m), and the spheres do not overlap "
            "that much; ask for a narrower neck."
        )
    plane = float(np.sqrt(large**2 - radius**2))
    length = collar_length(distance, large, small, radius)
    if length > FARTHEST_COLLAR * small:
        raise InputError(
            f"particles {one} and {other} of layout '{layout.name}' are joined by the contact list but lie "
            f"{distance - large - small:.3g} m apart, too far for a neck (its length {length:.3g} m is above "
            f"{FARTHEST_COLLAR} of the smaller radius, {small:.3g} m); remove the contact."
        )
    return Neck(first, second, axis, radius, plane, length)


def collar_length(distance: float, one: float, other: float, radius: float) -> float:
    """Length of a collar of a radius between two spheres whose centres are a distance apart (any unit)."""
    return distance - float(np.sqrt(one**2 - radius**2)) - float(np.sqrt(other**2 - radius**2))


def necks_of(layout: Layout) -> tuple[Neck, ...]:
    """Necks of the pairs in the contact list of a layout, each of the listed area; none without a list."""
    if layout.contacts is None:
        return ()
    return tuple(
        neck_between(layout, int(pair[0]), int(pair[1]), float(radius))
        for pair, radius in zip(layout.contacts.pairs, layout.contacts.neck_radii, strict=True)
    )


def overlap_necks(layout: Layout) -> tuple[Neck, ...]:
    """Intersection circles of all spheres that overlap, whatever the contact list says."""
    pairs, _ = layout.overlaps()
    return tuple(neck_between(layout, int(one), int(other), 0.0) for one, other in pairs)
