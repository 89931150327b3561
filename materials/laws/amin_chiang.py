"""Electronic conductivity of NMC532, Amin and Chiang, J. Electrochem. Soc. 163 (2016) A1512."""

from __future__ import annotations

import math
from dataclasses import dataclass

from chemomech.materials.curve import Curve
from chemomech.materials.elementary import Value, exp
from chemomech.materials.provenance import Source
from chemomech.materials.shapes import TruncatedPowers, monotone_cubic

_CONDUCTIVITY = {0.25: 1.4, 0.50: 0.15, 0.70: 0.099, 0.90: 0.028, 1.0: 1.9e-4}
"""Conductivity [S/m] by stoichiometry; the source gives S/cm by delithiation."""


@dataclass(frozen=True)
class _Exponential:
    logarithm: TruncatedPowers

    def __call__(self, x: Value) -> Value:
        return exp(self.logarithm(x))


def conductivity() -> Curve:
    """Electronic conductivity sigma(x) [S/m] of NMC532, interpolated monotonically in its logarithm."""
    logarithms = [math.log(value) for value in _CONDUCTIVITY.values()]
    return Curve(
        name="electronic conductivity",
        symbol="sigma",
        unit="S/m",
        argument="x [-]",
        valid_range=(0.25, 1.0),
        source=Source(
            "Amin and Chiang, J. Electrochem. Soc. 163 (2016) A1512, NMC532 (printed 523) at 30 C, five "
            "points read off a figure to 0.05 decades by a public digest; other sources spread over four "
            "decades",
            ("second-hand",),
        ),
        function=_Exponential(monotone_cubic(list(_CONDUCTIVITY), logarithms)),
        note="constant outside the range; used at 25 C without correction",
    )
