"""Tables of text, numbers and lists read into frozen dataclasses, and written back.

A section of a case file is a dataclass. Its fields say what each key may hold: the type, and in the metadata
the SI unit and the accepted range or choices. A key the dataclass does not know is an error that names the
full key and the nearest known one, because a misspelt key that is silently ignored changes a result.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from chemomech.errors import InputError, require_between, unknown_name
from chemomech.experiments.case.units import format_quantity, parse_quantity

UNIT = "unit"
RANGE = "range"
REMEDY = "remedy"
CHOICES = "choices"
READ = "read"
WRITE = "write"
BELOW = "below"


def key(
    default: Any = dataclasses.MISSING,
    *,
    unit: str = "-",
    within: tuple[float, float] | None = None,
    remedy: str = "choose a value inside the range",
    choices: tuple[str, ...] | None = None,
    read: Callable[[Any, str], Any] | None = None,
    write: Callable[[Any], Any] | None = None,
    below: Callable[[], Iterable[str]] | None = None,
) -> Any:
    """Return a dataclass field that stands for one key of a case file.

    Args:
        default: value of a key that is not given; without one the key must be given.
        unit: SI unit of a number; numbers with a unit must be written as text.
        within: smallest and largest accepted value, in ``unit``.
        remedy: what to do about a value outside, as an imperative clause.
        choices: the accepted words, for text.
        read: replaces reading by type; called with the raw value and the full key.
        write: replaces writing by type.
        below: with ``read``, names of the keys that it reads below this one; an empty name for itself.
    """
    metadata = {
        UNIT: unit,
        RANGE: within,
        REMEDY: remedy,
        CHOICES: choices,
        READ: read,
        WRITE: write,
        BELOW: below,
    }
    if default is dataclasses.MISSING:
        return dataclasses.field(metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def full_key(prefix: str, name: str) -> str:
    """Return the dotted name of a key within its section."""
    return f"{prefix}.{name}" if prefix else name


def require_table(value: Any, prefix: str) -> Mapping[str, Any]:
    """Return ``value`` if it is a table.

    Raises:
        InputError: when it is anything else.
    """
    if not isinstance(value, Mapping):
        where = f"[{prefix}]" if prefix else "a case"
        raise InputError(
            f"{where} = {value!r} is not a table; write keys and values below a [{prefix or 'section'}] line."
        )
    return value


def refuse_unknown_keys(table: Iterable[str], known: Iterable[str], prefix: str) -> None:
    """Raise for the first key of ``table`` that is not among ``known``.

    Raises:
        InputError: naming the full key and the nearest known one.
    """
    names = tuple(known)
    for name in table:
        if name not in names:
            raise unknown_name("key", full_key(prefix, name), [full_key(prefix, other) for other in names])


def names_of(*sections: type[Any]) -> tuple[str, ...]:
    """Return the names of the fields of dataclasses, each once."""
    return tuple(dict.fromkeys(field.name for section in sections for field in dataclasses.fields(section)))


type Keys = Mapping[str, dataclasses.Field[Any]]
"""Fields that stand in for those of a dataclass of another folder, which knows nothing of case files."""


def read_section[T](section: type[T], table: Any, prefix: str = "", keys: Keys | None = None) -> T:
    """Return an instance of the dataclass ``section`` read from a table.

    Args:
        section: a dataclass whose fields are made with :func:`key`, or plain ones (then dimensionless).
        table: keys and raw values, as a TOML reader returns them.
        prefix: dotted name of the section, for messages.
        keys: metadata for plain fields, by name.

    Raises:
        InputError: for a key that is unknown, missing, or holds something else than it should.
    """
    types_of = get_type_hints(section)
    fields: dict[str, dataclasses.Field[Any]] = {f.name: f for f in dataclasses.fields(section) if f.init}  # type: ignore[arg-type]
    raw = require_table(table, prefix)
    refuse_unknown_keys(raw, fields, prefix)
    for name, field in fields.items():
        if name not in raw and _required(field):
            raise InputError(f"key {full_key(prefix, name)!r} is missing; add it to the case.")
    described = fields | dict(keys or {})
    values = {
        name: read_value(described[name], types_of[name], value, full_key(prefix, name))
        for name, value in raw.items()
    }
    return section(**values)


def write_section(section: Any, keys: Keys | None = None) -> dict[str, Any]:
    """Return a section as a table that :func:`read_section` reads back; absent values are left out."""
    return {name: value for name, value in _written(section, keys or {}) if value is not None}


def read_value(field: dataclasses.Field[Any], kind: Any, value: Any, name: str) -> Any:
    """Return one raw value as what its field asks for.

    Args:
        field: the field, for its metadata.
        kind: the resolved type of the field.
        value: the raw value.
        name: full key, for messages.

    Raises:
        InputError: when the value does not fit.
    """
    custom = field.metadata.get(READ)
    if custom is not None:
        return custom(value, name)
    kind = without_none(kind)
    if dataclasses.is_dataclass(kind):
        return read_section(kind, value, name)  # type: ignore[arg-type]
    if get_origin(kind) is tuple:
        return _read_tuple(field, get_args(kind), value, name)
    if get_origin(kind) is Literal:
        return _read_choice(value, get_args(kind), name)
    return _READERS[kind](field, value, name)


def is_scalar(kind: Any) -> bool:
    """Return whether a field of this type can be set from a single value of a case file."""
    kind = without_none(kind)
    return kind in _READERS or get_origin(kind) is Literal


def _written(section: Any, keys: Keys) -> Iterator[tuple[str, Any]]:
    for plain in dataclasses.fields(section):
        field = keys.get(plain.name, plain)
        value = getattr(section, plain.name)
        custom = field.metadata.get(WRITE)
        yield (
            plain.name,
            custom(value) if custom is not None else _write_value(value, field.metadata.get(UNIT, "-")),
        )


def _write_value(value: Any, unit: str) -> Any:
    if dataclasses.is_dataclass(value):
        return write_section(value)
    if isinstance(value, tuple):
        return [_write_value(item, unit) for item in value]
    if unit != "-" and value is not None:
        return format_quantity(value, unit)
    return value


def _required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def without_none(kind: Any) -> Any:
    """Return the type of a key that may be absent; any other as it is."""
    if get_origin(kind) not in (Union, types.UnionType):
        return kind
    (only,) = (part for part in get_args(kind) if part is not type(None))
    return only


def _read_tuple(
    field: dataclasses.Field[Any], parts: tuple[Any, ...], value: Any, name: str
) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise InputError(f"{name} = {value!r} is not a list; write the values between [ and ].")
    if parts[-1] is not Ellipsis and len(value) != len(parts):
        raise InputError(f"{name} = {value!r} has {len(value)} values; it must have {len(parts)}.")
    return tuple(_READERS[parts[0]](field, item, f"{name}[{index}]") for index, item in enumerate(value))


def _read_float(field: dataclasses.Field[Any], value: Any, name: str) -> float:
    unit = field.metadata.get(UNIT, "-")
    return _within(field, parse_quantity(value, unit, name), name)


def _read_int(field: dataclasses.Field[Any], value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError(f"{name} = {value!r} is not a whole number; write one without a decimal point.")
    return int(_within(field, value, name))


def _read_text(field: dataclasses.Field[Any], value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise InputError(f"{name} = {value!r} is not text; write it between quotes.")
    choices = field.metadata.get(CHOICES)
    return value if choices is None else _read_choice(value, choices, name)


def _read_choice(value: Any, choices: tuple[str, ...], name: str) -> str:
    if value not in choices:
        raise unknown_name(name, value, choices)
    return value


def _read_bool(field: dataclasses.Field[Any], value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise InputError(f"{name} = {value!r} is not a switch; write true or false.")
    return value


def _within(field: dataclasses.Field[Any], value: float, name: str) -> float:
    bounds = field.metadata.get(RANGE)
    if bounds is None:
        return value
    low, high = bounds
    return require_between(name, value, low, high, field.metadata[UNIT], field.metadata[REMEDY])


_READERS: dict[Any, Callable[[dataclasses.Field[Any], Any, str], Any]] = {
    float: _read_float,
    int: _read_int,
    str: _read_text,
    bool: _read_bool,
}
