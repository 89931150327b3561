"""Temperature dependence of a carbonate electrolyte, Ecker et al., J. Electrochem. Soc. 162 (2015) A1836."""

from __future__ import annotations

from chemomech.materials.sources import Source
from chemomech.materials.temperature import Arrhenius


def of_the_electrolyte() -> Arrhenius:
    """17 kJ/mol for salt diffusivity and ionic conductivity."""
    return Arrhenius(
        17.0e3,
        Source(
            "Ecker et al., J. Electrochem. Soc. 162 (2015) A1836: 17 kJ/mol, set beside Nyman's polynomials "
            "in PyBaMM's OKane2022 because Nyman measured at 25 C only; 17.1 kJ/mol in the BPX example of "
            "NMC111",
            ("second-hand", "assumed"),
        ),
    )
