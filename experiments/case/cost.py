"""What a resolved run takes of this machine, estimated before anything is meshed."""

from __future__ import annotations

import os
from pathlib import Path

from chemomech.errors import MachineError

MEMORY_PER_CELL = 3.3e-5
"""Memory of a two-way coupled run for each cell [GB]: 2.2 and 7.4 GB for 60 and 222 thousand."""

MEMORY_OF_ONE = 0.3
"""Memory of each process without a mesh [GB]."""

SECONDS_PER_CELL = 1.1e-4
"""Processor time of a step for each cell [s]: 66 steps of the main case on two ranks."""

MESHING_PER_CELL = 6.0e-4
"""Time of meshing for each cell, on one core [s]."""


def expected_memory(cells: int, ranks: int) -> float:
    """Memory of a run on all ranks together [GB]."""
    return MEMORY_OF_ONE * ranks + MEMORY_PER_CELL * cells


def cost_line(cells: int, ranks: int) -> str:
    """Say what a run takes, for people to read before it starts."""
    meshing, hundred = MESHING_PER_CELL * cells, 100.0 * SECONDS_PER_CELL * cells / ranks
    return (
        f"about {cells} cells (to a factor of two): {expected_memory(cells, ranks):.2g} GB, "
        f"{_duration(meshing)} of meshing, {_duration(hundred)} for 100 steps"
    )


def require_room(cells: int, ranks: int, memory: float | None = None) -> None:
    """Refuse a run that this machine does not hold.

    Args:
        cells: about how many.
        ranks: of the run, on this machine.
        memory: of the machine [GB]; what this one has if not given.

    Raises:
        MachineError: If it needs more.
    """
    need, have = expected_memory(cells, ranks), memory_of_machine() if memory is None else memory
    if need > have:
        raise MachineError(
            f"the mesh would have about {cells} cells and the run need {need:.3g} GB, and this machine has "
            f"{have:.3g} GB; check the lengths of the layout and the mesh, take a coarser preset or a "
            "smaller part, or run the radial model (--model radial)."
        )


def memory_of_machine() -> float:
    """Memory that processes here may use [GB]: that of the machine, or of the container."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    for place in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            total = min(total, int(Path(place).read_text()) / 1e9)
        except (OSError, ValueError):  # there is none, or it says max
            continue
    return total


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100.0 else f"{seconds / 60.0:.0f} min"
