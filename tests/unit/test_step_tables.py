"""Steps and cycles on the page, in the terminal and in the figure over the charge passed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from support.synthetic_cycle import write_synthetic_cycle
from support.synthetic_result import write_synthetic_result

from chemomech.experiments.report import write_report
from chemomech.experiments.report.figures.capacity import SPECS, describe_capacity, half_cycles
from chemomech.experiments.report.step_tables import closing_lines, cycle_table, step_table
from chemomech.experiments.report.tables import headline_rows
from chemomech.experiments.studies.outcome import read_outcome
from chemomech.solver.results import Result


@pytest.fixture(scope="module")
def cycle(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return Result.open(write_synthetic_cycle(tmp_path_factory.mktemp("cycle") / "r"))


def test_the_page_has_a_row_for_each_step_and_each_cycle(
    cycle: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = step_table(cycle.summary)
    assert table is not None
    assert len(table.rows) == 9
    assert sum(span for _, span in table.groups) == len(table.columns) == len(table.rows[0])
    # 10 h at C/20 of 180 mAh/g, so 19.5 h in all; 0.72 A/m2 on 7.8 mg/cm2.
    first = dict(zip(table.columns, table.rows[0], strict=True))
    assert first["sentence"] == "Charge at C/20 for 10 hours"
    assert first["duration"] == "10.000 h"
    assert first["charge [mAh cm⁻²]"] == "+0.7200"
    assert first["charge [mAh g⁻¹]"] == f"{0.72 / 0.0078:+.2f}"
    cycles = cycle_table(cycle.summary)
    assert cycles is not None
    (row,) = cycles.rows
    assert sum(span for _, span in cycles.groups) == len(cycles.columns) == len(row)
    assert row[:3] == ("1", "1, 3, 5, 7, 9", "1.4040")
    assert row[5] == "1.4400"
    assert row[8] == f"{100 * 20 / 19.5:.2f}"
    # The tables need no figures, which take most of the time.
    monkeypatch.setattr("chemomech.experiments.report.page.specs_of", lambda dataset: ())
    page = write_report(cycle).read_text(encoding="utf-8")
    assert "Steps and cycles" in page
    assert page.count("Charge at C/20 for 10 hours") >= 2  # the case and the row
    assert ("cycles", "1, see their table") in headline_rows(cycle.summary)


def test_the_terminal_shows_a_capacity_or_the_rows(cycle: Result, tmp_path: Path) -> None:
    lines = closing_lines(cycle.summary)
    assert len(lines) == 10
    assert lines[-1].startswith("cycle 1: charge 180.00, discharge 184.62 mAh/g; coulombic 102.56 %, energy ")
    with Result.open(write_synthetic_result(tmp_path / "r")) as one:
        assert closing_lines(one.summary) == ["capacity: 153.25 mAh/g, 1.2260 mAh/cm2"]
    many = dict(cycle.summary) | {"steps": cycle.summary["steps"] * 3}
    assert "... and 15 more steps, in summary.json and report.html" in closing_lines(many)
    assert closing_lines({"stop_reason": "time-limit"}) == []


def test_curves_over_charge_start_at_zero_and_join_steps_of_the_same_half(cycle: Result) -> None:
    charge, discharge = half_cycles(cycle.dataset)
    assert (charge.sign, discharge.sign, charge.cycle, discharge.cycle) == (1, -1, 1, 1)
    assert charge.charge[0] == pytest.approx(0.0, abs=1e-12)
    # 10 h and 9.5 h up, 10 h, 9.5 h and 0.5 h down, with a gap in the line where a rest is.
    assert charge.charge[-1] == pytest.approx(0.72 * 19.5 / 10.0)
    assert discharge.charge[-1] == pytest.approx(0.72 * 20.0 / 10.0)
    assert np.isnan(charge.charge).sum() == 1
    finite = charge.charge[np.isfinite(charge.charge)]
    assert np.all(np.diff(finite) >= 0.0)
    assert describe_capacity(cycle.dataset) == (
        "Cell voltage over the charge passed: charge of 1.404 mAh cm⁻²; discharge of 1.440 mAh cm⁻²."
    )


def test_a_run_that_passes_no_charge_has_no_figure_over_it(cycle: Result) -> None:
    resting = cycle.dataset.load().assign(cycle_number=xr.zeros_like(cycle.dataset["cycle_number"]))
    assert SPECS[0].omission(resting) == "Not drawn, because the run passed no charge."
    assert SPECS[0].omission(cycle.dataset) is None


def test_a_study_has_no_one_capacity_for_a_cycle(cycle: Result) -> None:
    found = read_outcome(cycle)
    for name in ("capacity_mAh_cm2", "capacity_mAh_g", "energy_mWh_cm2", "energy_mWh_g", "power_mW_cm2",
                 "time_to_80_percent_s", "accessible_share"):  # fmt: skip
        assert np.isnan(found[name]), name
    assert found["duration_s"] == pytest.approx(47.5 * 3600.0)
