"""Checkpoints: everything a run needs to continue, in one file, whatever the number of ranks.

Fields are stored by the coordinates of their degrees of freedom, gathered on rank 0, so that a run may be
resumed with another partition of the same mesh. The file is replaced atomically.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from dolfinx import fem
from mpi4py import MPI
from scipy.spatial import cKDTree

from chemomech.errors import InputError
from chemomech.solver.cell.limits import Stop
from chemomech.solver.stepping.budget import Charges, Inventory
from chemomech.solver.stepping.history import History
from chemomech.solver.stepping.loop import Counters, Progress, Simulation
from chemomech.solver.stepping.operation import StopReason

Array = npt.NDArray[np.float64]
FILE = "checkpoint.npz"


class FieldStore:
    """Maps the local arrays of one function space to and from a global table.

    Args:
        function: Any function of the space.
    """

    def __init__(self, function: fem.Function) -> None:
        space = function.function_space
        self._comm: MPI.Intracomm = space.mesh.comm
        self._block = space.dofmap.index_map_bs
        self._owned = space.dofmap.index_map.size_local
        # The one global number has no coordinates.
        self._is_number = space.dofmap.index_map.size_global == 1
        self._points = (
            np.zeros((self._owned, 3)) if self._is_number else space.tabulate_dof_coordinates()[: self._owned]
        )
        self._function = function

    def gather(self, array: Array) -> Array | None:
        """Owned values of all ranks on rank 0, with coordinates: shape (n, 3 + block)."""
        owned = array[: self._owned * self._block].reshape(self._owned, self._block)
        parts = self._comm.gather(np.hstack([self._points, owned]), root=0)
        return None if parts is None else np.vstack(parts)

    def scatter(self, table: Array | None) -> Array:
        """Local array (owned and ghost) from the table held by rank 0."""
        table = self._comm.bcast(table, root=0)
        function = self._function
        before = function.x.array.copy()
        worst = 0.0
        if self._owned:
            distance, row = cKDTree(table[:, :3]).query(self._points)
            worst = float(np.max(distance, initial=0.0))
            function.x.array[: self._owned * self._block] = table[row, 3:].reshape(-1)
        function.x.scatter_forward()
        result = function.x.array.copy()
        function.x.array[:] = before
        if self._comm.allreduce(worst, op=MPI.MAX) > 1.0e-6:
            raise InputError(
                "the checkpoint belongs to another mesh (a degree of freedom has no match within 1e-6 um); "
                "resume with the case and mesh settings it was made with."
            )
        return np.asarray(result)


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
    stepper = simulation.stepper
    stores = [FieldStore(u) for u in stepper.unknowns]
    tables: dict[str, Array] = {}
    for k, state in enumerate(stepper.history.states):
        for i, (store, array) in enumerate(zip(stores, state, strict=True)):
            table = store.gather(array)
            if table is not None:
                tables[f"field/{k}/{i}"] = table
    problem: OSError | None = None
    if stepper.comm.rank == 0:
        progress = simulation.progress
        meta: dict[str, Any] = {
            "fingerprint": fingerprint,
            "time": stepper.time,
            "times": stepper.history.times,
            "progress": asdict(progress),
            "inventory": asdict(simulation.start_inventory),
        }
        content = {"meta": np.array(json.dumps(meta)), **tables}
        content |= {f"series/{name}": values for name, values in series.items()}
        problem = _save(path, content)
    problem = stepper.comm.bcast(problem, root=0)
    if problem is not None:
        raise problem


def _save(path: Path, content: Mapping[str, Array]) -> OSError | None:
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


def read(path: Path, simulation: Simulation, fingerprint: str) -> dict[str, Array]:
    """Set a simulation to a checkpoint; returns the recorded series (collective).

    Raises:
        InputError: If the checkpoint cannot be read, or is of another case or mesh.
    """
    stepper = simulation.stepper
    comm = stepper.comm
    content: dict[str, Array] | None = None
    meta: dict[str, Any] = {}
    if comm.rank == 0:
        # What goes wrong on one rank is said on all: the others would wait for it.
        try:
            with np.load(path, allow_pickle=False) as file:
                content = {name: file[name] for name in file.files}
            meta = json.loads(str(content["meta"]))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            meta = {"problem": str(error)}
    meta = comm.bcast(meta, root=0)
    if "problem" in meta:
        raise InputError(
            f"the checkpoint {path} cannot be read ({meta['problem']}); delete it to begin the run anew."
        )
    if meta["fingerprint"] != fingerprint:
        raise InputError(
            f"the checkpoint {path} was made by another case; resume with the case it was made with, "
            "or choose another output folder."
        )
    if "stops" not in meta["progress"]:
        raise InputError(
            f"the checkpoint {path} was made by an earlier version, which did not record the steps of the "
            "protocol; delete it to begin the run anew."
        )
    stores = [FieldStore(u) for u in stepper.unknowns]
    history = History()
    for k, time in reversed(list(enumerate(meta["times"]))):
        state = tuple(
            store.scatter(None if content is None else content[f"field/{k}/{i}"])
            for i, store in enumerate(stores)
        )
        history.push(time, state)
    stepper.history = history
    stepper.time = float(meta["time"])
    stepper.restore(history.states[0])
    simulation.progress = _progress(meta["progress"])
    simulation.start_inventory = Inventory(**meta["inventory"])
    series = None
    if content is not None:
        series = {k[len("series/") :]: v for k, v in content.items() if k.startswith("series/")}
    return dict(comm.bcast(series, root=0))


def _progress(values: dict[str, Any]) -> Progress:
    ended = values.get("ended")

    def stop(entry: dict[str, Any]) -> Stop:
        return Stop(StopReason(entry["reason"]), entry["detail"])

    rebuilt = {
        "charges": [Charges(**c) for c in values["charges"]],
        "counters": Counters(**values["counters"]),
        "ended": None if ended is None else stop(ended),
        "stops": [stop(entry) for entry in values["stops"]],
    }
    return Progress(**{**values, **rebuilt})


class Checkpointer:
    """Observer that writes a checkpoint every few accepted states.

    Args:
        path: File to replace.
        simulation: The run; its progress is complete when observers are called.
        series: Gives what has been recorded so far.
        fingerprint: Identifies the case.
        every: Accepted states between checkpoints.
    """

    def __init__(self, path: Path, simulation: Simulation, series: Any, fingerprint: str, every: int) -> None:
        self._path, self._simulation = path, simulation
        self._series, self._fingerprint, self._every = series, fingerprint, max(every, 1)
        self._count = 0

    def observe(self, snapshot: Any) -> None:
        """Write if it is time to."""
        if snapshot.step == 0.0:
            return
        self._count += 1
        if self._count % self._every == 0:
            self.write()

    def write(self) -> None:
        """Write now (collective)."""
        write(self._path, self._simulation, self._series(), self._fingerprint)
