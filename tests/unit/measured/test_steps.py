"""Steps that are recognised, records that are left out, and the protocol that a run becomes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.measurements import CHARGED, STATED, half_cell, text, written

import chemomech
from chemomech.errors import InputError
from chemomech.experiments.case.sentences import parse_protocol
from chemomech.experiments.measured import MeasuredRun, StepKind, read_measured
from chemomech.experiments.measured.protocol import following, protocol_of
from chemomech.experiments.measured.steps import steps_of
from chemomech.experiments.measured.thinning import simplified, thinned


def run_of(time: np.ndarray, voltage: np.ndarray, current: np.ndarray) -> MeasuredRun:
    steps = steps_of(time, voltage, current)
    return MeasuredRun("made", time, voltage, current, "A/m2", None, None, None, steps, "")


def charge_and_hold() -> MeasuredRun:
    """Rest, 1 A/m2 to 4.2 V, a hold in which the current fades with 300 s (to 0.2 % in 1864 s), rest."""
    t = np.arange(0.0, 5400.0, 20.0)
    held = (t >= 2000.0) & (t < 4000.0)
    current = np.where(
        t < 200.0, 0.0, np.where(t < 2000.0, 1.0, np.where(held, np.exp(-(t - 2000.0) / 300.0), 0.0))
    )
    voltage = np.where(t < 200.0, 3.7, np.where(t < 2000.0, 3.72 + 0.48 * (t - 200.0) / 1800.0, 4.2))
    return run_of(t, np.where(t >= 4000.0, 4.19, voltage), current)


def test_a_hold_is_told_from_the_charge_before_it() -> None:
    run = charge_and_hold()
    assert [step.kind for step in run.steps] == [
        StepKind.REST, StepKind.CONSTANT_CURRENT, StepKind.CONSTANT_VOLTAGE, StepKind.REST,
    ]  # fmt: skip
    assert [step.start for step in run.steps] == pytest.approx([0.0, 180.0, 2000.0, 3864.0], abs=41.0)


def test_short_currents_between_rests_are_pulses() -> None:
    rows = np.array(half_cell([(0.0, 600.0), *[(0.2, 600.0), (0.0, 3600.0)] * 4]))
    kinds = [step.kind for step in steps_of(rows[:, 0], rows[:, 2], rows[:, 1])]
    assert kinds == [StepKind.REST, *[StepKind.PULSE, StepKind.REST] * 4]


def test_two_rates_one_after_another_are_two_steps() -> None:
    rows = np.array(half_cell([(0.2, 3600.0), (0.3, 3600.0)]))
    kinds = [step.kind for step in steps_of(rows[1:, 0], rows[1:, 2], rows[1:, 1])]
    assert kinds == [StepKind.CONSTANT_CURRENT, StepKind.CONSTANT_CURRENT]


@pytest.mark.parametrize("noise", [0.0, 0.003, 0.01])
def test_noise_does_not_part_a_step(noise: float) -> None:
    rows = np.array(CHARGED)
    rng = np.random.default_rng(1)
    current = rows[:, 1] + noise * 0.2 * 1.8e-3 * rng.normal(size=len(rows)) * (rows[:, 1] != 0.0)
    steps = steps_of(rows[:, 0], rows[:, 2], current)
    assert [step.kind for step in steps if step.duration > 60.0] == [
        StepKind.REST, StepKind.CONSTANT_CURRENT, StepKind.REST, StepKind.CONSTANT_CURRENT, StepKind.REST,
    ]  # fmt: skip


def test_a_drive_cycle_is_one_step() -> None:
    t = np.arange(0.0, 1200.0)
    current = (
        np.repeat(np.random.default_rng(2).normal(0.0, 5.0, 120), 10) * np.repeat([1.0, 1.0, 0.0], 400)[:1200]
    )
    steps = steps_of(t, 3.8 + 0.001 * current, current)
    assert [step.kind for step in steps][0] is StepKind.VARIED
    assert len(steps) <= 2


def test_the_charge_up_to_the_first_record_of_a_step_is_that_of_its_current() -> None:
    # Rest to 30 s, then 2 A/m2: 20 C/m2 by 40 s, where a trapezoid has 10; it stops after 70 s, 80 C/m2.
    time = np.arange(0.0, 110.0, 10.0)
    current = np.array([0.0, 0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0, 0.0, 0.0, 0.0])
    assert run_of(time, 3.8 + 0.0 * time, current).charge.tolist() == [0, 0, 0, 0, 20, 40, 60, 80, 80, 80, 80]


def test_thinning_keeps_edges_and_the_bound() -> None:
    rows = np.array(CHARGED)
    time, current, voltage = rows.T
    voltage = voltage + 0.02 * np.sin(time / 700.0)
    full = run_of(time, voltage, current)
    for tolerance in (1e-4, 1e-3, 5e-3):
        fewer = thinned(full, tolerance)
        for step, kept in zip(full.steps, fewer.steps, strict=True):
            inside = slice(min(step.first + 1, step.last), step.last + 1)
            own = fewer.time[kept.records], fewer.voltage[kept.records]
            error = np.interp(full.time[inside], *own) - full.voltage[inside]
            assert np.abs(error).max() <= tolerance * (1.0 + 1e-9)
            assert {full.time[step.first], full.time[step.last]} <= set(own[0])
        assert len(fewer.time) < len(full.time)
    assert len(thinned(full, 1e-3).time) < 0.5 * len(full.time)
    with pytest.raises(InputError, match="tolerance of the thinning"):
        thinned(full, 0.0)


def test_a_corner_by_hand() -> None:
    # 0 to 2 straight up, then flat: only the corner is needed, at any tolerance below its distance.
    time = np.arange(5.0)
    values = np.array([[0.0], [1.0], [2.0], [2.0], [2.0]])
    assert simplified(time, values, np.array([0.1])) == [0, 2, 4]
    assert simplified(time, values, np.array([2.0])) == [0, 4]


def test_the_protocol_passes_the_measured_charge() -> None:
    run = charge_and_hold()
    for follow in ("current", "steps"):
        parse_protocol(protocol_of(run, 1.0, follow))
    rest, charge, hold, end = protocol_of(run, 2.0)
    assert rest.startswith("Rest for 180")
    assert charge.startswith("Charge at 2 A/m2 for ")
    assert hold.startswith("Follow ")
    assert end.startswith("Rest for ")
    (step,) = parse_protocol([hold])
    times = [time for time, _, _ in step.control.points]  # type: ignore[attr-defined]
    values = [current.value for _, current, _ in step.control.points]  # type: ignore[attr-defined]
    # 2 A/m2 that fade with 300 s pass 600 C/m2.
    assert np.trapezoid(values, times) == pytest.approx(600.0, rel=0.03)
    sentences = protocol_of(run, 1.0, "steps")
    assert sentences[1].startswith("Charge at 1 A/m2 until 4.2 V")
    assert sentences[2].startswith("Hold at 4.2 V for ")
    with pytest.raises(InputError, match="did you mean 'steps'"):
        protocol_of(run, 1.0, "step")


def small_case(**changes: object) -> chemomech.Case:
    layout = {"box": ["14 um", "14 um", "20 um"], "particles": 5, "volume_fraction": 0.3, "seed": 3}
    return chemomech.Case.from_toml("fast-charge-5C").with_overrides(
        {
            "geometry.layout": layout, "mass_loading": "2.8 mg/cm2", "mechanics.coupling": "off",
            "initial_stoichiometry": 0.9, "model": "radial", "output.cut_times": [], **changes,
        }
    )  # fmt: skip


def test_a_case_follows_a_measurement_by_mass(tmp_path: Path) -> None:
    run = read_measured(written(tmp_path, text(CHARGED)), changes=STATED)
    case, lines = following(small_case(), run)
    assert "5 steps" in lines[0]
    result = chemomech.run(case, out=tmp_path / "r", progress=False, report=False)
    # 144 mAh/g out and half of it in, of the mass that is simulated.
    passed = [step["charge_mAh_g"] for step in result.summary["steps"]]
    assert passed == pytest.approx([0.0, 144.0, 0.0, -72.0, 0.0], rel=1e-5, abs=1e-6)
    with pytest.raises(InputError, match=r"begins at 3\.6666 V \(x = 0\.9000\) and the case at x = 0\.5000"):
        following(small_case(initial_stoichiometry=0.5), run)
    with pytest.raises(InputError, match="is stated to be of 'nmc811' and the case has 'nmc622'"):
        read_measured(tmp_path / "test.csv", changes=STATED | {"material": "nmc811"}, material="nmc622")
