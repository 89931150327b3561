"""One mark per particle against its depth: lithium, peak stress and fracture index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from chemomech.experiments.drawing import style
from chemomech.experiments.drawing.dots import Colour, Dots, largest_dot
from chemomech.experiments.drawing.scales import (
    MEGA,
    MICRO,
    label_time_axis,
    spread_steps,
    time_colours,
    time_label,
    time_scale,
    volume_weights,
)
from chemomech.experiments.drawing.spec import FigureSpec
from chemomech.experiments.report.figures.depth_axis import label_depth_axis, top_of_electrode

_BINS = 5
_LIMIT_IN_VIEW = 0.3  # below this share of the limit, showing it would press all particles together
_LARGEST_MARKER = 13.0  # diameter of the largest particle's mark where there are few, points
_AREA = 40e3  # of a panel, less where several times share it, square points


@dataclass(frozen=True)
class Extreme:
    """A quantity of which each particle's largest value over the run is shown."""

    name: str
    title: str
    unit: str
    factor: float
    limit: str = ""


EXTREMES = (
    Extreme("max_principal_stress", "peak principal stress", "MPa", MEGA),
    Extreme("max_equivalent_stress", "peak equivalent stress", "MPa", MEGA),
    Extreme("strength_ratio", "peak stress / strength", "-", 1.0, "strength"),
    Extreme("energy_release_ratio", "energy release / fracture energy", "-", 1.0, "fracture energy"),
)

PASSAGES = (
    ("strength_first_passage", "strength reached"),
    ("surface_crack_first_passage", "surface crack grows"),
    ("core_crack_first_passage", "core crack grows"),
)
"""Times of first passage, and what happens then."""

MARKED_BY = ("particle_z", "particle_radius", "particle_volume")
"""What ``mark_particles`` reads of a result."""


def draw_lithium(dataset: xr.Dataset) -> Figure:
    """Draw each particle's mean stoichiometry at several times, plain and relative to the electrode."""
    figure = style.new_figure(10.0, 5.4)
    left, right = figure.subplots(1, 2, sharey=True)
    steps = spread_steps(dataset)
    means = dataset["mean_stoichiometry"].values
    average = means @ volume_weights(dataset)
    handles = []
    for step, colour in zip(steps, time_colours(len(steps)), strict=True):
        mark_particles(left, dataset, means[step], colour)
        mark_particles(right, dataset, means[step] - average[step], colour)
        label = time_label(dataset, float(dataset["time"].values[step]))
        handles.append(Line2D([], [], color=colour, marker="o", label=label))
    left.set(title="mean stoichiometry of each particle", xlabel="stoichiometry [-]")
    right.set(title="relative to the mean of the electrode", xlabel="difference [-]")
    right.axvline(0.0, color=style.MUTED, linewidth=0.8)
    _finish(figure, [left, right], dataset)
    figure.legend(
        handles=[*handles, *_size_handles(dataset)],
        loc="outside right upper",
        title="time; radius",
        alignment="left",
    )
    return figure


def draw_extremes(dataset: xr.Dataset) -> Figure:
    """Draw each particle's peak stresses and fracture indices."""
    figure = style.new_figure(9.4, 9.0)
    grid = figure.subplots(2, 2, sharey=True)
    for axes, extreme, colour in zip(
        grid.flat,
        EXTREMES,
        (style.THIRD, style.NEAR_COLLECTOR, style.NEAR_SEPARATOR, style.ACCENT),
        strict=True,
    ):
        peak = np.nanmax(dataset[extreme.name].values, axis=0) * extreme.factor
        mark_particles(axes, dataset, peak, colour)
        axes.set(title=extreme.title, xlabel=f"{extreme.title} [{extreme.unit}]")
        axes.set_xlim(left=min(0.0, float(peak.min())))
        if extreme.limit and float(peak.max()) < _LIMIT_IN_VIEW:
            axes.set_title(f"{extreme.title} (limit 1 not in view)", loc="left")
        elif extreme.limit:
            axes.set_xlim(right=max(1.05 * float(peak.max()), 1.12))
            axes.axvline(1.0, color=style.INK, linewidth=1.0, linestyle=(0, (4, 3)))
            axes.annotate(
                f"{extreme.limit} reached",
                (1.0, 0.5),
                xycoords=("data", "axes fraction"),
                xytext=(3, 0),
                textcoords="offset points",
                rotation=90,
                va="center",
                fontsize=8,
                color=style.INK,
            )
    _finish(figure, list(grid.flat), dataset)
    figure.legend(handles=_size_handles(dataset), loc="outside right upper", title="radius", alignment="left")
    return figure


