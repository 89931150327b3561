"""The form of a case: all keys of the schema, and the sentences of the command line."""

from __future__ import annotations

import pytest

from chemomech import cli
from chemomech.app import form
from chemomech.errors import InputError
from chemomech.experiments.case import Case, parse_assignment, shipped_cases
from chemomech.experiments.case.keys import case_keys

BASE = Case.from_toml("fast-charge-5C")


def changed(**texts: str) -> form.Answer:
    return form.read(
        BASE, form.texts_of(BASE) | {key.replace("__", "."): text for key, text in texts.items()}
    )


def test_every_key_of_the_schema_can_be_set_in_the_form() -> None:
    shown = {entry.key for entry in form.fields()}
    missing = [
        key
        for key in case_keys()
        if key not in shown and not any(key.startswith(f"{entry}.") for entry in shown)
    ]
    assert missing == []


def test_every_field_says_what_it_means_and_each_is_there_once() -> None:
    keys = [entry.key for entry in form.fields()]
    assert len(set(keys)) == len(keys)
    assert [entry.key for entry in form.fields() if not entry.help] == []


def test_units_ranges_and_choices_are_those_of_the_schema() -> None:
    fields = {entry.key: entry for entry in form.fields()}
    assert fields["mesh.preset"].choices == ("coarse", "standard", "fine")
    assert fields["mechanics.coupling"].choices == ("off", "one-way", "two-way")
    assert fields["cycling.jump"].choices == ("true", "false")
    assert fields["geometry.separator_thickness"].unit == "m"
    assert "at least 0.1 um, at most 10000 um" in fields["geometry.separator_thickness"].hint


@pytest.mark.parametrize("name", shipped_cases())
def test_a_form_that_nobody_changes_gives_the_case_back(name: str) -> None:
    case = Case.from_toml(name)
    assert form.read(case, form.texts_of(case)).case == case


def test_every_field_reads_what_it_shows() -> None:
    for name in shipped_cases():
        case = Case.from_toml(name)
        for key, text in form.texts_of(case).items():
            if text:
                value = parse_assignment(f"{key}={text}")[1]
                assert case.with_overrides({key: value}) == case, key


def test_changes_are_taken() -> None:
    answer = changed(mesh__preset="coarse", temperature="30 degC", mechanics__coupling="off")
    assert answer.case is not None
    assert answer.case.mesh.preset == "coarse"
    assert answer.case.temperature == pytest.approx(303.15)
    assert answer.case.mechanics.coupling == "off"


def test_a_field_that_is_emptied_takes_its_default() -> None:
    answer = changed(mass_loading="")
    assert answer.case is not None
    assert answer.case.mass_loading is None


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("temperature", "25"),
        ("temperature", "300 degC"),
        ("mesh.preset", "corse"),
        ("geometry.separator_thickness", "25 kg"),
        ("initial_stoichiometry", "2"),
        ("protocol", '["Charge until tired"]'),
        ("name", "a/b"),
        ("radial.intervals", "2.5"),
        ("damage.grains.rate", "1000"),
        ("geometry.layout", "3"),
        ("output.cut_times", "10 s"),
        ("temperature", "__import__('os').system('true')"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_as_the_command_line_says_it(key: str, text: str) -> None:
    answer = changed(**{key.replace(".", "__"): text})
    assert answer.case is None
    with pytest.raises(InputError) as said:
        BASE.with_overrides(dict([parse_assignment(f"{key}={text}")]))
    assert (answer.errors.get(key), answer.whole) == (str(said.value), "")


def test_the_command_line_itself_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["mesh", "fast-charge-5C", "--set", "temperature=25"]) == 2
    assert changed(temperature="25").errors["temperature"] in capsys.readouterr().err


def test_values_that_do_not_go_together_are_said_once_for_the_whole() -> None:
    answer = changed(radial__hindrance="0.5", radial__transport="layout")
    assert answer.case is None
    assert answer.errors == {}
    assert "state the transport in the matrix twice" in answer.whole


def test_a_value_that_is_right_beside_another_new_one_is_not_called_wrong() -> None:
    cycles = '["(Charge at 5C until 4.5 V; Discharge at 5C until 2.5 V) x 50"]'
    damage = {"damage__grains__rate": "0.1"}
    assert "cycling.jump" in changed(cycling__jump="true").errors
    answer = changed(cycling__jump="true", protocol=cycles, **damage)
    assert answer.case is not None
    assert answer.case.cycling.jump
    other = changed(cycling__jump="true", protocol=cycles, **damage, temperature="25")
    assert set(other.errors) == {"temperature"}
