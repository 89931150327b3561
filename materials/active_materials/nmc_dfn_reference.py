"""The cathode of the reference half cell, for comparison with PyBaMM."""

import dataclasses

from chemomech.materials.active_materials import nmc622
from chemomech.materials.curve import Curve
from chemomech.materials.kinetics import ExchangeCurrentDensity, square_root_of_salt, square_root_of_sites
from chemomech.materials.laws import nrel_nmc532, xu_2019_nmc532
from chemomech.materials.provenance import Source
from chemomech.materials.splines import Constant
from chemomech.materials.temperature import Independent, TemperatureLaw

_CHOICE = Source("chosen for the reference DFN run, in the middle of published sets", ("assumed",))
_NMC622 = nmc622.MATERIAL


_ACTIVATED = nrel_nmc532.THERMAL_ACTIVATION
_SAME = Independent(Source("so large that it costs nothing at any temperature", ("assumed",)))


def _constant_of_x(value: float, like: Curve, temperature: TemperatureLaw) -> Curve:
    law = Constant(value)
    return dataclasses.replace(
        like, source=_CHOICE, function=law, valid_range=(0.0, 1.0), note="", temperature=temperature
    )


MATERIAL = dataclasses.replace(
    _NMC622,
    name="nmc-dfn-reference",
    description="Constant D and sigma, square-root kinetics and the 9th-order NMC532 voltage; mechanics as "
    "nmc622.",
    open_circuit_voltage=xu_2019_nmc532.open_circuit_voltage().paired_with(
        float(_NMC622.maximum_concentration), "the pairing of the reference run"
    ),
    diffusivity=_constant_of_x(1.0e-14, _NMC622.diffusivity, _ACTIVATED),
    diffusivity_radius=None,
    intrinsic_diffusivity=None,
    conductivity=_constant_of_x(100.0, _NMC622.conductivity, _SAME),
    exchange_current_density=ExchangeCurrentDensity(
        square_root_of_sites(2.0, _CHOICE, _ACTIVATED), square_root_of_salt(1000.0, _CHOICE)
    ),
)
