"""Classes of severity of a particle: least, mildly or severely damaged, by the depth of its surface cracks.

Yang et al., Adv. Energy Mater. 2019, 1900674, Figure 2, sort particles by eye and give no limits; those here
are parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chemomech.errors import InputError

CLASSES = ("least", "mild", "severe")
"""Names of the classes, in the order of their numbers 0, 1, 2."""

SEVERE = 2
"""Number of the worst class."""


@dataclass(frozen=True)
class SeverityLimits:
    """Depths of the surface cracks over the radius from which a particle is mildly or severely damaged.

    Attributes:
        mild: a/R above which damage is no longer the least [-] (assumed: a fifth of the depth at which a
            surface crack closes).
        severe: a/R above which it is severe [-] (assumed: a half of that depth).

    Raises:
        InputError: If they are not in order between 0 and 1.
    """

    mild: float = 0.1
    severe: float = 0.25

    def __post_init__(self) -> None:
        """Check the order."""
        if not 0.0 <= self.mild < self.severe <= 1.0:
            raise InputError(
                f"limits of severity {self.mild:g} (mild) and {self.severe:g} (severe) are not in order; "
                "give depths over the radius with 0 <= mild < severe <= 1."
            )

    def classes(self, depth: ArrayLike) -> NDArray[np.int64]:
        """Class of each particle, 0 (least) to 2 (severe), of the shape of the depths.

        Args:
            depth: a/R of the surface cracks [-]; a depth on a limit belongs to the class below it.
        """
        values = np.asarray(depth, dtype=float)
        return (values > self.mild).astype(np.int64) + (values > self.severe)


LIMITS = SeverityLimits()
"""Limits that are taken where none are given."""


def limits_for_shares(depth: ArrayLike, mild: float, severe: float) -> SeverityLimits:
    """Limits under which given shares of particles are damaged at least mildly, and severely.

    Args:
        depth: a/R of a pooled set of particles [-].
        mild: Share that is mildly or severely damaged [-].
        severe: Share that is severely damaged [-], less than ``mild``.

    Raises:
        InputError: If the shares are not in order, or so many depths are the same that no limit parts them.
    """
    if not 0.0 < severe < mild < 1.0:
        raise InputError(
            f"shares of {mild:g} (at least mild) and {severe:g} (severe) are not in order; give "
            "0 < severe < mild < 1."
        )
    values = np.asarray(depth, dtype=float)
    low, high = (float(np.quantile(values, 1.0 - share)) for share in (mild, severe))
    if not low < high or high >= float(values.max()):
        raise InputError(
            f"no limits part {len(values)} particles into shares of {1.0 - mild:g}, {mild - severe:g} and "
            f"{severe:g}: too many cracks are equally deep ({low:.3g} and {high:.3g} of the radius); give "
            "limits instead."
        )
    return SeverityLimits(low, high)