def describe_extremes(dataset: xr.Dataset) -> str:
    """Say what the figure shows and how many particles pass the limits."""
    count = dataset.sizes["particle"]
    beyond = [
        int((np.nanmax(dataset[name].values, axis=0) >= 1.0).sum())
        for name in ("strength_ratio", "energy_release_ratio")
    ]
    return (
        "Largest principal (a) and equivalent (b) stress of each particle over the run, and its fracture"
        " indices, the largest principal stress over the strength (c) and the energy release over the"
        " fracture energy, of a flaw in the surface or in the core, whichever is worse (d), against depth;"
        f" {beyond[0]} of {count} particles reach the strength and {beyond[1]} the fracture energy."
    )


def draw_passages(dataset: xr.Dataset) -> Figure:
    """Draw when each particle first reaches its strength, and when either crack begins to grow."""
    figure = style.new_figure(11.0, 5.0)
    panels = list(figure.subplots(1, len(PASSAGES), sharey=True))
    scale = time_scale(dataset)
    colours = (style.NEAR_SEPARATOR, style.ACCENT, style.NEAR_COLLECTOR)
    for axes, (name, title), colour in zip(panels, PASSAGES, colours, strict=True):
        times = dataset[name].values * scale.factor
        axes.set(title=title)
        label_time_axis(axes, dataset)
        if np.isfinite(times).any():
            mark_particles(axes, dataset, times, colour)
        else:
            axes.annotate("never", (0.5, 0.5), xycoords="axes fraction", ha="center", color=style.MUTED)
    _finish(figure, panels, dataset)
    figure.legend(handles=_size_handles(dataset), loc="outside right upper", title="radius", alignment="left")
    return figure


def describe_passages(dataset: xr.Dataset) -> str:
    """Say what the figure shows and how many particles get that far."""
    count = dataset.sizes["particle"]
    reached = [int(np.isfinite(dataset[name].values).sum()) for name, _ in PASSAGES]
    return (
        "Time at which each particle first reaches its strength (a), the toughness of a flaw in its surface"
        f" (b) and that of one in its core (c), against depth; {reached[0]}, {reached[1]} and {reached[2]} of"
        f" {count} particles do within the run, and the others are not shown."
    )


def mark_particles(axes: Axes, dataset: xr.Dataset, values: NDArray[np.float64], colour: Colour) -> None:
    """Draw one mark per particle that has a value, as large as its radius, and the volume-weighted mean."""
    z = dataset["particle_z"].values * MICRO
    radii = dataset["particle_radius"].values
    Dots(axes, radii, _largest_marker(radii), colour, alpha=0.45).move(values, z)
    known = np.isfinite(values)
    means, heights = _binned(z[known], values[known], volume_weights(dataset)[known])
    axes.plot(means, heights, color=colour, linewidth=2.0, zorder=3)


def _largest_marker(radii: NDArray[np.float64]) -> float:
    return largest_dot(radii, _AREA, _LARGEST_MARKER)


def _binned(
    z: NDArray[np.float64], values: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weighted means of value and depth in bins that hold equally many particles."""
    groups = np.array_split(np.argsort(z), min(_BINS, z.size))
    means = [np.average(values[group], weights=weights[group]) for group in groups]
    heights = [np.average(z[group], weights=weights[group]) for group in groups]
    return np.array(means), np.array(heights)


def _size_handles(dataset: xr.Dataset) -> list[Line2D]:
    radii = dataset["particle_radius"].values
    shown = sorted({round(float(r) * MICRO, 1) for r in (radii.min(), np.median(radii), radii.max())})
    return [
        Line2D(
            [],
            [],
            linestyle="none",
            marker="o",
            markerfacecolor="#b7bac0",
            markeredgewidth=0.0,
            markersize=_largest_marker(radii) * r / MICRO / float(radii.max()),
            label=f"{r:.1f} µm",
        )
        for r in shown
    ]


def _finish(figure: Figure, axes: list[Axes], dataset: xr.Dataset) -> None:
    top = top_of_electrode(dataset)
    for panel in axes:
        panel.set_ylim(0.0, top)
        if panel.get_subplotspec().is_first_col():  # type: ignore[union-attr]
            label_depth_axis(panel)
    style.letter_panels(axes)


SPECS = (
    FigureSpec(
        name="depth_stoichiometry",
        title="Stoichiometry of each particle against depth",
        needs=("mean_stoichiometry", *MARKED_BY),
        caption=lambda dataset: (
            "Mean stoichiometry of each particle against the depth of its centre at several times (a), and"
            " relative to the electrode at that time (b); marks are as large as the radius, lines are"
            " volume-weighted means over groups of neighbouring depth, and the separator is at the top."
        ),
        draw=draw_lithium,
    ),
    FigureSpec(
        name="depth_fracture",
        title="Peak stress and fracture index against depth",
        needs=(*(extreme.name for extreme in EXTREMES), *MARKED_BY),
        caption=describe_extremes,
        draw=draw_extremes,
    ),
    FigureSpec(
        name="depth_first_passage",
        title="First passage of the fracture limits against depth",
        needs=(*(name for name, _ in PASSAGES), *MARKED_BY),
        caption=describe_passages,
        draw=draw_passages,
    ),
)
