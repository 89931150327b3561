"""What a run writes down while it goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mpi4py import MPI

import chemomech
from chemomech.app.watching import LiveReader
from chemomech.experiments.case.prepare import prepare
from chemomech.experiments.models.live import COLUMNS, LiveFile
from chemomech.experiments.models.model import Order

CASE = chemomech.Case.from_toml("fast-charge-5C").with_overrides({"radial.intervals": 8})


def test_a_run_writes_every_accepted_state_and_takes_the_file_away_at_its_end(radial_result: Path) -> None:
    result = chemomech.Result.open(radial_result)
    head, *rows = map(json.loads, (radial_result.parent / "live.txt").read_text().splitlines())
    assert head["steps"] == ["Charge at 5C until 4.5 V"]
    assert [row[0] for row in rows] == pytest.approx(result.dataset["time"].values.tolist())
    assert [row[1] for row in rows] == pytest.approx(result.dataset["voltage"].values.tolist())
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert any(row[5] for row in rows)
    assert LiveReader(radial_result).look() is None
    assert not (radial_result / "live.jsonl").exists()


def test_a_disk_that_takes_no_more_ends_the_file_and_not_the_run(tmp_path: Path) -> None:
    (tmp_path / "live.jsonl").symlink_to("/dev/full")
    live = LiveFile(Order(tmp_path, comm=MPI.COMM_SELF), prepare(CASE))
    live.observe(None)  # nothing is asked of what cannot be written
