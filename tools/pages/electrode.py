"""Pictures in three dimensions: the particles of a resolved result, cut open, under the fields of one time.

python tools/docs_site.py --picture results/standard     # writes docs/figures/electrode.webp of the README
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyvista
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from chemomech.experiments.drawing import style
from chemomech.experiments.scenes import open_scene

PIXELS = (1100, 1250)


@dataclass(frozen=True)
class Shown:
    """A field as it is drawn.

    Attributes:
        name: of the field on the particles.
        factor: from its unit to that of the label.
        label: of the colour bar.
        colours: a colour map that survives colour blindness.
    """

    name: str
    factor: float
    label: str
    colours: str


LITHIUM = Shown("stoichiometry", 1.0, "lithium content x [-]", style.STOICHIOMETRY_MAP)
STRESS = Shown("equivalent_stress", 1.0e-6, "equivalent stress [MPa]", style.STRESS_MAP)


def read_particles(result: Path, wanted: float) -> tuple[pyvista.UnstructuredGrid, float]:
    """Read the particles of a result with their fields at the written time nearest to the one wanted.

    Args:
        result: folder of a resolved result.
        wanted: time [s].

    Returns:
        The cells in micrometres with one value of each field a node, and their time [s].
    """
    scene = open_scene(result)
    nearest = scene.nearest(wanted)
    grid = scene.grid("particles").copy()
    for shown in (LITHIUM, STRESS):
        grid.point_data[shown.name] = shown.factor * scene.values(f"particles/{shown.name}", nearest)
    return grid, float(scene.times[nearest])


def draw_electrode(result: Path, out: Path, time: float = 150.0) -> str:
    """Draw lithium and stress in the particles of a result side by side, a corner of the electrode cut away.

    Args:
        result: folder of a resolved result.
        out: the picture; its ending chooses the format.
        time: which of the written times [s], the nearest.

    Returns:
        What the picture shows, in a sentence.
    """
    grid, found = read_particles(result, time)
    figure = Figure(figsize=(9.4, 5.0), facecolor="white")
    for height, end in ((0.97, "separator"), (0.03, "current collector")):
        figure.text(0.5, height, end, ha="center", va="center", fontsize=11, color=style.MUTED)
    for place, shown in enumerate((LITHIUM, STRESS)):
        axes = figure.add_axes((0.0 + 0.5 * place, 0.01, 0.42, 0.98))
        image, limits = _rendered(grid, shown)
        axes.imshow(image)
        axes.set_axis_off()
        _bar(figure, figure.add_axes((0.415 + 0.5 * place, 0.2, 0.014, 0.6)), shown, limits)
    with style.styled():
        figure.savefig(out, dpi=150, pil_kwargs={"quality": 88} if out.suffix == ".webp" else None)
    return (
        f"{_particles(grid)} particles {found:.0f} s into a charge at 5C, a corner cut away: lithium (left)"
        " and equivalent stress (right). The collector is below, the separator above."
    )


def _particles(grid: pyvista.UnstructuredGrid) -> int:
    return int(grid.connectivity()["RegionId"].max()) + 1


def _rendered(grid: pyvista.UnstructuredGrid, shown: Shown) -> tuple[Any, tuple[float, float]]:
    low, high = np.array(grid.bounds[::2]), np.array(grid.bounds[1::2])
    middle = 0.5 * (low + high)
    # What lies in front, towards the eye, above a third of the height goes.
    corner = pyvista.Box(
        (middle[0], high[0] + 1, low[1] - 1, middle[1], low[2] + 0.28 * (high - low)[2], high[2] + 1)
    )
    rest = grid.clip_box(corner, invert=True, merge_points=False)
    limits = tuple(float(edge) for edge in np.quantile(grid.point_data[shown.name], (0.002, 0.998)))
    plotter = pyvista.Plotter(off_screen=True, window_size=list(PIXELS))
    plotter.set_background("white")
    surface = rest.extract_surface(nonlinear_subdivision=2, algorithm=None)
    plotter.add_mesh(
        surface, scalars=shown.name, clim=limits, cmap=shown.colours, show_scalar_bar=False, specular=0.15,
        ambient=0.25, smooth_shading=True, split_sharp_edges=True, feature_angle=35,
    )  # fmt: skip
    box = pyvista.Box((0.0, np.ceil(high[0]), 0.0, np.ceil(high[1]), 0.0, np.ceil(high[2])))
    plotter.add_mesh(box, style="wireframe", color=style.MUTED, line_width=2)
    plotter.camera_position = [middle + np.array((78.0, -58.0, 38.0)), middle, (0.0, 0.0, 1.0)]
    plotter.camera.parallel_projection = True
    plotter.camera.parallel_scale = 25.5
    plotter.enable_anti_aliasing("ssaa")
    image = plotter.screenshot(return_img=True)
    plotter.close()
    return image, limits


def _bar(figure: Figure, axes: Axes, shown: Shown, limits: tuple[float, float]) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    bar = figure.colorbar(ScalarMappable(Normalize(*limits), shown.colours), cax=axes)
    bar.set_label(shown.label, fontsize=11)
    bar.ax.tick_params(labelsize=10)
    bar.outline.set_visible(False)
