"""Studies that are started from the page: one process each, which outlives page and server as runs do."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chemomech.app.notes import Notes, Started
from chemomech.app.processes import PROGRAM, Processes
from chemomech.app.runs import State
from chemomech.app.watching import tail
from chemomech.app.workspace import STUDY_FILE, Workspace
from chemomech.errors import InputError

FOLDER = "studies"
"""Below the folder of the app's notes."""


@dataclass(frozen=True)
class StudyNote(Started):
    """What the app writes down of a study that it starts.

    Attributes:
        source: its file, below the folder of the app, or the name of a shipped one.
    """

    source: str = ""


@dataclass(frozen=True)
class StudyRun:
    """A study that was started, as it is now.

    Attributes:
        folder: of it, below the folder of the app.
        source: see ``StudyNote``.
        state: what has become of it.
        says: the same in words.
    """

    folder: str
    source: str
    state: State
    says: str


class StudyRuns:
    """Starts, finds and stops studies below a folder.

    Args:
        workspace: the folder.
        program: the command line, without its arguments.
    """

    def __init__(self, workspace: Workspace, program: Sequence[str] = PROGRAM) -> None:
        self._workspace, self._program, self._processes = workspace, tuple(program), Processes()
        self._notes = Notes(workspace.own / FOLDER, StudyNote)

    def start(self, source: str) -> str:
        """Start a study, or go on with what is missing of it; returns its folder as it is shown.

        Args:
            source: a study file of the folder, or the name of a shipped study.

        Raises:
            InputError: when something in it is wrong, with the sentence of the command line; when its folder
                holds something else; or when it is going on already.
        """
        from chemomech.experiments.studies import Study, shipped_studies

        given = source if source in shipped_studies() else str(self._workspace.inside(source, "study file"))
        study = Study.from_toml(given)
        folder = f"results/{study.name}"
        out = self._workspace.inside(folder, "folder of the study")
        if out.exists() and not (out / STUDY_FILE).is_file() and (not out.is_dir() or any(out.iterdir())):
            raise InputError(f"the folder {folder!r} holds something else than a study; rename the study.")
        note = self._notes.read(folder)
        if note is not None and self._processes.lives(note.process, note.written):
            raise InputError(f"the study in {folder!r} is going on already.")
        command = [*self._program, "study", given, "--out", str(out), "--retry"]
        process = self._processes.start(command, self._workspace.root, self._notes.file(folder, ".log"))
        with self._processes.ended_unless_noted(process):
            self._notes.write(StudyNote(folder, process, time.time(), source=source))
        return folder

    def stop(self, folder: str) -> None:
        """End a study as SIGTERM does; what has been run of it is kept.

        Raises:
            InputError: when it is not going on.
        """
        note = self._notes.read(folder)
        if note is None or not self._processes.lives(note.process, note.written):
            raise InputError(f"the study in {folder!r} is not going on, so there is nothing to stop.")
        self._notes.write(replace(note, asked_to_stop=True))
        self._processes.end(note.process, session=True)

    def look(self) -> list[StudyRun]:
        """Return the studies that the app has started, newest first."""
        return [self._looked(note) for note in self._notes.known()]

    def _looked(self, note: StudyNote) -> StudyRun:
        log = tail(self._notes.file(note.folder, ".log"))
        last = log[-1] if log else "It is being prepared."
        if self._processes.lives(note.process, note.written):
            return StudyRun(note.folder, note.source, State.RUNNING, last)
        if any(line.startswith("study: ") for line in log):
            ended = next((line for line in reversed(log) if " points: " in line), "It has ended.")
            return StudyRun(note.folder, note.source, State.FINISHED, ended)
        kept = "start it again, and what has been run is kept"
        if note.asked_to_stop:
            return StudyRun(note.folder, note.source, State.STOPPED, f"It was stopped; {kept}.")
        said = next((line for line in reversed(log) if line.startswith("error: ")), "")
        why = said.removeprefix("error: ") or f"It was ended from outside; {kept}."
        return StudyRun(note.folder, note.source, State.FAILED, why)
