"""Meshes as DOLFINx sees them: tags, volumes, areas, the divergence theorem, the cache."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import ufl
from dolfinx import default_scalar_type, fem
from mpi4py import MPI

from chemomech.errors import InputError
from chemomech.geometry import (
    DEFAULT_ATTEMPTS,
    HalfCellMesh,
    Layout,
    MeshAttempt,
    MeshFailure,
    MeshOptions,
    free_sphere_mesh,
    generate_mesh,
    single_particle_cell,
    slab_mesh,
)

UM = 1e-6
SEPARATOR = 4 * UM
LAYOUT = Layout(
    np.array([[4, 4, 4], [8, 8, 7.5], [3.2, 8.6, 8.5]]) * UM,
    np.array([3.0, 2.6, 2.0]) * UM,
    (12 * UM, 12 * UM, 12 * UM),
    "three",
)
OPTIONS = MeshOptions(
    interface_size=1.6 * UM,
    particle_size=1.8 * UM,
    matrix_size=2.5 * UM,
    smallest_size=0.8 * UM,
    separator_size=4 * UM,
    electrode_separator_size=2.5 * UM,
    gap_sag=0.2,
)


@pytest.fixture(scope="module")
def cell() -> HalfCellMesh:
    return generate_mesh(LAYOUT, SEPARATOR, OPTIONS, MPI.COMM_SELF)


def indicator(cell: HalfCellMesh, *tags: int) -> fem.Function:
    """1 in the cells with these tags, 0 elsewhere."""
    one = fem.Function(fem.functionspace(cell.mesh, ("DG", 0)))
    cells = np.flatnonzero(np.isin(cell.cell_tags.values, tags))
    one.x.array[cell.cell_tags.indices[cells]] = 1.0
    return one


def integral(form: ufl.Form) -> float:
    return float(np.real(fem.assemble_scalar(fem.form(form, dtype=default_scalar_type))))


def measure(cell: HalfCellMesh, kind: str) -> ufl.Measure:
    tags = cell.cell_tags if kind == "dx" else cell.facet_tags
    return ufl.Measure(kind, cell.mesh, subdomain_data=tags, metadata={"quadrature_degree": 6})


def test_every_cell_carries_the_tag_of_its_region(cell: HalfCellMesh) -> None:
    present = set(np.unique(cell.cell_tags.values))
    assert present == {cell.MATRIX_TAG, cell.SEPARATOR_TAG, *cell.particle_tags}
    assert cell.particle_tags == (10, 11, 12)
    count = cell.mesh.topology.index_map(3).size_local
    assert np.array_equal(cell.cell_tags.indices, np.arange(count))
    assert cell.quality.cells == count
    assert cell.quality.particle_cells == int(np.sum(cell.cell_tags.values >= 10))


def test_the_geometry_is_of_second_order_and_in_micrometres(cell: HalfCellMesh) -> None:
    assert cell.mesh.geometry.cmaps[0].degree == 2
    assert cell.mesh.geometry.x.min(axis=0) == pytest.approx(np.zeros(3), abs=1e-9)
    assert cell.mesh.geometry.x.max(axis=0) * cell.length_unit == pytest.approx(
        np.array([12, 12, 16]) * UM, rel=1e-12
    )


def test_each_particle_has_the_volume_and_surface_of_its_sphere(cell: HalfCellMesh) -> None:
    dx, dS = measure(cell, "dx"), measure(cell, "dS")
    for particle, radius in enumerate(LAYOUT.radii / UM):
        inside = indicator(cell, cell.particle_tag(particle))
        assert integral(inside * dx) == pytest.approx(4 / 3 * np.pi * radius**3, rel=1e-10)
        area = integral((inside("+") + inside("-")) * dS(cell.INTERFACE))
        assert area == pytest.approx(4 * np.pi * radius**2, rel=5e-3)


def test_matrix_and_separator_fill_the_rest_of_the_box(cell: HalfCellMesh) -> None:
    dx = measure(cell, "dx")
    spheres = float(LAYOUT.particle_volumes.sum()) / UM**3
    assert integral(indicator(cell, cell.MATRIX_TAG) * dx) == pytest.approx(12**3 - spheres, rel=1e-9)
    assert integral(indicator(cell, cell.SEPARATOR_TAG) * dx) == pytest.approx(12 * 12 * 4, rel=1e-9)


def test_flat_faces_lie_where_their_tags_say(cell: HalfCellMesh) -> None:
    ds, dS = measure(cell, "ds"), measure(cell, "dS")
    z = ufl.SpatialCoordinate(cell.mesh)[2]
    normal = ufl.FacetNormal(cell.mesh)[2]
    # Area 144 um2 at z = 0, L and L + Ls; four sides of 12 x 16 um2.
    assert integral(-normal * ds(cell.COLLECTOR)) == pytest.approx(144, rel=1e-9)
    assert integral(normal * ds(cell.LITHIUM)) == pytest.approx(144, rel=1e-9)
    assert integral(z * ds(cell.COLLECTOR)) == pytest.approx(0.0, abs=1e-9)
    assert integral(z * ds(cell.LITHIUM)) == pytest.approx(144 * 16, rel=1e-9)
    assert integral(z("+") * dS(cell.ELECTRODE_SEPARATOR)) == pytest.approx(144 * 12, rel=1e-9)
    one = fem.Constant(cell.mesh, default_scalar_type(1.0))
    assert integral(one * ds(cell.SIDES)) == pytest.approx(4 * 12 * 16, rel=1e-9)
    # Nothing of the boundary is left without a tag.
    assert integral(one * ds) == pytest.approx(2 * 144 + 4 * 12 * 16, rel=1e-9)


def test_the_divergence_theorem_holds_on_the_particles(cell: HalfCellMesh) -> None:
    inside = indicator(cell, *cell.particle_tags)
    position = ufl.SpatialCoordinate(cell.mesh)
    # The jump of (1 inside, 0 outside) * x . n is x . n with the normal out of the particle.
    outflow = ufl.jump(inside * position, ufl.FacetNormal(cell.mesh))
    flux = integral(outflow * measure(cell, "dS")(cell.INTERFACE))
    assert flux == pytest.approx(3 * float(LAYOUT.particle_volumes.sum()) / UM**3, rel=1e-9)


def test_no_element_is_inverted_and_the_report_says_so(cell: HalfCellMesh) -> None:
    quality = cell.quality
    assert quality.minimum_jacobian > 0.02
    assert quality.shape_percentiles[0] > 0.0
    assert quality.particle_volume_error < 1e-10
    assert quality.interface_area_error < 5e-3
    assert quality.attempts[-1].endswith("sound")
    assert quality.to_dict()["cells"] == quality.cells


def test_straight_elements_lose_volume_that_curved_ones_keep() -> None:
    straight = generate_mesh(LAYOUT, SEPARATOR, replace(OPTIONS, geometry_order=1), MPI.COMM_SELF)
    assert straight.mesh.geometry.cmaps[0].degree == 1
    # Inscribed facets at h / R = 0.5: a few percent, always a loss.
    assert -0.15 < straight.quality.total_volume_error < -0.01


def test_a_free_sphere_has_only_its_interface() -> None:
    sphere = free_sphere_mesh(3 * UM, 1.5 * UM, MPI.COMM_SELF)
    assert set(np.unique(sphere.cell_tags.values)) == {sphere.particle_tag(0)}
    assert set(np.unique(sphere.facet_tags.values)) == {sphere.INTERFACE}
    assert np.linalg.norm(sphere.mesh.geometry.x - 3.0, axis=1).max() == pytest.approx(3.0, rel=1e-3)


def test_one_particle_in_a_cube_has_all_tags() -> None:
    cube = single_particle_cell(3 * UM, 4 * UM, 3 * UM, 1.5 * UM, MPI.COMM_SELF)
    assert set(np.unique(cube.cell_tags.values)) == {1, 2, 10}
    assert set(np.unique(cube.facet_tags.values)) == {1, 2, 3, 4, 5}


def test_a_slab_has_no_particles_and_straight_cells() -> None:
    slab = slab_mesh(6 * UM, 2 * UM, 4 * UM, 1 * UM, MPI.COMM_SELF)
    assert set(np.unique(slab.cell_tags.values)) == {slab.MATRIX_TAG, slab.SEPARATOR_TAG}
    assert set(np.unique(slab.facet_tags.values)) == {1, 2, 3, 5}
    assert slab.quality.minimum_jacobian == pytest.approx(1.0, rel=1e-9)
    assert slab.particle_tags == ()


def test_the_cache_gives_the_same_mesh_without_meshing(tmp_path: Path) -> None:
    one = Layout(np.full((1, 3), 4 * UM), np.array([3 * UM]), (8 * UM, 8 * UM, 8 * UM), "one")
    folder = tmp_path / "meshes"
    first = generate_mesh(one, SEPARATOR, OPTIONS, MPI.COMM_SELF, cache=folder)
    second = generate_mesh(one, SEPARATOR, OPTIONS, MPI.COMM_SELF, cache=folder)
    assert not first.quality.from_cache
    assert second.quality.from_cache
    assert np.array_equal(np.sort(first.cell_tags.values), np.sort(second.cell_tags.values))
    assert np.array_equal(np.sort(first.facet_tags.values), np.sort(second.facet_tags.values))
    assert np.allclose(first.mesh.geometry.x, second.mesh.geometry.x, atol=1e-12)
    assert second.quality.particle_volume_error < 1e-10
    assert len(list(folder.iterdir())) == 1
    generate_mesh(one, 1.5 * SEPARATOR, OPTIONS, MPI.COMM_SELF, cache=folder)
    assert len(list(folder.iterdir())) == 2


def test_a_cache_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    one = Layout(np.full((1, 3), 4 * UM), np.array([3 * UM]), (8 * UM, 8 * UM, 8 * UM), "one")
    with pytest.raises(InputError, match="cannot be kept"):
        generate_mesh(one, SEPARATOR, OPTIONS, MPI.COMM_SELF, cache=tmp_path / "file" / "meshes")


def test_a_cache_file_that_is_no_mesh_is_made_anew(tmp_path: Path) -> None:
    one = Layout(np.full((1, 3), 4 * UM), np.array([3 * UM]), (8 * UM, 8 * UM, 8 * UM), "one")
    generate_mesh(one, SEPARATOR, OPTIONS, MPI.COMM_SELF, cache=tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:2000])
    again = generate_mesh(one, SEPARATOR, OPTIONS, MPI.COMM_SELF, cache=tmp_path)
    assert not again.quality.from_cache
    assert again.quality.particle_volume_error < 1e-10


def test_a_failed_attempt_is_recorded_and_the_next_one_is_taken() -> None:
    one = Layout(np.full((1, 3), 4 * UM), np.array([3 * UM]), (8 * UM, 8 * UM, 8 * UM), "one")
    # A size factor of 0 asks for elements of no size, which the field cannot give.
    broken = MeshAttempt(10, size_factor=0.0)
    options = replace(OPTIONS, attempts=(broken, DEFAULT_ATTEMPTS[1]))
    made = generate_mesh(one, SEPARATOR, options, MPI.COMM_SELF)
    assert len(made.quality.attempts) == 2
    assert "sizes x 0" in made.quality.attempts[0]
    assert "algorithm 1" in made.quality.attempts[1]
    with pytest.raises(MeshFailure, match="none of 1 attempts") as failure:
        generate_mesh(one, SEPARATOR, replace(OPTIONS, attempts=(broken,)), MPI.COMM_SELF)
    assert len(failure.value.attempts) == 1


@pytest.mark.parametrize("thickness", [0.0, -1e-6, float("nan"), float("inf")])
def test_a_separator_without_thickness_is_refused(thickness: float) -> None:
    with pytest.raises(InputError, match="separator_thickness"):
        generate_mesh(LAYOUT, thickness, OPTIONS, MPI.COMM_SELF)


def test_touching_spheres_are_refused_with_the_remedy() -> None:
    touching = Layout(np.array([[4, 4, 3], [4, 4, 7]]) * UM, np.array([2, 2]) * UM, (8 * UM, 8 * UM, 10 * UM))
    with pytest.raises(InputError, match="with_minimum_gap"):
        generate_mesh(touching, SEPARATOR, OPTIONS, MPI.COMM_SELF)


def test_a_gmsh_that_is_in_use_is_left_as_it_was() -> None:
    import gmsh

    gmsh.initialize(readConfigFiles=False, interruptible=False)
    try:
        gmsh.model.add("of the user")
        gmsh.option.setNumber("Mesh.MeshSizeMax", 7.0)
        slab_mesh(4 * UM, 2 * UM, 2 * UM, 2 * UM, MPI.COMM_SELF)
        assert gmsh.isInitialized()
        assert gmsh.model.getCurrent() == "of the user"
        assert gmsh.option.getNumber("Mesh.MeshSizeMax") == 7.0
    finally:
        gmsh.finalize()
