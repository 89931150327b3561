"""What the companion makes of each key of a case and each entry of a material; a new one takes a line."""

from __future__ import annotations

from typing import Final

import numpy as np

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
from chemomech.materials import ActiveMaterial, LithiumMetal

SUM_TOLERANCE = 1.0e-9

# Reasons, each said once in a result.
OWN_MESH = "the companion has a mesh and tolerances of its own"
NO_FIELDS = "the companion has no fields in space, and nothing to continue from"
FREE_SPHERES = "the particles are free spheres: no matrix holds them"
NO_CONDUCTION = "the particles conduct electrons without loss"
NOTHING_STRAINED = "mechanics.coupling = 'off': nothing is strained"
BY_INSTRUMENTS = "no model reads it, instruments do"
ONE_DIFFUSIVITY = "materials.diffusivity_scaling = 'none': all particles have the diffusivity of the material"
EQUIVALENT = "spheres of the same volumes stand for particles as imaged"


def _uneven_wiring(given: PreparedCase) -> str:
    if given.wiring is None or not given.wiring.conductance.size:
        return ""
    low, high = float(given.wiring.conductance.min()), float(given.wiring.conductance.max())
    if high - low <= 1.0e-9 * high:
        return ""
    return (
        f"[wiring] gives the particles contact conductances from {low:.4g} to {high:.4g} S/m2 and the "
        "companion has one for all; state one coverage for all with wiring.wired = 1, leave [wiring] out, or "
        "run the case resolved."
    )


def _pressed(given: PreparedCase) -> str:
    pressure = given.case.mechanics.stack_pressure
    if not pressure:
        return ""
    return (
        f"mechanics.stack_pressure = {pressure / 1e6:.4g} MPa presses on a matrix and the companion has free "
        "spheres; set it to 0 MPa, or run the case resolved."
    )


def _as_imaged(given: PreparedCase) -> bool:
    return getattr(given.case.geometry.layout, "shapes", "spheres") != "spheres"


def _not_strained(given: PreparedCase) -> bool:
    return given.case.mechanics.coupling == "off"


def _one_diffusivity(given: PreparedCase) -> bool:
    return given.case.materials.diffusivity_scaling == "none"


def _covered_elsewhere(given: PreparedCase) -> bool:
    return getattr(given.case.wiring, "conductance", None) is not None


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


def _layout(*names: str) -> tuple[str, ...]:
    return tuple(f"geometry.layout.{name}" for name in names)


# What makes the layout, and with it volume, surface and mass of the particles.
LAYOUT: Final = alike(
    REPRESENTED,
    "geometry.layout",
    *_layout("box", "particles", "volume_fraction", "mean_volume_radius", "width", "minimum_gap", "sides"),
    *_layout("gradient", "seed", "source", "thickness", "rule", "stack", "voxel_size", "active", "pore"),
    *_layout("binder", "layer", "crop", "margin", "bin", "neck_ratio", "smoothing", "fragment"),
    *_layout("thickness_axis", "collector_last", "dataset"),
    "geometry.separator_thickness",
    "geometry.contacts",
    *(f"geometry.contacts.{name}" for name in ("rule", "gap", "farthest_move", "cut", "neck_ratio")),
    *(f"geometry.contacts.{name}" for name in ("neck_radius", "reach", "listed_reach")),
)
MATERIALS: Final = alike(
    REPRESENTED,
    *(f"materials.{name}" for name in ("cathode", "electrolyte", "matrix", "separator", "lithium")),
    "materials.diffusivity_scaling",
    "materials.overrides",
)
WIRING: Final = tuple(
    f"wiring.{name}" for name in ("coverage", "wired", "seed", "conductance", "residual", "particles")
)
NAMES: Final = alike(
    FOR_PEOPLE,
    *(f"{role}.{name}" for role in ("cathode", "electrolyte", "matrix", "separator", "lithium")
      for name in ("name", "description")),
)  # fmt: skip
PORES: Final = alike(
    REPRESENTED,
    *(f"electrolyte.{name}" for name in ("diffusivity", "conductivity", "transference_number")),
    *(f"electrolyte.{name}" for name in ("thermodynamic_factor", "initial_concentration")),
    *(f"matrix.{name}" for name in ("porosity", "bruggeman_exponent", "conductivity", "wetted_fraction")),
    "separator.porosity",
    "separator.bruggeman_exponent",
)
LAWS: Final = alike(
    REPRESENTED,
    *(f"cathode.{name}" for name in ("maximum_concentration", "open_circuit_voltage", "diffusivity")),
    "cathode.exchange_current_density",
)
MECHANICS: Final = (
    *(f"cathode.{name}" for name in ("youngs_modulus", "poisson_ratio", "chemical_strain", "strength")),
    *(f"cathode.{name}" for name in ("stress_free_stoichiometry", "fracture_toughness")),
    "cathode.surface_flaw_depth",
    "cathode.core_flaw_radius",
)

type Keys[G] = dict[str, Treatment[G]]

_COMPANION_KEYS: Final[Keys[PreparedCase]] = {
    **alike(FOR_PEOPLE, "name", "description"),
    **alike(
        REPRESENTED, "initial_stoichiometry", "nominal_capacity", "protocol", "mass_loading", "temperature"
    ),
    "model": REPRESENTED,
    "radial.*": LeftOut(OWN_MESH),
    **LAYOUT,
    "geometry.layout.shapes": LeftOut(EQUIVALENT, _as_imaged),
    "mesh.*": LeftOut(OWN_MESH),
    **MATERIALS,
    "mechanics.coupling": REPRESENTED,
    "mechanics.stress_free_stoichiometry": LeftOut(NOTHING_STRAINED, _not_strained),
    "mechanics.stack_pressure": Limited(_pressed),
    **alike(Limited(_uneven_wiring), *WIRING),
    "numerics.*": LeftOut(OWN_MESH),
    "output.*": LeftOut(NO_FIELDS),
}

_COMPANION_ENTRIES: Final[Keys[PreparedCase]] = {
    **NAMES,
    **PORES,
    **LAWS,
    "cathode.density": REPRESENTED,
    "cathode.conductivity": LeftOut(NO_CONDUCTION),
    **alike(
        Limited[PreparedCase](lambda given: _unequal_to_one(given.model.cathode, "cathode")),
        "cathode.anodic_transfer",
        "cathode.cathodic_transfer",
    ),
    **alike(LeftOut(NOTHING_STRAINED, _not_strained), *MECHANICS),
    "cathode.diffusivity_radius": LeftOut(ONE_DIFFUSIVITY, _one_diffusivity),
    "cathode.intrinsic_diffusivity": LeftOut(BY_INSTRUMENTS),
    "matrix.contact_conductance": LeftOut("wiring.conductance takes its place", _covered_elsewhere),
    **alike(LeftOut(FREE_SPHERES), "matrix.youngs_modulus", "matrix.poisson_ratio"),
    "lithium.exchange_current_density": REPRESENTED,
    **alike(
        Limited[PreparedCase](lambda given: _unequal_to_one(given.model.lithium, "lithium")),
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
