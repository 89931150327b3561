from __future__ import annotations

import pytest

from chemomech.errors import InputError
from chemomech.experiments.case.currents import CRate, NominalCapacity
from chemomech.experiments.case.protocol import CurrentControl, Step, VoltageCutoff, resolve
from chemomech.experiments.case.sentences import ACCEPTED_FORMS, parse_protocol, parse_sentence
from chemomech.solver.stepping.operation import (
    CapacityLimit,
    ConstantCurrent,
    ConstantVoltage,
    Control,
    CurrentLimit,
    Cutoff,
    DurationLimit,
    VoltageLimit,
)

# 180 mAh/g = 648 000 C/kg on 8 mg/cm2 = 0.08 kg/m2: 51 840 C/m2 = 1.44 mAh/cm2, so 1C is 14.4 A/m2.
NOMINAL = NominalCapacity(specific=648000.0, mass_loading=0.08)

CASES: list[tuple[str, Control, tuple[Cutoff, ...]]] = [
    ("Charge at 5C until 4.5 V", ConstantCurrent(72.0), (VoltageLimit(4.5, True),)),
    ("charge at 5 c until 4500 mV.", ConstantCurrent(72.0), (VoltageLimit(4.5, True),)),
    ("Charge at C until 4.5V", ConstantCurrent(14.4), (VoltageLimit(4.5, True),)),
    ("Charge at 2C/3 until 4.5 V", ConstantCurrent(9.6), (VoltageLimit(4.5, True),)),
    (
        "Charge at 72 A/m2 for 300 s or until 4.4 V",
        ConstantCurrent(72.0),
        (DurationLimit(300.0), VoltageLimit(4.4, True)),
    ),
    (
        "Charge at 7.2 mA/cm2 until 4.4 V, or for 5 min",
        ConstantCurrent(72.0),
        (VoltageLimit(4.4, True), DurationLimit(300.0)),
    ),
    ("Charge at 160 mA/g until 4.2 V", ConstantCurrent(12.8), (VoltageLimit(4.2, True),)),  # 160 * 0.08
    ("Discharge at C/2 until 3.0 V", ConstantCurrent(-7.2), (VoltageLimit(3.0, False),)),
    ("Discharge at 0.5C until 3.0 V", ConstantCurrent(-7.2), (VoltageLimit(3.0, False),)),
    ("Charge at 1C until 100 mAh/g", ConstantCurrent(14.4), (CapacityLimit(28800.0),)),  # 360 000 C/kg * 0.08
    ("Charge at 1C until 1.0 mAh/cm2", ConstantCurrent(14.4), (CapacityLimit(36000.0),)),  # 3.6 C / 1e-4 m2
    ("Hold at 4.3 V until C/20", ConstantVoltage(4.3), (CurrentLimit(0.72),)),
    ("Hold at 4.3 V until 6 mA/g", ConstantVoltage(4.3), (CurrentLimit(0.48),)),
    ("Hold at 4.3 V for 10 minutes", ConstantVoltage(4.3), (DurationLimit(600.0),)),
    ("Hold at 4.3 V until 20 mAh/g", ConstantVoltage(4.3), (CapacityLimit(5760.0),)),
    ("Rest for 1 hour", ConstantCurrent(0.0), (DurationLimit(3600.0),)),
]


@pytest.mark.parametrize(
    ("sentence", "cutoffs", "at_limit"),
    [
        ("Discharge at 5C until 2.5 V or until a limit", 1, True),
        ("Discharge at 1C for 1 hour, or until the physical limit", 1, True),
        ("Charge at 1C until a limit", 0, True),
        ("Hold at 4.8 V until C/20 or until a limit", 1, True),
        ("Discharge at 5C until 2.5 V", 1, False),
    ],
)
def test_a_step_may_end_at_a_physical_limit(sentence: str, cutoffs: int, at_limit: bool) -> None:
    (step,) = resolve(parse_protocol([sentence]), NOMINAL)
    assert len(step.cutoffs) == cutoffs
    assert step.ends_at_limit is at_limit


def test_a_limit_of_something_else_is_not_guessed_at() -> None:
    with pytest.raises(InputError, match="a limit"):
        parse_sentence("Charge at 1C for a limit")
    with pytest.raises(InputError, match="accepted forms"):
        parse_sentence("Charge at 1C until a voltage limit")


