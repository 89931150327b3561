"""How large a mesh will be, before it is made: an integral of the wanted sizes, to a factor of two."""

from __future__ import annotations

import numpy as np

from chemomech.errors import InputError

from .gaps import MICROMETRES
from .layout import Layout
from .options import MeshOptions
from .size_field import SizeField

CELLS = 6.5
"""Cells in a cube whose edge is the wanted size: 5.1 to 9.5 on the shipped layout with the three presets."""

SAMPLES = 4000
SEPARATOR_SAMPLES = 500

LEAST_RADIUS = 0.25
"""Smallest radius of a particle over the smallest size: a sphere much smaller than its cells has no mesh."""


def expected_cells(layout: Layout, separator_thickness: float, options: MeshOptions) -> int:
    """Return about how many cells a half cell will have.

    Args:
        layout: the particles.
        separator_thickness: [m].
        options: sizes.

    Raises:
        InputError: for a particle much smaller than the cells around it.
    """
    require_resolved(layout, options)
    generator = np.random.default_rng(0)
    edges = np.asarray(layout.box) * MICROMETRES
    above = separator_thickness * MICROMETRES
    field = SizeField(layout, options)
    inside = generator.random((SAMPLES, 3)) * edges
    beyond = generator.random((SEPARATOR_SAMPLES, 3)) * [edges[0], edges[1], above] + [0.0, 0.0, edges[2]]
    electrode = float(np.mean(field(inside) ** -3.0) * np.prod(edges))
    separator = float(np.mean(field(beyond) ** -3.0) * edges[0] * edges[1] * above)
    return round(CELLS * (electrode + separator))


def require_resolved(layout: Layout, options: MeshOptions) -> None:
    """Refuse particles that are smaller than the cells around them.

    Raises:
        InputError: naming the smallest particle.
    """
    if not len(layout):
        return
    row, least = int(np.argmin(layout.radii)), LEAST_RADIUS * options.smallest_size
    if layout.radii[row] < least:
        raise InputError(
            f"particle {row} of layout '{layout.name}' has a radius of {layout.radii[row]:.3g} m, below "
            f"{least:.3g} m, a quarter of mesh.smallest_size; leave the particle out, or set "
            f"mesh.smallest_size to {4.0 * layout.radii[row]:.2g} m."
        )
