"""Treatments that hang on the case at hand and are the same in several models, each with its reason."""

from __future__ import annotations

from typing import Final

from chemomech.experiments.case.cycling import Cycling
from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.case.sections import Radial
from chemomech.experiments.models.representation import LeftOut


def nothing_strained(prepared: PreparedCase) -> bool:
    """Whether mechanics is off."""
    return prepared.case.mechanics.coupling == "off"


def no_feedback(prepared: PreparedCase) -> bool:
    """Whether stress leaves diffusion and reaction alone."""
    return prepared.case.mechanics.coupling != "two-way"


def one_diffusivity(prepared: PreparedCase) -> bool:
    """Whether particles of all sizes have the diffusivity of the material."""
    return prepared.case.materials.diffusivity_scaling == "none"


def conductance_in_wiring(prepared: PreparedCase) -> bool:
    """Whether the case itself states the conductance of the contacts."""
    return getattr(prepared.case.wiring, "conductance", None) is not None


def pressed_without_mechanics(prepared: PreparedCase) -> str:
    """Say that a stack pressure presses on nothing where mechanics is off; empty where it does not."""
    mechanics = prepared.case.mechanics
    if mechanics.coupling != "off" or not mechanics.stack_pressure:
        return ""
    return (
        f"mechanics.stack_pressure = {mechanics.stack_pressure / 1e6:.4g} MPa presses on nothing with "
        "mechanics.coupling = 'off'; set it to 0 MPa, or choose a coupling."
    )


def bond_breaks(prepared: PreparedCase) -> bool:
    """Whether the bond between particles and matrix may let go."""
    return prepared.case.damage.interface is not None


def every_cycle_resolved(prepared: PreparedCase) -> bool:
    """Whether the case says how far cycles are left out, and leaves none out."""
    cycling = prepared.case.cycling
    return not cycling.jump and cycling != Cycling()


def jumps(prepared: PreparedCase) -> str:
    """Say that a model with a loop of its own leaves no cycle out; empty where none is to be left out."""
    if not prepared.case.cycling.jump:
        return ""
    return (
        "cycling.jump leaves cycles out of the project's own loop over time and the companion has that of "
        "PyBaMM; leave it out, or run with --model radial or resolved."
    )


def breaks_without_stress(prepared: PreparedCase) -> str:
    """Say that damage needs stress, and grains a lattice; empty where it has them or nothing is to break."""
    damage = prepared.case.damage
    if damage.acts and prepared.case.mechanics.coupling == "off":
        return (
            "[damage] is driven by stress and mechanics.coupling = 'off' has none; choose one-way or "
            "two-way, or leave [damage] out."
        )
    cathode = prepared.model.cathode
    if damage.grains is not None and cathode.in_plane_strain is None:
        return (
            f"[damage.grains] is driven by the lattice, and the lattice strain along a is not known for "
            f"{cathode.name}; leave the table out, or choose another material."
        )
    return ""


def grains_hold(prepared: PreparedCase) -> bool:
    """Whether no law cracks the boundaries of grains."""
    return prepared.case.damage.grains is None


def grids_of_radial_changed(prepared: PreparedCase) -> bool:
    """Whether the case sets grids of the radial model."""
    return prepared.case.radial != Radial()


def as_imaged(prepared: PreparedCase) -> bool:
    """Whether particles are to have the shapes of an image."""
    return getattr(prepared.case.geometry.layout, "shapes", "spheres") != "spheres"


IF_SPHERES: Final = LeftOut("spheres of the same volumes stand for particles as imaged", as_imaged)
"""Used where the particles of a case are spheres."""
IF_STRAINED: Final = LeftOut("mechanics.coupling = 'off': nothing is strained", nothing_strained)
"""Used where particles are strained."""
IF_FEEDBACK: Final = LeftOut("mechanics.coupling is not 'two-way': stress does not act back", no_feedback)
"""Used where stress acts back."""
IF_SCALED: Final = LeftOut(
    "materials.diffusivity_scaling = 'none': all particles have the diffusivity of the material",
    one_diffusivity,
)
"""Used where the diffusivity depends on the size of a particle."""
IF_GRAINS_CRACK: Final = LeftOut("[damage.grains] is not given: grains do not part", grains_hold)
"""Used where grains crack each other apart."""
IF_CYCLES_LEFT_OUT: Final = LeftOut("cycling.jump = false: every cycle is resolved", every_cycle_resolved)
"""Used where cycles are left out."""
BY_CLOSED_FORM: Final = LeftOut(
    "a sphere's bond opens along its normal by a closed form, without faces that touch", bond_breaks
)
"""Used where the bond is resolved over the surface of a particle."""
IF_NOT_IN_WIRING: Final = LeftOut("wiring.conductance takes its place", conductance_in_wiring)
"""Used where the case does not state the conductance of the contacts itself."""
GRIDS_OF_RADIAL: Final = LeftOut("[radial] is for the radial model", grids_of_radial_changed)
"""Used by the radial model only, and named where it was set."""
BY_INSTRUMENTS: Final[LeftOut[object]] = LeftOut("no model reads it, instruments do")
"""Used by virtual instruments only."""
