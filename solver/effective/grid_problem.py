r"""Linear elliptic problems on a regular grid, by conjugate gradients with a fast preconditioner.

Trilinear elements on the voxels of a box, whose coefficients differ from voxel to voxel. Stiffness is that at
the middle of a voxel with a hundredth of the full integral, which keeps the checkerboards out: full
integration is too stiff where surfaces are steps. The preconditioner is the Laplacian of each component with
one coefficient, which is diagonal in the products of one-dimensional modes (Lynch, Rice and Thomas, Numer.
Math. 6 (1964) 185), so that iterations grow with the contrast and not with the grid.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.linalg import eigh

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

FULL_SHARE = 0.01
"""Share of the full integral in the stiffness of a voxel."""

MOST_ITERATIONS = 1000

_CORNERS = np.array(list(itertools.product((0, 1), repeat=3)))


class NotConverged(RuntimeError):
    """The iteration did not get to its tolerance; no fault of the input is known to cause this."""


@dataclass(frozen=True, eq=False)
class Voxel:
    """A trilinear element of eight corners, the last axis fastest.

    Attributes:
        edges: Along x, y and z, shape (3,).
    """

    edges: Array

    @property
    def volume(self) -> float:
        """Volume of the voxel."""
        return float(np.prod(self.edges))

    @cached_property
    def middle(self) -> Array:
        """Gradients of the shape functions at the middle, which are their means too, shape (8, 3)."""
        return self._gradients(np.full(3, 0.5))

    def stiffness(self, strain: Sequence[Array], weights: Array) -> Array:
        """Sum over rows a of weights_a times the integral of (strain_a of u) (strain_a of v).

        Args:
            strain: Each row as what multiplies the gradient of each component, shape (components, 3).
            weights: One each.

        Returns:
            Shape (8 components, 8 components), components fastest.
        """
        points, shares = np.polynomial.legendre.leggauss(2)
        total = (1.0 - FULL_SHARE) * self._product(self.middle, strain, weights)
        for place, share in zip(
            itertools.product(0.5 * (points + 1.0), repeat=3),
            itertools.product(shares, repeat=3),
            strict=True,
        ):
            part = self._product(self._gradients(np.array(place)), strain, weights)
            total += FULL_SHARE * float(np.prod(share)) / 8.0 * part
        return self.volume * total

    def rows(self, strain: Sequence[Array]) -> Array:
        """Mean of each strain over the voxel by corner value, shape (rows, 8 components)."""
        return _rows(self.middle, strain)

    def _product(self, gradients: Array, strain: Sequence[Array], weights: Array) -> Array:
        rows = _rows(gradients, strain)
        return np.asarray(rows.T @ (weights[:, None] * rows))

    def _gradients(self, place: Array) -> Array:
        along = np.where(_CORNERS == 1, place, 1.0 - place)
        slope = np.where(_CORNERS == 1, 1.0, -1.0) / self.edges
        columns = [slope[:, i] * np.delete(along, i, axis=1).prod(axis=1) for i in range(3)]
        return np.stack(columns, axis=1)


def _rows(gradients: Array, strain: Sequence[Array]) -> Array:
    return np.stack([(gradients @ row.T).reshape(-1) for row in strain])


class GridProblem:
    """One stiffness for several loads.

    Args:
        voxel: The element.
        terms: Element matrices and what multiplies them in each voxel, shape (nx, ny, nz).
        fixed: Values that are 0, shape (components, nx + 1, ny + 1, nz + 1); whole faces of the box.
        conductance: Of the preconditioner by component and axis, shape (components, 3).
    """

    def __init__(
        self, voxel: Voxel, terms: Sequence[tuple[Array, Array]], fixed: Mask, conductance: Array
    ) -> None:
        self.voxel, self._fixed = voxel, fixed
        self._matrix = np.hstack([matrix for matrix, _ in terms])
        self._weights = [weight.reshape(fixed.shape[1] - 1, -1, 1) for _, weight in terms]
        self._shape = tuple(size - 1 for size in fixed.shape[1:])
        self._modes = [self._modes_of(fixed[i], conductance[i]) for i in range(len(fixed))]
        self.iterations = 0

    def corners(self, values: Array) -> Array:
        """Corner values of each voxel, shape (voxels, 8 components)."""
        layers = range(self._shape[0])
        return np.concatenate([self._corners_of(values, layer) for layer in layers])

    def gathered(self, by_corner: Array) -> Array:
        """Sum at each node of what its voxels give it; nothing where values are fixed.

        Args:
            by_corner: Shape (voxels, 8 components).
        """
        total = np.zeros(self._fixed.shape)
        for layer, part in enumerate(by_corner.reshape(self._shape[0], -1, by_corner.shape[1])):
            self._add(total, layer, part)
        total[self._fixed] = 0.0
        return total

    def solve(self, load: Array, tolerance: float = 1e-5) -> Array:
        """Values at the nodes under a load of the same shape.

        Args:
            load: As ``gathered`` returns it.
            tolerance: On the preconditioned residual over that of the start.

        Raises:
            NotConverged: Too many iterations.
        """
        values, residual = np.zeros_like(load), load.copy()
        direction = step = self._preconditioned(residual)
        start = size = float((residual * step).sum())
        self.iterations = 0
        while size > tolerance**2 * start:
            if self.iterations == MOST_ITERATIONS:
                raise NotConverged(
                    f"the fields on the voxels did not converge in {MOST_ITERATIONS} iterations."
                )
            pushed = self._apply(direction)
            share = size / float((direction * pushed).sum())
            values += share * direction
            residual -= share * pushed
            step = self._preconditioned(residual)
            before, size = size, float((residual * step).sum())
            direction = step + size / before * direction
            self.iterations += 1
        return values

    def _parts(self, layer: int) -> list[tuple[int, slice, slice]]:
        """Nodes at each corner of the voxels of a layer across x."""
        _, ny, nz = self._shape
        return [(layer + a, slice(b, b + ny), slice(c, c + nz)) for a, b, c in _CORNERS]

    def _corners_of(self, values: Array, layer: int) -> Array:
        count = len(values)
        found = np.empty((*self._shape[1:], 8 * count))
        for place, part in enumerate(self._parts(layer)):
            for component in range(count):
                found[..., place * count + component] = values[component][part]
        return found.reshape(-1, 8 * count)

    def _add(self, total: Array, layer: int, by_corner: Array) -> None:
        count = len(total)
        shaped = by_corner.reshape(*self._shape[1:], 8 * count)
        for place, part in enumerate(self._parts(layer)):
            for component in range(count):
                total[component][part] += shaped[..., place * count + component]

    def _apply(self, values: Array) -> Array:
        total, width = np.zeros(self._fixed.shape), self._matrix.shape[0]
        # Layer by layer, so that what is in between stays in the cache.
        for layer in range(self._shape[0]):
            products = self._corners_of(values, layer) @ self._matrix
            forces = self._weights[0][layer] * products[:, :width]
            for number, weight in enumerate(self._weights[1:], start=1):
                forces += weight[layer] * products[:, number * width : (number + 1) * width]
            self._add(total, layer, forces)
        total[self._fixed] = 0.0
        return total

    def _modes_of(self, fixed: Mask, conductance: Array) -> tuple[list[Array], Array]:
        """Modes along each axis, and the inverse of the stiffness of their products."""
        modes, slopes, means = [], [], []
        ends = [(fixed[0], fixed[-1]), (fixed[:, 0], fixed[:, -1]), (fixed[..., 0], fixed[..., -1])]
        for axis, (low, high) in enumerate(ends):
            step, count = self.voxel.edges[axis], fixed.shape[axis]
            kept = slice(int(low.all()), count - int(high.all()))
            stiffness = (2.0 * np.eye(count) - np.eye(count, k=1) - np.eye(count, k=-1)) / step
            stiffness[[0, -1], [0, -1]] *= 0.5
            mass = np.full(count, step)
            mass[[0, -1]] *= 0.5
            values, vectors = eigh(stiffness[kept, kept], np.diag(mass[kept]))
            whole = np.zeros((count, len(values)))
            whole[kept] = vectors
            modes.append(whole)
            slopes.append(np.maximum(values, 0.0))
            means.append((1.0 - values * step**2 / 6.0, np.maximum(1.0 - values * step**2 / 4.0, 0.0)))
        total = np.zeros(tuple(len(values) for values in slopes))
        for kind, weight in ((0, FULL_SHARE), (1, 1.0 - FULL_SHARE)):
            for axis in range(3):
                x, y, z = (slopes[i] if i == axis else means[i][kind] for i in range(3))
                total += weight * conductance[axis] * x[:, None, None] * y[:, None] * z
        return modes, 1.0 / total

    def _preconditioned(self, residual: Array) -> Array:
        found = np.empty_like(residual)
        for component, ((x, y, z), inverse) in enumerate(self._modes):
            inside = np.matmul(y.T, np.tensordot(x.T, residual[component], 1) @ z) * inverse
            found[component] = np.tensordot(x, np.matmul(y, inside) @ z.T, 1)
        return found
