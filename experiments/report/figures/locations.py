"""Two particles compared over time: near the separator and near the collector (panel e of the paper)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from chemomech.experiments.drawing import style
from chemomech.experiments.drawing.scales import MEGA, MICRO, label_time_axis, time_label, time_scale
from chemomech.experiments.drawing.spec import FigureSpec
from chemomech.solver.results.probes import probe_particle


@dataclass(frozen=True)
class Pair:
    """One quantity at the surface and in the core of the two particles."""

    title: str
    unit: str
    factor: float
    surface: str
    core: str


LITHIUM = Pair("stoichiometry", "-", 1.0, "surface_stoichiometry", "core_stoichiometry")
STRESS = Pair("equivalent stress", "MPa", MEGA, "surface_equivalent_stress", "core_equivalent_stress")


def draw_locations(dataset: xr.Dataset) -> Figure:
    """Draw the histories above and their differences below; stress only when the result holds it."""
    pairs = [LITHIUM]
    if STRESS.surface in dataset and STRESS.core in dataset:
        pairs.append(STRESS)
    figure = style.new_figure(5.4 * len(pairs) + (0.0 if len(pairs) > 1 else 1.2), 6.4)
    grid = figure.subplots(2, len(pairs), sharex=True, squeeze=False, height_ratios=(3, 2))
    for column, pair in enumerate(pairs):
        _draw_histories(grid[0, column], dataset, pair)
        _draw_difference(grid[1, column], dataset, pair)
        label_time_axis(grid[1, column], dataset)
        figure.align_ylabels(grid[:, column])
    style.letter_panels([*grid[0], *grid[1]])
    handles, labels = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=2)
    return figure


def describe_locations(dataset: xr.Dataset) -> str:
    """Say what the figure shows, and how the surface difference develops."""
    time = dataset["time"].values
    near, far = (probe_particle(dataset, probe) for probe in ("near_separator", "near_collector"))
    surface = dataset["surface_stoichiometry"].values
    difference = surface[:, near] - surface[:, far]
    extreme = int(np.argmax(np.nan_to_num(np.abs(difference))))
    rows = "stoichiometry and equivalent stress" if STRESS.surface in dataset else "stoichiometry"
    return (
        f"Surface and core {rows} of the particle next to the separator and of the one next to the collector"
        " against time, with the difference below; the difference in surface stoichiometry is largest at"
        f" {time_label(dataset, float(time[extreme]))} ({difference[extreme]:+.3f}) and"
        f" {difference[-1]:+.3f} at the end."
    )


def _draw_histories(axes: Axes, dataset: xr.Dataset, pair: Pair) -> None:
    time = dataset["time"].values * time_scale(dataset).factor
    for probe, place, colour in (
        ("near_separator", "near separator", style.NEAR_SEPARATOR),
        ("near_collector", "near collector", style.NEAR_COLLECTOR),
    ):
        particle = probe_particle(dataset, probe)
        z = float(dataset["particle_z"].values[particle]) * MICRO
        radius = float(dataset["particle_radius"].values[particle]) * MICRO
        for name, part, dashes in ((pair.surface, "surface", "-"), (pair.core, "core", (0, (5, 2)))):
            label = f"{place}, {part} (z = {z:.1f} µm, R = {radius:.1f} µm)"
            values = dataset[name].values[:, particle] * pair.factor
            axes.plot(time, values, color=colour, linestyle=dashes, label=label)
    axes.set(title=pair.title, ylabel=f"{pair.title} [{pair.unit}]")


def _draw_difference(axes: Axes, dataset: xr.Dataset, pair: Pair) -> None:
    time = dataset["time"].values * time_scale(dataset).factor
    near, far = (probe_particle(dataset, probe) for probe in ("near_separator", "near_collector"))
    for name, part, dashes in ((pair.surface, "surface", "-"), (pair.core, "core", (0, (5, 2)))):
        values = dataset[name].values
        axes.plot(
            time,
            (values[:, near] - values[:, far]) * pair.factor,
            color=style.INK,
            linestyle=dashes,
            label=part,
        )
    axes.axhline(0.0, color=style.MUTED, linewidth=0.8)
    axes.set(title="near separator minus near collector", ylabel=f"difference [{pair.unit}]")
    axes.legend(loc="best", ncols=2)


SPECS = (
    FigureSpec(
        name="locations",
        title="Near the separator and near the collector",
        needs=("surface_stoichiometry", "core_stoichiometry", "particle_z", "particle_radius"),
        caption=describe_locations,
        draw=draw_locations,
    ),
)
