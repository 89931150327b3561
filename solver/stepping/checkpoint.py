"""Checkpoints: everything a run needs to continue, whatever the number of ranks.

The cell says what it needs to continue (:meth:`.cell.Cell.state`); progress of the run stands beside it, in a
file that is replaced atomically. What has been recorded lies in a second file that only grows, so that a
checkpoint costs the same however long the run has been. Both are on the disk before the old checkpoint goes.
"""

from __future__ import annotations

import json
import os
import secrets
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError, of_file
from chemomech.solver.stepping import history_file
from chemomech.solver.stepping.budget import Inventory
from chemomech.solver.stepping.cell import below
from chemomech.solver.stepping.history_file import DamagedHistoryError
from chemomech.solver.stepping.loop import Simulation, Snapshot
from chemomech.solver.stepping.progress import Progress

Array = npt.NDArray[np.float64]
Content = dict[str, Array]

FILE = "checkpoint.npz"
HISTORY_FILE = "checkpoint-history.bin"
HISTORY_FILES = "checkpoint-history*.bin"
"""Pattern of all its names: a run that goes back to an earlier state begins another one."""
FORMAT = 3
"""Version of what the files hold; one of another version is refused."""

_CELL, _SERIES, _JUMPS, _STOPS = "cell/", "series/", "jumps/", "stops"


@dataclass(frozen=True)
class Series:
    """What has been recorded so far.

    Attributes:
        growing: Rows by name that are only ever added to; those that are written are not read again.
        present: Arrays by name that change as the run goes on, of a size that does not grow with it.
    """

    growing: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    present: Mapping[str, Array] = field(default_factory=dict)

    def arrays(self) -> Content:
        """Return all of it by name, as it is read back."""
        return {name: np.asarray(rows) for name, rows in self.growing.items() if len(rows)} | dict(
            self.present
        )


class Checkpoint:
    """The two files of a run.

    Args:
        path: Of the file that is replaced; the one that grows lies beside it.
        fingerprint: Text that identifies the case; resuming another case is refused.
    """

    def __init__(self, path: Path, fingerprint: str) -> None:
        self._path, self._fingerprint = path, fingerprint
        self._history = path.with_name(HISTORY_FILE)
        self._token, self._length = secrets.token_hex(8), 0
        self._counts: dict[str, int] = {}
        self._went_back = 0
        self._stale: list[Path] = []

    def write(self, simulation: Simulation, series: Series) -> None:
        """Write a checkpoint (collective).

        Args:
            simulation: The run.
            series: What has been recorded so far.

        Raises:
            OSError: If a file cannot be written; on all ranks, so that none waits for one that has left.
        """
        cell = simulation.cell
        state = cell.state()
        jumps = {} if simulation.jumps is None else simulation.jumps.stored()
        failure: object = None
        if cell.is_first_rank():
            try:
                self._save(simulation, series, state, jumps)
            except OSError as error:
                failure = error
        failure = cell.same_on_all_ranks(failure)
        if isinstance(failure, OSError):
            raise failure

    def _save(
        self, simulation: Simulation, series: Series, state: Mapping[str, Array], jumps: Mapping[str, Array]
    ) -> None:
        stops = simulation.progress.stops
        if _went_back(simulation) != self._went_back:
            # Rows that are written may be others now: another file begins, and this one serves until then.
            self._went_back = _went_back(simulation)
            self._stale.append(self._history)
            self._history = self._path.with_name(history_name(self._went_back))
            self._token, self._length, self._counts = secrets.token_hex(8), 0, {}
        new = {name: rows[self._counts.get(name, 0) :] for name, rows in series.growing.items()}
        new[_STOPS] = [json.dumps(asdict(stop)) for stop in stops[self._counts.get(_STOPS, 0) :]]
        length = self._length
        if not length:
            # The file says to which checkpoint it belongs.
            length = history_file.append(self._history, 0, {"token": [self._token]})
        if any(len(rows) for rows in new.values()):
            length = history_file.append(self._history, length, new)
        meta: dict[str, Any] = {
            "format": FORMAT,
            "fingerprint": self._fingerprint,
            "progress": simulation.progress.to_dict(),
            "inventory": asdict(simulation.start_inventory),
            "history": {"token": self._token, "length": length, "file": self._history.name},
        }
        content: Content = {"meta": np.array(json.dumps(meta))}
        content |= {f"{_CELL}{name}": values for name, values in state.items()}
        content |= {f"{_SERIES}{name}": values for name, values in series.present.items()}
        content |= {f"{_JUMPS}{name}": values for name, values in jumps.items()}
        _replace(self._path, content)
        while self._stale:
            self._stale.pop().unlink(missing_ok=True)
        self._length = length
        self._counts = {name: len(rows) for name, rows in series.growing.items()} | {_STOPS: len(stops)}

    def read(self, simulation: Simulation) -> Content:
        """Set a simulation to the checkpoint; returns the recorded series (collective).

        Raises:
            InputError: If the checkpoint cannot be read, or is of another case, version or mesh.
        """
        cell = simulation.cell
        content: Content = {}
        history: Content = {}
        meta: Any = None
        if cell.is_first_rank():
            # What goes wrong on one rank is said on all: the others would wait for it.
            try:
                content, meta = _read(self._path)
                if meta.get("format") == FORMAT and meta["fingerprint"] == self._fingerprint:
                    history = self._read_history(meta["history"])
            except (
                OSError, ValueError, KeyError, EOFError, TypeError, NotImplementedError, zipfile.BadZipFile,
                DamagedHistoryError,
            ) as error:  # fmt: skip
                meta = {"failure": str(error)}
        meta = cell.same_on_all_ranks(meta)
        if "failure" in meta:
            raise InputError(
                f"the checkpoint {self._path} cannot be read ({meta['failure']}); delete it to begin the run "
                "anew."
            )
        if meta["fingerprint"] != self._fingerprint:
            raise InputError(
                f"the checkpoint {self._path} was made by another case; resume with the case it was made "
                "with, or choose another output folder."
            )
        if meta.get("format") != FORMAT:
            raise InputError(
                f"the checkpoint {self._path} has format {meta.get('format', 1)} and this version reads "
                f"{FORMAT}; delete it to begin the run anew."
            )
        cell.restore(below(_CELL, content))
        rows: Any = cell.same_on_all_ranks({**history, **below(_SERIES, content)})
        series = dict(rows)
        stops = [json.loads(str(text)) for text in series.pop(_STOPS, ())]
        progress = Progress.from_dict(meta["progress"], stops)
        simulation.resume(progress, Inventory(**meta["inventory"]))
        if simulation.jumps is not None:
            jumps: Any = cell.same_on_all_ranks(below(_JUMPS, content))
            simulation.jumps.restore(jumps)
        self._went_back = _went_back(simulation)
        self._token, self._length = meta["history"]["token"], meta["history"]["length"]
        self._counts = {name: len(values) for name, values in history.items()}
        return series

    def _read_history(self, facts: Mapping[str, Any]) -> Content:
        self._history = self._path.with_name(Path(str(facts["file"])).name)
        if not self._history.is_file():
            raise DamagedHistoryError(f"{self._history.name}, which belongs to it, is missing")
        rows = history_file.read(self._history, int(facts["length"]))
        if rows.pop("token", ["none"])[0] != facts["token"]:
            raise DamagedHistoryError(f"{self._history.name} beside it belongs to another run")
        return rows


