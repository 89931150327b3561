"""Tables of text: CSV and its kin, with a header line, after lines that a cycler puts before it."""

from __future__ import annotations

import codecs
import csv
import io
import math
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError
from chemomech.experiments.measured.columns import BDF_LABELS, quantity_of
from chemomech.experiments.measured.readers.table import Table
from chemomech.experiments.measured.stated import Stated
from chemomech.reading import read_text

Array = npt.NDArray[np.float64]

DELIMITERS = (",", ";", "\t", "|")
MOST_LINES_BEFORE = 300
"""Lines before the header in which one is looked for."""

_DECIMAL_COMMA = re.compile(r"\s*[-+]?\d+,\d+(?:[eE][-+]?\d+)?\s*")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def read_text_table(path: Path, stated: Stated) -> Table:
    """Return the table of a text file.

    Raises:
        InputError: when it is empty, not text in its encoding, or no table with one header and full rows.
    """
    what = f"the measurement {str(path)!r}"
    lines = _decoded(path, stated, what).splitlines()
    if not any(line.strip() for line in lines):
        raise InputError(f"{what} is empty; check which file it is.")
    start, delimiter = _header(lines, stated, what)
    rows = list(csv.reader(io.StringIO("\n".join(lines[start:])), delimiter=delimiter))
    headers = [header.strip() for header in rows[0]]
    headers[0] = headers[0].lstrip("# ")
    while headers and not headers[-1]:
        headers.pop()  # a delimiter at the end of every line
    body = rows[1:]
    while body and not any(field.strip() for field in body[-1]):
        body.pop()
    if not body:
        raise InputError(f"{what} has a header and no rows; check whether the test was recorded.")
    _require_full(body, len(headers), start, delimiter, what)

    def column(place: int, clock: bool) -> Array:
        return _numbers([row[place] for row in body], start, headers[place], stated.decimal, clock, what)

    names = {header.lower() for header in headers}
    bdf = {label.lower() for label in BDF_LABELS.values()} <= names or {
        "test_time_second", "voltage_volt", "current_ampere",
    } <= names  # fmt: skip
    return Table(headers, column, len(body), lambda row: start + 2 + row, 1 if bdf else None)


def _decoded(path: Path, stated: Stated, what: str) -> str:
    if stated.encoding.lower().replace("-", "") == "utf8":
        return read_text(path, "the measurement")
    try:
        codecs.lookup(stated.encoding)
    except LookupError:
        raise InputError(
            f"encoding = {stated.encoding!r} is none that is known; state utf-8, latin-1 or utf-16."
        ) from None
    try:
        return path.read_bytes().decode(stated.encoding).removeprefix("\ufeff")
    except FileNotFoundError:
        raise InputError(f"{what} does not exist; check the path.") from None
    except OSError as error:
        raise InputError(f"{what} cannot be read ({error.strerror}); check the path.") from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"{what} is not in {stated.encoding} (byte {error.start}); state its encoding."
        ) from None


def _header(lines: Sequence[str], stated: Stated, what: str) -> tuple[int, str]:
    """Number of the header line, from 0, and the delimiter."""
    named = {name for name in vars(stated.columns).values() if name}
    choices = DELIMITERS if stated.delimiter is None else (stated.delimiter,)
    if any(len(choice) != 1 for choice in choices):
        raise InputError(f"delimiter = {stated.delimiter!r} is not one character; state one.")
    best: tuple[int, int, str] | None = None
    for number, line in enumerate(lines[:MOST_LINES_BEFORE]):
        for delimiter in choices:
            fields = [field.strip().strip('"') for field in line.lstrip("# ").split(delimiter)]
            known = {(quantity_of(field) or (None,))[0] for field in fields} - {None, "step"}
            score = len(known) + len(named & set(fields))
            if len(fields) > 1 and score >= 2 and (best is None or score > best[0]):
                best = (score, number, delimiter)
    if best is not None:
        return best[1], best[2]
    first = next(number for number, line in enumerate(lines) if line.strip())
    counts = {delimiter: lines[first].count(delimiter) for delimiter in choices}
    delimiter = max(counts, key=lambda name: counts[name])
    if counts[delimiter] == 0:
        raise InputError(
            f"{what} has no columns that a comma, semicolon, tab or bar parts (it begins "
            f"{lines[first][:40]!r}); state its delimiter."
        )
    return first, delimiter


def _require_full(body: list[list[str]], count: int, start: int, delimiter: str, what: str) -> None:
    for number, row in enumerate(body):
        fields = len(row)
        while fields > count and not row[fields - 1].strip():
            fields -= 1
        if fields == count or (fields < count == len(row)):
            continue
        line = start + 2 + number
        if delimiter == "," and fields > count:
            raise InputError(
                f"line {line} of {what} has {fields} fields and the header {count}, as where numbers have "
                "decimal commas; write them with points, or part the fields by semicolons."
            )
        where = "after the table" if number > 0.5 * len(body) else "in the table"
        raise InputError(
            f"line {line} of {what} has {fields} fields and the header {count}; take out what stands "
            f"{where}, or complete the row."
        )


def _numbers(texts: list[str], start: int, header: str, decimal: str, clock: bool, what: str) -> Array:
    values = np.empty(len(texts))
    for number, text in enumerate(texts):
        plain = text.strip().replace(",", ".") if decimal == "," else text.strip()
        value = _clock(plain) if clock else float(plain) if _NUMBER.fullmatch(plain) else math.nan
        if not math.isfinite(value):
            _refuse(plain if plain else "", text, start + 2 + number, header, clock, what)
        values[number] = value
    return values


def _refuse(plain: str, text: str, line: int, header: str, clock: bool, what: str) -> None:
    where = f"line {line} of {what}"
    if not plain:
        raise InputError(f"{where} has nothing in the column {header!r}; take the row out, or complete it.")
    if not clock and _DECIMAL_COMMA.fullmatch(text):
        raise InputError(
            f"{where} writes {text.strip()!r} in the column {header!r} with a decimal comma; state "
            'decimal = ",".'
        )
    if plain.lower() in ("nan", "inf", "-inf", "+inf", "infinity", "null", "none", "na", "n/a"):
        raise InputError(f"{where} has {plain!r} in the column {header!r}; take the row out, or mend it.")
    kind = "a time as h:min:s" if clock else "a number"
    raise InputError(
        f"{where} has {plain[:40]!r} in the column {header!r}, which is not {kind}; take the row out if it "
        "does not belong to the table, or mend it."
    )


def _clock(text: str) -> float:
    days, _, rest = text.rpartition("d ") if "d " in text else ("", "", text)
    parts = rest.split(":")
    if len(parts) != 3 or not all(_NUMBER.fullmatch(part.strip()) for part in parts):
        return math.nan
    hours, minutes, seconds = (float(part) for part in parts)
    if minutes >= 60.0 or seconds >= 60.0:
        return math.nan
    return (float(days) * 24.0 if days else 0.0) * 3600.0 + hours * 3600.0 + minutes * 60.0 + seconds
