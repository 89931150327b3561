"""NMC532 of Mohtat et al. (2020): open-circuit voltage, for comparison with PyBaMM only."""

from __future__ import annotations

from chemomech.materials.elementary import Value, exp
from chemomech.materials.laws import heat
from chemomech.materials.open_circuit import OpenCircuitVoltage
from chemomech.materials.provenance import Source
from chemomech.materials.splines import LinearTails, LogarithmicEnds, Polynomial

_POLYNOMIAL = Polynomial((4.3452, -1.6518, 1.6225, -2.0843, 3.5146, -2.2166))


def _voltage(x: Value) -> Value:
    return _POLYNOMIAL(x) - 0.5623e-4 * exp(109.451 * x - 100.006)


def open_circuit_voltage() -> OpenCircuitVoltage:
    """Open-circuit voltage against lithium, on the stretched scale c_max = 35 380 mol/m3 of its source."""
    return OpenCircuitVoltage(
        name="open-circuit voltage of NMC532 (Mohtat 2020)",
        symbol="U",
        unit="V",
        argument="x [-]",
        valid_range=(0.02, 0.995),
        source=Source(
            "Mohtat et al. 2020 as coded in PyBaMM's Mohtat2020 and Xu2019; copies without the factor 1e-4 "
            "of the exponential circulate",
            ("second-hand",),
        ),
        function=LogarithmicEnds(LinearTails(_voltage, 0.02, 0.995), 0.02, 0.995),
        note="assumed: logarithms below 0.02 and above 0.995",
        temperature=heat.entropy_of_nmc(),
        maximum_concentration=35380.0,
    )