def history_name(went_back: int) -> str:
    """Name of the file that grows, of a run that has gone back so often."""
    return HISTORY_FILE if went_back == 0 else HISTORY_FILES.replace("*", f"-{went_back}")


def _went_back(simulation: Simulation) -> int:
    """How often a run has gone back to a state before the newest one."""
    return 0 if simulation.jumps is None else simulation.jumps.shortened


def _replace(path: Path, content: Content) -> None:
    temporary = path.with_suffix(".tmp.npz")
    try:
        with of_file(path), temporary.open("wb") as file:
            np.savez(file, allow_pickle=False, **content)
            file.flush()
            # Without this a power cut after the renaming could leave an empty file.
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    except OSError:  # some disks keep no record of folders to flush
        pass
    finally:
        os.close(folder)


def _read(path: Path) -> tuple[Content, Any]:
    with np.load(path, allow_pickle=False) as file:
        content = {name: file[name] for name in file.files}
    return content, json.loads(str(content["meta"]))


class Checkpointer:
    """Observer that writes a checkpoint every few accepted states.

    Args:
        path: Of the checkpoint.
        simulation: The run; its progress is complete when observers are called.
        series: Gives what has been recorded so far.
        fingerprint: Identifies the case.
        every: Accepted states between checkpoints.
        least_wall: Wall time between two checkpoints at least [s].
    """

    def __init__(
        self,
        path: Path,
        simulation: Simulation,
        series: Callable[[], Series],
        fingerprint: str,
        every: int,
        least_wall: float = 0.0,
    ) -> None:
        self._file, self._simulation = Checkpoint(path, fingerprint), simulation
        self._series, self._every = series, max(every, 1)
        self._count, self._least_wall, self._written = 0, least_wall, time.monotonic()

    def observe(self, snapshot: Snapshot) -> None:
        """Write if it is time to."""
        if snapshot.step == 0.0:
            return
        self._count += 1
        due = self._count % self._every == 0
        if self._least_wall > 0.0 and due:
            # Ranks do not share a clock: the first one decides.
            late = time.monotonic() - self._written >= self._least_wall
            due = bool(self._simulation.cell.same_on_all_ranks(late))
        if due:
            self.write()

    def read(self) -> Content:
        """Set the run to its checkpoint; returns the recorded series (collective)."""
        return self._file.read(self._simulation)

    def write(self) -> None:
        """Write now (collective)."""
        self._file.write(self._simulation, self._series())
        self._written = time.monotonic()
