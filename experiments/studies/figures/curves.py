"""Capacity and energy against the first axis, a curve for each value of the second; Ragone plot."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from chemomech.experiments.drawing.style import letter_panels, new_figure
from chemomech.experiments.studies.figures.spec import (
    FIRST,
    StudyFigure,
    axis_label,
    axis_name,
    plane,
    value_label,
)

_MAP = "viridis"


def _colours(count: int) -> list[object]:
    return [mpl.colormaps[_MAP](0.9 * k / max(count - 1, 1)) for k in range(count)]


def _family(panel: Axes, outcome: xr.Dataset, x: str | None, y: str) -> None:
    part, first, second, remark = plane(outcome)
    values = part[second].values if second else [None]
    for value, colour in zip(values, _colours(len(values)), strict=True):
        curve = part.sel({second: value}) if second else part
        across = curve[x].values if x else curve[first].values
        label = value_label(part, second, float(value)) if second and value is not None else None
        order = np.argsort(curve[first].values)
        panel.plot(across[order], curve[y].values[order], "o-", color=colour, markersize=4, label=label)
    if x is None:
        panel.set_xlabel(axis_label(part, first))
        if first == FIRST:
            panel.set_xscale("log")
            panel.set_xticks(part[first].values, [f"{v:g}" for v in part[first].values])
            panel.minorticks_off()
    if remark:
        panel.text(0.99, 0.99, remark, transform=panel.transAxes, ha="right", va="top", fontsize=8)


def _pair(
    outcome: xr.Dataset, names: tuple[str, str], labels: tuple[str, str], titles: tuple[str, str]
) -> Figure:
    figure = new_figure(9.0, 3.8)
    panels = list(figure.subplots(1, 2))
    for panel, name, label, title in zip(panels, names, labels, titles, strict=True):
        _family(panel, outcome, None, name)
        panel.set_ylabel(label)
        panel.set_title(title)
        panel.set_ylim(bottom=0.0)
    letter_panels(panels)
    _legend(figure, panels[0], outcome)
    return figure


def _legend(figure: Figure, panel: Axes, outcome: xr.Dataset) -> None:
    second = plane(outcome)[2]
    if second:
        handles, texts = panel.get_legend_handles_labels()
        figure.legend(handles, texts, loc="outside right center", title=axis_name(second))


def _capacity(outcome: xr.Dataset) -> Figure:
    return _pair(
        outcome,
        ("capacity_mAh_cm2", "capacity_mAh_g"),
        ("capacity [mAh/cm$^2$]", "capacity [mAh/g]"),
        ("accessible per area", "accessible per mass of active material"),
    )


def _energy(outcome: xr.Dataset) -> Figure:
    return _pair(
        outcome,
        ("energy_mWh_cm2", "time_to_80_percent_s"),
        ("energy [mWh/cm$^2$]", "time to 80 % of nominal [s]"),
        ("energy taken up", "80 % of the nominal capacity (missing: never reached)"),
    )


def _ragone(outcome: xr.Dataset) -> Figure:
    figure = new_figure(6.4, 4.2)
    panel = figure.subplots()
    _family(panel, outcome, "power_mW_cm2", "energy_mWh_cm2")
    panel.set_xscale("log")
    panel.set_yscale("log")
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter(NullFormatter())
    panel.set_xlabel("mean power [mW/cm$^2$]")
    panel.set_ylabel("energy [mWh/cm$^2$]")
    panel.set_title("Ragone: each curve from the lowest to the highest rate")
    _legend(figure, panel, outcome)
    return figure


CAPACITY = StudyFigure("capacity", "capacity_mAh_cm2", 1, _capacity)
ENERGY = StudyFigure("energy", "energy_mWh_cm2", 1, _energy)
RAGONE = StudyFigure("ragone", "power_mW_cm2", 1, _ragone)
