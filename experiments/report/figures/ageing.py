"""What cycles cost: capacity, overvoltage, lithium at crack faces, and lithium that single particles keep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from chemomech.experiments.drawing import style
from chemomech.experiments.drawing.scales import MILLI, time_colours
from chemomech.experiments.drawing.spec import FigureSpec
from chemomech.experiments.report.damage import crack_faces
from chemomech.experiments.report.damage.cycle_states import CHARGED, last_cycle
from chemomech.experiments.report.damage.table import shown_cycles
from chemomech.experiments.report.depth_statistics import stand_for_one

_FEWEST = 2
_BINS = np.linspace(0.0, 1.0, 101)


def draw_fade(dataset: xr.Dataset) -> Figure:
    """Draw capacity and overvoltage by cycle, and where cracks are known the lithium at their faces."""
    faces = _faces(dataset)
    figure = style.new_figure(11.0 if faces else 7.4, 4.0)
    panels = list(figure.subplots(1, 3 if faces else 2, squeeze=False)[0])
    number = dataset["cycle"].values
    panels[0].plot(number, dataset["cycle_capacity"].values, color=style.NEAR_COLLECTOR, marker=".")
    panels[0].set(title="capacity of the discharge", ylabel="capacity [mAh g$^{-1}$]")
    panels[1].plot(
        number, dataset["cycle_overvoltage"].values * MILLI, color=style.NEAR_SEPARATOR, marker="."
    )
    panels[1].set(title="half of the mean voltage gap", ylabel="overvoltage [mV]")
    if faces:
        cycles, means, errors = (np.array(part) for part in zip(*faces, strict=True))
        panels[2].errorbar(cycles, means, errors, color=style.ACCENT, marker=".", capsize=2)
        panels[2].axhline(0.0, color=style.MUTED, linewidth=0.8)
        panels[2].set(title="filled crack faces less bulk", ylabel="difference of x, charged [-]")
    for axes in panels:
        axes.set_xlabel("cycle")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    style.letter_panels(panels)
    return figure


def describe_fade(dataset: xr.Dataset) -> str:
    """Say what the first and the last cycle passed."""
    number = dataset["cycle"].values
    capacity = dataset["cycle_capacity"].values
    gap = dataset["cycle_overvoltage"].values * MILLI
    told = (
        f"Capacity of each discharge (a), {capacity[0]:.2f} mAh g⁻¹ in cycle {number[0]} and"
        f" {capacity[-1]:.2f} in cycle {number[-1]}, and half of the mean voltage of the charge"
        f" less that of the discharge (b), {gap[0]:.1f} and {gap[-1]:.1f} mV"
    )
    faces = _faces(dataset)
    if faces:
        told += (
            f"; lithium at faces of filled cracks less that of their particles at the end of the charge (c),"
            f" weighted by area, {faces[-1][1]:.4f} in the last"
        )
    return told + "."


def _faces(dataset: xr.Dataset) -> list[tuple[int, float, float]]:
    """Cycle, mean and standard error where the result tells, at most twenty cycles."""
    if any(name not in dataset for name in (*crack_faces.NEEDED, "cycle_number", "current_density")):
        return []
    found = []
    shown = np.unique(np.linspace(1, last_cycle(dataset), 20).round().astype(int))
    sign = dataset["current_density"].values > 0.0
    for cycle in shown:
        places = np.flatnonzero((dataset["cycle_number"].values == cycle) & sign)
        if len(places):
            face = crack_faces.lithium_at_faces(dataset, int(places[-1]))
            if np.isfinite(face.mean):
                found.append((int(cycle), face.mean, face.error))
    return found


@dataclass(frozen=True)
class _FadeSpec(FigureSpec):
    """Drawn where the rows of cycles are there."""

    def omission(self, dataset: xr.Dataset) -> str | None:
        """One sentence that says why the figure cannot be drawn; None when it can."""
        if dataset.sizes.get("cycle", 0) < _FEWEST:
            return "Not drawn, because the run has fewer than two whole cycles."
        return None


def draw_single_particles(dataset: xr.Dataset) -> Figure:
    """Draw how many particles hold how much lithium at the ends of charges."""
    figure = style.new_figure(7.4, 4.2)
    axes = figure.subplots()
    cycles = _charged(dataset)
    for (cycle, state), colour in zip(cycles, time_colours(len(cycles)), strict=True):
        share = np.histogram(dataset["mean_stoichiometry"].values[state], _BINS)[0]
        axes.stairs(share, _BINS, color=colour, label=f"cycle {cycle}", linewidth=1.4)
    axes.set(
        title="lithium of single particles at the end of the charge",
        xlabel="mean stoichiometry of a particle [-]",
        ylabel="particles",
        yscale="symlog",
        ylim=(0.0, None),
    )
    axes.legend(loc="best")
    return figure


def describe_single_particles(dataset: xr.Dataset) -> str:
    """Say how many are isolated, and what they hold."""
    cycle, state = _charged(dataset)[-1]
    lithium = dataset["mean_stoichiometry"].values[state]
    isolated = (
        dataset["isolated"].values[state] > 0.0 if "isolated" in dataset else np.zeros(len(lithium), bool)
    )
    told = f"Mean lithium of each particle at the end of the charge; in cycle {cycle} it lies between"
    told += f" {lithium.min():.3f} and {lithium.max():.3f}"
    if "isolated" in dataset:
        told += f", and {int(isolated.sum())} of {len(lithium)} particles are isolated"
    if isolated.any():
        told += (
            f" and hold {lithium[isolated].min():.3f} to {lithium[isolated].max():.3f}, the others"
            f" {np.median(lithium[~isolated]):.3f} in the middle"
        )
    return told + "."


def _charged(dataset: xr.Dataset) -> list[tuple[int, int]]:
    number, current = dataset["cycle_number"].values, dataset["current_density"].values
    found = []
    for cycle in shown_cycles(dataset):
        places = np.flatnonzero((number == cycle) & (current > 0.0))
        if len(places):
            found.append((cycle, int(places[-1])))
    return found


@dataclass(frozen=True)
class _SingleSpec(FigureSpec):
    """Left out where there are no cycles, and where particles stand for many."""

    def omission(self, dataset: xr.Dataset) -> str | None:
        """One sentence that says why the figure cannot be drawn; None when it can."""
        omission = super().omission(dataset)
        if omission is None and not stand_for_one(dataset):
            return "Not drawn, because each entry stands for many particles."
        if omission is None and last_cycle(dataset) < _FEWEST:
            return "Not drawn, because the run has fewer than two cycles."
        if omission is None and not _charged(dataset):
            return f"Not drawn, because the run has no {CHARGED} in a cycle."
        return omission


SPECS = (
    _FadeSpec(
        name="fade",
        title="Capacity and overvoltage by cycle",
        needs=("voltage",),
        caption=describe_fade,
        draw=draw_fade,
    ),
    _SingleSpec(
        name="single_particles",
        title="Lithium of single particles",
        needs=("mean_stoichiometry", "cycle_number", "current_density", "particle_z"),
        caption=describe_single_particles,
        draw=draw_single_particles,
    ),
)
