"""Sequences of charge, rest, hold and discharge, and rates from C/20 to 100C, to a named end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import tiny_case

import chemomech
from chemomech.experiments.case.prepare import PreparedCase, prepare
from chemomech.solver.cell.build import build_cell
from chemomech.solver.stepping.controller import StepController
from chemomech.solver.stepping.limits import Stop
from chemomech.solver.stepping.loop import Simulation, Snapshot

SEQUENCE = (
    "Charge at 5C until 4.2 V",
    "Rest for 10 minutes",
    "Hold at 4.25 V until C/20",
    "Discharge at 2C until 3.8 V",
)

COARSE_START = {"numerics.initial_step": "1 s"}
"""For protocols of many steps: each begins with a second and not with a fiftieth of it."""


class Log:
    """Observer that keeps what it is shown."""

    def __init__(self) -> None:
        self.seen: list[Snapshot] = []

    def observe(self, snapshot: Snapshot) -> None:
        self.seen.append(snapshot)


type Driven = tuple[PreparedCase, Stop, list[Snapshot]]


def drive(case_file: Path, protocol: Sequence[str], **changes: Any) -> Driven:
    case = chemomech.Case.from_toml(case_file)
    prepared = prepare(case.with_overrides(tiny_case.CHEAP | {"protocol": list(protocol)} | changes))
    numerics = prepared.case.numerics
    from mpi4py import MPI

    cell = prepared.mesher.mesh(MPI.COMM_SELF)
    stepper = build_cell(cell, prepared.model, prepared.case.mechanics.coupling, numerics)
    controller = StepController(
        initial_step=numerics.initial_step,
        smallest_step=numerics.smallest_step,
        largest_step=numerics.largest_step,
    )
    log = Log()
    simulation = Simulation(stepper, prepared.steps, controller, [log])
    simulation.start()
    return prepared, simulation.run(), log.seen


@pytest.fixture(scope="module")
def sequence(case_file: Path) -> Driven:
    return drive(case_file, SEQUENCE, **COARSE_START)


def part(seen: list[Snapshot], number: int) -> list[Snapshot]:
    return [snapshot for snapshot in seen if snapshot.operating_step == number]


def test_steps_of_a_sequence_follow_each_other_under_their_own_labels(
    sequence: Driven,
) -> None:
    _, stop, seen = sequence
    numbers = [snapshot.operating_step for snapshot in seen]
    assert numbers == sorted(numbers)
    assert set(numbers) == {0, 1, 2, 3}
    assert all(snapshot.label == SEQUENCE[snapshot.operating_step] for snapshot in seen)
    assert np.all(np.diff([snapshot.time for snapshot in seen]) > 0.0)
    assert stop.reason == "cutoff-voltage"
    assert stop.detail.startswith(f"'{SEQUENCE[3]}' ended at t = ")


def test_signs_of_current_and_charge_follow_the_protocol(
    sequence: Driven,
) -> None:
    prepared, _, seen = sequence
    one_c = prepared.nominal.one_c
    for number, rate in ((0, 5.0), (1, 0.0), (3, -2.0)):
        for snapshot in part(seen, number):
            assert snapshot.currents.collector == pytest.approx(rate * one_c, abs=1e-5 * one_c), number
            assert snapshot.currents.lithium == pytest.approx(rate * one_c, abs=1e-5 * one_c), number
    assert part(seen, 0)[-1].voltage == pytest.approx(4.2, abs=1e-4)
    assert part(seen, 3)[-1].voltage == pytest.approx(3.8, abs=1e-4)
    # A hold above the relaxed voltage charges on, with a current that fades to C/20 (0.2 % for the last step,
    # which ends within a millisecond of it).
    held = [snapshot.currents.collector for snapshot in part(seen, 2)]
    assert np.all(np.diff(held) < 0.0)
    assert held[-1] == pytest.approx(one_c / 20.0, rel=2e-3)
    charges = [part(seen, number)[-1].charges.collector for number in range(4)]
    assert charges[1] == pytest.approx(charges[0], rel=1e-9)
    assert charges[2] > charges[1]
    assert charges[3] < charges[2]


def test_hold_keeps_its_voltage(sequence: Driven) -> None:
    voltages = np.array([snapshot.voltage for snapshot in part(sequence[2], 2)])
    assert len(voltages) > 5
    assert np.abs(voltages - 4.25).max() < 1e-6


def test_rest_lasts_as_long_as_it_should_and_relaxes(
    sequence: Driven,
) -> None:
    rest = part(sequence[2], 1)
    end_of_charge = part(sequence[2], 0)[-1]
    assert rest[-1].time - end_of_charge.time == pytest.approx(600.0, abs=1e-3)
    voltages = [snapshot.voltage for snapshot in rest]
    assert voltages[0] < end_of_charge.voltage
    # Down to the tolerance of the time stepping, here 2 mV a step; it is kept a hundred times better.
    assert np.all(np.diff(voltages) < 2e-5)
    # Relaxed: less than 10 uV a second at the end.
    assert abs(voltages[-1] - voltages[-2]) < 1e-5 * rest[-1].step


def test_budgets_close_through_every_step_of_the_sequence(
    sequence: Driven,
) -> None:
    budgets = [snapshot.budget for snapshot in sequence[2][1:]]
    worst = max(max(b.lithium_relative_error, b.charge_relative_error) for b in budgets)
    print("largest budget error", worst)
    assert worst < 1e-8


def test_cutoff_already_passed_when_its_step_begins_ends_that_step_at_once(case_file: Path) -> None:
    protocol = ("Charge at 5C for 20 s", "Charge at 5C until 3.2 V", "Charge at 100C until 3.75 V",
                "Rest for 1 s")  # fmt: skip
    _, stop, seen = drive(case_file, protocol)
    assert stop.reason == "end-of-protocol"
    # Passed before: one step. Passed by the jump of the voltage at switching on: as short as steps may be.
    assert len(part(seen, 1)) == 1
    assert part(seen, 2)[-1].time - part(seen, 1)[-1].time < 1e-3
    assert part(seen, 2)[-1].voltage > 3.75


@pytest.mark.parametrize(
    ("protocol", "changes", "reason"),
    [
        ("Charge at C/20 until 4.3 V", {}, "cutoff-voltage"),
        ("Charge at 1C until 4.3 V", {}, "cutoff-voltage"),
        ("Charge at 10C until 4.5 V", {"mechanics.coupling": "two-way"}, "cutoff-voltage"),
        ("Charge at 100C until 4.8 V", {}, "particle-surface-depleted"),
        ("Discharge at 5C until 2.5 V", {"initial_stoichiometry": 0.9}, "cutoff-voltage"),
        ("Discharge at 10C until 2.5 V", {"initial_stoichiometry": 0.35}, "cutoff-voltage"),
        ("Discharge at 5C for 1 hour", {"initial_stoichiometry": 0.9}, "particle-surface-full"),
        ("Hold at 3.9 V until C/2", {}, "cutoff-current"),
        (
            "Charge at 30C until 5.5 V",
            {"geometry.separator_thickness": "60 um", "materials.overrides.separator.porosity": 0.05},
            "electrolyte-depleted",
        ),
    ],
)
def test_every_rate_ends_with_a_named_reason_and_a_remedy(
    case_file: Path, protocol: str, changes: dict[str, Any], reason: str
) -> None:
    prepared, stop, seen = drive(case_file, [protocol], **changes)
    print(protocol, stop, "steps", len(seen), "budget", seen[-1].budget)
    assert stop.reason == reason
    assert stop.detail.endswith(".")
    assert ("nothing needs changing" in stop.detail) == stop.reason.planned
    if not stop.reason.planned:
        assert stop.detail.startswith("At t = ")
        assert "lower the C-rate" in stop.detail
    # Also at C/20 of this thin electrode, 0.09 A/m2: Newton's method aims lower where less current flows.
    assert max(s.budget.lithium_relative_error for s in seen[1:]) < 1e-8
    assert max(s.budget.charge_relative_error for s in seen[1:]) < 1e-8


def test_state_right_after_switching_on_is_the_uniform_one(case_file: Path) -> None:
    # 0.05 s at 5C move the mean by 0.05 * 5 / 3600 * 0.66 = 5e-5: what the start must survive is the jump of
    # the potentials.
    _, stop, seen = drive(case_file, ["Charge at 5C for 0.05 s"])
    assert stop.reason == "end-of-protocol"
    assert seen[0].time == 0.0
    assert seen[0].charges.collector == 0.0
    open_circuit = 3.66
    assert open_circuit < seen[0].voltage < seen[-1].voltage < open_circuit + 0.15
    assert seen[-1].time == pytest.approx(0.05, abs=1e-3)


CYCLES = ("(Charge at 5C until 4.5 V; Discharge at 5C until 2.5 V) x 2",)


@pytest.fixture(scope="module")
def cycles(case_file: Path) -> Driven:
    changes = {"mechanics.coupling": "two-way", "numerics.time_tolerance": 1e-3}
    return drive(case_file, CYCLES, **changes, **COARSE_START)


def test_every_half_cycle_between_four_and_a_half_and_two_and_a_half_volts_ends_at_its_voltage(
    cycles: Driven,
) -> None:
    _, stop, seen = cycles
    assert stop.reason == "cutoff-voltage"
    ends = [part(seen, number)[-1].voltage for number in range(4)]
    # Within the millisecond in which a cut-off is met: the voltage falls by 1 V/s at most there.
    assert ends == pytest.approx([4.5, 2.5] * 2, abs=1e-3)
    assert max(s.budget.lithium_relative_error for s in seen[1:]) < 1e-8


def test_cycles_repeat_themselves_once_the_first_has_passed(cycles: Driven) -> None:
    _, _, seen = cycles
    ends = [part(seen, number)[-1].charges.collector for number in range(4)]
    passed = np.abs(np.diff([0.0, *ends]))
    # Between two voltages at one rate nothing is lost: from the second half cycle on all are alike.
    assert passed[2:] == pytest.approx(passed[1], rel=5e-3)
    assert passed[0] != pytest.approx(passed[1], rel=5e-3)


def test_pulses_and_rests_run_from_full_to_empty(case_file: Path) -> None:
    pulses = (
        "Discharge at 1C for 12 minutes", "Rest for 5 minutes",
        "(Discharge at 1C for 24 minutes or until 2.5 V; Rest for 5 minutes) x 3",
    )  # fmt: skip
    _, stop, seen = drive(case_file, pulses, initial_stoichiometry=0.3, **COARSE_START)
    assert stop.reason == "end-of-protocol"
    ends = [part(seen, number)[-1].voltage for number in range(0, 8, 2)]
    assert np.all(np.diff(ends) < 1e-3)
    assert ends[-1] == pytest.approx(2.5, abs=2e-2)
    assert ends[0] > 4.0


def test_a_step_that_may_end_at_a_limit_hands_over_to_the_next(case_file: Path) -> None:
    protocol = ("Discharge at 5C for 1 hour or until a limit", "Rest for 10 s", "Charge at 5C for 10 s")
    _, stop, seen = drive(case_file, protocol, initial_stoichiometry=0.9, **COARSE_START)
    assert stop.reason == "end-of-protocol"
    full, rest = part(seen, 0)[-1], part(seen, 1)
    assert full.point.time_in_step < 3600.0
    assert full.voltage < 2.5 < rest[-1].voltage
