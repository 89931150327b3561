r"""Bounds of the conductivity of an image along an axis, from a potential and from a flux.

Below: one value to a voxel and the flux between neighbours by the harmonic mean (finite volumes). That flux,
linear within each voxel along each axis and continuous across faces, loses nothing, so that its dissipation
\int |q|^2 / k bounds the resistance from above (Thomson's principle). Two-point fluxes weigh it by the
trapezoidal rule, which is above the integral of the square of a linear function: finite volumes are a bound
already, and the integral itself is a sharper one.

Above: values at the corners of voxels and links along their edges, each with a quarter of the voxels around.
The trilinear potential through these values is continuous, so that \int k |grad u|^2 bounds the conductance
from above (Dirichlet's principle); the links weigh it by the trapezoidal rule too, and the integral is the
sharper bound again. Links have as few neighbours as finite volumes, and one solver serves both.

Both hold for the image as voxels, faces and edges included; what voxels stand for is another question.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.solver.effective.kernel import kernel, numbers, pointer
from chemomech.solver.effective.lattice import Double, Lattice, Shape

Codes = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Bounds:
    """What an image passes on along a driven axis.

    Attributes:
        flux: mean flux along x, y and z for a unit mean gradient, shape (3,): the geometric mean of the
            bounds along the driven axis, which is near the limit of fine voxels by experience, and the mean
            of the two solutions along the others.
        lower: bound on the conductivity along the driven axis.
        upper: the same from above.
        finite_volumes: what two-point finite volumes make of it; below `lower`.
        unknowns: of the larger solve.
        iterations: of both.
    """

    flux: Double
    lower: float
    upper: float
    finite_volumes: float
    unknowns: int
    iterations: int


class ConductingImage:
    """Voxels between two ends of a potential.

    Args:
        codes: 0 for insulators, else the place in `conductivities`, shape (nx, ny, nz).
        conductivities: by code, 0 first.
        edges: of a voxel along x, y and z, in any unit.
        axis: the driven one.
        periodic: whether the other axes repeat; else they let nothing through.
    """

    def __init__(
        self, codes: Codes, conductivities: Sequence[float], edges: Sequence[float], axis: int, periodic: bool
    ) -> None:
        self._shape: Shape = (codes.shape[0], codes.shape[1], codes.shape[2])
        self._edges, self._axis = list(edges), axis
        self._periodic = [periodic and i != axis for i in range(3)]
        self._around = np.zeros([count + 2 for count in codes.shape], dtype=np.uint8)
        self._around[1:-1, 1:-1, 1:-1] = codes
        for i in range(3):
            if i == axis or periodic:
                _continue(self._around, i, repeated=i != axis)
        volume = math.prod(edges)
        self._image, self._k = pointer(self._around), numbers(conductivities)
        self._unit = numbers([volume / edge**2 for edge in edges])
        self._voxels = pointer(np.array(self._shape, dtype=np.int32))

    def bounds(self, tolerance: float) -> Bounds:
        """Solve for the flux, then for the potential.

        Args:
            tolerance: on each bound, relative.
        """
        cells, flux, energy, first = self._by_cells(tolerance)
        links, excess = energy
        lower = self._per_energy(links**2 / (links - excess))
        potential, upper, unknowns, second = self._by_nodes(cells, tolerance)
        mean = 0.5 * (flux + potential)
        mean[self._axis] = math.sqrt(lower * upper)
        largest = max(unknowns, math.prod(self._shape))
        return Bounds(mean, lower, upper, self._per_energy(links), largest, first + second)

    def _by_cells(self, tolerance: float) -> tuple[Double, Double, Double, int]:
        """Potential of the cells, mean flux, energy of the links and what it is above that of the flux."""
        lib = kernel().lib
        lattice = Lattice(self._shape, self._edges, self._periodic)
        lib.cell_links(lattice.level, self._image, self._k, self._unit, self._axis)
        count = self._shape[self._axis]
        x = self._started(self._shape, [0.0, *((i + 0.5) / count for i in range(count)), 1.0])
        lattice.solve(x, tolerance)
        sums = np.zeros(5)
        lib.cell_sums(lattice.level, self._image, self._k, self._unit, self._axis, pointer(x), pointer(sums))
        return x, self._per_gradient(sums[2:]), sums[:2], lattice.iterations

    def _by_nodes(self, cells: Double, tolerance: float) -> tuple[Double, float, int, int]:
        """Mean flux, bound, unknowns and iterations."""
        lib, count = kernel().lib, self._shape[self._axis]
        x, y, z = (
            size - 1 if i == self._axis else size if self._periodic[i] else size + 1
            for i, size in enumerate(self._shape)
        )
        lattice = Lattice((x, y, z), self._edges, self._periodic)
        values = self._started((x, y, z), [i / count for i in range(count + 1)])
        about = (self._image, self._voxels, self._k)
        if count > 1:
            lib.node_links(lattice.level, *about, self._unit, self._axis)
            lib.nodes_from_cells(lattice.level, *about, self._axis, pointer(cells), pointer(values))
            lattice.solve(values, tolerance)
        sums = np.zeros(4)
        lib.node_sums(lattice.level, *about, self._unit, self._axis, pointer(values), pointer(sums))
        return self._per_gradient(sums[1:]), self._per_energy(sums[0]), x * y * z, lattice.iterations

    def _started(self, shape: Shape, along: Sequence[float]) -> Double:
        """A potential that rises along the driven axis, with a layer around."""
        values = np.empty([count + 2 for count in shape])
        values[:] = np.expand_dims(along, tuple(i for i in range(3) if i != self._axis))
        return values

    def _per_energy(self, energy: float) -> float:
        """Conductivity from the energy of a unit drop."""
        length = self._shape[self._axis] * self._edges[self._axis]
        return float(energy) * length**2 / (math.prod(self._shape) * math.prod(self._edges))

    def _per_gradient(self, sums: Double) -> Double:
        """Mean flux for a unit gradient, from sums over voxels of flux times edge for a unit drop."""
        length = self._shape[self._axis] * self._edges[self._axis]
        return sums * np.array(self._edges) * length / (math.prod(self._shape) * math.prod(self._edges))


def _continue(around: Codes, axis: int, repeated: bool) -> None:
    """Fill the layers around along an axis: by the other end, or by the nearest voxel."""
    layers = np.moveaxis(around, axis, 0)
    layers[0], layers[-1] = (layers[-2], layers[1]) if repeated else (layers[1], layers[-2])
