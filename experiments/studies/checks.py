"""What must hold before the first run of a study starts."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from chemomech.errors import InputError
from chemomech.experiments.prepare import prepare
from chemomech.experiments.studies.fidelities import Fidelity
from chemomech.experiments.studies.study import Point

LEAST_FREE = 200e6
"""Free space below which a study does not start [bytes]."""

FAULTS_SHOWN = 3


def check_points(points: Iterable[Point], model: Fidelity) -> None:
    """Prepare every case that is still to be run: names, layouts, cut-offs.

    Raises:
        InputError: naming the impossible combinations.
    """
    model.check()
    faults = []
    for point in points:
        try:
            prepare(point.case)
        except InputError as error:
            faults.append(f"{point.label}: {error}")
    if faults:
        raise InputError(_sentence(faults))


def check_space(folder: Path) -> None:
    """Check that the disk has room.

    Raises:
        InputError: when there is less than ``LEAST_FREE``.
    """
    place = next(parent for parent in (folder, *folder.resolve().parents) if parent.is_dir())
    free = shutil.disk_usage(place).free
    if free < LEAST_FREE:
        raise InputError(
            f"the disk of {str(folder)!r} has {free / 1e6:.0f} MB left and a study wants at least "
            f"{LEAST_FREE / 1e6:.0f} MB; free some, or choose another folder with --out."
        )


def _sentence(faults: Sequence[str]) -> str:
    shown = " ".join(faults[:FAULTS_SHOWN])
    more = f" (and {len(faults) - FAULTS_SHOWN} more)" if len(faults) > FAULTS_SHOWN else ""
    count = "1 combination is" if len(faults) == 1 else f"{len(faults)} combinations are"
    return f"{count} impossible, nothing has been started: {shown}{more}"
