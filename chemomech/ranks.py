"""Ranks of an MPI job: room for them, and, when one fails, who speaks and that none waits for ever.

This module loads MPI only where a launcher has started several processes.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from chemomech.errors import MachineError

# Where MPI launchers say which process this is, and how many there are, before MPI itself is loaded.
_RANK_VARIABLES = ("PMI_RANK", "PMIX_RANK", "OMPI_COMM_WORLD_RANK")
_SIZE_VARIABLES = ("PMI_SIZE", "OMPI_COMM_WORLD_SIZE")

PATIENCE = 5.0
"""Time that ranks have to fail together; a rank that is later has not met the failure [s]."""

SHARED_MEMORY = Path("/dev/shm")

ROOM = (1.1e6, 5.4e6)
"""What MPICH takes there to start one process, and each of several [byte] (measured, MPICH 5.0 with UCX)."""

_TAG = 30_414


def is_first_rank() -> bool:
    """Return whether this process is the one that speaks: rank 0, or the only one."""
    return all(os.environ.get(variable, "0") == "0" for variable in _RANK_VARIABLES)


def require_shared_memory() -> None:
    """Refuse to load MPI where its shared memory has no room: it would end the process by a bus error.

    Raises:
        MachineError: naming what is free and what is needed; not where MPI is loaded already.
    """
    if lack := _lack_of_room():
        raise MachineError(lack)


def _lack_of_room() -> str:
    if "mpi4py.MPI" in sys.modules or not SHARED_MEMORY.is_dir():
        return ""
    facts = os.statvfs(SHARED_MEMORY)
    ranks, free = _size(), facts.f_bavail * facts.f_frsize
    share = ROOM[ranks > 1]
    # Other ranks may have taken theirs already, so that only the whole is held against the need of all.
    if free >= share and facts.f_blocks * facts.f_frsize >= share * ranks:
        return ""
    return (
        f"{SHARED_MEMORY} has {free / 1e6:.2f} MB free and MPI needs {share * ranks / 1e6:.1f} MB there; "
        "remove what killed runs have left (mpich_shm_*, where none is alive), or enlarge it (docker run "
        "--shm-size=1g)."
    )


def told_of_failure(patience: float = PATIENCE) -> tuple[bool, bool]:
    """Tell the other ranks that this one has failed, and hear which of them have.

    Args:
        patience: time to wait for them [s].

    Returns:
        Whether this rank is the one that speaks, the first of those that failed; and whether it is awaited
        by others that have not failed.
    """
    comm = _job()
    if comm is None:
        return is_first_rank(), False
    others = [rank for rank in range(comm.size) if rank != comm.rank]
    for rank in others:
        comm.isend(comm.rank, dest=rank, tag=_TAG)
    failed = {comm.rank}
    until = time.monotonic() + patience
    while len(failed) < comm.size and time.monotonic() < until:
        for rank in others:
            if rank not in failed and comm.iprobe(source=rank, tag=_TAG):
                failed.add(comm.recv(source=rank, tag=_TAG))
        time.sleep(0.005)
    return comm.rank == min(failed), len(failed) < comm.size


def end_all(code: int, at_once: bool = True) -> None:
    """End every rank of the job, this one too; nothing where it is the only one.

    Args:
        code: with which it ends.
        at_once: False to leave it to the rank that speaks, and to do it only if that one does not.
    """
    comm = _job()
    if comm is not None:
        if not at_once:
            time.sleep(PATIENCE)
        sys.stdout.flush()
        comm.Abort(code)


def _job() -> Any:
    """All ranks; None for a process of its own."""
    if "mpi4py.MPI" not in sys.modules and (_size() == 1 or _lack_of_room()):
        return None
    from mpi4py import MPI

    usable = MPI.Is_initialized() and not MPI.Is_finalized()
    return MPI.COMM_WORLD if usable and MPI.COMM_WORLD.size > 1 else None


def _size() -> int:
    """Processes that a launcher has started, as it says; 1 where there is none."""
    said = [os.environ.get(name, "") for name in _SIZE_VARIABLES]
    return max([int(text) for text in said if text.isdecimal()], default=1)
