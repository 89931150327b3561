r"""What particles around an indent in the matrix do to it.

An indent of 450 uN in carbon-binder or resin is a micrometre wide, as wide as the gaps between particles.
Where its footprint reaches over a particle, that part of the contact carries the particle's pressure,

    P = pi a^2 [(1 - f(a)) H_m + f(a) H_p],

f(a) the share of particle in the footprint of radius a. Below it, the matrix with the particles in it has the
lower bound of Hashin and Shtrikman (J. Mech. Phys. Solids 11 (1963) 127) for the volume fraction of particles
in the half ball of radius 2 a; stiff inclusions in a soft matrix come close to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from chemomech.materials.bounds import moduli_with_inclusions
from chemomech.validation.instruments.sampling import Cut, directions
from chemomech.validation.instruments.state import Array, ElectrodeState
from chemomech.validation.instruments.support import Elastic

_FOOTPRINT, _BELOW = 48, 96
_GOLDEN_ANGLE = np.pi * (3.0 - np.sqrt(5.0))


@dataclass(frozen=True)
class Surrounded:
    """What a tip meets in the matrix.

    Attributes:
        elastic: Modulus and Poisson's ratio of matrix and particles together.
        hardness: Mean pressure of the contact [Pa].
    """

    elastic: Elastic
    hardness: float


class Surroundings(Protocol):
    """A rule for what neighbours do."""

    def around(
        self,
        state: ElectrodeState,
        cut: Cut,
        points: Array,
        matrix: Elastic,
        matrix_hardness: float,
        particle: Elastic,
        particle_hardness: float,
        load: float,
    ) -> list[Surrounded]:
        """What a tip meets at points of the matrix.

        Args:
            state: The electrode.
            cut: The plane.
            points: Points on it [m], shape (m, 3), none in a particle.
            matrix: The phase at these points.
            matrix_hardness: Its hardness [Pa].
            particle: A typical particle of the cut.
            particle_hardness: Its hardness [Pa].
            load: Load on the tip [N].
        """
        ...


@dataclass(frozen=True)
class NoSurroundings:
    """The matrix alone, as if no particle were near."""

    def around(
        self,
        state: ElectrodeState,
        cut: Cut,
        points: Array,
        matrix: Elastic,
        matrix_hardness: float,
        particle: Elastic,
        particle_hardness: float,
        load: float,
    ) -> list[Surrounded]:
        """The matrix at each point."""
        return [Surrounded(matrix, matrix_hardness)] * len(points)


@dataclass(frozen=True)
class ParticleSurroundings:
    """Shared footprint, and stiffening by the particles below and around.

    Attributes:
        reach: Radius of the half ball that counts over that of the contact [-] (assumed).
    """

    reach: float = 2.0

    def around(
        self,
        state: ElectrodeState,
        cut: Cut,
        points: Array,
        matrix: Elastic,
        matrix_hardness: float,
        particle: Elastic,
        particle_hardness: float,
        load: float,
    ) -> list[Surrounded]:
        """Matrix and particles together at each point."""
        if not len(points):
            return []
        near = _Neighbours(state, points, 3.0 * self.reach * np.sqrt(load / (np.pi * matrix_hardness)))
        low = np.full(len(points), np.sqrt(load / (np.pi * max(particle_hardness, matrix_hardness))))
        high = np.full(len(points), np.sqrt(load / (np.pi * min(particle_hardness, matrix_hardness))))
        for _ in range(16):
            radius = 0.5 * (low + high)
            share = near.share(_disc(), radius)
            pressure = (1.0 - share) * matrix_hardness + share * particle_hardness
            too_small = np.pi * radius**2 * pressure < load
            low, high = np.where(too_small, radius, low), np.where(too_small, high, radius)
        radius = 0.5 * (low + high)
        hardness = load / (np.pi * radius**2)
        fraction = near.share(_half_ball(), self.reach * radius)
        return [
            Surrounded(hashin_shtrikman(matrix, particle, float(f)), float(h))
            for f, h in zip(fraction, hardness, strict=True)
        ]


def hashin_shtrikman(matrix: Elastic, inclusion: Elastic, fraction: float) -> Elastic:
    """Matrix with a volume fraction of inclusions: the lower bound where the matrix is the softer phase."""
    bulk, shear = moduli_with_inclusions(_moduli(matrix), _moduli(inclusion), fraction)
    return Elastic(
        9.0 * bulk * shear / (3.0 * bulk + shear),
        (3.0 * bulk - 2.0 * shear) / (2.0 * (3.0 * bulk + shear)),
    )


def _moduli(solid: Elastic) -> tuple[float, float]:
    """Bulk and shear modulus."""
    return solid.youngs_modulus / (3.0 * (1.0 - 2.0 * solid.poisson_ratio)), solid.shear_modulus


class _Neighbours:
    """Particles that may lie within a distance of each point."""

    def __init__(self, state: ElectrodeState, points: Array, distance: float) -> None:
        offset = state.centres[None, :, :] - points[:, None, :]
        gap = np.linalg.norm(offset, axis=2) - state.radii
        self._near = [np.flatnonzero(column) for column in (gap < distance).T]
        self._offset, self._squared = offset, state.radii**2

    def share(self, unit: Array, radius: Array) -> Array:
        """Share of unit points (k, 3), scaled to a radius (m,) about each point, that lie in a particle."""
        at = unit[None, :, :] * radius[:, None, None]
        inside = np.zeros(at.shape[:2], dtype=bool)
        for j, rows in enumerate(self._near):
            if len(rows):
                away = at[rows] - self._offset[rows, None, j]
                inside[rows] |= np.einsum("mki,mki->mk", away, away) < self._squared[j]
        return np.asarray(inside.mean(axis=1))


def _disc() -> Array:
    """Points spread evenly over the unit disc in the plane of a cut, shape (k, 3)."""
    k = np.arange(_FOOTPRINT) + 0.5
    r, angle = np.sqrt(k / _FOOTPRINT), _GOLDEN_ANGLE * k
    return np.column_stack([r * np.cos(angle), np.zeros_like(r), r * np.sin(angle)])


def _half_ball() -> Array:
    """Points spread evenly over the half of the unit ball below a cut, shape (k, 3)."""
    unit = directions(2 * _BELOW)
    # The lattice winds along its own z; half of it is turned to lie below the cut, y < 0.
    below = unit[:_BELOW][:, [0, 2, 1]] * [1.0, -1.0, 1.0]
    # Radii in an order that does not follow the winding.
    order = (np.arange(_BELOW) * 37) % _BELOW
    return np.asarray(below * np.cbrt((order[:, None] + 0.5) / _BELOW))
