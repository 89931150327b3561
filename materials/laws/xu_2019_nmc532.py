"""NMC532 half cell of Xu et al. (2019): 9th-order open-circuit voltage and lithium-metal kinetics."""

from __future__ import annotations

from chemomech.materials.constants import FARADAY
from chemomech.materials.curve import Curve
from chemomech.materials.elementary import Value, exp, log, soft_floor
from chemomech.materials.kinetics import SALT_FLOOR
from chemomech.materials.laws import heat, lithium_1986
from chemomech.materials.open_circuit import OpenCircuitVoltage
from chemomech.materials.provenance import Source
from chemomech.materials.splines import LinearTails, LogarithmicEnds, Polynomial

_POLYNOMIAL = Polynomial(
    (
        -85.31153081,
        1409.309503,
        -9578.599274,
        37061.41195,
        -90095.81521,
        142718.3782,
        -147364.5514,
        95714.29862,
        -35520.41099,
        5744.862289,
    )
)


def _voltage(x: Value) -> Value:
    # x^115 by logarithm: x never leaves the interval of the tangents, where it is positive.
    return _POLYNOMIAL(x) - 3.0e-4 * exp(7.657 * exp(115.0 * log(x)))


def open_circuit_voltage() -> OpenCircuitVoltage:
    """Open-circuit voltage of NMC532, 9th-order form, continued by a tangent where it would turn."""
    return OpenCircuitVoltage(
        name="open-circuit voltage of NMC532 (Xu 2019)",
        symbol="U",
        unit="V",
        argument="x [-]",
        valid_range=(0.28, 1.0),
        source=Source(
            "Xu et al. 2019, 9th-order polynomial as coded in PyBaMM's Xu2019 (there commented out), with "
            "-35520.41099 x^8",
            ("second-hand", "assumed"),
        ),
        function=LogarithmicEnds(LinearTails(_voltage, 0.30, 0.999), 0.02, 0.999),
        note="assumed: tangent below x = 0.30, where the polynomial has its maximum (4.381 V) and would "
        "fall, logarithms below 0.02 and above 0.999; 4.5 V is only reached at x = 0.02, so use it for x >= "
        "0.30",
        temperature=heat.entropy_of_nmc(),
        maximum_concentration=48230.0,
    )


_LITHIUM_CONCENTRATION = 1.0 / 1.3e-5
"""Of lithium metal, from its molar volume of 1.3e-5 m3/mol [mol/m3]."""

_PLATING_FACTOR = 3.5e-8 * FARADAY * _LITHIUM_CONCENTRATION**0.7


def _plating(c_e: Value) -> Value:
    return _PLATING_FACTOR * exp(0.3 * log(soft_floor(c_e, SALT_FLOOR, SALT_FLOOR)))


def plating_exchange_current_density() -> Curve:
    """Exchange current density of lithium metal, 3.5e-8 F c_Li^0.7 c_e^0.3 [A/m2], with c in mol/m3."""
    return Curve(
        name="exchange current density of lithium metal",
        symbol="i_0,Li",
        unit="A/m2",
        argument="c_e [mol/m3]",
        valid_range=(2.0 * SALT_FLOOR, 4000.0),
        source=Source(
            "Xu et al. 2019 as coded in PyBaMM's Xu2019: 70.6 A/m2 at 1000 mol/m3; Khan 2021 has 19 A/m2",
            ("second-hand",),
        ),
        function=_plating,
        note="exact above 2 mol/m3, constant below 0",
        temperature=lithium_1986.of_plating(),
    )
