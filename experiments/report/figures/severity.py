"""Severity of the cracks after cycles: shares by depth, their populations, and the network of the worst."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.projections.polar import PolarAxes

from chemomech.errors import InputError
from chemomech.experiments.drawing import style
from chemomech.experiments.drawing.scales import MICRO, time_colours
from chemomech.experiments.drawing.spec import FigureSpec
from chemomech.experiments.report.damage.cycle_states import state_of
from chemomech.experiments.report.damage.network import clustering, three_nearest
from chemomech.experiments.report.damage.severity import CLASSES, LIMITS, SEVERE
from chemomech.experiments.report.damage.shares import WINDOW
from chemomech.experiments.report.damage.table import DEPTH, NEEDED, shares_at, shown_cycles
from chemomech.experiments.report.depth_statistics import electrode_thickness, stand_for_one

_PLACES = ("particle_x", "particle_y")
_DRAWS = 199
_MOST_NETWORKS = 3
_MOST_AT_ONCE = 300
"""Particles up to which a network is shown as a whole."""
_SLAB = 10.0
"""Thickness of what is shown of a larger one, through the middle [µm]."""


def draw_severity(dataset: xr.Dataset) -> Figure:
    """Draw severe and mild shares by depth, and the populations of the classes, after several cycles."""
    figure = style.new_figure(11.0, 4.6)
    grid = figure.add_gridspec(1, 3, width_ratios=(1.0, 1.0, 1.15))
    severe, mild = (figure.add_subplot(grid[0, k]) for k in range(2))
    cycles = shown_cycles(dataset)
    found = [shares_at(dataset, cycle) for cycle in cycles]
    colours = time_colours(len(cycles))
    shift = WINDOW * MICRO * 0.04
    for axes, number, title in ((severe, SEVERE, "severe"), (mild, 1, "mild")):
        for k, (cycle, shares) in enumerate(zip(cycles, found, strict=True)):
            height = 0.5 * (shares.edges[1:] + shares.edges[:-1]) * MICRO + shift * (k - len(cycles) / 2)
            # Cycles that coincide lie within each other.
            width = 1.4 + 1.2 * (len(cycles) - 1 - k)
            axes.errorbar(
                shares.share[number], height, xerr=shares.error[number], color=colours[k], marker="o",
                capsize=3, label=f"cycle {cycle}", linewidth=width, markersize=4.0 + width, elinewidth=1.4,
            )  # fmt: skip
        limit = (
            f"a/R above {LIMITS.severe:g}" if number == SEVERE else f"{LIMITS.mild:g} to {LIMITS.severe:g}"
        )
        axes.set(
            title=f"{title} ({limit})",
            xlabel="share of the particles [-]",
            xlim=(-0.03, 1.03),
            ylim=(0.0, electrode_thickness(dataset) * MICRO),
        )
    severe.set_ylabel("distance from the collector [µm]")
    severe.legend(loc="best")
    radar = figure.add_subplot(grid[0, 2], projection="polar")
    assert isinstance(radar, PolarAxes)
    angles = 2.0 * np.pi * np.arange(len(CLASSES) + 1) / len(CLASSES)
    radar.set_theta_zero_location("N")
    radar.set_theta_direction(-1)
    for k, (shares, colour) in enumerate(zip(found, colours, strict=True)):
        pooled = np.append(shares.pooled, shares.pooled[0])
        width = 1.8 + 1.2 * (len(cycles) - 1 - k)
        radar.plot(angles, pooled, color=colour, marker="o", markersize=2.0 + width, linewidth=width)
        radar.fill(angles, pooled, color=colour, alpha=0.10)
    radar.set_xticks(angles[:-1], CLASSES)
    radar.set_thetalim(0.0, 2.0 * np.pi)
    radar.set_ylim(0.0, 1.0)
    radar.set_yticks([0.25, 0.5, 0.75, 1.0])
    radar.set_rlabel_position(60.0)
    radar.tick_params(axis="x", pad=8)
    radar.set_title("share of each class, all depths [-]", loc="left", pad=18)
    style.letter_panels([severe, mild, radar])
    return figure


def describe_severity(dataset: xr.Dataset) -> str:
    """Say what the figure shows, with the shares after the last cycle."""
    last = shown_cycles(dataset)[-1]
    shares = shares_at(dataset, last)
    across, error = shares.across()
    return (
        "Shares of severely (a) and mildly (b) damaged particles in windows of depth with binomial standard"
        " errors, and the population of the classes (c); after cycle"
        f" {last} {100 * shares.pooled[SEVERE]:.1f} % are severe; at the separator {100 * across:+.1f} ±"
        f" {100 * error:.1f} % more than at the collector."
    )


def draw_network(dataset: xr.Dataset) -> Figure:
    """Draw the three-nearest network of the severe particles from above and from the side."""
    cycles = shown_cycles(dataset)[-_MOST_NETWORKS:]
    figure = style.new_figure(1.2 + 3.6 * len(cycles), 5.6)
    panels = figure.subplots(
        2, len(cycles), squeeze=False, sharex=True, height_ratios=(1.0, _height_over_width(dataset))
    )
    centres = _centres(dataset)
    networks = []
    for cycle in cycles:
        worst = centres[_is_severe(dataset, cycle)]
        networks.append((worst, three_nearest(worst) if len(worst) > 3 else None))
    longest = max((net.lengths.max() for _, net in networks if net is not None), default=1.0)
    for k, (cycle, (worst, net)) in enumerate(zip(cycles, networks, strict=True)):
        for row, (across, along, name) in enumerate(((1, 2, "y"), (2, 1, "distance from collector"))):
            axes: Axes = panels[row, k]
            others = centres[_in_slab(centres, centres, along)]
            axes.plot(others[:, 0], others[:, across], ".", color="#d5d7db", markersize=2)
            seen = _in_slab(worst, centres, along)
            if net is not None:
                segments = net.segments()
                segments = segments[seen[segments].all(axis=1)]
                lengths = np.linalg.norm(worst[segments[:, 0]] - worst[segments[:, 1]], axis=1)
                lines = LineCollection(
                    list(worst[segments][:, :, (0, across)]), cmap="viridis", linewidths=0.7
                )
                lines.set_array(lengths)
                lines.set_clim(0.0, longest)
                axes.add_collection(lines)
            shown = worst[seen]
            axes.plot(shown[:, 0], shown[:, across], ".", color=style.NEAR_SEPARATOR, markersize=3)
            axes.set_aspect("equal")
            if k == 0:
                axes.set_ylabel(f"{name} [µm]")
        panels[0, k].set_title(f"cycle {cycle}: {len(worst)} severe")
        panels[1, k].set_xlabel("x [µm]")
    if any(net is not None for _, net in networks):
        figure.colorbar(lines, ax=panels, label="length of an edge [µm]", shrink=0.8)
    return figure


def describe_network(dataset: xr.Dataset) -> str:
    """Say how long edges are, and whether that is more than their number."""
    centres, told = _centres(dataset), []
    for cycle in shown_cycles(dataset)[-_MOST_NETWORKS:]:
        try:
            found = clustering(centres, _is_severe(dataset, cycle), np.random.default_rng(0), draws=_DRAWS)
        except InputError:
            told.append(f"after cycle {cycle} fewer than four are severe")
            continue
        told.append(
            f"after cycle {cycle} the mean edge is {found.length:.2f} µm, {found.by_chance:.2f} ±"
            f" {found.scatter:.2f} µm with as many labels drawn at random (p = {found.shorter:.2g}), and"
            f" {100 * found.same:.0f} % of the neighbours of a severe particle are severe,"
            f" {100 * found.same_by_chance:.0f} % by chance (p = {found.together:.2g})"
        )
    return (
        "Severely damaged particles, each joined to its three nearest of the same kind, from above and from"
        f" the side{_said(centres)}: {'; '.join(told)}; edges shorten with the number of particles"
        " alone, which chance counts in."
    )


def _in_slab(points: np.ndarray, centres: np.ndarray, along: int) -> np.ndarray:
    """Which of the particles are shown: all of few, else those in a slab through the middle."""
    if len(centres) <= _MOST_AT_ONCE:
        return np.ones(len(points), dtype=bool)
    middle = 0.5 * (centres[:, along].min() + centres[:, along].max())
    return np.asarray(np.abs(points[:, along] - middle) < 0.5 * _SLAB)


def _said(centres: np.ndarray) -> str:
    many = len(centres) > _MOST_AT_ONCE
    return f", in a slab of {_SLAB:g} µm through the middle" if many else ""


def _is_severe(dataset: xr.Dataset, cycle: int) -> np.ndarray:
    return np.asarray(LIMITS.classes(dataset[DEPTH].values[state_of(dataset, cycle)]) == SEVERE)


def _centres(dataset: xr.Dataset) -> np.ndarray:
    return np.column_stack([dataset[f"particle_{axis}"].values for axis in "xyz"]) * MICRO


def _height_over_width(dataset: xr.Dataset) -> float:
    extent = np.ptp(_centres(dataset), axis=0)
    return float(max(extent[2], 1.0) / max(extent[1], 1.0))


@dataclass(frozen=True)
class CrackSpec(FigureSpec):
    """Also left out where particles stand for many, or no cycle has come to its discharge."""

    def omission(self, dataset: xr.Dataset) -> str | None:
        """One sentence that says why the figure cannot be drawn; None when it can."""
        omission = super().omission(dataset)
        if omission is not None:
            return omission
        if not stand_for_one(dataset):
            return "Not drawn, because each entry stands for many particles."
        try:
            for cycle in shown_cycles(dataset):
                state_of(dataset, cycle)
        except InputError:
            return "Not drawn, because the last cycle has no discharge."
        return None if shown_cycles(dataset) else "Not drawn, because the run passed no charge."


SPECS = (
    CrackSpec(
        name="severity",
        title="Severity of the cracks by depth",
        needs=NEEDED,
        caption=describe_severity,
        draw=draw_severity,
    ),
    CrackSpec(
        name="severe_network",
        title="Network of severely damaged particles",
        needs=(*NEEDED, *_PLACES),
        caption=describe_network,
        draw=draw_network,
    ),
)
