"""Parameters of PyBaMM's half-cell DFN from a homogenised cell.

The cross-section is 1 m2, so that currents in A are current densities in A/m2 and the nominal capacity in A h
is the current density of 1C: what a C-rate means is carried over as a number, not as a convention.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from chemomech.experiments.models.homogenised.cell import HomogenisedCell
from chemomech.experiments.models.homogenised.damage_inputs import CONTACT, DamageInputs
from chemomech.experiments.models.homogenised.symbols import pybamm
from chemomech.materials import FARADAY, ActiveMaterial
from chemomech.materials.elementary import Value

LITHIUM_VOLUME = 1.3e-5
"""Partial molar volume of lithium metal; asked for by PyBaMM, without effect here [m3/mol]."""


def stress_enhancement(material: ActiveMaterial, x: Value, stiffness: Value | None = None) -> Value:
    """Factor by which the stress in a free sphere speeds up diffusion, 1 + 3 S eps'^2 / (c_max F |U'|) [-].

    From N = -D (grad c - [Omega / (-F U')] grad sigma_h) with sigma_h = S (mean eps - eps(x)),
    S = 2 E / (3 (1 - nu)) and Omega = 3 eps' / c_max; the slope of Omega and of E is left out. The resolved
    model has all of it, and the matrix around the particles.

    Args:
        material: its laws.
        x: stoichiometry [-].
        stiffness: factor of Young's modulus [-]; 1 if absent.
    """
    modulus = material.youngs_modulus(x) * (2.0 / (3.0 * (1.0 - float(material.poisson_ratio))))
    if stiffness is not None:
        modulus = modulus * stiffness
    slope = material.chemical_strain.derivative(x)
    fall = -material.open_circuit_voltage.derivative(x)
    scale = 3.0 / (float(material.maximum_concentration) * FARADAY)
    return 1.0 + scale * (modulus * (slope * slope)) / fall


def parameter_table(cell: HomogenisedCell, damage: DamageInputs | None = None) -> dict[str, Any]:
    """Return every parameter by PyBaMM's name: numbers, and laws as functions of PyBaMM's symbols.

    Args:
        cell: the homogenised cell.
        damage: symbols of what damage changes; the particles are whole if absent.

    Raises:
        InputError: when PyBaMM is not installed.
    """
    pybamm()
    table = {
        **_geometry(cell),
        **_cathode(cell, damage),
        **_electrolyte(cell),
        **_lithium(cell),
        **_rest(cell),
    }
    return table if damage is None else table | {CONTACT: damage.contact}


def parameter_values(cell: HomogenisedCell, damage: DamageInputs | None = None) -> Any:
    """Return ``pybamm.ParameterValues`` for the half-cell DFN; arguments as of ``parameter_table``.

    Raises:
        InputError: when PyBaMM is not installed.
    """
    return pybamm().ParameterValues(parameter_table(cell, damage))


def write_parameters(cell: HomogenisedCell, path: Path) -> tuple[str, ...]:
    """Write the parameters as the JSON file that ``pybamm.ParameterValues.from_json`` reads.

    Returns:
        Sentences: what 1C is in the file, and the options of PyBaMM's DFN that belong to it.
    """
    parameter_values(cell).to_json(str(path))
    options = ", ".join(f"{name!r}: {value!r}" for name, value in model_options(cell).items())
    parts = "mechanics and damage are" if cell.damage.acts else "mechanics are"
    return (
        f"1C = {cell.one_c:.6g} A: the nominal capacity in A h, over 1 m2 of electrode",
        f"all laws hold at {cell.model.temperature:.6g} K: for another temperature, export the case at it",
        f"for pybamm.lithium_ion.DFN with the options {{{options}}}; {parts} no part of them",
    )


def model_options(cell: HomogenisedCell) -> dict[str, str]:
    """Return the options of PyBaMM's DFN with which the parameters of a cell are to be used."""
    options = {"working electrode": "positive", "contact resistance": "true"}
    if cell.spread is not None:
        options["particle size"] = "distribution"
    reactants = (cell.model.cathode, cell.model.lithium)
    if any(float(reactant.anodic_transfer) != 0.5 for reactant in reactants):
        options["intercalation kinetics"] = "asymmetric Butler-Volmer"
    return options


def _geometry(cell: HomogenisedCell) -> dict[str, Any]:
    separator = cell.model.separator
    return {
        "Negative electrode thickness [m]": 1e-4,
        "Separator thickness [m]": cell.separator_thickness,
        "Positive electrode thickness [m]": cell.electrode_thickness,
        "Electrode height [m]": 1.0,
        "Electrode width [m]": 1.0,
        "Positive electrode porosity": cell.porosity,
        "Positive electrode active material volume fraction": cell.active_fraction,
        "Positive particle radius [m]": cell.radius,
        # PyBaMM states tortuosity as an exponent of the porosity.
        "Positive electrode Bruggeman coefficient (electrolyte)": math.log(cell.ionic_factor)
        / math.log(cell.porosity),
        "Positive electrode Bruggeman coefficient (electrode)": 0.0,
        "Positive electrode conductivity [S.m-1]": cell.electronic_conductivity,
        "Separator porosity": float(separator.porosity),
        "Separator Bruggeman coefficient (electrolyte)": float(separator.bruggeman_exponent),
    } | _sizes(cell)


def _sizes(cell: HomogenisedCell) -> dict[str, Any]:
    spread = cell.spread
    if spread is None:
        return {}
    lognormal = pybamm().lognormal
    return {
        "Positive minimum particle radius [m]": spread.smallest,
        "Positive maximum particle radius [m]": spread.largest,
        "Positive area-weighted particle-size distribution [m-1]": lambda radius: lognormal(
            radius, spread.mean, spread.deviation
        ),
    }


def _particle_radius(cell: HomogenisedCell) -> Any:
    """Radius of the particle in which something is [m]: one, or the variable of the size distribution."""
    if cell.spread is None:
        return cell.radius
    sizes = pybamm().SpatialVariable(
        "R_p",
        domain=["positive particle size"],
        auxiliary_domains={"secondary": "positive electrode", "tertiary": "current collector"},
        coord_sys="cartesian",
    )
    return pybamm().PrimaryBroadcast(sizes, "positive particle")


def _cathode(cell: HomogenisedCell, damage: DamageInputs | None) -> dict[str, Any]:
    material, wetted = cell.model.cathode, float(cell.model.matrix.wetted_fraction)
    c_max = float(material.maximum_concentration)

    def diffusivity(x: Any, _: Any) -> Any:
        bare = material.diffusivity(x)
        if not cell.diffusivity_scaling.is_uniform:
            bare = bare * cell.diffusivity_scaling.factor(material, _particle_radius(cell))
        if damage is not None:
            bare = bare * damage.diffusivity
        if cell.coupling != "two-way":
            return bare
        return bare * stress_enhancement(material, x, None if damage is None else damage.stiffness)

    def exchange(c_e: Any, c_s: Any, scale: Any, _: Any) -> Any:
        whole = wetted * material.exchange_current_density(c_s / scale, c_e)
        return whole if damage is None else whole * damage.area

    return {
        "Maximum concentration in positive electrode [mol.m-3]": c_max,
        "Initial concentration in positive electrode [mol.m-3]": cell.model.initial_stoichiometry * c_max,
        "Positive particle diffusivity [m2.s-1]": diffusivity,
        "Positive electrode OCP [V]": lambda x: material.open_circuit_voltage(x),
        "Positive electrode OCP entropic change [V.K-1]": 0.0,
        "Positive electrode Butler-Volmer transfer coefficient": float(material.anodic_transfer),
        "Positive electrode exchange-current density [A.m-2]": exchange,
    }


def _electrolyte(cell: HomogenisedCell) -> dict[str, Any]:
    laws = cell.model.electrolyte
    return {
        "Initial concentration in electrolyte [mol.m-3]": float(laws.initial_concentration),
        "Cation transference number": lambda c_e, _: laws.transference_number(c_e),
        "Thermodynamic factor": lambda c_e, _: laws.thermodynamic_factor(c_e),
        "Electrolyte diffusivity [m2.s-1]": lambda c_e, _: laws.diffusivity(c_e),
        "Electrolyte conductivity [S.m-1]": lambda c_e, _: laws.conductivity(c_e),
    }


def _lithium(cell: HomogenisedCell) -> dict[str, Any]:
    metal = cell.model.lithium
    return {
        "Exchange-current density for lithium metal electrode [A.m-2]": lambda c_e, _, __: (
            metal.exchange_current_density(c_e)
        ),
        "Negative electrode Butler-Volmer transfer coefficient": float(metal.anodic_transfer),
        "Negative electrode OCP [V]": 0.0,
        "Negative electrode OCP entropic change [V.K-1]": 0.0,
        "Negative electrode conductivity [S.m-1]": 1.0e7,
        "Lithium metal partial molar volume [m3.mol-1]": LITHIUM_VOLUME,
    }


def _rest(cell: HomogenisedCell) -> dict[str, Any]:
    temperature = cell.model.temperature
    return {
        "Nominal cell capacity [A.h]": cell.one_c,
        "Current function [A]": cell.one_c,
        CONTACT: cell.contact_resistance,
        "Ambient temperature [K]": temperature,
        "Reference temperature [K]": temperature,
        "Initial temperature [K]": temperature,
        "Number of electrodes connected in parallel to make a cell": 1.0,
        "Number of cells connected in series to make a battery": 1.0,
        # The protocol holds the limits; these only have to be out of the way.
        "Lower voltage cut-off [V]": -10.0,
        "Upper voltage cut-off [V]": 20.0,
        "Open-circuit voltage at 0% SOC [V]": -10.0,
        "Open-circuit voltage at 100% SOC [V]": 20.0,
    }
