from __future__ import annotations

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.experiments.case import units
from chemomech.experiments.case.units import format_quantity, number_and_unit, parse_quantity


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("25 um", "m", 25e-6),
        ("25um", "m", 25e-6),
        ("0.025 mm", "m", 25e-6),
        ("5 µm", "m", 5e-6),  # micro sign
        ("5 μm", "m", 5e-6),  # Greek mu, which keyboards and PDFs give
        ("180 mAh/g", "C/kg", 648000.0),  # 0.180 A * 3600 s / 1e-3 kg
        ("8.0 mg/cm2", "kg/m2", 0.08),  # 8e-6 kg / 1e-4 m2
        ("8.0 mg/cm**2", "kg/m2", 0.08),
        ("8.0 mg/cm^2", "kg/m2", 0.08),
        ("7.2 mA/cm2", "A/m2", 72.0),
        ("72 A m-2", "A/m2", 72.0),
        ("1.44 mAh/cm2", "C/m2", 51840.0),  # 1.44e-3 * 3600 / 1e-4
        ("25 degC", "K", 298.15),
        ("298.15 K", "K", 298.15),
        ("1 hour", "s", 3600.0),
        ("10 minutes", "s", 600.0),
        ("1e-10 cm2/s", "m2/s", 1e-14),
        ("3 um2", "m2", 3e-12),
        ("0.2 MPa", "Pa", 2e5),
        ("1.2 mol/l", "mol/m3", 1200.0),
        ("93 %", "-", 0.93),
        (0.93, "-", 0.93),
        (3, "-", 3.0),
    ],
)
def test_quantities_are_read_as_people_write_them(text: object, unit: str, expected: float) -> None:
    assert parse_quantity(text, unit, "x") == pytest.approx(expected, rel=1e-14)


def test_conversion_leaves_no_rounding_noise() -> None:
    # 25 * 1e-6 is 2.4999999999999998e-05 in floating point.
    assert parse_quantity("25 um", "m", "x") == 2.5e-5


@pytest.mark.parametrize("bare", [25, 25.0, "25", "25 "])
def test_a_bare_number_is_refused_where_its_unit_is_open(bare: object) -> None:
    with pytest.raises(InputError, match=r"geometry.separator_thickness = .*25.* has no unit.*um.*nm.*m"):
        parse_quantity(bare, "m", "geometry.separator_thickness")


@pytest.mark.parametrize(
    ("text", "unit", "reason"),
    [
        ("25 s", "m", "wrong dimension"),
        ("25 C", "K", "wrong dimension.*degC"),  # C is the coulomb
        ("100 mAh", "C/kg", "wrong dimension.*mAh/g"),
        ("25 parsnips", "m", "unknown unit"),
        ("5 m/", "m", "unknown unit"),
        ("5 um 3 um", "m", "unknown unit"),
        ("thin", "m", "is not a number with a unit"),
        ("nan m", "m", "is not a number with a unit"),
        ("1e999 m", "m", "is not a finite number"),
        ([25], "m", "is not a quantity"),
        (True, "-", "is not a quantity"),
        (None, "m", "is not a quantity"),
    ],
)
def test_what_is_no_quantity_of_the_dimension_is_refused(text: object, unit: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        parse_quantity(text, unit, "x")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (648000.0, "C/kg", "180 mAh/g"),
        (2.5e-5, "m", "25 um"),
        (298.15, "K", "25 degC"),
        (1e-14, "m2/s", "1e-14 m2/s"),
        (0.93, "-", "0.93"),
    ],
)
def test_quantities_are_written_in_the_commonest_unit(value: float, unit: str, text: str) -> None:
    assert format_quantity(value, unit) == text


@pytest.mark.parametrize("value", [1 / 3, 1e-30, 6.02214076e23, 0.1 + 0.2, -0.0])
@pytest.mark.parametrize("unit", ["m", "s", "C/kg", "A/m2", "Pa", "-"])
def test_what_is_written_reads_back_to_the_same_number(value: float, unit: str) -> None:
    rounded = float(f"{value:.15g}")
    assert parse_quantity(format_quantity(rounded, unit), unit, "x") == rounded


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (" -1.5e-3 mol/m3 ", (-1.5e-3, "mol/m3")),
        (".5", (0.5, "")),
        ("+2.um", (2.0, "um")),
        ("2 C + 1", (2.0, "C + 1")),
        ("spheres", None),
        ("", None),
    ],
)
def test_a_quantity_splits_into_number_and_unit_as_written(
    text: str, parts: tuple[float, str] | None
) -> None:
    assert number_and_unit(text) == parts


@pytest.mark.parametrize(("name", "unit"), sorted(units._COMMON))
def test_common_units_are_converted_as_the_unit_library_does(name: str, unit: str) -> None:
    rng = np.random.default_rng(7)
    texts = [f"{rng.uniform(0.001, 1000.0):.{digits}g}" for digits in range(1, 13) for _ in range(20)]
    for text in ["0", "-40", "1e-12", "4.35e7", "0.1", *texts]:
        by_library = units._by_pint(float(text), units._powers(name), unit, "x", text)
        assert parse_quantity(f"{text} {name}", unit, "x") == float(f"{by_library:.15g}")


def test_every_example_that_is_offered_is_a_unit() -> None:
    for unit, names in units._EXAMPLES.items():
        for name in names:
            value = parse_quantity(f"2.5 {name}", unit, "x")
            assert format_quantity(value, unit).split()[0] != ""
            assert parse_quantity(format_quantity(value, unit), unit, "x") == value
