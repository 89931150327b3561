"""Stress in the particles: free spheres in equilibrium, and the traction of the matrix on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.experiments.models.radial.elasticity import FreeSpheres, FreeStress, SphereElasticity
from chemomech.experiments.models.radial.spheres import SphereGrid
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.physics.matrix_traction import Surroundings, Tractions

Array = npt.NDArray[np.float64]

# Squares of the components of a normal along three axes, over an eighth of a sphere: Gauss and Legendre for
# the cosine to the last axis, middles around it.
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(6)
_ALONG, _AROUND = (0.5 * (_POINTS + 1.0)) ** 2, np.cos(np.pi / 16.0 * np.arange(1, 8, 2)) ** 2
_NORMALS = [
    (weight / 8.0, np.array([(1.0 - along) * around, (1.0 - along) * (1.0 - around), along]))
    for weight, along in zip(_WEIGHTS, _ALONG, strict=True)
    for around in _AROUND
]


@dataclass(frozen=True, eq=False)
class SphereStress:
    """Stress in all particles; tension positive.

    Attributes:
        free: What the spheres would have without a matrix.
        matrix: What the matrix adds: a hydrostatic part and a deviator in each sphere.

    With the deviator D, the deviatoric stress at a place with the normal n is
    (sigma_r - sigma_t)(n n - 1/3) + D, so that its equivalent stress depends on n D n alone.
    """

    free: FreeStress
    matrix: Tractions

    def surface_equivalent(self) -> Array:
        """Mean equivalent stress over the surface of each particle [Pa], shape (particles,)."""
        apart, principal = self.radial[-1] - self.hoop[-1], self.matrix.principal
        return np.asarray(
            sum(weight * self._equivalent(apart, principal @ normal) for weight, normal in _NORMALS)
        )

    def largest_equivalent(self) -> Array:
        """Largest equivalent stress in each particle [Pa], shape (particles,).

        It lies where the normal is along an axis of the deviator.
        """
        apart, principal = self.radial - self.hoop, self.matrix.principal
        least, most = (self._equivalent(apart, principal[:, axis]).max(axis=0) for axis in (0, 2))
        return np.maximum(least, most)

    def largest_principal(self) -> Array:
        """Largest principal stress in each particle [Pa], shape (particles,)."""
        # Somewhere at each radius the largest value of the deviator lies along, and elsewhere across.
        return np.maximum(self.hoop, self.radial).max(axis=0) + self.matrix.principal[:, 2]

    def core_equivalent(self) -> Array:
        """Equivalent stress of the mean stress about the centre [Pa], shape (particles,).

        The radial part has none; what is left is the deviator.
        """
        return np.broadcast_to(self.matrix.equivalent, self.hoop.shape[1:]).copy()

    def _equivalent(self, apart: Array, along: Array) -> Array:
        """Equivalent stress [Pa] where sigma_r - sigma_t and n D n are given."""
        square = apart**2 + 3.0 * apart * along + self.matrix.equivalent**2
        # Never negative but for rounding.
        return np.asarray(np.sqrt(np.maximum(square, 0.0)))

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
        model: Materials.
        grid: Nodes along the radius.
        count: Of the particles.
        surroundings: What stands around them.
    """

    def __init__(
        self, model: HalfCellModel, grid: SphereGrid, count: int, surroundings: Surroundings
    ) -> None:
        self._elasticity = SphereElasticity(model.cathode, grid)
        self._surroundings = surroundings
        self.stiffness_factor = np.ones(count)
        """Young's modulus of each particle over that of the material [-], shape (particles,)."""

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
        return self._surroundings.tractions(free.strain, free.modulus)
