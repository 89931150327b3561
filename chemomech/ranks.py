"""Ranks of an MPI job when one of them fails: which one speaks, and that none waits for ever.

This module loads MPI only where a launcher has started several processes.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

# Where MPI launchers say which process this is, and how many there are, before MPI itself is loaded.
_RANK_VARIABLES = ("PMI_RANK", "PMIX_RANK", "OMPI_COMM_WORLD_RANK")
_SIZE_VARIABLES = ("PMI_SIZE", "OMPI_COMM_WORLD_SIZE")

PATIENCE = 5.0
"""Time that ranks have to fail together; a rank that is later has not met the failure [s]."""

_TAG = 30_414


def is_first_rank() -> bool:
    """Return whether this process is the one that speaks: rank 0, or the only one."""
    return all(os.environ.get(variable, "0") == "0" for variable in _RANK_VARIABLES)


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
    started = sys.modules.get("mpi4py.MPI")
    if started is None and not any(os.environ.get(name, "1") not in ("", "1") for name in _SIZE_VARIABLES):
        return None
    from mpi4py import MPI

    usable = MPI.Is_initialized() and not MPI.Is_finalized()
    return MPI.COMM_WORLD if usable and MPI.COMM_WORLD.size > 1 else None
