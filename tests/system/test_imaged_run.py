"""Particles in their true shapes run as any case does: mechanics two-way, resumed, on two ranks, reported."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from support import tiny_case
from support.shaped_case import write_case

import chemomech
from chemomech.materials import active_material
from chemomech.solver.results.folder import MESH_CACHE

Launcher = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def imaged_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_case(tmp_path_factory.mktemp("imaged"))


@pytest.fixture(scope="module")
def whole(imaged_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[chemomech.Result]:
    case = chemomech.Case.from_toml(imaged_file)
    out = tmp_path_factory.mktemp("whole") / "result"
    with chemomech.run(case, out=out, progress=False) as result:
        yield result


def test_the_result_of_imaged_particles_is_whole(whole: chemomech.Result) -> None:
    summary, data = whole.summary, whole.dataset
    assert summary["stop_reason"] == "end-of-protocol"
    assert summary["couplings"]["mechanics"] == "two-way"
    assert summary["budget"]["lithium_relative_error"] < 1e-8
    assert summary["budget"]["charge_relative_error"] < 1e-8
    assert data.sizes["particle"] == 3
    assert data["max_principal_stress"].values[-1].min() > 0.0
    # The capacity per mass is of the particles that are meshed, and so is 1C.
    density = float(active_material("nmc622").density)
    mass = float(data["particle_volume"].sum()) / (24e-6 * 16e-6) * density
    assert summary["active_mass_mg_cm2"] == pytest.approx(100.0 * mass, rel=1e-4)
    passed = summary["c_rate"]["current_density_A_m2"] * summary["t_end_s"] / 36000.0
    assert summary["capacity_mAh_cm2"] == pytest.approx(passed, rel=1e-6)


def test_cuts_of_imaged_particles_are_not_drawn_as_circles(whole: chemomech.Result) -> None:
    from chemomech.experiments.report.figures.cuts import _outlines

    assert whole.dataset.attrs["particles_are_spheres"] == 0
    assert _outlines(whole.dataset) == []
    assert _outlines(whole.dataset.assign_attrs(particles_are_spheres=1))
    assert {path.stem for path in whole.figures} >= {"cut_stoichiometry", "cut_equivalent_stress"}
    assert whole.report.is_file()


def test_a_stopped_run_finds_its_mesh_again_and_goes_on_upon_two_ranks(
    imaged_file: Path, whole: chemomech.Result, tmp_path: Path, on_ranks: Launcher
) -> None:
    out = tmp_path / "moved"
    case = chemomech.Case.from_toml(imaged_file).with_overrides({"numerics.max_wall_time": "0.1 s"})
    with chemomech.run(case, out=out, progress=False, report=False) as early:
        assert early.summary["stop_reason"] == "time-limit"
    (mesh,) = (out / MESH_CACHE).glob("*.msh")
    made = mesh.stat().st_mtime_ns
    process = on_ranks(2, ["-c", tiny_case.RESUME, str(imaged_file), str(out)], timeout=900.0)
    assert process.returncode == 0, process.stderr
    assert mesh.stat().st_mtime_ns == made
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["cost"]["ranks"] == 2
    assert summary["voltage_end_V"] == pytest.approx(whole.summary["voltage_end_V"], abs=1e-5)
    with chemomech.Result.open(out) as moved:
        a, b = whole.dataset, moved.dataset
        assert np.array_equal(a["particle_z"].values, b["particle_z"].values)
        difference = np.abs(a["mean_stoichiometry"].values[-1] - b["mean_stoichiometry"].values[-1])
        assert difference.max() < 1e-6
