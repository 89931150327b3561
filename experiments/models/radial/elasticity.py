r"""Elastic equilibrium of spheres whose modulus and chemical strain vary along the radius.

    d sigma_r/dr + 2 (sigma_r - sigma_t)/r = 0,   sigma = C(x) : (eps(u) - eps_ch(x) I)

with eps_r = du/dr and eps_t = u/r. Linear elements between the nodes of the lithium problem, the laws at
their middles: equilibrium costs one tridiagonal solve for all particles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.experiments.models.radial import tridiagonal
from chemomech.experiments.models.radial.spheres import HIGHEST, LOWEST, SphereGrid
from chemomech.experiments.models.radial.tables import LawTable, blocks
from chemomech.materials import ActiveMaterial

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FreeSpheres:
    """What spheres that nothing holds do as a whole.

    Attributes:
        remainder: s = sigma_h + S0(x) at the nodes [Pa] (``chemomech.solver.physics.stress_feedback``), shape
            (nodes, particles).
        strain: u(R)/R, the free linear strain of each sphere [-], shape (particles,).
        modulus: Young's modulus of each sphere, its volume mean [Pa], shape (particles,).
    """

    remainder: Array
    strain: Array
    modulus: Array


@dataclass(frozen=True, eq=False)
class FreeStress:
    """Stress in them; tension positive.

    Attributes:
        radial: sigma_r at the nodes [Pa], shape (nodes, particles).
        hoop: sigma_t at the nodes [Pa], of the same shape.
    """

    radial: Array
    hoop: Array


@dataclass(frozen=True, eq=False)
class _Solution:
    """Equilibrium of a block of particles.

    Moduli (softened; of the material) and strain at the nodes, displacement over R there, sigma_r between.
    """

    modulus: Array
    material: Array
    strain: Array
    displacement: Array
    radial: Array
    between: tuple[Array, Array]


class SphereElasticity:
    """Equilibrium of free spheres.

    Args:
        material: Elasticity and chemical strain.
        grid: Nodes along the radius.
    """

    def __init__(self, material: ActiveMaterial, grid: SphereGrid) -> None:
        self._nu = float(material.poisson_ratio)
        self._table = LawTable(
            {
                "E": lambda x: np.asarray(material.youngs_modulus(x)) + 0.0 * x,
                "strain": lambda x: np.asarray(material.chemical_strain_since_made(x)) + 0.0 * x,
            },
            LOWEST,
            HIGHEST,
        )
        nodes = grid.nodes[:, None]
        self._nodes, step = nodes, np.diff(nodes, axis=0)
        self._volume = np.diff(nodes**3, axis=0) / 3.0
        # Radial strain (u1 - u0)/h; hoop strain c0 u0 + c1 u1, the mean of u/r over the volume: a uniform
        # strain is then in exact equilibrium.
        self._across = 1.0 / step
        self._around = tuple(
            step * (0.5 * nodes[:-1] + step * share) / self._volume for share in (1.0 / 6.0, 1.0 / 3.0)
        )
        middles = grid.middles[:, None]
        self._share = (nodes[1:-1] - middles[:-1]) / (middles[1:] - middles[:-1])

    def solve(self, x: Array, factor: Array | None = None) -> FreeSpheres:
        """Remainder, strain and modulus of a lithium profile.

        Args:
            x: Stoichiometry at the nodes, shape (nodes, particles).
            factor: Young's modulus of each particle over that of the material [-], shape (particles,); 1
                if None.
        """
        free = _empty(x)
        for part in blocks(x.shape[1]):
            self._fill(free, part, self._equilibrium(x[:, part], 1.0 if factor is None else factor[part]))
        return free

    def stress(self, x: Array, factor: Array | None = None) -> tuple[FreeSpheres, FreeStress]:
        """The same, and radial and hoop stress; arguments as of ``solve``."""
        free, stress = _empty(x), FreeStress(np.empty_like(x), np.empty_like(x))
        for part in blocks(x.shape[1]):
            solution = self._equilibrium(x[:, part], 1.0 if factor is None else factor[part])
            self._fill(free, part, solution)
            stress.radial[:, part], stress.hoop[:, part] = self._stress(solution)
        return free, stress

    def _fill(self, free: FreeSpheres, part: slice, solution: _Solution) -> None:
        free.remainder[:, part] = self._remainder(solution)
        free.strain[part] = solution.displacement[-1]
        free.modulus[part] = 3.0 * (self._volume * solution.between[0]).sum(axis=0)

    def _equilibrium(self, x: Array, factor: Array | float) -> _Solution:
        nu, table = self._nu, self._table
        at = table.places(x)
        material = table.at("E", at)
        at_nodes = factor * material, material, table.at("strain", at)
        modulus, unsoftened, strain = (0.5 * (values[1:] + values[:-1]) for values in at_nodes)
        scale = modulus / ((1.0 + nu) * (1.0 - 2.0 * nu))
        stiff, cross = scale * (1.0 - nu), scale * nu  # lambda + 2 mu, lambda
        thermal = scale * (1.0 + nu) * strain  # 3 K eps_ch
        b, (c0, c1), w = self._across, self._around, self._volume
        # Virtual work of an element: w (sigma_r eps_r + 2 sigma_t eps_t), on u0 (-b, c0) and u1 (b, c1).
        first = w * (stiff * (b * b + 2.0 * c0 * c0) + cross * (2.0 * c0 * c0 - 4.0 * b * c0))
        second = w * (stiff * (b * b + 2.0 * c1 * c1) + cross * (2.0 * c1 * c1 + 4.0 * b * c1))
        coupling = w * (stiff * (2.0 * c0 * c1 - b * b) + cross * (2.0 * c0 * c1 + 2.0 * b * (c0 - c1)))
        pushed = w * thermal
        diagonal, load = second, pushed * (2.0 * c1 + b)
        diagonal[:-1] += first[1:]
        load[:-1] += (pushed * (2.0 * c0 - b))[1:]
        (moved,) = tridiagonal.solve(coupling[1:], diagonal, coupling[1:], load)
        u = np.concatenate([np.zeros_like(moved[:1]), moved])
        across, around = (u[1:] - u[:-1]) * b, c0 * u[:-1] + c1 * u[1:]
        radial = stiff * across + 2.0 * cross * around - thermal
        # Twice the hoop stress and sigma_r are three times sigma_h.
        smooth = scale * (1.0 + nu) / 3.0 * (across + 2.0 * around) - thermal
        # S0(x) is a law of the material, whatever has softened the particle.
        smooth += 2.0 * unsoftened / (3.0 * (1.0 - nu)) * strain
        return _Solution(*at_nodes, u, radial, (modulus, smooth))

    def _remainder(self, solution: _Solution) -> Array:
        nu, smooth = self._nu, solution.between[1]
        young, strain = solution.modulus[-1], solution.strain[-1]
        hoop = young / (1.0 - nu) * (solution.displacement[-1] - strain)  # sigma_r is 0 there
        surface = 2.0 / 3.0 * (hoop + solution.material[-1] * strain / (1.0 - nu))
        return np.concatenate([smooth[:1], self._interpolated(smooth), surface[None]])

    def _stress(self, solution: _Solution) -> tuple[Array, Array]:
        """Radial stress from the elements, hoop stress from u/r and the radial one."""
        nu, u, radial = self._nu, solution.displacement, solution.radial
        across = np.concatenate([radial[:1], self._interpolated(radial), np.zeros_like(radial[:1])])
        around = np.concatenate([u[1:2] / self._nodes[1], u[1:] / self._nodes[1:]])
        hoop = solution.modulus / (1.0 - nu) * (around - solution.strain) + nu / (1.0 - nu) * across
        hoop[0] = across[0]
        return across, hoop

    def _interpolated(self, between: Array) -> Array:
        """Values at the inner nodes, linear between the middles of the elements."""
        return (1.0 - self._share) * between[:-1] + self._share * between[1:]


def _empty(x: Array) -> FreeSpheres:
    return FreeSpheres(np.empty_like(x), np.empty(x.shape[1]), np.empty(x.shape[1]))
