"""One rank and two ranks solve the same problem to the same result, two-way coupled."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent


def test_two_ranks_give_the_result_of_one(
    on_ranks: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    script = TESTS / "support" / "half_cell_run.py"
    results = []
    for ranks in (1, 2):
        run = on_ranks(ranks, [str(script), str(TESTS), str(tmp_path), "two-way"], timeout=900.0)
        assert run.returncode == 0, run.stdout + run.stderr
        lines = [line for line in run.stdout.splitlines() if line.startswith("RESULT ")]
        assert len(lines) == 1, run.stdout
        results.append(json.loads(lines[0].removeprefix("RESULT ")))
    one, two = results
    print(one, two)
    assert (one.pop("ranks"), two.pop("ranks")) == (1, 2)
    fullest = "cells on the fullest rank"
    # The work is really divided.
    assert two.pop(fullest) < 0.75 * one.pop(fullest)
    # The quantities are changes from the start, so that 1e-6 is relative to what the charge has done. Both
    # runs stop at a Newton residual of 5e-10 and a change of stress of 10 Pa.
    for name, value in one.items():
        assert abs(value) > 1e-4, name
        assert two[name] == pytest.approx(value, rel=1e-6), name
