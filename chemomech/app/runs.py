"""Runs as processes of their own, which outlive the page and the server that started them."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from chemomech.app.notes import Notes, Started
from chemomech.app.processes import PROGRAM, Processes
from chemomech.app.watching import Live, LiveReader, tail
from chemomech.app.workspace import CHECKPOINT_FILE, Workspace
from chemomech.errors import InputError
from chemomech.solver.results.folder import DATASET_FILE, SUMMARY_FILE, replacing

if TYPE_CHECKING:
    from chemomech.experiments.case import Case

MOST_RANKS = 64


class State(StrEnum):
    """What has become of a run."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True)
class Note(Started):
    """What the app writes down of a run that it starts.

    Attributes:
        model: what solves the case.
        ranks: of MPI.
    """

    model: str = "resolved"
    ranks: int = 1


@dataclass(frozen=True)
class Run:
    """A run as it is now.

    Attributes:
        folder: of the result, below the folder of the app.
        state: what has become of it.
        sentence: the same in words.
        live: what it has written down; None where it has not, or is done.
        log: its last lines.
        resumable: whether it can be continued.
    """

    folder: str
    state: State
    sentence: str
    live: Live | None
    log: tuple[str, ...]
    resumable: bool


class Runs:
    """Starts, finds, stops and continues runs below a folder.

    Args:
        workspace: the folder.
        program: the command line, without its arguments.
    """

    def __init__(self, workspace: Workspace, program: Sequence[str] = PROGRAM) -> None:
        self._workspace, self._program = workspace, tuple(program)
        self._processes = Processes()
        self._notes = Notes(workspace.own, Note)
        self._readers: dict[str, LiveReader] = {}

    def start(self, case: Case, folder: str, model: str = "", ranks: int = 1) -> str:
        """Start a run of a case in a process of its own.

        Args:
            case: what to run.
            folder: of the result, below the folder of the app; new or empty.
            model: what solves it; that of the case if empty.
            ranks: of MPI.

        Returns:
            The folder as it is shown.

        Raises:
            InputError: when the folder is not free or lies outside, or the process cannot be started.
        """
        out = self._workspace.inside(folder, "result folder")
        if out == self._workspace.root:
            raise InputError("the result folder is the folder of the app itself; name one inside it.")
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise InputError(
                f"the result folder {folder!r} is not empty; choose another, or resume the run in it."
            )
        name = self._workspace.name_of(out)
        source = self._notes.file(name, ".toml")
        with replacing(source) as path:
            path.write_text(case.to_toml(), encoding="utf-8")
        self._launch(name, source, model or case.model, ranks, resume=False)
        return name

    def resume(self, folder: str) -> str:
        """Continue a run that was stopped.

        Raises:
            InputError: when it is running, or there is nothing to continue.
        """
        out = self._workspace.inside(folder, "result folder")
        name = self._workspace.name_of(out)
        if self._process_of(name) is not None:
            raise InputError(f"the run in {name!r} is going on already.")
        note, source = self._notes.read(name), self._notes.file(name, ".toml")
        if (out / "case.toml").is_file():
            source = out / "case.toml"
        if not source.is_file():
            raise InputError(f"the folder {name!r} holds no case, so no run to continue; start it anew.")
        # A run that ended before it wrote anything begins anew.
        resume = out.is_dir() and any(out.iterdir())
        self._launch(name, source, note.model if note else "", note.ranks if note else 1, resume=resume)
        return name

    def stop(self, folder: str) -> None:
        """End a run as SIGTERM does; it continues from its last checkpoint.

        Raises:
            InputError: when it is not running.
        """
        name = self._workspace.name_of(self._workspace.inside(folder, "result folder"))
        process, note = self._process_of(name), self._notes.read(name)
        if process is None:
            raise InputError(f"the run in {name!r} is not going on, so there is nothing to stop.")
        if note is not None:
            self._notes.write(replace(note, asked_to_stop=True))
        self._processes.end(process, session=note is not None and note.process == process)

    def look(self, folder: str) -> Run:
        """Return a run as it is now.

        Raises:
            InputError: when the folder lies outside.
        """
        out = self._workspace.inside(folder, "result folder")
        name = self._workspace.name_of(out)
        note, running = self._notes.read(name), self._process_of(name) is not None
        live = self._readers.setdefault(name, LiveReader(out)).look()
        log = tuple(tail(self._notes.file(name, ".log")))
        finished = (out / DATASET_FILE).is_file() and (out / SUMMARY_FILE).is_file()
        kept = (out / CHECKPOINT_FILE).is_file()
        if running:
            return Run(name, State.RUNNING, (live or Live()).sentence, live, log, False)
        if finished:
            return Run(
                name, State.FINISHED, "The run has ended; its result can be looked at.", None, log, False
            )
        if note is not None and note.asked_to_stop:
            return Run(name, State.STOPPED, _stopped("was stopped", kept), live, log, True)
        return Run(name, State.FAILED, self._failure(note, log, kept), live, log, note is not None or kept)

    def known(self) -> list[str]:
        """Return the folders of the runs that the app has started, newest first, without damaged notes."""
        return [note.folder for note in self._notes.known()]

    def forget(self, folder: str) -> None:
        """Take a run that is not going on from the list; its folder stays as it is.

        Raises:
            InputError: when it is running.
        """
        name = self._workspace.name_of(self._workspace.inside(folder, "result folder"))
        if self._process_of(name) is not None:
            raise InputError(f"the run in {name!r} is going on; stop it first.")
        for ending in (".json", ".log", ".toml"):
            self._notes.file(name, ending).unlink(missing_ok=True)

    def _launch(self, name: str, source: Path, model: str, ranks: int, resume: bool) -> None:
        words = ["run", str(source), "--out", str(self._workspace.root / name)]
        words += ["--model", model] if model else []
        words += ["--resume"] if resume else []
        command = [*_launcher(ranks), *self._program, *words]
        (self._workspace.root / name).parent.mkdir(parents=True, exist_ok=True)
        process = self._processes.start(
            command, self._workspace.root, self._notes.file(name, ".log"), append=resume
        )
        self._readers.pop(name, None)
        with self._processes.ended_unless_noted(process):
            self._notes.write(Note(name, process, time.time(), model=model, ranks=ranks))

    def _process_of(self, name: str) -> int | None:
        """The process that is at work in a folder, whoever started it."""
        note = self._notes.read(name)
        live = LiveReader(self._workspace.root / name).look()
        marks = [(note.process, note.written)] if note is not None else []
        marks += [(live.process, live.written)] if live is not None else []
        return next((process for process, written in marks if self._processes.lives(process, written)), None)

    def _failure(self, note: Note | None, log: tuple[str, ...], kept: bool) -> str:
        said = next((line for line in reversed(log) if line.startswith("error: ")), "")
        if said:
            return f"The run has failed: {said.removeprefix('error: ')}"
        code = self._processes.code(note.process) if note is not None else None
        if code is not None and code > 0:
            return _stopped(f"ended with exit code {code} and no word, as on a disk that is full", kept)
        return _stopped("was ended from outside", kept)


def _stopped(how: str, kept: bool) -> str:
    then = "it continues from its last checkpoint" if kept else "it had no checkpoint yet, and begins anew"
    return f"The run {how}; when it is resumed, {then}."


def _launcher(ranks: int) -> list[str]:
    if not 1 <= ranks <= MOST_RANKS:
        raise InputError(
            f"the number of ranks is {ranks} and must lie between 1 and {MOST_RANKS}; choose another."
        )
    if ranks == 1:
        return []
    beside = Path(sys.executable).parent / "mpiexec"
    launcher = str(beside) if beside.is_file() else shutil.which("mpiexec")
    if launcher is None:
        raise InputError("there is no mpiexec on this machine, so a run has one rank; set the ranks to 1.")
    return [launcher, "-n", str(ranks)]
