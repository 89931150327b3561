"""Fields in space as runs leave them by default, read back as anybody reads them."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
import pyvista as pv
from scipy.spatial import cKDTree
from support import tiny_case
from support.tiny_case import Charge

import chemomech
from chemomech.app.picture import Picture
from chemomech.experiments.scenes import open_scene
from chemomech.materials import active_material
from chemomech.solver.output.fields import FieldWriter
from chemomech.solver.results.fields import FieldIndex, read_index
from chemomech.solver.stepping.loop import Snapshot

Array = npt.NDArray[np.float64]

PARTS = ("particles", "matrix", "separator")
ASKED = sorted({*tiny_case.FIELD_TIMES, *tiny_case.CUT_TIMES})


def index_of(result: Path) -> FieldIndex:
    index = read_index(result / "fields")
    assert index is not None
    return index


@pytest.fixture(scope="module")
def instants(charge: Charge) -> list[pv.MultiBlock]:
    """Every instant, by plain ``pyvista.read``."""
    folder = charge.result.path / "fields"
    return [pv.read(folder / entry.file) for entry in index_of(charge.result.path).instants]


def test_fields_are_written_at_the_first_accepted_times_from_those_asked(charge: Charge) -> None:
    index, times = index_of(charge.result.path), charge.result.dataset["time"].values
    found = [entry.time for entry in index.instants]
    assert found == [times[times >= asked - 1e-9][0] for asked in ASKED]
    names = {"index.json", "geometry.h5", "fields.vtkhdf", *(entry.file for entry in index.instants)}
    assert {path.name for path in (charge.result.path / "fields").iterdir()} == names
    assert "fields in space: 4 instants of up to 0.1" in charge.process.stderr


def test_coordinates_are_metres(instants: list[pv.MultiBlock]) -> None:
    # Box 8 x 8 x 12 um, separator 6 um; the spheres reach from z = 2.8 - 2.2 um to 9.1 + 2.4 um.
    for name, low, high in (
        ("matrix", (0.0, 0.0, 0.0), (8e-6, 8e-6, 12e-6)),
        ("separator", (0.0, 0.0, 12e-6), (8e-6, 8e-6, 18e-6)),
        ("particles", (0.4e-6, 0.5e-6, 0.6e-6), (7.3e-6, 7.2e-6, 11.5e-6)),
    ):
        # A sphere's outermost point need not be a node of the mesh.
        tolerance = 0.15e-6 if name == "particles" else 1e-12
        assert instants[0][name].points.min(axis=0) == pytest.approx(low, abs=tolerance), name
        assert instants[0][name].points.max(axis=0) == pytest.approx(high, abs=tolerance), name


def test_the_parts_fill_the_box_and_each_particle_its_own_volume(
    instants: list[pv.MultiBlock], charge: Charge
) -> None:
    # Curved cells are summed by their straight sides, which lose some hundredths of a sphere.
    volumes = {name: instants[0][name].compute_cell_sizes() for name in PARTS}
    total = sum(float(part["Volume"].sum()) for part in volumes.values())
    assert total == pytest.approx(8 * 8 * 18e-18, rel=1e-6)
    particles = volumes["particles"]
    by_particle = np.bincount(particles["particle"], weights=particles["Volume"])
    assert by_particle == pytest.approx(charge.result.dataset["particle_volume"].values, rel=0.03)


def test_values_are_those_of_the_result_in_si_units(instants: list[pv.MultiBlock], charge: Charge) -> None:
    data = charge.result.dataset
    row = int(np.argmax(data["time"].values >= 100.0))
    first, later = instants[0], instants[ASKED.index(100.0)]
    salt = np.concatenate([later[part]["electrolyte_concentration"] for part in ("matrix", "separator")])
    assert first["separator"]["electrolyte_concentration"] == pytest.approx(1000.0)
    assert salt.min() == pytest.approx(float(data["electrolyte_concentration_min"][row]), rel=1e-6)
    assert salt.max() == pytest.approx(float(data["electrolyte_concentration_max"][row]), rel=1e-6)
    stoichiometry = later["particles"]["stoichiometry"]
    assert first["particles"]["stoichiometry"] == pytest.approx(0.93)
    assert stoichiometry.min() == pytest.approx(float(data["stoichiometry_min"][row]), rel=1e-6)
    assert stoichiometry.max() == pytest.approx(float(data["stoichiometry_max"][row]), rel=1e-6)
    # Potentials are against lithium metal: matrix and particles are near the voltage.
    for instant, index in ((first, 0), (later, row)):
        voltage = float(data["voltage"][index])
        assert instant["matrix"]["matrix_potential"] == pytest.approx(voltage, abs=1e-3)
        assert instant["particles"]["particle_potential"] == pytest.approx(voltage, abs=1e-2)
    # Stress fields are smoothed over nodes, readings are peaks over points: the same but for that.
    for field, reading in (
        ("equivalent_stress", "max_equivalent_stress"),
        ("principal_stress", "max_principal_stress"),
    ):
        peak = float(data[reading][row].max())
        assert 0.5 * peak < later["particles"][field].max() < 1.5 * peak
    principal, hydrostatic = (
        later["particles"][f"{name}_stress"].astype(float) for name in ("principal", "hydrostatic")
    )
    equivalent = later["particles"]["equivalent_stress"].astype(float)
    # s1 - sh lies between a third and two thirds of the equivalent stress, whatever the state of stress; here
    # but for what the smoothing of each does.
    share = (principal - hydrostatic)[equivalent > 0.3 * equivalent.max()]
    share = share / equivalent[equivalent > 0.3 * equivalent.max()]
    assert 0.25 < np.median(share) < 0.7


def test_displacement_is_metres_of_shrinkage(instants: list[pv.MultiBlock], charge: Charge) -> None:
    first, later = (instants[k]["matrix"]["displacement"] for k in (0, ASKED.index(100.0)))
    assert np.abs(first).max() < 1e-12
    # The surface towards the separator moves by the chemical strain of what lies below it: about that of the
    # particles times their share of the thickness of 12 um.
    data = charge.result.dataset
    row = int(np.argmax(data["time"].values >= 100.0))
    strain = active_material("nmc622").chemical_strain
    change = np.asarray(strain(data["mean_stoichiometry"][row].values)) - float(strain(0.93))
    largest = np.abs(change).max() * 12e-6
    print("largest displacement", np.abs(later).max(), "bound", largest)
    assert 0.01 * largest < np.abs(later).max() < 2.0 * largest


def test_paraview_finds_all_instants_in_one_file(instants: list[pv.MultiBlock], charge: Charge) -> None:
    reader = pv.get_reader(charge.result.path / "fields" / "fields.vtkhdf").reader
    assert reader.GetNumberOfSteps() == len(instants)
    for k, instant in enumerate(instants):
        reader.SetStep(k)
        reader.Update()
        shown = pv.wrap(reader.GetOutputDataObject(0))
        assert shown.keys() == instant.keys() == list(PARTS)
        for part in PARTS:
            assert set(shown[part].array_names) == {*instant[part].array_names, "Time"}
            for name in instant[part].array_names:
                assert np.array_equal(shown[part][name], instant[part][name]), (part, name)


def test_a_scene_shows_what_is_stored_in_micrometres(instants: list[pv.MultiBlock], charge: Charge) -> None:
    scene = open_scene(charge.result.path)
    assert scene.parts == PARTS
    assert scene.times.tolist() == [entry.time for entry in index_of(charge.result.path).instants]
    for part in scene.parts:
        assert scene.grid(part).points == pytest.approx(1e6 * instants[0][part].points)
        assert np.array_equal(scene.grid(part)["particle"], instants[0][part]["particle"])
        assert scene.grid(part).volume == pytest.approx(1e18 * instants[0][part].volume)
    for field in scene.fields:
        if not field.by_particle:
            assert np.array_equal(scene.values(field, 2), instants[2][field.part][field.name])
        low, high = scene.range(field)
        values = [scene.values(field, k) for k in range(len(scene.times))]
        length = [np.linalg.norm(v.astype(float), axis=1) if v.ndim == 2 else v for v in values]
        assert np.min(length) == pytest.approx(low, rel=1e-5, abs=1e-30)
        assert np.max(length) == pytest.approx(high, rel=1e-5)


TESTS = Path(__file__).resolve().parent.parent
SHORT: Mapping[str, Any] = tiny_case.CHEAP | {
    "mechanics.coupling": "one-way",
    "protocol": ["Charge at 5C for 6 s"],
    # Forces left out of balance stay far below what is compared.
    "numerics.stress_tolerance": "0.01 MPa",
    "numerics.force_tolerance": 1e-7,
    "output.field_times": ["0 s", "3 s", "5 s"],
    "output.checkpoint_every": 1,
}


class Whole(NamedTuple):
    """The short run that nobody disturbs, and whether each look of the writer left its state as it was."""

    path: Path
    untouched: list[bool]


@pytest.fixture(scope="module")
def whole(case_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    observe, untouched = FieldWriter.observe, []

    def watched(writer: FieldWriter, snapshot: Snapshot) -> None:
        cell = writer._stepper
        # What a checkpoint would hold, and what the next step begins from.
        before = {**cell.state(), **dict(enumerate(cell.arrays()))}
        observe(writer, snapshot)
        after = {**cell.state(), **dict(enumerate(cell.arrays()))}
        assert before.keys() == after.keys()
        untouched.append(all(np.array_equal(before[name], after[name]) for name in before))

    out = tmp_path_factory.mktemp("whole") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FieldWriter, "observe", watched)
        tiny_case.run(case_file, out, SHORT).close()
    return Whole(out, untouched)


def test_run_killed_while_it_writes_fields_is_resumed_to_the_same_fields(
    case_file: Path, tmp_path: Path, whole: Whole
) -> None:
    case = chemomech.Case.from_toml(case_file).with_overrides(SHORT)
    path, out = tmp_path / "short.toml", tmp_path / "killed"
    path.write_text(case.to_toml(), encoding="utf-8")
    # Geometry, index and series, then three files an instant: it dies as the index names the second.
    script = TESTS / "support" / "killed_while_writing.py"
    process = subprocess.run(
        [sys.executable, str(script), str(path), str(out), "7"],
        capture_output=True,
        text=True,
        timeout=900.0,
    )
    assert process.returncode == -signal.SIGKILL, process.stderr
    fields = out / "fields"
    assert any(".tmp" in path.name for path in fields.iterdir())

    tiny_case.run(case_file, out, SHORT, resume=True).close()
    assert {path.name for path in fields.iterdir()} == {
        path.name for path in (whole.path / "fields").iterdir()
    }
    found, wanted = index_of(out), index_of(whole.path)
    assert found.parts == wanted.parts
    assert found.geometry_digest == wanted.geometry_digest
    assert [entry.time for entry in found.instants] == pytest.approx([0.0, 3.0, 5.0], abs=1e-3)
    for ours, theirs in zip(found.instants, wanted.instants, strict=True):
        assert hashlib.sha256((fields / ours.file).read_bytes()).hexdigest() == ours.digest
        a, b = pv.read(fields / ours.file), pv.read(whole.path / "fields" / theirs.file)
        for part in PARTS:
            for name in b[part].array_names:
                scale = float(np.abs(b[part][name]).max()) or 1.0
                assert a[part][name] == pytest.approx(b[part][name], rel=1e-4, abs=1e-5 * scale), (part, name)


def test_a_run_goes_on_to_the_bit_as_without_fields(case_file: Path, tmp_path: Path, whole: Whole) -> None:
    # The times of fields are met by steps, which those that are not written must be, too.
    with (
        chemomech.Result.open(whole.path) as written,
        tiny_case.run(case_file, tmp_path / "without", {**SHORT, "output.field_limit": "0 MB"}) as unwritten,
    ):
        assert not (tmp_path / "without" / "fields").exists()
        assert len(whole.untouched) == written.dataset.sizes["time"]
        assert all(whole.untouched)
        # Two runs of the same case differ by rounding: the libraries below sum as memory lies.
        for name, values in written.dataset.variables.items():
            if name not in ("error_estimate", "lithium_relative_error", "charge_relative_error"):
                scale = float(np.nanmax(np.abs(values.values), initial=1e-30))
                assert unwritten.dataset[name].values == pytest.approx(
                    values.values, rel=1e-6, abs=1e-7 * scale, nan_ok=True
                ), name


def test_fields_stay_below_the_limit_and_what_is_left_out_is_said(
    case_file: Path, tmp_path: Path, whole: Whole, capfd: pytest.CaptureFixture[str]
) -> None:
    size = sum(path.stat().st_size for path in (whole.path / "fields").iterdir())
    out = tmp_path / "bounded"
    limit = 0.62  # MB: two instants and the geometry
    changes = {**SHORT, "output.field_limit": f"{limit} MB"}
    case = chemomech.Case.from_toml(case_file).with_overrides(changes)
    chemomech.run(case, out=out, report=False).close()
    index = index_of(out)
    assert [entry.time for entry in index.instants] == pytest.approx([0.0, 5.0], abs=1e-3)
    assert index.left_out == (3.0,)
    assert sum(path.stat().st_size for path in (out / "fields").iterdir()) < min(1e6 * limit, size)
    said = capfd.readouterr().err
    assert "fields in space: 2 instants" in said
    assert "fields at 3 s are left out: they would go past that limit" in said
    assert open_scene(out).notes == ("Fields at 3 s were left out, past output.field_limit.",)


def test_what_is_drawn_of_curved_cells_has_the_values_of_its_places(charge: Charge) -> None:
    picture = Picture(open_scene(charge.result.path))
    scene, look = picture.scene, picture.first_look()
    grid = scene.grid("particles")
    centres, by_point = cKDTree(grid.cell_centers().points), cKDTree(grid.points)
    names = [field for field in scene.fields if field.part == "particles" and not field.by_particle]
    assert names
    for field in names:
        (layer,) = picture.layers(replace(look, field=field.key, time=2))
        values = np.asarray(scene.values(field, 2), dtype=float)
        wanted = (np.linalg.norm(values, axis=1) if values.ndim == 2 else values) * field.shown_factor
        assert layer.values is not None
        if layer.on == "points":
            gap, row = by_point.query(layer.mesh.points)
            assert gap.max() < 1e-3 * grid.length
            assert layer.values == pytest.approx(wanted[row], rel=1e-5, abs=1e-20), field.name
        else:
            _, row = centres.query(layer.mesh.cell_centers().points)
            same = np.isclose(layer.values, wanted[row], rtol=1e-5)
            assert np.mean(same) > 0.9, field.name  # the nearest centre may be that of a neighbour
    kept = layer.mesh.cell_data["particle"]
    for field in scene.fields:
        if field.by_particle and field.part == "particles":
            (layer,) = picture.layers(replace(look, field=field.key, time=2))
            per_cell, particle = scene.values(field, 2), grid.cell_data["particle"]
            assert layer.values is not None
            for one in np.unique(kept):
                wanted = per_cell[particle == one][0] * field.shown_factor
                assert layer.values[kept == one] == pytest.approx(wanted, rel=1e-5), field.name
