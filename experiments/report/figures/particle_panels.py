"""Panels that show every particle over depth with the means by depth, for figures and animations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import matplotlib as mpl
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Polygon
from numpy.typing import NDArray

from chemomech.experiments.drawing import style
from chemomech.experiments.drawing.dots import Colour, Dots, largest_dot
from chemomech.experiments.drawing.scales import MEGA, MICRO
from chemomech.experiments.report.depth_statistics import (
    depth_windows,
    electrode_thickness,
    lacking_statistics,
    stand_for_one,
    window_statistics,
)

Array = NDArray[np.float64]

PLACED_BY = ("particle_z", "particle_radius", "particle_volume")
"""What the panels read of a result, beside the quantities that they show."""

_RADIUS_MAP = "viridis"
_BAND = 0.4  # strength of the colour of a standard error
_LINE = 1.3  # width of a mean, points
_BRIGHTEST = 0.92  # of the map; its end is too bright to see on white


@dataclass(frozen=True)
class Series:
    """A quantity of the particles.

    Attributes:
        name: variable in the dataset.
        label: in the legend; empty where the axis says it.
        factor: from SI to the unit of the axis.
        colour: of its dots and its means; empty for dots coloured by radius and means in ink.
    """

    name: str
    label: str
    factor: float = 1.0
    colour: str = ""


@dataclass(frozen=True)
class Row:
    """Quantities that share a vertical axis.

    Attributes:
        label: of the axis.
        short: of a lower axis.
        series: what is shown.
    """

    label: str
    short: str
    series: tuple[Series, ...]


LITHIUM = Row(
    r"lithium x = c / c$_\mathrm{max}$ [-]",
    "lithium x [-]",
    (
        Series("mean_stoichiometry", "mean x of each particle", colour=style.NEAR_COLLECTOR),
        Series("surface_stoichiometry", "x at its surface", colour=style.NEAR_SEPARATOR),
    ),
)
STRESS = Row(
    "equivalent stress at the surface [MPa]",
    "surface stress [MPa]",
    (Series("surface_equivalent_stress", "", factor=MEGA),),
)


def shown_rows(dataset: xr.Dataset) -> tuple[Row, ...]:
    """Lithium, and stress where the result holds it."""
    return (LITHIUM, STRESS) if STRESS.series[0].name in dataset else (LITHIUM,)


@dataclass(frozen=True)
class Particles:
    """What all panels of a result share.

    Attributes:
        z: depth of the centres [µm], shape (particles,).
        radius: [µm], shape (particles,).
        weight: of the means; None for plain ones.
        thickness: of the electrode [µm].
        edges: of the windows of depth [µm]; None where there are no means by depth.
        single: whether an entry is one particle, so that means have a standard error.
    """

    z: Array
    radius: Array
    weight: Array | None
    thickness: float
    edges: Array | None
    single: bool

    @classmethod
    def of(cls, dataset: xr.Dataset) -> Particles:
        """Read them from a result."""
        z, thickness = dataset["particle_z"].values * MICRO, electrode_thickness(dataset) * MICRO
        single = stand_for_one(dataset)
        weight = None if single else dataset["particle_volume"].values
        if not single:
            edges: Array | None = _edges_between(np.unique(z), thickness)
        else:
            edges = None if lacking_statistics(dataset) else depth_windows(z, thickness)
        return cls(z, dataset["particle_radius"].values * MICRO, weight, thickness, edges, single)

    def colours(self) -> ScalarMappable:
        """Colours by radius [µm]."""
        low, high = float(self.radius.min()), float(self.radius.max())
        shades = mpl.colormaps[_RADIUS_MAP](np.linspace(0.0, _BRIGHTEST, 256))
        return ScalarMappable(Normalize(low, high if high > low else low + 1.0), ListedColormap(shades))


@dataclass
class Panel:
    """A panel whose particles and means are moved from state to state.

    Attributes:
        axes: to draw on.
        particles: which.
        row: what of them.
        size: of the panel in the figure, width and height [points].
    """

    axes: Axes
    particles: Particles
    row: Row
    size: tuple[float, float]
    _dots: list[Dots] = field(init=False, default_factory=list)
    _means: list[tuple[Line2D, Polygon]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        radius = self.particles.radius
        largest = largest_dot(radius, self.size[0] * self.size[1] / len(self.row.series))
        for series in self.row.series:
            colour = series.colour or _by_radius(self.particles.colours())
            self._dots.append(Dots(self.axes, radius, largest, colour, alpha=_alpha(radius.size)))
        if self.particles.edges is not None:
            self._means = [_mean_artists(self.axes, series.colour) for series in self.row.series]
        self.axes.set_xlim(0.0, self.particles.thickness)

    def show(self, values: Sequence[Array]) -> None:
        """Show a state.

        Args:
            values: of each series in the unit of the axis, each of shape (particles,).
        """
        particles = self.particles
        for dots, shown in zip(self._dots, values, strict=True):
            dots.move(particles.z, shown)
        for (line, band), shown in zip(self._means, values, strict=False):
            assert particles.edges is not None
            found = window_statistics(particles.z, shown, particles.edges, particles.weight)
            line.set_data(found.centres, found.mean)
            error = found.error if particles.single else np.zeros_like(found.error)
            x = np.concatenate([found.centres, found.centres[::-1]])
            band.set_xy(np.column_stack([x, [*(found.mean + error), *(found.mean - error)[::-1]]]))


def values_of(dataset: xr.Dataset, row: Row) -> list[Array]:
    """Values of each series of a row over time in the unit of its axis, each (time, particles)."""
    return [dataset[series.name].values * series.factor for series in row.series]


def add_legend(figure: Figure, particles: Particles, rows: Sequence[Row], columns: int) -> None:
    """Name the dots and the means above all panels."""
    named = [series for row in rows for series in row.series if series.label]
    handles: list[Any] = [
        Line2D([], [], linestyle="none", marker="o", markersize=6, color=series.colour) for series in named
    ]
    labels = [series.label for series in named]
    if particles.edges is not None:
        band = Patch(facecolor=_mixed(style.INK, "white", 1.0 - _BAND)) if particles.single else None
        line = Line2D([], [], color=style.INK, linewidth=_LINE)
        handles.append((band, line) if band else line)
        labels.append("mean by depth" + (" and its standard error" if particles.single else ", by volume"))
    figure.legend(handles, labels, loc="outside upper center", ncols=columns)


def _by_radius(colours: ScalarMappable) -> Callable[[float], Colour]:
    def colour(radius: float) -> Colour:
        red, green, blue, alpha = colours.to_rgba(np.array(radius))
        return float(red), float(green), float(blue), float(alpha)

    return colour


def _alpha(count: int) -> float:
    """Fainter the more dots lie on one another."""
    return float(np.clip(0.75 - 0.12 * np.log10(count), 0.2, 0.75))


def _mean_artists(axes: Axes, colour: str) -> tuple[Line2D, Polygon]:
    shade = _mixed(colour, "black", 0.45) if colour else style.INK
    band = Polygon(
        np.zeros((1, 2)), facecolor=_mixed(shade, "white", 1.0 - _BAND), edgecolor="white", zorder=3
    )
    axes.add_patch(band)
    (line,) = axes.plot([], [], color=shade, linewidth=_LINE, zorder=4)
    return line, band


def _mixed(colour: Colour, other: str, share: float) -> Colour:
    """A colour with a share of another in it."""
    red, green, blue = (1.0 - share) * np.array(to_rgb(colour)) + share * np.array(to_rgb(other))
    return float(red), float(green), float(blue), 1.0


def _edges_between(depths: Array, thickness: float) -> Array | None:
    """Windows that hold one depth each; None for a single depth."""
    if depths.size < 2:
        return None
    return np.concatenate([[0.0], 0.5 * (depths[1:] + depths[:-1]), [thickness]])
