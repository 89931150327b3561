"""Runs as processes: they outlive who started them, and what becomes of each is said in a sentence."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from support.synthetic_result import write_synthetic_result

from chemomech.app.processes import OWN_OPTION, PETSC_OPTIONS, environment
from chemomech.app.runs import Note, Runs, State
from chemomech.app.watching import LiveReader
from chemomech.app.workspace import Workspace
from chemomech.errors import InputError
from chemomech.experiments.case import Case

CASE = Case.from_toml("fast-charge-5C")

PROGRAM = """
import json, os, sys, time
words = sys.argv[1:]
out = words[words.index("--out") + 1]
os.makedirs(out, exist_ok=True)
mode = open(os.environ["MODE"]).read()
if mode == "refuse":
    print("error: the layout is too small; take a larger one.", flush=True)
    os.rmdir(out)
    sys.exit(2)
if mode == "silent":
    sys.exit(3)
with open(out + "/live.jsonl", "a") as file:
    file.write(json.dumps({"process": os.getpid(), "written": time.time(), "steps": ["Charge"]}) + "\\n")
    for k in range(3):
        file.write(json.dumps([10.0 * k, 3.7 + 0.1 * k, 72.0, 10.0, 1, 5.0]) + "\\n")
if "--resume" not in words:
    open(out + "/checkpoint.npz", "w").close()
print("started " + " ".join(words[:1] + words[3:]), flush=True)
time.sleep(60)
"""


def until(what: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come to this"
        time.sleep(0.02)


class Place:
    """A folder with a program in place of the solver, whose mode says what it does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "program.py").write_text(PROGRAM)
        self.mode("run")

    def mode(self, name: str) -> None:
        (self.folder / "mode").write_text(name)

    def runs(self) -> Runs:
        """As a server that is started anew has it."""
        return Runs(Workspace(self.folder), [sys.executable, str(self.folder / "program.py")])


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("MODE", str(tmp_path / "mode"))
    made = Place(tmp_path)
    yield made
    process = 0
    for note in (tmp_path / ".chemomech-app").glob("*.json"):
        with contextlib.suppress(ValueError, AttributeError):
            process = json.loads(note.read_text()).get("process", 0)
        if process not in (0, os.getpid()) and psutil.pid_exists(process):
            os.kill(process, signal.SIGKILL)


def started(place: Place) -> tuple[Runs, str]:
    runs = place.runs()
    name = runs.start(CASE, "results/one")
    until(lambda: bool((live := runs.look(name).live) and live.time))
    return runs, name


def test_a_run_is_watched_while_it_goes_on(place: Place) -> None:
    runs, name = started(place)
    run = runs.look(name)
    assert run.state is State.RUNNING
    assert run.live is not None
    assert run.live.voltage == pytest.approx((3.7, 3.8, 3.9))
    assert "t = 20 s, 3.9000 V" in run.sentence
    assert "about 5 s left" in run.sentence
    until(lambda: bool(runs.look(name).log))
    assert runs.look(name).log[0].startswith("started run ")


def test_the_process_leads_a_session_of_its_own_and_a_new_server_finds_it(place: Place) -> None:
    _, name = started(place)
    process = json.loads(next((place.folder / ".chemomech-app").glob("*.json")).read_text())["process"]
    assert os.getsid(process) == process != os.getsid(0)
    again = place.runs()
    assert again.known() == [name]
    assert again.look(name).state is State.RUNNING
    with pytest.raises(InputError, match="is going on already"):
        again.resume(name)


def test_a_run_of_the_command_line_is_found_by_its_live_file(place: Place) -> None:
    words = [sys.executable, str(place.folder / "program.py"), "run", "case", "--out", "results/hand"]
    with subprocess.Popen(words, cwd=place.folder, stdout=subprocess.DEVNULL) as process:
        until(lambda: place.runs().look("results/hand").state is State.RUNNING)
        place.runs().stop("results/hand")
        assert process.wait(10) == -signal.SIGTERM


def test_stop_ends_it_as_sigterm_does_and_resume_continues_it(place: Place) -> None:
    runs, name = started(place)
    runs.stop(name)
    until(lambda: runs.look(name).state is not State.RUNNING)
    run = runs.look(name)
    assert (run.state, run.resumable) == (State.STOPPED, True)
    assert "continues from its last checkpoint" in run.sentence
    with pytest.raises(InputError, match="nothing to stop"):
        runs.stop(name)
    runs.resume(name)
    until(lambda: "--resume" in " ".join(runs.look(name).log))
    assert runs.look(name).state is State.RUNNING


def test_one_that_is_killed_has_failed_with_a_sentence_and_can_be_resumed(place: Place) -> None:
    runs, name = started(place)
    process = json.loads(next((place.folder / ".chemomech-app").glob("*.json")).read_text())["process"]
    os.kill(process, signal.SIGKILL)
    until(lambda: runs.look(name).state is not State.RUNNING)
    for looking in (runs, place.runs()):
        run = looking.look(name)
        assert (run.state, run.resumable) == (State.FAILED, True)
        assert run.sentence == (
            "The run was ended from outside; when it is resumed, it continues from its last checkpoint."
        )


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("refuse", "The run has failed: the layout is too small; take a larger one."),
        ("silent", "as on a disk that is full"),
    ],
)
def test_what_the_command_line_says_is_said_here(place: Place, mode: str, said: str) -> None:
    place.mode(mode)
    runs = place.runs()
    name = runs.start(CASE, "results/one")
    until(lambda: runs.look(name).state is State.FAILED)
    assert said in runs.look(name).sentence


