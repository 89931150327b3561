r"""Compliance of what holds a particle: a stiff particle in a soft matrix reads softer than it is.

A cut particle is a stiff inclusion in the surface of a half-space of matrix. Loaded at a distance d from its
axis it sinks and tilts as a rigid body, which adds to the local contact:

    1/S = 1/(2 E_r a) + 1/k_z + d^2 / k_t

Two shapes with known stiffness stand on either side of a real one:

    rigid disc of radius R on the surface:  k_z = 4 G R/(1 - nu),  k_t = 8 G R^3/(3 (1 - nu))
    half a rigid sphere, embedded:          k_z = 12 pi G R (1 - nu)/(5 - 6 nu),  k_t = 4 pi G R^3

The second is half of a sphere in an infinite body (k_z) and half of its torsional stiffness 8 pi G R^3 (k_t),
both without the free surface (physics notes section 3.6). The last term makes the rim softer than the core.
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
    """Half a rigid sphere of the volume below the cut: the stiffer bound."""

    def compliance(self, seat: Seat, matrix: Elastic, offset: float) -> float:
        """Displacement per load [m/N]."""
        g, nu, r = matrix.shear_modulus, matrix.poisson_ratio, seat.hemisphere_radius
        sinking = (5.0 - 6.0 * nu) / (12.0 * np.pi * g * r * (1.0 - nu))
        return float(sinking + offset**2 / (4.0 * np.pi * g * r**3))


@dataclass(frozen=True)
class MeanSupport:
    """Mean compliance of the two bounds; finite elements lie between them (docs/instruments.md)."""

    def compliance(self, seat: Seat, matrix: Elastic, offset: float) -> float:
        """Displacement per load [m/N]."""
        soft = DiscSupport().compliance(seat, matrix, offset)
        stiff = EmbeddedSupport().compliance(seat, matrix, offset)
        return 0.5 * (soft + stiff)


@dataclass(frozen=True)
class NoSupport:
    """A half-space of the particle's own material: nothing gives way."""

    def compliance(self, seat: Seat, matrix: Elastic, offset: float) -> float:
        """Zero."""
        return 0.0
