"""NMC622 of de Biasi et al., J. Phys. Chem. C 121 (2017) 26163: open-circuit voltage and lattice volume."""

from __future__ import annotations

from chemomech.materials.curve import Curve
from chemomech.materials.laws import heat
from chemomech.materials.laws.site_limits import voltage_through
from chemomech.materials.open_circuit import OpenCircuitVoltage
from chemomech.materials.provenance import Source
from chemomech.materials.splines import monotone_cubic

CELL_VOLUME = 101.4
"""Volume of the hexagonal unit cell of pristine NMC622, three formula units [A3]."""

_VOLTAGE_NODES = {
    # Assumed: mean slope of the last measured interval, continued.
    0.18: 4.5760,
    # Table of the source, read to 10 mV at steps of 0.05; smoothed by a penalty on the third
    # derivative, which moves no point by more than 3.2 mV but keeps U'(x) free of rounding noise.
    0.30: 4.3203,
    0.40: 4.1229,
    0.45: 4.0386,
    0.50: 3.9579,
    0.55: 3.8832,
    0.60: 3.8280,
    0.65: 3.7921,
    0.70: 3.7671,
    0.80: 3.7178,
    # Assumed: the shape of the NMC532 curve, 2 mV lower, where NMC622 was not tabulated.
    0.90: 3.6666,
    0.95: 3.6314,
    0.97: 3.6000,
    0.98: 3.5663,
    0.986: 3.5202,
    0.991: 3.4163,
    0.9935: 3.3162,
    0.9967: 3.1063,
}


def open_circuit_voltage(maximum_concentration: float) -> OpenCircuitVoltage:
    """Quasi-equilibrium voltage of NMC622 against lithium.

    Args:
        maximum_concentration: c_max [mol/m3] of the unit cell of the same work.
    """
    return OpenCircuitVoltage(
        name="open-circuit voltage of NMC622",
        symbol="U",
        unit="V",
        argument="x [-]",
        valid_range=(0.18, 1.0),
        source=Source(
            "de Biasi et al., J. Phys. Chem. C 121 (2017) 26163: fourth charge at C/10 against Li, x "
            "counted by charge from 0.93; table quoted by a public digest for 0.30 <= x <= 0.85, smoothed "
            "within 3.2 mV",
            ("second-hand", "assumed"),
        ),
        function=voltage_through(_VOLTAGE_NODES, low=0.18),
        note="assumed below x = 0.30 (straight continuation) and above 0.85 (shape of NMC532); logarithmic "
        "outside 0.18 to 0.9967; the x axis is uncertain by 0.07 between two papers of the same network",
        temperature=heat.entropy_of_nmc(),
        maximum_concentration=maximum_concentration,
    )


_VOLUME_SLOPES = {0.18: 21.0, 0.30: 19.0, 0.45: 4.0, 0.93: 2.0}
"""dV/dx [A3] at the ends of the two intervals for which the source gives a range."""


def chemical_strain() -> Curve:
    """Linear isotropic strain of NMC622, (V(x) - V(1)) / (3 V(1)), from the slopes of the cell volume.

    The slope dV/dx is interpolated monotonically between its four reported values and is constant
    outside; its integral from x = 1 is the volume change, so that strain and partial molar volume
    cannot disagree.
    """
    slope = monotone_cubic(list(_VOLUME_SLOPES), list(_VOLUME_SLOPES.values()))
    return Curve(
        name="chemical strain of NMC622",
        symbol="eps_ch",
        unit="-",
        argument="x [-]",
        valid_range=(0.18, 1.0),
        source=Source(
            "de Biasi et al., J. Phys. Chem. C 121 (2017) 26163: dV/dx 2..4 A3 for x = 0.93..0.45 and "
            "19..21 A3 for x = 0.30..0.18, quoted by a public digest; V(1) = 101.4 A3",
            ("second-hand", "assumed"),
        ),
        function=slope.antiderivative(zero_at=1.0).scaled(1.0 / (3.0 * CELL_VOLUME)),
        note="assumed: within each interval the slope grows as x falls, smooth from 4 to 19 A3 between x = "
        "0.45 and 0.30, constant above 0.93 and below 0.18; isotropic average of an anisotropic lattice",
        temperature=heat.SAME_MECHANICS,
    )


CELL_EDGE = 2.869
"""In-plane parameter a of pristine NMC622 [A]."""

_EDGE_SLOPES = {0.30: 0.008, 0.42: 0.035, 0.50: 0.065, 0.60: 0.071, 0.93: 0.071}
"""da/dx [A]: that of the source down to the largest c at x = 0.456, levelling off below it."""


def in_plane_strain() -> Curve:
    """Linear strain of NMC622 along a, (a(x) - a(1)) / a(1)."""
    slope = monotone_cubic(list(_EDGE_SLOPES), list(_EDGE_SLOPES.values()))
    return Curve(
        name="in-plane lattice strain of NMC622",
        symbol="eps_a",
        unit="-",
        argument="x [-]",
        valid_range=(0.18, 1.0),
        source=Source(
            "de Biasi et al., J. Phys. Chem. C 121 (2017) 26163: slope of a 0.071 A per lithium, largest c "
            "at x = 0.456, quoted by a public digest; a(1) = 2.869 A",
            ("second-hand", "assumed"),
        ),
        function=slope.antiderivative(zero_at=1.0).scaled(1.0 / CELL_EDGE),
        note="assumed: the slope levels off below the largest c, as in NMC811, and is constant above 0.93 "
        "and below 0.30",
        temperature=heat.SAME_MECHANICS,
    )
