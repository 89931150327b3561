r"""What a layout does with a gradient of potential along its depth, and with spheres that swell in it.

The electrode is the box of the layout: nothing passes its sides, the collector holds it (u = 0), rollers keep
its width and the other end is free or pressed, as in the resolved model. Where matrix and spheres share a
voxel, each has the same stress (Reuss): full integration and whole voxels would be too stiff, one gap after
the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chemomech.solver.effective.grid_problem import GridProblem, Voxel
from chemomech.solver.effective.sphere_voxels import SphereVoxels
from chemomech.solver.physics.matrix_traction import Moduli

Array = npt.NDArray[np.float64]

LEAST_SHARE = 1e-4
"""Conductivity of insulating spheres over that of the matrix, for the equations to have a solution."""

_UNIT = np.eye(3)
_PAIRS = ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1))
_STRAINS = [
    np.outer(_UNIT[i], _UNIT[j]) if i == j else np.outer(_UNIT[i], _UNIT[j]) + np.outer(_UNIT[j], _UNIT[i])
    for i, j in _PAIRS
]
_TRACE = np.eye(3)


@dataclass(frozen=True, eq=False)
class DepthConduction:
    """A current along z through a matrix with insulating spheres.

    Attributes:
        depth: Planes across z [m], shape (planes,).
        potential: Mean potential of the matrix in each plane, of the same shape; it rises by 1 from the first
            plane to the last.
        hindrance: Share of the conductivity of the matrix that is left along the whole depth [-].
    """

    depth: Array
    potential: Array
    hindrance: float

    def between(self, depths: Array) -> Array:
        """Share of the conductivity that is left between depths [-].

        Args:
            depths: Increasing, from end to end [m], shape (n + 1,).

        Returns:
            Shape (n,).
        """
        drop = np.diff(np.interp(depths, self.depth, self.potential))
        return np.asarray(self.hindrance * np.diff(depths) / (depths[-1] - depths[0]) / drop)


def depth_conduction(voxels: SphereVoxels) -> DepthConduction:
    """Solve for a drop of the potential along z, with nothing through the sides.

    Args:
        voxels: The layout.
    """
    left = np.maximum(1.0 - voxels.filled, LEAST_SHARE)
    voxel = Voxel(voxels.edges / voxels.edges[0])
    gradients = [row[None, :] for row in _UNIT]
    matrix = voxel.stiffness(gradients, np.ones(3))
    fixed = np.zeros((1, *(size + 1 for size in voxels.shape)), dtype=np.bool_)
    fixed[..., [0, -1]] = True
    problem = GridProblem(voxel, [(matrix, left)], fixed, np.full((1, 3), left.mean()))
    rows = voxel.rows(gradients)
    # The field is a line and what deviates from it, so that all values at the ends are 0.
    pull = left[:, None] * rows[2] * voxel.volume
    rest = problem.solve(problem.gathered(-pull))
    layers = voxels.shape[2]
    hindrance = float((left * (1.0 + problem.corners(rest) @ rows[2])).mean())
    # Means in the middle of each layer, and the ends, which have one potential.
    middle = problem.corners(rest).mean(axis=1).reshape(-1, layers)
    share = left.reshape(-1, layers)
    places = (np.arange(layers) + 0.5) * voxel.edges[2]
    inside = places + (share * middle).sum(axis=0) / share.sum(axis=0)
    ends = layers * voxel.edges[2]
    return DepthConduction(
        np.concatenate([[0.0], places, [ends]]) / ends * voxels.box[2],
        np.concatenate([[0.0], inside, [ends]]) / ends,
        hindrance,
    )


class SwellingLayout:
    """Spheres in a matrix under a common misfit, or a pressure on the electrode.

    Args:
        voxels: The layout.
        matrix: Elasticity of the matrix.
        spheres: Elasticity of the spheres.
    """

    def __init__(self, voxels: SphereVoxels, matrix: Moduli, spheres: Moduli) -> None:
        self._voxels, self._matrix, self._spheres = voxels, matrix, spheres
        self._voxel = Voxel(voxels.edges / voxels.edges[0])
        p, unit = voxels.filled, matrix.shear
        self._bulk = 1.0 / (p / spheres.bulk + (1.0 - p) / matrix.bulk) / unit
        self._shear = 1.0 / (p / spheres.shear + (1.0 - p) / matrix.shear) / unit

    @cached_property
    def per_misfit(self) -> Array:
        """Mean stress of each sphere where all would be longer by a strain of 1 [Pa], shape (n, 3, 3)."""
        thermal = 3.0 * self._bulk * self._voxels.filled
        trace = self._voxel.rows([_TRACE])[0] * self._voxel.volume
        return self._solved(lambda problem: problem.gathered(thermal[:, None] * trace), thermal)

    @cached_property
    def per_pressure(self) -> Array:
        """Mean stress of each sphere over a pressure on the free end [-], shape (n, 3, 3)."""
        return self._solved(self._pressed, np.zeros_like(self._bulk)) / self._matrix.shear

    def _solved(self, load: Callable[[GridProblem], Array], thermal: Array) -> Array:
        problem = self._problem
        values = problem.corners(problem.solve(load(problem)))
        strain = values @ self._voxel.rows(_STRAINS).T
        mean = strain[:, :3].sum(axis=1)
        stress = np.empty_like(strain)
        stress[:, :3] = 2.0 * self._shear[:, None] * (strain[:, :3] - mean[:, None] / 3.0)
        stress[:, :3] += (self._bulk * mean - thermal)[:, None]
        stress[:, 3:] = self._shear[:, None] * strain[:, 3:]
        by_sphere = self._matrix.shear * self._voxels.means(stress)
        tensor = np.empty((len(by_sphere), 3, 3))
        for column, (i, j) in enumerate(_PAIRS):
            tensor[:, i, j] = tensor[:, j, i] = by_sphere[:, column]
        return tensor

    @cached_property
    def _problem(self) -> GridProblem:
        fixed = np.zeros((3, *(size + 1 for size in self._voxels.shape)), dtype=np.bool_)
        fixed[0, [0, -1]] = True
        fixed[1, :, [0, -1]] = True
        fixed[..., 0] = True
        shear = self._voxel.stiffness(_STRAINS, np.array([2.0, 2.0, 2.0, 1.0, 1.0, 1.0]))
        volume = self._voxel.stiffness([_TRACE], np.ones(1))
        first = self._bulk - 2.0 / 3.0 * self._shear
        across = float(np.exp(np.log(self._shear).mean()))
        along = across * float(1.0 + (self._bulk + self._shear / 3.0).mean() / self._shear.mean())
        conductance = across * np.ones((3, 3)) + (along - across) * _UNIT
        return GridProblem(self._voxel, [(shear, self._shear), (volume, first)], fixed, conductance)

    def _pressed(self, problem: GridProblem) -> Array:
        """A unit pressure on the end away from the collector, by corners of its voxels."""
        nx, ny, nz = self._voxels.shape
        face = np.zeros((nx, ny, nz, 8, 3))
        # Corners of a voxel run with z fastest: the odd ones lie at its end.
        face[:, :, -1, 1::2, 2] = -0.25 * float(np.prod(self._voxel.edges[:2]))
        return problem.gathered(face.reshape(-1, 24))
