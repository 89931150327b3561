"""LiPF6 in PC:EC:DMC, Valoen and Reimers, J. Electrochem. Soc. 152 (2005) A882, at 25 C."""

from __future__ import annotations

from chemomech.materials.constants import REFERENCE_TEMPERATURE as T
from chemomech.materials.curve import Curve
from chemomech.materials.elementary import Value, exp, soft_clip
from chemomech.materials.provenance import Source
from chemomech.materials.shapes import Polynomial

_SOURCE = Source(
    "Valoen and Reimers, J. Electrochem. Soc. 152 (2005) A882, eqs. 14 and 17 as coded in PyBaMM; copies "
    "with 0.688 in place of 0.668 circulate",
    ("second-hand",),
)
_RANGE = (2.0, 4000.0)
_NOTE = "c_e is held at 1 mol/m3 below 0 and at 4001 mol/m3 above 4002"

_LN_10 = 2.302585092994046
_ROOT = Polynomial(
    (-10.5 + 0.0740 * T - 6.96e-5 * T**2, 0.668 - 0.0178 * T + 2.80e-5 * T**2, 0.494 - 8.86e-4 * T)
)


def _molar(c_e: Value) -> Value:
    return soft_clip(c_e * 1.0e-3, 2.0e-3, 4.0, 1.0e-3)


def _diffusivity(c_e: Value) -> Value:
    c = _molar(c_e)
    return 1.0e-4 * exp(_LN_10 * (-4.43 - 54.0 / (T - 229.0 - 5.0 * c) - 0.22 * c))


def _conductivity(c_e: Value) -> Value:
    c = _molar(c_e)
    root = _ROOT(c)
    return 0.1 * c * (root * root)


def diffusivity() -> Curve:
    """Salt diffusivity [m2/s]."""
    return Curve("salt diffusivity", "D_e", "m2/s", "c_e [mol/m3]", _RANGE, _SOURCE, _diffusivity, _NOTE)


def conductivity() -> Curve:
    """Ionic conductivity [S/m]."""
    return Curve("ionic conductivity", "kappa", "S/m", "c_e [mol/m3]", _RANGE, _SOURCE, _conductivity, _NOTE)
