"""LiPF6 in PC:EC:DMC, Valoen and Reimers, J. Electrochem. Soc. 152 (2005) A882, from -10 to 60 C."""

from __future__ import annotations

from dataclasses import dataclass

from chemomech.materials.curve import Curve
from chemomech.materials.elementary import Value, exp, soft_clip
from chemomech.materials.provenance import Source
from chemomech.materials.splines import Polynomial
from chemomech.materials.temperature import FunctionOfTemperature, OwnForm

_SOURCE = Source(
    "Valoen and Reimers, J. Electrochem. Soc. 152 (2005) A882, eqs. 14 and 17 as coded in PyBaMM; copies "
    "with 0.688 in place of 0.668 circulate",
    ("second-hand",),
)
_RANGE = (2.0, 4000.0)
_NOTE = "c_e is held at 1 mol/m3 below 0 and at 4001 mol/m3 above 4002"

_OWN = OwnForm(
    Source(
        "the formulas of the same work; -10 to 60 C is assumed to be their range", ("second-hand", "assumed")
    )
)

_LN_10 = 2.302585092994046


def _molar(c_e: Value) -> Value:
    return soft_clip(c_e * 1.0e-3, 2.0e-3, 4.0, 1.0e-3)


@dataclass(frozen=True)
class _Diffusivity(FunctionOfTemperature):
    def __call__(self, c_e: Value) -> Value:
        c = _molar(c_e)
        return 1.0e-4 * exp(_LN_10 * (-4.43 - 54.0 / (self.temperature - 229.0 - 5.0 * c) - 0.22 * c))


@dataclass(frozen=True)
class _Conductivity(FunctionOfTemperature):
    def __call__(self, c_e: Value) -> Value:
        t, c = self.temperature, _molar(c_e)
        coefficients = (
            -10.5 + 0.0740 * t - 6.96e-5 * t**2,
            0.668 - 0.0178 * t + 2.80e-5 * t**2,
            0.494 - 8.86e-4 * t,
        )
        root = Polynomial(coefficients)(c)
        return 0.1 * c * (root * root)


def diffusivity() -> Curve:
    """Salt diffusivity [m2/s]."""
    return Curve(
        "salt diffusivity", "D_e", "m2/s", "c_e [mol/m3]", _RANGE, _SOURCE, _Diffusivity(), _NOTE, _OWN
    )


def conductivity() -> Curve:
    """Ionic conductivity [S/m]."""
    return Curve(
        "ionic conductivity", "kappa", "S/m", "c_e [mol/m3]", _RANGE, _SOURCE, _Conductivity(), _NOTE, _OWN
    )
