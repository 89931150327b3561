"""Noise-free indents by interpolation, so that a fit can make hundreds of maps.

A load-controlled indent has two dimensionless numbers: the mean pressure over the reduced modulus, p/E_r,
and the compliance of the support over that of the contact, C 2 E_r a. What the analysis makes of the curve,
E/E_r and H/p, is a function of these alone, tabulated once with the instrument itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.interpolate import RectBivariateSpline

from chemomech.validation.instruments.contact import reduced_modulus
from chemomech.validation.instruments.nanoindentation import Nanoindenter, Spot

Array = npt.NDArray[np.float64]

_OFFSET = 0.01  # the support's number may be zero, its logarithm may not
_REDUCED = 50.0e9  # Pa; any: the outcome does not depend on it


class IndentTable:
    """Readings of spots, as :meth:`Nanoindenter.indent` without noise gives them, within about 1 %.

    Args:
        indenter: Load cycle, tip and analysis.
    """

    def __init__(self, indenter: Nanoindenter) -> None:
        self._indenter = indenter
        self._steepest = float(0.5 / np.tan(indenter.angle))
        self._pressure = np.geomspace(3.0e-4, self._steepest, 16)
        self._support = np.geomspace(_OFFSET, 50.0, 18) - _OFFSET
        modulus, hardness = np.empty((16, 18)), np.empty((16, 18))
        for i, ratio in enumerate(self._pressure):
            for j, support in enumerate(self._support):
                modulus[i, j], hardness[i, j] = self._exact(float(ratio), float(support))
        axes = (np.log(self._pressure), np.log(self._support + _OFFSET))
        self._modulus = RectBivariateSpline(*axes, np.log(modulus))
        self._hardness = RectBivariateSpline(*axes, np.log(hardness))

    def _exact(self, ratio: float, support: float) -> tuple[float, float]:
        """E/E_r and H/p for p/E_r and C 2 E_r a."""
        pressure = ratio * _REDUCED
        radius = np.sqrt(self._indenter.cycle.load / (np.pi * pressure))
        compliance = support / (2.0 * _REDUCED * radius)
        # The modulus that makes this reduced modulus under the tip, for nu = 0.
        tip = 1.0 / reduced_modulus(1.0e30, 0.0)
        spot = Spot(1.0 / (1.0 / _REDUCED - tip), 0.0, pressure, float(compliance))
        indent = self._indenter.indent(spot)
        return indent.reduced_modulus / _REDUCED, indent.hardness / pressure

    def read(self, spots: Sequence[Spot]) -> tuple[Array, Array]:
        """Reduced modulus and hardness of spots [Pa], shapes (m,)."""
        reduced = np.array([reduced_modulus(s.youngs_modulus, s.poisson_ratio) for s in spots])
        pressure = np.minimum([s.hardness for s in spots], self._steepest * reduced)
        radius = np.sqrt(self._indenter.cycle.load / (np.pi * pressure))
        support = np.array([s.support_compliance for s in spots]) * 2.0 * reduced * radius
        ratio = np.clip(pressure / reduced, self._pressure[0], self._pressure[-1])
        support = np.log(np.clip(support, 0.0, self._support[-1]) + _OFFSET)
        return (
            reduced * np.exp(self._modulus.ev(np.log(ratio), support)),
            pressure * np.exp(self._hardness.ev(np.log(ratio), support)),
        )
