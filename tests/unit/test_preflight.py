from __future__ import annotations

import os
import sysconfig
from pathlib import Path

import pytest
from mpi4py import MPI

from chemomech.errors import InputError
from chemomech.experiments.models.preflight import claim_output_folder, require_compiler


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An otherwise empty path; what a test puts in the folder is what there is on the machine."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("CC", "restored after the test")
    monkeypatch.delenv("CC")
    return folder


def add_program(folder: Path, name: str) -> None:
    program = folder / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)


def test_a_machine_without_a_compiler_is_told_how_to_get_one(programs: Path) -> None:
    with pytest.raises(InputError, match="no C compiler.*apt install gcc"):
        require_compiler()


def test_a_wrong_CC_is_refused_rather_than_replaced(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_program(programs, "gcc")
    monkeypatch.setenv("CC", "icc -O3")
    with pytest.raises(InputError, match="CC = 'icc -O3' names no program"):
        require_compiler()


def test_another_compiler_is_used_where_the_one_python_was_built_with_is_absent(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sysconfig, "get_config_var", lambda name: "builders-gcc -pthread")
    add_program(programs, "clang")
    assert require_compiler() == "clang"
    assert os.environ["CC"] == "clang"


def test_a_compiler_named_in_CC_is_kept(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_program(programs, "tcc")
    monkeypatch.setenv("CC", "tcc -w")
    assert require_compiler() == "tcc -w"


def test_a_new_or_empty_folder_may_be_written_to(tmp_path: Path) -> None:
    claim_output_folder(tmp_path / "a" / "b", resume=False, comm=MPI.COMM_SELF)
    assert (tmp_path / "a" / "b").is_dir()
    claim_output_folder(tmp_path / "a" / "b", resume=False, comm=MPI.COMM_SELF)


def test_a_used_folder_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "summary.json").write_text("{}")
    with pytest.raises(InputError, match="is not empty.*--resume"):
        claim_output_folder(tmp_path, resume=False, comm=MPI.COMM_SELF)
    assert [item.name for item in tmp_path.iterdir()] == ["summary.json"]
    claim_output_folder(tmp_path, resume=True, comm=MPI.COMM_SELF)


def test_there_must_be_something_to_resume(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to resume"):
        claim_output_folder(tmp_path / "new", resume=True, comm=MPI.COMM_SELF)
    assert not (tmp_path / "new").exists()


def test_a_file_is_no_output_folder(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("")
    with pytest.raises(InputError, match="is a file"):
        claim_output_folder(path, resume=False, comm=MPI.COMM_SELF)
    with pytest.raises(InputError, match="cannot be made"):
        claim_output_folder(path / "below", resume=False, comm=MPI.COMM_SELF)
