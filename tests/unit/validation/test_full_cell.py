"""State of charge of NMC532 in a full cell, and the curves of graphite."""

from __future__ import annotations

import numpy as np
import pytest

from chemomech.materials import active_material
from chemomech.validation.claims.full_cell import GRAPHITES, TABLE_END, charge_at, charges_at

VOLTAGES = (3.6, 3.7, 4.0, 4.4)
EXPECTED = {
    "Mohtat": (0.24, 0.38, 0.56, 0.75),
    "Ecker": (0.29, 0.39, 0.58, 0.75),
    "Marquis": (0.38, 0.46, 0.61, 0.79),
}
"""From an independent evaluation of the three curves."""


@pytest.mark.parametrize("curve", GRAPHITES, ids=lambda curve: curve.name)
def test_states_of_charge_by_curve(curve: object) -> None:
    found = [charge_at(voltage, graphite=curve) for voltage in VOLTAGES]  # type: ignore[arg-type]
    assert found == pytest.approx(EXPECTED[curve.name], abs=6e-3)  # type: ignore[attr-defined]


def test_curves_are_those_of_pybamm() -> None:
    from pybamm.input.parameters.lithium_ion.Ecker2015 import graphite_ocp_Ecker2015
    from pybamm.input.parameters.lithium_ion.Marquis2019 import graphite_mcmb2528_ocp_Dualfoil1998
    from pybamm.input.parameters.lithium_ion.Mohtat2020 import graphite_ocp_PeymanMPM

    content = np.linspace(0.005, 0.99, 80)
    theirs = (graphite_ocp_PeymanMPM, graphite_ocp_Ecker2015, graphite_mcmb2528_ocp_Dualfoil1998)
    for curve, other in zip(GRAPHITES, theirs, strict=True):
        np.testing.assert_allclose(curve(content), other(content), rtol=1e-12, atol=1e-12)


def test_the_first_curve_is_graphite_and_not_graphite_with_silicon() -> None:
    # Graphite 0.194 / 0.163 / 0.130 V; with SiOx (Chen 2020) it would be 0.407 / 0.257 / 0.217 V.
    assert GRAPHITES[0](np.array([0.10, 0.15, 0.20])) == pytest.approx([0.194, 0.163, 0.130], abs=6e-4)


def test_the_error_is_that_of_the_curves_and_of_the_balance() -> None:
    found = charges_at(3.6)
    assert found.value == found.by_graphite[0]
    assert found.error > 0.5 * np.ptp(found.by_graphite) > 0.06
    assert charges_at(4.4).error < 0.03


def test_the_voltage_of_nmc532_is_straight_beyond_its_table() -> None:
    curve = active_material("nmc532").open_circuit_voltage

    def bend(x: float) -> float:
        low, middle, high = np.asarray(curve(np.array([x - 0.02, x, x + 0.02])))
        return float(low - 2.0 * middle + high)

    assert abs(bend(TABLE_END - 0.021)) < 1e-9
    assert abs(bend(TABLE_END + 0.03)) > 1e-5
