"""Replacing single entries of a material by constants or by other laws."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from chemomech.errors import unknown_name
from chemomech.materials.provenance import Parameter

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


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
    converted = {name: _converted(getattr(material, name), value) for name, value in changes.items()}
    return dataclasses.replace(material, **converted)


def _converted(current: Any, value: Any) -> Any:
    is_bare_number = isinstance(value, (int, float)) and not isinstance(value, Parameter)
    return current.with_value(float(value)) if is_bare_number else value
