"""Every key that a case may hold and every entry that its materials have, read off their dataclasses."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, get_type_hints

from chemomech.experiments.case.case import Case
from chemomech.experiments.case.schema import BELOW, READ, full_key, without_none
from chemomech.experiments.case.sections import ROLES
from chemomech.materials import ActiveMaterial, CarbonBinderMatrix, Electrolyte, LithiumMetal, Separator

KINDS: Mapping[str, type[Any]] = {
    "cathode": ActiveMaterial,
    "electrolyte": Electrolyte,
    "matrix": CarbonBinderMatrix,
    "separator": Separator,
    "lithium": LithiumMetal,
}
"""Kind of material by its role in a case."""


def case_keys(section: type[Any] = Case, prefix: str = "") -> Iterator[str]:
    """Yield the dotted name of every key.

    Args:
        section: a dataclass of the schema.
        prefix: its dotted name.

    Raises:
        TypeError: a key with a reader of its own that does not say which keys lie below it.
    """
    types = get_type_hints(section)
    for field in dataclasses.fields(section):
        name = full_key(prefix, field.name)
        kind = without_none(types[field.name])
        if dataclasses.is_dataclass(kind) and field.metadata.get(READ) is None:
            yield from case_keys(kind, name)  # type: ignore[arg-type]
            continue
        below = field.metadata.get(BELOW)
        if below is None and field.metadata.get(READ) is not None:
            raise TypeError(f"key {name!r} has a reader of its own; state with below= what it reads")
        yield from (full_key(name, part) if part else name for part in (("",) if below is None else below()))


def material_entries() -> Iterator[str]:
    """Yield role and name of every entry of the materials of a case, such as ``cathode.density``."""
    for role in ROLES:
        yield from (f"{role}.{entry.name}" for entry in dataclasses.fields(KINDS[role]))
