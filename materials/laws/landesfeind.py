"""LiPF6 in EC:EMC 3:7 (w), Landesfeind and Gasteiger, J. Electrochem. Soc. 166 (2019) A3079, 0 to 50 C."""

from __future__ import annotations

import math
from dataclasses import dataclass

from chemomech.materials.curve import Curve
from chemomech.materials.elementary import Value, exp, soft_clip, sqrt
from chemomech.materials.provenance import Source
from chemomech.materials.splines import Polynomial
from chemomech.materials.temperature import FunctionOfTemperature, OwnForm

_SOURCE = Source(
    "Landesfeind and Gasteiger, J. Electrochem. Soc. 166 (2019) A3079, EC:EMC 3:7 fits as coded in PyBaMM",
    ("second-hand",),
)
_RANGE = (100.0, 2500.0)
_NOTE = "c_e is held at 1 mol/m3 below 0 and at 3001 mol/m3 above 3002, where the cubic fits would run away"


def _molar(c_e: Value) -> Value:
    return soft_clip(c_e * 1.0e-3, 2.0e-3, 3.0, 1.0e-3)


_OWN = OwnForm(
    Source("the fits of the same work; -10 to 50 C is assumed to be their range", ("second-hand", "assumed")),
    valid_range=(263.15, 323.15),
)
_OWN_TRANSFERENCE = OwnForm(
    Source(
        "the fit of the same work, which at 1 M turns negative below 9 C (-0.17 at 0 C); only (1 - t_+) TDF "
        "is well determined, 1.82, 1.70 and 1.58 at 0, 25 and 45 C and 1 M, so use the two together, and "
        "not below 0 C",
        ("second-hand", "assumed"),
    ),
    valid_range=(273.15, 323.15),
)


@dataclass(frozen=True)
class _Cubic(FunctionOfTemperature):
    """Fit p1 + p2 c + p3 T + p4 c2 + p5 c T + p6 T2 + p7 c3 + p8 c2 T + p9 c T2 as a cubic in c [mol/L]."""

    p: tuple[float, ...] = ()

    def __call__(self, c_e: Value) -> Value:
        p, t = self.p, self.temperature
        cubic = (p[0] + p[2] * t + p[5] * t * t, p[1] + p[4] * t + p[8] * t * t, p[3] + p[7] * t, p[6])
        return Polynomial(cubic)(_molar(c_e))


@dataclass(frozen=True)
class _Diffusivity(FunctionOfTemperature):
    def __call__(self, c_e: Value) -> Value:
        scale = 1.0e-10 * 1010.0 * math.exp(-1560.0 / self.temperature)
        return scale * exp((1.01 - 487.0 / self.temperature) * _molar(c_e))


@dataclass(frozen=True)
class _Conductivity(FunctionOfTemperature):
    def __call__(self, c_e: Value) -> Value:
        t = self.temperature
        scale = 0.1 * 0.521 * (1.0 + (t - 228.0))
        linear = 0.353 * (1.0 - 3.59e-3 * math.exp(1000.0 / t))
        quartic = 1.48e-3 * math.exp(1000.0 / t)
        c = _molar(c_e)
        square = c * c
        numerator = 1.0 - 1.06 * sqrt(c) + linear * c
        return scale * c * numerator / (1.0 + quartic * square * square)


_TRANSFERENCE = _Cubic(p=(-12.8, -6.12, 0.0821, 0.904, 0.0318, -1.27e-4, 0.0175, -3.12e-3, -3.96e-5))
_FACTOR = _Cubic(p=(25.7, -45.1, -0.177, 1.94, 0.295, 3.08e-4, 0.259, -9.46e-3, -4.54e-4))


def _law(name: str, symbol: str, unit: str, function: FunctionOfTemperature, own: OwnForm = _OWN) -> Curve:
    return Curve(name, symbol, unit, "c_e [mol/m3]", _RANGE, _SOURCE, function, _NOTE, own)


def diffusivity() -> Curve:
    """Salt diffusivity [m2/s]."""
    return _law("salt diffusivity", "D_e", "m2/s", _Diffusivity())


def conductivity() -> Curve:
    """Ionic conductivity [S/m]."""
    return _law("ionic conductivity", "kappa", "S/m", _Conductivity())


def transference_number() -> Curve:
    """Transference number of the lithium ion [-]."""
    return _law("transference number", "t_+", "-", _TRANSFERENCE, _OWN_TRANSFERENCE)


def thermodynamic_factor() -> Curve:
    """Thermodynamic factor 1 + d ln f / d ln c [-]."""
    return _law("thermodynamic factor", "TDF", "-", _FACTOR)
