"""True shapes in a case: the key, what it excludes, the mass of 1C, orientation, margin, kept meshes."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI
from support.images import MICRO
from support.shaped_case import SHAPE, as_spheres, shaped, voxels, write_case

from chemomech.cli import main
from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import PreparedCase, prepare
from chemomech.geometry import MESH_PRESETS, HalfCellMesh
from chemomech.geometry.shapes import SHAPE_PRESETS


@pytest.fixture(scope="module")
def case_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_case(tmp_path_factory.mktemp("imaged"))


@pytest.fixture(scope="module")
def prepared(case_file: Path) -> PreparedCase:
    return prepare(Case.from_toml(case_file))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("meshes")


@pytest.fixture(scope="module")
def cell(prepared: PreparedCase, kept: Path) -> HalfCellMesh:
    return prepared.mesher.mesh(MPI.COMM_SELF, kept)


def test_presets_of_spheres_and_shapes_have_the_same_names() -> None:
    assert set(MESH_PRESETS) == set(SHAPE_PRESETS)


def test_the_case_is_written_and_read_back(case_file: Path) -> None:
    case = shaped(case_file, layer="3 um", crop=[0, 0, 0, 14, 16, 24], margin=3)
    assert Case.from_table(case.to_table()) == case
    assert case.to_table()["geometry"]["layout"]["shapes"] == "as-imaged"


def test_the_mass_of_1c_is_that_of_the_voxels_and_of_the_mesh(
    prepared: PreparedCase, cell: HalfCellMesh
) -> None:
    density = float(prepared.model.cathode.density)
    by_voxels = voxels().sum() * MICRO**3 / (24 * 16 * MICRO**2) * density
    assert prepared.nominal.mass_loading == pytest.approx(by_voxels, rel=1e-9)
    assert prepared.active_mass == prepared.nominal.mass_loading
    meshed = float(cell.layout.particle_volumes.sum())
    assert meshed == pytest.approx(prepared.mesher.volume, rel=1e-4, abs=0.0)


def test_what_is_prepared_is_what_is_meshed(prepared: PreparedCase, cell: HalfCellMesh) -> None:
    assert prepared.layout.ids.tolist() == cell.layout.ids.tolist() == [1, 2, 3]
    assert prepared.layout.box == pytest.approx(cell.layout.box)
    assert prepared.layout.at_border.tolist() == cell.layout.at_border.tolist()
    assert prepared.layout.centres == pytest.approx(cell.layout.centres, abs=0.3 * MICRO)
    assert not cell.spherical
    assert "particles as imaged: 3" in prepared.particle_lines[0]


def test_what_is_too_small_counts_neither_for_the_mass_nor_for_the_layout(case_file: Path) -> None:
    case = Case.from_toml(case_file).with_overrides({"mesh.least_cells": 20})
    prepared = prepare(case)
    assert prepared.layout.ids.tolist() == [1, 2]
    volumes = prepare(Case.from_toml(case_file)).layout.particle_volumes
    assert prepared.mesher.volume == pytest.approx(volumes[:2].sum(), rel=1e-6, abs=0.0)
    assert "left out as too small" in prepared.particle_lines[1]


def test_a_mesh_is_kept_and_found_again_whole(prepared: PreparedCase, cell: HalfCellMesh, kept: Path) -> None:
    again = prepared.mesher.mesh(MPI.COMM_SELF, kept)
    assert again.quality.from_cache
    assert not cell.quality.from_cache
    assert np.array_equal(again.mesh.geometry.x, cell.mesh.geometry.x)
    assert np.array_equal(again.cell_tags.values, cell.cell_tags.values)
    assert np.array_equal(again.layout.centres, cell.layout.centres)
    assert np.array_equal(again.layout.radii, cell.layout.radii)
    assert again.quality.attempts == cell.quality.attempts
    # Another separator is another mesh.
    thicker = dataclasses.replace(prepared.mesher, separator_thickness=8e-6)  # type: ignore[type-var]
    assert not thicker.mesh(MPI.COMM_SELF, kept).quality.from_cache


def test_a_damaged_mesh_is_made_again(prepared: PreparedCase, kept: Path, tmp_path: Path) -> None:
    cell = prepared.mesher.mesh(MPI.COMM_SELF, kept)
    for suffix, text in ((".msh", "not a mesh"), (".json", "{}")):
        for file in kept.iterdir():
            damaged = text if file.suffix == suffix else file.read_text(encoding="utf-8")
            (tmp_path / file.name).write_text(damaged, encoding="utf-8")
        again = prepared.mesher.mesh(MPI.COMM_SELF, tmp_path)
        assert not again.quality.from_cache
        assert np.array_equal(again.mesh.geometry.x, cell.mesh.geometry.x)


def test_the_command_meshes_a_case_of_shapes_and_says_what_is_left_out(
    case_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "shapes.vtu"
    assert main(["mesh", str(case_file), "--set", "mesh.least_cells=20", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "left out as too small, with 15.74% of the active material: 1 (3)" in told
    assert "-shapes: 2 particles" in told
    assert "nan" not in told
    assert out.is_file()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"geometry.contacts": "fuse"}, "geometry.contacts has no meaning"),
        ({"mesh.growth": 0.3}, "mesh.growth has no meaning .* true shapes.*least_cells"),
        ({"mesh.sise": "2 um"}, "did you mean 'mesh.size'"),
        ({"mesh.least_cells": 0}, "least_cells = 0 must"),
        ({"geometry.layout.shapes": "round"}, "unknown geometry.layout.shapes 'round'"),
        ({"geometry.layout.layer": "1 um"}, "geometry.layout.layer = 1e-06 m must lie between 2e-06"),
        ({"geometry.layout.margin": 2}, "surrounds no crop"),
        ({"geometry.layout.shapes": "spheres"}, "mesh.size has no meaning .* as spheres"),
    ],
)
def test_what_has_no_meaning_for_the_particles_is_refused(
    case_file: Path, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        Case.from_toml(case_file).with_overrides(changes)


def test_the_thickness_of_imaged_particles_cannot_be_changed(case_file: Path) -> None:
    layout = Case.from_toml(case_file).to_table()["geometry"]["layout"]
    resized = {"source": layout, "thickness": "30 um"}
    with pytest.raises(InputError, match="thickness of particles as imaged cannot be changed"):
        Case.from_toml(case_file).with_overrides({"geometry.layout": resized})


def test_spheres_get_the_same_box_from_the_same_layer(case_file: Path, prepared: PreparedCase) -> None:
    spheres = prepare(as_spheres(shaped(case_file), layer="2 um"))
    assert spheres.layout.box == pytest.approx(prepared.layout.box)
    without = Case.from_table(as_spheres(shaped(case_file)).to_table()).geometry.layout.build()
    raised = as_spheres(shaped(case_file), layer="2 um").geometry.layout.build()
    assert raised.centres == pytest.approx(without.centres + (0.0, 0.0, 2.0 * MICRO))
    assert raised.particle_volumes.sum() == pytest.approx(voxels().sum() * MICRO**3, rel=1e-6, abs=0.0)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("last", [False, True])
def test_shapes_lie_in_the_electrode_as_the_image_is_said_to_lie(
    tmp_path: Path, axis: int, last: bool
) -> None:
    turned = voxels().transpose({0: (0, 1, 2), 1: (1, 0, 2), 2: (1, 2, 0)}[axis])
    turned = np.flip(turned, axis) if last else turned
    path = write_case(tmp_path, np.ascontiguousarray(turned))
    found = prepare(shaped(path, thickness_axis=axis, collector_last=last)).layout
    assert found.thickness == pytest.approx((SHAPE[0] + 4) * MICRO)
    # Rows by x, whatever names the separation gave.
    heights = found.centres[np.argsort(found.centres[:, 0]), 2]
    assert heights == pytest.approx(np.array([8.0, 9.0, 11.0]) * MICRO, abs=0.1 * MICRO)


def test_a_margin_tells_particles_apart_as_they_are_around_the_crop(tmp_path: Path) -> None:
    path = write_case(tmp_path)
    crop = [0, 0, 6, 14, 16, 9]  # a slice between the two balls that touch, x from 6 to 9
    narrow = shaped(path, crop=crop).geometry.layout.build()
    wide = shaped(path, crop=crop, margin=15).geometry.layout.build()
    assert (len(narrow), len(wide)) == (1, 2)
    whole = prepare(shaped(path)).layout
    assert set(wide.ids.tolist()) <= set(whole.ids.tolist())
    assert wide.box == pytest.approx(narrow.box)
    volumes = wide.particle_volumes.sum(), narrow.particle_volumes.sum()
    assert volumes[0] == pytest.approx(volumes[1], rel=1e-6, abs=0.0)
    with pytest.raises(InputError, match="does not lie within"):
        prepare(shaped(path, crop=[0, 0, 6, 14, 16, 25], margin=15))


def test_a_margin_is_cut_off_at_the_image_and_in_whole_blocks() -> None:
    from chemomech.experiments.case.image_layouts import _widened

    assert _widened((3, 4, 10, 9, 12, 16), 2, 2, (10, 20, 40)) == (
        (1, 0, 6, 9, 16, 20),
        ((1, 2, 2), (4, 6, 5)),
    )
