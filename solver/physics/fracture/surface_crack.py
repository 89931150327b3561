r"""A crack from the surface of a particle inwards, opened by the hoop stress of charge.

    K = 2 sqrt(a/pi) int_0^1 sigma_t(R - a s) (1.3 - 0.3 s^(5/4)) / sqrt(1 - s^2) ds

The weight function of an edge crack of depth a in a half plane (Tada, Paris, Irwin, The Stress Analysis
of Cracks Handbook), s = 0 at the mouth and 1 at the tip. Under uniform stress it gives K = 1.1222 sigma
sqrt(pi a), within 0.1 % of the exact 1.1215. The curvature of the surface and the finite size of the
sphere are left out, so depths beyond half a radius are indicative; a front that runs round only a part
of the particle has a smaller K.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from chemomech.solver.physics.fracture.quadrature import POSITIONS, WEIGHTS

Array = npt.NDArray[np.float64]

_WEIGHTED = WEIGHTS * (1.3 - 0.3 * POSITIONS**1.25)


def stress_intensity(hoop: Callable[[Array], Array], depth: Array, radius: Array) -> Array:
    """Stress intensity factor [Pa m^0.5], shape (particles,); negative where the crack is pressed shut.

    Args:
        hoop: Hoop stress [Pa] of each particle at s = r/R, shape (particles, points) for both.
        depth: Depth a of the crack [m], shape (particles,) or one number, below ``radius``.
        radius: Radius R of the particle [m], shape (particles,).
    """
    depth = np.broadcast_to(np.asarray(depth, dtype=float), np.shape(radius))
    stress = hoop(1.0 - (depth / radius)[:, None] * POSITIONS)
    return np.asarray(2.0 * np.sqrt(depth / np.pi) * (stress @ _WEIGHTED))
