"""Composition, lithium content and volume change of layered NMC from its unit cell."""

from __future__ import annotations

from chemomech.materials.constants import AVOGADRO
from chemomech.materials.curve import Curve
from chemomech.materials.laws import heat
from chemomech.materials.provenance import Interval, Parameter, Source
from chemomech.materials.splines import Polynomial

_FORMULA_UNITS = 3
"""Formula units in the hexagonal cell."""


def _cell_source(cell_volume: float) -> Source:
    return Source(
        f"hexagonal unit cell of {cell_volume} A3 with three formula units", ("computed", "assumed")
    )


def maximum_concentration(cell_volume: float, reported: Interval) -> Parameter:
    """Lithium concentration c_max = 3 / (N_A V) [mol/m3] of a fully lithiated unit cell of V [A3]."""
    value = _FORMULA_UNITS / (AVOGADRO * cell_volume * 1.0e-30)
    return Parameter(value, "mol/m3", _cell_source(cell_volume), reported, heat.NO_EXPANSION)


def density(cell_volume: float, molar_mass: float, reported: Interval) -> Parameter:
    """Mass density [kg/m3] of a unit cell of V [A3] with molar mass M [kg/mol] per formula unit."""
    value = float(maximum_concentration(cell_volume, reported)) * molar_mass
    return Parameter(value, "kg/m3", _cell_source(cell_volume), reported, heat.NO_EXPANSION)


def as_made() -> Parameter:
    """Stoichiometry of particles as made, before the first charge, with no stress in them [-]."""
    return Parameter(
        0.93,
        "-",
        Source(
            "de Biasi et al., J. Phys. Chem. C 121 (2017) 26163, counts x from 0.93, what a first charge and "
            "discharge leave; layered NMC is made at 1.0 or slightly less, and the electrode is coated and "
            "dried then: taken as the state in which particles and matrix hold each other without stress",
            ("second-hand", "assumed"),
        ),
        (0.9, 1.0),
        heat.SAME_MECHANICS,
    )


def vegard_strain(volume_strain: float, source: Source) -> Curve:
    """Linear isotropic strain that falls in proportion to the extracted lithium.

    Args:
        volume_strain: Relative volume change from x = 1 to x = 0 [-], negative for shrinkage.
        source: Where it comes from.
    """
    slope = -volume_strain / 3.0
    return Curve(
        name="chemical strain",
        symbol="eps_ch",
        unit="-",
        argument="x [-]",
        valid_range=(0.0, 1.0),
        source=source,
        function=Polynomial((-slope, slope)),
        note="straight outside the range",
        temperature=heat.SAME_MECHANICS,
    )
