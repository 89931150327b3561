"""The form of a case, made from the schema: every key with its unit, range, choices and meaning.

What is typed is read as the command line reads ``--set key=value``, so that what is wrong with it is said in
the same sentence.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from chemomech.errors import InputError
from chemomech.experiments.case import Case, parse_assignment
from chemomech.experiments.case import sections as schema_sections
from chemomech.experiments.case.schema import (
    BELOW,
    CHOICES,
    RANGE,
    READ,
    REMEDY,
    UNIT,
    full_key,
    is_scalar,
    without_none,
)
from chemomech.experiments.case.sections import MESH_KEYS, NUMERICS_KEYS, nested
from chemomech.experiments.case.toml_text import flattened
from chemomech.experiments.case.units import format_quantity
from chemomech.experiments.models.registry import MODELS
from chemomech.geometry import MESH_PRESETS, MeshOptions
from chemomech.geometry.shapes import ShapeOptions
from chemomech.solver.cell.numerics import Numerics

FIRST = ("name", "description", "model", "mesh.preset", "protocol", "temperature", "geometry.layout")
"""Keys that most cases set, in a section of their own."""

SWITCH = ("true", "false")
NOT_SET = ""


@dataclass(frozen=True)
class FormField:
    """One key of a case.

    Attributes:
        key: dotted.
        section: under which it is shown.
        unit: SI unit; ``"-"`` for none.
        choices: accepted words; empty where anything may be typed.
        hint: accepted range and the way to write it, in words.
        help: what the key means.
    """

    key: str
    section: str
    unit: str = "-"
    choices: tuple[str, ...] = ()
    hint: str = ""
    help: str = ""


@cache
def fields() -> tuple[FormField, ...]:
    """Return every key of the schema that is one field of the form, in the order of the case."""
    found = tuple(_fields_of(Case, ""))
    first = {entry.key: dataclasses.replace(entry, section="case") for entry in found if entry.key in FIRST}
    rest = [entry for entry in found if entry.key not in FIRST]
    return (*(first[key] for key in FIRST), *rest)


def texts_of(case: Case) -> dict[str, str]:
    """Return what stands in each field for a case; empty where a key is not set."""
    table = case.to_table()
    flat = flattened(table)
    texts = {}
    for entry in fields():
        value = flat.get(entry.key, _at(table, entry.key))
        texts[entry.key] = NOT_SET if value is None else written(value)
    return texts


def written(value: Any) -> str:
    """Write a value of a case file as it is typed: text plain, all else as TOML."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_bare(name)} = {_quoted(entry)}" for name, entry in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_quoted(entry) for entry in value)}]"
    return repr(value)


@dataclass(frozen=True)
class Answer:
    """What a form gives.

    Attributes:
        case: the case; None where something is wrong.
        errors: a sentence by key, for a value that is wrong by itself.
        whole: a sentence on values that do not go together; empty where there is none.
    """

    case: Case | None
    errors: Mapping[str, str]
    whole: str = ""


def read(base: Case, texts: Mapping[str, str]) -> Answer:
    """Return the case that a form describes.

    Args:
        base: the case that the form was filled with.
        texts: what stands in the fields, by key; fields that are as they were are not read.
    """
    before = texts_of(base)
    changed = {key: text for key, text in texts.items() if key in before and text != before[key]}
    changes, errors = {}, {}
    for key, text in changed.items():
        try:
            changes[key] = _value(key, text)
            _with(base, {key: changes[key]})
        except InputError as error:
            errors[key] = str(error)
    # A value may be wrong beside the old ones and right beside what else is new.
    right = {key: value for key, value in changes.items() if key not in errors}
    for key in [*errors]:
        if key in changes and _is_right(base, right | {key: changes[key]}):
            del errors[key]
    try:
        case = _with(base, changes) if len(changes) == len(changed) else None
    except InputError as error:
        return Answer(None, errors, "" if str(error) in errors.values() else str(error))
    return Answer(case, {}) if case is not None else Answer(None, errors)


def _is_right(base: Case, changes: Mapping[str, Any]) -> bool:
    try:
        _with(base, changes)
    except InputError:
        return False
    return True


def _with(base: Case, changes: Mapping[str, Any]) -> Case:
    table = nested({key: value for key, value in changes.items() if value is not None}, base.to_table())
    for key, value in changes.items():
        if value is None:
            _drop(table, key)
    return Case.from_table(table)


def _value(key: str, text: str) -> Any:
    """What is typed, as ``--set`` reads it; None for a key that is to be left out."""
    if not text.strip():
        return None
    return parse_assignment(f"{key}={text}")[1]


