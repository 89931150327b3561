"""Fields on a vertical cut through the cell at several times (panels b and d of the paper's figure)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Circle
from matplotlib.path import Path
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter

from chemomech.experiments.drawing import style
from chemomech.experiments.drawing.scales import (
    MEGA,
    MICRO,
    spread_entries,
    time_label,
    volume_weights,
)
from chemomech.experiments.drawing.spec import FigureSpec
from chemomech.experiments.report.figures.depth_axis import label_depth_axis, name_beside, thicknesses

MOST_PANELS = 6
_PANEL_HEIGHT = 6.0
_WIDEST = 12.0
_GROWTH = 2.0  # pixels
_SOFTENING = 0.8  # of outlines that are found from pixels, pixels
_STRIP = 2.0  # thickness of the drawn collector and lithium, micrometres; they are not to scale

Field = NDArray[np.float64]
Limits = Callable[[Field], tuple[float, float]]


@dataclass(frozen=True)
class CutLook:
    """How one field is shown on the cut.

    Attributes:
        label: of the colour bar.
        colour_map: name of the colour map.
        limits: of the colours, from all shown values.
        in_particles: whether the field lives in the particles (else in the pores around them).
        extend: ends of the colour bar that stand for values beyond the limits.
    """

    label: str
    colour_map: str
    limits: Limits
    in_particles: bool = True
    extend: str = "neither"


def full_range(values: Field) -> tuple[float, float]:
    """Smallest and largest value."""
    return float(np.nanmin(values)), float(np.nanmax(values))


def from_zero(values: Field) -> tuple[float, float]:
    """Zero to the value that one in 200 points exceeds: single points at contacts would hide the rest."""
    return 0.0, max(float(np.nanpercentile(values, 99.5)), 1e-12)


def around_zero(values: Field) -> tuple[float, float]:
    """A symmetric range about zero, so that the neutral colour means zero."""
    size = max(float(np.nanpercentile(np.abs(values), 99.5)), 1e-12)
    return -size, size


def shown_cuts(dataset: xr.Dataset) -> list[int]:
    """Indices along ``cut_time`` that are shown."""
    return spread_entries(dataset.sizes["cut_time"], MOST_PANELS)


def draw_cuts(dataset: xr.Dataset, fields: Field, look: CutLook) -> Figure:
    """Draw one panel for each shown cut, on one colour scale.

    Args:
        dataset: of a result.
        fields: values for the shown cuts, in the unit of the label; shape (shown, cut_z, cut_x).
        look: how they are shown.
    """
    z_low, z_high = _edges(dataset["cut_z"].values * MICRO)
    count = fields.shape[0]
    shape = cut_shape(dataset)
    height = min(_PANEL_HEIGHT, (_WIDEST - 2.0) / (count * shape))
    figure = style.new_figure(max(count * shape * height * 1.08 + 2.0, 5.0), height + 0.9)
    axes = list(figure.subplots(1, count, sharey=True, squeeze=False)[0])

    low, high = look.limits(fields) if np.isfinite(fields).any() else (0.0, 1.0)
    image = None
    for panel, n, field in zip(axes, shown_cuts(dataset), fields, strict=True):
        image = draw_cut(panel, dataset, field, look, (low, high))
        panel.set_title(time_label(dataset, float(dataset["cut_time"].values[n])), loc="center")
        panel.set_xlabel("x [µm]")
    label_depth_axis(axes[0])
    _name_layers(axes[-1], dataset, (z_low, z_high))
    assert image is not None
    bar = figure.colorbar(
        image, ax=axes, label=look.label, extend=look.extend, shrink=0.75, pad=0.02, aspect=30
    )
    bar.outline.set_visible(False)
    return figure


def cut_shape(dataset: xr.Dataset) -> float:
    """Width of the drawn cut over its height [-]."""
    (x_low, x_high), (z_low, z_high) = (_edges(dataset[name].values * MICRO) for name in ("cut_x", "cut_z"))
    return (x_high - x_low) / (z_high - z_low + 2 * _STRIP)


def draw_cut(
    axes: Axes, dataset: xr.Dataset, field: Field, look: CutLook, limits: tuple[float, float]
) -> AxesImage:
    """Draw one field on the cut, with the layers of the cell and the outlines of the particles.

    Args:
        axes: to draw on.
        dataset: of a result.
        field: values in the unit of the label, shape (cut_z, cut_x).
        look: how they are shown.
        limits: of the colours.
    """
    x, z = (_edges(dataset[name].values * MICRO) for name in ("cut_x", "cut_z"))
    circles = _outlines(dataset)  # made for each panel: a patch belongs to one axes
    _draw_layers(axes, dataset, x, z)
    image = axes.imshow(
        _grown(field) if circles else field,
        extent=(*x, *z),
        origin="lower",
        vmin=limits[0],
        vmax=limits[1],
        cmap=look.colour_map,
        interpolation="nearest",
        zorder=2,
    )
    if circles:
        _trim_to_outlines(axes, image, circles, look)
    else:
        _outline_pixels(axes, dataset, field, look)
    axes.grid(visible=False)
    axes.set_xlim(*x)
    axes.set_ylim(z[0] - _STRIP, z[1] + _STRIP)
    return image


def _edges(centres: Field) -> tuple[float, float]:
    """Outer borders of the pixels whose centres are given."""
    half = 0.5 * float(centres[1] - centres[0]) if centres.size > 1 else 0.5
    return float(centres[0]) - half, float(centres[-1]) + half


def _draw_layers(axes: Axes, dataset: xr.Dataset, x: tuple[float, float], z: tuple[float, float]) -> None:
    axes.axhspan(*z, color=style.MATRIX, zorder=0, linewidth=0)
    axes.axhspan(z[0] - _STRIP, z[0], color=style.INK, zorder=1, linewidth=0)
    layers = thicknesses(dataset)
    if layers is None:
        return
    electrode, separator = layers
    axes.axhspan(electrode, electrode + separator, color=style.SEPARATOR, zorder=1, linewidth=0)
    axes.plot(x, (electrode, electrode), color=style.INK, linewidth=0.9, linestyle=(0, (4, 3)), zorder=4)
    if z[1] > electrode + 0.9 * separator:
        axes.axhspan(z[1], z[1] + _STRIP, color=style.METAL, zorder=1, linewidth=0)


def _outlines(dataset: xr.Dataset) -> list[Circle]:
    """Circles in which the cut plane meets the particles; none if they are no spheres or of unknown place."""
    if not dataset.attrs.get("particles_are_spheres", True):
        return []
    wanted = ("cut_y", "particle_x", "particle_y", "particle_z", "particle_radius")
    if any(name not in dataset for name in wanted):
        return []
    y_cut, x, y, z, radius = (dataset[name].values * MICRO for name in wanted)
    squared = radius**2 - (y - y_cut) ** 2
    return [Circle((x[k], z[k]), float(np.sqrt(squared[k]))) for k in np.flatnonzero(squared > 0).tolist()]


def _trim_to_outlines(axes: Axes, image: AxesImage, circles: list[Circle], look: CutLook) -> None:
    """Draw the particles' outlines, and hide behind them the steps of the pixels."""
    if look.in_particles:
        inside = Path.make_compound_path(
            *(circle.get_path().transformed(circle.get_transform()) for circle in circles)
        )
        image.set_clip_path(inside, axes.transData)
    face = "none" if look.in_particles else "#ffffff"
    axes.add_collection(
        PatchCollection(circles, facecolor=face, edgecolor=style.INK, linewidth=0.6, zorder=3)
    )


