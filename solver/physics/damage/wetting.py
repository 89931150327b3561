r"""What surface cracks change once electrolyte fills them: more area that reacts, shorter ways to it.

n_c annular cracks of depth a, each with two faces, give a particle of radius R the reacting area

    A = 1 + n_c (a/R) (2 - a/R) / 2

over that of its sphere. With i0 -> A i0 and D -> A^2 D the particle is exactly a sphere of radius R/A and
the same volume. Cracks fill at once: capillarity takes a tenth of a millisecond.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def area_factor(depth: Array, cracks: float) -> Array:
    """A, reacting area over that of the sphere [-].

    Args:
        depth: Depth of the cracks over the radius [-].
        cracks: Their number n_c.
    """
    return np.asarray(1.0 + 0.5 * cracks * depth * (2.0 - depth))
