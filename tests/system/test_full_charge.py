"""The whole job on a tiny cell: what the command leaves behind, and that it is right."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from support.tiny_case import Charge

from chemomech.materials import FARADAY, active_material


def test_charge_ends_at_its_cutoff_voltage(charge: Charge) -> None:
    summary = charge.result.summary
    assert summary["stop_reason"] == "cutoff-voltage"
    assert abs(summary["voltage_end_V"] - 4.5) < 1e-4
    assert "nothing needs changing" in summary["stop_detail"]
    voltage = charge.result.dataset["voltage"].values
    assert voltage[-1] == summary["voltage_end_V"]
    # Constant current on a falling open-circuit curve: the voltage only rises.
    assert np.all(np.diff(voltage) > 0.0)


def test_lithium_and_charge_budgets_close_in_every_step(charge: Charge) -> None:
    budget, data = charge.result.summary["budget"], charge.result.dataset
    print(budget)
    for name in ("lithium_relative_error", "charge_relative_error"):
        assert budget[name] < 1e-8
        assert budget[name] == data[name].values[1:].max()


def test_mean_stoichiometry_is_what_the_charge_says(charge: Charge) -> None:
    data = charge.result.dataset
    volume = data["particle_volume"].values
    mean = (data["mean_stoichiometry"].values * volume).sum(axis=1) / volume.sum()
    c_max = float(active_material("nmc622").maximum_concentration)
    charge_passed = data["areal_capacity"].values * 3.6e4  # mAh/cm2 to C/m2
    area = 8e-6 * 8e-6
    expected = 0.93 - charge_passed * area / (FARADAY * c_max * volume.sum())
    print("largest difference", np.abs(mean - expected).max())
    assert np.abs(mean - expected).max() < 1e-6
    # Galvanostatic: charge is current times time.
    assert charge_passed == pytest.approx(data["current_density"].values[-1] * data["time"].values, abs=1e-6)
    # And the reaction currents of the particles add up to it, but for the stress they were read with: its
    # last change, within numerics.stress_tolerance = 0.2 MPa, shifts overpotentials by some
    # 4e-6 m3/mol * 0.2 MPa / F = 1e-5 V, which is 4e-4 of RT/F.
    reaction = (data["reaction_current_density"] * data["particle_area"]).sum("particle").values / area
    assert reaction[1:] == pytest.approx(data["current_density"].values[1:], rel=1e-3)


def test_stoichiometry_stays_between_start_and_the_end_of_the_open_circuit_curve(charge: Charge) -> None:
    data = charge.result.dataset
    low, _ = active_material("nmc622").open_circuit_voltage.valid_range
    # The first front is thinner than the coarse cells: the core, a narrow mean, overshoots by 0.014 until it
    # has grown; nothing else does.
    overshoot = {"surface_stoichiometry": 1e-9, "mean_stoichiometry": 1e-9, "core_stoichiometry": 0.02}
    for name, above in overshoot.items():
        values = data[name].values
        assert values.min() > low, name
        assert values.max() < 0.93 + above, name
    # Lithium leaves through the surface.
    late = data["time"].values > 10.0
    assert np.all((data["surface_stoichiometry"] < data["core_stoichiometry"]).values[late])
    rate = charge.result.summary["c_rate"]
    assert rate["label"] == "5C"
    assert rate["current_density_A_m2"] == pytest.approx(50.0 * rate["nominal_capacity_mAh_cm2"])


def test_stress_appears_with_the_gradient_and_the_fracture_index_never_falls(charge: Charge) -> None:
    data = charge.result.dataset
    assert np.all(data["max_equivalent_stress"].values[0] < 1.0e3)  # stress-free at rest, to 1 kPa
    assert np.all(data["max_equivalent_stress"].values[-1] > 1.0e6)
    for name in ("strength_ratio", "surface_crack_ratio", "energy_release_ratio"):
        assert np.all(np.diff(data[name].values, axis=0) >= 0.0), name
        assert np.all(data[name].values[-1] > 0.0), name
    assert np.all(np.diff(data["core_crack_ratio"].values, axis=0) >= 0.0)


def test_surface_crack_is_opened_by_the_stress_at_the_surface(charge: Charge) -> None:
    data = charge.result.dataset.drop_duplicates("time")
    late = data.isel(time=data["time"].values > 60.0)
    # The equivalent stress of a surface under equal hoop stresses t and traction p is t - p. A crack of
    # 100 nm reaches out of the steepest part of the stress: K is below 1.122 t sqrt(pi a), by less than a
    # third.
    hoop = (late["surface_equivalent_stress"] + late["mean_hydrostatic_stress"]).values
    share = late["surface_stress_intensity"].values / (1.1215 * hoop * np.sqrt(np.pi * 100e-9))
    print(share.min(), share.max())
    assert share.min() > 0.67
    assert share.max() < 1.02
    # On charge the core is pressed shut against the tension of the matrix.
    core = late["core_stress_intensity"].values
    assert np.all(core < 2.0 * late["mean_hydrostatic_stress"].values * np.sqrt(100e-9 / np.pi))
    # The ratio is the largest (K / K_c(x at the surface))^2 so far.
    toughness = active_material("nmc622").fracture_toughness(data["surface_stoichiometry"].values)
    present = (np.maximum(data["surface_stress_intensity"].values, 0.0) / toughness) ** 2
    assert data["surface_crack_ratio"].values == pytest.approx(np.maximum.accumulate(present), rel=1e-9)


def test_first_passages_lie_where_the_running_maxima_pass_one(charge: Charge) -> None:
    data = charge.result.dataset.drop_duplicates("time")
    time = data["time"].values
    for mode in ("strength", "surface_crack", "core_crack"):
        ratio, found = data[f"{mode}_ratio"].values, data[f"{mode}_first_passage"].values
        assert np.array_equal(np.isfinite(found), ratio[-1] >= 1.0), mode
        for k in np.flatnonzero(np.isfinite(found)):
            after = int(np.argmax(ratio[:, k] >= 1.0))
            assert time[after - 1] <= found[k] <= time[after], mode
    assert np.all(np.isfinite(data["surface_crack_first_passage"].values))
    assert np.all(np.isnan(data["core_crack_first_passage"].values))


def test_result_folder_is_whole(charge: Charge) -> None:
    result = charge.result
    assert len(result.figures) >= 6
    assert all(figure.read_bytes().startswith(b"\x89PNG") for figure in result.figures)
    page = result.report.read_text(encoding="utf-8")
    assert "cutoff-voltage" in page
    # Self-contained: nothing is fetched from elsewhere.
    assert re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', page) == []
    for key in ("t_end_s", "c_rate", "capacity_mAh_cm2", "capacity_mAh_g", "couplings", "size", "cost",
                "probes", "peak_strain_percent", "versions"):  # fmt: skip
        assert result.summary[key], key
    for name, variable in result.dataset.variables.items():
        assert variable.attrs.get("long_name"), name
        assert variable.attrs.get("units"), name
    cost = result.summary["cost"]
    assert cost["accepted_steps"] == result.dataset.sizes["time"] - 1
    assert not [path for path in result.path.rglob("*") if ".tmp" in path.name]


def test_cuts_are_taken_at_the_first_accepted_time_from_those_asked(charge: Charge) -> None:
    data = charge.result.dataset
    times = data["time"].values
    assert data["cut_time"].values == pytest.approx([times[times >= t][0] for t in (10.0, 300.0)])
    stoichiometry = data["cut_stoichiometry"].values
    salt = data["cut_electrolyte_concentration"].values
    assert 0.2 < np.isfinite(stoichiometry).mean() < 0.5
    # Every point of the cut lies in a particle or in pores, but for some that a curved facet shares.
    assert (np.isfinite(stoichiometry) | np.isfinite(salt)).mean() > 0.99
    assert np.nanmin(stoichiometry[1]) < np.nanmin(stoichiometry[0]) < 0.93


def test_progress_off_a_terminal_is_plain_lines(charge: Charge) -> None:
    lines = charge.process.stderr.splitlines()
    assert re.fullmatch(r"1C = [\d.]+ A/m2 \(180 mAh/g, [\d.]+ mAh/cm2\)", lines[0])
    assert re.fullmatch(r"Charge at 5C until 4\.5 V: \+[\d.]+ A/m2", lines[1])
    assert re.fullmatch(r"about \d+ cells \(to a factor of two\): .* for 100 steps", lines[2])
    assert lines[3:5] == ["meshing ...", "compiling and setting up ..."]
    assert re.fullmatch(
        r"fields in space: \d+ instants of up to [\d.]+ MB \(output\.field_limit, 500 MB\)", lines[5]
    )
    states = lines[6:]
    pattern = r"t = [\d.e+]+ s, \d\.\d{4} V, step [\d.e-]+ s, wall \d+:\d\d(, about \d+:\d\d left)?"
    assert all(re.fullmatch(pattern, line) for line in states), states
    assert states[0].startswith("t = 0 s, ")
    # The last state is always said.
    assert states[-1].startswith(f"t = {charge.result.summary['t_end_s']:.4g} s, 4.5000 V, ")
    assert "\x1b" not in charge.process.stderr
    assert "\r" not in charge.process.stderr
    out = charge.process.stdout.splitlines()
    assert out[0].startswith("cutoff-voltage: 'Charge at 5C until 4.5 V' ended at t = ")
    capacity = charge.result.summary["capacity_mAh_g"]
    assert out[1].startswith(f"capacity: {capacity:.2f} mAh/g, ")
    assert out[2] == f"result: {charge.result.path}"


def test_finished_run_is_not_overwritten(charge: Charge, case_file: Path) -> None:
    from chemomech.cli import main

    before = (charge.result.path / "summary.json").read_bytes()
    assert main(["run", str(case_file), "--out", str(charge.result.path)]) == 2
    assert (charge.result.path / "summary.json").read_bytes() == before
