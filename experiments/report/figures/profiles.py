"""Electrolyte and matrix over depth at several times, and the extremes of the electrolyte over time."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from chemomech.experiments.drawing import style
from chemomech.experiments.drawing.scales import (
    MICRO,
    MILLI,
    label_time_axis,
    potential_scale,
    spread_steps,
    time_colours,
    time_label,
    time_scale,
)
from chemomech.experiments.drawing.spec import FigureSpec
from chemomech.experiments.report.figures.depth_axis import (
    label_depth_axis,
    name_beside,
    shade_separator,
    thicknesses,
)


def draw_profiles(dataset: xr.Dataset) -> Figure:
    """Draw concentration and potential of the electrolyte, and the potential of the matrix if it is there."""
    panels = [
        ("salt concentration", r"c$_\mathrm{e}$ [mol m$^{-3}$]", dataset["electrolyte_concentration"].values),
        (
            "electrolyte potential",
            r"$\varphi_\mathrm{e}$ against lithium [mV]",
            dataset["electrolyte_potential"].values * MILLI,
        ),
    ]
    if "matrix_potential" in dataset:
        relative = _matrix_relative(dataset)
        scale = potential_scale(relative)
        panels.append(
            (
                "matrix potential",
                rf"$\varphi_\mathrm{{m}}$ minus collector [{scale.unit}]",
                relative * scale.factor,
            )
        )
    figure = style.new_figure(3.6 * len(panels) + 1.2, 5.4)
    axes = list(figure.subplots(1, len(panels), sharey=True, squeeze=False)[0])
    steps = spread_steps(dataset)
    depth = dataset["depth"].values * MICRO
    for panel, (title, label, values) in zip(axes, panels, strict=True):
        # Later lines are thinner and lie on top: coinciding profiles remain visible.
        widths = np.linspace(3.2, 1.2, len(steps))
        for step, colour, width in zip(steps, time_colours(len(steps)), widths, strict=True):
            instant = time_label(dataset, float(dataset["time"].values[step]))
            panel.plot(values[step], depth, color=colour, label=instant, linewidth=width)
        panel.set(title=title, xlabel=label, ylim=(depth[0], depth[-1]))
        shade_separator(panel, dataset)
    label_depth_axis(axes[0])
    layers = thicknesses(dataset)
    if layers is not None:
        name_beside(axes[-1], "electrode", 0.5 * layers[0], vertical=True)
        name_beside(axes[-1], "separator", layers[0] + 0.5 * layers[1], vertical=True)
    style.letter_panels(axes)
    figure.legend(
        *axes[0].get_legend_handles_labels(), loc="outside right upper", title="time", alignment="left"
    )
    return figure


def describe_profiles(dataset: xr.Dataset) -> str:
    """Say what the profiles show."""
    third = ", and potential of the carbon-binder matrix relative to the collector (c)"
    return (
        "Salt concentration (a) and electrolyte potential (b), each a mean over the plane"
        f"{third if 'matrix_potential' in dataset else ''}, over depth at several times; the separator is"
        " shaded, the collector is at the bottom."
    )


def draw_extremes(dataset: xr.Dataset) -> Figure:
    """Draw the lowest and the highest salt concentration anywhere in the cell against time."""
    figure = style.new_figure(7.2, 3.4)
    axes = figure.subplots()
    time = dataset["time"].values * time_scale(dataset).factor
    for name, label, colour in (
        ("electrolyte_concentration_max", "highest", style.NEAR_SEPARATOR),
        ("electrolyte_concentration_min", "lowest", style.NEAR_COLLECTOR),
    ):
        axes.plot(time, dataset[name].values, color=colour, label=label)
    axes.set(title="salt concentration anywhere in the cell", ylabel=r"c$_\mathrm{e}$ [mol m$^{-3}$]")
    axes.set_ylim(bottom=min(0.0, float(dataset["electrolyte_concentration_min"].values.min())))
    label_time_axis(axes, dataset)
    axes.legend(loc="best", ncols=2)
    return figure


def describe_extremes(dataset: xr.Dataset) -> str:
    """Say how far the electrolyte is from running dry."""
    lowest = float(dataset["electrolyte_concentration_min"].values.min())
    highest = float(dataset["electrolyte_concentration_max"].values.max())
    return (
        "Lowest and highest salt concentration anywhere in the cell against time: at the extremes"
        f" {lowest:.0f} and {highest:.0f} mol m⁻³."
    )


def _matrix_relative(dataset: xr.Dataset) -> np.ndarray:
    values = dataset["matrix_potential"].values
    lowest_plane = int(np.argmax(np.isfinite(values[-1])))
    return values - values[:, [lowest_plane]]


SPECS = (
    FigureSpec(
        name="profiles",
        title="Electrolyte and matrix over depth",
        needs=("depth", "electrolyte_concentration", "electrolyte_potential"),
        caption=describe_profiles,
        draw=draw_profiles,
    ),
    FigureSpec(
        name="electrolyte_extremes",
        title="Extremes of the salt concentration",
        needs=("electrolyte_concentration_min", "electrolyte_concentration_max"),
        caption=describe_extremes,
        draw=draw_extremes,
    ),
)
