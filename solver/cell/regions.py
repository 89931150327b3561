"""Subdomains of the half-cell mesh, their measures, and the oriented particle|matrix interface.

Sign convention, used by every form: on interface facets the particle is "+" and the matrix is "-".
A submesh function traced from the wrong side gives zero and no error, so the orientation is made
here, once, and is tested with the divergence theorem.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import fem
from dolfinx.mesh import EntityMap, Mesh, create_submesh
from mpi4py import MPI

from chemomech.errors import InputError
from chemomech.geometry import HalfCellMesh

PARTICLES, MATRIX, SEPARATOR = range(3)
IntArray = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Subdomain:
    """A submesh of the cell mesh.

    Attributes:
        mesh: The submesh (coordinates in mesh units).
        cell_map: Two-way map between cells of the submesh and of the cell mesh.
        parent_cells: Cell index in the cell mesh of each local submesh cell (owned and ghost).
    """

    mesh: Mesh
    cell_map: EntityMap
    parent_cells: IntArray

    @property
    def num_owned_cells(self) -> int:
        """Number of cells owned by this rank."""
        return self.mesh.topology.index_map(self.mesh.topology.dim).size_local

    def cells_of(self, parent_cells: IntArray) -> IntArray:
        """Submesh cell of each parent cell, -1 where the parent cell is outside."""
        return self.cell_map.sub_topology_to_topology(parent_cells, True)


def _subdomain(mesh: Mesh, cells: IntArray) -> Subdomain:
    submesh, cell_map, _, _ = create_submesh(mesh, mesh.topology.dim, np.unique(cells))
    index_map = submesh.topology.index_map(submesh.topology.dim)
    local = np.arange(index_map.size_local + index_map.num_ghosts, dtype=np.int32)
    return Subdomain(submesh, cell_map, cell_map.sub_topology_to_topology(local, False))


def oriented_interface(mesh: Mesh, facets: IntArray, is_plus: npt.NDArray[np.bool_]) -> IntArray:
    """Integration rows (cell+, facet+, cell-, facet-) with the marked cells on the "+" side.

    Args:
        mesh: The cell mesh.
        facets: Interface facets (local to this rank).
        is_plus: For each local cell (owned and ghost), whether it belongs to the "+" region.

    Returns:
        Flat int32 array of rows.

    Raises:
        InputError: If a facet does not separate the two regions.
    """
    tdim = mesh.topology.dim
    mesh.topology.create_connectivity(tdim - 1, tdim)
    mesh.topology.create_connectivity(tdim, tdim - 1)
    rows = fem.compute_integration_domains(fem.IntegralType.interior_facet, mesh.topology, facets)
    rows = np.asarray(rows, dtype=np.int32).reshape(-1, 4).copy()
    plus, minus = is_plus[rows[:, 0]], is_plus[rows[:, 2]]
    faulty = mesh.comm.allreduce(int(np.sum(plus == minus)), op=MPI.SUM)
    if faulty:
        raise InputError(
            f"{faulty} facets tagged as particle|matrix interface do not separate a particle from the matrix "
            "(bound: 0); check the cell and facet groups of the mesh."
        )
    swap = minus
    rows[swap] = rows[swap][:, [2, 3, 0, 1]]
    return rows.reshape(-1)


@dataclass(frozen=True)
class Domains:
    """The half cell cut into the regions on which the fields live.

    Attributes:
        half_cell: The tagged mesh this was made from.
        particles: All particles.
        matrix: Carbon-binder matrix (electrode without particles).
        electrolyte: Matrix and separator.
        electrode: Particles and matrix.
        region_cells: Owned cells of the cell mesh by region (``PARTICLES``, ``MATRIX``, ``SEPARATOR``).
        particle_of_cell: Particle index of each owned cell of the particle submesh.
        interface_rows: Oriented rows of the particle|matrix interface, as ``subdomain_data``.
    """

    half_cell: HalfCellMesh
    particles: Subdomain
    matrix: Subdomain
    electrolyte: Subdomain
    electrode: Subdomain
    region_cells: list[tuple[int, IntArray]]
    particle_of_cell: IntArray
    interface_rows: list[tuple[int, IntArray]]
    _entity_maps: tuple[EntityMap, ...] = field(repr=False)

    @property
    def mesh(self) -> Mesh:
        """The parent mesh of all subdomains."""
        return self.half_cell.mesh

    @property
    def entity_maps(self) -> list[EntityMap]:
        """Maps to hand to every form or expression that mixes subdomains."""
        return list(self._entity_maps)

    def dx(self, degree: int, *regions: int) -> ufl.Measure:
        """Volume measure over the named regions with the given quadrature degree."""
        measure = ufl.Measure(
            "dx", domain=self.mesh, subdomain_data=self.region_cells, metadata={"quadrature_degree": degree}
        )
        return measure(regions)

    def dx_particles(self, degree: int) -> ufl.Measure:
        """Volume measure over all particles."""
        return self.dx(degree, PARTICLES)

    def dx_matrix(self, degree: int) -> ufl.Measure:
        """Volume measure over the matrix."""
        return self.dx(degree, MATRIX)

    def dx_separator(self, degree: int) -> ufl.Measure:
        """Volume measure over the separator."""
        return self.dx(degree, SEPARATOR)

    def ds(self, degree: int, tag: int) -> ufl.Measure:
        """Outer-boundary measure of one facet tag."""
        return ufl.Measure(
            "ds",
            domain=self.mesh,
            subdomain_data=self.half_cell.facet_tags,
            metadata={"quadrature_degree": degree},
        )(tag)

    def dS_interface(self, degree: int) -> ufl.Measure:
        """Particle ("+") | matrix ("-") interface measure."""
        return ufl.Measure(
            "dS",
            domain=self.mesh,
            subdomain_data=self.interface_rows,
            metadata={"quadrature_degree": degree},
        )(1)

    @property
    def cross_section(self) -> float:
        """Area of the collector [m2]."""
        box = self.half_cell.layout.box
        return float(box[0] * box[1])


def split(half_cell: HalfCellMesh) -> Domains:
    """Cut a tagged half-cell mesh into its subdomains (collective)."""
    mesh, tags = half_cell.mesh, half_cell.cell_tags
    index_map = mesh.topology.index_map(mesh.topology.dim)
    num_cells = index_map.size_local + index_map.num_ghosts
    value = np.zeros(num_cells, dtype=np.int32)
    value[tags.indices] = tags.values
    is_particle = value >= half_cell.FIRST_PARTICLE_TAG
    is_matrix = value == half_cell.MATRIX_TAG
    is_separator = value == half_cell.SEPARATOR_TAG

    def cells(mask: npt.NDArray[np.bool_]) -> IntArray:
        return np.flatnonzero(mask).astype(np.int32)

    particles = _subdomain(mesh, cells(is_particle))
    matrix = _subdomain(mesh, cells(is_matrix))
    electrolyte = _subdomain(mesh, cells(is_matrix | is_separator))
    electrode = _subdomain(mesh, cells(is_matrix | is_particle))
    owned = np.arange(num_cells) < index_map.size_local
    region_cells = [
        (PARTICLES, cells(is_particle & owned)),
        (MATRIX, cells(is_matrix & owned)),
        (SEPARATOR, cells(is_separator & owned)),
    ]
    particle_of_cell = (
        value[particles.parent_cells[: particles.num_owned_cells]] - half_cell.FIRST_PARTICLE_TAG
    )
    rows = oriented_interface(mesh, half_cell.facet_tags.find(half_cell.INTERFACE), is_particle)
    maps = tuple(s.cell_map for s in (particles, matrix, electrolyte, electrode))
    return Domains(
        half_cell,
        particles,
        matrix,
        electrolyte,
        electrode,
        region_cells,
        particle_of_cell,
        [(1, rows)],
        maps,
    )
