"""Rows of steps and cycles: from series whose charge and energy are known in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from chemomech.solver.results import Cycle, Step, rows_of

MASS = 0.08  # kg/m2, that is 8 mg/cm2: 1 mAh/cm2 is 125 mAh/g
HOUR = 3600.0


def series(segments: Sequence[tuple[float, float, float, float]], points: int = 50) -> dict[str, Any]:
    """Steps of constant current with a voltage linear in time: (current [A/m2], hours, first V, last V)."""
    time, current, voltage, number = [0.0], [segments[0][0]], [segments[0][2]], [1]
    for n, (held, hours, first, last) in enumerate(segments, 1):
        share = np.linspace(0.0, 1.0, points + 1)[1:] if n == 1 else np.linspace(1e-9, 1.0, points + 1)
        time += list(time[-1] + share * hours * HOUR)
        voltage += list(first + share * (last - first))
        current += [held] * share.size
        number += [n] * share.size
    t, i = np.array(time), np.array(current)
    passed = np.concatenate([[0.0], np.cumsum(np.diff(t) * i[1:])]) / 3.6e4
    return {
        "time": t, "current_density": i, "voltage": np.array(voltage),
        "areal_capacity": passed, "step_number": np.array(number),
    }  # fmt: skip


def rows(segments: Sequence[tuple[float, float, float, float]], finished: bool = True, **changes: Any) -> Any:
    labels = [f"step {n}" for n, _ in enumerate(segments, 1)]
    reasons = changes.pop("reasons", ["end-of-protocol"] * len(segments))
    return rows_of(series(segments) | changes, labels, reasons, MASS, finished)


CHARGE = (10.0, 1.0, 3.6, 4.4)  # 1 mAh/cm2 at a mean of 4.0 V
REST = (0.0, 0.5, 4.3, 4.2)
DISCHARGE = (-5.0, 1.8, 4.1, 3.3)  # 0.9 mAh/cm2 at a mean of 3.7 V


def test_one_charge_has_its_capacity_and_energy() -> None:
    found = rows([CHARGE])
    (step,) = found.steps
    assert (step.number, step.label, step.direction, step.cycle) == (1, "step 1", "charge", 1)
    assert (step.start_s, step.end_s, step.duration_s) == (0.0, HOUR, HOUR)
    assert step.charge_mAh_cm2 == pytest.approx(1.0, rel=1e-12)
    assert step.charge_mAh_g == pytest.approx(125.0, rel=1e-12)
    assert step.energy_mWh_cm2 == pytest.approx(4.0, rel=1e-12)
    assert step.energy_mWh_g == pytest.approx(500.0, rel=1e-12)
    assert (step.voltage_end_V, step.current_end_A_m2) == (4.4, 10.0)
    assert step.stop_reason == "end-of-step"
    (cycle,) = found.cycles
    assert (cycle.charge_capacity_mAh_g, cycle.discharge_capacity_mAh_g) == (pytest.approx(125.0), None)
    assert (cycle.coulombic_efficiency, cycle.energy_efficiency) == (None, None)
    assert found.capacity() == pytest.approx(1.0)
    assert found.capacity("charge_mAh_g") == pytest.approx(125.0)


def test_one_discharge_has_a_positive_capacity_and_rests_do_not_count() -> None:
    found = rows([REST, DISCHARGE, REST, DISCHARGE])
    assert [step.direction for step in found.steps] == ["rest", "discharge", "rest", "discharge"]
    assert [step.charge_mAh_cm2 for step in found.steps] == pytest.approx([0.0, -0.9, 0.0, -0.9])
    assert found.steps[1].energy_mWh_cm2 == pytest.approx(-0.9 * 3.7, rel=1e-9)
    assert found.capacity() == pytest.approx(1.8)
    assert [step.cycle for step in found.steps] == [None, 1, None, 1]


def test_charge_rest_discharge_is_a_cycle_with_efficiencies_and_has_no_one_capacity() -> None:
    found = rows([CHARGE, REST, DISCHARGE])
    assert found.capacity() is None
    assert found.summary()["capacity_mAh_g"] is None
    (cycle,) = found.cycles
    assert cycle.steps == (1, 3)
    assert cycle.charge_capacity_mAh_cm2 == pytest.approx(1.0)
    assert cycle.discharge_capacity_mAh_cm2 == pytest.approx(0.9)
    assert cycle.discharge_capacity_mAh_g == pytest.approx(112.5)
    assert cycle.coulombic_efficiency == pytest.approx(0.9)
    # Mean voltages of 4.0 V and 3.7 V.
    assert cycle.energy_efficiency == pytest.approx(0.9 * 3.7 / 4.0, rel=1e-8)
    numbers = series([CHARGE, REST, DISCHARGE])["step_number"]
    cycles = found.cycle_number(numbers)
    assert set(cycles[numbers == 2]) == {0}
    assert set(cycles[numbers != 2]) == {1}


HOLD = (2.0, 0.5, 4.4, 4.4)
LOW_HOLD = (-1.0, 0.5, 3.3, 3.3)


@pytest.mark.parametrize(
    ("segments", "steps"),
    [
        (
            [CHARGE, HOLD, REST, DISCHARGE, LOW_HOLD, REST] * 3,
            [(1, 2, 4, 5), (7, 8, 10, 11), (13, 14, 16, 17)],
        ),
        ([DISCHARGE, CHARGE, DISCHARGE, CHARGE], [(1,), (2, 3), (4,)]),
        ([CHARGE, REST, CHARGE, REST, CHARGE], [(1, 3, 5)]),
        ([CHARGE, REST, CHARGE, DISCHARGE, REST, DISCHARGE], [(1, 3, 4, 6)]),
        ([REST], []),
    ],
    ids=["three-cycles-with-holds", "discharge-first", "titration", "titration-both-ways", "rest"],
)
def test_cycles_are_a_charge_and_the_discharge_after_it(
    segments: list[tuple[float, float, float, float]], steps: list[tuple[int, ...]]
) -> None:
    found = rows(segments)
    assert [cycle.steps for cycle in found.cycles] == steps
    assert [cycle.number for cycle in found.cycles] == list(range(1, len(steps) + 1))
    if len(segments) == 18:
        for cycle in found.cycles:
            assert cycle.charge_capacity_mAh_cm2 == pytest.approx(1.1)
            assert cycle.discharge_capacity_mAh_cm2 == pytest.approx(0.95)
            assert cycle.coulombic_efficiency == pytest.approx(0.95 / 1.1)


def test_energy_over_the_jump_at_the_start_of_a_step_takes_the_voltage_after_it() -> None:
    # Two points a step: the increment from the end of the charge (4.4 V) to the first state of the discharge
    # is charge passed at the voltage of the discharge.
    records = {
        "time": [0.0, 100.0, 300.0], "current_density": [36.0, 36.0, -36.0], "voltage": [4.0, 4.4, 3.5],
        "areal_capacity": [0.0, 0.1, -0.1], "step_number": [1, 1, 2],
    }  # fmt: skip
    found = rows_of(records, ["a", "b"], ["cutoff-voltage", "cutoff-voltage"], MASS)
    assert [s.energy_mWh_cm2 for s in found.steps] == pytest.approx([0.1 * 4.2, -0.2 * 3.5])


def test_an_instant_that_is_stored_twice_belongs_to_both_steps() -> None:
    records = {
        "time": [0.0, 100.0, 100.0, 200.0], "current_density": [36.0, 36.0, -36.0, -36.0],
        "voltage": [4.0, 4.4, 3.9, 3.7], "areal_capacity": [0.0, 0.1, 0.1, 0.0], "step_number": [1, 1, 2, 2],
    }  # fmt: skip
    found = rows_of(records, ["a", "b"], ["cutoff-voltage", "cutoff-voltage"], MASS)
    assert [(s.start_s, s.end_s) for s in found.steps] == [(0.0, 100.0), (100.0, 200.0)]
    assert [s.voltage_end_V for s in found.steps] == [4.4, 3.7]
    assert [s.energy_mWh_cm2 for s in found.steps] == pytest.approx([0.42, -0.38])


def test_a_run_that_stops_within_a_step_has_its_row_and_no_efficiency() -> None:
    cut = (-5.0, 0.1, 4.1, 4.05)
    found = rows([CHARGE, cut], finished=False, reasons=["cutoff-voltage", "time-limit"])
    assert [step.stop_reason for step in found.steps] == ["cutoff-voltage", "time-limit"]
    assert found.steps[1].duration_s == pytest.approx(360.0)
    (cycle,) = found.cycles
    assert cycle.discharge_capacity_mAh_cm2 == pytest.approx(0.05)
    assert (cycle.coulombic_efficiency, cycle.energy_efficiency, cycle.finished) == (None, None, False)
    # An earlier cycle is not touched by it.
    before, last = rows([CHARGE, DISCHARGE, CHARGE, cut], finished=False).cycles
    assert (before.finished, last.finished) == (True, False)
    assert before.coulombic_efficiency == pytest.approx(0.9)


def test_a_step_that_ends_before_its_first_state_has_a_row() -> None:
    found = rows_of(series([CHARGE]), ["a", "b"], ["cutoff-voltage", "step-too-small"], MASS, False)
    last = found.steps[1]
    assert (last.number, last.label, last.stop_reason) == (2, "b", "step-too-small")
    assert (last.duration_s, last.charge_mAh_cm2, last.start_s) == (0.0, 0.0, HOUR)
    assert (last.voltage_end_V, last.current_end_A_m2, last.direction, last.cycle) == (None, None, None, None)
    assert found.capacity() == pytest.approx(1.0)


def test_a_residual_current_in_a_rest_is_no_charge_but_a_slow_one_is() -> None:
    leak = (1e-5 * 0.9 * 10.0, 2.0, 4.3, 4.3)
    assert [step.direction for step in rows([CHARGE, leak]).steps] == ["charge", "rest"]
    slow = (10.0 / 5000.0, 2.0, 4.3, 4.3)  # C/1000 beside 5C
    assert [step.direction for step in rows([CHARGE, slow]).steps] == ["charge", "charge"]
    only = (1e-9, 2.0, 4.3, 4.3)
    assert [step.direction for step in rows([only]).steps] == ["rest"]


def test_cycles_that_were_left_out_have_no_row_and_count_in_the_numbers_of_the_others() -> None:
    """Charge, rest, discharge three times, the second of which was left out."""
    found = series([CHARGE, REST, DISCHARGE, CHARGE, REST, DISCHARGE])
    number = np.where(found["step_number"] > 3, found["step_number"] + 3, found["step_number"])
    reasons = ["cutoff-voltage", "end-of-protocol", "cutoff-voltage"] * 3
    made = rows_of(
        found | {"step_number": number}, ["a", "b", "c"] * 3, reasons, MASS, True, {4: 1, 5: 2, 6: 3}
    )
    assert [step.number for step in made.steps] == [1, 2, 3, 7, 8, 9]
    assert [step.cycle for step in made.steps] == [1, None, 1, 3, None, 3]
    assert [(cycle.number, cycle.steps) for cycle in made.cycles] == [(1, (1, 3)), (3, (7, 9))]
    assert made.cycles[1].charge_capacity_mAh_cm2 == pytest.approx(1.0, rel=1e-6)
    assert made.cycles[1].coulombic_efficiency == pytest.approx(0.9, rel=1e-6)
    assert list(made.cycle_number([1, 2, 7, 9])) == [1, 0, 3, 3]


def test_rows_of_the_summary_hold_every_attribute_in_plain_types() -> None:
    made = rows([CHARGE, REST, DISCHARGE]).summary()
    assert [list(row) for row in made["steps"]] == [[entry.name for entry in fields(Step)]] * 3
    assert [list(row) for row in made["cycles"]] == [[entry.name for entry in fields(Cycle)]]
    values = [value for row in made["steps"] for value in row.values()]
    assert {type(value) for value in values} <= {int, float, str, type(None)}
