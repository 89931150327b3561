"""What is to be seen of results, layouts and stacks."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import h5py
import numpy as np
import pytest
import pyvista as pv
from support import stored_fields
from support.half_cells import three_particles
from support.synthetic_result import write_synthetic_result

from chemomech.errors import InputError
from chemomech.experiments.scenes import Scene, open_scene
from chemomech.experiments.scenes.display import colour_map, plain_symbol, shown_in
from chemomech.geometry import write_layout
from chemomech.solver.results import QUANTITIES, Result


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result without fields."""
    return write_synthetic_result(tmp_path_factory.mktemp("scene") / "run")


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A result with fields."""
    folder = write_synthetic_result(tmp_path / "run")
    stored_fields.filled(folder / "fields")
    return folder


def check(scene: Scene) -> None:
    """Every field fits its grid, and every grid its particles."""
    for part in scene.parts:
        grid = scene.grid(part)
        assert len(grid.cell_data["particle"]) == grid.n_cells > 0
        assert set(np.unique(grid.cell_data["particle"])) <= {-1, *scene.particles.ids.tolist()}
    for field in scene.fields:
        grid, values = scene.grid(field.part), scene.values(field, len(scene.times) - 1)
        count = grid.n_points if field.on == "points" else grid.n_cells
        assert values.shape == ((count,) if field.components == 1 else (count, 3)), field
        assert not values.flags.writeable
        low, high = scene.range(field)
        length = values if values.ndim == 1 else np.linalg.norm(values, axis=1)
        slack = 1e-6 * np.nanmax(np.abs(length))  # what is stored has seven digits
        assert low <= np.nanmin(length) + slack
        assert high >= np.nanmax(length) - slack


def test_a_result_without_fields_shows_its_particles_as_spheres(result: Path) -> None:
    scene = open_scene(result)
    check(scene)
    with Result.open(result) as opened:
        data = opened.dataset
        assert scene.times.tolist() == data["time"].values.tolist()
        assert scene.title == "fast-charge-5C"
        assert scene.particles.radii.tolist() == data["particle_radius"].values.tolist()
        mean = data["mean_stoichiometry"].values
        grid = scene.grid("particles")
        values = scene.values("mean_stoichiometry", 5)
        for particle in (0, 17, 51):
            own = grid["particle"] == particle
            assert np.unique(values[own]).tolist() == [mean[5, particle]]
            places = grid.extract_cells(np.flatnonzero(own)).points
            away = np.linalg.norm(places - 1e6 * scene.particles.centres[particle], axis=1)
            assert away.max() <= 1e6 * scene.particles.radii[particle] * (1 + 1e-6)
        assert scene.range("mean_stoichiometry") == pytest.approx((mean.min(), mean.max()))
        assert scene.range("mean_stoichiometry", 5) == pytest.approx((mean[5].min(), mean[5].max()))
        curve = scene.curves(17)["mean_stoichiometry"]
        assert curve.values.tolist() == mean[:, 17].tolist()
        assert scene.voltage is not None
        assert scene.voltage.values.tolist() == data["voltage"].values.tolist()
    bounds = scene.grid("particles").bounds
    assert bounds[0] >= 0.0
    assert bounds[5] <= 1e6 * scene.box[2]


def test_terms_and_units_are_those_of_the_list_of_quantities(result: Path) -> None:
    for field in open_scene(result).fields:
        entry = QUANTITIES[field.name]
        assert (field.label, field.unit, field.symbol) == (entry.long_name, entry.unit, entry.symbol)
    assert open_scene(result).field("max_principal_stress").title == "largest principal stress [MPa]"


def test_stored_fields_are_shown_at_their_instants_and_particles_beside_them(stored: Path) -> None:
    scene = open_scene(stored)
    check(scene)
    assert scene.parts == ("particles", "matrix", "interface")
    assert scene.times.tolist() == list(stored_fields.TIMES)
    assert scene.values("stoichiometry", 2) == pytest.approx(
        stored_fields.values(20.0)["particles"]["stoichiometry"], rel=1e-6
    )
    assert scene.grid("particles").points == pytest.approx(1e6 * stored_fields.geometry()["particles"].points)
    assert scene.grid("particles").volume == pytest.approx(2.0 / 6.0)
    with Result.open(stored) as opened:
        data = opened.dataset
        time = data["time"].values
        for particle in (0, 1):
            wanted = np.interp(10.0, time, data["mean_stoichiometry"].values[:, particle])
            assert scene.values("mean_stoichiometry", 1)[particle] == pytest.approx(wanted, rel=1e-12)
    assert scene.field("displacement").components == 3
    assert scene.range("displacement", 2) == pytest.approx((20e-9 * 3**0.5, 20e-9 * 3**0.5))
    assert scene.range("principal_stress") == pytest.approx((-20e6, 20e6))


def test_a_curved_part_is_a_grid_of_curved_cells(stored: Path) -> None:
    grid = open_scene(stored).grid("particles")
    assert isinstance(grid, pv.UnstructuredGrid)
    assert grid.celltypes.tolist() == [24, 24]


def test_values_are_kept_and_bounded(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = open_scene(stored)
    assert scene.values("stoichiometry", 1) is scene.values("stoichiometry", 1)
    monkeypatch.setattr("chemomech.experiments.scenes.scene.CACHED_BYTES", 100)
    first = scene.values("stoichiometry", 0)
    assert scene.values("stoichiometry", 1) is not first
    assert len(scene._kept) == 1
    assert scene.values("stoichiometry", 0) is not first


def test_a_scene_does_not_change(stored: Path) -> None:
    scene = open_scene(stored)
    with pytest.raises(dataclasses.FrozenInstanceError):
        scene.title = "other"  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        scene.values("stoichiometry", 0)[0] = 1.0


def test_a_layout_shows_its_spheres_by_radius(tmp_path: Path) -> None:
    layout = three_particles()
    scene = open_scene(write_layout(layout, tmp_path / "three.csv"))
    check(scene)
    assert scene.times.shape == (1,)
    radius = scene.values("particle_radius", 0)
    for number in range(3):
        own = scene.grid("particles")["particle"] == number
        assert np.unique(radius[own]) == pytest.approx([layout.radii[number]])
    assert scene.curves(0) == {}


def stack(folder: Path, voxels: np.ndarray, name: str = "stack.npy") -> Path:
    np.save(folder / name, voxels)
    return folder / name


def test_a_stack_of_phases_has_a_part_for_each(tmp_path: Path) -> None:
    voxels = np.zeros((4, 5, 6), dtype=np.uint8)
    voxels[1, 2, 3] = 1
    voxels[3] = 2
    scene = open_scene(stack(tmp_path, voxels), voxel_size=(4e-7, 3e-7, 2e-7))
    check(scene)
    assert scene.parts == ("value 1", "value 2", "value 0")
    # Axes are z, y and x: the voxel lies at 3 edges along x, 2 along y and 1 along z.
    assert scene.grid("value 1").bounds == pytest.approx((0.6, 0.8, 0.6, 0.9, 0.4, 0.8))
    assert scene.grid("value 2").n_cells == 30
    assert scene.box == pytest.approx((12e-7, 15e-7, 16e-7))
    assert scene.notes == ()


def test_a_stack_of_labels_or_grey_values_is_one_part(tmp_path: Path) -> None:
    labels = np.repeat(np.arange(12, dtype=np.uint16), 5).reshape(3, 4, 5)
    scene = open_scene(stack(tmp_path, labels), voxel_size=1e-7)
    assert scene.parts == ("labels",)
    assert scene.grid("labels").n_cells == 55
    for grey in (np.linspace(0.0, 1.0, 60), np.arange(60, dtype=np.uint8)):
        scene = open_scene(stack(tmp_path, grey.reshape(3, 4, 5)), voxel_size=1e-7)
        assert scene.parts == ("voxels",)
        assert scene.values(scene.fields[0], 0) == pytest.approx(grey)


def test_of_a_large_stack_some_voxels_are_shown_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chemomech.experiments.scenes.stacks.VOXELS", 30)
    voxels = (np.arange(512) % 2).reshape(8, 8, 8).astype(np.uint8)
    scene = open_scene(stack(tmp_path, voxels), voxel_size=1e-7)
    assert sum(scene.grid(part).n_cells for part in scene.parts) <= 30
    assert scene.notes == ("One voxel in 3 along each axis is shown.",)


def test_a_stack_in_hdf5_is_told_which_dataset(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["one"], file["two"] = np.zeros((2, 2, 2), "u1"), np.ones((2, 2, 2), "u1")
    scene = open_scene(tmp_path / "a.h5", voxel_size=1e-7, dataset="two")
    assert scene.parts == ("value 1",)


def refused(path: Path, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        open_scene(path)


def test_what_has_nothing_in_space_is_refused_in_a_sentence(tmp_path: Path, result: Path) -> None:
    refused(tmp_path / "none", "there is no result folder")
    refused(tmp_path, "lacks result.nc and summary.json: it is no finished result")
    (tmp_path / "a.txt").write_text("text")
    refused(tmp_path / "a.txt", "is no result folder, layout .* or image stack")
    refused(stack(tmp_path, np.zeros((2, 2, 2), dtype=np.uint8)), "no voxel size is given")
    scene = open_scene(result)
    for action, sentence in (
        (lambda: scene.field("lithium"), "unknown field 'lithium'"),
        (lambda: scene.grid("pores"), "unknown part 'pores'"),
        (lambda: scene.curves(99), "there is no particle 99 in fast-charge-5C"),
        (lambda: scene.values("mean_stoichiometry", 999), "instant 999 is not among the"),
    ):
        with pytest.raises(InputError, match=sentence):
            action()


def test_a_result_of_the_homogenised_model_has_no_particles_in_space(tmp_path: Path) -> None:
    folder = write_synthetic_result(tmp_path / "run")
    path = folder / "summary.json"
    summary = json.loads(path.read_text()) | {"model": "homogenised"}
    path.write_text(json.dumps(summary))
    refused(folder, "run the case with --model radial")


def test_fields_of_another_version_are_refused(stored: Path) -> None:
    index = stored / "fields" / "index.json"
    index.write_text(index.read_text().replace('"format": 1', '"format": 7'))
    refused(stored, "have format 7 and this version reads 1")


def test_fields_that_are_half_written_are_refused_when_they_are_looked_at(stored: Path) -> None:
    path = stored / "fields" / "instant-0002.vtkhdf"
    path.write_bytes(path.read_bytes()[:500])
    scene = open_scene(stored)
    scene.values("stoichiometry", 0)
    with pytest.raises(InputError, match="is damaged or of another program"):
        scene.values("stoichiometry", 1)


def test_units_for_the_eye_and_symbols_as_text() -> None:
    assert (shown_in("Pa").factor * 2e6, shown_in("Pa").unit) == (2.0, "MPa")
    assert shown_in("m").unit == "µm"
    assert shown_in("-").unit == "-"
    assert plain_symbol(r"\sigma_\mathrm{eq}") == "σ_eq"
    assert colour_map("Pa") != colour_map("-")
