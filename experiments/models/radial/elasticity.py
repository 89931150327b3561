r"""Elastic equilibrium of spheres whose modulus and chemical strain vary along the radius.

    d sigma_r/dr + 2 (sigma_r - sigma_t)/r = 0,   sigma = C(x) : (eps(u) - eps_ch(x) I)

with eps_r = du/dr and eps_t = u/r. Linear elements between the nodes of the lithium problem, the laws at
their middles: equilibrium costs one tridiagonal solve for all particles.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.experiments.models.radial import tridiagonal
from chemomech.experiments.models.radial.spheres import HIGHEST, LOWEST, SphereGrid
from chemomech.experiments.models.radial.tables import LawTable, blocks
from chemomech.materials import ActiveMaterial

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FreeStress:
    """Stress of spheres that nothing holds; tension positive.

    Attributes:
        radial: sigma_r at the nodes [Pa], shape (nodes, particles).
        hoop: sigma_t at the nodes [Pa], of the same shape.
        remainder: s = sigma_h + S0(x) at the nodes [Pa] (``chemomech.solver.physics.stress_feedback``), smooth
            along the radius, of the same shape.
        strain: u(R)/R, the free linear strain of each sphere [-], shape (particles,).
        modulus: Young's modulus of each sphere, its volume mean [Pa], shape (particles,).
    """

    radial: Array
    hoop: Array
    remainder: Array
    strain: Array
    modulus: Array


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
        nodes, middles = grid.nodes, grid.middles
        self._nodes, self._step, self._middle = nodes[:, None], np.diff(nodes)[:, None], middles[:, None]
        self._volume = (np.diff(nodes**3) / 3.0)[:, None]
        # Radial strain (u1 - u0)/h; hoop strain c0 u0 + c1 u1, the mean of u/r over the volume of the element,
        # with which a uniform strain is in exact equilibrium.
        self._across = 1.0 / self._step
        inner = self._nodes[:-1]
        self._around = tuple(
            self._step * (0.5 * inner + self._step * share) / self._volume for share in (1.0 / 6.0, 1.0 / 3.0)
        )

    def solve(self, x: Array) -> FreeStress:
        """Stress of a lithium profile.

        Args:
            x: Stoichiometry at the nodes, shape (nodes, particles).
        """
        parts = [self._block(x[:, part]) for part in blocks(x.shape[1])]
        if len(parts) == 1:
            return parts[0]
        return FreeStress(
            *(
                np.concatenate([getattr(part, field.name) for part in parts], axis=-1)
                for field in dataclasses.fields(FreeStress)
            )
        )

    def _block(self, x: Array) -> FreeStress:
        nu, table = self._nu, self._table
        at = table.places(0.5 * (x[1:] + x[:-1]))
        modulus, strain = table.at("E", at), table.at("strain", at)
        scale = modulus / ((1.0 + nu) * (1.0 - 2.0 * nu))
        stiff, cross = scale * (1.0 - nu), scale * nu  # lambda + 2 mu, lambda
        thermal = scale * (1.0 + nu) * strain  # 3 K eps_ch
        b, (c0, c1), w = self._across, self._around, self._volume
        # Virtual work of an element: w (sigma_r eps_r + 2 sigma_t eps_t), on u0 (-b, c0) and u1 (b, c1).
        own, mixed, hoop = w * stiff * b * b, 2.0 * w * cross * b, 2.0 * w * (stiff + cross)
        first = own - 2.0 * mixed * c0 + hoop * c0 * c0
        second = own + 2.0 * mixed * c1 + hoop * c1 * c1
        coupling = mixed * (c0 - c1) + hoop * c0 * c1 - own
        push = w * thermal * (2.0 * c1 + b), w * thermal * (2.0 * c0 - b)
        diagonal = second.copy()
        diagonal[:-1] += first[1:]
        load = push[0].copy()
        load[:-1] += push[1][1:]
        (moved,) = tridiagonal.solve(coupling[1:], diagonal, coupling[1:], load)
        u = np.concatenate([np.zeros_like(moved[:1]), moved])
        across, around = (u[1:] - u[:-1]) * b, c0 * u[:-1] + c1 * u[1:]
        radial = stiff * across + 2.0 * cross * around - thermal
        tangential = cross * across + (stiff + cross) * around - thermal
        local = 2.0 * modulus / (3.0 * (1.0 - nu)) * strain
        remainder = (radial + 2.0 * tangential) / 3.0 + local
        return self._at_nodes(x, u, radial, remainder, modulus)

    def _at_nodes(self, x: Array, u: Array, radial: Array, remainder: Array, modulus: Array) -> FreeStress:
        """Stress at the nodes: sigma_r and s from the elements, the hoop stress from u/r and sigma_r."""
        nu, at = self._nu, self._table.places(x)
        young, strain = self._table.at("E", at), self._table.at("strain", at)
        sigma_r = np.empty_like(x)
        sigma_r[1:-1] = self._between(radial)
        sigma_r[0], sigma_r[-1] = radial[0], 0.0
        around = np.empty_like(x)
        around[1:] = u[1:] / self._nodes[1:]
        around[0] = u[1] / self._nodes[1]
        hoop = young / (1.0 - nu) * (around - strain) + nu / (1.0 - nu) * sigma_r
        hoop[0] = sigma_r[0]
        smooth = np.empty_like(x)
        smooth[1:-1] = self._between(remainder)
        smooth[0] = remainder[0]
        smooth[-1] = 2.0 * hoop[-1] / 3.0 + 2.0 * young[-1] * strain[-1] / (3.0 * (1.0 - nu))
        mean = 3.0 * (self._volume * modulus).sum(axis=0)
        return FreeStress(sigma_r, hoop, smooth, u[-1].copy(), mean)

    def _between(self, per_element: Array) -> Array:
        """Values at the inner nodes, linear between the middles of the elements."""
        share = (self._nodes[1:-1] - self._middle[:-1]) / (self._middle[1:] - self._middle[:-1])
        return (1.0 - share) * per_element[:-1] + share * per_element[1:]
