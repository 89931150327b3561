"""Quantities as people write them, ``"25 um"`` or ``"8.0 mg/cm2"``, turned into SI numbers.

Inside the package every number is SI. A number with a dimension may therefore enter only as text with its
unit; a bare number is refused, because 25 could be metres or micrometres and both would run.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from chemomech.errors import InputError

if TYPE_CHECKING:
    import pint

# Ways of writing each SI unit that an error message offers; the first is the commonest.
_EXAMPLES = {
    "m": ("um", "nm", "m"),
    "s": ("s", "min", "h"),
    "V": ("V", "mV"),
    "K": ("degC", "K"),
    "Pa": ("MPa", "GPa", "Pa"),
    "Pa/m": ("Pa/m", "MPa/nm"),
    "A/m2": ("A/m2", "mA/cm2"),
    "A/kg": ("mA/g", "A/kg"),
    "C/kg": ("mAh/g", "Ah/kg"),
    "C/m2": ("mAh/cm2", "Ah/m2"),
    "kg/m2": ("mg/cm2", "kg/m2"),
    "kg/m3": ("g/cm3", "kg/m3"),
    "m2/s": ("m2/s", "cm2/s"),
    "S/m": ("S/m", "mS/cm"),
    "S/m2": ("S/m2", "S/cm2"),
    "F/m2": ("F/m2", "uF/cm2"),
    "mol/m3": ("mol/m3", "mol/l"),
    "J/m2": ("J/m2",),
    "m/s": ("nm/s", "m/s"),
    "byte": ("MB", "GB", "byte"),
}

# The common units themselves, as (factor, offset) to each SI unit: what pint gives, without loading it, which
# takes longer than everything else that is done with a case.
_COMMON: dict[tuple[str, str], tuple[float, float]] = {
    ("m", "m"): (1.0, 0.0),
    ("um", "m"): (1e-6, 0.0),
    ("nm", "m"): (1e-9, 0.0),
    ("s", "s"): (1.0, 0.0),
    ("min", "s"): (60.0, 0.0),
    ("h", "s"): (3600.0, 0.0),
    ("V", "V"): (1.0, 0.0),
    ("mV", "V"): (1e-3, 0.0),
    ("K", "K"): (1.0, 0.0),
    ("degC", "K"): (1.0, 273.15),
    ("Pa", "Pa"): (1.0, 0.0),
    ("MPa", "Pa"): (1e6, 0.0),
    ("GPa", "Pa"): (1e9, 0.0),
    ("A/m2", "A/m2"): (1.0, 0.0),
    ("mA/cm2", "A/m2"): (10.0, 0.0),
    ("C/kg", "C/kg"): (1.0, 0.0),
    ("mAh/g", "C/kg"): (3600.0, 0.0),
    ("Ah/kg", "C/kg"): (3600.0, 0.0),
    ("C/m2", "C/m2"): (1.0, 0.0),
    ("mAh/cm2", "C/m2"): (36000.0, 0.0),
    ("kg/m2", "kg/m2"): (1.0, 0.0),
    ("mg/cm2", "kg/m2"): (1e-2, 0.0),
    ("J/m2", "J/m2"): (1.0, 0.0),
    ("F/m2", "F/m2"): (1.0, 0.0),
    ("uF/cm2", "F/m2"): (1e-2, 0.0),
    ("MB", "byte"): (1e6, 0.0),
    ("GB", "byte"): (1e9, 0.0),
}

_NUMBER_AND_UNIT = re.compile(r"\s*([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\s*(.*?)\s*")
_POWER_WITHOUT_SIGN = re.compile(r"(?<=[A-Za-zµμ])([-+]?\d+)")
_DIMENSIONLESS = frozenset({"", "-", "1"})


@lru_cache(maxsize=1)
def _registry() -> pint.UnitRegistry:
    import pint  # slow to import, and most of the command line has no need of it

    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)


def number_and_unit(text: str) -> tuple[float, str] | None:
    """Return the number and the unit of a quantity as written, ``"25 um"``; None where it starts otherwise.

    Args:
        text: any text; the unit may be empty, and is not checked.
    """
    match = _NUMBER_AND_UNIT.fullmatch(text)
    return None if match is None else (float(match[1]), match[2])


def _split(text: str, what: str, unit: str) -> tuple[float, str]:
    parts = number_and_unit(text)
    if parts is None:
        kind = "a number" if unit in _DIMENSIONLESS else "a number with a unit"
        raise InputError(f"{what} = {text!r} is not {kind}; {accepted_forms(unit)}.")
    return parts[0], _powers(parts[1])


def _powers(unit: str) -> str:
    return _POWER_WITHOUT_SIGN.sub(r"**\1", unit)


def accepted_forms(unit: str) -> str:
    """Return an instruction that shows how to write a quantity of the dimension of ``unit``."""
    if unit in _DIMENSIONLESS:
        return "write a plain number"
    names = _EXAMPLES.get(unit, (unit,))
    return "write it as text with its unit: " + " or ".join(f'"<number> {name}"' for name in names)


def parse_quantity(value: object, unit: str, what: str) -> float:
    """Return a quantity written as text as a number in ``unit``.

    Args:
        value: text such as ``"25 um"``, ``"180 mAh/g"``, ``"8.0 mg/cm2"``; powers need no sign (``um2``).
            For a dimensionless ``unit`` a plain number is accepted too, and ``"93 %"``.
        unit: the SI unit the number is wanted in, such as ``"m"`` or ``"C/kg"``; ``"-"`` for dimensionless.
        what: full name of the input, for the error message, such as ``"geometry.separator_thickness"``.

    Returns:
        The finite number in ``unit``, rounded to 15 significant digits so that ``"25 um"`` is exactly 25e-6.

    Raises:
        InputError: for a bare number where a unit is needed, an unknown unit or a wrong dimension.
    """
    bare = isinstance(value, int | float) and not isinstance(value, bool)
    if bare and unit not in _DIMENSIONLESS:
        raise InputError(f"{what} = {value!r} has no unit; {accepted_forms(unit)}.")
    if not bare and not isinstance(value, str):
        raise InputError(f"{what} = {value!r} is not a quantity; {accepted_forms(unit)}.")
    number, written_unit = _split(str(value), what, unit)
    if not written_unit and unit not in _DIMENSIONLESS:
        raise InputError(f"{what} = {value!r} has no unit; {accepted_forms(unit)}.")
    return _convert(number, written_unit, unit, what, value)


@lru_cache(maxsize=4096)
def _convert(number: float, written_unit: str, unit: str, what: str, value: object) -> float:
    if common := _COMMON.get((written_unit.replace("**", ""), unit)):
        converted = number * common[0] + common[1]
    elif not written_unit and unit in _DIMENSIONLESS:
        converted = number
    else:
        converted = _by_pint(number, written_unit, unit, what, value)
    if not math.isfinite(converted):
        raise InputError(f"{what} = {value!r} is not a finite number; {accepted_forms(unit)}.")
    return float(f"{converted:.15g}")


def _by_pint(number: float, written_unit: str, unit: str, what: str, value: object) -> float:
    import pint

    registry = _registry()
    target = "" if unit in _DIMENSIONLESS else _powers(unit)
    try:
        return float(registry.Quantity(number, written_unit).to(target).magnitude)
    except pint.DimensionalityError:
        raise InputError(f"{what} = {value!r} has the wrong dimension; {accepted_forms(unit)}.") from None
    except Exception:  # the text of a unit is parsed as Python, which fails in every way there is
        raise InputError(f"{what} = {value!r} has an unknown unit; {accepted_forms(unit)}.") from None


@lru_cache(maxsize=4096)
def format_quantity(value: float, unit: str) -> str:
    """Return ``value`` [``unit``] as text that :func:`parse_quantity` reads back to exactly the same number.

    The commonest unit in which the number is short is chosen, so that 648000 C/kg reads ``180 mAh/g``.
    """
    if unit in _DIMENSIONLESS:
        return f"{value!r}"
    for name in _EXAMPLES.get(unit, ()):
        if common := _COMMON.get((name, unit)):
            number = (value - common[1]) / common[0]
        else:
            number = _registry().Quantity(value, _powers(unit)).to(_powers(name)).magnitude
        text = f"{number:.6g} {name}"
        if "e" not in text.split()[0] and parse_quantity(text, unit, unit) == value:
            return text
    return f"{value!r} {unit}"
