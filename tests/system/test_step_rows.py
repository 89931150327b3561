"""Rows of steps and cycles of whole runs: two cycles, killed and resumed, stopped within a step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import tiny_case

import chemomech
from chemomech.experiments.models.progress import ProgressLine
from chemomech.experiments.report.step_tables import closing_lines

CYCLE = ["Charge at 5C for 20 s", "Hold at 3.8 V for 5 s", "Rest for 5 s", "Discharge at 5C for 15 s"]
# What a row says must be so whatever the steps in time are: as few as the shortest sentences allow.
CHANGES: dict[str, Any] = tiny_case.CHEAP | {
    "protocol": CYCLE * 2, "output.checkpoint_every": 1, "numerics.initial_step": "2 s",
    "numerics.time_tolerance": 5e-3, "numerics.voltage_tolerance": "20 mV",
}  # fmt: skip
FIVE_C = 5.0 * 180.0 / 3600.0  # mAh/g a second


@pytest.fixture(scope="module")
def cycled(case_file: Path, tmp_path_factory: pytest.TempPathFactory) -> chemomech.Result:
    return tiny_case.run(case_file, tmp_path_factory.mktemp("cycled") / "r", CHANGES)


def test_two_cycles_have_a_row_for_each_step_and_each_cycle(cycled: chemomech.Result) -> None:
    summary, data = cycled.summary, cycled.dataset
    steps, cycles = summary["steps"], summary["cycles"]
    assert [step["label"] for step in steps] == CYCLE * 2
    assert [step["number"] for step in steps] == list(range(1, 9))
    assert {step["stop_reason"] for step in steps} == {"end-of-step"}
    assert [step["duration_s"] for step in steps] == pytest.approx([20.0, 5.0, 5.0, 15.0] * 2, abs=2e-3)
    assert [step["start_s"] for step in steps[1:]] == [step["end_s"] for step in steps[:-1]]
    for charge, hold, rest, discharge in zip(*(steps[k::4] for k in range(4)), strict=True):
        assert charge["charge_mAh_g"] == pytest.approx(20.0 * FIVE_C, rel=2e-4)
        assert discharge["charge_mAh_g"] == pytest.approx(-15.0 * FIVE_C, rel=2e-4)
        assert abs(rest["charge_mAh_g"]) < 1e-6
        assert (rest["direction"], rest["cycle"]) == ("rest", None)
        assert hold["voltage_end_V"] == pytest.approx(3.8, abs=1e-6)
        assert hold["energy_mWh_g"] == pytest.approx(3.8 * hold["charge_mAh_g"], rel=1e-6)
    # Which way a hold charges, the cell decides; it belongs to the half cycle beside it.
    assert summary["capacity_mAh_g"] is None
    assert sum(step["charge_mAh_cm2"] for step in steps) == pytest.approx(
        float(data["areal_capacity"][-1]), rel=1e-9
    )
    passed = [cycle["charge_capacity_mAh_g"] or 0.0 for cycle in cycles]
    taken = [cycle["discharge_capacity_mAh_g"] or 0.0 for cycle in cycles]
    assert sum(passed) - sum(taken) == pytest.approx(sum(step["charge_mAh_g"] for step in steps), rel=1e-9)
    assert all(cycle["finished"] for cycle in cycles)


def test_every_instant_knows_its_step_and_cycle(cycled: chemomech.Result) -> None:
    data, steps = cycled.dataset, cycled.summary["steps"]
    assert cycled.dataset.attrs["step_labels"].startswith('["Charge at 5C for 20 s", "Hold')
    for step in steps:
        own = data["step_number"].values == step["number"]
        times = data["time"].values[own]
        assert times[-1] == step["end_s"]
        assert times[0] > step["start_s"] or step["number"] == 1
        assert set(data["cycle_number"].values[own]) == {step["cycle"] or 0}


def test_a_run_that_was_killed_has_the_same_rows_when_it_is_resumed(
    cycled: chemomech.Result, case_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed_in_the_sixth_step(line: ProgressLine, snapshot: Any) -> None:
        if snapshot.operating_step == 5 and snapshot.step > 0.0:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ProgressLine, "observe", killed_in_the_sixth_step)
        with pytest.raises(KeyboardInterrupt):
            tiny_case.run(case_file, tmp_path / "r", CHANGES)
    with tiny_case.run(case_file, tmp_path / "r", CHANGES, resume=True) as again:
        assert [list(step) for step in again.summary["steps"]] == [
            list(step) for step in cycled.summary["steps"]
        ]
        for key in ("steps", "cycles"):
            for found, wanted in zip(again.summary[key], cycled.summary[key], strict=True):
                for name, value in wanted.items():
                    if isinstance(value, float):
                        assert found[name] == pytest.approx(value, rel=1e-6, abs=1e-5), name
                    else:
                        assert found[name] == value, name
        np.testing.assert_array_equal(again.dataset["step_number"], cycled.dataset["step_number"])


def test_a_run_that_stops_within_a_step_has_the_row_of_that_step(case_file: Path, tmp_path: Path) -> None:
    changes = CHANGES | {"protocol": CYCLE}
    with tiny_case.run(case_file, tmp_path / "r", changes | {"numerics.max_wall_time": "0.1 s"}) as early:
        steps = early.summary["steps"]
        assert steps[-1]["stop_reason"] == "time-limit"
        assert steps[-1]["end_s"] == early.summary["t_end_s"]
        assert not early.summary["cycles"][-1]["finished"]
    # The same run goes on from there, and no trace is left of the stop.
    with tiny_case.run(case_file, tmp_path / "r", changes, resume=True) as whole:
        assert {step["stop_reason"] for step in whole.summary["steps"]} == {"end-of-step"}
        assert len(whole.summary["steps"]) == len(CYCLE)
        assert whole.summary["steps"][0]["charge_mAh_g"] == pytest.approx(20.0 * FIVE_C, rel=2e-4)


@pytest.mark.parametrize("words", ["for 1 hour", "until a limit"])
def test_a_last_step_that_may_end_at_a_limit_finishes_its_cycle(
    case_file: Path, tmp_path: Path, words: str
) -> None:
    protocol = ["Discharge at 1C for 1 s", f"Charge at 100C {words}"]
    with tiny_case.run(case_file, tmp_path / "r", CHANGES | {"protocol": protocol}) as empty:
        first, last = empty.summary["cycles"]
        assert empty.summary["steps"][-1]["stop_reason"] == "particle-surface-depleted"
        assert first["finished"]
        assert last["finished"] == (words == "until a limit")


def test_the_closing_lines_show_steps_and_cycles_within_80_columns(cycled: chemomech.Result) -> None:
    lines = closing_lines(cycled.summary)
    assert sum(line.startswith("step ") for line in lines) == 8
    assert any(line.startswith("cycle 1: charge ") for line in lines)
    assert max(map(len, lines)) <= 80
