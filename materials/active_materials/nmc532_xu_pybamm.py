"""The cathode of PyBaMM's half cell Xu2019, for comparison with its runs only."""

import dataclasses

from chemomech.materials.active_materials import nmc532
from chemomech.materials.curve import Curve
from chemomech.materials.kinetics import ExchangeCurrentDensity, square_root_of_salt, square_root_of_sites
from chemomech.materials.laws import mohtat_nmc532
from chemomech.materials.provenance import Parameter, Source
from chemomech.materials.splines import Constant
from chemomech.materials.temperature import UNKNOWN

_SOURCE = Source("PyBaMM 26.10, parameter set Xu2019, as coded", ("second-hand",))
_BASE = nmc532.MATERIAL
_C_MAX = 48230.0

# 5.76e-11 F c_e^1/2 c_s^1/2 (c_max - c_s)^1/2 at x = 1/2 and 1000 mol/m3 [A/m2].
_EXCHANGE_AT_HALF = 5.76e-11 * 96485.33212 * 1000.0**0.5 * 0.5 * _C_MAX


def _constant_of_x(value: float, like: Curve) -> Curve:
    # PyBaMM's Xu2019 says nothing about temperature: known at 25 C only, as is the exchange current.
    law = Constant(value)
    return dataclasses.replace(
        like, source=_SOURCE, function=law, valid_range=(0.0, 1.0), note="", temperature=UNKNOWN
    )


MATERIAL = dataclasses.replace(
    _BASE,
    name="nmc532-xu-pybamm",
    description="NMC532 as in PyBaMM's Xu2019 (voltage of Mohtat 2020, constant D), for comparison with "
    "PyBaMM only; mechanics as nmc532.",
    maximum_concentration=Parameter(
        _C_MAX, "mol/m3", _SOURCE, (46200.0, 51765.0), _BASE.maximum_concentration.temperature
    ),
    open_circuit_voltage=mohtat_nmc532.open_circuit_voltage().paired_with(
        _C_MAX, "the pairing of PyBaMM's Xu2019"
    ),
    diffusivity=_constant_of_x(1.0e-14, _BASE.diffusivity),
    diffusivity_radius=None,
    intrinsic_diffusivity=None,
    conductivity=_constant_of_x(100.0, _BASE.conductivity),
    exchange_current_density=ExchangeCurrentDensity(
        square_root_of_sites(_EXCHANGE_AT_HALF, _SOURCE), square_root_of_salt(1000.0, _SOURCE)
    ),
)
