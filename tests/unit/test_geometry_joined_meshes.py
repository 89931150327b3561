"""Meshes of joined and wall-cut spheres: tags, volumes, surfaces, what lies between two joined particles."""

from __future__ import annotations

import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI
from support import joined_pair

from chemomech.geometry import (
    ContactList,
    HalfCellMesh,
    Layout,
    MeshOptions,
    generate_free_particles,
    generate_mesh,
)
from chemomech.geometry.contacts import contact_rule, necks_of, particle_shapes

UM = 1e-6
COARSE = MeshOptions(
    interface_size=1.6 * UM, particle_size=1.8 * UM, matrix_size=2.5 * UM, smallest_size=0.8 * UM,
    separator_size=4 * UM, electrode_separator_size=2.5 * UM,
)  # fmt: skip


@pytest.fixture(scope="module")
def joined() -> HalfCellMesh:
    return joined_pair.joined_cell()


@pytest.fixture(scope="module")
def cut() -> HalfCellMesh:
    """A quarter of a sphere at an edge, a cap whose centre lies beyond a side, one whole."""
    layout = Layout(
        np.array([[0, 0, 4], [9.8, 4.5, 6], [4, 5, 9.5]]) * UM, np.array([3, 2.5, 2]) * UM,
        (9 * UM, 9 * UM, 13 * UM), "cut",
    )  # fmt: skip
    return generate_mesh(layout, 4 * UM, COARSE, MPI.COMM_SELF)


def integral(form: ufl.Form) -> float:
    return float(np.real(fem.assemble_scalar(fem.form(form))))


def measure(cell: HalfCellMesh, kind: str) -> ufl.Measure:
    tags = cell.cell_tags if kind == "dx" else cell.facet_tags
    return ufl.Measure(kind, cell.mesh, subdomain_data=tags, metadata={"quadrature_degree": 6})


def facets_between(cell: HalfCellMesh, one: int, other: int) -> np.ndarray:
    """Facets of which the two cells have these tags."""
    topology = cell.mesh.topology
    topology.create_connectivity(2, 3)
    links = topology.connectivity(2, 3)
    tag = cell.cell_tags.values
    count = topology.index_map(2).size_local
    return np.array([f for f in range(count) if set(tag[links.links(f)]) == {one, other}], dtype=np.int32)


def test_joined_particles_share_facets_without_a_tag(joined: HalfCellMesh) -> None:
    neck = facets_between(joined, 10, 11)
    assert len(neck) > 5
    assert not set(neck) & set(joined.facet_tags.indices)
    interface = joined.facet_tags.find(joined.INTERFACE)
    assert set(interface) == {*facets_between(joined, 1, 10), *facets_between(joined, 1, 11)}


def test_joined_particles_keep_their_own_cells_and_volumes(joined: HalfCellMesh) -> None:
    shapes = particle_shapes(joined.layout)
    dx = measure(joined, "dx")
    one = fem.Constant(joined.mesh, 1.0)
    for particle in range(2):
        volume = integral(one * dx(joined.particle_tag(particle)))
        assert volume * UM**3 == pytest.approx(float(shapes.volumes[particle]), rel=1e-5)
    area = integral(one("+") * measure(joined, "dS")(joined.INTERFACE))
    assert area * UM**2 == pytest.approx(float(shapes.areas.sum()), rel=1e-3)
    assert joined.quality.minimum_jacobian > 0.02
    assert joined.quality.shape_percentiles[0] > 0.02


def test_the_surface_of_joined_particles_is_closed_but_for_the_neck(joined: HalfCellMesh) -> None:
    space = fem.functionspace(joined.mesh, ("DG", 0))
    inside = fem.Function(space)
    inside.x.array[joined.cell_tags.indices[joined.cell_tags.values >= 10]] = 1.0
    flow = ufl.jump(inside * ufl.SpatialCoordinate(joined.mesh), ufl.FacetNormal(joined.mesh))
    volume = float(particle_shapes(joined.layout).volumes.sum())
    flux = integral(flow * measure(joined, "dS")(joined.INTERFACE))
    assert flux * UM**3 == pytest.approx(3 * volume, rel=1e-5)


