"""How the run went: step sizes, iterations and budgets against simulated time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter
from numpy.typing import NDArray

from chemomech.experiments.drawing import style
from chemomech.experiments.drawing.scales import label_time_axis, time_scale
from chemomech.experiments.drawing.spec import FigureSpec

_COUNTS = (
    ("newton_iterations", "Newton", style.NEAR_COLLECTOR),
    ("linear_iterations", "linear", style.NEAR_SEPARATOR),
)
_BUDGETS = (
    ("lithium_relative_error", "lithium", style.NEAR_COLLECTOR),
    ("charge_relative_error", "charge", style.NEAR_SEPARATOR),
)


def draw_steps(dataset: xr.Dataset) -> Figure:
    """Draw the step size, and below it whichever of iterations and budget errors the result holds."""
    counts = [entry for entry in _COUNTS if entry[0] in dataset]
    budgets = [entry for entry in _BUDGETS if entry[0] in dataset]
    rows = 1 + bool(counts) + bool(budgets)
    figure = style.new_figure(7.2, 1.2 + 1.9 * rows)
    axes = list(figure.subplots(rows, 1, sharex=True, squeeze=False)[:, 0])
    time = dataset["time"].values * time_scale(dataset).factor
    remaining = iter(axes)

    panel = next(remaining)
    sizes = step_sizes(dataset)
    panel.plot(time[sizes > 0], sizes[sizes > 0], color=style.INK, marker=".", markersize=4, linewidth=1.0)
    panel.set(title="size of the accepted steps", ylabel="step [s]", yscale="log")
    if counts:
        panel = next(remaining)
        _draw_lines(panel, dataset, time, counts)
        panel.set(title="iterations per step", ylabel="iterations [-]", yscale="log")
        panel.yaxis.set_major_formatter("{x:g}")
        panel.yaxis.set_minor_formatter(NullFormatter())
        panel.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    if budgets:
        panel = next(remaining)
        _draw_lines(panel, dataset, time, budgets)
        panel.set(title="relative error of the budgets", ylabel="error [-]", yscale="log")
    label_time_axis(axes[-1], dataset)
    figure.align_ylabels(axes)
    style.letter_panels(axes)
    return figure


def step_sizes(dataset: xr.Dataset) -> NDArray[np.float64]:
    """Size of the step that ended at each time [s]; from the times when it is not stored."""
    if "time_step" in dataset:
        return dataset["time_step"].values
    return np.diff(dataset["time"].values, prepend=dataset["time"].values[0])


def describe_steps(dataset: xr.Dataset) -> str:
    """Say how many steps there were and of what sizes."""
    sizes = step_sizes(dataset)
    sizes = sizes[sizes > 0]
    shown = ["Sizes of the accepted time steps"]
    shown += ["iterations"] if any(name in dataset for name, _, _ in _COUNTS) else []
    shown += ["budget errors"] if any(name in dataset for name, _, _ in _BUDGETS) else []
    return (
        f"{', '.join(shown)} against simulated time: {sizes.size} steps between {sizes.min():.3g} s and"
        f" {sizes.max():.3g} s."
    )


def _draw_lines(
    axes: Axes, dataset: xr.Dataset, time: NDArray[np.float64], entries: Sequence[tuple[str, str, str]]
) -> None:
    for name, label, colour in entries:
        values = np.abs(dataset[name].values.astype(float))
        shown = values > 0  # a logarithmic axis has no place for an exact zero
        axes.plot(time[shown], values[shown], color=colour, label=label, linewidth=1.4)
    axes.legend(loc="best", ncols=2)


SPECS = (
    FigureSpec(
        name="steps",
        title="Time steps and budgets",
        needs=("time",),
        caption=describe_steps,
        draw=draw_steps,
    ),
)
