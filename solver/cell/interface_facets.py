"""The particle | matrix interface between two displacements: openings at points, forces, stiffness.

Both bodies have the nodes of the same facets, numbered apart. At each quadrature point of a facet the opening
is the displacement of the matrix minus that of the particle, in components (normal, tangential, tangential)
of a frame whose normal points out of the particle. Each rank works on the facets that it owns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from dolfinx import fem, la
from mpi4py import MPI
from petsc4py import PETSc
from scipy import sparse

from chemomech.solver.algebra.numbering import global_numbers
from chemomech.solver.cell.interface_points import at_points, interface_points
from chemomech.solver.cell.regions import Domains, IntArray
from chemomech.solver.physics.scales import LENGTH

Array = npt.NDArray[np.float64]

SYMMETRIC = tuple((a, b) for a in range(3) for b in range(a, 3))


@dataclass(frozen=True)
class Body:
    """One of the two bodies.

    Attributes:
        displacement: Its displacement [um].
        bcs: Homogeneous supports.
    """

    displacement: fem.Function
    bcs: Sequence[fem.DirichletBC]

    @property
    def nodes(self) -> int:
        """Nodes of this rank, owned ones first, then those that others own."""
        index_map = self.displacement.function_space.dofmap.index_map
        return int(index_map.size_local + index_map.num_ghosts)

    @property
    def owned(self) -> int:
        """Nodes that this rank owns."""
        return int(self.displacement.function_space.dofmap.index_map.size_local)

    def free(self) -> Array:
        """1 for components that may move, 0 for supported ones, shape (nodes, 3)."""
        free = np.ones(3 * self.nodes)
        for bc in self.bcs:
            free[bc.dof_indices()[0]] = 0.0
        return free.reshape(-1, 3)


class InterfaceFacets:
    """Points of the interface and what connects them with the displacements of both bodies.

    Args:
        domains: Subdomains.
        particles: The particles.
        matrix: The matrix.
        degree: Of the quadrature.

    Attributes:
        points: Where the bond is looked at [um], shape (points, 3).
        weights: Area of each point [m2], shape (points,).
        particle: Particle of each point, shape (points,).
        particles: Number of particles.
    """

    def __init__(self, domains: Domains, particles: Body, matrix: Body, degree: int = 4) -> None:
        self.comm: MPI.Intracomm = domains.mesh.comm
        self.particles = len(domains.half_cell.layout.radii)
        self._bodies = (particles, matrix)
        at = interface_points(domains, degree)
        self.points, self.weights, self._frames = at.places, at.weights, at.frames
        self.particle = np.repeat(_particle_of(domains, at.rows[:, 0]), at.inside.shape[1])
        near_traces, far_traces = (at.traces(body.displacement.function_space) for body in self._bodies)
        # Of both bodies, one after the other: the opening is matrix minus particle.
        self._shapes = np.concatenate([-near_traces[0], far_traces[0]], axis=2)
        nodes = np.concatenate([near_traces[1], far_traces[1] + particles.nodes], axis=1)
        self._jump = at_points(self._shapes, nodes, particles.nodes + matrix.nodes)
        self._back = self._jump.T.tocsr()
        free = [body.free() for body in self._bodies]
        self._free = np.vstack(free)
        self._forces = [la.vector(b.displacement.function_space.dofmap.index_map, 3) for b in self._bodies]
        self._pattern = _pattern(self._jump, nodes)
        self._supported = _supported(self._free, self._pattern)
        maps = [body.displacement.function_space.dofmap.index_map for body in self._bodies]
        self._global = np.concatenate(global_numbers(self.comm, maps))

    def opening(self) -> Array:
        """Present opening at the points [m], shape (points, 3)."""
        return self.opening_of([body.displacement.x.array for body in self._bodies])

    def opening_of(self, displacements: Sequence[Array]) -> Array:
        """Opening [m] of given displacements [um], local values with those of other ranks, of both bodies."""
        nodes = np.concatenate(displacements).reshape(-1, 3)
        return LENGTH * np.einsum("pij,pj->pi", self._frames, self._jump @ nodes)

    def turned(self, vectors: Array) -> Array:
        """Vectors in the frames of the points as vectors in space, shape (points, 3)."""
        return np.asarray(np.einsum("pij,pi->pj", self._frames, vectors))

    def forces(self, traction: Array) -> tuple[Array, Array]:
        """Forces of a traction on the nodes that this rank owns, zero at supports (collective).

        Args:
            traction: In the frames of the points, on the matrix towards the particle [any unit], (points, 3).

        Returns:
            For particles and matrix, in the unit of the traction times um2, shape (3 owned nodes,).
        """
        area = self.weights / LENGTH**2
        nodes = (self._back @ self.turned(traction * area[:, None])) * self._free
        first = self._bodies[0].nodes
        for vector, values in zip(self._forces, (nodes[:first], nodes[first:]), strict=True):
            vector.array[:] = values.reshape(-1)
            vector.scatter_reverse(la.InsertMode.add)
        kept = [
            vector.array[: 3 * body.owned].copy()
            for vector, body in zip(self._forces, self._bodies, strict=True)
        ]
        return kept[0], kept[1]

    def stiffness(self, tangent: Array) -> PETSc.Mat:
        """Matrix of the union of both bodies for a tangent of the traction, zero at supports (collective).

        Args:
            tangent: In the frames of the points [a unit per um], shape (points, 3, 3), symmetric.
        """
        size = 3 * sum(body.owned for body in self._bodies)
        matrix = PETSc.Mat().create(comm=self.comm)
        matrix.setSizes(((size, None), (size, None)), bsize=3)
        matrix.setType("aij")
        matrix.setUp()
        self.add_stiffness(tangent, matrix)
        return matrix

    def add_stiffness(self, tangent: Array, matrix: PETSc.Mat) -> None:
        """Add the same to a matrix that has room for it (collective).

        Args:
            tangent: As above.
            matrix: Of the union, with blocks of 3 x 3.
        """
        area = self.weights / LENGTH**2
        turned = self._frames.transpose(0, 2, 1) @ (tangent * area[:, None, None]) @ self._frames
        indptr, indices, where = self._pattern
        facets, sites, _ = self._shapes.shape
        blocks = np.zeros((len(indices), 3, 3))
        for a, b in SYMMETRIC:
            weighted = self._shapes * turned[:, a, b].reshape(facets, sites, 1)
            local = np.matmul(self._shapes.transpose(0, 2, 1), weighted)
            blocks[:, a, b] = np.bincount(where, local.reshape(-1), len(indices))
            blocks[:, b, a] = blocks[:, a, b]
        held, kept = self._supported
        blocks[held] *= kept
        used = np.flatnonzero(np.diff(indptr))
        starts = np.append(indptr[used], indptr[-1]).astype(PETSc.IntType)
        matrix.setValuesBlockedIJV(
            starts, self._global[indices].astype(PETSc.IntType), blocks.reshape(-1),
            addv=PETSc.InsertMode.ADD_VALUES, rowmap=self._global[used].astype(PETSc.IntType),
        )  # fmt: skip
        matrix.assemble()


def _particle_of(domains: Domains, cells: IntArray) -> IntArray:
    """Particle of cells of the cell mesh, those of other ranks included."""
    tags = domains.half_cell.cell_tags
    index_map = domains.mesh.topology.index_map(3)
    values = np.zeros(index_map.size_local + index_map.num_ghosts, dtype=np.int32)
    values[tags.indices] = tags.values
    return np.asarray(values[cells] - domains.half_cell.FIRST_PARTICLE_TAG)


def _pattern(jump: sparse.csr_array, nodes: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Nodes that share a point: starts of rows, columns; and the place of each pair of each facet."""
    shared = (abs(jump).T @ abs(jump)).tocsr()
    shared.sort_indices()
    rows = np.repeat(np.arange(shared.shape[0]), np.diff(shared.indptr))
    places = rows.astype(np.int64) * shared.shape[1] + shared.indices
    pairs = nodes[:, :, None].astype(np.int64) * shared.shape[1] + nodes[:, None, :]
    return shared.indptr, shared.indices, np.searchsorted(places, pairs.reshape(-1))


def _supported(free: Array, pattern: tuple[IntArray, IntArray, IntArray]) -> tuple[IntArray, Array]:
    """Pairs of nodes with a support, and which of their entries are not held, shape (pairs, 3, 3)."""
    starts, columns, _ = pattern
    rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    fixed = np.any(free == 0.0, axis=1)
    held = np.flatnonzero(fixed[rows] | fixed[columns]).astype(np.int32)
    return held, free[rows[held]][:, :, None] * free[columns[held]][:, None, :]
