"""Temperature dependence of lithium metal, J. Chem. Soc., Faraday Trans. 1, 82 (1986) 179."""

from __future__ import annotations

from chemomech.materials.sources import Source
from chemomech.materials.temperature import Arrhenius


def of_plating() -> Arrhenius:
    """56 kJ/mol of the exchange current density of Li/Li+ at microelectrodes."""
    return Arrhenius(
        56.0e3,
        Source(
            "J. Chem. Soc., Faraday Trans. 1, 82 (1986) 179 (abstract): 56 kJ/mol for Li/Li+ in "
            "LiAsF6/tetrahydrofuran, 253 to 333 K; taken for LiPF6 in carbonates",
            ("literature", "assumed"),
        ),
        valid_range=(253.15, 333.15),
    )
