"""The electrode of a meshed half cell as a specimen: particles and matrix, without the separator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import fem
from dolfinx.mesh import Mesh, create_submesh
from mpi4py import MPI
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from chemomech.errors import InputError
from chemomech.geometry import HalfCellMesh
from chemomech.solver.effective.meshed_conduction import meshed_column
from chemomech.solver.effective.specimen import Column, Part, Triple, not_connected

ACTIVE, MATRIX = "active", "matrix"

RESIDUAL = 0.01
"""Residual of the finite elements over the tolerance asked for: their iterations are few, and end by it."""


@dataclass(frozen=True, eq=False)
class LayoutSpecimen:
    """Particles (`active`) in carbon-binder `matrix`; particle and matrix are in perfect contact.

    The matrix is the homogenised one of the cell model, with pores and binder in it.

    Attributes:
        cell: tagged mesh.
    """

    cell: HalfCellMesh
    phases: tuple[str, ...] = field(init=False, default=(ACTIVE, MATRIX))
    fractions: Mapping[str, float] = field(init=False)

    def __post_init__(self) -> None:
        """Measure the phases."""
        numbers = _phase_numbers(self.cell)
        total = float(np.prod(self.edges))
        volumes = _volumes(self.cell.mesh, numbers, len(self.phases))
        fractions = {name: volume / total for name, volume in zip(self.phases, volumes, strict=True)}
        object.__setattr__(self, "fractions", fractions)

    @property
    def edges(self) -> Triple:
        """Edges of the electrode in mesh units."""
        x, y, z = (edge / self.cell.length_unit for edge in self.cell.layout.box)
        return x, y, z

    def part(self, present: Sequence[str], axes: Sequence[int]) -> Part:
        """See ``Specimen``; cells hang together that share a vertex."""
        numbers = _phase_numbers(self.cell)
        wanted = [self.phases.index(name) for name in present]
        asked, asked_phases = _submesh(self.cell.mesh, np.isin(numbers, wanted), numbers)
        spans = _spanning(asked, self.edges, axes)
        if not asked.comm.allreduce(int(spans.any()), op=MPI.MAX):
            raise not_connected(present, axes, sum(self.fractions[name] for name in present))
        mesh, phases = _submesh(asked, spans, asked_phases)
        whole = sum(self.fractions[name] for name in present) * float(np.prod(self.edges))
        share = sum(_volumes(mesh, phases, len(self.phases))) / whole
        return Part(mesh, phases, self.edges, share, degree=2)

    def conduct(
        self,
        values: Mapping[str, float],
        axes: Sequence[int],
        relative_tolerance: float,
        periodic_sides: bool,
    ) -> list[Column]:
        """See ``Specimen``; there is no bound from below, and no mesh whose sides match."""
        if periodic_sides:
            raise InputError(
                "periodic sides are for images, and this is a layout, whose mesh has sides that do not "
                "match; leave them out."
            )
        names, by_number = tuple(values), [values.get(name, 0.0) for name in self.phases]
        return [
            meshed_column(self.part(names, (axis,)), by_number, axis, RESIDUAL * relative_tolerance)
            for axis in axes
        ]


def _phase_numbers(cell: HalfCellMesh) -> npt.NDArray[np.int32]:
    """0 for active material, 1 for matrix, -1 for other cells of this rank, ghosts included."""
    topology = cell.mesh.topology
    cells = topology.index_map(topology.dim)
    numbers = np.full(cells.size_local + cells.num_ghosts, -1, dtype=np.int32)
    tags = cell.cell_tags
    numbers[tags.indices[tags.values >= cell.FIRST_PARTICLE_TAG]] = 0
    numbers[tags.indices[tags.values == cell.MATRIX_TAG]] = 1
    return numbers


def _submesh(
    mesh: Mesh, keep: npt.NDArray[np.bool_], numbers: npt.NDArray[np.int32]
) -> tuple[Mesh, npt.NDArray[np.int32]]:
    cells, entities = create_submesh(mesh, mesh.topology.dim, np.flatnonzero(keep).astype(np.int32))[:2]
    index = cells.topology.index_map(cells.topology.dim)
    every = np.arange(index.size_local + index.num_ghosts, dtype=np.int32)
    return cells, numbers[entities.sub_topology_to_topology(every, False)]


def _volumes(mesh: Mesh, numbers: npt.NDArray[np.int32], count: int) -> list[float]:
    indicator = fem.Function(fem.functionspace(mesh, ("DG", 0)))
    dx = ufl.dx(domain=mesh, metadata={"quadrature_degree": 4})
    form = fem.form(indicator * dx)
    volumes = []
    for number in range(count):
        indicator.x.array[:] = numbers == number
        volumes.append(float(mesh.comm.allreduce(fem.assemble_scalar(form), op=MPI.SUM)))
    return volumes


def _spanning(mesh: Mesh, edges: Triple, axes: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Cells of parts that reach both faces of the box across each axis; collective."""
    space = fem.functionspace(mesh, ("Lagrange", 1))
    nodes, cells = space.dofmap.index_map, mesh.topology.index_map(mesh.topology.dim)
    local = space.dofmap.list[: cells.size_local + cells.num_ghosts]
    rows = nodes.local_to_global(local.reshape(-1).astype(np.int32)).reshape(local.shape)
    pairs = np.concatenate([rows[:, [0, other]] for other in range(1, rows.shape[1])])
    every = np.concatenate(mesh.comm.allgather(pairs))
    size = nodes.size_global
    graph = coo_array((np.ones(len(every), dtype=np.int8), (every[:, 0], every[:, 1])), shape=(size, size))
    count, group = connected_components(graph, directed=False)
    spans = np.ones(count, dtype=np.bool_)
    points = space.tabulate_dof_coordinates()
    names = nodes.local_to_global(np.arange(len(points), dtype=np.int32))
    for axis in axes:
        for place in (0.0, edges[axis]):
            at_face = np.abs(points[:, axis] - place) < 1e-6 * max(edges)
            reached = np.zeros(count, dtype=np.bool_)
            reached[group[np.concatenate(mesh.comm.allgather(names[at_face]))]] = True
            spans &= reached
    return np.asarray(spans[group[rows[:, 0]]])
