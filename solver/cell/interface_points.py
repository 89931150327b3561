"""Quadrature points on the particle | matrix interface, as places in the cells on both sides."""

from __future__ import annotations

from dataclasses import dataclass

import basix
import numpy as np
import numpy.typing as npt
from dolfinx import fem
from dolfinx.mesh import Mesh
from scipy import sparse

from chemomech.solver.cell.regions import Domains, IntArray
from chemomech.solver.physics.scales import LENGTH

Array = npt.NDArray[np.float64]

# Reference tetrahedron: its vertices, and those of each facet.
VERTICES = np.asarray(basix.geometry(basix.CellType.tetrahedron))
FACETS = np.asarray(basix.topology(basix.CellType.tetrahedron)[2], dtype=np.int32)


@dataclass(frozen=True)
class InterfacePoints:
    """Points of a quadrature rule on the facets of the interface that this rank owns.

    Attributes:
        domains: Subdomains.
        rows: Of each facet the particle cell, its facet in it, the matrix cell, its facet in it.
        inside: Reference coordinates in the particle cell, shape (facets, points, 3).
        outside: The same in the matrix cell.
        places: Where they are [um], shape (all points, 3).
        frames: Outward normal and two tangents of each, shape (all points, 3, 3).
        weights: Area of each [m2], shape (all points,).
    """

    domains: Domains
    rows: IntArray
    inside: Array
    outside: Array
    places: Array
    frames: Array
    weights: Array

    def traces(self, space: fem.FunctionSpace) -> tuple[Array, IntArray]:
        """Shape functions of the nodes of each facet at its points, and the nodes, of a space on one side."""
        domains, rows = self.domains, self.rows
        if space.mesh is domains.particles.mesh:
            return traces(space, domains.particles.cells_of(rows[:, 0]), rows[:, 1], self.inside)
        region = domains.matrix if space.mesh is domains.matrix.mesh else domains.electrolyte
        assert space.mesh is region.mesh, "a space that is on no side of the interface"
        return traces(space, region.cells_of(rows[:, 2]), rows[:, 3], self.outside)


def interface_points(domains: Domains, degree: int) -> InterfacePoints:
    """The points of the rule of a degree."""
    rows = domains.interface_rows[0][1].reshape(-1, 4)
    sites, weights = basix.make_quadrature(basix.CellType.triangle, degree)
    at_vertices = np.column_stack([1.0 - sites.sum(axis=1), sites])
    inside, outside = _matched_vertices(domains.mesh, rows)
    near, far = at_vertices @ inside, at_vertices @ outside
    places, frames, area = _geometry(domains.mesh, rows[:, 0], near, inside)
    return InterfacePoints(domains, rows, near, far, places, frames, (area * weights).reshape(-1) * LENGTH**2)


def nodal(space: fem.FunctionSpace) -> bool:
    """Whether it is of Lagrange elements, or of a constant in each cell."""
    element = space.element.basix_element
    return element.family == basix.ElementFamily.P and (element.degree == 0 or not element.discontinuous)


def traces(
    space: fem.FunctionSpace, cells: IntArray, facets: IntArray, sites: Array
) -> tuple[Array, IntArray]:
    """What the nodes of a facet add to the values at its points, shape (facets, points, nodes); the nodes.

    Args:
        space: Lagrange elements; of a constant in each cell, the node of the cell.
        cells: Cell of each facet in the mesh of the space.
        facets: Number of each facet in its cell.
        sites: Reference coordinates of the points in the cells, shape (facets, points, 3).
    """
    scalar = space if space.dofmap.bs == 1 else space.sub(0)
    element = scalar.element.basix_element
    closure = (
        np.asarray(element.entity_closure_dofs[2])[facets]
        if element.degree
        else np.zeros((len(facets), 1), int)
    )
    table = np.asarray(element.tabulate(0, sites.reshape(-1, 3))[0, ..., 0])
    values = np.take_along_axis(table.reshape(*sites.shape[:2], -1), closure[:, None, :], axis=2)
    return values, np.take_along_axis(space.dofmap.list[cells], closure, axis=1)


def at_points(shapes: Array, nodes: IntArray, size: int) -> sparse.csr_array:
    """Values at the points from those at all nodes, shape (points, nodes)."""
    columns = np.broadcast_to(nodes[:, None, :], shapes.shape)
    starts = np.arange(0, shapes.size + 1, shapes.shape[2])
    return sparse.csr_array((shapes.reshape(-1), columns.reshape(-1), starts), shape=(len(starts) - 1, size))


def _matched_vertices(mesh: Mesh, rows: IntArray) -> tuple[Array, Array]:
    """Reference coordinates of the vertices of each facet in its particle cell and its matrix cell.

    The same vertex has the same place in both; shapes (facets, 3, 3).
    """
    vertices = mesh.geometry.dofmaps[0][:, :4]  # of a Lagrange cell, the vertices come first
    inside, outside = FACETS[rows[:, 1]], FACETS[rows[:, 3]]
    here = np.take_along_axis(vertices[rows[:, 0]], inside, axis=1)
    there = np.take_along_axis(vertices[rows[:, 2]], outside, axis=1)
    match = np.argmax(here[:, :, None] == there[:, None, :], axis=2)
    return VERTICES[inside], VERTICES[np.take_along_axis(outside, match, axis=1)]


def _geometry(mesh: Mesh, cells: IntArray, sites: Array, corners: Array) -> tuple[Array, Array, Array]:
    """Points, frames with the outward normal first, and area over that of the reference facet.

    Args:
        mesh: The cell mesh.
        cells: The particle cell of each facet.
        sites: Reference coordinates of the points in it, shape (facets, points, 3).
        corners: Of the vertices of the facet, shape (facets, 3, 3).
    """
    count = sites.shape[:2]
    table = _tabulate(mesh, sites.reshape(-1, 3)).reshape(4, *count, -1)
    nodes = mesh.geometry.x[mesh.geometry.dofmaps[0][cells]]
    points = np.einsum("fqk,fki->fqi", table[0], nodes)
    gradient = np.einsum("jfqk,fki->fqij", table[1:], nodes)
    sides = np.stack([corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]], axis=1)
    first, second = np.moveaxis(np.einsum("fqij,fsj->fqsi", gradient, sides), 2, 0)
    normal = np.cross(first, second)
    area = np.linalg.norm(normal, axis=-1)
    normal /= area[..., None]
    centre = nodes[:, :4].mean(axis=1)
    outward = np.sign(np.einsum("fqi,fqi->fq", normal, points - centre[:, None, :]))
    normal *= outward[..., None]
    along = first / np.linalg.norm(first, axis=-1)[..., None]
    frames = np.stack([normal, along, np.cross(normal, along)], axis=-2)
    return points.reshape(-1, 3), frames.reshape(-1, 3, 3), area


def _tabulate(mesh: Mesh, sites: Array) -> Array:
    """Coordinate element and its derivatives, shape (4, points, nodes)."""
    degree = mesh.geometry.cmaps[0].degree
    element = basix.create_element(
        basix.ElementFamily.P, basix.CellType.tetrahedron, degree, mesh.geometry.cmaps[0].variant
    )
    return np.asarray(element.tabulate(1, sites)[..., 0])
