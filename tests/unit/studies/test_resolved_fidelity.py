"""How a resolved run is started, continued, and reported when it fails; nothing is solved here."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from chemomech.errors import InputError
from chemomech.experiments.studies.fidelities import ResolvedFidelity, RunFailedError

CASE = 'name = "a"\n'


class Started:
    """Stands in for the program: notes the command, and ends as it is told."""

    def __init__(self, code: int = 0, said: str = "") -> None:
        self.code, self.said = code, said
        self.command: list[str] = []
        self.case: dict[str, Any] = {}

    def __call__(self, command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        self.command, self.environment = command, options["env"]
        self.case = tomllib.loads(Path(command[command.index("run") + 1]).read_text())
        return subprocess.CompletedProcess(command, self.code, "", self.said)


def start(monkeypatch: pytest.MonkeyPatch, folder: Path, ranks: int = 1, **ended: Any) -> Started:
    program = Started(**ended)
    monkeypatch.setattr(subprocess, "run", program)
    ResolvedFidelity(ranks).run(CASE, folder)
    return program


def test_a_run_is_a_process_of_its_own_and_leaves_no_case_file_beside_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = start(monkeypatch, tmp_path / "runs" / "k")
    assert program.case == {"name": "a"}
    assert "--resume" not in program.command
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_run_that_was_begun_is_continued_with_the_case_whose_files_lie_where_they_are_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "k"
    folder.mkdir()
    (folder / "case.toml").write_text('name = "as begun"\n')
    program = start(monkeypatch, folder)
    assert program.case == {"name": "a"}
    assert program.command[-1] == "--resume"
    assert (folder / "case.toml").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["k"]


def test_ranks_are_started_by_mpiexec_free_of_what_another_launcher_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMI_RANK", "3")
    program = start(monkeypatch, tmp_path / "k", ranks=2)
    assert Path(program.command[0]).name == "mpiexec"
    assert program.command[1:3] == ["-n", "2"]
    assert "PMI_RANK" not in program.environment


@pytest.mark.parametrize(
    ("code", "said", "error", "message"),
    [
        (2, "error: the mesh failed.\n", InputError, "the mesh failed"),
        (1, "Traceback\nValueError: odd\n", RunFailedError, "exit code 1: ValueError: odd"),
        (137, "", RunFailedError, "exit code 137: it said nothing"),
        (1, "OSError: [Errno 28] No space left on device\n", OSError, "No space left"),
    ],
)
def test_a_run_that_fails_says_why(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    said: str,
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        start(monkeypatch, tmp_path / "k", code=code, said=said)
