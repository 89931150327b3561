"""How far a run is, for who looks on from another process: a file that grows by a line an accepted state."""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path
from typing import Any

from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.model import Order
from chemomech.experiments.models.progress import remaining_time
from chemomech.solver.results.folder import LIVE_FILE

COLUMNS = ("time_s", "voltage_V", "current_A_m2", "step_s", "step_of_protocol", "left_s")
"""What a line of numbers holds; ``left_s``: wall time to the end of the present step, null where unknown."""


class LiveFile:
    """Observer that appends a line for every accepted state; silent on all ranks but the first.

    A session of the run begins with an object: process, wall clock, steps of the protocol, columns. A disk
    that takes no more ends the file, not the run.

    Args:
        order: How the run is carried out.
        prepared: The case, for the estimate of what remains.
    """

    def __init__(self, order: Order, prepared: PreparedCase) -> None:
        self._path: Path | None = order.folder / LIVE_FILE if order.comm.rank == 0 else None
        self._remaining = remaining_time(prepared)
        head = {
            "process": os.getpid(),
            "written": time.time(),
            "case": prepared.case.name,
            "steps": [step.label for step in prepared.steps],
            "columns": COLUMNS,
        }
        self._append(head)

    def observe(self, snapshot: Any) -> None:
        """Write down an accepted state."""
        if self._path is None:
            return
        left = self._remaining.seconds(snapshot, time.monotonic())
        point = snapshot.point
        self._append(
            [
                float(snapshot.time),
                float(snapshot.voltage),
                float(point.current_density),
                float(snapshot.step),
                int(snapshot.operating_step) + 1,
                None if left is None else float(left),
            ]
        )

    def _append(self, line: Any) -> None:
        if self._path is None:
            return
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{json.dumps(line)}\n")
        except OSError:
            self._path = None


def remove_live_file(folder: Path) -> None:
    """Take the file away: the result has all of it."""
    with contextlib.suppress(OSError):
        (folder / LIVE_FILE).unlink(missing_ok=True)
