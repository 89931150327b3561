"""NMC811 as in the published parameterisation of an LG M50 by Chen (2020), for comparison with it."""

import dataclasses

from chemomech.materials.active_materials import nmc811
from chemomech.materials.laws import chen_2020

_BASE = nmc811.MATERIAL

MATERIAL = dataclasses.replace(
    _BASE,
    name="nmc811-chen",
    description="NMC811 with voltage, constant D and kinetics of Chen 2020, as in PyBaMM's Chen2020; all "
    "else as nmc811.",
    maximum_concentration=chen_2020.maximum_concentration(),
    open_circuit_voltage=chen_2020.open_circuit_voltage(),
    diffusivity=chen_2020.diffusivity(_BASE.diffusivity),
    exchange_current_density=chen_2020.exchange_current_density(),
    diffusivity_radius=chen_2020.diffusivity_radius(),
)