def _outline_pixels(axes: Axes, dataset: xr.Dataset, field: Field, look: CutLook) -> None:
    """Draw outlines of the particles where only the pixels say where they are."""
    particles = np.isfinite(field) if look.in_particles else ~np.isfinite(field)
    if particles.all() or not particles.any():
        return
    x, z = dataset["cut_x"].values * MICRO, dataset["cut_z"].values * MICRO
    smooth = gaussian_filter(particles.astype(float), _SOFTENING)
    if not look.in_particles:
        axes.contourf(x, z, smooth, levels=(0.5, 2.0), colors=["#ffffff"], zorder=2.5)
    axes.contour(x, z, smooth, levels=(0.5,), colors=[style.INK], linewidths=0.6, zorder=3)


def _grown(field: Field) -> Field:
    """Continue a field by two pixels beyond its edge with the nearest value, for trimming to the outlines."""
    known = np.isfinite(field)
    if not known.any():
        return field
    distance, nearest = distance_transform_edt(~known, return_indices=True)
    return np.where(distance <= _GROWTH, field[tuple(nearest)], np.nan)


def _name_layers(axes: Axes, dataset: xr.Dataset, z: tuple[float, float]) -> None:
    """Write what the layers are, beside the last panel."""
    heights = [("collector", z[0] - 0.5 * _STRIP)]
    layers = thicknesses(dataset)
    if layers is not None:
        electrode, separator = layers
        heights += [
            ("electrode", 0.5 * electrode),
            ("separator", 0.5 * (electrode + min(z[1], electrode + separator))),
        ]
        if z[1] > electrode + 0.9 * separator:
            heights.append(("lithium", z[1] + 0.5 * _STRIP))
    for text, height in heights:
        name_beside(axes, text, height, vertical=text in ("electrode", "separator"))


