"""Pictures of meshes: a layout's, cut open, and particles in their true shapes beside their spheres."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyvista
from matplotlib.figure import Figure

import chemomech.fenicsx_first  # noqa: F401  (before what else loads an MPI)
from chemomech.experiments.drawing import style
from chemomech.geometry.images import ImageStack, PhaseValues, read_phases, separate
from chemomech.geometry.shapes import SHAPE_PRESETS, mesh_shapes
from pages.electrode import read_particles

MICRO = 1.0e6
PARTICLE, EDGE = "#56b4e9", "#3b4a59"


def draw_mesh(result: Path, out: Path) -> str:
    """Draw the mesh of the particles of a resolved result, a half cut away."""
    grid, _ = read_particles(result, 0.0)
    middle = np.array(grid.center)
    linear = grid.linear_copy() if hasattr(grid, "linear_copy") else grid
    # Whole cells, so that it is seen what a cell is.
    kept = linear.extract_cells(np.flatnonzero(linear.cell_centers().points[:, 1] > middle[1]))
    plotter = _plotter((1100, 1000))
    plotter.add_mesh(
        kept.extract_surface(algorithm=None), color=PARTICLE, show_edges=True, edge_color=EDGE, line_width=1
    )
    _look(plotter, middle, (18.0, -80.0, 18.0), 22.0)
    _save([plotter], [""], out, (6.4, 5.6))
    return f"{grid.n_cells} tetrahedra of the particles of `rve-52` at the coarse preset, one half cut away."


def draw_shapes(out: Path) -> str:
    """Draw irregular particles of an image as they are meshed, beside the spheres of their volumes."""
    voxel = 0.4e-6
    stack = ImageStack.from_array(_painted((50, 50, 50)), voxel)
    image = separate(read_phases(stack, PhaseValues(active=1, pore=0))).image
    made = mesh_shapes(image, 5.0e-6, SHAPE_PRESETS["coarse"])
    mesh = made.cell.mesh
    cells = np.asarray(mesh.geometry.dofmap)
    interior = made.cell.cell_tags.values >= 10
    order = np.argsort(made.cell.cell_tags.indices)
    particle = made.cell.cell_tags.values[order]
    tetrahedra = cells[made.cell.cell_tags.indices[order]][particle >= 10]
    assert interior.any()
    packed = np.hstack([np.full((len(tetrahedra), 1), 4), tetrahedra]).ravel()
    grid = pyvista.UnstructuredGrid(
        packed, np.full(len(tetrahedra), pyvista.CellType.TETRA, np.uint8), mesh.geometry.x
    )
    grid.cell_data["particle"] = particle[particle >= 10]
    true, spheres = _plotter((900, 900)), _plotter((900, 900))
    middle = np.array(grid.center)
    for number, tag in enumerate(np.unique(grid.cell_data["particle"])):
        part = grid.extract_cells(np.flatnonzero(grid.cell_data["particle"] == tag))
        colour = style.SERIES[number % len(style.SERIES)]
        true.add_mesh(part.extract_surface(algorithm=None), color=colour, show_edges=True, line_width=0.5)
    layout = made.cell.layout
    for number, (centre, radius) in enumerate(zip(layout.centres, layout.radii, strict=True)):
        ball = pyvista.Sphere(radius=radius * MICRO, center=np.asarray(centre) * MICRO)
        spheres.add_mesh(ball, color=style.SERIES[number % len(style.SERIES)], smooth_shading=True)
    for plotter in (true, spheres):
        _look(plotter, middle, (50.0, -60.0, 35.0), 12.5)
    _save([true, spheres], ["as imaged", "spheres of the same volumes"], out, (9.0, 4.7))
    return (
        f"{len(layout.radii)} irregular particles of a painted image: meshed in their true shapes (left) and"
        " the spheres of the same volumes (right)."
    )


def _painted(shape: tuple[int, int, int]) -> Any:
    """Ellipsoids at random places and orientations, 1 in 0."""
    chance = np.random.default_rng(3)
    index = np.moveaxis(np.indices(shape) + 0.5, 0, -1)
    painted = np.zeros(shape, dtype=np.uint8)
    for centre in chance.uniform(6, np.array(shape) - 6, (14, 3)):
        turned, _ = np.linalg.qr(chance.normal(size=(3, 3)))
        away = (index - centre) @ turned / (chance.uniform(0.6, 1.3, 3) * 9.0)
        painted[(away**2).sum(axis=-1) < 1.0] = 1
    return painted


def _plotter(size: tuple[int, int]) -> pyvista.Plotter:
    plotter = pyvista.Plotter(off_screen=True, window_size=list(size))
    plotter.set_background("white")
    plotter.enable_anti_aliasing("ssaa")
    return plotter


def _look(plotter: pyvista.Plotter, at: Any, away: tuple[float, float, float], scale: float) -> None:
    plotter.camera_position = [at + np.array(away), at, (0.0, 0.0, 1.0)]
    plotter.camera.parallel_projection = True
    plotter.camera.parallel_scale = scale


def _save(plotters: list[pyvista.Plotter], titles: list[str], out: Path, size: tuple[float, float]) -> None:
    figure = Figure(figsize=size, facecolor="white", layout="constrained")
    panels = figure.subplots(1, len(plotters), squeeze=False)[0]
    for axes, plotter, title in zip(panels, plotters, titles, strict=True):
        axes.imshow(plotter.screenshot(return_img=True))
        axes.set_axis_off()
        axes.set_title(title, loc="center", fontsize=11)
        plotter.close()
    figure.savefig(out, dpi=130)
