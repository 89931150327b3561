"""Electronic conductivity of NMC532, Amin and Chiang, J. Electrochem. Soc. 163 (2016) A1512."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from chemomech.materials.constants import FARADAY, REFERENCE_TEMPERATURE, arrhenius_factor
from chemomech.materials.curve import Curve
from chemomech.materials.elementary import Value, exp
from chemomech.materials.provenance import Source
from chemomech.materials.splines import TruncatedPowers, monotone_cubic
from chemomech.materials.temperature import FunctionOfTemperature, OwnForm

_CONDUCTIVITY = {0.25: 1.4, 0.50: 0.15, 0.70: 0.099, 0.90: 0.028, 1.0: 1.9e-4}
"""Conductivity [S/m] by stoichiometry; the source gives S/cm by delithiation."""


_ACTIVATION_ENERGY = {0.25: 0.05, 0.50: 0.12, 0.70: 0.18, 0.90: 0.16, 1.0: 0.42}
"""Activation energy [eV] by stoichiometry, at the same points."""


@dataclass(frozen=True)
class _Conductivity(FunctionOfTemperature):
    @cached_property
    def _logarithm(self) -> TruncatedPowers:
        logarithms = [
            math.log(value * arrhenius_factor(energy * FARADAY, REFERENCE_TEMPERATURE, self.temperature))
            for value, energy in zip(_CONDUCTIVITY.values(), _ACTIVATION_ENERGY.values(), strict=True)
        ]
        return monotone_cubic(list(_CONDUCTIVITY), logarithms)

    def __call__(self, x: Value) -> Value:
        return exp(self._logarithm(x))


def conductivity() -> Curve:
    """Electronic conductivity sigma(x) [S/m] of NMC532, interpolated monotonically in its logarithm."""
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
        function=_Conductivity(),
        note="constant outside the range; the points of 30 C are taken at 25 C without correction, which "
        "would be 3 to 11 % up to x = 0.9 and 24 % at x = 1",
        temperature=OwnForm(
            Source(
                "same digest: 0.42, 0.16, 0.18, 0.12, 0.05 eV at x = 1, 0.9, 0.7, 0.5, 0.25, applied to the "
                "five points",
                ("second-hand", "assumed"),
            )
        ),
    )
