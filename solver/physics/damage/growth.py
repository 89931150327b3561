r"""Growth of a surface crack: unstable to arrest, and by fatigue.

Unstable: a crack of depth a grows where K(a) >= K_c sqrt(f), as long as that holds, and arrests at the
first depth where it does not; f is the share of the critical energy release rate that is left
(``toughness``).

Fatigue (Paris and Erdogan, J. Basic Eng. 85 (1963) 528), with growth dying out towards a_max, beyond which
the stress field of a sphere presses the tip shut:

    da/dN = C (K_max / (K_c sqrt(f)))^m (1 - a / a_max)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def arrest_depth(depth: Array, depths: Array, ratios: Array, toughness: Array) -> Array:
    """Depth at which an unstable crack arrests, or its own where it does not grow.

    Args:
        depth: Present depth over the radius, shape (particles,).
        depths: Depths at which the ratio is known, over the radius, increasing, shape (depths,).
        ratios: K/K_c there, shape (depths, particles); linear between them.
        toughness: sqrt(f), what is left of K_c [-], shape (particles,).

    Returns:
        Depth over the radius, shape (particles,); at most the last of ``depths``.
    """
    excess = ratios - toughness
    reached = np.array(depth, dtype=float)
    now = np.array([np.interp(a, depths, column) for a, column in zip(depth, excess.T, strict=True)])
    for particle in np.flatnonzero(now >= 0.0):
        column = excess[:, particle]
        ahead = np.flatnonzero((depths > depth[particle]) & (column < 0.0))
        if not ahead.size:
            reached[particle] = depths[-1]
            continue
        k = int(ahead[0])
        # The last place before it where the crack still grows: a node, or where it stands.
        start, value = depths[k - 1], column[k - 1]
        if start <= depth[particle]:
            start, value = depth[particle], now[particle]
        reached[particle] = start + value / (value - column[k]) * (depths[k] - start)
    return np.maximum(reached, depth)


@dataclass(frozen=True)
class Paris:
    """Growth by fatigue.

    Attributes:
        coefficient: C, growth over the radius in a cycle at K_max = K_c sqrt(f) [-].
        exponent: m [-].
        largest: a_max over the radius [-].
    """

    coefficient: float
    exponent: float
    largest: float

    def rate(self, depth: Array, ratio: Array) -> Array:
        """Growth of the depth over the radius in a cycle [-].

        Args:
            depth: Depth over the radius [-].
            ratio: K_max / (K_c sqrt(f)) [-]; nothing grows where it is negative.
        """
        left = np.maximum(1.0 - depth / self.largest, 0.0)
        return np.asarray(self.coefficient * np.maximum(ratio, 0.0) ** self.exponent * left)
