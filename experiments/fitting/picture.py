"""A picture of a fit: measured and fitted voltage, what is left, and what the data say of each parameter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from chemomech.experiments.drawing import style
from chemomech.experiments.fitting.outcome import FitOutcome
from chemomech.experiments.fitting.spec import FitSpec
from chemomech.solver.results.folder import replacing

MOST_NAMED = 7
"""Measurements that have a colour of their own; more are drawn alike."""


def draw(spec: FitSpec, outcome: FitOutcome, folder: Path) -> Path:
    """Write ``fit.png``.

    Args:
        spec: the fit.
        outcome: what it has found.
        folder: of the fit.

    Returns:
        The path of the picture.
    """
    path = folder / "fit.png"
    with style.styled():
        figure = style.new_figure(11.0, max(4.2, 1.6 + 0.3 * len(outcome.values)))
        voltage, left, verdicts = figure.subplots(1, 3)
        ends = np.cumsum([len(run.time) for run in spec.runs])[:-1]
        several = len(spec.runs) <= MOST_NAMED
        for k, (run, part) in enumerate(zip(spec.runs, np.split(outcome.left, ends), strict=True)):
            colour = style.SERIES[k] if several else style.NEAR_COLLECTOR
            name = run.name if several else None
            time = run.time / run.time[-1]
            voltage.plot(time, run.voltage, ".", color=colour, markersize=2.5, alpha=0.5)
            voltage.plot(time, run.voltage + part, color=colour, linewidth=1.2, label=name)
            left.plot(time, 1e3 * part, ".", color=colour, markersize=2.5, alpha=0.6)
        voltage.set(
            title="measured (dots) and fitted (lines)", ylabel="voltage against lithium [V]",
            xlabel="time / duration [-]",
        )  # fmt: skip
        left.axhline(0.0, color=style.INK, linewidth=0.8)
        left.set(
            title=f"what is left: RMSE {1e3 * outcome.rmse:.2f} mV", ylabel="fitted less measured [mV]",
            xlabel="time / duration [-]",
        )  # fmt: skip
        _verdicts(verdicts, spec, outcome)
        if several:
            voltage.legend()
        style.letter_panels([voltage, left, verdicts])
        with replacing(path) as temporary:
            figure.savefig(temporary, format="png")
    return path


def _verdicts(axes: Axes, spec: FitSpec, outcome: FitOutcome) -> None:
    rows = np.arange(len(outcome.values))[::-1]
    pairs = zip(rows, spec.parameters, outcome.values, strict=True)
    for row, parameter, one in pairs:
        low = 0.0 if one.low is None else parameter.share(one.low)
        high = 1.0 if one.high is None else parameter.share(one.high)
        colour = style.NEAR_COLLECTOR if one.determined else style.MUTED
        line = "-" if one.determined else ":"
        axes.plot([low, high], [row, row], line, color=colour, linewidth=3.0, solid_capstyle="butt")
        if one.determined:
            axes.plot(parameter.share(one.value), row, "o", color=colour, markersize=5)
        if one.planted is not None:
            axes.plot(parameter.share(one.planted), row, "x", color=style.NEAR_SEPARATOR, markersize=7)
    axes.set(
        xlim=(0.0, 1.0), ylim=(-0.7, len(rows) - 0.3), xlabel="place between the bounds [-]",
        title="95 % intervals (dotted: not determined)",
    )  # fmt: skip
    axes.set_yticks(rows, [one.name for one in outcome.values])
    if any(one.planted is not None for one in outcome.values):
        axes.plot([], [], "x", color=style.NEAR_SEPARATOR, label="planted")
        axes.legend(loc="upper right")
