"""LiPF6 in EC:EMC 3:7 (w), Landesfeind and Gasteiger, J. Electrochem. Soc. 166 (2019) A3079, at 25 C."""

from __future__ import annotations

import math

from chemomech.materials.constants import REFERENCE_TEMPERATURE as T
from chemomech.materials.curve import Curve
from chemomech.materials.elementary import Value, exp, soft_clip, sqrt
from chemomech.materials.provenance import Source
from chemomech.materials.shapes import Polynomial

_SOURCE = Source(
    "Landesfeind and Gasteiger, J. Electrochem. Soc. 166 (2019) A3079, EC:EMC 3:7 fits as coded in PyBaMM, "
    "at 298.15 K",
    ("second-hand",),
)
_RANGE = (100.0, 2500.0)
_NOTE = "c_e is held at 1 mol/m3 below 0 and at 3001 mol/m3 above 3002, where the cubic fits would run away"


def _molar(c_e: Value) -> Value:
    return soft_clip(c_e * 1.0e-3, 2.0e-3, 3.0, 1.0e-3)


def _cubic(p: tuple[float, ...]) -> Polynomial:
    """Fit p1 + p2 c + p3 T + p4 c2 + p5 c T + p6 T2 + p7 c3 + p8 c2 T + p9 c T2 as a cubic in c [mol/L]."""
    return Polynomial((p[0] + p[2] * T + p[5] * T * T, p[1] + p[4] * T + p[8] * T * T, p[3] + p[7] * T, p[6]))


_TRANSFERENCE = _cubic((-12.8, -6.12, 0.0821, 0.904, 0.0318, -1.27e-4, 0.0175, -3.12e-3, -3.96e-5))
_FACTOR = _cubic((25.7, -45.1, -0.177, 1.94, 0.295, 3.08e-4, 0.259, -9.46e-3, -4.54e-4))

_KAPPA_SCALE = 0.1 * 0.521 * (1.0 + (T - 228.0))
_KAPPA_LINEAR = 0.353 * (1.0 - 3.59e-3 * math.exp(1000.0 / T))
_KAPPA_QUARTIC = 1.48e-3 * math.exp(1000.0 / T)
_DIFFUSIVITY_SCALE = 1.0e-10 * 1010.0 * math.exp(-1560.0 / T)
_DIFFUSIVITY_EXPONENT = 1.01 - 487.0 / T


def _diffusivity(c_e: Value) -> Value:
    return _DIFFUSIVITY_SCALE * exp(_DIFFUSIVITY_EXPONENT * _molar(c_e))


def _conductivity(c_e: Value) -> Value:
    c = _molar(c_e)
    square = c * c
    numerator = 1.0 - 1.06 * sqrt(c) + _KAPPA_LINEAR * c
    return _KAPPA_SCALE * c * numerator / (1.0 + _KAPPA_QUARTIC * square * square)


def _transference_number(c_e: Value) -> Value:
    return _TRANSFERENCE(_molar(c_e))


def _thermodynamic_factor(c_e: Value) -> Value:
    return _FACTOR(_molar(c_e))


def diffusivity() -> Curve:
    """Salt diffusivity [m2/s]."""
    return Curve("salt diffusivity", "D_e", "m2/s", "c_e [mol/m3]", _RANGE, _SOURCE, _diffusivity, _NOTE)


def conductivity() -> Curve:
    """Ionic conductivity [S/m]."""
    return Curve("ionic conductivity", "kappa", "S/m", "c_e [mol/m3]", _RANGE, _SOURCE, _conductivity, _NOTE)


def transference_number() -> Curve:
    """Transference number of the lithium ion [-]."""
    return Curve(
        "transference number", "t_+", "-", "c_e [mol/m3]", _RANGE, _SOURCE, _transference_number, _NOTE
    )


def thermodynamic_factor() -> Curve:
    """Thermodynamic factor 1 + d ln f / d ln c [-]."""
    return Curve(
        "thermodynamic factor", "TDF", "-", "c_e [mol/m3]", _RANGE, _SOURCE, _thermodynamic_factor, _NOTE
    )
