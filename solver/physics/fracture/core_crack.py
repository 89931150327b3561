r"""A penny-shaped crack about the centre of a particle, opened by the tension in the core on discharge.

    K = 2 / sqrt(pi a) int_0^a sigma(r) r / sqrt(a^2 - r^2) dr

(Sneddon, Proc. R. Soc. A 187 (1946) 229) with the stress across a plane through the centre, which is the hoop
stress. Under uniform stress K = 2 sigma sqrt(a/pi). The finite size of the sphere is left out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from chemomech.solver.physics.fracture.quadrature import POSITIONS, WEIGHTS

Array = npt.NDArray[np.float64]

# r = a s: r dr / sqrt(a^2 - r^2) = a s ds / sqrt(1 - s^2).
_WEIGHTED = WEIGHTS * POSITIONS


def stress_intensity(hoop: Callable[[Array], Array], crack_radius: Array, radius: Array) -> Array:
    """Stress intensity factor [Pa m^0.5], shape (particles,); negative where the crack is pressed shut.

    Args:
        hoop: Hoop stress [Pa] of each particle at s = r/R, shape (particles, points) for both.
        crack_radius: Radius a of the crack [m], shape (particles,) or one number, below ``radius``.
        radius: Radius R of the particle [m], shape (particles,).
    """
    crack = np.broadcast_to(np.asarray(crack_radius, dtype=float), np.shape(radius))
    stress = hoop((crack / radius)[:, None] * POSITIONS)
    return np.asarray(2.0 * np.sqrt(crack / np.pi) * (stress @ _WEIGHTED))
