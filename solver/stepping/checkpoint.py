"""Checkpoints: everything a run needs to continue, in one file, whatever the number of ranks.

The cell says what it needs to continue (:meth:`.cell.Cell.state`); progress of the run and what has been
recorded stand beside it. The file is replaced atomically.
"""

from __future__ import annotations

import json
import os
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError
from chemomech.solver.stepping.budget import Inventory
from chemomech.solver.stepping.loop import Simulation, Snapshot
from chemomech.solver.stepping.progress import Progress

Array = npt.NDArray[np.float64]
Content = dict[str, Array]

FILE = "checkpoint.npz"
FORMAT = 2
"""Version of what the file holds; one of another version is refused."""

_CELL, _SERIES, _JUMPS = "cell/", "series/", "jumps/"


def write(path: Path, simulation: Simulation, series: Mapping[str, Array], fingerprint: str) -> None:
    """Write a checkpoint (collective).

    Args:
        path: File to replace.
        simulation: The run.
        series: What has been recorded so far.
        fingerprint: Text that identifies the case; resuming another case is refused.

    Raises:
        OSError: If the file cannot be written; on all ranks, so that none waits for one that has left.
    """
    cell = simulation.cell
    state = cell.state()
    jumps = {} if simulation.jumps is None else simulation.jumps.stored()
    failure: object = None
    if cell.is_first_rank():
        meta: dict[str, Any] = {
            "format": FORMAT,
            "fingerprint": fingerprint,
            "progress": simulation.progress.to_dict(),
            "inventory": asdict(simulation.start_inventory),
        }
        content: Content = {"meta": np.array(json.dumps(meta))}
        content |= {f"{_CELL}{name}": values for name, values in state.items()}
        content |= {f"{_SERIES}{name}": values for name, values in series.items()}
        content |= {f"{_JUMPS}{name}": values for name, values in jumps.items()}
        failure = _save(path, content)
    failure = cell.same_on_all_ranks(failure)
    if isinstance(failure, OSError):
        raise failure


def _save(path: Path, content: Content) -> OSError | None:
    temporary = path.with_suffix(".tmp.npz")
    try:
        with temporary.open("wb") as file:
            np.savez(file, allow_pickle=False, **content)
            file.flush()
            # Without this a power cut after the renaming could leave an empty file.
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        return error
    return None


def read(path: Path, simulation: Simulation, fingerprint: str) -> Content:
    """Set a simulation to a checkpoint; returns the recorded series (collective).

    Raises:
        InputError: If the checkpoint cannot be read, or is of another case, version or mesh.
    """
    cell = simulation.cell
    content: Content = {}
    meta: Any = None
    if cell.is_first_rank():
        # What goes wrong on one rank is said on all: the others would wait for it.
        try:
            with np.load(path, allow_pickle=False) as file:
                content = {name: file[name] for name in file.files}
            meta = json.loads(str(content["meta"]))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            meta = {"failure": str(error)}
    meta = cell.same_on_all_ranks(meta)
    if "failure" in meta:
        raise InputError(
            f"the checkpoint {path} cannot be read ({meta['failure']}); delete it to begin the run anew."
        )
    if meta["fingerprint"] != fingerprint:
        raise InputError(
            f"the checkpoint {path} was made by another case; resume with the case it was made with, "
            "or choose another output folder."
        )
    if meta.get("format") != FORMAT:
        raise InputError(
            f"the checkpoint {path} has format {meta.get('format', 1)} and this version reads {FORMAT}; "
            "delete it to begin the run anew."
        )
    cell.restore(_below(_CELL, content))
    simulation.resume(Progress.from_dict(meta["progress"]), Inventory(**meta["inventory"]))
    if simulation.jumps is not None:
        jumps: Any = cell.same_on_all_ranks(_below(_JUMPS, content))
        simulation.jumps.restore(jumps)
    series: Any = cell.same_on_all_ranks(_below(_SERIES, content))
    return dict(series)


def _below(prefix: str, content: Content) -> Content:
    return {name[len(prefix) :]: values for name, values in content.items() if name.startswith(prefix)}


class Checkpointer:
    """Observer that writes a checkpoint every few accepted states.

    Args:
        path: File to replace.
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
        series: Callable[[], Mapping[str, Array]],
        fingerprint: str,
        every: int,
        least_wall: float = 0.0,
    ) -> None:
        self._path, self._simulation = path, simulation
        self._series, self._fingerprint, self._every = series, fingerprint, max(every, 1)
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

    def write(self) -> None:
        """Write now (collective)."""
        write(self._path, self._simulation, self._series(), self._fingerprint)
        self._written = time.monotonic()
