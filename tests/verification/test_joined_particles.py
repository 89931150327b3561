"""Lithium passes between particles that are joined by a neck, and only there."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from mpi4py import MPI
from support import joined_pair, joined_run

TESTS = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def joined() -> dict[str, float]:
    return joined_run.rest_after_a_difference(MPI.COMM_SELF, joined_pair.joined_cell())


def test_lithium_evens_out_through_a_neck_and_none_is_lost(joined: dict[str, float]) -> None:
    parted = joined_run.rest_after_a_difference(MPI.COMM_SELF, joined_pair.parted_cell())
    print(joined, parted, sep="\n")
    for outcome in (joined, parted):
        assert abs(outcome["lithium change"]) < 1e-10
        assert outcome["below before"] - outcome["above before"] > 0.09
    # 1 h 40 min evens out the joined pair; the other one has only a millionth of the reaction.
    assert abs(joined["below after"] - joined["above after"]) < 0.01
    assert joined["spread after"] < 0.01
    assert parted["below after"] - parted["above after"] > 0.0999


def test_two_ranks_pass_lithium_through_a_neck_as_one_does(
    on_ranks: Callable[..., subprocess.CompletedProcess[str]], joined: dict[str, float]
) -> None:
    script = TESTS / "support" / "joined_run.py"
    run = on_ranks(2, [str(script), str(TESTS)], timeout=900.0)
    assert run.returncode == 0, run.stdout + run.stderr
    (line,) = [line for line in run.stdout.splitlines() if line.startswith("RESULT ")]
    two = json.loads(line.removeprefix("RESULT "))
    print(joined, two, sep="\n")
    assert (joined["ranks"], two["ranks"]) == (1, 2)
    assert abs(two["lithium change"]) < 1e-10
    for name in joined.keys() - {"ranks", "lithium change"}:
        assert two[name] == pytest.approx(joined[name], rel=1e-6, abs=1e-7), name
