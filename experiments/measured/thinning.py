"""Fewer records of a measured run, with a bound on what that costs in voltage and current."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chemomech.errors import require_between
from chemomech.experiments.measured.run import MeasuredRun

Array = npt.NDArray[np.float64]

VOLTAGE_TOLERANCE = 1.0e-3
"""Usual bound on the voltage [V]."""

CURRENT_SHARE = 5.0e-3
"""Bound on the current as a share of the largest [-]."""


def thinned(run: MeasuredRun, tolerance: float = VOLTAGE_TOLERANCE) -> MeasuredRun:
    """Return a run with as few records as straight lines between them need.

    The line through the records that are kept misses none of those that are left out by more than
    ``tolerance`` in voltage and ``CURRENT_SHARE`` of the largest current, within each step. The first two and
    the last record of every step are kept, so that its edges stay.

    Args:
        run: the run.
        tolerance: in voltage [V].

    Raises:
        InputError: when the tolerance is none.
    """
    remedy = "state a voltage, as in 1 mV"
    require_between("tolerance of the thinning", tolerance, 1e-9, 1.0, "V", remedy)
    most = CURRENT_SHARE * float(np.abs(run.current).max()) or 1.0
    kept: set[int] = set()
    for step in run.steps:
        second = min(step.first + 1, step.last)
        kept |= {step.first, second, step.last}
        kept |= {
            second + k
            for k in simplified(
                run.time[second : step.last + 1],
                np.column_stack([run.voltage, run.current])[second : step.last + 1],
                np.array([tolerance, most]),
            )
        }
    return run.kept(np.array(sorted(kept), dtype=np.int64))


def simplified(time: Array, values: Array, tolerances: Array) -> list[int]:
    """Return the places that a piecewise linear curve needs, as Ramer, Douglas and Peucker choose them.

    Distances are taken along the values, not across the line.

    Args:
        time: increasing, shape (n,).
        values: shape (n, k).
        tolerances: of each value, shape (k,).
    """
    kept, open_parts = {0, len(time) - 1}, [(0, len(time) - 1)]
    while open_parts:
        first, last = open_parts.pop()
        if last - first < 2:
            continue
        inner = slice(first + 1, last)
        share = ((time[inner] - time[first]) / (time[last] - time[first]))[:, None]
        line = values[first] + share * (values[last] - values[first])
        distance = (np.abs(values[inner] - line) / tolerances).max(axis=1)
        worst = int(np.argmax(distance))
        if distance[worst] > 1.0:
            middle = first + 1 + worst
            kept.add(middle)
            open_parts += [(first, middle), (middle, last)]
    return sorted(kept)
