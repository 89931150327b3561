"""Stress in the particles: free spheres in equilibrium, and the traction of the matrix on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.experiments.models.radial.elasticity import FreeSpheres, FreeStress, SphereElasticity
from chemomech.experiments.models.radial.particles import Particles
from chemomech.experiments.models.radial.spheres import SphereGrid
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.physics.matrix_traction import Moduli, Rollers, Tractions, tractions

Array = npt.NDArray[np.float64]

# Cosine of the angle to the depth axis over a hemisphere, by Gauss and Legendre: means over a surface.
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(6)
_COSINES, _SHARES = 0.5 * (_POINTS + 1.0), 0.5 * _WEIGHTS


@dataclass(frozen=True, eq=False)
class SphereStress:
    """Stress in all particles; tension positive.

    Attributes:
        free: What the spheres would have without a matrix.
        matrix: What the matrix adds: a hydrostatic part in each sphere, a deviator common to all.
    """

    free: FreeStress
    matrix: Tractions

    def surface_equivalent(self) -> Array:
        """Mean equivalent stress over the surface of each particle [Pa], shape (particles,)."""
        hoop, radial = self.hoop[-1], self.radial[-1]
        return np.asarray(
            sum(w * self._equivalent(hoop, radial, c) for c, w in zip(_COSINES, _SHARES, strict=True))
        )

    def largest_equivalent(self) -> Array:
        """Largest equivalent stress in each particle [Pa], at its poles or equator, shape (particles,)."""
        hoop, radial = self.hoop, self.radial
        poles, equator = (self._equivalent(hoop, radial, cosine).max(axis=0) for cosine in (1.0, 0.0))
        return np.maximum(poles, equator)

    def largest_principal(self) -> Array:
        """Largest principal stress in each particle [Pa], shape (particles,)."""
        deviator = self.matrix.deviatoric
        # A tension along the depth adds to it at the poles or the equator, a pressure half of it across.
        return np.maximum(self.hoop, self.radial).max(axis=0) + max(deviator, -0.5 * deviator)

    def core_equivalent(self) -> Array:
        """Equivalent stress of the mean stress about the centre [Pa], shape (particles,).

        The radial part has none; what is left is the deviator.
        """
        return np.full(self.hoop.shape[1], 1.5 * abs(self.matrix.deviatoric))

    def _equivalent(self, hoop: Array, radial: Array, cosine: float) -> Array:
        """Equivalent stress at an angle to the depth axis [Pa]."""
        d, c2 = self.matrix.deviatoric, cosine**2
        across, along, round_ = radial + d * (1.5 * c2 - 0.5), hoop + d * (1.0 - 1.5 * c2), hoop - 0.5 * d
        shear = 2.25 * d**2 * c2 * (1.0 - c2)
        return np.asarray(
            np.sqrt(
                0.5 * ((across - along) ** 2 + (along - round_) ** 2 + (round_ - across) ** 2) + 3.0 * shear
            )
        )

    @property
    def hoop(self) -> Array:
        """Hoop stress at the nodes [Pa], of the same shape, without the deviator."""
        return self.free.hoop + self.matrix.normal

    @property
    def radial(self) -> Array:
        """Radial stress at the nodes [Pa], of the same shape, without the deviator."""
        return self.free.radial + self.matrix.normal


class Mechanics:
    """Stress that belongs to a lithium profile.

    The modulus varies along the radius where the sphere is in equilibrium; towards the matrix, which is a
    hundred times softer, each sphere has its mean modulus.

    Args:
        model: Materials and stack pressure.
        particles: Volumes.
        grid: Nodes along the radius.
    """

    def __init__(self, model: HalfCellModel, particles: Particles, grid: SphereGrid) -> None:
        self._elasticity = SphereElasticity(model.cathode, grid)
        self.stiffness_factor = np.ones(len(particles))
        """Young's modulus of each particle over that of the material [-], shape (particles,)."""
        self._volume = particles.volume
        self._nu = float(model.cathode.poisson_ratio)
        self._matrix = Moduli.of_matrix(model.matrix)
        self._fraction = float(particles.volume.sum() / (particles.section * particles.thickness))
        self._support = Rollers(model.stack_pressure)

    def remainder(self, x: Array) -> Array:
        """Remainder s = sigma_h + S0(x) at the nodes [Pa], of the shape of x.

        Args:
            x: Stoichiometry at the nodes, shape (nodes, particles).
        """
        free = self._elasticity.solve(x, self.stiffness_factor)
        return free.remainder + self._tractions(free).normal

    def stress(self, x: Array) -> SphereStress:
        """Stress of all particles; arguments as of ``remainder``."""
        free, stress = self._elasticity.stress(x, self.stiffness_factor)
        return SphereStress(stress, self._tractions(free))

    def _tractions(self, free: FreeSpheres) -> Tractions:
        return tractions(
            free.strain, self._volume, free.modulus, self._nu, self._fraction, self._matrix, self._support
        )
