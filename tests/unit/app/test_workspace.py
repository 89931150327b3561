"""What lies in the folder of the app, and that nothing outside is reached."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.synthetic_result import write_synthetic_result

from chemomech.app import workspace as module
from chemomech.app.workspace import Workspace
from chemomech.errors import InputError
from chemomech.geometry import shipped_layout, write_layout


def test_everything_is_found_and_called_by_its_place(tmp_path: Path) -> None:
    write_synthetic_result(tmp_path / "results" / "one")
    (tmp_path / "results" / "two").mkdir()
    (tmp_path / "results" / "two" / "live.jsonl").touch()
    (tmp_path / "mine.toml").write_text('name = "mine"\nprotocol = ["Rest for 1 s"]\n')
    (tmp_path / "broken.toml").write_text("name = \n")
    (tmp_path / "other.toml").write_text("[tool]\nx = 1\n")
    (tmp_path / "sweep.toml").write_text('base = "fast-charge-5C"\n[axes]\nc_rate = [1]\n')
    write_layout(shipped_layout("rve-52"), tmp_path / "layout.csv")
    (tmp_path / "numbers.csv").write_text("x,y\n1,2\n")
    (tmp_path / "stack.tif").touch()
    for folder, file in (("sweep", "study.json"), ("board", "scoreboard.json")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / file).write_text("{}")
    found = Workspace(tmp_path).content()
    assert found.results == ["results/one"]
    assert found.unfinished == ["results/two"]
    assert found.cases == ["broken.toml", "mine.toml"]
    assert found.studies == ["sweep.toml"]
    assert (found.layouts, found.stacks) == (["layout.csv"], ["stack.tif"])
    assert (found.study_folders, found.boards) == (["sweep"], ["board"])


def test_runs_of_a_study_are_behind_its_map_and_not_in_the_list(tmp_path: Path) -> None:
    write_synthetic_result(tmp_path / "sweep" / "runs" / "abc")
    (tmp_path / "sweep" / "study.json").write_text("{}")
    assert Workspace(tmp_path).content().results == []


@pytest.mark.parametrize(
    "name", ["..", "../x", "/etc/passwd", "a/../../x", "", " ", "link", "link/x", "a\0b"]
)
def test_paths_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to(tmp_path)
    with pytest.raises(InputError, match=r"leads out of the folder|is empty|no path that a disk takes"):
        Workspace(tmp_path / "in").inside(name)


@pytest.mark.parametrize("name", ["a", "a/b.toml", ".", "a/../b"])
def test_paths_inside_are_taken(tmp_path: Path, name: str) -> None:
    assert Workspace(tmp_path).inside(name) == (tmp_path / name).resolve()


def test_what_a_link_brings_in_from_outside_is_not_listed(tmp_path: Path) -> None:
    write_synthetic_result(tmp_path / "elsewhere")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "sneaky").symlink_to(tmp_path / "elsewhere")
    assert Workspace(tmp_path / "in").content().results == []


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no folder"):
        Workspace(tmp_path / "none")


def test_free_names_are_not_taken(tmp_path: Path) -> None:
    assert Workspace(tmp_path).free_name("x") == "results/x"
    (tmp_path / "results" / "x").mkdir(parents=True)
    assert Workspace(tmp_path).free_name("x") == "results/x-2"


def test_files_are_called_as_those_who_write_them_call_them() -> None:
    from chemomech.experiments.studies import folder
    from chemomech.solver.stepping import checkpoint
    from chemomech.validation import scoreboard

    assert module.CHECKPOINT_FILE == checkpoint.FILE
    assert module.STUDY_FILE == folder.STUDY_FILE
    assert module.BOARD_FILE == scoreboard.FILE