def _stoichiometry(dataset: xr.Dataset) -> Field:
    return dataset["cut_stoichiometry"].values[shown_cuts(dataset)]


def _deviation(dataset: xr.Dataset) -> Field:
    means = dataset["mean_stoichiometry"].values @ volume_weights(dataset)
    times = dataset["cut_time"].values[shown_cuts(dataset)]
    return _stoichiometry(dataset) - np.interp(times, dataset["time"].values, means)[:, None, None]


def _stress(dataset: xr.Dataset) -> Field:
    return dataset["cut_equivalent_stress"].values[shown_cuts(dataset)] * MEGA


def _salt(dataset: xr.Dataset) -> Field:
    return dataset["cut_electrolyte_concentration"].values[shown_cuts(dataset)]


STOICHIOMETRY = CutLook("stoichiometry x = c / c$_\\mathrm{max}$ [-]", style.STOICHIOMETRY_MAP, full_range)
DEVIATION = CutLook("x minus mean of the electrode [-]", style.DEVIATION_MAP, around_zero, extend="both")
STRESS = CutLook("equivalent stress [MPa]", style.STRESS_MAP, from_zero, extend="max")
SALT = CutLook("salt concentration [mol m$^{-3}$]", style.CONCENTRATION_MAP, full_range, in_particles=False)

CUT_AXES = ("cut_time", "cut_z", "cut_x")
"""What every field on the cut stands on."""

SPECS = (
    FigureSpec(
        name="cut_stoichiometry",
        title="Stoichiometry on a cut through the cell",
        needs=(*CUT_AXES, "cut_stoichiometry"),
        caption=lambda dataset: (
            "Stoichiometry in the particles on a vertical cut at several times, collector at the bottom and"
            " lithium metal at the top, on one colour scale."
        ),
        draw=lambda dataset: draw_cuts(dataset, _stoichiometry(dataset), STOICHIOMETRY),
    ),
    FigureSpec(
        name="cut_stoichiometry_deviation",
        title="Where lithium is above or below the mean",
        needs=(*CUT_AXES, "cut_stoichiometry", "mean_stoichiometry", "particle_volume"),
        caption=lambda dataset: (
            "The same cut, each time relative to the mean stoichiometry of the whole electrode at that time,"
            " so that differences over depth and inside particles become visible."
        ),
        draw=lambda dataset: draw_cuts(dataset, _deviation(dataset), DEVIATION),
    ),
    FigureSpec(
        name="cut_equivalent_stress",
        title="Equivalent stress on the cut",
        needs=(*CUT_AXES, "cut_equivalent_stress"),
        caption=lambda dataset: (
            "Equivalent (von Mises) stress in the particles on the same cut and at the same times, on one"
            " colour scale that one point in 200 exceeds."
        ),
        draw=lambda dataset: draw_cuts(dataset, _stress(dataset), STRESS),
    ),
    FigureSpec(
        name="cut_electrolyte_concentration",
        title="Salt concentration on the cut",
        needs=(*CUT_AXES, "cut_electrolyte_concentration"),
        caption=lambda dataset: (
            "Salt concentration in the pores of matrix and separator on the same cut; particles are white."
        ),
        draw=lambda dataset: draw_cuts(dataset, _salt(dataset), SALT),
    ),
)
