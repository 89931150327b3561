r"""Electronic conductance of what is left of a contact.

    1/g = 1/(g0 c) + 4 pi R^2 / (4 sigma_p(x) r_s n_s)

with g0 over the whole surface, the share c that still holds, and the spreading of the current from n_s
spots of radius r_s into the particle (Holm, Electric Contacts, 4th ed. (1967): 1/(4 sigma r_s) a spot, on
the side of the particle).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def conductance(
    bare: Array, intact: Array, radius: Array, conductivity: Array, spot_radius: float, spots: Array
) -> Array:
    """Conductance over the surface of each particle [S/m2], 0 where nothing is left.

    Args:
        bare: g0 of an intact contact [S/m2].
        intact: c [-].
        radius: R [m].
        conductivity: sigma_p of the particle [S/m].
        spot_radius: r_s [m].
        spots: n_s, at least one where there is a contact.
    """
    left = (intact > 0.0) & (spots > 0) & (bare > 0.0)
    safe = np.where(left, bare * intact, 1.0)
    spreading = 4.0 * np.pi * radius**2 / (4.0 * conductivity * spot_radius * np.where(left, spots, 1.0))
    return np.where(left, 1.0 / (1.0 / safe + spreading), 0.0)
