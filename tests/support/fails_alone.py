"""A command line that one of several ranks leaves with an error while the others wait for it.

Run as ``python fails_alone.py RANK KIND EARLY``; KIND is input, disk or defect, and EARLY is 1 for an error
before MPI is loaded.
"""

from __future__ import annotations

import errno
import os
import sys
from types import ModuleType
from typing import Any

from chemomech import cli
from chemomech.errors import InputError


def error_of(kind: str) -> Exception:
    if kind == "input":
        return InputError("porosity = 3 must lie between 0 and 1; mend it.")
    return OSError(errno.ENOSPC, "No space left", "a.npz") if kind == "disk" else RuntimeError("a defect")


def main(which: int, kind: str, early: bool) -> int:
    """Run the command line with a runner that fails."""

    def run(case: Any, **options: Any) -> None:
        if early and int(os.environ["PMI_RANK"]) == which:
            raise error_of(kind)
        from mpi4py import MPI

        MPI.COMM_WORLD.barrier()
        if MPI.COMM_WORLD.rank == which:
            raise error_of(kind)
        MPI.COMM_WORLD.bcast(1, root=which)

    module = ModuleType("chemomech.experiments.runner")
    module.run = run  # type: ignore[attr-defined]
    sys.modules[module.__name__] = module
    return cli.main(["run", "fast-charge-5C", "--out", "none"])


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2], sys.argv[3] == "1"))
