"""What the particle-resolved model makes of each key of a case and each entry of a material.

A new key or entry takes a line below.
"""

from __future__ import annotations

from typing import Final

from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.representation import (
    FOR_PEOPLE,
    REPRESENTED,
    LeftOut,
    Limited,
    Representation,
    Treatment,
    alike,
)

_NOTHING_STRAINED: Final = "mechanics.coupling = 'off': nothing is strained"
_NO_FEEDBACK: Final = "mechanics.coupling is not 'two-way': stress does not act back"
_ONE_DIFFUSIVITY: Final = (
    "materials.diffusivity_scaling = 'none': all particles have the diffusivity of the material"
)
_BY_INSTRUMENTS: Final = "no model reads it, instruments do"
_COVERED: Final = "wiring.conductance takes its place"
_ROLES: Final = ("cathode", "electrolyte", "matrix", "separator", "lithium")


def _pressed_without_mechanics(given: PreparedCase) -> str:
    mechanics = given.case.mechanics
    if mechanics.coupling != "off" or not mechanics.stack_pressure:
        return ""
    return (
        f"mechanics.stack_pressure = {mechanics.stack_pressure / 1e6:.4g} MPa presses on nothing with "
        "mechanics.coupling = 'off'; set it to 0 MPa, or choose a coupling."
    )


def _not_strained(given: PreparedCase) -> bool:
    return given.case.mechanics.coupling == "off"


def _no_feedback(given: PreparedCase) -> bool:
    return given.case.mechanics.coupling != "two-way"


def _one_diffusivity(given: PreparedCase) -> bool:
    return given.case.materials.diffusivity_scaling == "none"


def _covered_elsewhere(given: PreparedCase) -> bool:
    return getattr(given.case.wiring, "conductance", None) is not None


def _below(section: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{section}.{name}" for name in names)


_KEYS: Final[dict[str, Treatment[PreparedCase]]] = {
    **alike(FOR_PEOPLE, "name", "description"),
    **alike(REPRESENTED, "model", "initial_stoichiometry", "nominal_capacity", "protocol"),
    "mass_loading": REPRESENTED,
    "radial.*": LeftOut("the resolved model has a mesh, [mesh]"),
    "temperature": REPRESENTED,
    **alike(
        REPRESENTED,
        *_below("geometry", "layout", "separator_thickness", "contacts"),
        *_below("geometry.layout", "box", "particles", "volume_fraction", "mean_volume_radius", "width"),
        *_below("geometry.layout", "minimum_gap", "sides", "gradient", "seed", "source", "thickness", "rule"),
        *_below("geometry.layout", "stack", "voxel_size", "active", "pore", "binder", "shapes", "layer"),
        *_below("geometry.layout", "crop", "margin", "bin", "neck_ratio", "smoothing", "fragment"),
        *_below("geometry.layout", "thickness_axis", "collector_last", "dataset"),
        *_below("geometry.contacts", "rule", "gap", "farthest_move", "cut", "neck_ratio", "neck_radius"),
        *_below("geometry.contacts", "reach", "listed_reach"),
    ),
    **alike(
        REPRESENTED,
        *_below("mesh", "preset", "interface_size", "particle_size", "matrix_size", "smallest_size"),
        *_below("mesh", "separator_size", "electrode_separator_size", "size_per_radius", "gap_stretch"),
        *_below("mesh", "gap_sag", "neck_size_per_radius", "growth", "separator_growth", "surface_grading"),
        *_below("mesh", "minimum_gap", "geometry_order", "size", "smoothing", "least_cells"),
        "mesh.smallest_quality",
    ),
    **alike(REPRESENTED, *_below("materials", *_ROLES, "diffusivity_scaling", "overrides")),
    "mechanics.coupling": REPRESENTED,
    "mechanics.stress_free_stoichiometry": LeftOut(_NOTHING_STRAINED, _not_strained),
    "mechanics.stack_pressure": Limited(_pressed_without_mechanics),
    **alike(
        REPRESENTED,
        *_below("wiring", "coverage", "wired", "seed", "conductance", "residual", "particles"),
    ),
    **alike(
        REPRESENTED,
        *_below("numerics", "linear_solver", "time_tolerance", "voltage_tolerance", "newton_tolerance"),
        *_below("numerics", "initial_step", "smallest_step", "largest_step", "max_wall_time"),
        *_below("numerics", "degree_stoichiometry", "degree_potentials", "degree_salt"),
    ),
    "numerics.stress_tolerance": LeftOut(_NO_FEEDBACK, _no_feedback),
    "numerics.degree_displacement": LeftOut(_NOTHING_STRAINED, _not_strained),
    **alike(REPRESENTED, *_below("output", "field_times", "cut_times", "checkpoint_every", "interval")),
}

_ENTRIES: Final[dict[str, Treatment[PreparedCase]]] = {
    **alike(FOR_PEOPLE, *(f"{role}.{name}" for role in _ROLES for name in ("name", "description"))),
    **alike(
        REPRESENTED,
        *_below("cathode", "maximum_concentration", "density", "open_circuit_voltage", "diffusivity"),
        *_below("cathode", "conductivity", "exchange_current_density", "anodic_transfer"),
        "cathode.cathodic_transfer",
        *_below("electrolyte", "diffusivity", "conductivity", "transference_number", "thermodynamic_factor"),
        "electrolyte.initial_concentration",
        *_below("matrix", "porosity", "bruggeman_exponent", "conductivity", "wetted_fraction"),
        *_below("separator", "porosity", "bruggeman_exponent"),
        *_below("lithium", "exchange_current_density", "anodic_transfer", "cathodic_transfer"),
    ),
    **alike(
        LeftOut(_NOTHING_STRAINED, _not_strained),
        *_below("cathode", "youngs_modulus", "poisson_ratio", "chemical_strain", "strength"),
        *_below("cathode", "stress_free_stoichiometry", "fracture_toughness", "surface_flaw_depth"),
        "cathode.core_flaw_radius",
        *_below("matrix", "youngs_modulus", "poisson_ratio"),
    ),
    "cathode.diffusivity_radius": LeftOut(_ONE_DIFFUSIVITY, _one_diffusivity),
    "cathode.intrinsic_diffusivity": LeftOut(_BY_INSTRUMENTS),
    "matrix.contact_conductance": LeftOut(_COVERED, _covered_elsewhere),
}

RESOLVED: Final = Representation("the resolved model", _KEYS, _ENTRIES)
"""The particle-resolved model, given a prepared case."""
