"""Build, use and drop steppers on however many ranks, and print how many communicators are left after each.

Run as ``python communicators.py TESTS_FOLDER MESH_CACHE COUPLING COUNT``.
"""

from __future__ import annotations

import contextlib
import gc
import json
import sys

from mpi4py import MPI

import chemomech.fenicsx_first  # noqa: F401

MOST = 4096
"""More than MPICH has (2048). A library with more is not counted to its end."""


def left(comm: MPI.Intracomm) -> int:
    """Communicators that can still be made, by making them (collective)."""
    handler = comm.Get_errhandler()
    comm.Set_errhandler(MPI.ERRORS_RETURN)
    made: list[MPI.Intracomm] = []
    try:
        with contextlib.suppress(MPI.Exception):
            while len(made) < MOST:
                made.append(comm.Dup())
    finally:
        for one in made:
            one.Free()
        comm.Set_errhandler(handler)
        handler.Free()
    return len(made)


def main(cache: str, coupling: str, count: str) -> None:
    """Build one after the other."""
    from support import half_cells

    from chemomech.solver.cell.build import build_cell

    comm = MPI.COMM_WORLD
    found = []
    for _ in range(int(count)):
        cell = half_cells.mesh(comm, cache)
        with build_cell(cell, half_cells.model(), coupling) as stepper:
            stepper.problem.prescribe_current(half_cells.CURRENT)
            assert stepper.initialise().converged
            # The first step needs the storage matrix, which exists from then on.
            half_cells.take(stepper, [0.1, 0.2])
            used = left(comm)
        del cell, stepper
        gc.collect()
        found.append({"while it is used": used, "after": left(comm)})
    if comm.rank == 0:
        print("RESULT " + json.dumps(found), flush=True)


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    main(*sys.argv[2:])
