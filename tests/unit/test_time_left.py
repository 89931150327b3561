"""The remaining time that a run shows, against what really remained."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

from chemomech.experiments.models.time_left import RemainingTime
from chemomech.materials import active_material
from chemomech.solver.stepping.operation import (
    CapacityLimit,
    ConstantCurrent,
    ConstantVoltage,
    Control,
    CurrentLimit,
    Cutoff,
    DurationLimit,
    OperatingPoint,
    OperatingStep,
    VoltageLimit,
)

CURVE = active_material("nmc622").open_circuit_voltage
CURRENT = 72.0
FULL = 77_740.0
"""Charge of all sites of the case below [C/m2]."""

# Accepted steps of fast-charge-5C on a finer mesh while other work shared the machine: simulated time [s],
# voltage [V], wall time [s]. Steps of 0.02 s at first, of 29 s at most, of 5 s at the cut-off of 4.5 V.
RECORDED = (
    (0.0, 3.7594, 0), (0.02, 3.7608, 47), (0.1861, 3.7661, 143), (0.7976, 3.7745, 235),
    (2.231, 3.7841, 348), (3.583, 3.7896, 409), (5.475, 3.7948, 458), (7.736, 3.7991, 507),
    (10.0, 3.8023, 536), (13.8, 3.8068, 569), (16.41, 3.8095, 591), (19.7, 3.8127, 615),
    (23.93, 3.8165, 636), (28.85, 3.8207, 657), (41.01, 3.8303, 698), (57.52, 3.8420, 741),
    (80.19, 3.8559, 790), (110.6, 3.8715, 841), (150.0, 3.8878, 902), (190.1, 3.9034, 943),
    (233.9, 3.9236, 995), (278.4, 3.9513, 1050), (325.0, 3.9917, 1109), (378.4, 4.0542, 1160),
    (406.9, 4.0920, 1189), (435.2, 4.1308, 1217), (463.8, 4.1715, 1254), (481.9, 4.1983, 1305),
    (500.0, 4.2264, 1337), (529.0, 4.2750, 1372), (551.9, 4.3174, 1439), (569.4, 4.3536, 1508),
    (583.1, 4.3856, 1578), (593.8, 4.4145, 1654), (604.1, 4.4464, 1687), (611.0, 4.4677, 1754),
    (617.2, 4.4864, 1786), (621.9, 4.5000, 1853),
)  # fmt: skip


def remaining(*steps: tuple[Control, Cutoff]) -> RemainingTime:
    return RemainingTime(
        [OperatingStep(control, (cutoff,), "") for control, cutoff in steps], CURVE, 0.93, FULL
    )


def snapshot(time: float, voltage: float, current: float, charge: float, step: int = 0) -> SimpleNamespace:
    point = OperatingPoint(time, voltage, current, abs(charge))
    return SimpleNamespace(operating_step=step, point=point, charges=SimpleNamespace(collector=charge))


def test_recorded_charge_to_a_voltage_is_told_within_a_factor_of_two() -> None:
    estimate = remaining((ConstantCurrent(CURRENT), VoltageLimit(4.5, True)))
    end, _, total = RECORDED[-1]
    told = []
    for time, voltage, wall in RECORDED[:-1]:
        seconds = estimate.seconds(snapshot(time, voltage, CURRENT, CURRENT * time), wall)
        if seconds is not None:
            told.append((time, wall, seconds / (total - wall)))
    print([f"{time:g} s: {ratio:.2f}" for time, _, ratio in told])
    # From 2 % of the charge on, and with that in its last third, by either clock.
    assert told[0][0] < 0.02 * end
    assert all(0.5 < ratio < 2.0 for _, _, ratio in told)
    late = [time for time, wall, _ in told if time > end * 2 / 3 or wall > total * 2 / 3]
    assert len(late) >= 12
    # Nothing is left at the cut-off.
    assert estimate.seconds(snapshot(end, 4.5, CURRENT, CURRENT * end), total) == 0.0


def test_charge_continued_from_a_checkpoint_is_told_from_its_second_step_on() -> None:
    estimate = remaining((ConstantCurrent(CURRENT), VoltageLimit(4.5, True)))
    found = []
    for time, voltage, wall in RECORDED[28:-1]:
        found.append(estimate.seconds(snapshot(time, voltage, CURRENT, CURRENT * time), wall - 1300.0))
    assert found[0] is None
    for (_, _, wall), seconds in zip(RECORDED[29:], found[1:], strict=False):
        assert seconds is not None
        assert 0.3 < seconds / (RECORDED[-1][2] - wall) < 2.0


def test_discharge_is_told_as_a_charge_is() -> None:
    estimate = remaining((ConstantCurrent(-CURRENT), VoltageLimit(3.0, False)))
    # Without polarisation and at 2 s of wall a second: the curve says when 3 V are met.
    rest = (CURVE.stoichiometry_at(3.0) - 0.93) * FULL / CURRENT
    for k in range(1, 9):
        time = 0.1 * k * rest
        voltage = float(CURVE(0.93 + CURRENT * time / FULL))
        seconds = estimate.seconds(snapshot(time, voltage, -CURRENT, -CURRENT * time), 2.0 * time)
    assert seconds == pytest.approx(2.0 * 0.2 * rest, rel=0.1)


@pytest.mark.parametrize("factor", [1.0, 100.0])
def test_hold_ends_when_its_current_has_decayed(factor: float) -> None:
    # exp(-t / 300 s) from 50 A/m2 reaches 2.5 A/m2 after 300 ln 20 = 899 s.
    estimate = remaining(
        (ConstantCurrent(CURRENT), VoltageLimit(4.5, True)), (ConstantVoltage(4.5), CurrentLimit(2.5))
    )
    # What the first step has cost does not count.
    estimate.seconds(snapshot(600.0, 4.5, CURRENT, CURRENT * 600.0), 1e5)
    for time in (0.0, 100.0, 200.0, 300.0, 400.0, 500.0, 600.0):
        current = 50.0 * math.exp(-time / 300.0)
        seconds = estimate.seconds(snapshot(time, 4.5, current, 45e3, 1), 1e5 + factor * time)
    assert seconds == pytest.approx(factor * (300.0 * math.log(20.0) - 600.0), rel=0.1)


def test_duration_and_capacity_are_counted_down() -> None:
    for cutoff in (DurationLimit(1000.0), CapacityLimit(1000.0 * CURRENT)):
        estimate = remaining((ConstantCurrent(CURRENT), cutoff))
        for time in (0.0, 200.0, 400.0, 600.0, 800.0, 950.0):
            seconds = estimate.seconds(snapshot(time, 3.9, CURRENT, CURRENT * time), 3.0 * time)
        # One more step at least, of those there have been: 188 s of time on average.
        assert seconds == pytest.approx(3.0 * 187.5)
        for time in (960.0, 970.0, 980.0, 990.0):
            seconds = estimate.seconds(snapshot(time, 3.9, CURRENT, CURRENT * time), 3.0 * time)
        assert seconds == pytest.approx(30.0, rel=0.05)


def test_nothing_is_said_of_a_cut_off_that_does_not_come_nearer() -> None:
    estimate = remaining((ConstantCurrent(0.0), VoltageLimit(4.5, True)))
    for time in (0.0, 10.0, 20.0, 30.0):
        assert estimate.seconds(snapshot(time, 3.9, 0.0, 0.0), time) is None
