r"""Isolation as an event: a particle without a spot that carries electrons takes no part any more.

Spots are scattered at random over the surface, lambda0 of them on a particle of radius R0, and each is lost
with the interface that holds it:

    P(isolated) = exp(-lambda0 (R/R0)^2 c)

A particle draws one number when it is made and is isolated once P exceeds it, some from the start on: the
draw does not depend on how often one looks, and an interface that closes again does not bring a spot back.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def probability(radius: Array, intact: Array, spots: float, reference_radius: float) -> Array:
    """Probability that no spot is left [-].

    Args:
        radius: R [m].
        intact: c, share of the interface that holds [-].
        spots: lambda0, mean number on a particle of the reference radius.
        reference_radius: R0 [m].
    """
    return np.asarray(np.exp(-spots * (radius / reference_radius) ** 2 * intact))
