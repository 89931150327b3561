"""What the companion makes of each key of a case and each entry of a material; a new one takes a line."""

from __future__ import annotations

from typing import Final

import numpy as np

from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.conditions import (
    BY_INSTRUMENTS,
    GRIDS_OF_RADIAL,
    IF_CYCLES_LEFT_OUT,
    IF_GRAINS_CRACK,
    IF_NOT_IN_WIRING,
    IF_SCALED,
    IF_SPHERES,
    IF_STRAINED,
    breaks_without_stress,
    jumps,
)
from chemomech.experiments.models.groups import (
    CHEMISTRY,
    CYCLING,
    DAMAGE,
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
from chemomech.materials import ActiveMaterial, LithiumMetal

SUM_TOLERANCE = 1.0e-9

# Reasons, each said once in a result.
OWN_MESH = "the companion has a mesh and tolerances of its own"
NO_FIELDS = "the companion has no fields in space, and nothing to continue from"
FREE_SPHERES = "the particles are free spheres: no matrix holds them"
NO_CONDUCTION = "the particles conduct electrons without loss"
SCATTER: Final = ("growth_scatter", "toughness_scatter")
"""Parameters of surface cracks by which particles differ that are alike otherwise."""


def _draws_nothing(prepared: PreparedCase) -> bool:
    return prepared.case.damage.surface_cracks is not None


NO_DRAWS: Final = LeftOut("the companion has mean particles and makes no draws", _draws_nothing)


def _uneven_wiring(prepared: PreparedCase) -> str:
    if prepared.wiring is None or not prepared.wiring.conductance.size:
        return ""
    low, high = float(prepared.wiring.conductance.min()), float(prepared.wiring.conductance.max())
    if high - low <= 1.0e-9 * high:
        return ""
    return (
        f"[wiring] gives the particles contact conductances from {low:.4g} to {high:.4g} S/m2 and the "
        "companion has one for all; state one coverage for all with wiring.wired = 1, leave [wiring] out, or "
        "run the case resolved."
    )


def _pressed(prepared: PreparedCase) -> str:
    pressure = prepared.case.mechanics.stack_pressure
    if not pressure:
        return ""
    return (
        f"mechanics.stack_pressure = {pressure / 1e6:.4g} MPa presses on a matrix and the companion has free "
        "spheres; set it to 0 MPa, or run the case resolved."
    )


def _debonds(prepared: PreparedCase) -> str:
    if prepared.case.damage.interface is None:
        return ""
    return (
        "[damage.interface] opens under the tension of a matrix and the companion has free spheres; leave "
        "the table out, or run with --model radial or resolved."
    )


def _isolates(prepared: PreparedCase) -> str:
    if prepared.case.damage.isolation is None:
        return ""
    return (
        "[damage.isolation] isolates one particle and not another, and a particle of the companion stands "
        "for all at its depth; leave the table out, or run with --model radial or resolved."
    )


def _scattered(prepared: PreparedCase) -> str:
    cracks = prepared.case.damage.surface_cracks
    scatter = {} if cracks is None else {name: float(getattr(cracks, name)) for name in SCATTER}
    name = next((name for name, value in scatter.items() if value), None)
    if name is None:
        return breaks_without_stress(prepared)
    return (
        f"damage.surface_cracks.{name} = {scatter[name]:g} tells particles apart, and a particle of the "
        "companion stands for all at its depth; set it to 0, or run with --model radial or resolved."
    )


def _unequal_to_one(material: ActiveMaterial | LithiumMetal, role: str) -> str:
    """Return a sentence where the transfer coefficients do not add up to 1, as those of PyBaMM do."""
    anodic, cathodic = float(material.anodic_transfer), float(material.cathodic_transfer)
    if abs(anodic + cathodic - 1.0) <= SUM_TOLERANCE:
        return ""
    return (
        f"materials.overrides.{role}: anodic_transfer = {anodic:g} and cathodic_transfer = {cathodic:g} add "
        f"up to {anodic + cathodic:g} and those of the companion to 1; change one of them, or run the case "
        "resolved."
    )


_COMPANION_KEYS: Final[dict[str, Treatment[PreparedCase]]] = {
    **alike(FOR_PEOPLE, "name", "description", "model"),
    **alike(
        REPRESENTED, "initial_stoichiometry", "nominal_capacity", "protocol", "mass_loading", "temperature"
    ),
    "radial.*": GRIDS_OF_RADIAL,
    "cycling.jump": Limited(jumps),
    **alike(IF_CYCLES_LEFT_OUT, *CYCLING),
    **alike(Limited(breaks_without_stress), *DAMAGE),
    **alike(Limited(_debonds), *(name for name in DAMAGE if name.startswith("damage.interface."))),
    **alike(Limited(_isolates), *(name for name in DAMAGE if name.startswith("damage.isolation."))),
    **alike(Limited(_scattered), *below("damage.surface_cracks", *SCATTER)),
    "damage.surface_cracks.seed": NO_DRAWS,
    **alike(REPRESENTED, *PARTICLES),
    "geometry.layout.shapes": IF_SPHERES,
    "mesh.*": LeftOut(OWN_MESH),
    **alike(REPRESENTED, *MATERIALS),
    "mechanics.coupling": REPRESENTED,
    "mechanics.stress_free_stoichiometry": IF_STRAINED,
    "mechanics.stack_pressure": Limited(_pressed),
    **alike(Limited(_uneven_wiring), *WIRING),
    "numerics.*": LeftOut(OWN_MESH),
    "output.*": LeftOut(NO_FIELDS),
}

_COMPANION_ENTRIES: Final[dict[str, Treatment[PreparedCase]]] = {
    **alike(FOR_PEOPLE, *NAMES),
    **alike(REPRESENTED, *CHEMISTRY, *PORES),
    "cathode.density": REPRESENTED,
    "cathode.conductivity": LeftOut(NO_CONDUCTION),
    **alike(
        Limited[PreparedCase](lambda prepared: _unequal_to_one(prepared.model.cathode, "cathode")),
        "cathode.anodic_transfer",
        "cathode.cathodic_transfer",
    ),
    **alike(IF_STRAINED, *STRENGTH),
    "cathode.diffusivity_radius": IF_SCALED,
    "cathode.intrinsic_diffusivity": BY_INSTRUMENTS,
    "cathode.in_plane_strain": IF_GRAINS_CRACK,
    "matrix.contact_conductance": IF_NOT_IN_WIRING,
    **alike(LeftOut(FREE_SPHERES), *MATRIX_STIFFNESS),
    "lithium.exchange_current_density": REPRESENTED,
    **alike(
        Limited[PreparedCase](lambda prepared: _unequal_to_one(prepared.model.lithium, "lithium")),
        "lithium.anodic_transfer",
        "lithium.cathodic_transfer",
    ),
}

HOMOGENISED: Final = Representation("the companion", _COMPANION_KEYS, _COMPANION_ENTRIES)
"""The half-cell DFN, given a prepared case."""


def one_contact_conductance(prepared: PreparedCase) -> float:
    """Contact conductance of all particles [S/m2], of a case that the companion can represent."""
    if prepared.wiring is None:
        return float(prepared.model.matrix.contact_conductance)
    return float(np.mean(prepared.wiring.conductance))
