"""A small sample of the robustness run: tiny packings and one crop, meshed and stepped, resumed, counted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("robustness") / "outcomes.jsonl"


def sample(repository: Path, out: Path) -> subprocess.CompletedProcess[str]:
    words = ["--packings", "3", "--crops", "1", "--seed", "3", "--particles", "2", "4", "--out", str(out)]
    return subprocess.run(
        [sys.executable, str(repository / "tools" / "mesh_robustness.py"), *words],
        capture_output=True, text=True, timeout=900.0, check=False, env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip


def test_tiny_packings_and_a_crop_mesh_and_step_and_are_counted(repository: Path, out: Path) -> None:
    run = sample(repository, out)
    assert run.returncode == 0, run.stdout + run.stderr
    outcomes = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(outcomes) == 4
    assert {outcome["outcome"] for outcome in outcomes} <= {"stepped", "refused"}
    assert {outcome["rule"] for outcome in outcomes} == {"fuse", "minimum-gap", "shrink"}
    stepped = [outcome for outcome in outcomes if outcome["outcome"] == "stepped"]
    assert len(stepped) >= 3
    for outcome in stepped:
        assert 3.0 < outcome["voltage"] < 4.6
        assert outcome["jacobian"] > 0.0
        assert outcome["volume_error"] < 1e-4
    last = next(line for line in run.stdout.splitlines() if line.startswith("all"))
    assert last.split() == ["all", "4", str(len(stepped)), str(4 - len(stepped)), "0"]


def test_a_second_call_goes_on_where_the_first_one_was_killed(repository: Path, out: Path) -> None:
    lines = out.read_text().splitlines()
    assert len(lines) == 4, "the first test of this file makes the outcomes"
    # Killed while it wrote the last line, and a failure that must be told.
    broken = json.loads(lines[1]) | {"outcome": "failed", "reason": "made up"}
    out.write_text("\n".join([lines[0], json.dumps(broken), lines[2], lines[3][:40]]) + "\n")
    run = sample(repository, out)
    assert run.returncode == 1
    assert run.stdout.count(": stepped") + run.stdout.count(": refused") == 1
    assert "failed    1 x made up" in run.stdout
    assert "failed: packing seed 30001" in run.stdout
