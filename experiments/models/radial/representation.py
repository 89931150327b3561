"""What the radial model makes of each key of a case and each entry of a material; a new one takes a line."""

from __future__ import annotations

from typing import Final

from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.conditions import (
    BY_CLOSED_FORM,
    BY_INSTRUMENTS,
    IF_CYCLES_LEFT_OUT,
    IF_FEEDBACK,
    IF_GRAINS_CRACK,
    IF_NOT_IN_WIRING,
    IF_SCALED,
    IF_SPHERES,
    IF_STRAINED,
    breaks_without_stress,
    pressed_without_mechanics,
)
from chemomech.experiments.models.groups import (
    BOND_IN_SPACE,
    CHEMISTRY,
    CYCLING,
    DAMAGE,
    LITHIUM_KINETICS,
    MATERIALS,
    MATRIX_STIFFNESS,
    NAMES,
    PARTICLES,
    PORES,
    STRENGTH,
    WIRING,
    below,
)
from chemomech.experiments.models.representation import (
    FOR_PEOPLE,
    REPRESENTED,
    LeftOut,
    Limited,
    Representation,
    Treatment,
    alike,
)

OWN_GRIDS: Final = "the radial model has grids of its own, [radial]"
NO_FIELDS: Final = "the radial model has no fields in space"
ONE_POTENTIAL: Final = "each particle has one electronic potential: electrons spread in it without loss"
OWN_ITERATION: Final = "the radial model solves small systems directly, and judges Newton's corrections"


_KEYS: Final[dict[str, Treatment[PreparedCase]]] = {
    **alike(FOR_PEOPLE, "name", "description", "model"),
    **alike(REPRESENTED, "initial_stoichiometry", "nominal_capacity", "protocol", "mass_loading"),
    "temperature": REPRESENTED,
    **alike(REPRESENTED, *PARTICLES, *MATERIALS, *WIRING),
    "geometry.layout.shapes": IF_SPHERES,
    "mesh.*": LeftOut(OWN_GRIDS),
    **alike(
        REPRESENTED,
        *below("radial", "intervals", "grading", "electrode_elements", "separator_elements", "transport"),
        *below("radial", "hindrance", "radius", "double_layer"),
    ),
    "radial.traction": IF_STRAINED,
    **alike(Limited(breaks_without_stress), *DAMAGE),
    "cycling.jump": REPRESENTED,
    **alike(IF_CYCLES_LEFT_OUT, *CYCLING),
    **alike(BY_CLOSED_FORM, *BOND_IN_SPACE),
    "mechanics.coupling": REPRESENTED,
    "mechanics.stress_free_stoichiometry": IF_STRAINED,
    "mechanics.stack_pressure": Limited(pressed_without_mechanics),
    **alike(
        REPRESENTED,
        *below("numerics", "time_tolerance", "voltage_tolerance", "initial_step", "smallest_step"),
        *below("numerics", "largest_step", "max_wall_time"),
    ),
    "numerics.stress_tolerance": IF_FEEDBACK,
    **alike(
        LeftOut(OWN_ITERATION), *below("numerics", "linear_solver", "newton_tolerance", "force_tolerance")
    ),
    **alike(
        LeftOut(OWN_GRIDS),
        *below("numerics", "degree_stoichiometry", "degree_potentials", "degree_salt"),
        "numerics.degree_displacement",
    ),
    **alike(REPRESENTED, *below("output", "checkpoint_every", "interval")),
    **alike(LeftOut(NO_FIELDS), *below("output", "field_times", "field_limit", "cut_times")),
}

_ENTRIES: Final[dict[str, Treatment[PreparedCase]]] = {
    **alike(FOR_PEOPLE, *NAMES),
    **alike(REPRESENTED, *PORES, *CHEMISTRY, *LITHIUM_KINETICS),
    **alike(REPRESENTED, *below("cathode", "density", "anodic_transfer", "cathodic_transfer")),
    "cathode.conductivity": LeftOut(ONE_POTENTIAL),
    **alike(IF_STRAINED, *STRENGTH, *MATRIX_STIFFNESS),
    "cathode.diffusivity_radius": IF_SCALED,
    "cathode.intrinsic_diffusivity": BY_INSTRUMENTS,
    "cathode.in_plane_strain": IF_GRAINS_CRACK,
    "matrix.contact_conductance": IF_NOT_IN_WIRING,
}

RADIAL: Final = Representation("the radial model", _KEYS, _ENTRIES)
"""One lithium problem along the radius of each particle, given a prepared case."""
