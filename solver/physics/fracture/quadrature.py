"""Gauss-Legendre points over a crack, in the angle that takes the singularity at its tip away.

With s = sin(t), s from 0 to 1 along the crack and 1 at the tip, ds / sqrt(1 - s^2) = dt for t from 0 to pi/2.
"""

from __future__ import annotations

from typing import Final

import numpy as np

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)

POSITIONS: Final = np.sin(0.25 * np.pi * (_NODES + 1.0))
"""Points s, shape (24,)."""

WEIGHTS: Final = 0.25 * np.pi * _WEIGHTS
"""Their weights for the integral of f(s) / sqrt(1 - s^2) over s from 0 to 1, shape (24,)."""
