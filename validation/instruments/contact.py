r"""Elastic contact in closed form: Hertz's sphere, and two compliances in series.

    sphere:  P = (4/3) E_r sqrt(R) h^(3/2),   a = sqrt(R h),   S = 2 E_r a

(Hertz 1881.) E_r is the reduced modulus, 1/E_r = (1 - nu_i^2)/E_i + (1 - nu_s^2)/E_s: compliances add, and
moduli do not.
"""

from __future__ import annotations

import numpy as np

from chemomech.errors import InputError, require_between
from chemomech.materials import Parameter, Source

BERKOVICH_ANGLE = float(np.radians(70.32))
"""Half angle of the cone with the area function of a Berkovich tip, pi tan^2(alpha) = 24.6 [rad]."""

_OLIVER_PHARR = "Oliver and Pharr, J. Mater. Res. 7 (1992) 1564"
DIAMOND_MODULUS = Parameter(
    1141.0e9, "Pa", Source(f"diamond, {_OLIVER_PHARR}", ("literature",)), (1.0e12, 1.2e12)
)
DIAMOND_POISSON = Parameter(0.07, "-", Source(f"diamond, {_OLIVER_PHARR}", ("literature",)), (0.05, 0.1))

INDENTER_COMPLIANCE = (1.0 - float(DIAMOND_POISSON) ** 2) / float(DIAMOND_MODULUS)
"""(1 - nu_i^2) / E_i of a diamond tip [1/Pa]."""


def reduced_modulus(
    youngs_modulus: float, poisson_ratio: float, indenter: float = INDENTER_COMPLIANCE
) -> float:
    """E_r [Pa] of a sample with E [Pa] and nu under a tip of given compliance (1 - nu^2)/E [1/Pa]."""
    return float(1.0 / (indenter + (1.0 - poisson_ratio**2) / youngs_modulus))


def youngs_modulus(reduced: float, poisson_ratio: float, indenter: float = INDENTER_COMPLIANCE) -> float:
    """E [Pa] of the sample behind a reduced modulus [Pa].

    Raises:
        InputError: If the reduced modulus is not below that of a rigid sample under this tip.
    """
    left = 1.0 / reduced - indenter
    if not left > 0.0:
        raise InputError(
            f"a reduced modulus of {reduced / 1e9:.4g} GPa is not below {1e-9 / indenter:.4g} GPa, what the "
            "tip itself allows; check the reading."
        )
    return (1.0 - poisson_ratio**2) / left


def sphere_contact_radius(load: float, reduced: float, radius: float) -> float:
    """Contact radius a [m] of a sphere under a load [N]."""
    require_between("load on the tip", load, 0.0, 1.0, "N", "a load presses")
    return float(np.cbrt(0.75 * load * radius / reduced))


def sphere_stiffness(load: float, reduced: float, radius: float) -> float:
    """dP/dh = 2 E_r a [N/m] of a sphere under a load [N]."""
    return 2.0 * reduced * sphere_contact_radius(load, reduced, radius)
