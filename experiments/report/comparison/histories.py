"""Voltage, lithium and stress of all results over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from chemomech.experiments.drawing import style
from chemomech.experiments.drawing.scales import MEGA, label_time_axis, time_scale
from chemomech.experiments.report.comparison import measures
from chemomech.experiments.report.comparison.compared import Compared
from chemomech.experiments.report.comparison.spec import ComparisonFigure
from chemomech.experiments.report.figures import capacity


def longest(compared: Sequence[Compared]) -> xr.Dataset:
    """Dataset of the result that goes on longest, which decides the time axis."""
    return max((one.dataset for one in compared), key=lambda dataset: float(dataset["time"].values[-1]))


def draw_voltage(compared: Sequence[Compared]) -> Figure:
    """Draw voltage over time, and over the charge passed where all state it."""
    charges = all(one.has("areal_capacity") for one in compared)
    figure = style.new_figure(10.0 if charges else 7.2, 4.2)
    panels = list(figure.subplots(1, 1 + charges, squeeze=False, sharey=True)[0])
    for one in compared:
        _line(panels[0], compared, one, one.dataset["voltage"].values)
        if charges:
            for charge, voltage, line in _curves(one):
                panels[1].plot(
                    charge, voltage, color=one.colour, linewidth=_width(compared, one), linestyle=line
                )
    panels[0].set(title="cell voltage against lithium metal", ylabel="voltage [V]")
    label_time_axis(panels[0], longest(compared))
    if charges:
        panels[1].set(title="each charge (solid) and discharge (dashed)", xlabel=r"charge [mAh cm$^{-2}$]")
    return _finished(figure, panels)


def _curves(one: Compared) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64], Any]]:
    """Charge, voltage and line of each charge and discharge; of the whole where the steps are not stated."""
    if not one.has(*capacity.NEEDS):
        yield one.dataset["areal_capacity"].values, one.dataset["voltage"].values, "-"
        return
    for curve in capacity.half_cycles(one.dataset):
        yield curve.charge, curve.voltage, capacity.LINES[curve.sign]


def draw_lithium(compared: Sequence[Compared]) -> Figure:
    """Draw mean and surface stoichiometry, and the spread between particles."""
    figure = style.new_figure(10.0, 4.2)
    panels = list(figure.subplots(1, 2))
    for one in compared:
        dataset = one.dataset
        _line(panels[0], compared, one, measures.mean_stoichiometry(dataset))
        _line(panels[0], compared, one, measures.surface_stoichiometry(dataset), surface=True)
        _line(panels[1], compared, one, measures.spread(dataset))
    panels[0].set(title="all particles: mean (solid) and surface (dashed)", ylabel="stoichiometry [-]")
    panels[1].set(title="standard deviation of the particle means", ylabel="spread [-]", ylim=(0.0, None))
    for panel in panels:
        label_time_axis(panel, longest(compared))
    return _finished(figure, panels)


def draw_stress(compared: Sequence[Compared]) -> Figure:
    """Draw the mean stress of the surfaces, and the largest stress anywhere."""
    figure = style.new_figure(10.0, 4.2)
    panels = list(figure.subplots(1, 2))
    for one in compared:
        dataset = one.dataset
        _line(panels[0], compared, one, measures.surface_stress(dataset) * MEGA)
        _line(panels[1], compared, one, measures.largest(dataset, "max_principal_stress") * MEGA)
    panels[0].set(title="equivalent stress, mean of the surfaces", ylabel="stress [MPa]")
    panels[1].set(title="largest principal stress of any particle", ylabel="stress [MPa]")
    for panel in panels:
        label_time_axis(panel, longest(compared))
    return _finished(figure, panels)


def _line(
    axes: Axes,
    compared: Sequence[Compared],
    one: Compared,
    values: NDArray[np.float64],
    surface: bool = False,
) -> None:
    time = one.dataset["time"].values * time_scale(longest(compared)).factor
    axes.plot(
        time,
        values,
        color=one.colour,
        linestyle=(0, (5, 2)) if surface else "-",
        label="_surface" if surface else one.label,
        linewidth=_width(compared, one),
    )


def _width(compared: Sequence[Compared], one: Compared) -> float:
    """Later lines are thinner and lie on top, so that coinciding ones remain visible."""
    return float(np.linspace(2.8, 1.4, len(compared))[list(compared).index(one)])


def _finished(figure: Figure, panels: list[Axes]) -> Figure:
    style.letter_panels(panels)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=min(len(labels), 4))
    return figure


SPECS = (
    ComparisonFigure(
        name="voltage",
        title="Voltage",
        needs=("voltage",),
        caption=(
            "Cell voltage over time (a) and, where it is stated, over the charge passed in each charge and"
            " discharge (b)."
        ),
        draw=draw_voltage,
    ),
    ComparisonFigure(
        name="lithium",
        title="Lithium in the particles",
        needs=("mean_stoichiometry", "surface_stoichiometry", "particle_volume", "particle_area"),
        caption=(
            "Volume mean of the stoichiometry (a, solid) and area mean at the surfaces (a, dashed), and"
            " volume-weighted standard deviation of the particles' means (b), over time."
        ),
        draw=draw_lithium,
    ),
    ComparisonFigure(
        name="stress",
        title="Stress",
        needs=("surface_equivalent_stress", "max_principal_stress", "particle_area"),
        caption=(
            "Area mean of the equivalent stress at the surfaces (a) and largest principal stress of any"
            " particle (b), over time."
        ),
        draw=draw_stress,
    ),
)
