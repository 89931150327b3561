"""The bond between particles and matrix on one rank and on two, and handed from one to two."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

TESTS = Path(__file__).resolve().parent.parent


def test_two_ranks_find_the_bond_of_one_and_go_on_from_its_state(
    on_ranks: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    script = TESTS / "support" / "debonding_run.py"
    results: list[dict[str, Any]] = []
    for ranks in (1, 2):
        run = on_ranks(ranks, [str(script), str(TESTS), str(tmp_path)], timeout=600.0)
        assert run.returncode == 0, run.stdout + run.stderr
        lines = [line for line in run.stdout.splitlines() if line.startswith("RESULT ")]
        assert len(lines) == 1, run.stdout
        results.append(json.loads(lines[0].removeprefix("RESULT ")))
    one, two = results
    print(one, two)
    assert (one["ranks"], two["ranks"]) == (1, 2)
    assert two["points"] < 0.75 * one["points"]  # the work is really divided
    # The bond has opened, in part and unevenly, and closed again.
    assert 0.2 < min(one["end"]["intact"]) < max(one["end"]["intact"]) < 0.99
    assert min(one["half way"]["gap"]) > 1.0
    assert max(one["end"]["gap"]) < 0.3 * min(one["half way"]["gap"])
    # Equilibrium is met to 1e-8 of a load that is a hundred times the tension of the bond.
    for at in ("half way", "end", "resumed"):
        wanted = one["end" if at == "resumed" else at]
        for name, value in wanted.items():
            np.testing.assert_allclose(two[at][name], value, rtol=1e-5, atol=1e-5, err_msg=f"{name} {at}")
    assert one["end"]["energies"][3] == pytest.approx(two["resumed"]["energies"][3], rel=1e-6)
