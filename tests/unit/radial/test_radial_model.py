"""The radial model by name: its result folder, resume, sampling, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.radial_cells import PACKED

import chemomech
from chemomech.cli import main
from chemomech.errors import InputError
from chemomech.experiments.models.radial.build import expected_memory, memory_line, require_memory
from chemomech.solver.results import Result

CYCLE = ["Charge at 5C until 4.3 V", "Discharge at 5C until 3.2 V"]


def case(**changes: Any) -> chemomech.Case:
    base = {"geometry.layout": PACKED, "protocol": CYCLE, "mass_loading": "5 mg/cm2"}
    return chemomech.Case.from_toml("fast-charge-5C").with_overrides({**base, **changes})


def run(folder: Path, **changes: Any) -> Result:
    return chemomech.run(case(**changes), out=folder, progress=False, report=False, model="radial")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return run(tmp_path_factory.mktemp("radial") / "r")


def test_a_result_has_what_those_of_the_resolved_model_have(whole: Result) -> None:
    data, summary = whole.dataset, whole.summary
    assert summary["model"] == "radial"
    assert summary["stop_reason"] == "cutoff-voltage"
    assert summary["budget"]["lithium_relative_error"] < 1e-9
    assert summary["couplings"]["stress drives diffusion"]
    assert len(summary["cycles"]) == 1
    for name in (
        "surface_equivalent_stress", "core_stoichiometry", "surface_crack_ratio", "matrix_potential",
        "electrolyte_potential_drop", "strength_first_passage", "reaction_current_density",
    ):  # fmt: skip
        assert name in data
    charging = int(np.searchsorted(data["step_number"].values, 2)) - 1
    stress = data["surface_equivalent_stress"].values[charging]
    assert np.all((stress > 5e6) & (stress < 3e9))
    assert np.all(data["surface_stress_intensity"].values[charging] > 0.0)
    assert np.all(data["core_stress_intensity"].values[-1] > data["core_stress_intensity"].values[charging])
    left_out = {key for entry in summary["not_represented"] for key in entry["keys"]}
    assert {"mesh.*", "output.cut_times", "materials.cathode.conductivity"} <= left_out
    assert not any(key.startswith("radial") for key in left_out)


def test_particles_stand_where_the_layout_has_them(whole: Result) -> None:
    layout = chemomech.experiments.case.prepare.prepare(case()).layout
    assert whole.dataset["particle_z"].values == pytest.approx(layout.centres[:, 2])
    assert whole.dataset["particle_radius"].values == pytest.approx(layout.radii)
    assert whole.dataset["particle_volume"].values == pytest.approx(4.0 / 3.0 * np.pi * layout.radii**3)


def test_stress_and_cracks_are_those_of_the_profile(whole: Result) -> None:
    """Core less surface: the hoop stress at the surface is E/(1 - nu) of the mismatch and the traction."""
    data = whole.dataset
    cathode = chemomech.experiments.case.prepare.prepare(case()).model.cathode
    charging = int(np.searchsorted(data["step_number"].values, 2)) - 1
    mean, surface = (data[name].values[charging] for name in ("mean_stoichiometry", "surface_stoichiometry"))
    strain, nu = cathode.chemical_strain_since_made, float(cathode.poisson_ratio)
    young = np.asarray(cathode.youngs_modulus(surface))
    hoop = young / (1.0 - nu) * (np.asarray(strain(mean)) - np.asarray(strain(surface)))
    found = data["surface_equivalent_stress"].values[charging]
    # The strain is not linear in x, and the deviator of the matrix is in it: to a fifth.
    assert found == pytest.approx(hoop, rel=0.2)


def test_a_run_that_ran_out_of_time_is_resumed_to_the_same_end(whole: Result, tmp_path: Path) -> None:
    out = tmp_path / "r"
    stopped = run(out, **{"numerics.max_wall_time": "0.001 s"})
    assert stopped.summary["stop_reason"] == "time-limit"
    assert stopped.dataset.sizes["time"] < whole.dataset.sizes["time"]
    stopped.close()
    resumed = chemomech.run(case(), out=out, resume=True, progress=False, report=False, model="radial")
    assert resumed.summary["t_end_s"] == whole.summary["t_end_s"]
    assert np.array_equal(resumed.dataset["voltage"].values, whole.dataset["voltage"].values)
    for name in ("surface_crack_ratio", "core_stoichiometry"):
        assert np.array_equal(resumed.dataset[name].values, whole.dataset[name].values)


def test_an_interval_thins_the_result_and_changes_no_row_of_a_cycle(whole: Result, tmp_path: Path) -> None:
    thin = run(tmp_path / "r", **{"output.interval": "1000 s"})
    # First and last state of each of both steps.
    assert thin.dataset.sizes["time"] <= 5
    assert thin.dataset["time"].values[-1] == whole.dataset["time"].values[-1]
    assert thin.summary["steps"] == whole.summary["steps"]
    assert thin.summary["cycles"] == whole.summary["cycles"]
    assert thin.summary["budget"] == whole.summary["budget"]
    # Maxima so far are those over every state, kept or not.
    assert np.array_equal(
        thin.dataset["strength_ratio"].values[-1], whole.dataset["strength_ratio"].values[-1]
    )


def test_the_model_of_a_case_is_run_where_no_other_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(case(model="radial", protocol=["Charge at 5C for 5 s"]).to_toml(), encoding="utf-8")
    assert main(["run", str(path), "--out", str(tmp_path / "r")]) == 0
    said = capsys.readouterr()
    assert "5 particles: about 0.3 GB" in said.err
    with Result.open(tmp_path / "r") as result:
        assert result.summary["model"] == "radial"
        assert result.report.is_file()


def test_every_shipped_case_names_a_model_that_there_is() -> None:
    from chemomech.experiments.case.case import shipped_cases
    from chemomech.experiments.models.registry import MODELS

    models = {name: chemomech.Case.from_toml(name).model for name in shipped_cases()}
    assert set(models.values()) <= set(MODELS)
    assert models["electrode-1870"] == "radial"
    assert models["fast-charge-5C"] == "resolved"


def test_a_run_is_not_continued_by_another_model(tmp_path: Path) -> None:
    run(tmp_path / "r", protocol=["Charge at 5C for 5 s"], **{"numerics.max_wall_time": "0.001 s"}).close()
    with pytest.raises(InputError, match="was made by another case|has format"):
        chemomech.run(
            case(protocol=["Charge at 5C for 5 s"]),
            out=tmp_path / "r", resume=True, progress=False, report=False, model="resolved",
        )  # fmt: skip


# --- refused --------------------------------------------------------------------------------------------


def layout_file(folder: Path, rows: list[tuple[float, float, float, float]]) -> str:
    from chemomech.geometry import Layout, write_layout

    values = np.array(rows).reshape(-1, 4)
    path = folder / "own.csv"
    write_layout(Layout(values[:, :3], values[:, 3], (20e-6, 20e-6, 20e-6), "own"), path)
    return str(path)


@pytest.mark.parametrize(
    ("rows", "changes", "words"),
    [
        ([(10e-6, 10e-6, 10e-6, 8e-6), (1e-6, 1e-6, 1e-6, 5e-10)], {"mechanics.coupling": "off"},
         r"radii from 0.0005 to 8 um, more than four decades apart; leave out"),
        ([(10e-6, 10e-6, 10e-6, 4e-6)], {"wiring": {"particles": "wiring.csv"}}, "."),
        ([], {}, "."),
    ],
)  # fmt: skip
def test_layouts_that_cannot_be_represented_are_refused_in_a_sentence(
    tmp_path: Path, rows: list[Any], changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words) as refused:
        run(tmp_path / "r", **{"geometry.layout": layout_file(tmp_path, rows), **changes})
    assert str(refused.value).count("\n") == 0
    assert not (tmp_path / "r").exists()


def test_a_layout_of_one_particle_runs(tmp_path: Path) -> None:
    layout = layout_file(tmp_path, [(10e-6, 10e-6, 10e-6, 5e-6)])
    result = run(
        tmp_path / "r",
        **{"geometry.layout": layout, "protocol": ["Charge at 1C for 60 s"], "mass_loading": "0.6 mg/cm2"},
    )
    assert result.dataset.sizes["particle"] == 1
    assert result.summary["stop_reason"] == "end-of-protocol"


def test_a_separator_thinner_than_a_particle_runs(tmp_path: Path) -> None:
    result = run(
        tmp_path / "r", **{"geometry.separator_thickness": "0.2 um", "protocol": ["Charge at 1C for 20 s"]}
    )
    assert result.summary["stop_reason"] == "end-of-protocol"
    assert result.dataset["depth"].values[-1] == pytest.approx(20.2e-6)


def test_memory_is_said_before_a_run_and_refused_where_no_machine_has_it() -> None:
    assert memory_line(100_000, 24) == (
        "100000 particles: about 1.5 GB, and 2 GB for 100 states of the result"
    )
    assert expected_memory(18_700, 24)[0] < 2.0
    with pytest.raises(InputError, match=r"10000000 particles with radial.intervals = 24 need about .* GB"):
        require_memory(10_000_000, 24)


def test_extensions_are_refused(tmp_path: Path) -> None:
    from chemomech.solver.cell.extensions import Extensions

    with pytest.raises(InputError, match="cannot be extended by 'a film'"):
        chemomech.run(case(), out=tmp_path / "r", model="radial", extensions=Extensions("a film"))
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("radial.intervals", 2, "radial.intervals = 2 must lie between 4 and 400"),
        ("radial.transport", "maxwel", "maxwell"),
        ("radial.radius", "mean", "volume-over-surface"),
        ("radial.hindrance", 0.0, "radial.hindrance"),
        ("radial.traction", "neighbours", "estimate"),
        ("radial.shells", 5, "radial"),
    ],
)
def test_settings_out_of_bounds_are_refused_by_name(key: str, value: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        case(**{key: value})


def test_a_hindrance_beside_that_of_the_layout_is_refused() -> None:
    with pytest.raises(InputError, match=r"radial.hindrance = 0.5 and radial.transport = 'layout' state"):
        case(**{"radial.hindrance": 0.5, "radial.transport": "layout"})


def test_fields_around_the_spheres_take_the_place_of_estimates(whole: Result, tmp_path: Path) -> None:
    changes = {"radial.transport": "layout", "radial.traction": "layout"}
    with run(tmp_path / "r", **changes) as result:
        charging = int(np.searchsorted(result.dataset["step_number"].values, 2)) - 1
        before = int(np.searchsorted(whole.dataset["step_number"].values, 2)) - 1
        traction, estimate = (
            data["mean_hydrostatic_stress"].values[at]
            for data, at in ((result.dataset, charging), (whole.dataset, before))
        )
        # Neighbours differ: particles that bear alike in the estimate do not.
        assert np.std(traction) > 1.2 * np.std(estimate)
        assert traction.mean() == pytest.approx(estimate.mean(), rel=0.4)
        core = result.dataset["core_equivalent_stress"].values[charging]
        assert np.ptp(core) > 0.05 * core.mean()
        assert np.ptp(whole.dataset["core_equivalent_stress"].values[before]) < 1e-9 * core.mean()
        assert result.summary["budget"]["lithium_relative_error"] < 1e-9


def test_the_summary_is_plain_json(whole: Result) -> None:
    assert json.loads(json.dumps(whole.summary)) == whole.summary
