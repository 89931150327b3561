"""The desk: whatever goes wrong is answered in a sentence, and nothing is lost."""

from __future__ import annotations

import builtins
import contextlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from chemomech import cli
from chemomech.app.desk import Desk
from chemomech.app.workspace import Workspace
from chemomech.experiments.case import Case

CASE_TEXT = """\
name = "mine"
initial_stoichiometry = 0.93
nominal_capacity = "180 mAh/g"
protocol = ["Rest for 1 s"]
"""

STUDY = """\
name = "rates"
base = "mine.toml"
[axes]
temperature = ["20 degC", "30 degC"]
"""


@pytest.fixture
def desk(tmp_path: Path, radial_result: Path) -> Iterator[Desk]:
    shutil.copytree(radial_result, tmp_path / "results" / "one")
    (tmp_path / "mine.toml").write_text(CASE_TEXT)
    made = Desk(Workspace(tmp_path), SimpleNamespace())
    made.list()
    yield made
    # Nothing has gone wrong unforeseen.
    assert "the program is at fault" not in made.state.said


def test_a_case_is_opened_changed_and_saved_and_reads_back(desk: Desk) -> None:
    desk.open_case("mine.toml")
    desk.fill("temperature", "30 degC")
    desk.save("warm.toml")
    assert desk.state.said == "The case is saved as warm.toml."
    assert Case.from_toml(desk.workspace.root / "warm.toml").temperature == pytest.approx(303.15)
    assert "warm.toml" in desk.state.content["cases"]


def test_a_case_with_something_wrong_is_not_saved(desk: Desk) -> None:
    desk.open_case("mine.toml")
    desk.fill("temperature", "30")
    desk.save("mine.toml")
    assert desk.state.said_kind == "error"
    assert desk.state.said == desk.state.form_errors["temperature"]
    assert (desk.workspace.root / "mine.toml").read_text() == CASE_TEXT


@pytest.mark.parametrize("name", ["../out.toml", "/tmp/out.toml", "results", "x.txt", ""])
def test_files_that_a_case_cannot_be_are_refused(desk: Desk, name: str) -> None:
    desk.open_case("mine.toml")
    desk.save(name)
    assert desk.state.said_kind == "error"


def test_a_full_disk_leaves_the_file_that_was_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.open_case("mine.toml")
    desk.fill("temperature", "30 degC")

    def full(path: Path, *arguments: Any, **options: Any) -> int:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_text", full)
    desk.save("mine.toml")
    desk.start("results/two")
    assert "free some space" in desk.state.said
    assert (desk.workspace.root / "mine.toml").read_text() == CASE_TEXT
    assert not (desk.workspace.root / "results" / "two").exists()
    assert desk.state.form["temperature"] == "30 degC"  # what was typed is still there


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(words, check=False, capture_output=True).returncode:
        pytest.skip("this user may not mount a disk of memory")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_disk_that_is_full_is_said_and_leaves_what_was_there(small_disk: Path) -> None:
    (small_disk / "mine.toml").write_text(CASE_TEXT)
    (small_disk / "rates.toml").write_text(STUDY)
    desk = Desk(Workspace(small_disk), SimpleNamespace())
    desk.list()
    desk.open_case("mine.toml")
    desk.fill("temperature", "30 degC")
    with contextlib.suppress(OSError), (small_disk / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))
    for call, words in (
        (desk.save, ["mine.toml"]),
        (desk.save, ["new.toml"]),
        (desk.start, ["results/two"]),
        (desk.start_study, ["rates.toml"]),
    ):
        call(*words)
        assert "the disk is full; free some space" in desk.state.said
        assert desk.state.said_kind == "error"
    assert (small_disk / "mine.toml").read_text() == CASE_TEXT
    assert not (small_disk / "new.toml").exists()
    assert desk.state.form["temperature"] == "30 degC"
    desk.tick()
    assert (desk.state.runs, desk.state.study_runs) == ([], [])
    (small_disk / "filler").unlink()
    desk.save("mine.toml")
    assert desk.state.said == "The case is saved as mine.toml."


@pytest.mark.parametrize(
    ("call", "words", "said"),
    [
        ("open_case", ["none.toml"], "does not exist"),
        ("open_case", ["../x.toml"], "leads out of the folder"),
        ("open_shipped", ["none"], "no shipped case"),
        ("look", ["results/none"], "there is no result folder"),
        ("look", ["../.."], "leads out of the folder"),
        ("look", ["mine.toml", "stack", "1"], "has no unit"),
        ("compare", ["results/one"], "open a result first"),
        ("share", ["html"], "open a result first"),
        ("share", ["exe"], "no kind of file"),
        ("stop", [], "empty"),
        ("resume", [], "empty"),
        ("watch", ["../.."], "leads out"),
        ("open_study", ["results"], "has no outcome yet"),
        ("open_board", ["results"], "does not exist"),
        ("start", ["results/x"], "no case is chosen"),
        ("pick", [[1, 2]], "no place to pick"),
        ("moved", [None], "no camera"),
    ],
)
def test_what_cannot_be_done_is_said(desk: Desk, call: str, words: list[Any], said: str) -> None:
    getattr(desk, call)(*words)
    assert said in desk.state.said
    assert desk.state.said_kind == "error"
    assert desk.state.said.count("\n") == 0