@pytest.mark.parametrize(("sentence", "control", "cutoffs"), CASES, ids=[case[0] for case in CASES])
def test_sentences_resolve_to_si_per_area(
    sentence: str, control: Control, cutoffs: tuple[Cutoff, ...]
) -> None:
    (step,) = resolve(parse_protocol([sentence]), NOMINAL)
    (held,) = vars(step.control).values()
    (wanted,) = vars(control).values()
    assert type(step.control) is type(control)
    assert held == pytest.approx(wanted)
    assert [type(cutoff) for cutoff in step.cutoffs] == [type(cutoff) for cutoff in cutoffs]
    for got, expected in zip(step.cutoffs, cutoffs, strict=True):
        assert vars(got) == pytest.approx(vars(expected))


def test_steps_stay_in_the_words_in_which_they_were_stated_until_resolved() -> None:
    sentence = "Charge at 5C until 4.5 V"
    assert parse_sentence(sentence) == Step(
        CurrentControl(CRate(5.0), +1), (VoltageCutoff(4.5, rising=True),), sentence
    )


def test_the_label_of_a_step_is_its_sentence() -> None:
    (step,) = resolve(parse_protocol(["  Rest for 1 hour. "]), NOMINAL)
    assert step.label == "Rest for 1 hour"


def test_another_nominal_capacity_gives_another_current() -> None:
    # 200 mAh/g instead of 180: 72 * 200 / 180 = 80 A/m2
    (step,) = resolve(parse_protocol(["Charge at 5C until 4.5 V"]), NominalCapacity(720000.0, 0.08))
    assert step.control == ConstantCurrent(pytest.approx(80.0))


def test_every_form_that_is_offered_is_accepted() -> None:
    for form in ACCEPTED_FORMS:
        assert parse_protocol([form])


def test_repeats_are_written_out_in_order() -> None:
    steps = parse_protocol(
        ["Rest for 1 s", "(Charge at 1C until 4.3 V; Discharge at 1C until 3.0 V) x 3", "Rest for 2 s"]
    )
    words = [step.sentence.split()[0] for step in steps]
    assert words == ["Rest", *["Charge", "Discharge"] * 3, "Rest"]


UNREADABLE = [
    "",
    "Charge",
    "Charge at 5C",
    "Charge at 5 until 4.5 V",
    "Charge at -5C until 4.5 V",
    "Charge at 5 A until 4.5 V",
    "Charge at 5C until 4.5",
    "Charge at 5C until dawn",
    "Charge at 5C until 100 mAh",
    "Charge at 5C until 100 mAh/g or 4.5 V",
    "Hold at 4.3 V until 3 V",
    "Hold at 4.3 V",
    "Rest",
    "Rest until 3 V",
    "Rest for 1 hour or until 3 V",
    "Fly to the moon",
    "(Charge at 1C until 4.3 V) x",
    "(Charge at 1C until 4.3 V; ) x 2",
]


@pytest.mark.parametrize("sentence", UNREADABLE)
def test_an_unreadable_sentence_is_quoted_and_the_accepted_forms_are_shown(sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_protocol([sentence])
    assert "cannot be read" in str(caught.value)
    assert '"Hold at 4.3 V until C/20"' in str(caught.value)
    assert sentence.strip("() x2").split(";")[-1].strip() in str(caught.value)


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Charge at 5C until 45 V", "45 V must lie between 0 and 6 V"),
        ("Charge at 0C until 4.5 V", "is zero"),
        ("Charge at C/0 until 4.5 V", "must lie between"),
        ("Charge at 5000C until 4.5 V", "5000 C must lie between 0 and 1000 C"),
        ("Charge at 5C for 0 s", "0 s must be above 0 s"),
        ("Charge at 5C for -3 s", "-3 s must be above 0 s"),
        ("Charge at 5C for 3 m", "wrong dimension.*<number> s"),  # m is the metre
        ("Charge at 0 A/m2 until 4.5 V", "must be above 0 A/m2"),
        ("Hold at 5C until C/20", "wrong dimension.*<number> V"),
        ("(Rest for 1 s) x 0", "must lie between 1 and"),
    ],
)
def test_numbers_out_of_bounds_are_refused_with_their_sentence(sentence: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        parse_protocol([sentence])
    assert sentence in str(caught.value)


def test_an_empty_protocol_is_refused() -> None:
    with pytest.raises(InputError, match="no steps"):
        parse_protocol([])


def test_one_text_in_place_of_a_list_is_refused_rather_than_read_letter_by_letter() -> None:
    with pytest.raises(InputError, match="write a list"):
        parse_protocol("Rest for 1 hour")
