"""A small animation of every particle over depth, through the cycle of the run that passes most charge."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from numpy.typing import NDArray

from chemomech.errors import InputError
from chemomech.experiments.drawing import style
from chemomech.experiments.drawing.canvas import picture_of
from chemomech.experiments.drawing.scales import time_label, time_scale
from chemomech.experiments.report.figures import ANIMATION_FILE
from chemomech.experiments.report.figures.instants import longest_half_cycle
from chemomech.experiments.report.figures.particle_panels import (
    LITHIUM,
    Panel,
    Particles,
    add_legend,
    shown_rows,
    values_of,
)
from chemomech.experiments.report.figures.particles import DEPTH_LABEL, SPECS
from chemomech.experiments.report.films import film
from chemomech.solver.results import FIGURES_FOLDER, Result

Array = NDArray[np.float64]

FRAMES = 48
"""Pictures of an animation, evenly in time."""
_HELD = 10  # repetitions of the last picture
_DOTS_PER_INCH = 90
_WIDTH, _ROW, _VOLTAGE = 6.6, 2.6, 1.5  # inches


def animation_path(result: Result) -> Path:
    """Say where the animation of a result is, or would be."""
    return result.path / FIGURES_FOLDER / ANIMATION_FILE


def write_animation(result: Result, frames: int = FRAMES, target: Path | None = None) -> Path:
    """Write a film of lithium and stress of every particle by depth, and the voltage.

    It shows the whole run, or of a run with several cycles the one that passes most charge. Values between
    accepted states are interpolated, and all frames have the same axes.

    Args:
        result: an opened result.
        frames: how many pictures, at least 2.
        target: the file, ``.gif`` or ``.mp4``; ``figures/particles.gif`` of the result if not given.

    Returns:
        The file, which replaces an earlier one.

    Raises:
        InputError: when the result does not hold what the figure of the particles needs, for fewer frames, or
            another ending.
    """
    dataset = result.dataset
    if frames < 2:
        raise InputError(f"frames = {frames} is below 2; give the number of pictures of the animation.")
    omission = SPECS[0].omission(dataset)
    if omission is not None:
        raise InputError(f"there is no animation of {result.path}. {omission}")
    target = animation_path(result) if target is None else target
    with style.styled(), film(target) as add:
        scenes = _Film(dataset)
        for instant in np.linspace(scenes.time[0], scenes.time[-1], frames):
            scenes.show(float(instant))
            picture = picture_of(scenes.figure, _DOTS_PER_INCH)
            add(picture)
        for _ in range(_HELD):
            add(picture)
    return target


def filmed_states(dataset: xr.Dataset) -> NDArray[np.int64]:
    """Indices along ``time`` of the cycle that passes most charge; all where there is one cycle or none.

    Args:
        dataset: of a result.
    """
    half = longest_half_cycle(dataset)
    count = dataset.sizes["time"]
    if half is None or int(dataset["cycle_number"].values.max()) < 2:
        return np.arange(count)
    own = np.flatnonzero(dataset["cycle_number"].values == half.cycle)
    return np.arange(max(int(own[0]) - 1, 0), int(own[-1]) + 1)


class _Film:
    """The picture, and what of it moves."""

    def __init__(self, dataset: xr.Dataset) -> None:
        states = filmed_states(dataset)
        self._dataset, self.time = dataset, dataset["time"].values[states]
        self._voltage = dataset["voltage"].values[states]
        particles, rows = Particles.of(dataset), shown_rows(dataset)
        self._values = [[history[states] for history in values_of(dataset, row)] for row in rows]
        height = _ROW * len(rows) + _VOLTAGE + 0.5
        self.figure = style.new_figure(_WIDTH, height)
        axes = self.figure.subplots(len(rows) + 1, 1, height_ratios=[*[_ROW] * len(rows), _VOLTAGE])
        self._panels = []
        for panel, row, values in zip(axes, rows, self._values, strict=False):
            size = (72.0 * (_WIDTH - 1.0), 72.0 * (_ROW - 0.5))
            self._panels.append(Panel(panel, particles, row, size))
            low, high = min(float(v.min()) for v in values), max(float(v.max()) for v in values)
            edge = max(0.04 * (high - low), 0.02 * abs(high), 1e-3)
            panel.set(ylim=(low - edge if row is LITHIUM else 0.0, high + edge), ylabel=row.short)
        for panel in axes[: len(rows) - 1]:
            panel.tick_params(labelbottom=False)
        axes[len(rows) - 1].set_xlabel(DEPTH_LABEL)
        if len(rows) > 1 and np.ptp(particles.radius) > 0:
            bar = self.figure.colorbar(particles.colours(), ax=axes[1], label="radius [µm]", pad=0.01)
            bar.outline.set_visible(False)
        scale = time_scale(dataset)
        axes[-1].plot(self.time * scale.factor, self._voltage, color=style.INK)
        axes[-1].set(xlabel=f"time [{scale.unit}]", ylabel="voltage [V]")
        self._marker: Line2D = axes[-1].plot([], [], "o", color=style.NEAR_SEPARATOR, markersize=7)[0]
        self._title: Text = axes[0].set_title("0 s, 0.000 V")
        self.figure.align_ylabels(axes)
        add_legend(self.figure, particles, rows, columns=3)
        self.show(float(self.time[0]))
        _fix_layout(self.figure)

    def show(self, instant: float) -> None:
        """Move everything to an instant [s]."""
        for panel, values in zip(self._panels, self._values, strict=True):
            panel.show([between(self.time, history, instant) for history in values])
        voltage = float(between(self.time, self._voltage, instant))
        self._marker.set_data([instant * time_scale(self._dataset).factor], [voltage])
        self._title.set_text(f"{time_label(self._dataset, instant)}, {voltage:.3f} V")


def between(time: Array, history: Array, instant: float) -> Array:
    """Interpolate a history linearly.

    Args:
        time: not decreasing [s], shape (times,).
        history: shape (times, ...).
        instant: within ``time`` [s].

    Returns:
        The values then, of the shape of one state; the later ones where an instant appears twice.
    """
    after = int(np.clip(np.searchsorted(time, instant, side="right"), 1, len(time) - 1))
    span = float(time[after] - time[after - 1])
    share = (instant - float(time[after - 1])) / span if span > 0.0 else 1.0
    return np.asarray((1.0 - share) * history[after - 1] + share * history[after])


def _fix_layout(figure: Figure) -> None:
    """Arrange the figure once: arranging it again for each picture would make it tremble, and take longer."""
    figure.dpi = _DOTS_PER_INCH
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
