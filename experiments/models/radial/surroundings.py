"""What the particles of a case stand in: estimates from their volume fraction, or fields around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.radial.depth import (
    DepthGrid,
    Transport,
    active_fraction,
    hindrance_by_rule,
    transport,
)
from chemomech.experiments.models.radial.particles import Particles
from chemomech.geometry import Layout
from chemomech.materials.hindrance import TRANSPORT_RULES
from chemomech.solver.physics.matrix_traction import MeanField, Moduli, Rollers, SolvedLayout, Surroundings

if TYPE_CHECKING:
    from chemomech.solver.effective.layout_response import DepthConduction
    from chemomech.solver.effective.sphere_voxels import SphereVoxels

Array = npt.NDArray[np.float64]

VOXELS_PER_RADIUS: Final = 6.0
"""Voxels along the radius of a particle of the mean volume."""


def transport_of(prepared: PreparedCase, particles: Particles, grid: DepthGrid) -> Transport:
    """Porosity and transport of each element, as the case wants it.

    Raises:
        InputError: The layout is asked for, and has too many voxels.
    """
    settings, fraction = prepared.case.radial, active_fraction(particles, grid)
    if settings.hindrance is not None:
        left = np.full_like(fraction, settings.hindrance)
    elif settings.transport == "layout":
        left = _conduction(_Spheres(prepared.layout)).between(grid.nodes[: grid.electrode_nodes])
    else:
        left = hindrance_by_rule(fraction, TRANSPORT_RULES[settings.transport])
    return transport(prepared.model, grid, fraction, left)


def surroundings_of(prepared: PreparedCase, particles: Particles) -> Surroundings:
    """What holds the particles, as the case wants it.

    Raises:
        InputError: The layout is asked for, and has too many voxels.
    """
    return SURROUNDINGS[prepared.case.radial.traction](prepared, particles)


def _estimate(prepared: PreparedCase, particles: Particles) -> Surroundings:
    model = prepared.model
    return MeanField(
        volume=particles.volume,
        poisson_ratio=float(model.cathode.poisson_ratio),
        matrix=Moduli.of_matrix(model.matrix),
        fraction=float(particles.volume.sum() / (particles.section * particles.thickness)),
        support=Rollers(model.stack_pressure),
    )


def _layout(prepared: PreparedCase, particles: Particles) -> Surroundings:
    model = prepared.model
    cathode, matrix = model.cathode, Moduli.of_matrix(model.matrix)
    # A hundred times stiffer than the matrix: how much does not matter, and it is that of the start.
    young = float(np.asarray(cathode.youngs_modulus(model.initial_stoichiometry)))
    spheres = Moduli.of(young, float(cathode.poisson_ratio))
    pressure = float(model.stack_pressure)
    per_misfit, per_pressure = _swelling(_Spheres(prepared.layout), matrix, spheres, pressure > 0.0)
    return SolvedLayout(
        volume=particles.volume,
        poisson_ratio=float(cathode.poisson_ratio),
        matrix=matrix,
        per_misfit=per_misfit,
        at_rest=pressure * per_pressure,
    )


SURROUNDINGS: Final[Mapping[str, Callable[[PreparedCase, Particles], Surroundings]]] = {
    "estimate": _estimate,
    "layout": _layout,
}
"""By ``radial.traction``."""


class _Spheres:
    """A layout by what fields around it depend on: layouts with the same content are equal."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._content = layout.centres.tobytes(), layout.radii.tobytes(), layout.box

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Spheres) and self._content == other._content

    def __hash__(self) -> int:
        return hash(self._content)


@lru_cache(maxsize=4)
def _voxels(spheres: _Spheres) -> SphereVoxels:
    from chemomech.solver.effective.sphere_voxels import SphereVoxels

    layout = spheres.layout
    typical = float(np.cbrt((layout.radii**3).mean()))
    return SphereVoxels.of(layout.centres, layout.radii, layout.box, typical / VOXELS_PER_RADIUS)


@lru_cache(maxsize=64)  # the points of a study share few layouts
def _conduction(spheres: _Spheres) -> DepthConduction:
    from chemomech.solver.effective.layout_response import depth_conduction

    return depth_conduction(_voxels(spheres))


@lru_cache(maxsize=64)
def _swelling(spheres: _Spheres, matrix: Moduli, active: Moduli, pressed: bool) -> tuple[Array, Array]:
    from chemomech.solver.effective.layout_response import SwellingLayout

    solved = SwellingLayout(_voxels(spheres), matrix, active)
    per_misfit = solved.per_misfit
    return per_misfit, solved.per_pressure if pressed else np.zeros_like(per_misfit)
