"""Figures of results beside a measurement: voltage, differential capacity, relaxation, residuals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from chemomech.experiments.drawing import style
from chemomech.experiments.drawing.scales import MILLI, spread_entries
from chemomech.experiments.measured import StepKind
from chemomech.experiments.report.against.matching import Matched, StepPair, overvoltages, rested

Array = npt.NDArray[np.float64]

MEASURED = "measured"
HOUR = 3600.0
LONGEST_IN_SECONDS = 7200.0

BIN = 0.01
"""Width of a bin of the differential capacity [V]."""

FEWEST_BINS = 6
"""Of a curve of the differential capacity, as the span of the voltage of a step."""

MOST_RESTS = 6


@dataclass(frozen=True)
class AgainstFigure:
    """A figure that shows a measurement and results.

    Attributes:
        name: file name without suffix.
        title: heading on the page.
        caption: one sentence that says what is shown.
        draw: makes the figure.
        omission: says why it cannot be drawn; empty when it can.
    """

    name: str
    title: str
    caption: str
    draw: Callable[[Sequence[Matched]], Figure]
    omission: Callable[[Sequence[Matched]], str] = lambda found: ""


def draw_time(found: Sequence[Matched]) -> Figure:
    """Draw voltage over time, and the residuals below."""
    run = found[0].run
    scale, label = (1.0 / HOUR, "time [h]") if run.duration > LONGEST_IN_SECONDS else (1.0, "time [s]")
    figure = style.new_figure(10.0, 5.6)
    voltage, residual = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    voltage.plot(scale * run.time, run.voltage, color=style.INK, linewidth=2.6, label=MEASURED)
    for one in found:
        time = one.one.dataset["time"].values
        voltage.plot(scale * time, one.one.dataset["voltage"].values, color=one.one.colour, linewidth=1.4,
                     label=one.one.label)  # fmt: skip
        for pair in one.pairs:
            times = scale * (pair.step.start + pair.measured_time[pair.overlap])
            residual.plot(times, MILLI * pair.residual, color=one.one.colour, linewidth=1.2)
    residual.axhline(0.0, color=style.MUTED, linewidth=0.8)
    voltage.set(title="voltage against lithium", ylabel="voltage [V]")
    residual.set(title="result less measured", xlabel=label, ylabel="residual [mV]")
    return _finished(figure, [voltage, residual], voltage)


def draw_charge(found: Sequence[Matched]) -> Figure:
    """Draw voltage over the charge passed since the start."""
    figure = style.new_figure(7.6, 4.6)
    axes = figure.subplots()
    axes.plot(found[0].areal_charge, found[0].run.voltage, color=style.INK, linewidth=2.6, label=MEASURED)
    for one in found:
        axes.plot(
            one.one.dataset["areal_capacity"].values, one.one.dataset["voltage"].values, color=one.one.colour,
            linewidth=1.4, label=one.one.label,
        )  # fmt: skip
    axes.set(xlabel=r"charge since the start, positive on charge [mAh cm$^{-2}$]", ylabel="voltage [V]")
    return _finished(figure, [axes], axes)


def differential_capacity(charge: Array, voltage: Array) -> tuple[Array, Array]:
    """Charge by interval of voltage, over its width.

    Args:
        charge: passed in a step, one way [mAh/cm2], shape (n,).
        voltage: at those charges [V], shape (n,).

    Returns:
        Middles of the intervals [V] and dQ/dV [mAh/cm2/V]; empty where the voltage spans too little.
    """
    rising = voltage[-1] > voltage[0]
    edges = np.arange(np.ceil(voltage.min() / BIN) * BIN, voltage.max(), BIN)
    if len(edges) <= FEWEST_BINS or len(charge) < FEWEST_BINS:
        return np.empty(0), np.empty(0)
    # The highest voltage so far, since noise goes back and forth.
    along = np.maximum.accumulate(voltage) if rising else np.minimum.accumulate(voltage)
    passed = np.interp(edges, along, charge) if rising else np.interp(edges, along[::-1], charge[::-1])
    return 0.5 * (edges[1:] + edges[:-1]), np.abs(np.diff(passed)) / BIN


def draw_differential(found: Sequence[Matched]) -> Figure:
    """Draw dQ/dV of the charges and of the discharges."""
    signs = [sign for sign in (1, -1) if any(True for one in found for _ in _long(one, sign))]
    figure = style.new_figure(5.4 * len(signs) + 0.4, 4.2)
    panels = list(figure.subplots(1, len(signs), sharey=True, squeeze=False)[0])
    for panel, sign in zip(panels, signs, strict=True):
        said: set[str] = set()
        for one in found:
            for pair in _long(one, sign):
                measured = differential_capacity(pair.measured_charge, pair.measured)
                _named(panel, *measured, style.INK, 2.6, MEASURED, said)
                simulated = differential_capacity(pair.charge, pair.voltage)
                _named(panel, *simulated, one.one.colour, 1.4, one.one.label, said)
        panel.set(title="charge" if sign > 0 else "discharge", xlabel="voltage [V]")
    panels[0].set_ylabel(r"dQ/dV [mAh cm$^{-2}$ V$^{-1}$]")
    return _finished(figure, panels, panels[0])


def _named(axes: Axes, x: Array, y: Array, colour: str, width: float, name: str, said: set[str]) -> None:
    if x.size:
        axes.plot(x, y, color=colour, linewidth=width, label=None if name in said else name)
        said.add(name)


def _long(one: Matched, sign: int) -> Iterator[StepPair]:
    for pair in one.pairs:
        steady = pair.step.kind is StepKind.CONSTANT_CURRENT and np.sign(pair.measured_charge[-1]) == sign
        if steady and float(np.ptp(pair.measured)) > FEWEST_BINS * BIN:
            yield pair


def _no_long_step(found: Sequence[Matched]) -> str:
    if any(True for one in found for sign in (1, -1) for _ in _long(one, sign)):
        return ""
    return "Not drawn, because no step of constant current spans enough voltage."


def draw_relaxation(found: Sequence[Matched]) -> Figure:
    """Draw the voltage less that at the end of rests, over time."""
    chosen = _chosen_rests(found)
    columns = min(len(chosen), 3)
    rows = -(-len(chosen) // columns)
    figure = style.new_figure(3.4 * columns + 1.0, 2.9 * rows + 0.5)
    panels = list(np.atleast_1d(figure.subplots(rows, columns, squeeze=False)).flat)
    for panel, number in zip(panels, chosen, strict=False):
        for one in found:
            for pair, after in rested(one):
                if after.step.number != number:
                    continue
                (time, measured), (own_time, own) = overvoltages(pair, after)
                if one is found[0]:
                    panel.plot(time, MILLI * measured, color=style.INK, linewidth=2.6, label=MEASURED)
                panel.plot(own_time, MILLI * own, color=one.one.colour, linewidth=1.4, label=one.one.label)
        panel.set(title=f"rest, step {number}", xscale="log", xlabel="time in the rest [s]")
    for row in range(rows):
        panels[row * columns].set_ylabel("overvoltage [mV]")
    for panel in panels[len(chosen) :]:
        panel.set_visible(False)
    return _finished(figure, panels[: len(chosen)], panels[0])


def _chosen_rests(found: Sequence[Matched]) -> list[int]:
    numbers = sorted({after.step.number for one in found for _, after in rested(one)})
    return [numbers[k] for k in spread_entries(len(numbers), MOST_RESTS)] if numbers else []


def _no_rest(found: Sequence[Matched]) -> str:
    return "" if _chosen_rests(found) else "Not drawn, because no rest follows a step that passes charge."


def draw_residuals(found: Sequence[Matched]) -> Figure:
    """Draw the root mean square of the residual of every step."""
    figure = style.new_figure(9.0, 3.8)
    axes = figure.subplots()
    width = 0.8 / len(found)
    for k, one in enumerate(found):
        numbers = np.array([pair.step.number for pair in one.pairs]) + (k - 0.5 * (len(found) - 1)) * width
        axes.bar(
            numbers, [MILLI * pair.rmse for pair in one.pairs], width, color=one.one.colour,
            label=f"{one.one.label}: {MILLI * one.rmse:.3g} mV over all",
        )  # fmt: skip
    axes.set(xlabel="step of the measurement", ylabel="RMSE [mV]")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return _finished(figure, [axes], axes)


def _finished(figure: Figure, panels: list[Axes], named: Axes) -> Figure:
    style.letter_panels(panels)
    handles, labels = named.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=min(len(labels), 4))
    return figure


FIGURES = (
    AgainstFigure(
        "measured_time",
        "Voltage and residual over time",
        "Voltage of the measurement and of the results over time (a), and the voltage of each result less "
        "the measured one, at the measured times (b).",
        draw_time,
    ),
    AgainstFigure(
        "measured_charge",
        "Voltage over charge",
        "Voltage over the charge that has passed since the start, per area of the simulated cell.",
        draw_charge,
    ),
    AgainstFigure(
        "measured_differential",
        "Differential capacity",
        "Charge by interval of 10 mV over its width, of the steps of constant current that span 60 mV "
        "or more.",
        draw_differential,
        _no_long_step,
    ),
    AgainstFigure(
        "measured_relaxation",
        "Overvoltage after steps",
        "Voltage less that at the end of the measured rest, over the time in the rest, of rests that follow "
        "a step that passes charge; up to six of them.",
        draw_relaxation,
        _no_rest,
    ),
    AgainstFigure(
        "measured_residuals",
        "Residuals by step",
        "Root mean square of the difference in voltage within each step, by time; that over all steps in the "
        "legend.",
        draw_residuals,
    ),
)
