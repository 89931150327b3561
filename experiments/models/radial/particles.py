"""The particles of a case as the radial model sees them: a sphere each, with a place in depth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError
from chemomech.experiments.case.prepare import PreparedCase
from chemomech.geometry.contacts import particle_shapes

Array = npt.NDArray[np.float64]

RADIUS_CHOICES: Final = ("volume-over-surface", "layout")
"""Radius R of the sphere that stands for a particle: 3 V/A, or that of the layout. Both are the same where
spheres are whole or cut by the sides of the box through their centres."""

WIDEST_SPREAD: Final = 1.0e4
"""Largest radius over the smallest [-]: beyond it one grid in depth cannot serve all particles."""


@dataclass(frozen=True, eq=False)
class Particles:
    """Spheres; every array has the shape (particles,).

    Attributes:
        radius: R of the lithium problem [m].
        volume: V inside the box [m3].
        extent: Radius that the particle has in depth [m].
        depth: Distance of the centre from the collector [m].
        diffusivity_factor: Diffusivity over that of the material [-].
        contact_conductance: Electronic conductance of the contact with the matrix [S/m2].
        wetted_factor: Reacting area over the geometric one of the sphere [-]; cracks open to the electrolyte
            make it more than 1.
        section: Cross-section of the electrode [m2].
        thickness: Of the electrode [m].
    """

    radius: Array
    volume: Array
    extent: Array
    depth: Array
    diffusivity_factor: Array
    contact_conductance: Array
    wetted_factor: Array
    section: float
    thickness: float

    def __len__(self) -> int:
        return len(self.radius)

    @property
    def area(self) -> Array:
        """Surface A = 3 V/R [m2], which the flux of the sphere's lithium passes."""
        return 3.0 * self.volume / self.radius


def particles_of(prepared: PreparedCase, radius: str = RADIUS_CHOICES[0]) -> Particles:
    """The particles of a case.

    Args:
        prepared: The case.
        radius: One of ``RADIUS_CHOICES``.

    Raises:
        InputError: If their radii differ by more than four decades, or one has no surface.
    """
    layout, model = prepared.layout, prepared.model
    radii = np.asarray(layout.radii, dtype=float)
    if radii.max() > WIDEST_SPREAD * radii.min():
        raise InputError(
            f"the particles of {layout.name!r} have radii from {radii.min() * 1e6:.3g} to "
            f"{radii.max() * 1e6:.3g} um, more than four decades apart; leave out the smallest."
        )
    shapes = particle_shapes(layout)
    volume, area = np.asarray(shapes.volumes), np.asarray(shapes.areas)
    if np.any(area <= 0.0) or np.any(volume <= 0.0):
        bare = int(np.flatnonzero((area <= 0.0) | (volume <= 0.0))[0])
        raise InputError(
            f"particle {bare} of {layout.name!r} has no surface in the box (volume {volume[bare]:.3g} m3, "
            f"surface {area[bare]:.3g} m2) and cannot react; leave it out of the layout."
        )
    equivalent = radii if radius == "layout" else 3.0 * volume / area
    width, breadth, thickness = (float(edge) for edge in layout.box)
    factor, wiring = prepared.diffusivity_factor, prepared.wiring
    contact = float(model.matrix.contact_conductance) if wiring is None else wiring.conductance
    ones = np.ones(len(radii))
    return Particles(
        radius=equivalent,
        volume=volume,
        extent=radii,
        depth=np.asarray(layout.centres, dtype=float)[:, 2],
        diffusivity_factor=ones if factor is None else np.asarray(factor, dtype=float),
        contact_conductance=contact * ones,
        wetted_factor=float(model.matrix.wetted_fraction) * ones,
        section=width * breadth,
        thickness=thickness,
    )
