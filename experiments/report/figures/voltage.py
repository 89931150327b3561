"""Cell voltage and electrolyte potential drop against time (panel c of the paper's figure)."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from chemomech.experiments.drawing import style
from chemomech.experiments.drawing.scales import MILLI, label_time_axis, time_label, time_scale
from chemomech.experiments.drawing.spec import FigureSpec


def draw_voltage(dataset: xr.Dataset) -> Figure:
    """Draw voltage over drop, and the current below when it is not one constant."""
    time = dataset["time"].values * time_scale(dataset).factor
    current = dataset["current_density"].values
    varies = _varies(current)
    figure = style.new_figure(7.2, 6.8 if varies else 5.2)
    axes = list(np.atleast_1d(figure.subplots(3 if varies else 2, 1, sharex=True)))

    axes[0].plot(time, dataset["voltage"].values, color=style.INK)
    axes[0].set(title="cell voltage against lithium metal", ylabel="voltage [V]")
    axes[1].plot(time, dataset["electrolyte_potential_drop"].values * MILLI, color=style.NEAR_COLLECTOR)
    axes[1].set(
        title="electrolyte potential: at the collector minus at the electrode-separator plane",
        ylabel=r"drop $\Delta\varphi_\mathrm{e}$ [mV]",
    )
    axes[1].axhline(0.0, color=style.MUTED, linewidth=0.8)
    if varies:
        axes[2].plot(time, current, color=style.ACCENT)
        axes[2].axhline(0.0, color=style.MUTED, linewidth=0.8)
        axes[2].set(title="current density, positive on charge", ylabel=r"current [A m$^{-2}$]")
    label_time_axis(axes[-1], dataset)
    figure.align_ylabels(axes)
    style.letter_panels(axes)
    return figure


def describe_voltage(dataset: xr.Dataset) -> str:
    """Say what the voltage figure shows, with the two numbers one looks for."""
    drop = dataset["electrolyte_potential_drop"].values * MILLI
    half = int(np.argmin(np.abs(dataset["time"].values - dataset["time"].values[-1] / 2)))
    third = ", and the current density (c)" if _varies(dataset["current_density"].values) else ""
    return (
        "Cell voltage (a) and potential drop in the electrolyte across the electrode (b)"
        f"{third} against time; the drop is {drop[half]:.1f} mV at"
        f" {time_label(dataset, float(dataset['time'].values[half]))} and at most {np.nanmax(drop):.1f} mV."
    )


def _varies(current: np.ndarray) -> bool:
    """Whether the current is more than one constant; the first entry may be the rest before the run."""
    later = current[1:] if current.size > 1 else current
    return bool(np.ptp(later) > 1e-3 * np.max(np.abs(later)))


SPECS = (
    FigureSpec(
        name="voltage",
        title="Voltage and electrolyte potential drop",
        needs=("voltage", "current_density", "electrolyte_potential_drop"),
        caption=describe_voltage,
        draw=draw_voltage,
    ),
)
