r"""Compliance of what holds a particle: a stiff particle in a soft matrix reads softer than it is.

A cut particle is a stiff inclusion in the surface of a half-space of matrix. Loaded at a distance d from its
axis it sinks and tilts as a rigid body, which adds to the local contact:

    1/S = 1/(2 E_r a) + 1/k_z + d^2 / k_t

    half a rigid sphere, embedded:          k_z = 12 pi G R (1 - nu)/(5 - 6 nu),  k_t = (7.4 + 4.2 nu) G R^3
    rigid disc of radius R on the surface:  k_z = 4 G R/(1 - nu),                 k_t = 8 G R^3/(3 (1 - nu))

k_z of the first is half of that of a sphere in an infinite body (physics notes section 3.6): against finite
elements of a half-space it is 3 % stiff at nu = 0.35, 10 % at 0.2. Its k_t is fitted to these (within 1 %, nu
from 0.2 to 0.45; tests/verification/test_indent_support.py). The disc is the softer bound. The last term
makes the rim softer than the core; larger particles are stiffer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from chemomech.errors import require_between


@dataclass(frozen=True)
class Elastic:
    """An isotropic elastic solid.

    Attributes:
        youngs_modulus: E [Pa].
        poisson_ratio: nu [-].
    """

    youngs_modulus: float
    poisson_ratio: float

    def __post_init__(self) -> None:
        """Check the numbers."""
        require_between(
            "Young's modulus of a matrix", self.youngs_modulus, 1.0, 1.0e13, "Pa", "give a positive modulus"
        )
        require_between("Poisson's ratio", self.poisson_ratio, -0.99, 0.499, "-", "0.2 to 0.4 is usual")

    @property
    def shear_modulus(self) -> float:
        """G [Pa]."""
        return self.youngs_modulus / (2.0 * (1.0 + self.poisson_ratio))


@dataclass(frozen=True)
class Seat:
    """How a particle sits in the surface of a cut.

    Attributes:
        section_radius: Radius of its section [m].
        depth: Depth of its lowest point below the cut [m].
    """

    section_radius: float
    depth: float

    @property
    def volume(self) -> float:
        """Volume of the part below the cut, a spherical cap [m3]."""
        return float(np.pi * self.depth * (3.0 * self.section_radius**2 + self.depth**2) / 6.0)

    @property
    def hemisphere_radius(self) -> float:
        """Radius of the half sphere of the same volume [m]."""
        return float(np.cbrt(1.5 * self.volume / np.pi))


class Support(Protocol):
    """What holds a cut particle."""

    def compliance(self, seat: Seat, matrix: Elastic, offset: float) -> float:
        """Displacement per load [m/N] at a distance ``offset`` [m] from the axis of the section."""
        ...


@dataclass(frozen=True)
class DiscSupport:
    """A rigid disc on the surface: the softer bound."""

    def compliance(self, seat: Seat, matrix: Elastic, offset: float) -> float:
        """Displacement per load [m/N]."""
        g, nu, r = matrix.shear_modulus, matrix.poisson_ratio, seat.section_radius
        return (1.0 - nu) / (4.0 * g * r) + offset**2 * 3.0 * (1.0 - nu) / (8.0 * g * r**3)


@dataclass(frozen=True)
class EmbeddedSupport:
    """Half a rigid sphere of the volume below the cut.

    With the local contact added it is within 6 % of finite elements, in the middle and at 0.8 R.
    """

    def compliance(self, seat: Seat, matrix: Elastic, offset: float) -> float:
        """Displacement per load [m/N]."""
        g, nu, r = matrix.shear_modulus, matrix.poisson_ratio, seat.hemisphere_radius
        sinking = (5.0 - 6.0 * nu) / (12.0 * np.pi * g * r * (1.0 - nu))
        return float(sinking + offset**2 / ((7.4 + 4.2 * nu) * g * r**3))


@dataclass(frozen=True)
class NoSupport:
    """A half-space of the particle's own material: nothing gives way."""

    def compliance(self, seat: Seat, matrix: Elastic, offset: float) -> float:
        """Zero."""
        return 0.0
