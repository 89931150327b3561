"""Where two fidelities exist at the same points: both, and their difference."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib as mpl
import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from chemomech.experiments.drawing.style import MUTED, letter_panels, new_figure
from chemomech.experiments.studies.figures.spec import axis_label, axis_name, plane, usable_axes, value_label

SCREENED, RESOLVED = "dfn", "resolved"

SHOWN = (
    ("capacity_mAh_g", 1.0, "capacity [mAh/g]"),
    ("depth_nonuniformity", 1.0, "difference of the ends [-]"),
    ("electrolyte_minimum_mol_m3", 1.0, "lowest salt [mol/m$^3$]"),
    ("peak_principal_stress_Pa", 1e-6, "largest stress [MPa]"),
)


def shared(outcomes: Mapping[str, xr.Dataset]) -> tuple[xr.Dataset, xr.Dataset] | None:
    """Return screened and resolved outcomes at the points of both; None where there are none."""
    if not {SCREENED, RESOLVED} <= set(outcomes):
        return None
    screened, resolved = xr.align(outcomes[SCREENED], outcomes[RESOLVED], join="inner")
    return (screened, resolved) if screened["status"].size and usable_axes(screened) else None


def _computed(screened: xr.Dataset, resolved: xr.Dataset) -> list[tuple[str, float, str]]:
    """The quantities that at least one of the two has: without mechanics there is no stress."""
    return [
        shown for shown in SHOWN if any(bool(data[shown[0]].notnull().any()) for data in (screened, resolved))
    ]


def capacity_difference(screened: xr.Dataset, resolved: xr.Dataset) -> xr.DataArray:
    """Capacity of the resolved runs over that of the screened ones, less one [%]."""
    return 100.0 * (resolved["capacity_mAh_g"] / screened["capacity_mAh_g"] - 1.0)


def table(screened: xr.Dataset, resolved: xr.Dataset) -> str:
    """Return a Markdown table of both fidelities and their difference.

    Args:
        screened: from :func:`shared`.
        resolved: from :func:`shared`.
    """
    axes = [str(name) for name in screened["status"].dims]
    shown, difference = _computed(screened, resolved), capacity_difference(screened, resolved)
    head = [*axes, *(f"{label.replace('$^3$', '3')} dfn / resolved" for _, _, label in shown), "capacity [%]"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for place in np.ndindex(screened["status"].shape):
        at = dict(zip(axes, place, strict=True))
        values = [value_label(screened, name, screened[name].values[index]) for name, index in at.items()]
        for name, scale, _ in shown:
            pair = [scale * float(data[name].isel(at)) for data in (screened, resolved)]
            values.append(" / ".join(f"{value:.4g}" for value in pair))
        values.append(f"{float(difference.isel(at)):+.2f}")
        lines.append("| " + " | ".join(values) + " |")
    return "\n".join(lines)


def draw(screened: xr.Dataset, resolved: xr.Dataset) -> Figure:
    """Draw both fidelities against the first axis (lines and crosses), and the difference in capacity."""
    one, first, second, _ = plane(screened)
    two = plane(resolved)[0]
    shown = _computed(screened, resolved)
    columns = (len(shown) + 2) // 2
    figure = new_figure(1.5 + 4.2 * columns, 6.4)
    panels = list(figure.subplots(2, columns).ravel())
    for spare in panels[len(shown) + 1 :]:
        spare.remove()
    panels = panels[: len(shown) + 1]
    values = one[second].values if second else [None]
    for k, value in enumerate(values):
        colour = mpl.colormaps["viridis"](0.9 * k / max(len(values) - 1, 1))
        at_value = [data.sel({second: value}) if second else data for data in (one, two)]
        text = value_label(one, second, value) if second else None
        for panel, (name, scale, _) in zip(panels, shown, strict=False):
            for curve, style, label in zip(at_value, ("o-", "x--"), (text, None), strict=True):
                panel.plot(curve[first], scale * curve[name], style, color=colour, label=label)
        panels[-1].plot(one[first], capacity_difference(*at_value), "x--", color=colour)
    panels[-1].axhline(0.0, color=MUTED, linewidth=0.8)
    titles = [label for _, _, label in shown]
    for panel, title in zip(panels, [*titles, "capacity, resolved over DFN less one [%]"], strict=True):
        panel.set_xscale("log")
        panel.set_xticks(one[first].values, [f"{v:g}" for v in one[first].values])
        panel.minorticks_off()
        panel.set_xlabel(axis_label(one, first))
        panel.set_title(title)
    letter_panels(panels)
    handles, texts = panels[0].get_legend_handles_labels()
    handles.append(Line2D([], [], linestyle="-", marker="o", color=MUTED))
    handles.append(Line2D([], [], linestyle="--", marker="x", color=MUTED))
    texts += ["DFN companion", "resolved"]
    figure.legend(handles, texts, loc="outside right center", title=axis_name(second) if second else None)
    return figure
