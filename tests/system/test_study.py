"""A study by the command line: two workers, the companion, one outcome with pictures."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import tiny_case

from chemomech.cli import main
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


def test_two_workers_run_a_study_and_a_second_call_runs_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "study.toml").write_text(TEXT)
    words = ("study", tmp_path / "study.toml", "--workers", "2", "--out", tmp_path / "out")
    first = tiny_case.call(*words)
    assert first.returncode == 0, first.stderr
    assert "2 finished, 0 failed" in first.stdout
    outcome = open_outcomes(tmp_path / "out")["dfn"]
    slow, fast = outcome["capacity_mAh_g"].values
    assert slow > fast > 100.0
    assert (tmp_path / "out" / "figures" / "capacity-dfn.png").is_file()
    assert main([str(word) for word in words]) == 0
    assert "0 runs to make, 2 made before" in capsys.readouterr().err


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """Address of a scheduler with one worker, each a process of its own, as on a cluster."""
    file = tmp_path / "scheduler.json"
    module, common = [sys.executable, "-m"], ["--no-dashboard", "--scheduler-file", file]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    programs = [
        [*module, "distributed.cli.dask_scheduler", "--port", "0", *common],
        [*module, "distributed.cli.dask_worker", "--nthreads", "1", *common],
    ]
    running = [subprocess.Popen(list(map(str, words)), cwd=tmp_path, **quiet) for words in programs]
    try:
        patience = time.monotonic() + 60.0
        while not (file.is_file() and file.read_text().strip().endswith("}")):
            assert time.monotonic() < patience, "the scheduler did not come up"
            time.sleep(0.1)
        yield json.loads(file.read_text())["address"]
    finally:
        for process in running:
            process.kill()
            process.wait()


def test_a_study_runs_on_a_scheduler_that_is_running_already(tmp_path: Path, scheduler: str) -> None:
    (tmp_path / "study.toml").write_text(TEXT)
    words = ("study", tmp_path / "study.toml", "--scheduler", scheduler, "--out", tmp_path / "out")
    done = tiny_case.call(*words)
    assert done.returncode == 0, done.stderr
    assert f"run by the scheduler {scheduler}" in done.stderr
    assert "2 finished, 0 failed" in done.stdout
    assert open_outcomes(tmp_path / "out")["dfn"]["capacity_mAh_g"].shape == (2,)


def test_a_study_that_does_not_exist_is_answered_with_the_known_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["study", "rate-by-thicknes"]) == 2
    assert "did you mean 'rate-by-thickness'" in capsys.readouterr().err