@pytest.mark.parametrize("text", ["", "name = \n", 'name = "x"\nprotocol = []\nfuture = 1\n', "\0", "[[[["])
def test_a_case_file_that_cannot_be_read_says_what_the_command_line_says(
    desk: Desk, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = desk.workspace.root / "odd.toml"
    path.write_text(text)
    desk.open_case("odd.toml")
    assert cli.main(["mesh", str(path)]) == 2
    assert capsys.readouterr().err.strip() == f"error: {desk.state.said}"


@pytest.mark.parametrize("damage", ["summary.json", "result.nc", "case.toml"])
def test_a_damaged_result_says_so_and_what_was_looked_at_stays(desk: Desk, damage: str) -> None:
    desk.look("results/one")
    shutil.copytree(desk.workspace.root / "results" / "one", desk.workspace.root / "results" / "bad")
    (desk.workspace.root / "results" / "bad" / damage).write_bytes(b"\x00nonsense")
    desk.look("results/bad")
    assert desk.state.said_kind == "error"
    assert "bad" in desk.state.said
    assert desk.state.look_path == "results/one"
    desk.redraw()
    assert desk.state.said == ""


def test_pages_change_and_only_those_that_there_are(desk: Desk) -> None:
    desk.go("runs")
    desk.go("nowhere")
    assert desk.state.page == "runs"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("no-such-study", "study"),
        ("../out.toml", "leads out of the folder"),
        ("mine.toml", "unknown key 'initial_stoichiometry'"),
        ("rates.toml", "holds something else than a study"),
    ],
)
def test_a_study_that_cannot_be_started_says_why_and_starts_nothing(
    desk: Desk, source: str, said: str
) -> None:
    (desk.workspace.root / "rates.toml").write_text(STUDY)
    (desk.workspace.root / "results" / "rates").mkdir()
    (desk.workspace.root / "results" / "rates" / "note.txt").write_text("mine")
    desk.start_study(source)
    assert said in desk.state.said
    assert desk.state.said_kind == "error"
    assert desk.state.study_runs == []


def test_shipped_and_own_studies_are_listed(desk: Desk) -> None:
    (desk.workspace.root / "rates.toml").write_text(STUDY)
    desk.list()
    assert "rate-by-thickness" in [entry["name"] for entry in desk.state.shipped_studies]
    assert desk.state.content["studies"] == ["rates.toml"]


def test_a_run_of_a_study_that_has_nothing_in_space_shows_its_voltage(desk: Desk) -> None:
    run = desk.workspace.root / "sweep" / "runs" / "a"
    shutil.copytree(desk.workspace.root / "results" / "one", run)
    summary = json.loads((run / "summary.json").read_text())
    (run / "summary.json").write_text(json.dumps(summary | {"model": "homogenised"}))
    desk.state.study_path = "sweep"
    desk.look_at_run("runs/a")
    assert "no particles in space" in desk.state.said
    assert desk.state.page == "runs"
    assert desk.state.watched == "sweep/runs/a"
    assert "polyline" in desk.state.voltage_chart


def test_looking_picking_and_comparing(desk: Desk) -> None:
    cameras: list[Any] = []
    desk.show_camera = cameras.append
    desk.look("results/one")
    assert desk.state.page == "look"
    told = dict(cameras[-1].to_page())
    found = []
    for x in range(100, 700, 40):
        desk.pick([x, 300, 800, 600, told])
        found.append(desk.state.look_picked)
    assert len({particle for particle in found if particle >= 0}) > 3
    desk.state.look_picked = max(found)
    desk.redraw()
    assert f"Particle {max(found)}: radius" in desk.state.look_picked_says
    assert len(desk.state.look_charts) >= 2
    desk.compare("results/one")
    assert len(desk.state.look_legends) == 2
    desk.compare("")
    assert len(desk.state.look_legends) == 1
    desk.turn(told, 30, 0)
    assert cameras[-1].position.tolist() != told["position"]


def test_an_imaged_layout_and_a_shipped_one_are_looked_at_before_meshing(desk: Desk) -> None:
    from chemomech.geometry import shipped_layout, write_layout

    write_layout(shipped_layout("rve-52"), desk.workspace.root / "layout.csv")
    desk.look("layout.csv", "layout")
    assert desk.state.said == ""
    assert len(desk.state.look_particles) == 52
    assert desk.state.look_times == 1


def test_nothing_that_is_typed_is_evaluated(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = "__import__('pathlib').Path('hacked').touch()"
    compiled: list[str] = []
    by_python = builtins.compile

    def watched(source: Any, *arguments: Any, **options: Any) -> Any:
        compiled.append(str(source))
        return by_python(source, *arguments, **options)

    desk.open_case("mine.toml")
    monkeypatch.setattr(builtins, "compile", watched)
    monkeypatch.chdir(desk.workspace.root)
    for key in list(desk.state.form):
        desk.fill(key, typed)
        desk.open_case("mine.toml")
    assert not (desk.workspace.root / "hacked").exists()
    assert not [source for source in compiled if "hacked" in source]


def test_the_app_without_its_packages_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from chemomech import app_command

    monkeypatch.setattr(app_command.importlib.util, "find_spec", lambda name: None)
    assert cli.main(["app", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: chemomech app needs trame")
    assert "pip install 'chemomech[app]'" in said
    assert said.count("\n") == 1


def test_a_folder_that_is_none_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.main(["app", str(tmp_path / "none"), "--no-browser"]) == 2
    assert "there is no folder" in capsys.readouterr().err
