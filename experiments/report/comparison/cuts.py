"""Cuts through the cells of all results at the same times: a row for each result, a column for each time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from chemomech.experiments.drawing import style
from chemomech.experiments.drawing.scales import MEGA, spread_entries, time_label
from chemomech.experiments.report.comparison.compared import Compared
from chemomech.experiments.report.comparison.histories import longest
from chemomech.experiments.report.comparison.spec import ComparisonFigure
from chemomech.experiments.report.figures.cuts import (
    CUT_AXES,
    STOICHIOMETRY,
    STRESS,
    CutLook,
    cut_shape,
    draw_cut,
)
from chemomech.experiments.report.figures.depth_axis import label_depth_axis

MOST_TIMES = 4
SAME_TIME = 1e-6  # relative; runs meet the times of their cuts exactly
_HEIGHT = 4.2
_WIDEST = 11.0


def common_times(compared: Sequence[Compared]) -> list[float]:
    """Times at which all results have a cut [s], the first and the last among at most four."""
    first, *others = (one.dataset["cut_time"].values for one in compared)
    shared = [
        float(time)
        for time in first
        if all(np.isclose(times, time, rtol=SAME_TIME, atol=SAME_TIME).any() for times in others)
    ]
    return [shared[n] for n in spread_entries(len(shared), MOST_TIMES)] if shared else []


def draw_cuts(compared: Sequence[Compared], variable: str, factor: float, look: CutLook) -> Figure:
    """Draw one field of all results on one colour scale.

    Args:
        compared: the results.
        variable: name of the field.
        factor: from SI to the unit of the label.
        look: how it is shown.
    """
    times = common_times(compared)
    fields = [[_cut(one, variable, time) * factor for time in times] for one in compared]
    values = np.concatenate([field.ravel() for row in fields for field in row])
    limits = look.limits(values) if np.isfinite(values).any() else (0.0, 1.0)
    width = max(cut_shape(one.dataset) for one in compared)
    height = min(_HEIGHT, (_WIDEST - 2.0) / (len(times) * width))
    figure = style.new_figure(
        max(len(times) * width * height * 1.08 + 2.0, 5.0), (height + 0.6) * len(compared) + 0.3
    )
    grid = figure.subplots(len(compared), len(times), sharey="row", squeeze=False)
    image = None
    for panels, one, row in zip(grid, compared, fields, strict=True):
        for panel, time, field in zip(panels, times, row, strict=True):
            image = draw_cut(panel, one.dataset, field, look, limits)
            panel.set_title(time_label(longest(compared), time), loc="center")
            panel.set_xlabel("x [µm]")
        label_depth_axis(panels[0])
        panels[0].annotate(
            one.label,
            (0.0, 1.0),
            xycoords="axes fraction",
            xytext=(0, 22),  # above the times
            textcoords="offset points",
            fontweight="bold",
        )
    assert image is not None
    bar = figure.colorbar(
        image, ax=list(grid.flat), label=look.label, extend=look.extend, shrink=0.6, pad=0.02, aspect=30
    )
    bar.outline.set_visible(False)
    return figure


def _cut(one: Compared, variable: str, time: float) -> NDArray[np.float64]:
    place = int(np.argmin(np.abs(one.dataset["cut_time"].values - time)))
    return np.asarray(one.dataset[variable].values[place])


def _apart(compared: Sequence[Compared]) -> str | None:
    return None if common_times(compared) else "Not drawn, because the results have no cut at the same time."


SPECS = (
    ComparisonFigure(
        name="cut_stoichiometry",
        title="Stoichiometry on a cut through the cells",
        needs=(*CUT_AXES, "cut_stoichiometry"),
        caption=(
            "Stoichiometry in the particles on a vertical cut at the same times, collector at the bottom, on"
            " one colour scale."
        ),
        draw=lambda compared: draw_cuts(compared, "cut_stoichiometry", 1.0, STOICHIOMETRY),
        hindrance=_apart,
    ),
    ComparisonFigure(
        name="cut_equivalent_stress",
        title="Equivalent stress on the cut",
        needs=(*CUT_AXES, "cut_equivalent_stress"),
        caption=(
            "Equivalent (von Mises) stress in the particles on the same cuts, on one colour scale that one"
            " point in 200 exceeds."
        ),
        draw=lambda compared: draw_cuts(compared, "cut_equivalent_stress", MEGA, STRESS),
        hindrance=_apart,
    ),
)
