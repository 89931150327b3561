"""Nodes and cells of the parts that fields are stored on, and values at them on the first rank.

Nodes are numbered by what the mesh was made from, not by ranks: vertices by their number there, nodes amid
edges by those of both ends. Files therefore list them alike whatever the number of ranks, and a run that goes
on finds its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from dolfinx import fem
from dolfinx.mesh import Mesh
from mpi4py import MPI
from scipy import sparse

from chemomech.solver.cell.interface_points import VERTICES
from chemomech.solver.cell.regions import IntArray, Subdomain
from chemomech.solver.physics.scales import LENGTH
from chemomech.solver.results.fields import Geometry

Array = npt.NDArray[Any]

# Of a tetrahedron in the order of VTK, and in that of basix.
_EDGES = ((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3))
_BASIX_EDGES = ((2, 3), (1, 3), (1, 2), (0, 3), (0, 2), (0, 1))
_VTK_TYPES = {3: 5, 4: 10, 10: 24}
"""By the number of nodes of a cell: triangle, tetrahedron, quadratic tetrahedron."""


class PartNodes:
    """The nodes of a part (collective).

    Args:
        mesh: The cell mesh.
        cells: Cells of the cell mesh that this rank takes care of.
        corners: Vertices of each cell of the part, as places in its cell of the cell mesh, shape (cells, n).
        degree: 2 with nodes amid the edges of tetrahedra, else 1.
        particle: Particle of each cell, -1 for none, shape (cells,).

    Attributes:
        geometry: All of it, on the first rank; None on others.
    """

    def __init__(
        self, mesh: Mesh, cells: IntArray, corners: IntArray, degree: int, particle: IntArray
    ) -> None:
        self._comm: MPI.Intracomm = mesh.comm
        nodes = mesh.geometry.dofmaps[0][cells]
        numbers = np.asarray(mesh.geometry.input_global_indices)[nodes].astype(np.int64)
        pairs = np.stack([corners, corners], axis=-1)
        if degree == 2:
            edges = np.broadcast_to(np.array(_EDGES, dtype=np.int32), (len(cells), 6, 2))
            pairs = np.concatenate([pairs, edges], axis=1)
        places = pairs.reshape(len(cells), 2 * pairs.shape[1])  # a rank may have no cells
        ends = np.sort(np.take_along_axis(numbers, places, axis=1).reshape(-1, 2), axis=1)
        most = self._comm.allreduce(int(numbers.max(initial=0)), op=MPI.MAX) + 1
        keys, first, which = np.unique(ends[:, 0] * most + ends[:, 1], return_index=True, return_inverse=True)
        count = pairs.shape[1]
        self._cell, self._pair = cells[first // count], pairs.reshape(-1, 2)[first]
        points = _coordinates(mesh, self._cell, self._pair)
        own = which.reshape(len(cells), count)
        self._gathered(keys, points, keys[own], particle)

    def _gathered(self, keys: Array, points: Array, cells: Array, particle: IntArray) -> None:
        """Number nodes and cells on the first rank, and say to each rank which nodes it is asked for."""
        parts = self._comm.gather((keys, points, cells, particle), root=0)
        wanted: list[Array] | None = None
        self.geometry: Geometry | None = None
        if parts is not None:
            every = np.concatenate([part[0] for part in parts])
            numbers, first = np.unique(every, return_index=True)
            rank = np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])
            start = np.cumsum([0, *(len(part[0]) for part in parts)])
            wanted = [first[rank[first] == k] - start[k] for k in range(len(parts))]
            # Values come rank by rank; this is where each belongs.
            self._order = np.argsort(rank[first], kind="stable")
            points = np.concatenate([part[1] for part in parts])[first]
            cells, particle = (np.concatenate([part[k] for part in parts]) for k in (2, 3))
            connectivity = np.searchsorted(numbers, cells)
            self._cell_order = np.lexsort(np.sort(connectivity, axis=1).T[::-1])
            self.geometry = _geometry(points, connectivity[self._cell_order], particle[self._cell_order])
        asked: Array = self._comm.scatter(wanted, root=0)
        self._cell, self._pair = self._cell[asked], self._pair[asked]

    def sampler(self, function: fem.Function, subdomain: Subdomain) -> Sampler:
        """What reads a function of the same mesh region at the nodes."""
        return Sampler(self, function, subdomain)

    def of_nodes(self, values: Array) -> Array | None:
        """Values at the nodes of this rank as those of all, on the first rank (collective)."""
        parts = self._comm.gather(values, root=0)
        if parts is None:
            return None
        gathered = np.concatenate(parts)
        ordered = np.empty_like(gathered)
        ordered[self._order] = gathered
        return ordered

    def of_cells(self, values: Array) -> Array | None:
        """Values of the cells of this rank as those of all, on the first rank (collective)."""
        parts = self._comm.gather(values, root=0)
        return None if parts is None else np.concatenate(parts)[self._cell_order]


def _coordinates(mesh: Mesh, cells: IntArray, pairs: IntArray) -> Array:
    """Coordinates [mesh unit] of a node amid two vertices of each cell, or of one that is named twice."""
    nodes, x = mesh.geometry.dofmaps[0][cells], mesh.geometry.x
    ends = [x[np.take_along_axis(nodes, pairs[:, [k]], axis=1)[:, 0]] for k in (0, 1)]
    points = 0.5 * (ends[0] + ends[1])
    if mesh.geometry.cmaps[0].degree == 2:
        for edge, (a, b) in enumerate(_BASIX_EDGES):
            rows = np.flatnonzero((pairs.min(axis=1) == a) & (pairs.max(axis=1) == b))
            points[rows] = x[nodes[rows, 4 + edge]]
    return np.asarray(points)


def _geometry(points: Array, connectivity: Array, particle: Array) -> Geometry:
    count, each = connectivity.shape
    return Geometry(
        LENGTH * points,
        connectivity.reshape(-1),
        each * np.arange(count + 1),
        np.full(count, _VTK_TYPES[each], dtype=np.uint8),
        particle.astype(np.int64),
    )


class Sampler:
    """Reads a function at the nodes of a part.

    Args:
        nodes: The nodes.
        function: On a submesh that holds the part.
        subdomain: That submesh.
    """

    def __init__(self, nodes: PartNodes, function: fem.Function, subdomain: Subdomain) -> None:
        self._nodes, self._function = nodes, function
        space = function.function_space
        self._block = space.dofmap.index_map_bs
        element = (space.sub(0) if self._block > 1 else space).element.basix_element
        sites = VERTICES[nodes._pair].mean(axis=1)
        weights = np.asarray(element.tabulate(0, sites)[0, ..., 0])
        dofs = space.dofmap.list[subdomain.cells_of(nodes._cell)]
        rows = np.repeat(np.arange(len(sites)), dofs.shape[1] if len(sites) else 0)
        index_map = space.dofmap.index_map
        shape = (len(sites), index_map.size_local + index_map.num_ghosts)
        weights = np.where(np.abs(weights) > 1e-12, weights, 0.0)
        self._matrix = sparse.csr_array((weights.reshape(-1), (rows, dofs.reshape(-1))), shape=shape)
        self._matrix.eliminate_zeros()

    def read(self) -> Array | None:
        """Present values on the first rank, shape (points,) or (points, 3) (collective)."""
        values = self._matrix @ self._function.x.array.reshape(-1, self._block)
        return self._nodes.of_nodes(values[:, 0] if self._block == 1 else values)
