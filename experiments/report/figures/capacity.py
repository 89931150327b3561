"""Voltage over the charge passed, a curve for each charge and each discharge, all from zero."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from chemomech.experiments.drawing import style
from chemomech.experiments.drawing.scales import time_colours
from chemomech.experiments.drawing.spec import FigureSpec

Array = NDArray[np.float64]

NEEDS = ("voltage", "areal_capacity", "step_number", "cycle_number")
LINES: dict[int, Any] = {1: "-", -1: (0, (5, 2))}
"""Line of a charge (1) and of a discharge (-1)."""
_WORDS = {1: "charge", -1: "discharge"}
_MOST_NAMED = 8


@dataclass(frozen=True)
class Curve:
    """The charge or the discharge of a cycle.

    Attributes:
        cycle: its number.
        sign: 1 for a charge, -1 for a discharge.
        charge: passed since its start, its magnitude [mAh/cm2]; NaN where a rest parts two steps.
        voltage: [V]; NaN likewise.
    """

    cycle: int
    sign: int
    charge: Array
    voltage: Array


def half_cycles(dataset: xr.Dataset) -> list[Curve]:
    """The charges and discharges of a result, in their order."""
    curves: list[Curve] = []
    for cycle, sign, charge, voltage, after_rest in _steps(dataset):
        if curves and (curves[-1].cycle, curves[-1].sign) == (cycle, sign):
            last = curves.pop()
            gap = [np.nan] if after_rest else []
            passed = np.concatenate([last.charge, gap, last.charge[-1] + charge])
            curves.append(Curve(cycle, sign, passed, np.concatenate([last.voltage, gap, voltage])))
        else:
            curves.append(Curve(cycle, sign, charge, voltage))
    return curves


def _steps(dataset: xr.Dataset) -> Iterator[tuple[int, int, Array, Array, bool]]:
    """Cycle, sign, charge since its start, voltage, and whether a rest went before, of each other step."""
    number, cycles = dataset["step_number"].values, dataset["cycle_number"].values
    total, voltage = dataset["areal_capacity"].values, dataset["voltage"].values
    before = None
    for step in np.unique(number):
        own = np.flatnonzero(number == step)
        cycle = int(cycles[own[0]])
        if cycle:
            passed = total[own] - total[max(own[0] - 1, 0)]
            sign = 1 if passed[-1] > 0.0 else -1
            yield cycle, sign, sign * passed, voltage[own], before != step - 1
            before = step


def draw_capacity(dataset: xr.Dataset) -> Figure:
    """Draw the curves; colours tell cycles, dashes charge from discharge."""
    curves = half_cycles(dataset)
    figure = style.new_figure(7.2, 4.4)
    axes = figure.subplots()
    numbers = sorted({curve.cycle for curve in curves})
    several = len(numbers) > 1
    shades: list[Any] = [*time_colours(len(numbers))] if several else [style.INK]
    colours = dict(zip(numbers, shades, strict=True))
    # Later lines are thinner and lie on top, so that coinciding ones remain visible.
    widths = dict(zip(numbers, np.linspace(3.2 if several else 1.8, 1.2, len(numbers)), strict=True))
    for curve in curves:
        axes.plot(
            curve.charge,
            curve.voltage,
            color=colours[curve.cycle],
            linestyle=LINES[curve.sign],
            linewidth=widths[curve.cycle],
        )
    axes.set(
        title="cell voltage over the charge passed since the start of each charge and discharge",
        xlabel=r"charge passed [mAh cm$^{-2}$]",
        ylabel="voltage [V]",
        xlim=(0.0, None),
    )
    named = [numbers[k] for k in np.unique(np.linspace(0, len(numbers) - 1, _MOST_NAMED).round().astype(int))]
    handles = [Line2D([], [], color=style.INK, linestyle=LINES[s]) for s in _signs(curves)]
    labels = [_WORDS[s] for s in _signs(curves)]
    if several:
        handles += [Line2D([], [], color=colours[n]) for n in named]
        labels += [f"cycle {n}" for n in named]
    if len(handles) > 1:
        axes.legend(handles, labels, loc="best", ncols=2)
    return figure


def describe_capacity(dataset: xr.Dataset) -> str:
    """Say how many curves there are, and how far the first and the last go."""
    curves = half_cycles(dataset)
    parts = []
    for sign in _signs(curves):
        ends = [float(curve.charge[-1]) for curve in curves if curve.sign == sign]
        times = "" if len(ends) == 1 else f" (the first of {len(ends)}), {ends[-1]:.3f} mAh cm⁻² (the last)"
        parts.append(f"{_WORDS[sign]} of {ends[0]:.3f} mAh cm⁻²{times}")
    return f"Cell voltage over the charge passed: {'; '.join(parts)}."


def _signs(curves: list[Curve]) -> list[int]:
    return [sign for sign in (1, -1) if any(curve.sign == sign for curve in curves)]


@dataclass(frozen=True)
class _CapacitySpec(FigureSpec):
    """Also left out where no charge has passed."""

    def omission(self, dataset: xr.Dataset) -> str | None:
        """One sentence that says why the figure cannot be drawn; None when it can."""
        omission = super().omission(dataset)
        if omission is None and not np.any(dataset["cycle_number"].values):
            return "Not drawn, because the run passed no charge."
        return omission


SPECS = (
    _CapacitySpec(
        name="capacity",
        title="Voltage over charge",
        needs=NEEDS,
        caption=describe_capacity,
        draw=draw_capacity,
    ),
)
