"""The double layer of the radial model: it charges beside the reaction, and holds charge that is counted."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from support.radial_cells import driven, marched, prepared

from chemomech.experiments.models.radial.build import build_cell
from chemomech.experiments.models.radial.cell import RadialCell
from chemomech.materials import FARADAY, GAS_CONSTANT

CAPACITANCE = 5.0
"""Of the tests [F/m2]."""

EVEN: dict[str, Any] = {
    "mechanics.coupling": "off",
    "materials.overrides.electrolyte.conductivity": "1e4 S/m",
    "numerics.time_tolerance": 1e-9,
    "numerics.voltage_tolerance": "1e-9 V",
}
"""No drop in the electrolyte: all particles see one potential."""


def with_layer(capacitance: float = CAPACITANCE, **changes: Any) -> RadialCell:
    """A cell in which the layer charges alike at all particles."""
    return build_cell(prepared(**{"radial.double_layer": f"{capacitance} F/m2", **EVEN, **changes}))


def charge_transfer_resistance(cell: RadialCell) -> float:
    """RT/(F i0) at the start [ohm m2]."""
    salt = float(cell.model.electrolyte.initial_concentration)
    i0 = float(
        np.asarray(cell.model.cathode.exchange_current_density(cell.model.initial_stoichiometry, salt))
    )
    return GAS_CONSTANT * cell.model.temperature / (FARADAY * i0)


@pytest.mark.parametrize("conductance", ["1e9 S/m2", "20 S/m2"])
def test_it_charges_in_the_time_of_resistance_and_capacitance(conductance: str) -> None:
    capacitance = 0.2  # so small that x at the surface hardly moves
    cell = with_layer(capacitance, **{"materials.overrides.matrix.contact_conductance": conductance})
    resistance, started = charge_transfer_resistance(cell), cell.step[0]
    after, count, density = resistance * capacitance, 200, 1.0e-3
    marched(cell, density * float((cell.particles.area / cell.particles.section).sum()), after / count, count)
    # Under a current that is held the contact is in series: the time is that of R C alone.
    expected = density * resistance * (1.0 - math.exp(-1.0))
    assert np.mean(cell.step) - started == pytest.approx(expected, rel=0.01)
    assert np.mean(cell.current) == pytest.approx(density * (1.0 - math.exp(-1.0)), rel=0.01)


def test_at_the_start_the_whole_current_charges_it() -> None:
    cell = marched(with_layer(), 60.0, 1.0e-5, 1)
    share = cell.particles.area / cell.particles.section
    assert cell.current @ share < 1.0e-3 * 60.0
    assert cell.currents().lithium == pytest.approx(60.0, rel=1e-6)


def test_long_after_it_has_charged_the_voltage_is_that_without() -> None:
    resistance = charge_transfer_resistance(with_layer())
    layered, bare = (
        marched(with_layer(capacitance), 10.0, 0.5 * resistance * CAPACITANCE, 100)
        for capacitance in (CAPACITANCE, 0.0)
    )
    early = [marched(with_layer(c), 10.0, 0.01 * resistance * CAPACITANCE, 10) for c in (CAPACITANCE, 0.0)]
    overvoltage = early[1].voltage - with_layer().voltage
    assert early[1].voltage - early[0].voltage > 0.5 * overvoltage
    assert abs(layered.voltage - bare.voltage) < 0.01 * overvoltage


def test_budgets_close_with_what_it_holds() -> None:
    given = prepared(
        ["Charge at 5C for 20 s", "Rest for 20 s", "Discharge at 5C for 20 s"],
        **{"mechanics.coupling": "off", "radial.double_layer": "5 F/m2"},
    )
    cell, _, log = driven(given)
    assert max(state.budget.lithium_relative_error for state in log.seen[1:]) < 1e-9
    assert max(state.budget.charge_relative_error for state in log.seen[1:]) < 1e-11
    held = float(cell.particles.area @ (cell.step - with_layer().step)) * 5.0 / cell.particles.section
    assert abs(held) > 1e-3  # C/m2, which the budgets would miss


def test_a_state_goes_on_from_what_was_stored() -> None:
    whole = marched(with_layer(), 60.0, 0.01, 6)
    half = marched(with_layer(), 60.0, 0.01, 3)
    other = with_layer()
    other.prescribe_current(60.0)
    other.restore(half.state())
    for _ in range(3):
        assert other.attempt(0.01).solved
        other.accept(0.01)
    assert other.voltage == pytest.approx(whole.voltage, abs=1e-12)
    assert np.array_equal(other.step, whole.step)
