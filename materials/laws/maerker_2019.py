"""Lattice of NMC811 against its lithium content, Märker et al., Chem. Mater. 31 (2019) 2545."""

from __future__ import annotations

from chemomech.materials.curve import Curve
from chemomech.materials.laws import heat
from chemomech.materials.provenance import Source
from chemomech.materials.splines import monotone_cubic

CELL_VOLUME = 101.264
"""Volume of the hexagonal unit cell of pristine NMC811, three formula units [A3]."""

CELL_EDGE = 2.8704
"""In-plane parameter a of pristine NMC811 [A]."""

_RANGE = (0.12, 1.0)
_TABLE = (
    "Märker et al., Chem. Mater. 31 (2019) 2545: a and c at 79 charges up to 242 mAh/g, table published with "
    "PASCal (MIT)"
)
_AXIS = "x = 1 - Q / (275.5 mAh/g), assumed full at the start of the charge"

# Slopes through which the integral follows the 79 points of the table, by least squares.
_VOLUME_SLOPES = {
    0.12: 28.31, 0.16: 30.47, 0.20: 21.11, 0.25: 10.53, 0.30: 7.81, 0.35: 4.28, 0.42: 2.66, 0.50: 3.67,
    0.58: 2.18, 0.68: 1.27, 0.76: 1.43, 0.82: 3.53, 0.88: 3.87, 0.95: 1.37, 1.00: 1.21,
}  # fmt: skip
"""dV/dx [A3]."""

_EDGE_SLOPES = {
    0.12: 0.0155, 0.20: 0.0297, 0.28: 0.0282, 0.36: 0.0594, 0.44: 0.0888, 0.52: 0.0988, 0.60: 0.0999,
    0.70: 0.0726, 0.78: 0.0583, 0.83: 0.1171, 0.90: 0.0733, 1.00: 0.0270,
}  # fmt: skip
"""da/dx [A]."""


def chemical_strain() -> Curve:
    """Linear isotropic strain of NMC811, (V(x) - V(1)) / (3 V(1))."""
    slope = monotone_cubic(list(_VOLUME_SLOPES), list(_VOLUME_SLOPES.values()))
    return Curve(
        name="chemical strain of NMC811",
        symbol="eps_ch",
        unit="-",
        argument="x [-]",
        valid_range=_RANGE,
        source=Source(
            f"{_TABLE}; {_AXIS}; fitted to 0.032 A3 in V, 1.1e-4 in strain", ("literature", "assumed")
        ),
        function=slope.antiderivative(zero_at=1.0).scaled(1.0 / (3.0 * CELL_VOLUME)),
        note="isotropic average of an anisotropic lattice; x is that of the lattice, not of the voltage "
        "curve; the slope is constant outside the range",
        temperature=heat.SAME_MECHANICS,
    )


def in_plane_strain() -> Curve:
    """Linear strain of NMC811 along a, (a(x) - a(1)) / a(1)."""
    slope = monotone_cubic(list(_EDGE_SLOPES), list(_EDGE_SLOPES.values()))
    return Curve(
        name="in-plane lattice strain of NMC811",
        symbol="eps_a",
        unit="-",
        argument="x [-]",
        valid_range=_RANGE,
        source=Source(f"{_TABLE}; {_AXIS}; fitted to 6e-4 A in a, 2e-4 in strain", ("literature", "assumed")),
        function=slope.antiderivative(zero_at=1.0).scaled(1.0 / CELL_EDGE),
        note="its slope is constant outside the range",
        temperature=heat.SAME_MECHANICS,
    )
