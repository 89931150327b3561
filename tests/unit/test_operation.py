from __future__ import annotations

import math

import pytest

from chemomech.solver.results import STOP_REASONS
from chemomech.solver.stepping.operation import (
    CapacityLimit,
    ConstantCurrent,
    ConstantVoltage,
    CurrentLimit,
    Cutoff,
    DurationLimit,
    OperatingPoint,
    OperatingStep,
    StopReason,
    VoltageLimit,
)

POINT = OperatingPoint(time_in_step=100.0, voltage=4.0, current_density=-72.0, charge_in_step=7200.0)


@pytest.mark.parametrize(
    ("cutoff", "remaining"),
    [
        (VoltageLimit(4.5, rising=True), 0.5),
        (VoltageLimit(3.9, rising=True), -0.1),
        (VoltageLimit(3.0, rising=False), 1.0),
        (VoltageLimit(4.1, rising=False), -0.1),
        (CurrentLimit(2.0), 70.0),  # of the magnitude: a hold may charge or discharge
        (CurrentLimit(72.0), 0.0),
        (DurationLimit(300.0), 200.0),
        (CapacityLimit(7000.0), -200.0),
    ],
)
def test_a_cutoff_is_positive_while_ahead_and_not_once_reached(cutoff: Cutoff, remaining: float) -> None:
    assert cutoff.remaining(POINT) == pytest.approx(remaining)


@pytest.mark.parametrize(
    ("cutoff", "reason"),
    [
        (VoltageLimit(4.5, rising=True), "cutoff-voltage"),
        (CurrentLimit(1.0), "cutoff-current"),
        (DurationLimit(1.0), "end-of-protocol"),
        (CapacityLimit(1.0), "end-of-protocol"),
    ],
)
def test_each_cutoff_names_a_reason_of_the_closed_list(cutoff: Cutoff, reason: str) -> None:
    assert cutoff.stop_reason == StopReason(reason)


def test_every_reason_comes_with_a_sentence_of_remedy() -> None:
    for reason in StopReason:
        assert reason.remedy.endswith(".")
        assert len(reason.remedy.split()) > 4


def test_only_the_ends_a_protocol_asks_for_are_planned() -> None:
    planned = {reason.value for reason in StopReason if reason.planned}
    assert planned == {"cutoff-voltage", "cutoff-current", "end-of-protocol"}


@pytest.mark.parametrize(("until_a_limit", "ends"), [(False, 3), (True, 7)])
def test_a_limit_of_the_cell_is_an_end_only_where_the_step_says_so(until_a_limit: bool, ends: int) -> None:
    step = OperatingStep(ConstantCurrent(1.0), (DurationLimit(1.0),), "Charge", until_a_limit)
    allowed = {reason.value for reason in StopReason if step.may_end_with(reason)}
    assert len(allowed) == ends
    assert ("particle-surface-full" in allowed) == until_a_limit
    assert not allowed & {"time-limit", "step-too-small"}


class _RecordingTerminal:
    """Remembers what was prescribed."""

    def __init__(self) -> None:
        self.prescribed: list[tuple[str, float]] = []

    def prescribe_current(self, current_density: float) -> None:
        self.prescribed.append(("current", current_density))

    def prescribe_voltage(self, voltage: float) -> None:
        self.prescribed.append(("voltage", voltage))


def test_a_control_imposes_its_own_quantity_and_no_other() -> None:
    terminal = _RecordingTerminal()
    ConstantCurrent(72.0).impose(terminal)
    ConstantVoltage(4.3).impose(terminal)
    assert terminal.prescribed == [("current", 72.0), ("voltage", 4.3)]


def test_switching_on_starts_from_what_is_known_beforehand() -> None:
    assert ConstantCurrent(-5.0).starting_point(3.7) == OperatingPoint(0.0, 3.7, -5.0, 0.0)
    # A hold above the open-circuit voltage charges, with a current nobody knows yet.
    assert ConstantVoltage(4.3).starting_point(3.7) == OperatingPoint(0.0, 4.3, math.inf, 0.0)
    assert ConstantVoltage(3.0).starting_point(3.7).current_density == -math.inf


def test_the_closed_list_is_the_one_that_summaries_accept() -> None:
    assert tuple(StopReason) == STOP_REASONS
