"""Electronic conduction through an NMC811 electrode, O'Regan et al., Electrochim. Acta 425 (2022) 140700."""

from __future__ import annotations

from chemomech.materials.sources import Source
from chemomech.materials.temperature import Arrhenius


def of_the_electrode_conductivity() -> Arrhenius:
    """3.5 kJ/mol of the effective conductivity, which carbon and binder carry."""
    return Arrhenius(
        3.5e3,
        Source(
            "O'Regan et al., Electrochim. Acta 425 (2022) 140700, effective conductivity of an NMC811 "
            "electrode as coded in PyBaMM's ORegan2022, taken for the carbon-binder network",
            ("second-hand", "assumed"),
        ),
    )
