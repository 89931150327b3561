"""LiPF6 in EC:EMC 3:7 (w), Nyman, Behm and Lindbergh, Electrochim. Acta 53 (2008) 6356, measured at 25 C."""

from __future__ import annotations

from chemomech.materials.curve import Curve
from chemomech.materials.elementary import Value, soft_clip, sqrt
from chemomech.materials.laws import ecker_2015
from chemomech.materials.provenance import Source
from chemomech.materials.splines import Polynomial
from chemomech.materials.temperature import Independent

SOURCE = Source(
    "Nyman, Behm and Lindbergh, Electrochim. Acta 53 (2008) 6356, polynomials as coded in PyBaMM",
    ("second-hand",),
)
RANGE = (2.0, 2000.0)
"""Salt concentrations [mol/m3]: beyond 2.26 M the fitted diffusivity rises and t_+ turns negative."""

NOTE = "c_e is held at 1 mol/m3 below 0 and at 2001 mol/m3 above 2002"

SAME_TRANSFERENCE = Independent(
    Source(
        "taken as at 25 C together with the thermodynamic factor, because (1 - t_+) TDF hardly moves "
        "(Landesfeind: 1.82, 1.70 and 1.58 at 0, 25 and 45 C and 1 M)",
        ("assumed",),
    )
)
"""Of t_+ and of the thermodynamic factor beside Nyman's transport."""

_DIFFUSIVITY = Polynomial((4.862e-10, -3.972e-10, 8.794e-11))
_TRANSFERENCE = Polynomial((0.4492, -0.4717, 0.4106, -0.1287))


def _molar(c_e: Value) -> Value:
    return soft_clip(c_e * 1.0e-3, 2.0e-3, 2.0, 1.0e-3)


def _diffusivity(c_e: Value) -> Value:
    return _DIFFUSIVITY(_molar(c_e))


def _conductivity(c_e: Value) -> Value:
    c = _molar(c_e)
    return c * (0.1297 * (c * c) - 2.51 * sqrt(c) + 3.329)


def _transference_number(c_e: Value) -> Value:
    return _TRANSFERENCE(_molar(c_e))


def diffusivity() -> Curve:
    """Salt diffusivity [m2/s]."""
    heat = ecker_2015.of_the_electrolyte()
    return Curve("salt diffusivity", "D_e", "m2/s", "c_e [mol/m3]", RANGE, SOURCE, _diffusivity, NOTE, heat)


def conductivity() -> Curve:
    """Ionic conductivity [S/m]."""
    heat = ecker_2015.of_the_electrolyte()
    return Curve(
        "ionic conductivity", "kappa", "S/m", "c_e [mol/m3]", RANGE, SOURCE, _conductivity, NOTE, heat
    )


def transference_number() -> Curve:
    """Transference number of the lithium ion [-]."""
    return Curve(
        "transference number",
        "t_+",
        "-",
        "c_e [mol/m3]",
        RANGE,
        SOURCE,
        _transference_number,
        NOTE,
        SAME_TRANSFERENCE,
    )
