"""Maps over two axes, each field coloured by a number and marked with what limits."""

from __future__ import annotations

from functools import partial

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from chemomech.experiments.drawing.style import INK, new_figure
from chemomech.experiments.studies.figures.spec import StudyFigure, axis_label, plane
from chemomech.experiments.studies.limits import MECHANISMS

MARKERS = dict(zip(MECHANISMS, ("", "o", "s", "^"), strict=True))


def draw_map(
    panel: Axes, outcome: xr.Dataset, variable: str, colours: str, scale: float, form: str
) -> object:
    """Draw one variable over both axes, with its numbers; returns the image.

    Args:
        panel: where.
        outcome: with two axes.
        variable: name of the outcome.
        colours: name of a colour map.
        scale: factor from the stored unit to the shown one.
        form: format of the numbers.
    """
    part, first, second, remark = plane(outcome)
    assert second is not None
    table = scale * part[variable].transpose(second, first).values
    image = panel.imshow(table, origin="lower", aspect="auto", cmap=colours)
    for axis, name in ((panel.xaxis, first), (panel.yaxis, second)):
        axis.set_ticks(range(part.sizes[name]), [f"{value:g}" for value in part[name].values])
    panel.set_xlabel(axis_label(part, first))
    panel.set_ylabel(axis_label(part, second))
    panel.grid(False)
    finite = table[np.isfinite(table)]
    middle = 0.5 * (finite.min() + finite.max()) if finite.size else 0.0
    for (row, column), value in np.ndenumerate(table):
        text = format(value, form) if np.isfinite(value) else "-"
        ink = INK if not np.isfinite(value) or value > middle else "white"
        panel.text(column, row + 0.17, text, ha="center", va="center", fontsize=8, color=ink)
    if remark:
        panel.set_title(f"{panel.get_title(loc='left')} ({remark})", loc="left")
    return image


def mark_limits(panel: Axes, outcome: xr.Dataset) -> None:
    """Mark every field with its limiting mechanism, and say what the marks mean."""
    part, first, second, _ = plane(outcome)
    assert second is not None
    words = part["limiting_mechanism"].transpose(second, first).values
    for (row, column), word in np.ndenumerate(words):
        if MARKERS.get(str(word)):
            panel.plot(
                column, row - 0.22, MARKERS[str(word)], color="white", markeredgecolor=INK, markersize=6
            )
    present = [name for name in MECHANISMS if MARKERS[name] and (words == name).any()]
    handles = [
        Line2D([], [], linestyle="", marker=MARKERS[name], color="white", markeredgecolor=INK, label=name)
        for name in present
    ]
    if (words == MECHANISMS[0]).any():
        handles.append(Line2D([], [], linestyle="", label="no mark: 95 % accessible"))
    panel.figure.legend(handles=handles, loc="outside lower center", ncols=4, title="largest loss at the end")


def _marked(outcome: xr.Dataset, variable: str, title: str, label: str, colours: str, form: str) -> Figure:
    figure = new_figure(6.8, 5.2)
    panel = figure.subplots()
    panel.set_title(title)
    image = draw_map(panel, outcome, variable, colours, 1.0, form)
    figure.colorbar(image, ax=panel, label=label)  # type: ignore[arg-type]
    mark_limits(panel, outcome)
    return figure


CAPACITY = StudyFigure(
    "map-capacity",
    "accessible_share",
    2,
    partial(
        _marked,
        variable="accessible_share",
        title="share of the equilibrium capacity that is accessible",
        label="accessible share [-]",
        colours="viridis",
        form=".2f",
    ),
)
TIME_TO_80 = StudyFigure(
    "map-time-to-80",
    "time_to_80_percent_s",
    2,
    partial(
        _marked,
        variable="time_to_80_percent_s",
        title="time to 80 % of the nominal capacity (-: never reached)",
        label="time [s]",
        colours="cividis",
        form=".0f",
    ),
)
ELECTROLYTE = StudyFigure(
    "map-electrolyte",
    "electrolyte_minimum_mol_m3",
    2,
    partial(
        _marked,
        variable="electrolyte_minimum_mol_m3",
        title="lowest salt concentration",
        label="salt concentration [mol/m$^3$]",
        colours="cividis",
        form=".0f",
    ),
)
