"""Meshes written for other programs, and meshes of other programs read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import meshio
import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI
from support import half_cells, joined_pair

from chemomech.errors import InputError
from chemomech.geometry import HalfCellMesh, read_mesh, write_mesh
from chemomech.geometry.mesh_files import arrays_of

UM = 1e-6


@pytest.fixture(scope="module")
def cell() -> HalfCellMesh:
    return joined_pair.joined_cell()


@pytest.fixture(scope="module")
def written(cell: HalfCellMesh, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mesh(cell, tmp_path_factory.mktemp("mesh") / "pair.vtu")


def volume(cell: HalfCellMesh, tag: int) -> float:
    dx = ufl.Measure("dx", cell.mesh, subdomain_data=cell.cell_tags, metadata={"quadrature_degree": 6})
    return float(np.real(fem.assemble_scalar(fem.form(fem.Constant(cell.mesh, 1.0) * dx(tag)))))


@pytest.mark.parametrize("suffix", [".msh", ".vtu"])
def test_a_mesh_comes_back_as_it_was_written(cell: HalfCellMesh, tmp_path: Path, suffix: str) -> None:
    path = write_mesh(cell, tmp_path / f"pair{suffix}")
    assert list(tmp_path.iterdir()) == [path]
    again = read_mesh(path, MPI.COMM_SELF, layout=cell.layout)
    assert again.separator_thickness == pytest.approx(4 * UM, rel=1e-9)
    for mine, its in ((again.cell_tags, cell.cell_tags), (again.facet_tags, cell.facet_tags)):
        assert np.array_equal(
            np.unique(mine.values, return_counts=True), np.unique(its.values, return_counts=True)
        )
    for tag in (1, 2, 10, 11):
        assert volume(again, tag) == pytest.approx(volume(cell, tag), rel=1e-10)
    old, new = cell.quality, again.quality
    assert (new.cells, new.nodes, new.interface_facets) == (old.cells, old.nodes, old.interface_facets)
    assert new.minimum_jacobian == pytest.approx(old.minimum_jacobian, rel=1e-6)
    assert new.shape_percentiles == pytest.approx(old.shape_percentiles, rel=1e-6)
    assert new.total_area_error == pytest.approx(old.total_area_error, abs=1e-9)


def test_without_a_layout_the_particles_stand_for_spheres_of_their_volume(
    cell: HalfCellMesh, written: Path
) -> None:
    again = read_mesh(written, MPI.COMM_SELF)
    volumes = [volume(cell, tag) * UM**3 for tag in cell.particle_tags]
    assert again.layout.particle_volumes == pytest.approx(volumes, rel=1e-9)
    assert again.layout.box == pytest.approx(cell.layout.box, rel=1e-9)
    assert np.linalg.norm(again.layout.centres - cell.layout.centres, axis=1).max() < 0.1 * UM
    assert np.isnan(again.quality.total_volume_error)


def test_an_xdmf_has_cells_and_facets_in_two_files(cell: HalfCellMesh, tmp_path: Path) -> None:
    path = write_mesh(cell, tmp_path / "pair.xdmf")
    for place, kind, tags in (
        (path, "tetra10", cell.cell_tags),
        (tmp_path / "pair-facets.xdmf", "triangle6", cell.facet_tags),
    ):
        mesh = meshio.read(place)
        assert mesh.cells[0].type == kind
        assert np.array_equal(np.sort(mesh.cell_data["tag"][0]), np.sort(tags.values))


def test_the_unit_of_a_file_is_asked_for(cell: HalfCellMesh, written: Path, tmp_path: Path) -> None:
    mesh = meshio.read(written)
    mesh.points = mesh.points * UM
    meshio.write(tmp_path / "metres.vtu", mesh)
    again = read_mesh(tmp_path / "metres.vtu", MPI.COMM_SELF, length_unit=1.0)
    assert volume(again, 10) == pytest.approx(volume(cell, 10), rel=1e-6)
    with pytest.raises(InputError, match="length_unit is 0"):
        read_mesh(written, MPI.COMM_SELF, length_unit=0.0)


def edited(change: Callable[[meshio.Mesh], None]) -> Callable[[meshio.Mesh], meshio.Mesh]:
    def apply(mesh: meshio.Mesh) -> meshio.Mesh:
        change(mesh)
        return mesh

    return apply


def retag(block: int, old: int, new: int) -> Callable[[meshio.Mesh], meshio.Mesh]:
    def change(mesh: meshio.Mesh) -> None:
        groups = mesh.cell_data["tag"][block]
        groups[groups == old] = new

    return edited(change)


def turn(mesh: meshio.Mesh) -> None:
    mesh.points = mesh.points[:, [2, 0, 1]]


def invert(mesh: meshio.Mesh) -> None:
    # The middle of an edge, amid the electrode, is pulled past the end of it.
    rows = mesh.cells[0].data
    row = rows[np.argmin(np.linalg.norm(mesh.points[rows[:, 4]] - [3.0, 3.0, 4.7], axis=1))]
    mesh.points[row[4]] += 1.2 * (mesh.points[row[1]] - mesh.points[row[0]])


def unmark_one(mesh: meshio.Mesh) -> None:
    groups = mesh.cell_data["tag"][1]
    groups[np.flatnonzero(groups == 4)[0]] = 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (retag(0, 11, 12), "lacks 11"),
        (retag(0, 2, 1), "lacks 2"),
        (retag(0, 1, 7), "of which 7 are unknown"),
        (retag(1, 4, 0), r"lacks the groups of faces 4 \(interface\)"),
        (retag(1, 1, 3), r"lacks the groups of faces 1 \(collector\)"),
        (edited(unmark_one), "of which 1 are not marked as 4"),
        (edited(turn), "not flat in z"),
        (edited(invert), "inverted cell"),
        (edited(lambda mesh: mesh.cell_data.clear()), "says no groups"),
        (lambda mesh: meshio.Mesh(mesh.points, mesh.cells[:1], cell_data={"tag": mesh.cell_data["tag"][:1]}),
         "needs triangles"),
    ],
)  # fmt: skip
def test_a_mesh_that_is_no_half_cell_is_refused(
    written: Path, tmp_path: Path, change: Callable[[meshio.Mesh], meshio.Mesh], words: str
) -> None:
    meshio.write(tmp_path / "other.vtu", change(meshio.read(written)))
    with pytest.raises(InputError, match=words):
        read_mesh(tmp_path / "other.vtu", MPI.COMM_SELF)


def test_files_that_are_no_mesh_are_refused(cell: HalfCellMesh, written: Path, tmp_path: Path) -> None:
    (tmp_path / "text.vtu").write_text("no mesh")
    for path, words in (
        (tmp_path / "text.vtu", "cannot be read"),
        (tmp_path / "none.msh", "there is no mesh file"),
    ):
        with pytest.raises(InputError, match=words):
            read_mesh(path, MPI.COMM_SELF)
    with pytest.raises(InputError, match="give it one of .msh, .vtu"):
        read_mesh(tmp_path / "mesh.stl", MPI.COMM_SELF)
    three = half_cells.three_particles()
    with pytest.raises(InputError, match="has 2 particles, but layout 'three-particles' has 3"):
        read_mesh(written, MPI.COMM_SELF, layout=three)
    (tmp_path / "file").write_text("in the way")
    wrong = tmp_path / "file" / "mesh.vtu"
    with pytest.raises(InputError, match="cannot be written"):
        write_mesh(cell, wrong)


def test_the_arrays_keep_every_node_once(cell: HalfCellMesh) -> None:
    arrays = arrays_of(cell)
    assert arrays is not None
    assert len(np.unique(arrays.points.round(9), axis=0)) == len(arrays.points) == cell.quality.nodes
