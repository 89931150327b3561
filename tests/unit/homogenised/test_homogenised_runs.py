"""The companion with PyBaMM: results, protocols, exports."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

import chemomech
from chemomech.errors import InputError
from chemomech.experiments.case import Case

pytest.importorskip("pybamm", reason="the companion is optional")

from chemomech.experiments.case.prepare import prepare
from chemomech.experiments.models.homogenised import (
    DfnOptions,
    homogenise,
    parameter_values,
    pybamm,
    read_bpx,
    write_bpx,
    write_parameters,
)
from chemomech.experiments.runner import run_dfn
from chemomech.materials import active_material

COARSE = DfnOptions(electrode_points=8, separator_points=4, radial_points=10)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> chemomech.Result:
    case = Case.from_toml("fast-charge-5C").with_overrides({"mechanics.coupling": "one-way"})
    return run_dfn(case, tmp_path_factory.mktemp("dfn") / "r", options=COARSE)


def test_the_result_of_a_screened_run_is_a_normal_result(result: chemomech.Result) -> None:
    summary, data = result.summary, result.dataset
    assert (summary["stop_reason"], summary["fidelity"]) == ("cutoff-voltage", "dfn")
    assert summary["voltage_end_V"] == pytest.approx(4.5, abs=1e-6)
    assert summary["c_rate"]["label"] == "5C"
    assert summary["capacity_mAh_cm2"] == pytest.approx(72.0 * summary["t_end_s"] / 36e3, rel=1e-6)
    assert summary["budget"]["lithium_relative_error"] < 1e-6
    # Read back at cell centres, so of the order of the finite volumes, and not a stated zero.
    assert 1e-12 < summary["budget"]["charge_relative_error"] < 1e-3
    # Depth counts from the collector: on charge salt is used up at the lithium metal, at the far end.
    end = data["electrolyte_concentration"].values[-1]
    assert end[-1] < 1000.0 < end[0]
    assert (data["reaction_current_density"].values > 0.0).all()
    assert (data["max_principal_stress"].values[-1] > 1e7).all()


def test_the_screened_run_reads_the_same_fracture_as_a_resolved_one(result: chemomech.Result) -> None:
    data = result.dataset.drop_duplicates("time")
    assert data.attrs["stress_free_stoichiometry"] == result.summary["stress_free_stoichiometry"] == 0.93
    # Free spheres under flux: the edge crack of 100 nm, less what it loses to the gradient.
    late = data.isel(time=data["time"].values > 60.0)
    uniform = 1.1215 * np.sqrt(np.pi * 100e-9) * late["surface_equivalent_stress"].values
    share = late["surface_stress_intensity"].values / uniform
    assert ((share > 0.67) & (share < 1.0)).all()
    # And 2 sigma sqrt(a/pi) with the stress of the core, which is below zero.
    assert (late["core_stress_intensity"].values < 0.0).all()
    toughness = active_material("nmc622").fracture_toughness(data["surface_stoichiometry"].values)
    present = (np.maximum(data["surface_stress_intensity"].values, 0.0) / toughness) ** 2
    assert data["surface_crack_ratio"].values == pytest.approx(np.maximum.accumulate(present), rel=1e-9)
    passage, time = data["surface_crack_first_passage"].values, data["time"].values
    after = (data["surface_crack_ratio"].values >= 1.0).argmax(axis=0)
    assert ((time[after - 1] <= passage) & (passage <= time[after])).all()
    assert np.isnan(data["core_crack_first_passage"].values).all()


def test_a_run_over_an_existing_result_is_refused(result: chemomech.Result) -> None:
    with pytest.raises(InputError, match="is not empty"):
        run_dfn(Case.from_toml("fast-charge-5C"), result.path)


def test_a_protocol_with_hold_and_rest_ends_as_planned(tmp_path: Path) -> None:
    protocol = ["Charge at 5C until 0.5 mAh/cm2", "Hold at 4.2 V until 1C", "Rest for 100 s"]
    case = Case.from_toml("fast-charge-5C").with_overrides(
        {"protocol": protocol, "mechanics.coupling": "off"}
    )
    with run_dfn(case, tmp_path / "r", options=COARSE) as ended:
        data = ended.dataset
        assert ended.summary["stop_reason"] == "end-of-protocol"
        assert float(data["current_density"][-1]) == 0.0
        first = data.where(data["current_density"] == 72.0, drop=True)
        assert float(first["areal_capacity"].max()) == pytest.approx(0.5, rel=1e-3)
        held = data.isel(time=np.abs(data["current_density"].values - 14.4) < 0.05)
        assert held.sizes["time"] >= 1


def test_an_empty_particle_surface_stops_the_run_as_it_stops_the_resolved_one(tmp_path: Path) -> None:
    changes = {
        "protocol": ["Charge at 5C until 4.6 V"],
        "materials.overrides": {"cathode": {"diffusivity": "1e-15 m2/s"}},
    }
    case = Case.from_toml("dfn-comparison-5C").with_overrides(changes)
    with run_dfn(case, tmp_path / "r", options=COARSE) as ended:
        assert ended.summary["stop_reason"] == "particle-surface-depleted"
        low = 0.28
        assert float(ended.dataset["surface_stoichiometry"].min()) == pytest.approx(low, abs=2e-3)


def test_the_exported_parameters_state_what_one_c_is(tmp_path: Path) -> None:
    cell = dataclasses.replace(homogenise(prepare(Case.from_toml("dfn-comparison-5C"))), coupling="off")
    values = parameter_values(cell)
    assert values["Nominal cell capacity [A.h]"] == pytest.approx(14.4)
    write_parameters(cell, tmp_path / "p.json")
    again = pybamm().ParameterValues.from_json(tmp_path / "p.json")
    assert again["Positive electrode porosity"] == pytest.approx(cell.porosity)
    write_bpx(cell, tmp_path / "b.json")
    header = json.loads((tmp_path / "b.json").read_text())["Header"]
    assert "current of 1C in A" in header["Description"]


def test_a_half_cell_written_as_bpx_and_read_again_is_the_same_cell(tmp_path: Path) -> None:
    cell = homogenise(prepare(Case.from_toml("fast-charge-5C")))
    write_bpx(cell, tmp_path / "b.json")
    again = read_bpx(tmp_path / "b.json", base="nmc622").cell
    for name in ("one_c", "active_fraction", "radius", "porosity", "ionic_factor", "electrode_thickness"):
        assert getattr(again, name) == pytest.approx(getattr(cell, name), rel=1e-9), name
    x, salt = np.linspace(0.2, 0.95, 50), np.linspace(100.0, 2500.0, 50)
    before, after = cell.model, again.model
    assert after.initial_stoichiometry == before.initial_stoichiometry
    np.testing.assert_allclose(
        after.cathode.open_circuit_voltage(x), before.cathode.open_circuit_voltage(x), atol=2e-4
    )
    np.testing.assert_allclose(
        after.cathode.exchange_current_density(x, 700.0),
        before.cathode.exchange_current_density(x, 700.0),
        rtol=1e-3,
    )
    for law in ("conductivity", "diffusivity", "thermodynamic_factor", "transference_number"):
        one, two = getattr(before.electrolyte, law)(salt), getattr(after.electrolyte, law)(salt)
        np.testing.assert_allclose(two, one, rtol=1e-3, err_msg=law)


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "is not JSON"), ("{}", "not valid BPX"), (None, "does not exist")],
)
def test_a_file_that_is_no_bpx_is_refused(tmp_path: Path, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / "b.json").write_text(content)
    with pytest.raises(InputError, match=message):
        read_bpx(tmp_path / "b.json")


def test_steps_and_cycles_have_rows_also_where_pybamm_leaves_a_step_out(tmp_path: Path) -> None:
    protocol = [
        "Charge at 5C until 4.2 V", "Hold at 4.2 V until 1C", "Charge at 1C until 4.0 V", "Rest for 100 s",
        "Discharge at 5C until 3.5 V", "Charge at 1C until 0.1 mAh/cm2",
    ]  # fmt: skip
    case = Case.from_toml("fast-charge-5C").with_overrides(
        {"protocol": protocol, "mechanics.coupling": "off"}
    )
    with run_dfn(case, tmp_path / "r", options=COARSE) as ended:
        steps, data = ended.summary["steps"], ended.dataset
        assert [step["label"] for step in steps] == protocol
        # The third is passed when it begins: the voltage is 4.2 V.
        assert [step["stop_reason"] for step in steps] == [
            "cutoff-voltage", "cutoff-current", "cutoff-voltage", "end-of-step", "cutoff-voltage",
            "end-of-step",
        ]  # fmt: skip
        assert (steps[2]["duration_s"], steps[2]["charge_mAh_cm2"], steps[2]["voltage_end_V"]) == (0, 0, None)
        assert steps[0]["charge_mAh_cm2"] == pytest.approx(72.0 * steps[0]["duration_s"] / 36e3, rel=1e-4)
        assert steps[1]["voltage_end_V"] == pytest.approx(4.2, abs=1e-6)
        assert steps[1]["current_end_A_m2"] == pytest.approx(14.4, rel=1e-3)
        assert steps[3]["duration_s"] == pytest.approx(100.0, abs=1e-6)
        assert steps[4]["charge_mAh_cm2"] == pytest.approx(-72.0 * steps[4]["duration_s"] / 36e3, rel=1e-4)
        assert steps[5]["charge_mAh_cm2"] == pytest.approx(0.1, rel=1e-4)
        first, last = ended.summary["cycles"]
        assert (first["steps"], last["steps"]) == ([1, 2, 5], [6])
        assert first["charge_capacity_mAh_cm2"] == pytest.approx(
            steps[0]["charge_mAh_cm2"] + steps[1]["charge_mAh_cm2"]
        )
        assert sorted(set(data["step_number"].values)) == [1, 2, 4, 5, 6]
        assert float(data["areal_capacity"][-1]) == pytest.approx(sum(s["charge_mAh_cm2"] for s in steps))
        assert ended.summary["capacity_mAh_g"] is None


def test_the_slow_cycle_rests_at_the_lithium_it_began_with(tmp_path: Path) -> None:
    case = Case.from_toml("soc-cycle-C20").with_overrides({"mechanics.coupling": "off"})
    with run_dfn(case, tmp_path / "r", options=COARSE) as ended:
        data, steps = ended.dataset, ended.summary["steps"]
        mean = np.average(data["mean_stoichiometry"], axis=1, weights=data["particle_volume"])
        rested = [mean[data["step_number"].values == number][-1] for number in (2, 4, 8)]
        assert [steps[number - 1]["direction"] for number in (2, 4, 6, 8)] == ["rest"] * 4
        # 0.93 once more, and half of the window within a twentieth of it.
        assert rested[2] == pytest.approx(0.93, abs=0.005)
        assert rested[0] == pytest.approx(0.5 * (0.93 + rested[1]), abs=0.05 * (0.93 - rested[1]))
        assert steps[-1]["voltage_end_V"] == pytest.approx(3.0, abs=1e-6)
        assert mean[-1] > 0.99
