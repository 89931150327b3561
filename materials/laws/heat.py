"""How entries move with temperature for which no source of their own is at hand: stated assumptions."""

from __future__ import annotations

from chemomech.materials.sources import Source
from chemomech.materials.splines import Constant
from chemomech.materials.temperature import Independent, Linear

NO_EXPANSION = Independent(Source("thermal expansion is left out", ("assumed",)))
"""Volumes, fractions, concentrations and lengths."""

SAME_MECHANICS = Independent(
    Source("elasticity, strength and lattice strain of the oxide are taken as at 25 C", ("assumed",))
)
"""Mechanical entries of the particles."""

SAME_SYMMETRY = Independent(Source("the symmetry of charge transfer does not change", ("assumed",)))
"""Transfer coefficients."""


def entropy_of_nmc() -> Linear:
    """Change of the open-circuit voltage of a layered oxide with temperature, dU/dT [V/K]."""
    return Linear(
        Constant(-1.0e-4),
        Source(
            "dU/dT = -1e-4 V/K of NMC111 at every x (BPX example of About:Energy), taken for any layered NMC",
            ("second-hand", "assumed"),
        ),
    )
