"""Fracture index against depth and rate, and the largest stress over both axes."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from chemomech.experiments.drawing.style import MUTED, letter_panels, new_figure
from chemomech.experiments.studies.figures.maps import draw_map
from chemomech.experiments.studies.figures.spec import StudyFigure, plane, value_label


def _by_depth(outcome: xr.Dataset) -> Figure:
    part, first, second, remark = plane(outcome)
    indices = [0, part.sizes[second] // 2, -1] if second else [0]
    indices = sorted({index % part.sizes[second] for index in indices}) if second else indices
    figure = new_figure(1.2 + 2.9 * len(indices), 3.8)
    panels = list(np.atleast_1d(figure.subplots(1, len(indices), sharey=True, sharex=True)))
    depth = part["depth_share"].values
    rates = part[first].values
    for panel, index in zip(panels, indices, strict=True):
        shown = part.isel({second: index}) if second else part
        for k, rate in enumerate(rates):
            colour = mpl.colormaps["plasma"](0.85 * k / max(len(rates) - 1, 1))
            profile = shown["fracture_by_depth"].sel({first: rate}).values
            panel.plot(depth, profile, "o-", color=colour, markersize=4, label=value_label(part, first, rate))
        panel.axhline(1.0, color=MUTED, linewidth=1.0, linestyle="--")
        panel.set_xlabel("depth / thickness (1: separator)")
        panel.set_xlim(0.0, 1.0)
        panel.set_xticks([0.0, 0.5, 1.0], ["0", "0.5", "1"])
        panel.set_title(value_label(part, second, float(part[second].values[index])) if second else remark)
    panels[0].set_ylabel(r"largest $\sigma_1$ over strength [-]")
    panels[0].set_ylim(bottom=0.0)
    letter_panels(panels)
    handles, texts = panels[0].get_legend_handles_labels()
    figure.legend(handles, texts, loc="outside right center")
    return figure


def _map(outcome: xr.Dataset) -> Figure:
    figure = new_figure(10.0, 4.2)
    panels = list(figure.subplots(1, 2))
    panels[0].set_title("largest principal stress")
    image = draw_map(panels[0], outcome, "peak_principal_stress_Pa", "magma", 1e-6, ".0f")
    figure.colorbar(image, ax=panels[0], label="stress [MPa]")  # type: ignore[arg-type]
    panels[1].set_title("share of particles past the fracture energy")
    image = draw_map(panels[1], outcome, "fracture_share_energy", "magma", 1.0, ".2f")
    figure.colorbar(image, ax=panels[1], label="volume share [-]")  # type: ignore[arg-type]
    letter_panels(panels)
    return figure


BY_DEPTH = StudyFigure("fracture-depth", "peak_principal_stress_Pa", 1, _by_depth)
MAP = StudyFigure("fracture-map", "peak_principal_stress_Pa", 2, _map)
