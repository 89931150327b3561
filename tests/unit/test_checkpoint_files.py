"""The two files of a checkpoint: one is replaced, one grows, and what a kill leaves behind is cut off."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.solver.stepping import checkpoint, history_file
from chemomech.solver.stepping.budget import Inventory
from chemomech.solver.stepping.checkpoint import Checkpoint, Series
from chemomech.solver.stepping.history_file import DamagedHistoryError
from chemomech.solver.stepping.limits import Stop
from chemomech.solver.stepping.operation import StopReason
from chemomech.solver.stepping.progress import Progress


class Cell:
    """One number, on one rank."""

    def __init__(self) -> None:
        self.value = np.zeros(1)

    def state(self) -> Mapping[str, Any]:
        return {"value": self.value}

    def restore(self, stored: Mapping[str, Any]) -> None:
        self.value = stored["value"]

    def is_first_rank(self) -> bool:
        return True

    def same_on_all_ranks(self, value: object) -> object:
        return value


class Jumps:
    """What a checkpoint needs of the jumps of a run: how often it has gone back."""

    def __init__(self) -> None:
        self.shortened = 0

    def stored(self) -> dict[str, np.ndarray]:
        return {"shortened": np.array(self.shortened)}

    def restore(self, stored: dict[str, np.ndarray]) -> None:
        self.shortened = int(stored["shortened"])


class Run:
    """What a checkpoint needs of a simulation."""

    def __init__(self) -> None:
        self.cell, self.progress, self.start_inventory = Cell(), Progress(), Inventory(1.0, 2.0)
        self.jumps: Jumps | None = None

    def resume(self, progress: Progress, inventory: Inventory) -> None:
        self.progress, self.start_inventory = progress, inventory


def grown(count: int) -> Series:
    rows = [np.full(3, float(k)) for k in range(count)]
    return Series({"row/a": rows, "scalar/b": list(range(count))}, {"last/a": np.full(3, 0.5)})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / checkpoint.FILE


def test_what_is_written_piece_by_piece_is_read_as_one(path: Path) -> None:
    run, files = Run(), Checkpoint(path, "print")
    for count in (2, 5, 5, 9):
        run.cell.value[:] = count
        run.progress.stops = [Stop(StopReason.CUTOFF_VOLTAGE, f"step {k}") for k in range(count)]
        files.write(run, grown(count))
    again = Run()
    series = Checkpoint(path, "print").read(again)
    assert np.array_equal(series["row/a"], np.repeat(np.arange(9.0), 3).reshape(9, 3))
    assert series["scalar/b"].tolist() == list(range(9))
    assert series["last/a"].tolist() == [0.5] * 3
    assert again.cell.value.tolist() == [9.0]
    assert [stop.detail for stop in again.progress.stops] == [f"step {k}" for k in range(9)]


def test_a_checkpoint_costs_the_same_however_long_the_run_has_been(path: Path) -> None:
    run, files, sizes = Run(), Checkpoint(path, "print"), []
    for count in range(1, 400):
        before = path.with_name(checkpoint.HISTORY_FILE).stat().st_size if count > 1 else 0
        files.write(run, grown(count))
        added = path.with_name(checkpoint.HISTORY_FILE).stat().st_size - before
        sizes.append((added, path.stat().st_size))
    early, late = sizes[5], sizes[-1]
    assert late[0] == early[0]
    assert abs(late[1] - early[1]) < 20  # digits of the length


def test_what_a_kill_left_after_the_last_checkpoint_is_cut_off(path: Path) -> None:
    run, files = Run(), Checkpoint(path, "print")
    files.write(run, grown(3))
    history = path.with_name(checkpoint.HISTORY_FILE)
    with history.open("ab") as file:
        file.write(b"half a block")
    again, more = Run(), Checkpoint(path, "print")
    assert len(more.read(again)["scalar/b"]) == 3
    more.write(again, grown(4))
    assert Checkpoint(path, "print").read(Run())["scalar/b"].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("damage", ["cut", "flipped", "missing", "of another run"])
def test_a_damaged_history_is_refused_in_a_sentence(damage: str, path: Path, tmp_path: Path) -> None:
    Checkpoint(path, "print").write(Run(), grown(3))
    history = path.with_name(checkpoint.HISTORY_FILE)
    whole = history.read_bytes()
    if damage == "missing":
        history.unlink()
    elif damage == "of another run":
        (tmp_path / "other").mkdir()
        Checkpoint(tmp_path / "other" / checkpoint.FILE, "print").write(Run(), grown(3))
        history.write_bytes((tmp_path / "other" / checkpoint.HISTORY_FILE).read_bytes())
    else:
        history.write_bytes(whole[:-9] if damage == "cut" else whole[:-9] + b"?" + whole[-8:])
    with pytest.raises(InputError, match="cannot be read .*; delete it to begin the run anew"):
        Checkpoint(path, "print").read(Run())


def test_a_disk_that_is_full_leaves_the_checkpoint_before(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, files = Run(), Checkpoint(path, "print")
    files.write(run, grown(3))

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space left"):
            files.write(run, grown(5))
    assert len(Checkpoint(path, "print").read(Run())["scalar/b"]) == 3
    files.write(run, grown(6))
    assert Checkpoint(path, "print").read(Run())["scalar/b"].tolist() == list(range(6))
    assert {file.name for file in path.parent.iterdir()} == {checkpoint.FILE, checkpoint.HISTORY_FILE}


def test_blocks_are_read_up_to_the_length_that_counts(tmp_path: Path) -> None:
    path = tmp_path / "h"
    length = history_file.append(path, 0, {"a": [1.0, 2.0]})
    history_file.append(path, length, {"a": [3.0]})
    assert history_file.read(path, length)["a"].tolist() == [1.0, 2.0]
    with pytest.raises(DamagedHistoryError, match="it ends after"):
        history_file.read(path, 10**6)


def test_rows_that_a_run_has_gone_back_over_are_written_anew(tmp_path: Path) -> None:
    run, path = Run(), tmp_path / checkpoint.FILE
    run.jumps = Jumps()
    file = checkpoint.Checkpoint(path, "case")
    file.write(run, grown(8))
    # Back to the fifth row, and on: as many rows as before, and others.
    run.jumps.shortened = 1
    rows = grown(9)
    changed = [*rows.growing["row/a"][:5], *(np.full(3, -float(k)) for k in range(5, 9))]
    file.write(run, Series({**rows.growing, "row/a": changed}, rows.present))
    other = Run()
    other.jumps = Jumps()
    again = checkpoint.Checkpoint(path, "case")
    series = again.read(other)
    assert np.array_equal(series["row/a"], np.array(changed))
    assert other.jumps.shortened == 1
    assert {one.name for one in tmp_path.iterdir()} == {checkpoint.FILE, checkpoint.history_name(1)}
    # A run that goes on from there adds to the same file.
    again.write(other, Series({**grown(10).growing, "row/a": [*changed, np.zeros(3)]}))
    third = Run()
    third.jumps = Jumps()
    assert len(checkpoint.Checkpoint(path, "case").read(third)["row/a"]) == 10
