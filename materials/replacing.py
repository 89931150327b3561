"""Replacing single entries of a material by constants or by other laws."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from chemomech.errors import unknown_name
from chemomech.materials.provenance import Parameter, override_source

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


UNIT = "unit"
"""Metadata of an entry that a material may leave out: the SI unit of a number that is set in its place."""


def units_of(material: DataclassInstance) -> dict[str, str]:
    """SI unit of every entry of a material that can be set to a number, by name of the entry."""
    entries = {field.name: getattr(material, field.name) for field in dataclasses.fields(material)}
    optional = {f.name: f.metadata[UNIT] for f in dataclasses.fields(material) if UNIT in f.metadata}
    return optional | {name: entry.unit for name, entry in entries.items() if hasattr(entry, "unit")}


def replace[M: DataclassInstance](material: M, **changes: Any) -> M:
    """A copy of a material with some entries replaced.

    A plain number takes the place of a parameter or of a whole curve; its source then says that it was
    set by the user. A `Parameter`, `Curve` or any other object is taken as it is.

    Args:
        material: Any record of this package.
        **changes: New entries by attribute name, for instance ``diffusivity=1e-14``.

    Raises:
        InputError: If the record has no such entry, or does not accept the value.
    """
    entries = {field.name for field in dataclasses.fields(material)}
    for name in changes:
        if name not in entries:
            raise unknown_name(f"entry of {type(material).__name__}", name, entries)
    units = units_of(material)
    converted = {
        name: _converted(getattr(material, name), value, units.get(name, "-"))
        for name, value in changes.items()
    }
    return dataclasses.replace(material, **converted)


def _converted(current: Any, value: Any, unit: str) -> Any:
    is_bare_number = isinstance(value, (int, float)) and not isinstance(value, Parameter)
    if not is_bare_number:
        return value
    if current is None:
        return Parameter(float(value), unit, override_source(float(value), unit), None)
    return current.with_value(float(value))
