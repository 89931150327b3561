"""Interface integrals: the divergence theorem with the traces of both sides, orientation and area."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI
from support import half_cells
from support.orders import assert_expected_order

from chemomech.errors import InputError
from chemomech.geometry import HalfCellMesh, single_particle_cell
from chemomech.solver.cell.regions import Domains, Subdomain, oriented_interface, split
from chemomech.solver.output.readings.extremes import surface_nodes

DEGREE = 10
"""Cofactors of the curved cells are of degree 4 (volume) and 2 (faces): all integrals here are exact."""


def integral(domains: Domains, form: ufl.Form) -> float:
    return float(fem.assemble_scalar(fem.form(form, entity_maps=domains.entity_maps)))


def wavy(part: Subdomain, phase: float) -> fem.Function:
    """A quadratic finite-element function without any symmetry."""
    function = fem.Function(fem.functionspace(part.mesh, ("Lagrange", 2)))
    function.interpolate(lambda p: 2.0 + np.sin(0.3 * p[0] + phase) * np.cos(0.2 * p[1]) + 0.1 * p[2] ** 2)
    return function


@pytest.fixture(scope="module")
def cell_domains(small_cell: HalfCellMesh) -> Domains:
    return split(small_cell)


def test_divergence_theorem_holds_with_the_particle_trace(cell_domains: Domains) -> None:
    d = cell_domains
    f, normal = wavy(d.particles, 0.4), ufl.FacetNormal(d.mesh)
    direction = ufl.as_vector((0.3, -0.5, 0.8))
    volume = integral(d, ufl.dot(direction, ufl.grad(f)) * d.dx_particles(DEGREE))
    surface = integral(d, f("+") * ufl.dot(direction, normal("+")) * d.dS_interface(DEGREE))
    assert abs(volume) > 1.0
    assert surface == pytest.approx(volume, rel=1e-11)


def test_divergence_theorem_holds_with_the_electrolyte_trace(cell_domains: Domains) -> None:
    d = cell_domains
    g, normal = wavy(d.electrolyte, 1.1), ufl.FacetNormal(d.mesh)
    direction = ufl.as_vector((0.3, -0.5, 0.8))
    gradient = ufl.dot(direction, ufl.grad(g))
    volume = integral(d, gradient * d.dx_matrix(DEGREE) + gradient * d.dx_separator(DEGREE))
    outer = sum(
        g * ufl.dot(direction, normal) * d.ds(DEGREE, tag)
        for tag in (d.half_cell.COLLECTOR, d.half_cell.LITHIUM, d.half_cell.SIDES)
    )
    inner = g("-") * ufl.dot(direction, normal("-")) * d.dS_interface(DEGREE)
    assert integral(d, inner + outer) == pytest.approx(volume, rel=1e-11)
    # Without the particles' surface it does not close.
    assert abs(integral(d, outer) - volume) > 1e-3 * abs(volume)


def test_divergence_theorem_holds_with_the_matrix_trace(cell_domains: Domains) -> None:
    # In-plane, so that the plane to the separator has no share.
    d = cell_domains
    g, normal = wavy(d.matrix, 0.7), ufl.FacetNormal(d.mesh)
    direction = ufl.as_vector((0.6, -0.8, 0.0))
    volume = integral(d, ufl.dot(direction, ufl.grad(g)) * d.dx_matrix(DEGREE))
    # The sides of the separator belong to SIDES, too, where the matrix has no trace: below z = L only.
    thickness = d.half_cell.layout.thickness * 1e6
    below = ufl.conditional(ufl.lt(ufl.SpatialCoordinate(d.mesh)[2], thickness), 1.0, 0.0)
    outer = sum(
        below * g * ufl.dot(direction, normal) * d.ds(DEGREE, tag)
        for tag in (d.half_cell.COLLECTOR, d.half_cell.SIDES)
    )
    inner = g("-") * ufl.dot(direction, normal("-")) * d.dS_interface(DEGREE)
    assert integral(d, inner + outer) == pytest.approx(volume, rel=1e-11)


def test_unoriented_rows_give_a_different_number(cell_domains: Domains) -> None:
    # What the orientation is for: in mesh order some facets have the particle on the "-" side, where the
    # trace of a particle function is zero and the normal points the other way.
    d = cell_domains
    facets = d.half_cell.facet_tags.find(d.half_cell.INTERFACE)
    rows = fem.compute_integration_domains(fem.IntegralType.interior_facet, d.mesh.topology, facets)
    oriented = d.interface_rows[0][1]
    turned = int(np.sum(np.asarray(rows).reshape(-1, 4)[:, 0] != oriented.reshape(-1, 4)[:, 0]))
    assert 0 < turned < len(facets)
    f, normal = wavy(d.particles, 0.4), ufl.FacetNormal(d.mesh)
    raw = ufl.Measure(
        "dS", domain=d.mesh, subdomain_data=[(1, np.asarray(rows).ravel())],
        metadata={"quadrature_degree": DEGREE},
    )(1)  # fmt: skip

    def outflow(measure: ufl.Measure) -> ufl.Form:
        return f("+") * ufl.dot(ufl.as_vector((0.3, -0.5, 0.8)), normal("+")) * measure

    right, wrong = integral(d, outflow(d.dS_interface(DEGREE))), integral(d, outflow(raw))
    assert abs(wrong - right) > 0.05 * abs(right)
    # The wrong side of a particle function is zero without a word.
    assert integral(d, f("-") * d.dS_interface(DEGREE)) == 0.0


def test_normal_points_out_of_the_particles(cell_domains: Domains) -> None:
    # Integral of x.n over closed surfaces is three times the volume they enclose.
    d = cell_domains
    position, normal = ufl.SpatialCoordinate(d.mesh), ufl.FacetNormal(d.mesh)
    one = fem.Constant(d.mesh, 1.0)
    volume = integral(d, one * d.dx_particles(DEGREE))
    assert volume == pytest.approx(d.half_cell.layout.particle_volumes.sum() * 1e18, rel=1e-6)
    surface = integral(d, ufl.dot(position("+"), normal("+")) * d.dS_interface(DEGREE))
    assert surface == pytest.approx(3.0 * volume, rel=1e-11)


def test_facets_that_do_not_bound_a_particle_are_refused(cell_domains: Domains) -> None:
    d = cell_domains
    inside = np.zeros(d.mesh.topology.index_map(3).size_local, dtype=bool)
    inside[d.particles.parent_cells] = True
    with pytest.raises(InputError, match="do not separate a particle from the matrix"):
        oriented_interface(d.mesh, d.half_cell.facet_tags.find(d.half_cell.ELECTRODE_SEPARATOR), inside)


@pytest.fixture(scope="module")
def areas() -> Callable[[float], float]:
    def relative_error(size: float) -> float:
        d = split(single_particle_cell(3e-6, 4e-6, 3e-6, size, MPI.COMM_SELF))
        area = integral(d, fem.Constant(d.mesh, 1.0)("+") * d.dS_interface(DEGREE))
        return abs(area / (4.0 * np.pi * 9.0) - 1.0)

    return relative_error


def test_area_of_a_particle_converges_with_sixth_order(areas: Callable[[float], float]) -> None:
    # Quadratic faces miss the sphere by h^3. The mesh encloses the sphere's own volume, and of all bodies of
    # one volume the sphere has the least area: the area is off by the square of the distance only, h^6.
    sizes = (1.4e-6, 1.0e-6, 0.7e-6)
    # Unstructured meshes of three sizes are not images of each other: hence the slack.
    assert_expected_order("area", sizes, [areas(size) for size in sizes], 6.0, slack=1.5, magnitude=1.0)


def test_the_surface_nodes_of_x_are_those_on_the_spheres() -> None:
    mesh = half_cells.mesh()
    with half_cells.stepper(mesh, half_cells.model(), "off") as cell:
        problem = cell.problem
        nodes = surface_nodes(problem)
        points = problem.fields.stoichiometry.function_space.tabulate_dof_coordinates()
        layout = mesh.layout
        centres, radii = np.asarray(layout.centres) * 1e6, np.asarray(layout.radii) * 1e6
        depth = radii - np.linalg.norm(points[:, None, :] - centres, axis=2)
        # Edges of this very coarse mesh sag by up to 0.14 um; the outermost node inside is 0.18 um deep.
        near_sphere = np.flatnonzero(np.abs(depth).min(axis=1) < 0.16)
        assert set(nodes.tolist()) == set(near_sphere.tolist())
        assert 0 < len(nodes) < len(points)
