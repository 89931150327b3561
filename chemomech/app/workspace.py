"""The folder that the app works in: what lies there, and that nothing outside is touched."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from chemomech.errors import InputError
from chemomech.solver.results.folder import CASE_FILE, DATASET_FILE, LIVE_FILE, SUMMARY_FILE

OWN_FOLDER = ".chemomech-app"
"""In it the app notes the runs it has started."""

DEEPEST = 5
"""Folders below the top that are looked into."""
MOST = 5000
"""Entries of the disk that are looked at."""

STUDY_FILE, BOARD_FILE, CHECKPOINT_FILE = "study.json", "scoreboard.json", "checkpoint.npz"
"""As studies, the scoreboard and runs call them, whose modules take seconds to load."""

STACK_ENDINGS = (".tif", ".tiff", ".h5", ".hdf5", ".npy", ".raw")


@dataclass
class Content:
    """What lies in the folder, each as a path below it.

    Attributes:
        cases: case files.
        studies: study files.
        results: folders of finished runs.
        unfinished: folders of runs that have no result, running or not.
        study_folders: folders of studies.
        layouts: tables of particles.
        stacks: image stacks.
        boards: folders with a scoreboard.
        remark: a sentence where not everything was looked at.
    """

    cases: list[str] = field(default_factory=list)
    studies: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    study_folders: list[str] = field(default_factory=list)
    layouts: list[str] = field(default_factory=list)
    stacks: list[str] = field(default_factory=list)
    boards: list[str] = field(default_factory=list)
    remark: str = ""


class Workspace:
    """A folder, and all that is done within it.

    Args:
        root: the folder.

    Raises:
        InputError: when it is none, or cannot be read.
    """

    def __init__(self, root: Path | str) -> None:
        given = Path(root)
        if not given.is_dir():
            raise InputError(f"there is no folder {str(given)!r}; name one that exists.")
        if not os.access(given, os.R_OK | os.X_OK):
            raise InputError(
                f"the folder {str(given)!r} cannot be read; change the permissions, or name another."
            )
        self.root = given.resolve()

    @property
    def own(self) -> Path:
        """Where the app keeps its notes."""
        return self.root / OWN_FOLDER

    def inside(self, name: str, what: str = "path") -> Path:
        """Return a path below the folder, links followed.

        Args:
            name: as the page gives it, relative to the folder or absolute.
            what: what it is, in words.

        Raises:
            InputError: when it leads out of the folder, is empty, or no disk takes it.
        """
        if not name.strip():
            raise InputError(f"{what} is empty; state a name.")
        try:
            path = (self.root / name).resolve()
        except (OSError, ValueError, RuntimeError):
            raise InputError(f"{what} {name!r} is no path that a disk takes; choose another.") from None
        if path != self.root and self.root not in path.parents:
            raise InputError(
                f"{what} {name!r} leads out of the folder {str(self.root)!r}; choose one inside it."
            )
        return path

    def name_of(self, path: Path) -> str:
        """Return a path as it is shown, relative to the folder."""
        return str(path.relative_to(self.root)) if path != self.root else "."

    def free_name(self, name: str) -> str:
        """Return a folder below ``results`` that does not exist, called like a case."""
        candidates = (f"results/{name}", *(f"results/{name}-{number}" for number in range(2, 10_000)))
        return next(entry for entry in candidates if not os.path.lexists(self.root / entry))

    def content(self) -> Content:
        """Look through the folder; links that lead out of it are passed over."""
        found = Content()
        for count, (folder, names, files) in enumerate(self._walk(), 1):
            self._sort_folder(folder, names, files, found)
            if count >= MOST:
                found.remark = f"Only the first {MOST} folders were looked at; start the app in one of them."
                break
        return found

    def _walk(self) -> Iterator[tuple[Path, list[str], list[str]]]:
        for here, folders, files in os.walk(self.root):
            folder = Path(here)
            depth = len(folder.relative_to(self.root).parts)
            folders[:] = sorted(
                name for name in folders if not name.startswith(".") and self._is_inside(folder / name)
            )
            yield folder, folders, sorted(files)
            if depth >= DEEPEST or _is_run(folder):
                folders.clear()

    def _is_inside(self, path: Path) -> bool:
        try:
            self.inside(str(path))
        except InputError:
            return False
        return not path.is_symlink()

    def _sort_folder(self, folder: Path, folders: list[str], files: list[str], found: Content) -> None:
        name = self.name_of(folder)
        if _is_run(folder):
            finished = DATASET_FILE in files and SUMMARY_FILE in files
            (found.results if finished else found.unfinished).append(name)
            return
        if STUDY_FILE in files:
            found.study_folders.append(name)
            folders[:] = [entry for entry in folders if entry not in ("runs", "records", "figures")]
        if BOARD_FILE in files:
            found.boards.append(name)
        for file in files:
            path = folder / file
            shown = file if name == "." else f"{name}/{file}"
            if file.startswith(".") or not self._is_inside(path):
                continue
            if file.endswith(".toml"):
                if (kind := kind_of_toml(path)) is not None:
                    (found.cases if kind == "case" else found.studies).append(shown)
            elif file.endswith(".csv") and _is_layout(path):
                found.layouts.append(shown)
            elif file.lower().endswith(STACK_ENDINGS):
                found.stacks.append(shown)


def kind_of_toml(path: Path) -> str | None:
    """Say whether a TOML file is a case or a study; None for others.

    A file that is damaged counts as a case, so that who opens it is told what is wrong.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return "case"
    if "base" in table and "axes" in table:
        return "study"
    return "case" if {"protocol", "nominal_capacity", "initial_stoichiometry"} & table.keys() else None


def _is_run(folder: Path) -> bool:
    marks = (DATASET_FILE, CHECKPOINT_FILE, LIVE_FILE, SUMMARY_FILE)
    return any((folder / mark).is_file() for mark in marks) or (
        (folder / CASE_FILE).is_file() and (folder / "mesh").is_dir()
    )


def _is_layout(path: Path) -> bool:
    """Whether a table states the box that its particles lie in."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            return any(file.readline(1000).startswith("# box") for _ in range(20))
    except (OSError, UnicodeDecodeError):
        return False