def test_the_case_that_is_run_is_the_one_that_was_asked_for(place: Place) -> None:
    started(place)
    (written,) = (place.folder / ".chemomech-app").glob("*.toml")
    assert Case.from_toml(written) == CASE


@pytest.mark.parametrize(
    ("folder", "said"),
    [("../out", "leads out of the folder"), ("full", "is not empty"), (".", "the folder of the app itself")],
)
def test_folders_that_cannot_be_written_to_are_refused(place: Place, folder: str, said: str) -> None:
    (place.folder / "full").mkdir()
    (place.folder / "full" / "precious").touch()
    with pytest.raises(InputError, match=said):
        place.runs().start(CASE, folder)
    assert place.runs().known() == []


@pytest.mark.parametrize("ranks", [0, 65, -1])
def test_ranks_out_of_range_are_refused(place: Place, ranks: int) -> None:
    with pytest.raises(InputError, match="must lie between 1 and 64"):
        place.runs().start(CASE, "results/one", ranks=ranks)


def test_a_number_that_another_process_has_now_is_not_taken_for_the_run(place: Place) -> None:
    runs = place.runs()
    (place.folder / "results" / "old").mkdir(parents=True)
    (place.folder / ".chemomech-app").mkdir()
    note = Note("results/old", os.getpid(), psutil.Process().create_time() - 100.0)
    (place.folder / ".chemomech-app" / "results%2Fold.json").write_text(json.dumps(note.__dict__))
    assert runs.look("results/old").state is State.FAILED
    with pytest.raises(InputError, match="nothing to stop"):
        runs.stop("results/old")


def test_a_run_that_cannot_be_written_down_is_ended(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    runs = place.runs()
    monkeypatch.setattr(runs._notes, "write", full)
    with pytest.raises(OSError, match="No space"):
        runs.start(CASE, "results/one")
    monkeypatch.undo()
    (process,) = runs._processes._children.values()
    assert process.wait(20.0) != 0


@pytest.mark.parametrize("text", ["", "{", "[]", '{"folder": 1}', '{"unknown": 2}', "\0"])
def test_a_note_that_is_damaged_hides_no_other_run(place: Place, text: str) -> None:
    _, name = started(place)
    (place.folder / ".chemomech-app" / "broken.json").write_text(text)
    assert place.runs().known() == [name]


def test_a_finished_run_is_called_so(place: Place) -> None:
    write_synthetic_result(place.folder / "results" / "done")
    assert place.runs().look("results/done").state is State.FINISHED


def test_half_lines_and_states_made_again_are_no_trouble(tmp_path: Path) -> None:
    reader, path = LiveReader(tmp_path), tmp_path / "live.jsonl"
    assert reader.look() is None
    path.write_text('{"process": 7, "written": 1.0, "steps": ["a", "b"]}\n[0, 3.7, 1, 0, 1, null]\n[10, 3.8,')
    live = reader.look()
    assert live is not None
    assert live.time == (0,)
    with path.open("a") as file:
        file.write(" 1, 10, 1, null]\n[20, 3.9, 1, 10, 1, 4.0]\nnonsense\n[30]\n")
    assert (live := reader.look()) is not None
    assert live.time == (0, 10, 20)
    with path.open("a") as file:  # resumed from the checkpoint at 10 s
        file.write('{"process": 8, "written": 2.0, "steps": ["a", "b"]}\n[20, 3.95, 1, 10, 2, 4.0]\n')
    assert (live := reader.look()) is not None
    assert (live.time, live.voltage[-1], live.process) == ((0, 10, 20), 3.95, 8)
    assert live.sentence.startswith("step 2 of 2, t = 20 s, 3.9500 V")
    path.write_text('{"process": 9, "written": 3.0, "steps": []}\n')
    assert (live := reader.look()) is not None
    assert (live.process, live.time) == (9, ())


def test_a_page_that_is_closed_while_it_is_written_to_does_not_end_the_server() -> None:
    text = (
        "import os, signal\n"
        "from chemomech.app.processes import outlive_pages\n"
        "outlive_pages()\n"
        "import chemomech.fenicsx_first\n"
        "from petsc4py import PETSc\n"
        "PETSc.Options()\n"
        "os.kill(os.getpid(), signal.SIGPIPE)\n"
        "print('alive')\n"
    )
    ended = subprocess.run([sys.executable, "-c", text], check=False, capture_output=True, text=True)
    assert ended.stdout == "alive\n", ended.stderr


def test_runs_keep_the_options_of_petsc_that_the_user_has_set() -> None:
    given = environment({PETSC_OPTIONS: f"-log_view {OWN_OPTION}"})
    assert given[PETSC_OPTIONS] == "-log_view"
