"""The radial cell of a case."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chemomech.errors import InputError
from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.radial.cell import RadialCell
from chemomech.experiments.models.radial.depth import DepthGrid, active_fraction, placement
from chemomech.experiments.models.radial.ladder import Ladder
from chemomech.experiments.models.radial.particles import particles_of
from chemomech.experiments.models.radial.spheres import SphereGrid
from chemomech.experiments.models.radial.surroundings import surroundings_of, transport_of
from chemomech.solver.stepping.cell import Internal

BYTES_PER_NODE = 480.0
"""Memory of a run for each node of a particle, results apart, measured [B]."""

KEPT_BYTES = 200.0
"""Size of what a result keeps of one particle at one time [B]."""

MOST_MEMORY = 64.0
"""Memory beyond which a run is refused [GB]."""


def build_cell(
    prepared: PreparedCase, internals: Sequence[Callable[[RadialCell], Internal]] = ()
) -> RadialCell:
    """Build the radial cell of a case.

    Args:
        prepared: The case.
        internals: Each makes a state that evolves after accepted steps.

    Raises:
        InputError: If the particles cannot be represented, there is no contact at all, or the layout is too
            large for the fields that are asked for.
    """
    case, model = prepared.case, prepared.model
    settings = case.radial
    particles = particles_of(prepared, settings.radius)
    if not (particles.contact_conductance > 0.0).any():
        raise InputError(
            f"none of the {len(particles)} particles has an electronic contact (0 S/m2) and no current can "
            "flow; wire some of them."
        )
    grid = DepthGrid.of(
        particles.thickness,
        case.geometry.separator_thickness,
        settings.electrode_elements,
        settings.separator_elements,
    )
    fraction = active_fraction(particles, grid)
    if fraction.max() >= 1.0:
        raise InputError(
            f"the particles fill {fraction.max():.3g} of the electrode at one depth, and the pores need some "
            "of it; spread them, or make radial.electrode_elements fewer."
        )
    return RadialCell(
        model,
        particles,
        SphereGrid.of(settings.intervals, settings.grading),
        Ladder(model, grid, transport_of(prepared, particles, grid), placement(particles, grid)),
        case.mechanics.coupling,
        case.numerics,
        internals,
        surroundings=surroundings_of(prepared, particles) if case.mechanics.coupling != "off" else None,
        double_layer=settings.double_layer,
    )


def memory_line(particles: int, intervals: int) -> str:
    """Say what memory a run takes, for people to read before it starts."""
    fixed, kept = expected_memory(particles, intervals)
    return f"{particles} particles: about {fixed:.2g} GB, and {kept:.2g} GB for 100 states of the result"


def expected_memory(particles: int, intervals: int) -> tuple[float, float]:
    """Memory of a run [GB]: without what is kept, and of 100 kept states."""
    return (
        0.3 + 1.0e-9 * BYTES_PER_NODE * particles * (intervals + 1),
        1.0e-7 * KEPT_BYTES * particles,
    )


def require_memory(particles: int, intervals: int) -> None:
    """Refuse a run that no usual machine holds.

    Raises:
        InputError: If it needs more than ``MOST_MEMORY``.
    """
    fixed, _ = expected_memory(particles, intervals)
    if fixed > MOST_MEMORY:
        raise InputError(
            f"{particles} particles with radial.intervals = {intervals} need about {fixed:.3g} GB, above "
            f"{MOST_MEMORY:g} GB; take a smaller layout or fewer intervals."
        )
