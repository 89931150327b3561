"""Salt concentration of the usual electrolyte."""

from __future__ import annotations

from chemomech.materials.laws import heat
from chemomech.materials.provenance import Parameter, Source


def one_molar() -> Parameter:
    """1 mol/L, as filled."""
    return Parameter(
        1000.0,
        "mol/m3",
        Source("1 M LiPF6 in EC:EMC 3:7 (LP57), the usual electrolyte", ("literature",)),
        (1000.0, 1200.0),
        heat.NO_EXPANSION,
    )
