"""Stress counts from the state as made, not from where a run starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import tiny_case

import chemomech
from chemomech.materials import FARADAY, active_material

# A second of rest is one step.
QUIET: dict[str, Any] = {
    "output.cut_times": [], "output.field_times": [], "numerics.initial_step": "1 s",
}  # fmt: skip
STRESSES = ("mean_hydrostatic_stress", "max_principal_stress", "max_equivalent_stress")


@pytest.fixture(scope="module")
def continued(case_file: Path, tmp_path_factory: pytest.TempPathFactory) -> chemomech.Result:
    """From 0.93, charged to about 0.6, and at rest until nothing moves."""
    protocol = ["Charge at 5C for 330 s", "Rest for 20 h"]
    changes = QUIET | {"mechanics.coupling": "one-way", "protocol": protocol}
    return tiny_case.run(case_file, tmp_path_factory.mktemp("continued") / "result", changes)


def at_rest(case_file: Path, out: Path, x: float, coupling: str, **more: Any) -> chemomech.Result:
    """A run that starts at x and does nothing for a second."""
    changes = QUIET | {
        "mechanics.coupling": coupling, "initial_stoichiometry": x, "protocol": ["Rest for 1 s"],
    }  # fmt: skip
    return tiny_case.run(case_file, out, changes | more)


def end_of(result: chemomech.Result) -> float:
    """Stoichiometry at the end of a rest, the same everywhere."""
    last = result.dataset.isel(time=-1)
    values = [last[name].values for name in ("mean_stoichiometry", "surface_stoichiometry")]
    assert np.ptp(values) < 1e-6, values
    # Without the last digits, which differ from run to run: forms hold the number, and are compiled for it.
    return round(float(np.mean(values)), 6)


def test_a_start_elsewhere_bears_the_stress_of_a_run_that_went_there(
    continued: chemomech.Result, case_file: Path, tmp_path: Path
) -> None:
    x = end_of(continued)
    assert 0.5 < x < 0.65
    with at_rest(case_file, tmp_path / "fresh", x, "one-way") as fresh:
        for name in STRESSES:
            wanted = continued.dataset[name].values[-1]
            for step in (0, -1):  # the first record shows it already
                found = fresh.dataset[name].values[step]
                print(name, step, found / 1e6, wanted / 1e6)
                assert found == pytest.approx(wanted, rel=1e-3), (name, step)
        assert np.all(fresh.dataset["mean_hydrostatic_stress"].values[0] > 2e6)
        assert fresh.summary["stress_free_stoichiometry"] == 0.93
        assert fresh.dataset.attrs["stress_free_stoichiometry"] == 0.93
        strain = active_material("nmc622").chemical_strain
        assert fresh.summary["peak_strain_percent"] == pytest.approx(
            100.0 * abs(float(strain(x) - strain(0.93))), rel=1e-4
        )


def test_the_state_as_made_bears_no_stress_wherever_it_is(case_file: Path, tmp_path: Path) -> None:
    made = at_rest(case_file, tmp_path / "made", 0.93, "two-way")
    key = "mechanics.stress_free_stoichiometry"
    moved = at_rest(case_file, tmp_path / "moved", 0.6, "two-way", **{key: 0.6})
    for result, reference in ((made, 0.93), (moved, 0.6)):
        for name in STRESSES:
            assert np.abs(result.dataset[name].values).max() < 1e3, name
        for name in ("strength", "surface_crack", "core_crack"):
            assert np.isnan(result.dataset[f"{name}_first_passage"].values).all()
        assert result.summary["stress_free_stoichiometry"] == reference
        assert result.summary["peak_strain_percent"] < 1e-4
        assert chemomech.Case.from_table(result.case).mechanics.stress_free_stoichiometry == (
            None if reference == 0.93 else reference
        )
        result.close()


def test_the_stress_of_the_start_shifts_the_first_voltage_of_a_two_way_run(
    case_file: Path, tmp_path: Path
) -> None:
    x, cathode = 0.45, active_material("nmc622")
    with at_rest(case_file, tmp_path / "two-way", x, "two-way") as result:
        first = result.dataset.isel(time=0)
        stress = first["mean_hydrostatic_stress"].values
        assert np.all(stress > 5e6)
        # Omega sigma_h / F above the open-circuit voltage, between its values in the particles.
        shift = float(cathode.partial_molar_volume(x)) * stress / FARADAY
        rise = float(first["voltage"]) - float(cathode.open_circuit_voltage(x))
        print(1e6 * rise, 1e6 * shift)
        assert shift.min() < rise < shift.max()
    with at_rest(case_file, tmp_path / "one-way", x, "one-way") as result:
        rise = float(result.dataset["voltage"][0]) - float(cathode.open_circuit_voltage(x))
        assert abs(rise) < 1e-6


@pytest.mark.parametrize("value", [-0.1, 1.2])
def test_a_stress_free_state_that_cannot_be_is_refused(case_file: Path, value: float) -> None:
    case = chemomech.Case.from_toml(case_file)
    with pytest.raises(
        chemomech.InputError, match=r"stress_free_stoichiometry = .* must lie between 0 and 1"
    ):
        case.with_overrides({"mechanics.stress_free_stoichiometry": value})
