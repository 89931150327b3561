"""Particles as spheres, cut by the walls of their box, each cell of the picture belonging to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chemomech.experiments.scenes.display import shown_points
from chemomech.experiments.scenes.scene import PARTICLE, SceneParticles

if TYPE_CHECKING:
    import pyvista as pv

Array = npt.NDArray[np.float64]

TRIANGLES = 600_000
"""About the most triangles of all spheres together."""
FINEST, COARSEST = 32, 8
"""Faces along the equator."""


def sphere_grid(particles: SceneParticles, box: tuple[float, float, float]) -> pv.PolyData:
    """Surfaces of the spheres inside the box, in the unit of display, ``sphere_cells`` triangles each.

    What lies beyond a wall is laid flat onto it, as if the wall cut the sphere.

    Args:
        particles: the spheres.
        box: its edges [m], from the origin.
    """
    import pyvista as pv

    count = len(particles.radii)
    unit = _unit_sphere(count)
    corners, triangles = np.asarray(unit.points, dtype=np.float64), unit.regular_faces
    points = particles.centres[:, None, :] + particles.radii[:, None, None] * corners
    points = np.clip(points, 0.0, np.asarray(box)).reshape(-1, 3)
    faces = (triangles[None] + len(corners) * np.arange(count)[:, None, None]).reshape(-1, 3)
    grid = pv.PolyData.from_regular_faces(shown_points(points), faces) if count else pv.PolyData()
    grid.cell_data[PARTICLE] = np.repeat(particles.ids, len(triangles))
    return grid


def sphere_cells(count: int) -> int:
    """Triangles of each of so many spheres."""
    return int(_unit_sphere(count).n_cells)


def _unit_sphere(count: int) -> pv.PolyData:
    """The sphere that stands for each of so many."""
    import pyvista as pv

    around = int(np.clip(np.sqrt(TRIANGLES / max(count, 1)), COARSEST, FINEST))
    return pv.Sphere(radius=1.0, theta_resolution=around, phi_resolution=max(around // 2, 4))
