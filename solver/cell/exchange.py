"""A flux through the interface that enters several balances, evaluated once for all of them.

As forms, each balance would evaluate the flux anew, and each pair of a balance and an unknown its
derivative: sixteen times for a reaction. Here flux and derivatives are evaluated once at the points of the
same quadrature rule, and then tested with the shape functions of each balance:

    R_i = +- sum_q w_q j_q v_i(q),    K_ik = +- sum_q w_q (dj/du)_q v_i(q) v_k(q).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import fem, la
from mpi4py import MPI
from petsc4py import PETSc
from scipy import sparse

from chemomech.solver.algebra.numbering import global_numbers
from chemomech.solver.algebra.pointwise import Pointwise, is_pointwise
from chemomech.solver.cell.interface_points import InterfacePoints, at_points, nodal
from chemomech.solver.cell.regions import Domains
from chemomech.solver.physics.scales import LENGTH

Array = npt.NDArray[np.float64]


def can_exchange(flux: ufl.core.expr.Expr, domains: Domains) -> bool:
    """Whether a flux can be evaluated by values alone: its form is as good, but slower."""
    sides = [domains.particles.mesh, domains.matrix.mesh, domains.electrolyte.mesh]
    return is_pointwise(flux) and all(
        any(f.function_space.mesh is side for side in sides) and nodal(f.function_space)
        for f in ufl.algorithms.extract_coefficients(flux)
    )


class Exchange:
    """Adds a flux to residual and Jacobian of the balances that it enters.

    Args:
        flux: Of unknowns and other functions on one side of the interface each, not of gradients [A/m2].
        entries: With which sign it enters the balance of a block.
        unknowns: Function of each block.
        points: Where it is evaluated.
    """

    def __init__(
        self,
        flux: ufl.core.expr.Expr,
        entries: Mapping[int, float],
        unknowns: Sequence[fem.Function],
        points: InterfacePoints,
    ) -> None:
        count = len(points.weights)
        present = ufl.algorithms.extract_coefficients(flux)
        self._by = [block for block, unknown in enumerate(unknowns) if unknown in present]
        self._comm: MPI.Intracomm = points.domains.mesh.comm
        self._flux = Pointwise(flux, [unknowns[block] for block in self._by], count, self._comm)
        self._area = points.weights / LENGTH**2
        self._read = [_values(points, f.function_space) for f in self._flux.coefficients]
        maps = [u.function_space.dofmap.index_map for u in unknowns]
        owned = np.cumsum([0, *(each.size_local for each in maps)])
        numbers = global_numbers(self._comm, maps)
        used = {block: points.traces(unknowns[block].function_space) for block in {*entries, *self._by}}
        self._tests = []
        for block, sign in entries.items():
            shapes, nodes = used[block]
            back = sign * at_points(shapes, nodes, len(numbers[block])).T.tocsr()
            place = slice(owned[block], owned[block + 1])
            self._tests.append((back, la.vector(maps[block], 1), place))
        # Facet by facet, the nodes of all balances and of all unknowns side by side.
        self._left = np.concatenate([s * used[b][0] for b, s in entries.items()], axis=2).transpose(0, 2, 1)
        self._right = np.concatenate([used[b][0] for b in self._by], axis=2)
        widths = [used[b][0].shape[2] for b in self._by]
        self._spread = np.repeat(np.arange(len(widths)), widths)
        self._rows = np.concatenate([numbers[b][used[b][1]] for b in entries], axis=1)
        self._columns = np.concatenate([numbers[b][used[b][1]] for b in self._by], axis=1)

    def add_residual(self, residual: PETSc.Vec) -> None:
        """Add to the residual of all blocks (collective)."""
        values = residual.array
        flux = self._flux.value(self._present()) * self._area
        for back, vector, place in self._tests:
            vector.array[:] = back @ flux
            vector.scatter_reverse(la.InsertMode.add)
            values[place] += vector.array[: place.stop - place.start]

    def add_jacobian(self, jacobian: PETSc.Mat) -> None:
        """Add to the Jacobian of all blocks, to be assembled afterwards."""
        slopes = self._flux.slopes(self._present()) * self._area[:, None]
        facets, points, _ = self._right.shape
        weighted = self._right * slopes.reshape(facets, points, len(self._by))[:, :, self._spread]
        blocks = np.matmul(self._left, weighted)
        jacobian.setValuesRCV(self._rows, self._columns, blocks, addv=PETSc.InsertMode.ADD_VALUES)

    def jacobian(self, sizes: tuple[int, int]) -> PETSc.Mat:
        """A matrix with the entries of this flux alone (collective).

        Args:
            sizes: Number of rows of this rank and of all ranks.
        """
        matrix = PETSc.Mat().create(comm=self._comm)
        matrix.setSizes((sizes, sizes))
        matrix.setType("aij")
        matrix.setUp()
        self.add_jacobian(matrix)
        matrix.assemble()
        return matrix

    def _present(self) -> list[Array]:
        """Present values of the functions at the points."""
        return [read @ f.x.array for read, f in zip(self._read, self._flux.coefficients, strict=True)]


def _values(points: InterfacePoints, space: fem.FunctionSpace) -> sparse.csr_array:
    """Values at the points from those of a function."""
    shapes, nodes = points.traces(space)
    index_map = space.dofmap.index_map
    return at_points(shapes, nodes, index_map.size_local + index_map.num_ghosts)
