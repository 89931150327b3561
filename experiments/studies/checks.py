"""What must hold before the first run of a study starts."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from chemomech.errors import InputError
from chemomech.experiments.case.prepare import PreparedCase, prepare
from chemomech.experiments.studies.axes import Axis
from chemomech.experiments.studies.fidelities import Fidelity
from chemomech.experiments.studies.study import Point

LEAST_FREE = 200e6
"""Free space below which a study does not start [bytes]."""

FAULTS_SHOWN = 3


def check_points(points: Iterable[Point], model: Fidelity) -> list[PreparedCase]:
    """Prepare every case that is still to be run: names, layouts, cut-offs, what the model can represent.

    Returns:
        The prepared cases.

    Raises:
        InputError: naming the impossible combinations.
    """
    model.check()
    faults, prepared = [], []
    for point in points:
        try:
            prepared.append(prepare(point.case))
            model.representation.require(prepared[-1])
        except InputError as error:
            faults.append(f"{point.label}: {error}")
    if faults:
        raise InputError(_sentence(faults))
    return prepared


def check_axes(axes: Iterable[Axis], prepared: Sequence[PreparedCase], model: Fidelity) -> None:
    """Refuse an axis along which the model changes nothing.

    Args:
        axes: as the model runs them.
        prepared: every point of the study.
        model: the fidelity.

    Raises:
        InputError: naming the axis and why it has no effect.
    """
    for axis in axes:
        key = axis.parameter.key
        reasons = [model.representation.effectless(key, point) for point in prepared]
        if reasons and all(reasons):
            raise InputError(
                f"the axis {axis.name!r} changes nothing in {model.representation.model} ({reasons[0]}); "
                "leave it out, or choose another fidelity."
            )


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
    return f"{count} impossible, nothing has been started{more}: {shown}"
