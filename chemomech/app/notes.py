"""What the app writes down of the processes that it starts: a file each, beside their logs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from chemomech.errors import InputError
from chemomech.reading import read_json
from chemomech.solver.results.folder import replacing


@dataclass(frozen=True)
class Started:
    """A process that was started.

    Attributes:
        folder: that it fills, below the folder of the app.
        process: its number, the leader of a session.
        written: when this was written down, after the start [s since 1970].
        asked_to_stop: whether the user has stopped it.
    """

    folder: str
    process: int
    written: float
    asked_to_stop: bool = False


class Notes[N: Started]:
    """Notes of one kind.

    Args:
        folder: that holds them.
        kind: of note.
    """

    def __init__(self, folder: Path, kind: type[N]) -> None:
        self._folder, self._kind = folder, kind

    def file(self, name: str, ending: str) -> Path:
        """Return the file of a process by its folder: one, whatever folders that lies in."""
        return self._folder / f"{name.replace('%', '%25').replace('/', '%2F')}{ending}"

    def read(self, name: str) -> N | None:
        """Return the note of a process; None where there is none, or a damaged one."""
        return self._read(self.file(name, ".json"))

    def known(self) -> list[N]:
        """Return the notes that can be read, newest first."""
        notes = [note for path in self._folder.glob("*.json") if (note := self._read(path)) is not None]
        return sorted(notes, key=lambda note: -note.written)

    def write(self, note: N) -> None:
        """Write a note down, in place of an earlier one."""
        with replacing(self.file(note.folder, ".json")) as path:
            path.write_text(json.dumps(asdict(note)), encoding="utf-8")

    def _read(self, path: Path) -> N | None:
        try:
            return self._kind(**read_json(path, "the note of a process"))
        except (InputError, TypeError):
            return None
