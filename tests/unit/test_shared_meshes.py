"""Meshes that later runs take from earlier ones."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from chemomech.geometry import Layout, MeshOptions, generate_mesh, shared_meshes
from chemomech.geometry.shared_meshes import FOLDER_VARIABLE, give, shared_folder, take

UM = 1e-6
OPTIONS = MeshOptions(
    smallest_size=0.5 * UM,
    interface_size=1.5 * UM,
    particle_size=2 * UM,
    matrix_size=2 * UM,
    separator_size=2 * UM,
    electrode_separator_size=2 * UM,
)


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the shared meshes, empty."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "shared"))
    monkeypatch.setattr(shared_meshes, "_said", set())
    return tmp_path / "shared"


def made(folder: Path, content: str = "a mesh", name: str = "mesh-1") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(f"facts of {content}")
    (folder / f"{name}.msh").write_text(content)
    return folder / f"{name}.msh"


def test_a_second_run_takes_the_mesh_of_the_first(shared: Path, tmp_path: Path) -> None:
    one = Layout(np.full((1, 3), 4 * UM), np.array([3 * UM]), (8 * UM, 8 * UM, 8 * UM), "one")
    first, second, other = (
        generate_mesh(one, thickness * UM, OPTIONS, MPI.COMM_SELF, cache=tmp_path / run)
        for run, thickness in (("first", 4.0), ("second", 4.0), ("other", 5.0))
    )
    assert [mesh.quality.from_cache for mesh in (first, second, other)] == [False, True, False]
    assert np.array_equal(first.mesh.geometry.x, second.mesh.geometry.x)
    assert np.array_equal(first.cell_tags.values, second.cell_tags.values)
    assert len(list(shared.iterdir())) == 2
    # The folder of the run holds its mesh itself: it may be moved to another machine.
    assert len(list((tmp_path / "second").iterdir())) == 1
    (entry, _) = shared.iterdir()
    assert not list(shared.glob(".*")), entry


def test_all_files_of_a_mesh_come_back_unless_the_run_has_its_own(shared: Path, tmp_path: Path) -> None:
    suffixes = (".json", ".msh")
    give(made(tmp_path / "a"), suffixes)
    assert take(tmp_path / "b" / "mesh-1.msh", suffixes)
    assert sorted(path.read_text() for path in (tmp_path / "b").iterdir()) == ["a mesh", "facts of a mesh"]
    own = made(tmp_path / "c", "its own")
    assert not take(own, suffixes)
    assert own.read_text() == "its own"
    assert not take(tmp_path / "d" / "mesh-2.msh", suffixes)


@pytest.mark.parametrize("place", [10, 60, -30])
def test_a_damaged_file_is_removed_and_made_again(shared: Path, tmp_path: Path, place: int) -> None:
    path = made(tmp_path / "a", "of many words " * 10)
    give(path)
    (entry,) = shared.iterdir()
    content = bytearray(entry.read_bytes())
    content[place] ^= 0xFF
    entry.write_bytes(bytes(content))
    taken = take(tmp_path / "b" / "mesh-1.msh")
    # A byte that holds neither content nor its sum may be another without harm.
    assert not taken or (tmp_path / "b" / "mesh-1.msh").read_text() == path.read_text()
    assert taken == entry.exists()
    give(path)
    assert take(tmp_path / "c" / "mesh-1.msh")


def test_half_a_file_is_no_mesh(shared: Path, tmp_path: Path) -> None:
    give(made(tmp_path / "a", "of many words " * 10))
    (entry,) = shared.iterdir()
    entry.write_bytes(entry.read_bytes()[:80])
    assert not take(tmp_path / "b" / "mesh-1.msh")
    assert not (tmp_path / "b" / "mesh-1.msh").exists()
    assert not entry.exists()


def test_a_folder_that_cannot_be_written_is_said_once(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shared.write_text("in the way")
    path = made(tmp_path / "a")
    give(path)
    give(path)
    assert not take(tmp_path / "b" / "mesh-1.msh")
    said = capsys.readouterr().err
    assert said.count("warning: ") == 1
    assert FOLDER_VARIABLE in said
    assert str(shared) in said


def test_other_code_makes_other_meshes(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    give(made(tmp_path / "a"))
    monkeypatch.setattr(shared_meshes, "_code_digest", lambda: "0123")
    assert not take(tmp_path / "b" / "mesh-1.msh")


def test_what_was_not_asked_for_longest_is_removed(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_meshes, "LARGEST", 1)
    give(made(tmp_path / "a", name="mesh-1"))
    assert not list(shared.iterdir())
    monkeypatch.setattr(shared_meshes, "LARGEST", 600)
    for age, name in ((300.0, "mesh-1"), (200.0, "mesh-2")):
        give(made(tmp_path / "a", name=name))
        (entry,) = shared.glob(f"{name}-*.zip")
        os.utime(entry, (time.time() - age,) * 2)
    assert take(tmp_path / "b" / "mesh-1.msh")  # asked for now
    monkeypatch.setattr(shared_meshes, "LARGEST", 2 * entry.stat().st_size + 1)
    abandoned = shared / ".mesh-9.zip.1.tmp"
    abandoned.write_text("half")
    os.utime(abandoned, (0.0, 0.0))
    (shared / "notes.txt").write_text("of the user")
    give(made(tmp_path / "a", name="mesh-3"))
    left = {path.name.partition("-")[2].partition("-")[0] for path in shared.glob("mesh-*.zip")}
    assert left == {"1", "3"}
    assert not abandoned.exists()
    assert (shared / "notes.txt").exists()


def test_the_folder_is_that_of_the_user_or_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, " ")
    assert shared_folder() is None
    assert not take(tmp_path / "mesh-1.msh")
    give(tmp_path / "mesh-1.msh")
    monkeypatch.delenv(FOLDER_VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert shared_folder() == tmp_path / "chemomech" / "meshes"
