"""Every particle of the electrode over depth at several times, and the statistics by depth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from chemomech.experiments.drawing import style
from chemomech.experiments.drawing.scales import MICRO, time_colours
from chemomech.experiments.drawing.spec import FigureSpec
from chemomech.experiments.report.depth_statistics import (
    DepthStatistics,
    lacking_statistics,
    stand_for_one,
    statistics_by_depth,
    windows_in_words,
)
from chemomech.experiments.report.figures.instants import instants_in_words, shown_states
from chemomech.experiments.report.figures.particle_panels import (
    LITHIUM,
    PLACED_BY,
    STRESS,
    Panel,
    Particles,
    add_legend,
    shown_rows,
    values_of,
)

_PANEL = (2.3, 2.15)  # inches
DEPTH_LABEL = "distance from collector z [µm]"
_ASIDE = 0.09  # of a window, from one time to the next, so that bars do not hide one another
_TITLES = {
    "mean_stoichiometry": "mean lithium x of each particle",
    "surface_stoichiometry": "lithium x at the surface",
    "surface_equivalent_stress": "equivalent stress at the surface",
}


def draw_particles(dataset: xr.Dataset) -> Figure:
    """Draw every particle, a column for each time and a row for each of lithium and stress."""
    particles, states, rows = Particles.of(dataset), shown_states(dataset), shown_rows(dataset)
    width, height = _PANEL
    figure = style.new_figure(1.3 + (width + 0.35) * len(states), 1.0 + (height + 0.25) * len(rows))
    grid = figure.subplots(len(rows), len(states), sharex=True, squeeze=False)
    for row, line in zip(rows, grid, strict=True):
        values = [history[[shown.state for shown in states]] for history in values_of(dataset, row)]
        for k, axes in enumerate(line):
            Panel(axes, particles, row, (72.0 * width, 72.0 * height)).show([each[k] for each in values])
        limits = equal_spans(values) if row is LITHIUM else own_spans(values)
        for axes, (low, high) in zip(line, limits, strict=True):
            axes.set_ylim(low, high)
        line[0].set_ylabel(row.label)
    for axes, shown in zip(grid[0], states, strict=True):
        axes.set_title(shown.label)
    for axes in grid[-1]:
        axes.set_xlabel(DEPTH_LABEL)
    figure.align_ylabels(grid[:, 0])
    if STRESS in rows and np.ptp(particles.radius) > 0:
        bar = figure.colorbar(
            particles.colours(), ax=list(grid[-1]), label="radius [µm]", pad=0.01, aspect=16
        )
        bar.outline.set_visible(False)
    style.letter_panels(list(grid.flat))
    add_legend(figure, particles, rows, columns=3)
    return figure


def equal_spans(values: list[np.ndarray]) -> list[tuple[float, float]]:
    """Limits for each time that hold all values and span the same everywhere, so that slopes compare."""
    low = np.min([each.min(axis=1) for each in values], axis=0)
    high = np.max([each.max(axis=1) for each in values], axis=0)
    half = 0.54 * max(float((high - low).max()), 0.02)
    return [(float(centre - half), float(centre + half)) for centre in 0.5 * (low + high)]


def own_spans(values: list[np.ndarray]) -> list[tuple[float, float]]:
    """Limits for each time that hold all values of that time."""
    low = np.min([each.min(axis=1) for each in values], axis=0)
    high = np.max([each.max(axis=1) for each in values], axis=0)
    edge = np.maximum(0.06 * (high - low), np.maximum(0.02 * np.abs(high), 1e-3))
    return [(float(bottom), float(top)) for bottom, top in zip(low - edge, high + edge, strict=True)]


def describe_particles(dataset: xr.Dataset) -> str:
    """Say what the figure shows, and in how large windows the means are taken."""
    means = lacking_statistics(dataset)
    if means is None:
        held = windows_in_words(statistics_by_depth(dataset, "mean_stoichiometry"))
        means = (
            f"lines are plain means over the particles with their centres in {held}, bands one standard error"
            " of the mean, s / sqrt(n)"
        )
    stress = ""
    if STRESS in shown_rows(dataset):
        stress = " and, below, surface equivalent stress (coloured by radius, each time on its own scale)"
    return (
        f"Mean and surface lithium{stress} of {_all_of(dataset)} against the depth of its centre,"
        f" {instants_in_words(dataset)}; dots have areas as the particles' cross-sections, the collector is"
        f" at the left and the separator at the right, and {means}."
    )


def _all_of(dataset: xr.Dataset) -> str:
    count = dataset.sizes["particle"]
    if count == 1:
        return "the one particle"
    return f"every one of {count} {'particles' if stand_for_one(dataset) else 'kinds of particle'}"


def draw_statistics(dataset: xr.Dataset) -> Figure:
    """Draw means by depth with their standard errors, a line for each time, relative to all particles."""
    rows = [series for row in shown_rows(dataset) for series in row.series]
    states = shown_states(dataset)
    figure = style.new_figure(1.2 + 3.3 * len(rows), 4.6)
    panels = list(figure.subplots(1, len(rows), squeeze=False)[0])
    for axes, series in zip(panels, rows, strict=True):
        relative = series.factor != 1.0
        found = statistics_by_depth(dataset, series.name)
        overall = dataset[series.name].values.mean(axis=1, keepdims=True)
        # Where there is no stress at all, as before the first step, no share of it is shown.
        unit = np.where(overall == 0.0, np.nan, 0.01 * overall) if relative else np.ones_like(overall)
        middle, error = (found.mean - overall) / unit, found.error / unit
        z, aside = found.centres * MICRO, _ASIDE * float(found.edges[1] - found.edges[0]) * MICRO
        for k, (shown, colour) in enumerate(zip(states, time_colours(len(states)), strict=True)):
            axes.errorbar(
                z + aside * (k - 0.5 * (len(states) - 1)),
                middle[shown.state],
                error[shown.state],
                color=colour,
                marker="o",
                markersize=3.5,
                linewidth=1.1,
                elinewidth=1.1,
                capsize=2.0,
                label=shown.label,
            )
        axes.axhline(0.0, color=style.MUTED, linewidth=0.8, zorder=1)
        axes.set(title=_TITLES[series.name], xlabel=DEPTH_LABEL, xlim=(0.0, found.edges[-1] * MICRO))
        axes.set_ylabel("relative to all particles [%]" if relative else "less that of all particles [-]")
    _count_above(panels[0], statistics_by_depth(dataset, rows[0].name))
    style.letter_panels(panels)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=len(states))
    return figure


def _count_above(axes: Axes, found: DepthStatistics) -> None:
    """Write how many particles each window holds along the lower edge of the panel."""
    for x, count in zip(found.centres * MICRO, found.count[-1], strict=True):
        axes.annotate(
            f"{count}",
            (x, 0.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            fontsize=7,
            color=style.MUTED,
        )


def describe_statistics(dataset: xr.Dataset) -> str:
    """Say what the lines and the bands are."""
    found = statistics_by_depth(dataset, "mean_stoichiometry")
    return (
        f"Means over the particles with their centres in {windows_in_words(found)} (n at the lower edge of"
        f" a), {instants_in_words(dataset)}, less the mean of all particles at that time, which is taken as"
        " exact; every particle counts the same, bars are one standard error of the mean, s / sqrt(n), and"
        " times are drawn a little beside one another."
    )


@dataclass(frozen=True)
class _StatisticsSpec(FigureSpec):
    """Also left out where there are no statistics by depth."""

    def omission(self, dataset: xr.Dataset) -> str | None:
        """One sentence that says why the figure cannot be drawn; None when it can."""
        found = super().omission(dataset)
        if found is None and (lacking := lacking_statistics(dataset)):
            return f"Not drawn, because {lacking}."
        return found


_NEEDS = ("mean_stoichiometry", "surface_stoichiometry", *PLACED_BY)

SPECS = (
    FigureSpec(
        name="particles",
        title="Every particle by depth",
        needs=_NEEDS,
        caption=describe_particles,
        draw=draw_particles,
    ),
    _StatisticsSpec(
        name="depth_statistics",
        title="Statistics by depth",
        needs=_NEEDS,
        caption=describe_statistics,
        draw=draw_statistics,
    ),
)
