"""The folder of a study: what belongs to it, and what has been run.

study.json             name, format and version, so that nothing else is written into it
records/<key>.json     one a run that has ended: status, reason, outcome
runs/<key>/            the normal result folder of the run
outcome-<fidelity>.nc  the outcome over the axes
figures/               pictures
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from chemomech.errors import InputError
from chemomech.solver.results.folder import replacing
from chemomech.solver.results.lock import held

FORMAT = 1
STUDY_FILE = "study.json"

FINISHED = "finished"
FAILED = "failed"


@dataclass(frozen=True)
class Record:
    """How a run ended.

    Attributes:
        key: of the point.
        status: ``finished`` or ``failed``.
        reason: why it failed, or why the run stopped.
        seconds: wall time of the task.
        outcome: scalar outcomes by name; lists for profiles.
    """

    key: str
    status: str
    reason: str
    seconds: float
    outcome: dict[str, Any] = field(default_factory=dict)


class StudyFolder:
    """A study on disk.

    Args:
        path: the folder, new or of the same study.
        name: of the study.

    Raises:
        InputError: when the folder holds something else, or cannot be made.
    """

    def __init__(self, path: Path | str, name: str) -> None:
        self.path = Path(path)
        refusal = self._claim(name)
        if refusal:
            raise InputError(refusal)

    def run(self, key: str) -> Path:
        """Return the result folder of a run."""
        return self.path / "runs" / key

    def record(self, key: str) -> Record | None:
        """Return how a run ended; None when it has not, or when its record cannot be read."""
        try:
            return Record(**json.loads(self._record_path(key).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, record: Record) -> None:
        """Write a record, whole or not at all."""
        with replacing(self._record_path(record.key)) as path:
            path.write_text(json.dumps(asdict(record), indent=1), encoding="utf-8")

    def forget(self, key: str) -> None:
        """Drop a record, so that the run is made again."""
        self._record_path(key).unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for this process.

        Raises:
            InputError: when another process holds it.
        """
        with held(self.path, "the study in"):
            yield

    def _record_path(self, key: str) -> Path:
        return self.path / "records" / f"{key}.json"

    def _claim(self, name: str) -> str:
        mark = self.path / STUDY_FILE
        if self.path.exists() and not self.path.is_dir():
            return f"output {str(self.path)!r} is a file, not a folder; choose another with --out."
        if self.path.is_dir() and any(self.path.iterdir()):
            return _difference(mark, name)
        try:
            with replacing(mark) as path:
                path.write_text(json.dumps({"name": name, "format": FORMAT, "version": version("chemomech")}))
        except OSError as error:
            folder = str(self.path)
            return f"study folder {folder!r} cannot be made ({error.strerror}); choose another with --out."
        return ""


def _difference(mark: Path, name: str) -> str:
    folder = str(mark.parent)
    if not mark.is_file():
        return f"folder {folder!r} is not empty and holds no study; choose another with --out."
    try:
        stamp = json.loads(mark.read_text(encoding="utf-8"))
        theirs, form, made_by = stamp["name"], stamp["format"], stamp["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return f"{STUDY_FILE} in folder {folder!r} cannot be read; choose another folder with --out."
    if theirs != name:
        return f"folder {folder!r} holds the study {theirs!r}, not {name!r}; choose another with --out."
    here = version("chemomech")
    if form != FORMAT or made_by != here:
        return (
            f"folder {folder!r} was made by chemomech {made_by} (format {form}) and this is {here} (format "
            f"{FORMAT}), which may give other numbers; choose another with --out."
        )
    return ""
