"""A picture of a layout: the particles in their box, next to size and depth statistics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from chemomech.errors import InputError

from .layout import Layout
from .statistics import depth_profile, volume_diameters

BINS = 10
ENDINGS = (".png", ".pdf", ".svg")
FACES = 24  # along the equator of a drawn sphere


def layout_picture(layout: Layout, path: str | Path) -> Path:
    """Draw the particles of a layout and write the picture to a file.

    Drawn with Matplotlib, which needs neither a screen nor OpenGL.

    Args:
        layout: the particles.
        path: the file; the ending chooses the format (.png, .pdf, .svg).

    Returns:
        The path written.

    Raises:
        InputError: for another ending.
    """
    target = Path(path)
    if target.suffix.lower() not in ENDINGS:
        raise InputError(
            f"the picture {str(target)!r} ends in {target.suffix!r}; give it one of {', '.join(ENDINGS)}."
        )
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 6.0), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(2, 2, width_ratios=(1.25, 1.0))
    _draw_spheres(figure.add_subplot(grid[:, 0], projection="3d"), layout)
    _draw_depth(figure.add_subplot(grid[0, 1]), layout)
    _draw_sizes(figure.add_subplot(grid[1, 1]), layout)
    figure.suptitle(f"{layout.name}: {len(layout)} particles, volume fraction {layout.volume_fraction:.3f}")
    figure.savefig(target, dpi=150)
    return target


def _draw_spheres(axes: Any, layout: Layout) -> None:
    from matplotlib import colormaps
    from matplotlib.colors import LightSource, Normalize
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection  # type: ignore[import-untyped]

    width, depth, height = (edge * 1e6 for edge in layout.box)
    around, up = np.meshgrid(np.linspace(0, 2 * np.pi, FACES + 1), np.linspace(0, np.pi, FACES // 2 + 1))
    unit = np.stack([np.cos(around) * np.sin(up), np.sin(around) * np.sin(up), np.cos(up)], axis=-1)
    quads = np.stack([unit[:-1, :-1], unit[1:, :-1], unit[1:, 1:], unit[:-1, 1:]], axis=2).reshape(-1, 4, 3)
    light = LightSource(azdeg=-20, altdeg=50).direction
    shade = 0.55 + 0.45 * np.clip(quads.mean(axis=1) @ light, 0.0, 1.0)
    radii = layout.radii * 1e6
    scale = Normalize(radii.min(initial=0.0) * 0.9, radii.max(initial=1.0))
    polygons, colours = [], []
    for centre, radius in zip(layout.centres * 1e6, radii, strict=True):
        polygons.append(centre + radius * quads)
        colour = np.asarray(colormaps["viridis"](scale(radius)))[:3]
        colours.append(np.clip(shade[:, None] * colour, 0.0, 1.0))
    if polygons:
        # One collection for all spheres, so that the faces are sorted by distance across spheres.
        axes.add_collection3d(Poly3DCollection(np.concatenate(polygons), facecolors=np.concatenate(colours)))
    corners = np.array([[x, y] for x, y in ((0, 0), (width, 0), (width, depth), (0, depth), (0, 0))])
    for level in (0.0, height):
        axes.plot(corners[:, 0], corners[:, 1], level, color="0.4", linewidth=0.8)
    for x, y in corners[:4]:
        axes.plot([x, x], [y, y], [0.0, height], color="0.4", linewidth=0.8)
    axes.set(
        xlabel="x / µm", ylabel="y / µm", zlabel="z / µm (0: collector)", xlim=(0, width), ylim=(0, depth)
    )
    axes.set_zlim(0, height)
    axes.set_box_aspect((width, depth, height))
    axes.locator_params(axis="x", nbins=3)
    axes.locator_params(axis="y", nbins=3)
    axes.set_title("colour: radius, dark is small", fontsize=9)
    axes.view_init(elev=12, azim=-60)


def _draw_depth(axes: Any, layout: Layout) -> None:
    depth, fraction = depth_profile(layout, BINS)
    axes.barh(depth * 1e6, fraction, height=layout.thickness * 1e6 / BINS * 0.92, color="0.65")
    axes.axvline(layout.volume_fraction, color="black", linewidth=1.0, label="mean")
    axes.set(xlabel="volume fraction", ylabel="z / µm", ylim=(0, layout.thickness * 1e6))
    axes.legend(loc="upper left", bbox_to_anchor=(0.0, 0.95))


def _draw_sizes(axes: Any, layout: Layout) -> None:
    diameter = 2e6 * layout.radii
    axes.hist(
        diameter, bins=min(12, max(len(layout), 1)), weights=layout.particle_volumes * 1e18, color="0.65"
    )
    for share, value in zip((10, 50, 90), volume_diameters(layout, (0.1, 0.5, 0.9)), strict=True):
        if np.isfinite(value):
            axes.axvline(value * 1e6, color="black", linewidth=1.0)
            axes.annotate(
                f"D{share}", (value * 1e6, 0.97), xycoords=("data", "axes fraction"), va="top", fontsize=8
            )
    axes.set(xlabel="diameter / µm", ylabel="particle volume / µm³")
