"""What is read from a run, the split of the overvoltage, and the pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from support.synthetic_result import write_synthetic_result

import chemomech
from chemomech.experiments.studies.figures import comparison, write_study_figures
from chemomech.experiments.studies.limits import Overvoltages, end_overvoltages, limiting_mechanism
from chemomech.experiments.studies.outcome import VARIABLES, WORDS, read_outcome
from chemomech.materials import active_material


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> chemomech.Result:
    return chemomech.Result.open(write_synthetic_result(tmp_path_factory.mktemp("made-up")))


def test_energy_and_times_follow_from_a_constant_current(result: chemomech.Result) -> None:
    found, data = read_outcome(result), result.dataset
    # 72 A/m2 for 613 s at about 4 V: mean voltage times charge, 1 mWh/cm2 = 36 kJ/m2.
    mean = np.trapezoid(data["voltage"], data["time"]) / 613.0
    assert found["energy_mWh_cm2"] == pytest.approx(72.0 * 613.0 * mean / 36e3, rel=1e-9)
    assert found["time_to_80_percent_s"] == pytest.approx(0.8 * 1.44 * 36e3 / 72.0, rel=1e-6)
    assert found["power_mW_cm2"] == pytest.approx(7.2 * mean, rel=1e-9)
    assert set(VARIABLES) | set(WORDS) | {"fracture_by_depth"} == set(found)


def test_a_target_that_is_not_reached_is_no_number(tmp_path: Path) -> None:
    folder = write_synthetic_result(tmp_path / "r")
    text = (folder / "summary.json").read_text().replace("1.44", "9.9")
    (folder / "summary.json").write_text(text)
    assert np.isnan(read_outcome(chemomech.Result.open(folder))["time_to_80_percent_s"])


def test_a_run_without_mechanics_has_no_stress(tmp_path: Path) -> None:
    folder = write_synthetic_result(tmp_path / "r", mechanics=False)
    found = read_outcome(chemomech.Result.open(folder))
    assert np.isnan([found["peak_principal_stress_Pa"], found["fracture_share_energy"]]).all()


def test_the_parts_of_the_overvoltage_add_up(result: chemomech.Result) -> None:
    cathode = active_material("nmc622")
    parts = end_overvoltages(result.dataset, cathode)
    end = result.dataset.isel(time=-1)
    mean = np.average(end["mean_stoichiometry"], weights=end["particle_volume"])
    total = float(end["voltage"]) - float(cathode.open_circuit_voltage(mean))
    assert parts.solid + parts.electrolyte + parts.reaction == pytest.approx(total, abs=1e-12)
    assert parts.solid > 0.0


@pytest.mark.parametrize(
    ("parts", "accessible", "stop", "expected"),
    [
        ((0.2, 0.1, 0.05), 0.8, "cutoff-voltage", "solid diffusion"),
        ((0.1, 0.2, 0.05), 0.8, "cutoff-voltage", "electrolyte"),
        ((0.1, 0.1, 0.3), 0.8, "cutoff-voltage", "reaction"),
        ((0.1, 0.1, 0.3), 0.96, "cutoff-voltage", "none"),
        ((0.3, 0.1, 0.1), 0.96, "electrolyte-depleted", "electrolyte"),
        ((0.1, 0.1, 0.3), 0.5, "particle-surface-depleted", "solid diffusion"),
    ],
)
def test_the_largest_loss_limits(
    parts: tuple[float, float, float], accessible: float, stop: str, expected: str
) -> None:
    assert limiting_mechanism(Overvoltages(*parts), accessible, stop) == expected


def test_a_reaction_that_starves_of_salt_is_limited_by_the_electrolyte() -> None:
    assert limiting_mechanism(Overvoltages(0.1, 0.1, 0.3), 0.1, "cutoff-voltage", 0.04) == "electrolyte"
    assert limiting_mechanism(Overvoltages(0.1, 0.1, 0.3), 0.1, "cutoff-voltage", 0.06) == "reaction"


def outcome(rates: list[float], factor: float = 1.0) -> xr.Dataset:
    shape = (len(rates), 3)
    number = factor * np.linspace(1.0, 2.0, 3 * len(rates)).reshape(shape)
    dims = ("c_rate", "thickness")
    data = {name: (dims, number) for name in VARIABLES}
    words = np.full(shape, "electrolyte", dtype=object)
    words[0] = "none"
    data |= {name: (dims, words) for name in ("stop_reason", "limiting_mechanism", "status")}
    data["fracture_by_depth"] = ((*dims, "depth_share"), np.ones((*shape, 4)))
    coords = {"c_rate": rates, "thickness": ("thickness", [20.0, 40.0, 60.0], {"units": "um"})}
    return xr.Dataset(data, coords | {"depth_share": [0.125, 0.375, 0.625, 0.875]})


def test_every_picture_is_drawn_and_both_fidelities_are_compared_where_both_ran(tmp_path: Path) -> None:
    outcomes = {"dfn": outcome([1.0, 2.0, 5.0]), "resolved": outcome([1.0, 5.0], 1.1)}
    written = {path.name for path in write_study_figures(tmp_path, outcomes)}
    assert {
        "capacity-dfn.png",
        "ragone-dfn.png",
        "map-capacity-dfn.png",
        "fracture-depth-resolved.png",
    } < written
    assert "comparison.png" in written
    assert all((tmp_path / "figures" / name).stat().st_size > 5000 for name in written)


def test_the_table_of_both_fidelities_has_a_row_for_each_common_point() -> None:
    pair = comparison.shared({"dfn": outcome([1.0, 2.0, 5.0]), "resolved": outcome([1.0, 5.0], 1.1)})
    assert pair is not None
    rows = comparison.table(*pair).splitlines()[2:]
    assert len(rows) == 6
    assert rows[0].startswith("| 1C | 20 um | 1 / 1.1 |")
    assert rows[0].endswith("| +10.00 |")


def test_both_fidelities_are_compared_in_what_they_computed() -> None:
    pair = [outcome([1.0, 5.0], factor) for factor in (1.0, 1.1)]
    stressed = comparison.draw(*pair)
    for data in pair:  # mechanics off
        data["peak_principal_stress_Pa"] = np.nan * data["peak_principal_stress_Pa"]
    assert "stress" not in comparison.table(*pair)
    assert len(comparison.draw(*pair).axes) == len(stressed.axes) - 1


def test_a_study_of_one_axis_has_curves_and_no_maps(tmp_path: Path) -> None:
    line = outcome([1.0, 2.0]).isel(thickness=[0])
    names = {path.name for path in write_study_figures(tmp_path, {"dfn": line})}
    assert "capacity-dfn.png" in names
    assert not [name for name in names if name.startswith("map")]
