"""What the particle-resolved model makes of each key of a case and each entry of a material.

A new key or entry takes a line below.
"""

from __future__ import annotations

from typing import Final

from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.conditions import (
    BY_INSTRUMENTS,
    GRIDS_OF_RADIAL,
    IF_CYCLES_LEFT_OUT,
    IF_FEEDBACK,
    IF_GRAINS_CRACK,
    IF_NOT_IN_WIRING,
    IF_SCALED,
    IF_STRAINED,
    breaks_without_stress,
    pressed_without_mechanics,
)
from chemomech.experiments.models.groups import (
    BOND,
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
    Limited,
    Representation,
    Treatment,
    alike,
)
from chemomech.experiments.models.resolved.bond import bond_refusal

_KEYS: Final[dict[str, Treatment[PreparedCase]]] = {
    **alike(FOR_PEOPLE, "name", "description", "model"),
    **alike(REPRESENTED, "initial_stoichiometry", "nominal_capacity", "protocol", "mass_loading"),
    "radial.*": GRIDS_OF_RADIAL,
    **alike(Limited(breaks_without_stress), *DAMAGE),
    "cycling.jump": REPRESENTED,
    **alike(IF_CYCLES_LEFT_OUT, *CYCLING),
    **alike(Limited(bond_refusal), *BOND, *BOND_IN_SPACE),
    "temperature": REPRESENTED,
    **alike(REPRESENTED, *PARTICLES, "geometry.layout.shapes"),
    **alike(
        REPRESENTED,
        *below("mesh", "preset", "interface_size", "particle_size", "matrix_size", "smallest_size"),
        *below("mesh", "separator_size", "electrode_separator_size", "size_per_radius", "gap_stretch"),
        *below("mesh", "gap_sag", "neck_size_per_radius", "growth", "separator_growth", "surface_grading"),
        *below("mesh", "minimum_gap", "geometry_order", "size", "smoothing", "least_cells"),
        "mesh.smallest_quality",
    ),
    **alike(REPRESENTED, *MATERIALS),
    "mechanics.coupling": REPRESENTED,
    "mechanics.stress_free_stoichiometry": IF_STRAINED,
    "mechanics.stack_pressure": Limited(pressed_without_mechanics),
    **alike(REPRESENTED, *WIRING),
    **alike(
        REPRESENTED,
        *below("numerics", "linear_solver", "time_tolerance", "voltage_tolerance", "newton_tolerance"),
        *below("numerics", "initial_step", "smallest_step", "largest_step", "max_wall_time"),
        *below("numerics", "degree_stoichiometry", "degree_potentials", "degree_salt"),
    ),
    "numerics.stress_tolerance": IF_FEEDBACK,
    **alike(IF_STRAINED, *below("numerics", "degree_displacement", "force_tolerance")),
    **alike(
        REPRESENTED,
        *below("output", "field_times", "field_limit", "cut_times"),
        *below("output", "checkpoint_every", "interval"),
    ),
}

_ENTRIES: Final[dict[str, Treatment[PreparedCase]]] = {
    **alike(FOR_PEOPLE, *NAMES),
    **alike(REPRESENTED, *CHEMISTRY, *PORES, *LITHIUM_KINETICS),
    **alike(
        REPRESENTED, *below("cathode", "density", "conductivity", "anodic_transfer", "cathodic_transfer")
    ),
    **alike(IF_STRAINED, *STRENGTH, *MATRIX_STIFFNESS),
    "cathode.diffusivity_radius": IF_SCALED,
    "cathode.intrinsic_diffusivity": BY_INSTRUMENTS,
    "cathode.in_plane_strain": IF_GRAINS_CRACK,
    "matrix.contact_conductance": IF_NOT_IN_WIRING,
}

RESOLVED: Final = Representation("the resolved model", _KEYS, _ENTRIES)
"""The particle-resolved model, given a prepared case."""
