"""What people have handed over, met as mistakes: each is refused in one sentence that names it and a "
"remedy."""

from __future__ import annotations

import copy
import errno
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from mpi4py import MPI
from support.doors import CASE, LAYOUT, refused, run, written

from chemomech import failures
from chemomech.cli import main
from chemomech.errors import InputError, MachineError, RunFailedError
from chemomech.experiments.case import Case
from chemomech.experiments.case.cost import cost_line, require_room
from chemomech.experiments.models.preflight import claim_output_folder, crowded, require_compile_cache
from chemomech.geometry import MESH_PRESETS, Layout, expected_cells, shipped_layout
from chemomech.solver.results.lock import held


@pytest.mark.parametrize(
    ("error", "code", "part"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "/a/b"),
            3,
            "'/a/b' cannot be used: the disk is full",
        ),
        (OSError(errno.EFBIG, "File too large", "/a/b"), 3, "raise the limit (ulimit -f)"),
        (OSError(errno.EROFS, "Read-only file system", "/a/b"), 3, "the disk can only be read"),
        (
            PermissionError(errno.EACCES, "Permission denied", "/a/b"),
            2,
            "this user may not read or write there",
        ),
        (FileNotFoundError(errno.ENOENT, "No such file", "/a/b"), 2, "there is no such file or folder"),
        (
            OSError(errno.ENAMETOOLONG, "File name too long", "a" * 999),
            2,
            "the name is longer than the disk allows",
        ),
        (RuntimeError("ADIOS2: write failed: No space left on device"), 3, "something cannot be written"),
        (OSError("15600 requested and 4992 written"), 3, "a file cannot be written (15600 requested"),
        (MemoryError(), 3, "there is not enough memory"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"), 2, "is not in UTF-8"),
        (MachineError("no."), 3, "no."),
        (InputError("no."), 2, "no."),
        (RunFailedError("the step became too small."), 4, "the run ended without a result: the step became"),
        (KeyError("x"), 1, "the program is at fault (KeyError: 'x')"),
    ],
)
def test_every_failure_is_a_sentence_with_its_code(error: Exception, code: int, part: str) -> None:
    failure = failures.describe(error)
    assert failure.code == code
    assert part in failure.sentence
    assert "\n" not in failure.sentence


def test_what_a_failure_was_raised_from_counts() -> None:
    error = RuntimeError("cannot write")
    error.__cause__ = OSError(errno.ENOSPC, "No space left on device", "/a")
    assert failures.describe(error).code == 3


def test_a_run_that_finds_the_disk_full_leaves_its_folder_for_the_next_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from chemomech.experiments.models.radial.model import RadialModel

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "out" / "checkpoint.npz"))

    written(tmp_path)
    monkeypatch.setattr(RadialModel, "solve", full)
    for _ in range(2):
        assert "the disk is full; free some space" in refused(run(tmp_path), capsys, 3)
        assert not (tmp_path / "out").exists()


def test_what_a_killed_process_had_not_finished_is_no_result(tmp_path: Path) -> None:
    (tmp_path / ".case.12.tmp.toml").write_text("name")
    claim_output_folder(tmp_path, resume=False, comm=MPI.COMM_SELF)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="is not empty"):
        claim_output_folder(tmp_path, resume=False, comm=MPI.COMM_SELF)


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dolfinx import jit

    (tmp_path / "file").write_text("")
    monkeypatch.setattr(jit, "get_options", lambda: {"cache_dir": str(tmp_path / "file" / "cache")})
    with pytest.raises(MachineError, match="XDG_CACHE_HOME"):
        require_compile_cache()


def test_more_ranks_than_cores_is_said() -> None:
    class Ranks:
        def __init__(self, count: int) -> None:
            self.count = count

        def allgather(self, own: Any) -> list[Any]:
            return [own] * self.count

    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    assert crowded(Ranks(cores)) == ""
    assert crowded(Ranks(cores + 1)).startswith(f"{cores + 1} ranks share {cores} core")


def test_a_mesh_is_estimated_and_refused_past_the_memory_of_the_machine() -> None:
    # Meshed: 17005 and 60455 cells.
    layout = shipped_layout("rve-52")
    for preset, cells in (("coarse", 17005), ("standard", 60455)):
        assert 0.5 < expected_cells(layout, 25e-6, MESH_PRESETS[preset]) / cells < 2.0
    require_room(60455, 1, memory=4.0)
    with pytest.raises(
        MachineError, match=r"about 60455 cells and the run need 2.3 GB, and this machine has 2 GB"
    ):
        require_room(60455, 1, memory=2.0)
    assert "about 17005 cells" in cost_line(17005, 1)
    speck = Layout([[1e-5, 1e-5, 1e-5], [4e-6, 4e-6, 4e-6]], [1e-8, 3e-6], (2e-5, 2e-5, 2e-5))
    with pytest.raises(InputError, match="leave the particle out, or set mesh.smallest_size to 4e-08 m"):
        expected_cells(speck, 1e-5, MESH_PRESETS["coarse"])


# One folder, and what identifies a run.
def test_a_folder_is_held_by_one_process_and_free_after_it(tmp_path: Path) -> None:
    taken = pytest.raises(InputError, match="being run by another process")
    with held(tmp_path, "the folder"), taken, held(tmp_path, "the folder"):
        pass
    with held(tmp_path, "the folder"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_resuming_beside_a_living_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case, out = written(tmp_path), tmp_path / "out"
    out.mkdir()
    shutil.copy(case, out / "case.toml")
    before = sorted(out.iterdir())
    with held(out, "the folder"):
        assert "is being run by another process" in refused(run(tmp_path, "--resume"), capsys)
    assert sorted(out.iterdir()) == before


def begun(folder: Path) -> Path:
    """A project with a run that was out of time after a step; returns the result folder."""
    folder.mkdir()
    table = copy.deepcopy(CASE) | {"protocol": ["Charge at 5C for 2 s"], "numerics": {"max_wall_time": "0 s"}}
    written(folder, table)
    assert main(run(folder)) == 0
    return folder / "out"


@pytest.fixture
def _no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chemomech.experiments.report.write_figures", lambda *_: None)
    monkeypatch.setattr("chemomech.experiments.report.write_report", lambda result: None)


@pytest.mark.usefixtures("_no_report")
def test_a_copied_project_resumes_and_a_changed_file_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begun(tmp_path / "here")
    shutil.move(tmp_path / "here", tmp_path / "there")
    again = run(tmp_path / "there", "--resume", "--set", "numerics.max_wall_time=1 h")
    assert main(again) == 0
    capsys.readouterr()
    layout = tmp_path / "there" / "three.csv"
    layout.write_text(LAYOUT.replace("2.2\n", "2.1\n"))
    said = refused(again, capsys)
    assert "has geometry.layout = 'sha256:" in said
    assert "resume with the case it was started with" in said


@pytest.mark.parametrize("changed", ["three.csv", "table.csv"])
def test_the_key_of_a_run_is_the_content_of_its_files(changed: str, tmp_path: Path) -> None:
    def key(folder: Path) -> dict[str, Any]:
        return Case.from_toml(folder / "case.toml").identity()

    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        written(tmp_path / name, {**CASE, "wiring": {"particles": "table.csv"}})
        (tmp_path / name / "table.csv").write_text("id\n1\n")
    assert key(tmp_path / "a") == key(tmp_path / "b")
    path = tmp_path / "b" / changed
    path.write_text(path.read_text() + "\n")
    assert key(tmp_path / "a") != key(tmp_path / "b")
