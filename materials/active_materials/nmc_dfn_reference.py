"""The cathode of the reference half cell, for comparison with PyBaMM."""

import dataclasses

from chemomech.materials.active_materials import nmc622
from chemomech.materials.curve import Curve
from chemomech.materials.kinetics import ExchangeCurrentDensity, square_root_of_salt, square_root_of_sites
from chemomech.materials.laws import xu_2019_nmc532
from chemomech.materials.provenance import Source
from chemomech.materials.shapes import Constant

_CHOICE = Source("chosen for the reference DFN run, in the middle of published sets", ("assumed",))
_NMC622 = nmc622.MATERIAL


def _constant_of_x(value: float, like: Curve) -> Curve:
    return dataclasses.replace(
        like, source=_CHOICE, function=Constant(value), valid_range=(0.0, 1.0), note=""
    )


MATERIAL = dataclasses.replace(
    _NMC622,
    name="nmc-dfn-reference",
    description="Constant D and sigma, square-root kinetics and the 9th-order NMC532 voltage; mechanics as "
    "nmc622.",
    open_circuit_voltage=xu_2019_nmc532.open_circuit_voltage().paired_with(
        float(_NMC622.maximum_concentration), "the pairing of the reference run"
    ),
    diffusivity=_constant_of_x(1.0e-14, _NMC622.diffusivity),
    diffusivity_radius=None,
    intrinsic_diffusivity=None,
    conductivity=_constant_of_x(100.0, _NMC622.conductivity),
    exchange_current_density=ExchangeCurrentDensity(
        square_root_of_sites(2.0, _CHOICE), square_root_of_salt(1000.0, _CHOICE)
    ),
)
