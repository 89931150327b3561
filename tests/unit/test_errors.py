from __future__ import annotations

import math

import pytest

from chemomech.errors import InputError, require_between, unknown_name


def test_an_unknown_name_is_answered_with_the_nearest_and_the_whole_list() -> None:
    error = unknown_name("active material", "nmc62", ["nmc622", "nmc532"])
    assert str(error) == "unknown active material 'nmc62'; did you mean 'nmc622'? Known: nmc532, nmc622."


def test_a_name_unlike_any_other_gets_no_guess() -> None:
    error = unknown_name("case", "zzz", ["fast-charge-5C"])
    assert str(error) == "unknown case 'zzz'; known: fast-charge-5C."


def test_the_nearest_name_is_found_whatever_the_case_of_its_letters() -> None:
    assert "did you mean 'fast-charge-5C'?" in str(unknown_name("case", "FAST-CHARGE-5c", ["fast-charge-5C"]))


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_values_within_a_closed_interval_pass_unchanged(value: float) -> None:
    assert require_between("x", value, 0.0, 1.0, "-", "choose another") == value


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (1.5, "separator = 1.5 m must lie between 0 and 1 m; make it thinner."),
        (-math.inf, "separator = -inf m must lie between 0 and 1 m; make it thinner."),
        (math.nan, "separator is not a number (NaN); make it thinner."),
        ("thick", "separator = 'thick' is not a number; make it thinner."),
    ],
)
def test_values_outside_are_refused_with_value_bound_unit_and_remedy(value: float, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        require_between("separator", value, 0.0, 1.0, "m", "make it thinner")
    assert str(caught.value) == sentence


def test_a_one_sided_bound_names_only_that_side() -> None:
    with pytest.raises(InputError, match=r"must be at least 0 s; wait\."):
        require_between("time", -1.0, 0.0, math.inf, "s", "wait")
    with pytest.raises(InputError, match=r"must be at most 6 V; lower it\."):
        require_between("voltage", 7.0, -math.inf, 6.0, "V", "lower it")


def test_input_errors_are_value_errors_for_those_who_catch_them() -> None:
    assert issubclass(InputError, ValueError)
