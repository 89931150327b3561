"""The vertical axis that all depth figures share: collector at the bottom, lithium at the top."""

from __future__ import annotations

import xarray as xr
from matplotlib.axes import Axes

from chemomech.experiments.drawing import style
from chemomech.experiments.drawing.scales import MICRO
from chemomech.experiments.report.depth_statistics import electrode_thickness


def thicknesses(dataset: xr.Dataset) -> tuple[float, float] | None:
    """Electrode and separator thickness in micrometres, or None when the result does not say."""
    if "electrode_thickness" not in dataset or "separator_thickness" not in dataset:
        return None
    return (
        float(dataset["electrode_thickness"]) * MICRO,
        float(dataset["separator_thickness"]) * MICRO,
    )


def top_of_electrode(dataset: xr.Dataset) -> float:
    """Thickness of the electrode in micrometres; how high its particles reach where it is not stated."""
    return electrode_thickness(dataset) * MICRO


def shade_separator(axes: Axes, dataset: xr.Dataset) -> None:
    """Shade the separator behind a plot whose vertical axis is the depth.

    Args:
        axes: to draw on.
        dataset: of a result; nothing is drawn when it does not state the thicknesses.
    """
    layers = thicknesses(dataset)
    if layers is None:
        return
    electrode, separator = layers
    axes.axhspan(electrode, electrode + separator, color=style.SEPARATOR, zorder=0, linewidth=0)
    axes.axhline(electrode, color=style.MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)


def name_beside(axes: Axes, text: str, height: float, *, vertical: bool) -> None:
    """Write the name of a layer to the right of a plot whose vertical axis is the depth.

    Args:
        axes: the rightmost plot.
        text: what to write.
        height: where, in micrometres.
        vertical: whether the text runs upwards.
    """
    axes.annotate(
        text,
        (1.0, height),
        xycoords=("axes fraction", "data"),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        rotation=90 if vertical else 0,
        fontsize=8,
        color=style.MUTED,
        annotation_clip=False,
    )


def label_depth_axis(axes: Axes) -> None:
    """Name the vertical axis."""
    axes.set_ylabel("distance from collector z [µm]")
