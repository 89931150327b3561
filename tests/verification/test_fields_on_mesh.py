"""What is stored of fields at the nodes of their parts, against functions that are known everywhere."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import ufl
from dolfinx import fem
from support import half_cells

from chemomech.geometry import HalfCellMesh
from chemomech.solver.cell.projection import NodalProjection
from chemomech.solver.cell.regions import MATRIX, PARTICLES, SEPARATOR, Domains, split
from chemomech.solver.output.field_nodes import PartNodes
from chemomech.solver.output.readings.sampling import QuadratureSampler
from chemomech.solver.output.stress_fields import StressFields
from chemomech.solver.results.fields import Geometry

Array = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def domains(small_cell: HalfCellMesh) -> Domains:
    return split(small_cell)


def nodes_of(domains: Domains, region: int, degree: int) -> tuple[PartNodes, Geometry]:
    cells = dict(domains.region_cells)[region]
    corners = np.broadcast_to(np.arange(4, dtype=np.int32), (len(cells), 4))
    nodes = PartNodes(domains.mesh, cells, corners, degree, np.zeros(len(cells), dtype=np.int32))
    assert nodes.geometry is not None
    return nodes, nodes.geometry


def linear(x: Array) -> Array:
    """Of coordinates [um] in rows."""
    return 2.0 + x[0] - 3.0 * x[1] + 0.5 * x[2]


@pytest.mark.parametrize("degree", [1, 2])
@pytest.mark.parametrize(("region", "name"), [(PARTICLES, "particles"), (MATRIX, "electrolyte")])
def test_values_are_those_of_the_function_at_the_stored_points(
    domains: Domains, region: int, name: str, degree: int
) -> None:
    nodes, geometry = nodes_of(domains, region, degree)
    subdomain = getattr(domains, name)
    space = fem.functionspace(subdomain.mesh, ("Lagrange", 2))
    function = fem.Function(space)
    # Nodes of curved cells lie where the values of the function are taken, so that any function is met there.
    function.interpolate(lambda x: np.sin(x[0]) * x[1] + x[2] ** 2)
    x, y, z = 1e6 * geometry.points.T
    wanted = np.sin(x) * y + z**2
    assert nodes.sampler(function, subdomain).read() == pytest.approx(wanted, abs=1e-9)


def test_vectors_and_linear_elements_are_read_as_well(domains: Domains) -> None:
    nodes, geometry = nodes_of(domains, PARTICLES, 2)
    mesh = domains.particles.mesh
    vector = fem.Function(fem.functionspace(mesh, ("Lagrange", 2, (3,))))
    vector.interpolate(lambda x: np.stack([x[0], 2.0 * x[1], x[2] - x[0]]))
    x, y, z = 1e6 * geometry.points.T
    read = nodes.sampler(vector, domains.particles).read()
    assert read == pytest.approx(np.column_stack([x, 2.0 * y, z - x]), abs=1e-9)
    scalar = fem.Function(fem.functionspace(mesh, ("Lagrange", 1)))
    scalar.interpolate(linear)
    values = nodes.sampler(scalar, domains.particles).read()
    assert values is not None
    cells = geometry.connectivity.reshape(-1, 10)
    corners = np.unique(cells[:, :4])
    assert values[corners] == pytest.approx(linear(1e6 * geometry.points[corners].T), abs=1e-9)
    # Between two corners a linear element has their mean, wherever the curved edge lies.
    for amid, (a, b) in zip(range(4, 10), ((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3)), strict=True):
        mean = 0.5 * (values[cells[:, a]] + values[cells[:, b]])
        assert values[cells[:, amid]] == pytest.approx(mean, abs=1e-9)


def test_nodes_amid_edges_lie_amid_them_and_on_the_spheres(domains: Domains) -> None:
    _, geometry = nodes_of(domains, PARTICLES, 2)
    points, cells = 1e6 * geometry.points, geometry.connectivity.reshape(-1, 10)
    layout = domains.half_cell.layout
    centres, radii = 1e6 * np.asarray(layout.centres), 1e6 * np.asarray(layout.radii)
    away = np.abs(np.linalg.norm(points[:, None] - centres, axis=2) - radii).min(axis=1)
    for amid, (a, b) in zip(range(4, 10), ((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3)), strict=True):
        middle = 0.5 * (points[cells[:, a]] + points[cells[:, b]])
        length = np.linalg.norm(points[cells[:, a]] - points[cells[:, b]], axis=1)
        apart = np.linalg.norm(points[cells[:, amid]] - middle, axis=1)
        # The middle of another edge of the cell would be half an edge away.
        assert np.all(apart < 0.25 * length)
    assert geometry.types.tolist() == [24] * len(cells)
    # Spheres are made a little larger, so that curved polyhedra have their volume: by less than 4 % here.
    assert (away < 0.04 * radii.max()).sum() > 0.6 * len(points)


def test_every_node_and_cell_is_there_once(domains: Domains) -> None:
    for region in (PARTICLES, MATRIX, SEPARATOR):
        _, geometry = nodes_of(domains, region, 2)
        assert len(np.unique(np.round(1e12 * geometry.points), axis=0)) == len(geometry.points)
        assert np.array_equal(np.unique(geometry.connectivity), np.arange(len(geometry.points)))
        cells = geometry.connectivity.reshape(-1, 10)
        assert len(np.unique(np.sort(cells, axis=1), axis=0)) == len(cells)
        assert geometry.offsets.tolist() == (10 * np.arange(len(cells) + 1)).tolist()


def test_values_at_points_are_projected_as_expressions_are(domains: Domains) -> None:
    """A linear field is its own projection, and any field has that of the weak form."""
    projection = NodalProjection(domains, rtol=1e-12)
    cells = domains.particles.parent_cells[: domains.particles.num_owned_cells]
    points = QuadratureSampler(domains, cells, 2)
    x = ufl.SpatialCoordinate(domains.mesh)
    found, wanted = fem.Function(projection.space), fem.Function(projection.space)
    values = np.moveaxis(points.coordinates, 2, 0)
    projection.project_points(points.points, points.weights * values[0] * values[1], found)
    projection.project(projection.load(x[0] * x[1], 2), wanted)
    assert found.x.array == pytest.approx(wanted.x.array, rel=1e-8)
    assert np.ptp(found.x.array) > 1.0
    projection.destroy()


def test_stress_fields_are_those_of_a_uniform_strain(small_cell: HalfCellMesh) -> None:
    """Hooke's law for three strains that differ, at the lithium content that is free of stress."""
    model = half_cells.model()
    cell = half_cells.stepper(small_cell, model, "one-way")
    mechanics = cell.coupling.mechanics
    assert mechanics is not None
    strains = np.array([2e-3, -1e-3, 5e-4])
    free = float(model.cathode.stress_free_stoichiometry)
    cell.problem.fields.stoichiometry.x.array[:] = free
    mechanics.of_particles.interpolate(lambda x: strains[:, None] * x)
    young, poisson = float(model.cathode.youngs_modulus(free)), float(model.cathode.poisson_ratio)
    stress = young / (1 + poisson) * (strains + poisson / (1 - 2 * poisson) * strains.sum())
    deviator = stress - stress.mean()
    fields = StressFields(mechanics)
    fields.update()
    fields.update_principal()
    for found, wanted in (
        (fields.principal, stress.max()),
        (fields.hydrostatic, stress.mean()),
        (fields.equivalent, np.sqrt(1.5 * (deviator**2).sum())),
    ):
        assert found.x.array == pytest.approx(wanted, rel=1e-6), found.name
    fields.destroy()
    cell.close()