def _drop(table: dict[str, Any], key: str) -> None:
    *places, last = key.split(".")
    for place in places:
        table = table.get(place, {})
    table.pop(last, None)


def _fields_of(section: type[Any], prefix: str) -> Iterator[FormField]:
    types, meanings = get_type_hints(section), meanings_of(section.__doc__)
    for field in dataclasses.fields(section):
        name, kind = full_key(prefix, field.name), without_none(types[field.name])
        special = _SPECIAL.get(name)
        if special is not None:
            yield from special(name)
        elif dataclasses.is_dataclass(kind) and field.metadata.get(READ) is None:
            yield from _fields_of(kind, name)  # type: ignore[arg-type]
        else:
            yield _field(name, prefix or "case", field, kind, meanings.get(field.name, ""))


def _field(name: str, section: str, field: dataclasses.Field[Any], kind: Any, meaning: str) -> FormField:
    choices = _choices(name, field, kind)
    unit = field.metadata.get(UNIT, "-")
    return FormField(name, section, unit, choices, _hint(field, kind, unit), meaning)


def _choices(name: str, field: dataclasses.Field[Any], kind: Any) -> tuple[str, ...]:
    if kind is bool:
        return SWITCH
    if get_origin(kind) is Literal:
        return tuple(get_args(kind))
    return tuple(MODELS) if name == "model" else field.metadata.get(CHOICES) or ()


def _hint(field: dataclasses.Field[Any], kind: Any, unit: str) -> str:
    said = []
    bounds = field.metadata.get(RANGE)
    if bounds is not None:
        low, high = bounds
        limits = [f"at least {_shown(low, unit)}"] if math.isfinite(low) else []
        limits += [f"at most {_shown(high, unit)}"] if math.isfinite(high) else []
        said.append(", ".join(limits))
        said.append(str(field.metadata.get(REMEDY, "")))
    elif unit != "-":
        said.append(f"with its unit, as in {_shown(1.0, unit)}")
    if field.metadata.get(READ) is not None:
        names = [part for part in (field.metadata.get(BELOW) or tuple)() if part]
        said.append(
            f"a name, or a table between {{ and }} of {', '.join(names)}"
            if names
            else "a table between { and }"
        )
    elif get_origin(kind) is tuple:
        said.append("a list between [ and ]")
    return "; ".join(part for part in said if part)


def _shown(value: float, unit: str) -> str:
    return f"{value:g}" if unit == "-" else format_quantity(float(value), unit)


def _mesh_fields(name: str) -> Iterator[FormField]:
    presets = FormField(
        full_key(name, "preset"), name, choices=tuple(MESH_PRESETS), help="how fine the mesh is"
    )
    yield presets
    meanings = meanings_of(ShapeOptions.__doc__) | meanings_of(MeshOptions.__doc__)
    types = get_type_hints(ShapeOptions) | get_type_hints(MeshOptions)
    for key in MESH_KEYS:
        unit = "m" if schema_sections.is_length(key) else "-"
        hint = "that of the preset if empty"
        choices = SWITCH if without_none(types[key]) is bool else ()
        yield FormField(full_key(name, key), name, unit, choices, hint, meanings.get(key, ""))


def _numerics_fields(name: str) -> Iterator[FormField]:
    types, meanings = get_type_hints(Numerics), meanings_of(Numerics.__doc__)
    for plain in dataclasses.fields(Numerics):
        field, kind = NUMERICS_KEYS.get(plain.name, plain), without_none(types[plain.name])
        if is_scalar(kind):
            yield _field(full_key(name, plain.name), name, field, kind, meanings.get(plain.name, ""))


_SPECIAL = {"mesh": _mesh_fields, "numerics": _numerics_fields}


@cache
def meanings_of(docstring: str | None) -> dict[str, str]:
    """Return what the attributes of a dataclass mean, by name, from its docstring."""
    _, _, listed = (docstring or "").partition("Attributes:")
    found: dict[str, str] = {}
    name, indent = "", None
    for line in listed.splitlines():
        if not line.strip():
            if found:
                break
            continue
        depth = len(line) - len(line.lstrip())
        indent = depth if indent is None else indent
        match = re.match(r"(\w+): (.*)", line.strip()) if depth == indent else None
        if match is not None:
            name = match[1]
            found[name] = match[2]
        elif depth > indent and name:
            found[name] += f" {line.strip()}"
        elif depth < indent:
            break
    return {name: words.replace("``", "") for name, words in found.items()}


def _at(table: Mapping[str, Any], key: str) -> Any:
    value: Any = table
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _quoted(value: Any) -> str:
    if not isinstance(value, str):
        return written(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _bare(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)
