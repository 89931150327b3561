"""Share of ionic Ni2+ among the nickel that NEXAFS sees, as a function of lithium.

This is not the formal valence: the lines of Ni2+ vanish later on charge than electron counting says. Every
law below is a calibration and marked as one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chemomech.materials import Parameter, Source
from chemomech.validation.instruments.state import Array, Law


@dataclass(frozen=True)
class FormalNickel:
    """Ni2+ by counting electrons: Mn4+ and Co3+, and nickel passes through Ni3+ before any Ni4+ forms.

    Electroneutrality gives the mean valence v = (4 - 4 Mn - 3 Co - x) / Ni, and the share of Ni2+ is 3 - v.

    Attributes:
        nickel: Nickel per formula unit [-].
        manganese: Manganese per formula unit [-].
    """

    nickel: float = 0.6
    manganese: float = 0.2

    def valence(self, x: Array) -> Array:
        """Mean formal valence of nickel at stoichiometry ``x``."""
        cobalt = 1.0 - self.nickel - self.manganese
        return np.asarray((4.0 - 4.0 * self.manganese - 3.0 * cobalt - np.asarray(x)) / self.nickel)

    def __call__(self, x: Array) -> Array:
        """Share of Ni2+ at stoichiometry ``x``."""
        return np.clip(3.0 - self.valence(x), 0.0, 1.0)


@dataclass(frozen=True)
class LinearNickel:
    """Ni2+ that falls in proportion to the lithium taken out, until none is left.

    Attributes:
        full: Share of Ni2+ at x = 1 [-].
        exhausted: Stoichiometry at and below which there is none [-].
    """

    full: float
    exhausted: float

    def __call__(self, x: Array) -> Array:
        """Share of Ni2+ at stoichiometry ``x``."""
        return self.full * np.clip((np.asarray(x) - self.exhausted) / (1.0 - self.exhausted), 0.0, 1.0)


BULK_FULL = Parameter(
    0.5,
    "-",
    Source(
        "Ni2+ and Ni3+ lines of similar height in fluorescence yield at SOC 0, Electrochem. Sci. Adv. 4 "
        "(2024) e2300017, Fig. 2; formal valence gives 1/3",
        ("calibrated",),
    ),
    (1.0 / 3.0, 0.6),
)
BULK_EXHAUSTED = Parameter(
    0.44,
    "-",
    Source(
        "all ionic Ni2+ lost after 155 mAh/g of 276.5, Kleiner et al., J. Electrochem. Soc. 168 (2021) "
        "120533",
        ("second-hand", "calibrated"),
    ),
    (0.35, 0.8),
)
BULK: Law = LinearNickel(float(BULK_FULL), float(BULK_EXHAUSTED))
"""Ni2+ of the layered phase, calibrated on measured spectra."""

REVERSIBLE_LAYER: Law = LinearNickel(0.9, float(BULK_EXHAUSTED))
"""Ni2+ of a rim that is ionic when discharged and gives it up on charge (calibrated: the electron yield of a
discharged electrode shows mostly Ni2+, and no more than the bulk at full charge)."""


@dataclass(frozen=True)
class RockSalt:
    """Ni2+ of a reconstructed layer that takes no part in the reaction: all nickel, at every x."""

    def __call__(self, x: Array) -> Array:
        """Share of Ni2+ at stoichiometry ``x``: 1."""
        return np.ones_like(np.asarray(x, dtype=float))
