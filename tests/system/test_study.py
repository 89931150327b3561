"""A study by the command line: two workers, the companion, one outcome with pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import tiny_case

from chemomech.experiments.studies import open_outcomes

pytest.importorskip("pybamm", reason="the companion is optional")

TEXT = """\
name = "two-rates"
base = "slow-charge-C20"
[overrides]
"mechanics.coupling" = "off"
[axes]
c_rate = [1, 4]
"""


def test_two_workers_run_a_study_and_a_second_call_runs_nothing(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(TEXT)
    words = ("study", tmp_path / "study.toml", "--workers", "2", "--out", tmp_path / "out")
    first = tiny_case.call(*words)
    assert first.returncode == 0, first.stderr
    assert "2 finished, 0 failed" in first.stdout
    outcome = open_outcomes(tmp_path / "out")["dfn"]
    slow, fast = outcome["capacity_mAh_g"].values
    assert slow > fast > 100.0
    assert (tmp_path / "out" / "figures" / "capacity-dfn.png").is_file()
    assert "0 runs to make, 2 made before" in tiny_case.call(*words).stderr


def test_a_study_that_does_not_exist_is_answered_with_the_known_ones() -> None:
    answer = tiny_case.call("study", "rate-by-thicknes")
    assert answer.returncode == 2
    assert "did you mean 'rate-by-thickness'" in answer.stderr
