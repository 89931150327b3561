r"""Memory of the toughness: it falls with what a particle has borne, cycle by cycle.

    f = (2 / (1 + q))^2,   dq/dN = kappa (K_max / K_ref)^2,   q = 1 as made

The degradation is that of fatigue phase fields (Carrara et al., Comput. Methods Appl. Mech. Eng. 361 (2020)
112731) with the square of the stress intensity as the measure of what was borne; second-hand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

AS_MADE = 1.0
"""q of a particle that has borne nothing [-]."""


@dataclass(frozen=True)
class ToughnessMemory:
    """How the toughness falls.

    Attributes:
        rate: kappa, growth of q in a cycle at K_max = K_ref [-].
        reference: K_ref [Pa m^0.5].
    """

    rate: float
    reference: float

    def grown(self, stress_intensity: Array) -> Array:
        """Growth of q in a cycle.

        Args:
            stress_intensity: K_max of the cycle [Pa m^0.5]; nothing is borne where it is negative.
        """
        return np.asarray(self.rate * (np.maximum(stress_intensity, 0.0) / self.reference) ** 2)


def energy_left(memory: Array) -> Array:
    """f, share of the critical energy release rate that is left [-], of q >= 1."""
    return np.asarray((2.0 / (1.0 + memory)) ** 2)
