"""What a BPX file keeps of each key of a case and each entry of a material; a new one takes a line below."""

from __future__ import annotations

from typing import Final

from chemomech.experiments.models.conditions import BY_INSTRUMENTS
from chemomech.experiments.models.groups import (
    CHEMISTRY,
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
from chemomech.experiments.models.homogenised.cell import HomogenisedCell
from chemomech.experiments.models.homogenised.representation import SUM_TOLERANCE
from chemomech.experiments.models.representation import (
    FOR_PEOPLE,
    REPRESENTED,
    LeftOut,
    Limited,
    Representation,
    Treatment,
    alike,
)


def _asymmetric(cell: HomogenisedCell) -> str:
    """Return a sentence where the transfer coefficients are not both 1/2, as BPX has them."""
    material = cell.model.cathode
    anodic, cathodic = float(material.anodic_transfer), float(material.cathodic_transfer)
    if max(abs(anodic - 0.5), abs(cathodic - 0.5)) <= SUM_TOLERANCE:
        return ""
    return (
        f"materials.overrides.cathode: anodic_transfer = {anodic:g}, cathodic_transfer = {cathodic:g} and "
        "BPX has 0.5 for both; use these, or export with --format pybamm."
    )


def _one_diffusivity(cell: HomogenisedCell) -> bool:
    return cell.diffusivity_scaling.is_uniform


_NO_EXPERIMENT: Final = "BPX describes a cell, not what is done with it or how that is computed"
_NO_MECHANICS: Final = "BPX knows no mechanics"
_NO_CONTACT_RESISTANCE: Final = "BPX knows no contact resistance"
_NO_METAL: Final = "BPX knows no lithium metal"
_NO_CONDUCTION: Final = "BPX has no conduction in the particles"
_NO_DENSITY: Final = "the areal capacity says what 1C is"
_ONE_RADIUS: Final = "the diffusivity is written for the radius in the file, as it stands"

_BPX_KEYS: Final[dict[str, Treatment[HomogenisedCell]]] = {
    **alike(FOR_PEOPLE, "name", "description", "model"),
    **alike(REPRESENTED, "initial_stoichiometry", "nominal_capacity", "mass_loading", "temperature"),
    "protocol": LeftOut(_NO_EXPERIMENT),
    **alike(REPRESENTED, *PARTICLES, "geometry.layout.shapes"),
    "mesh.*": LeftOut(_NO_EXPERIMENT),
    **alike(REPRESENTED, *MATERIALS),
    **alike(
        LeftOut(_NO_MECHANICS),
        *below("mechanics", "coupling", "stress_free_stoichiometry", "stack_pressure"),
    ),
    **alike(LeftOut(_NO_CONTACT_RESISTANCE), *WIRING),
    "radial.*": LeftOut(_NO_EXPERIMENT),
    **alike(LeftOut(_NO_MECHANICS), *DAMAGE),
    "cycling.*": LeftOut(_NO_EXPERIMENT),
    "numerics.*": LeftOut(_NO_EXPERIMENT),
    "output.*": LeftOut(_NO_EXPERIMENT),
}

_BPX_ENTRIES: Final[dict[str, Treatment[HomogenisedCell]]] = {
    **alike(FOR_PEOPLE, *NAMES),
    **alike(REPRESENTED, *CHEMISTRY, *PORES),
    "cathode.density": LeftOut(_NO_DENSITY),
    "cathode.conductivity": LeftOut(_NO_CONDUCTION),
    **alike(Limited(_asymmetric), "cathode.anodic_transfer", "cathode.cathodic_transfer"),
    **alike(LeftOut(_NO_MECHANICS), *STRENGTH, "cathode.in_plane_strain", *MATRIX_STIFFNESS),
    "cathode.diffusivity_radius": LeftOut(_ONE_RADIUS, _one_diffusivity),
    "cathode.intrinsic_diffusivity": BY_INSTRUMENTS,
    "matrix.contact_conductance": LeftOut(_NO_CONTACT_RESISTANCE),
    **alike(LeftOut(_NO_METAL), *LITHIUM_KINETICS),
}

BPX: Final = Representation("BPX", _BPX_KEYS, _BPX_ENTRIES)
"""A file in the BPX format, given the homogenised cell that it is written from."""
