"""Constitutive laws and parameter sets with their sources, usable from NumPy and from UFL.

Materials are found by name; each is a frozen record of curves and parameters in SI units::

    from chemomech.materials import active_material

    nmc = active_material("nmc622")
    nmc.open_circuit_voltage(0.5)                # a number, an array or a UFL expression
    slow = nmc.replace(diffusivity=1e-15)        # any entry can be overridden by a constant
    warm = nmc.at_temperature(318.15)            # every law at 45 C, or a refusal

A new material is a new module with a constant ``MATERIAL`` in the folder of its kind.
"""

from chemomech.materials.catalogue import catalogue, describe
from chemomech.materials.constants import FARADAY, GAS_CONSTANT, REFERENCE_TEMPERATURE
from chemomech.materials.curve import Curve
from chemomech.materials.kinds.active_material import ActiveMaterial
from chemomech.materials.kinds.carbon_binder_matrix import CarbonBinderMatrix
from chemomech.materials.kinds.electrolyte import Electrolyte
from chemomech.materials.kinds.lithium_metal import LithiumMetal
from chemomech.materials.kinds.separator import Separator
from chemomech.materials.kinetics import ExchangeCurrentDensity
from chemomech.materials.lookup import active_material, electrolyte, lithium, matrix, separator
from chemomech.materials.open_circuit import OpenCircuitVoltage
from chemomech.materials.provenance import Mark, Parameter, Source
from chemomech.materials.replacing import replace
from chemomech.materials.temperature import Arrhenius, Independent, Linear, OnlyAt, OwnForm, TemperatureLaw

__all__ = [
    "FARADAY",
    "GAS_CONSTANT",
    "REFERENCE_TEMPERATURE",
    "ActiveMaterial",
    "Arrhenius",
    "CarbonBinderMatrix",
    "Curve",
    "Electrolyte",
    "ExchangeCurrentDensity",
    "Independent",
    "Linear",
    "LithiumMetal",
    "Mark",
    "OnlyAt",
    "OpenCircuitVoltage",
    "OwnForm",
    "Parameter",
    "Separator",
    "Source",
    "TemperatureLaw",
    "active_material",
    "catalogue",
    "describe",
    "electrolyte",
    "lithium",
    "matrix",
    "replace",
    "separator",
]
