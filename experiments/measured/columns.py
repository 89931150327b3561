"""Which column of a table is what, in which unit: by what headers of cyclers usually say, or as stated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chemomech.errors import InputError, unknown_name
from chemomech.experiments.case.units import parse_quantity

BDF_LABELS = {"time": "Test Time / s", "voltage": "Voltage / V", "current": "Current / A"}
"""Preferred labels of the Battery Data Format, ontology 1.0.0; ``Step Count / 1`` is the step."""

BDF_STEP = "Step Count / 1"

_BDF_NOTATIONS = {
    "test_time_second": ("time", "s"),
    "test_time_millisecond": ("time", "ms"),
    "voltage_volt": ("voltage", "V"),
    "current_ampere": ("current", "A"),
    "step_count": ("step", ""),
}

_NAMES = {
    "time": ("time", "test time", "total time", "elapsed time", "run time", "t", "~time"),
    "voltage": (
        "voltage", "cell voltage", "u", "v", "e", "ewe", "<ewe>", "ecell", "<ecell>", "potential",
        "cell potential", "positive electrode potential", "working electrode potential",
    ),
    "current": ("current", "i", "<i>", "cell current", "current density", "specific current", "cur"),
    "step": ("step", "step count", "step id", "step number", "step no", "ns"),
}  # fmt: skip

_UNIT_WORDS = {"seconds": ("time", "s"), "volts": ("voltage", "V"), "amps": ("current", "A")}

_SPELLINGS = {
    "sec": "s", "second": "s", "seconds": "s", "hr": "h", "hours": "h", "hour": "h", "mins": "min",
    "minutes": "min", "volt": "V", "volts": "V", "ampere": "A", "amp": "A", "amps": "A", "ma": "mA", "v": "V",
    "a": "A", "milliampere": "mA", "h:m:s": "h:min:s", "hh:mm:ss": "h:min:s", "h:min:s.ms": "h:min:s",
}  # fmt: skip

CLOCK = "h:min:s"
_DIMENSIONS = {"time": ("s",), "voltage": ("V",), "current": ("A", "A/m2", "A/kg")}
_UNIT = re.compile(
    r"(?P<name>.*?)\s*(?:\[(?P<a>[^\]]*)\]|\((?P<b>[^()]*)\)|\s/\s(?P<c>\S.*)|/(?P<d>[^/\s].*))\s*"
)
_SUFFIX = re.compile(r"(?P<name>.*)_(?P<unit>s|sec|min|h|hr|V|mV|A|mA|uA|seconds|volt|volts|ampere|amps)")


@dataclass(frozen=True)
class Column:
    """A column that is used.

    Attributes:
        quantity: ``time``, ``voltage``, ``current`` or ``step``.
        header: as the file has it.
        place: from 0.
        unit: as written; ``h:min:s`` for clock times; empty for steps.
        si: unit of SI to which it is brought.
        factor: that brings it there.
    """

    quantity: str
    header: str
    place: int
    unit: str
    si: str
    factor: float


def split_header(header: str) -> tuple[str, str | None]:
    """Return name and unit of a header, in lower case and as written; None where it has no unit."""
    text = header.strip()
    if match := _UNIT.fullmatch(text):
        unit = next((match[k] for k in "abcd" if match[k] is not None), "")
        return _plain(match["name"]), unit.strip() or None
    if match := _SUFFIX.fullmatch(text):
        return _plain(match["name"]), match["unit"]
    return _plain(text), None


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").lower().split())


def quantity_of(header: str) -> tuple[str, str | None] | None:
    """Return what a header stands for and its unit; None where it is nothing that is used."""
    text = header.strip()
    if text.lower() in _BDF_NOTATIONS:
        return _BDF_NOTATIONS[text.lower()]
    if text.lower() in _UNIT_WORDS:
        return _UNIT_WORDS[text.lower()]
    name, unit = split_header(text)
    for quantity, names in _NAMES.items():
        if name in names:
            return quantity, unit
    return None


def find_columns(
    headers: Sequence[str], stated: dict[str, str | None], units: dict[str, str | None], what: str
) -> dict[str, Column]:
    """Return the columns that are used, by quantity; a step is found only where there is one.

    Args:
        headers: of the table.
        stated: header by quantity, None where it is not stated.
        units: likewise.
        what: the file, in words.

    Raises:
        InputError: when one is missing, there are two, a header stands twice, or a unit is missing or wrong.
    """
    names = [header.strip() for header in headers]
    for header in names:
        if header and names.count(header) > 1:
            raise InputError(
                f"{what} has {names.count(header)} columns with the header {header!r}; give each its own."
            )
    found = {}
    for quantity in _NAMES:
        place = _place(quantity, names, stated.get(quantity), what)
        if place is not None:
            found[quantity] = _column(quantity, names[place], place, units.get(quantity), what)
    return found


def _place(quantity: str, headers: list[str], stated: str | None, what: str) -> int | None:
    if stated is not None:
        if stated not in headers:
            raise unknown_name(f"column of {what}", stated, headers)
        return headers.index(stated)
    places = [
        k for k, header in enumerate(headers) if (is_of := quantity_of(header)) and is_of[0] == quantity
    ]
    if len(places) == 1:
        return places[0]
    if quantity == "step":
        return None
    if not places:
        raise InputError(
            f"{what} has no column for the {quantity} among {_listed(headers)}; state its header as "
            f"columns.{quantity}."
        )
    choices = " and ".join(repr(headers[k]) for k in places)
    raise InputError(f"{what} has more than one {quantity}, {choices}; state which as columns.{quantity}.")


def _listed(headers: list[str]) -> str:
    shown = ", ".join(repr(header if len(header) < 30 else f"{header[:30]}...") for header in headers[:12])
    return shown + (", ..." if len(headers) > 12 else "") if headers else "none"


def _column(quantity: str, header: str, place: int, stated: str | None, what: str) -> Column:
    if quantity == "step":
        return Column(quantity, header, place, "", "-", 1.0)
    known = quantity_of(header)
    unit = stated if stated is not None else known[1] if known else split_header(header)[1]
    if unit is None:
        example = {"time": "s", "voltage": "V", "current": "mA"}[quantity]
        raise InputError(
            f"the column {header!r} of {what} has no unit; state it as units.{quantity}, as in {example!r}."
        )
    unit = _SPELLINGS.get(unit, _SPELLINGS.get(unit.lower(), unit)) if unit not in ("mA", "A", "V") else unit
    if quantity == "time" and unit == CLOCK:
        return Column(quantity, header, place, unit, "s", 1.0)
    for si in _DIMENSIONS[quantity]:
        try:
            return Column(quantity, header, place, unit, si, parse_quantity(f"1 {unit}", si, header))
        except InputError:
            continue
    accepted = {"time": "s, min, h or h:min:s", "voltage": "V or mV", "current": "A, mA, mA/cm2 or mA/g"}
    raise InputError(
        f"the unit {unit!r} of the column {header!r} of {what} is none of a {quantity}; state "
        f"units.{quantity}: {accepted[quantity]}."
    )
