"""Folders of fields: what is written, what counts of it, and what is refused."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvista as pv
from support import stored_fields
from support.stored_fields import TIMES, filled, values

from chemomech.errors import InputError
from chemomech.solver.output import field_files
from chemomech.solver.output.fields import FieldWriter, Plan
from chemomech.solver.results.fields import FieldFiles, FieldIndex, read_index


def index_of(folder: Path) -> FieldIndex:
    index = read_index(folder)
    assert index is not None
    return index


def test_what_is_written_is_read_back_by_us_and_by_pyvista(tmp_path: Path) -> None:
    filled(tmp_path)
    index = index_of(tmp_path)
    files = FieldFiles(tmp_path, index)
    assert [entry.time for entry in index.instants] == list(TIMES)
    for name, wanted in stored_fields.geometry().items():
        found = files.geometry(name)
        for attribute in ("points", "connectivity", "offsets", "types", "particle"):
            assert np.array_equal(getattr(found, attribute), getattr(wanted, attribute)), (name, attribute)
    for entry in index.instants:
        shown = pv.read(tmp_path / entry.file)
        for part, fields in values(entry.time).items():
            for name, array in fields.items():
                assert files.values(part, name, entry) == pytest.approx(array, rel=1e-6)
                assert np.asarray(shown[part][name]) == pytest.approx(array, rel=1e-6)
                low, high = entry.ranges[part][name]
                length = np.linalg.norm(array, axis=1) if array.ndim == 2 else array
                assert (low, high) == pytest.approx((length.min(), length.max()))


def test_the_series_for_paraview_has_every_instant(tmp_path: Path) -> None:
    filled(tmp_path)
    reader = pv.get_reader(tmp_path / "fields.vtkhdf").reader
    assert reader.GetNumberOfSteps() == len(TIMES)
    for k, time in enumerate(TIMES):
        reader.SetStep(k)
        reader.Update()
        shown = pv.wrap(reader.GetOutputDataObject(0))
        assert shown["particles"]["stoichiometry"] == pytest.approx(
            values(time)["particles"]["stoichiometry"], rel=1e-6
        )
        assert shown["interface"].cell_data["interface_opening"] == pytest.approx([1e-9 * time])


def test_a_folder_moves_as_a_whole(tmp_path: Path) -> None:
    filled(tmp_path / "here")
    (tmp_path / "here").rename(tmp_path / "there")
    shown = pv.read(tmp_path / "there" / "instant-0002.vtkhdf")
    assert shown["particles"].n_cells == 2


def test_a_run_that_goes_on_keeps_what_is_whole_and_before_it(tmp_path: Path) -> None:
    filled(tmp_path)
    (tmp_path / "instant-0007.vtkhdf").write_bytes(b"half")
    (tmp_path / ".index.12.tmp.json").write_bytes(b"{")
    again = stored_fields.written(tmp_path, until=10.0)
    assert [entry.time for entry in index_of(tmp_path).instants] == [0.0, 10.0]
    assert {path.name for path in tmp_path.iterdir()} == {
        "geometry.h5", "index.json", "fields.vtkhdf", "instant-0001.vtkhdf", "instant-0002.vtkhdf",
    }  # fmt: skip
    again.add(20.0, values(20.0))
    assert [entry.time for entry in index_of(tmp_path).instants] == list(TIMES)


def test_an_instant_that_is_not_what_the_index_says_does_not_count(tmp_path: Path) -> None:
    filled(tmp_path)
    (tmp_path / "instant-0002.vtkhdf").write_bytes(b"half")
    stored_fields.written(tmp_path, until=20.0)
    # Those after it have its number in their way: all that follows is written anew.
    assert [entry.time for entry in index_of(tmp_path).instants] == [0.0]


def test_a_run_that_goes_back_forgets_what_it_takes_back(tmp_path: Path) -> None:
    made = filled(tmp_path)
    made.forget_after(10.0)
    assert [entry.time for entry in index_of(tmp_path).instants] == [0.0, 10.0]
    assert not (tmp_path / "instant-0003.vtkhdf").exists()


def test_a_disk_that_is_full_leaves_what_was_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = stored_fields.written(tmp_path)
    made.add(0.0, values(0.0))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    put = field_files._put

    def full(path: Path, content: bytes) -> None:
        if path.name == "instant-0002.vtkhdf":
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        put(path, content)

    monkeypatch.setattr(field_files, "_put", full)
    with pytest.raises(OSError, match="No space left"):
        made.add(10.0, values(10.0))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_goes_wrong_on_the_first_rank_is_raised_on_all() -> None:
    class Ranks:
        def __init__(self, rank: int, heard: list[Any]) -> None:
            self.rank, self.heard = rank, heard

        def bcast(self, value: Any, root: int) -> Any:
            if self.rank == 0:
                self.heard.append(value)
            return self.heard[0]

    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "a.vtkhdf")

    heard: list[Any] = []
    for rank in (0, 1):
        writer = object.__new__(FieldWriter)
        writer._stepper = type("Cell", (), {"comm": Ranks(rank, heard)})()
        with pytest.raises(OSError, match="No space left"):
            writer._on_first_rank(full)


@pytest.mark.parametrize(
    ("limit", "times", "left_out"),
    [
        (1e9, (0.0, 5.0, 10.0, 20.0, 40.0), ()),
        (399.0, (0.0, 10.0, 40.0), (5.0, 20.0)),
        (210.0, (0.0, 40.0), (5.0, 10.0, 20.0)),
        (110.0, (0.0,), (5.0, 10.0, 20.0, 40.0)),
        (90.0, (), (0.0, 5.0, 10.0, 20.0, 40.0)),
    ],
)
def test_times_that_fit_are_chosen_evenly(
    limit: float, times: tuple[float, ...], left_out: tuple[float, ...]
) -> None:
    plan = Plan.of((40.0, 0.0, 5.0, 10.0, 20.0, 5.0), 100, limit, geometry=10)
    assert plan.times == times
    assert plan.left_out == left_out
    assert 100 * len(plan.times) + 10 <= max(limit, 10)
    said = " ".join(plan.sentences())
    assert f"{len(times)} instants" in said
    assert ("are left out" in said) == bool(left_out)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda index: index | {"format": 2}, "have format 2 and this version reads 1"),
        (lambda index: {k: v for k, v in index.items() if k != "parts"}, "it lacks or garbles 'parts'"),
        (lambda index: index | {"instants": 3}, "is damaged or of another program"),
        (lambda index: index | {"parts": {"a": {}}}, "is damaged or of another program"),
    ],
)
def test_an_index_of_another_kind_is_refused(tmp_path: Path, damage: Any, sentence: str) -> None:
    filled(tmp_path)
    path = tmp_path / "index.json"
    path.write_text(json.dumps(damage(json.loads(path.read_text()))))
    with pytest.raises(InputError, match=sentence):
        read_index(tmp_path)


@pytest.mark.parametrize("name", ["instant-0001.vtkhdf", "geometry.h5"])
@pytest.mark.parametrize("content", [b"", b"no HDF5", None])
def test_a_damaged_or_missing_file_is_refused(tmp_path: Path, name: str, content: bytes | None) -> None:
    filled(tmp_path)
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    index = index_of(tmp_path)
    files = FieldFiles(tmp_path, index)

    def read() -> None:
        files.values("particles", "stoichiometry", index.instants[0])
        files.geometry("particles")

    sentence = "is not there any more" if content is None else "is damaged or of another program"
    with pytest.raises(InputError, match=sentence):
        read()


def test_without_fields_there_is_no_index(tmp_path: Path) -> None:
    assert read_index(tmp_path) is None
