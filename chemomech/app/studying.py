"""Studies that are started from the page: one process each, which outlives page and server as runs do."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from chemomech.app.processes import PROGRAM, Processes
from chemomech.app.runs import State
from chemomech.app.watching import tail
from chemomech.app.workspace import STUDY_FILE, Workspace
from chemomech.errors import InputError
from chemomech.reading import read_json
from chemomech.solver.results.folder import replacing

FOLDER = "studies"
"""Below the folder of the app's notes."""


@dataclass(frozen=True)
class StudyNote:
    """What the app writes down of a study that it starts.

    Attributes:
        folder: of the study, below the folder of the app.
        source: its file, below the folder of the app, or the name of a shipped one.
        process: that was started, the leader of a session.
        written: when this was written down, after the start [s since 1970].
        asked_to_stop: whether the user has stopped it.
    """

    folder: str
    source: str
    process: int
    written: float
    asked_to_stop: bool = False


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
        note = self._note(folder)
        if note is not None and self._processes.lives(note.process, note.written):
            raise InputError(f"the study in {folder!r} is going on already.")
        command = [*self._program, "study", given, "--out", str(out), "--retry"]
        process = self._processes.start(command, self._workspace.root, self._own(folder, ".log"))
        with self._processes.ended_unless_noted(process):
            self._write(StudyNote(folder, source, process, time.time()))
        return folder

    def stop(self, folder: str) -> None:
        """End a study as SIGTERM does; what has been run of it is kept.

        Raises:
            InputError: when it is not going on.
        """
        note = self._note(folder)
        if note is None or not self._processes.lives(note.process, note.written):
            raise InputError(f"the study in {folder!r} is not going on, so there is nothing to stop.")
        self._write(StudyNote(**{**asdict(note), "asked_to_stop": True}))
        self._processes.end(note.process, session=True)

    def look(self) -> list[StudyRun]:
        """Return the studies that the app has started, newest first."""
        notes = [self._read(path.stem) for path in (self._workspace.own / FOLDER).glob("*.json")]
        known = sorted((note for note in notes if note is not None), key=lambda note: -note.written)
        return [self._looked(note) for note in known]

    def _looked(self, note: StudyNote) -> StudyRun:
        log = tail(self._own(note.folder, ".log"))
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

    def _own(self, folder: str, ending: str) -> Path:
        name = folder.replace("%", "%25").replace("/", "%2F")
        return self._workspace.own / FOLDER / f"{name}{ending}"

    def _note(self, folder: str) -> StudyNote | None:
        return self._read(self._own(folder, "").name)

    def _read(self, name: str) -> StudyNote | None:
        try:
            return StudyNote(
                **read_json(self._workspace.own / FOLDER / f"{name}.json", "the note of a study")
            )
        except (InputError, TypeError):
            return None

    def _write(self, note: StudyNote) -> None:
        with replacing(self._own(note.folder, ".json")) as path:
            path.write_text(json.dumps(asdict(note)), encoding="utf-8")
