"""Files of a result to be handed on, made by the command line in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chemomech.app.processes import environment
from chemomech.app.watching import tail
from chemomech.app.workspace import Workspace
from chemomech.errors import InputError


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        command: of the command line.
        ending: of the file.
        title: what it is, in words.
    """

    command: str
    ending: str
    title: str


KINDS: Mapping[str, Kind] = {
    "html": Kind("share", ".html", "page with the result in 3D"),
    "gif": Kind("animate", ".gif", "animation"),
}


class Sharing:
    """Makes files, one after another or beside each other.

    Args:
        workspace: the folder.
        state: of the page: takes attributes.
    """

    def __init__(self, workspace: Workspace, state: Any) -> None:
        self._workspace, self._state = workspace, state
        self._at_work: list[tuple[Kind, Path, subprocess.Popen[bytes], Path]] = []
        state.sharing = 0

    def start(self, kind: str, name: str) -> str:
        """Begin to make a file of a result beside its folder; returns what to say.

        Raises:
            InputError: for another kind, or when nothing is looked at.
        """
        if kind not in KINDS:
            raise InputError(f"there is no kind of file {kind!r}; choose one of {', '.join(KINDS)}.")
        if not name:
            raise InputError("nothing is looked at yet; open a result first.")
        chosen, result = KINDS[kind], self._workspace.inside(name)
        if not result.is_dir():
            raise InputError(f"{name!r} is no result; only results can be shared.")
        out = self._free(result, chosen.ending)
        log = self._workspace.own / f"share-{out.name}.txt"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "chemomech", chosen.command, str(result), "--out", str(out)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment(os.environ),
            )
        self._at_work.append((chosen, out, process, log))
        self._state.sharing = len(self._at_work)
        return f"The {chosen.title} is being made as {self._workspace.name_of(out)}."

    def refresh(self) -> list[tuple[str, str]]:
        """Return what to say of the files that are done since, and how: ``info`` or ``error``."""
        done = [entry for entry in self._at_work if entry[2].poll() is not None]
        self._at_work = [entry for entry in self._at_work if entry[2].poll() is None]
        if done:
            self._state.sharing = len(self._at_work)
        return [self._said(*entry) for entry in done]

    def _said(self, kind: Kind, out: Path, process: subprocess.Popen[bytes], log: Path) -> tuple[str, str]:
        said = tail(log)
        log.unlink(missing_ok=True)
        if process.returncode == 0 and out.is_file():
            return f"The {kind.title} is saved as {self._workspace.name_of(out)}.", "info"
        error = next((line for line in reversed(said) if line.startswith("error: ")), "")
        reason = error.removeprefix("error: ") or (
            f"it ended with exit code {process.returncode} and no word, as on a disk that is full; free some "
            "space, and try again."
        )
        return f"The {kind.title} was not made: {reason}", "error"

    def _free(self, result: Path, ending: str) -> Path:
        folder = result.parent if result != self._workspace.root else result
        names = (f"{result.name}{ending}", *(f"{result.name}-{number}{ending}" for number in range(2, 1000)))
        return next(folder / name for name in names if not (folder / name).exists())