def test_cut_spheres_have_the_parts_of_their_volume_and_flat_faces_on_the_sides(cut: HalfCellMesh) -> None:
    height = 2.5 - 0.8
    exact = 4 / 3 * np.pi * np.array([27 / 4, 0.0, 8])
    exact[1] = np.pi * height**2 * (3 * 2.5 - height) / 3
    dx, one = measure(cut, "dx"), fem.Constant(cut.mesh, 1.0)
    for particle in range(3):
        volume = integral(one * dx(cut.particle_tag(particle)))
        assert volume == pytest.approx(exact[particle], rel=1e-5)
    # The sides carry their tag everywhere, over particles, too.
    sides = integral(one * measure(cut, "ds")(cut.SIDES))
    assert sides == pytest.approx(4 * 9 * 17, rel=1e-9)
    x, y, _ = ufl.SpatialCoordinate(cut.mesh)
    off = integral(abs(x * (9 - x) * y * (9 - y)) * measure(cut, "ds")(cut.SIDES))
    assert off < 1e-9  # flat faces are flat, also where the centre of the sphere lies beyond them
    flat = 2 * np.pi * 9 / 2 + np.pi * (2.5**2 - 0.8**2)
    inside = fem.Function(fem.functionspace(cut.mesh, ("DG", 0)))
    inside.x.array[cut.cell_tags.indices[cut.cell_tags.values >= 10]] = 1.0
    assert integral(inside * measure(cut, "ds")(cut.SIDES)) == pytest.approx(flat, rel=5e-3)
    curved = 4 * np.pi * (9 / 4 + 4) + 2 * np.pi * 2.5 * height
    assert integral(one("+") * measure(cut, "dS")(cut.INTERFACE)) == pytest.approx(curved, rel=5e-3)
    # Collector and lithium metal are whole and touch no particle.
    for tag in (cut.COLLECTOR, cut.LITHIUM):
        assert integral(one * measure(cut, "ds")(tag)) == pytest.approx(81, rel=1e-9)
        assert integral(inside * measure(cut, "ds")(tag)) == 0.0


@pytest.mark.parametrize("rule", ["fuse", "shrink"])
def test_a_crowd_of_overlapping_and_cut_spheres_is_meshed(rule: str) -> None:
    generator = np.random.default_rng(3)
    crowd = Layout(
        generator.random((6, 3)) * [8 * UM, 8 * UM, 10 * UM], generator.uniform(1.6, 2.8, 6) * UM,
        (8 * UM, 8 * UM, 10 * UM), "crowd",
    )  # fmt: skip
    layout = contact_rule(rule).apply(crowd).layout
    cell = generate_mesh(layout, 4 * UM, COARSE, MPI.COMM_SELF)
    assert cell.quality.minimum_jacobian > 0.0
    assert cell.quality.particle_volume_error < 1e-4
    assert abs(cell.quality.total_area_error) < 0.02
    shapes = particle_shapes(layout)
    assert set(np.unique(cell.cell_tags.values)) == {1, 2, *cell.particle_tags}
    dx = measure(cell, "dx")
    total = sum(integral(fem.Constant(cell.mesh, 1.0) * dx(tag)) for tag in cell.particle_tags)
    assert total * UM**3 == pytest.approx(float(shapes.volumes.sum()), rel=1e-4)


def test_joined_particles_stand_free_with_nothing_around_them() -> None:
    layout = joined_pair.pair(-0.5 * UM, joined=True)
    cell = generate_free_particles(layout, joined_pair.OPTIONS, MPI.COMM_SELF)
    assert set(np.unique(cell.facet_tags.values)) == {cell.INTERFACE}
    assert len(facets_between(cell, 10, 11)) > 5
    area = integral(fem.Constant(cell.mesh, 1.0) * measure(cell, "ds")(cell.INTERFACE))
    assert area * UM**2 == pytest.approx(float(particle_shapes(layout).areas.sum()), rel=2e-3)


def test_a_sphere_that_pokes_through_a_wide_collar_is_cut_at_its_plane() -> None:
    # The small sphere overlaps by 0.3 um, more than the cap of 0.26 um that its collar takes off the other.
    layout = Layout(
        np.array([[7, 7, 7], [7, 7, 14.5]]) * UM, np.array([5.6, 2.2]) * UM, (14 * UM, 14 * UM, 18 * UM),
        contacts=ContactList(np.array([[0, 1]]), np.array([np.pi * 1.7**2]) * UM**2),
    )  # fmt: skip
    (neck,) = necks_of(layout)
    assert neck.length > 0.0
    apart = 7.5 * UM
    assert layout.radii[1] > apart - neck.plane
    cell = generate_free_particles(layout, COARSE, MPI.COMM_SELF)
    assert cell.quality.particle_volume_error < 1e-4
