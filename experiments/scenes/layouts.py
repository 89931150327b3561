"""Scenes of layouts: what will be meshed, before it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from chemomech.experiments.scenes.scene import (
    CELLS,
    Curve,
    Scene,
    SceneField,
    SceneParticles,
    finite_range,
)
from chemomech.experiments.scenes.spheres import sphere_cells, sphere_grid
from chemomech.geometry import Layout
from chemomech.solver.results import QUANTITIES, Quantity

if TYPE_CHECKING:
    import pyvista as pv

Array = npt.NDArray[Any]

PARTICLES = "particles"
AT_BORDER = Quantity(
    "at_border", "b", "-", "1 where only a part of the particle lies in the box", ("particle",)
)


def scene_of_layout(layout: Layout) -> Scene:
    """Make the scene of a layout: its spheres by radius, depth, and whether a wall cuts them."""
    particles = SceneParticles(layout.ids.copy(), layout.centres.copy(), layout.radii.copy())
    source = _LayoutSource(layout, particles)
    return Scene(layout.name, np.zeros(1), source.fields(), (PARTICLES,), particles, layout.box, source)


class _LayoutSource:
    def __init__(self, layout: Layout, particles: SceneParticles) -> None:
        self._layout, self._particles = layout, particles
        self._by_name: dict[str, Array] = {
            "particle_radius": particles.radii,
            "particle_z": particles.centres[:, 2],
            "particle_volume": layout.particle_volumes,
            AT_BORDER.name: layout.at_border.astype(float),
        }

    def fields(self) -> tuple[SceneField, ...]:
        known = {**QUANTITIES, AT_BORDER.name: AT_BORDER}
        return tuple(
            SceneField.of(known[name], PARTICLES, on=CELLS, by_particle=True) for name in self._by_name
        )

    def grid(self, part: str) -> pv.DataSet:
        return sphere_grid(self._particles, self._layout.box)

    def values(self, field: SceneField, time_index: int) -> Array:
        return np.repeat(self._by_name[field.name], sphere_cells(len(self._layout)))

    def range(self, field: SceneField, time_index: int) -> tuple[float, float]:
        return finite_range(self._by_name[field.name])

    def curves(self, particle: int) -> Mapping[str, Curve]:
        return {}
