"""The breakable bond between particles and matrix, from a case."""

from __future__ import annotations

from chemomech.errors import InputError
from chemomech.experiments.case.damage import Damage
from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.conditions import breaks_without_stress
from chemomech.solver.physics.cohesive import CohesiveLaw
from chemomech.solver.physics.matrix_traction import Moduli

SOFTEST = 20.0
"""Least K0 C R: an intact bond takes up 1/(K0 C R) of the misfit."""


def cohesive_law(damage: Damage) -> CohesiveLaw | None:
    """The law of the bond; None where it holds for good.

    Raises:
        InputError: If the bond would be gone before it softens.
    """
    bond = damage.interface
    if bond is None:
        return None
    shear = bond.energy if bond.shear_energy is None else bond.shear_energy
    return CohesiveLaw(bond.strength, bond.energy, bond.stiffness, shear, bond.mode_exponent)


def bond_refusal(prepared: PreparedCase) -> str:
    """Say what is wrong with the bond of a case; empty where nothing is, or where it holds for good."""
    bond = prepared.case.damage.interface
    if bond is None:
        return ""
    if sentence := breaks_without_stress(prepared):
        return sentence
    try:
        cohesive_law(prepared.case.damage)
    except InputError as error:
        return f"damage.interface: {error}"
    smallest = float(min(prepared.layout.radii))
    least = SOFTEST / (_compliance(prepared) * smallest)
    if bond.stiffness >= least:
        return ""
    return (
        f"damage.interface.stiffness = {bond.stiffness:.3g} Pa/m gives way by more than 1/{SOFTEST:.0f} of "
        f"the misfit of a particle of {smallest * 1e6:.3g} um before it softens; state at least "
        f"{least * 1.01:.2g} Pa/m."
    )


def _compliance(prepared: PreparedCase) -> float:
    """C = 1/(4 G_m) + 1/(3 K_p) of a sphere in the matrix [1/Pa]."""
    model = prepared.model
    young = float(model.cathode.youngs_modulus(model.initial_stoichiometry))
    particle = Moduli.of(young, float(model.cathode.poisson_ratio))
    return 1.0 / (4.0 * Moduli.of_matrix(model.matrix).shear) + 1.0 / (3.0 * particle.bulk)
