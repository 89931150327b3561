"""Readable units for the axes, and the choice of the instants that a figure shows."""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from chemomech.experiments.drawing import style

MICRO = 1e6
"""From metres to micrometres."""
MILLI = 1e3
"""From volts to millivolts."""
MEGA = 1e-6
"""From pascals to megapascals."""

_LONGEST_IN_SECONDS = 7200.0
_SHORTEST_IN_HOURS = 600.0


@dataclass(frozen=True)
class Scale:
    """A unit to show numbers in, and the factor that brings SI numbers to it."""

    factor: float
    unit: str


def time_scale(dataset: xr.Dataset) -> Scale:
    """Seconds for runs of up to two hours, hours beyond."""
    longest = float(dataset["time"].values[-1])
    return Scale(1.0, "s") if longest <= _LONGEST_IN_SECONDS else Scale(1.0 / 3600.0, "h")


def potential_scale(values: ArrayLike) -> Scale:
    """Volts, millivolts or microvolts, by the largest size of ``values`` [V]."""
    size = float(np.nanmax(np.abs(np.asarray(values)), initial=0.0))
    if size >= 1.0:
        return Scale(1.0, "V")
    return Scale(1e3, "mV") if size >= 1e-3 else Scale(1e6, "µV")


def time_label(dataset: xr.Dataset, seconds: float) -> str:
    """Write an instant ``seconds`` [s] in the unit of the time axis, early ones in seconds: ``"150 s"``."""
    scale = time_scale(dataset) if seconds >= _SHORTEST_IN_HOURS else Scale(1.0, "s")
    number = seconds * scale.factor
    return f"{number:.3g} {scale.unit}" if number < 100 else f"{number:.0f} {scale.unit}"


def label_time_axis(axes: Axes, dataset: xr.Dataset) -> None:
    """Name the time axis and fit it to the run."""
    scale = time_scale(dataset)
    axes.set_xlabel(f"time [{scale.unit}]")
    times = dataset["time"].values * scale.factor
    if times[-1] > times[0]:
        axes.set_xlim(float(times[0]), float(times[-1]))


def spread_steps(
    dataset: xr.Dataset, fractions: tuple[float, ...] = (0.02, 0.25, 0.5, 0.75, 1.0)
) -> list[int]:
    """Choose accepted steps nearest to fractions of the run.

    Args:
        dataset: of a result.
        fractions: of the time between the first and the last step.

    Returns:
        Indices along ``time``, increasing, each once.
    """
    times = dataset["time"].values
    wanted = times[0] + np.asarray(fractions) * (times[-1] - times[0])
    return sorted({int(np.argmin(np.abs(times - instant))) for instant in wanted})


def spread_entries(count: int, most: int) -> list[int]:
    """Choose at most ``most`` of ``count`` entries, evenly, the first and the last among them."""
    return sorted({int(n) for n in np.linspace(0, count - 1, min(count, most)).round()})


def time_colours(count: int) -> list[tuple[float, float, float, float]]:
    """Colours for ``count`` ordered instants, dark to bright; none too bright to see on white."""
    colour_map = mpl.colormaps[style.TIMES_MAP]
    return [colour_map(level) for level in np.linspace(0.0, 0.85, count)]


def volume_weights(dataset: xr.Dataset) -> NDArray[np.float64]:
    """Share of each particle in the volume of all, shape (particle,), without what the sides cut off."""
    volumes = dataset["particle_volume"].values
    return volumes / volumes.sum()
