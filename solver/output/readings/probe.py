"""Values of finite-element functions at fixed points of a curved mesh.

The pull-back of a point to a curved cell is found by Newton's method from the straight cell, for all
points and candidate cells at once; a point belongs to the candidate in which it lies deepest. (The
library's own evaluation raises where a single pull-back of a single candidate does not converge.)
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from dolfinx import fem, geometry
from mpi4py import MPI

from chemomech.solver.cell.regions import Subdomain

Array = npt.NDArray[np.float64]

OUTSIDE = -1.0e-3
"""Smallest barycentric coordinate of a point that still counts as inside a cell [-]."""


class PointProbe:
    """Evaluates functions of one subdomain at fixed points; NaN outside.

    Args:
        subdomain: Where the functions live.
        points: Points in mesh units, shape (n, 3).
    """

    def __init__(self, subdomain: Subdomain, points: Array) -> None:
        mesh = subdomain.mesh
        self._comm = mesh.comm
        self._num_points = len(points)
        owned = np.arange(subdomain.num_owned_cells, dtype=np.int32)
        point, cell = _candidates(subdomain, np.ascontiguousarray(points), owned)
        near = _near_straight_cell(subdomain, cell, points[point])
        point, cell = point[near], cell[near]
        reference = _pull_back(subdomain, cell, points[point])
        depth = np.min(np.column_stack([reference, 1.0 - reference.sum(axis=1)]), axis=1, initial=1.0)
        order = np.lexsort((-depth, point))
        _, first = np.unique(point[order], return_index=True)
        best = order[first]
        inside = best[depth[best] > OUTSIDE]
        self._found, self._cells, self._reference = point[inside], cell[inside], reference[inside]

    def read(self, function: fem.Function) -> Array:
        """Values of a scalar function, shape (n,), the same on every rank (collective)."""
        space = function.function_space
        values, hits = np.zeros(self._num_points), np.zeros(self._num_points)
        if len(self._found):
            basis = space.element.basix_element.tabulate(0, self._reference)[0, :, :, 0]
            dofs = space.dofmap.list[self._cells]
            values[self._found] = np.einsum("ij,ij->i", basis, function.x.array[dofs])
            hits[self._found] = 1.0
        values = self._comm.allreduce(values, op=MPI.SUM)
        hits = self._comm.allreduce(hits, op=MPI.SUM)
        return np.where(hits > 0, values / np.maximum(hits, 1.0), np.nan)


def _candidates(
    subdomain: Subdomain, points: Array, cells: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Pairs of point and cell whose bounding boxes meet."""
    mesh = subdomain.mesh
    if len(cells) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32)
    tree = geometry.bb_tree(mesh, mesh.topology.dim, entities=cells, padding=1.0e-9)
    collisions = geometry.compute_collisions_points(tree, points)
    return np.repeat(np.arange(len(points)), np.diff(collisions.offsets)), collisions.array


def _near_straight_cell(
    subdomain: Subdomain, cells: npt.NDArray[np.int32], points: Array
) -> npt.NDArray[np.bool_]:
    """Whether each point lies in or near the straight tetrahedron of its candidate cell."""
    corners = subdomain.mesh.geometry.x[subdomain.mesh.geometry.dofmaps[0][cells][:, :4]]
    edges = np.swapaxes(corners[:, 1:] - corners[:, :1], 1, 2)
    local = np.linalg.solve(edges, (points - corners[:, 0])[..., None])[..., 0]
    return np.asarray(np.min(np.column_stack([local, 1.0 - local.sum(axis=1)]), axis=1, initial=1.0) > -0.5)


def _pull_back(subdomain: Subdomain, cells: npt.NDArray[np.int32], points: Array) -> Array:
    """Reference coordinates of each point in its cell, shape (n, 3); far outside where none is found."""
    mesh = subdomain.mesh
    element = mesh.ufl_domain().ufl_coordinate_element()
    scalar = element.sub_elements[0] if element.sub_elements else element
    nodes = mesh.geometry.x[mesh.geometry.dofmaps[0][cells]]
    reference = np.full((len(cells), 3), 0.25)
    if len(cells) == 0:
        return reference
    for _ in range(6):
        table = scalar.tabulate(1, reference)
        residual = np.einsum("ij,ijk->ik", table[0], nodes) - points
        jacobian = np.stack([np.einsum("ij,ijk->ik", table[d + 1], nodes) for d in range(3)], axis=2)
        singular = np.abs(np.linalg.det(jacobian)) < 1.0e-14
        jacobian[singular] = np.eye(3)
        step = np.linalg.solve(jacobian, residual[..., None])[..., 0]
        reference = np.clip(reference - np.clip(step, -0.5, 0.5), -1.0, 2.0)
    table = scalar.tabulate(0, reference)
    missed = np.linalg.norm(np.einsum("ij,ijk->ik", table[0], nodes) - points, axis=1) > 1.0e-8
    reference[missed] = -1.0
    return reference
