"""The cache of compiled weak forms, kept usable after runs that were killed while they compiled.

The form compiler marks a form as in work by an empty C file, and every later run waits for that form: ten
seconds, then it gives up. A run that was killed leaves such marks for ever, and two runs that start together
on an empty cache outwait each other. Here every run holds a lock, which ends with its process, while it
compiles: where nobody else holds it, unfinished marks are dead and are removed.
"""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from mpi4py import MPI

from chemomech.solver.algebra.compile_ahead import BUILD_FOLDERS

PATIENCE = 600
"""Longest wait for a form that another run compiles [s]; the biggest take about half a minute."""

DEAD_AFTER = 60.0
"""Age of an unfinished form from which on it is removed [s], for programs that know nothing of the lock."""

LOCK_FILE = "chemomech.lock"


@contextlib.contextmanager
def compiling(comm: MPI.Intracomm) -> Iterator[None]:
    """Hold the lock of the cache, which is free of dead forms when the block begins (collective)."""
    from dolfinx import jit

    standard = jit.DOLFINX_DEFAULT_JIT_OPTIONS
    standard["timeout"] = (max(PATIENCE, standard["timeout"][0]), standard["timeout"][1])
    with contextlib.ExitStack() as stack:
        if comm.rank == 0:
            # A cache that cannot be locked or cleaned (some network disks) still serves.
            with contextlib.suppress(OSError):
                folder = Path(jit.get_options()["cache_dir"])
                folder.mkdir(parents=True, exist_ok=True)
                lock = stack.enter_context((folder / LOCK_FILE).open("w"))
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    remove_dead_forms(folder)
                fcntl.flock(lock, fcntl.LOCK_SH)
        comm.barrier()
        yield


def remove_dead_forms(folder: Path, older_than: float = DEAD_AFTER) -> list[Path]:
    """Remove marks of forms that nobody finishes.

    Args:
        folder: the cache.
        older_than: age below which a mark is left alone [s].

    Returns:
        What was removed.
    """
    removed = []
    for mark in folder.glob("libffcx_*.c"):
        with contextlib.suppress(OSError):
            if mark.with_suffix(".c.cached").exists() or time.time() - mark.stat().st_mtime < older_than:
                continue
            mark.unlink()
            removed.append(mark)
    for build in folder.glob(BUILD_FOLDERS):
        with contextlib.suppress(OSError):
            if time.time() - build.stat().st_mtime >= older_than:
                shutil.rmtree(build, ignore_errors=True)
    return removed
