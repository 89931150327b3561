"""Section ``[geometry.contacts]``: what becomes of spheres that overlap, touch or reach out of the box."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from chemomech.errors import InputError, unknown_name
from chemomech.experiments.case.schema import full_key, key, names_of, read_section, write_section
from chemomech.geometry.contacts import CONTACT_RULES, ContactRule

_LENGTHS = ("gap", "reach", "neck_radius")


def contact_keys() -> tuple[str, ...]:
    """Return the names of all keys of the section; the empty one stands for the name of a rule."""
    return ("", "rule", *names_of(*CONTACT_RULES.values()))


def read_contacts(value: Any, name: str) -> ContactRule:
    """Return the rule that the raw value of ``geometry.contacts`` stands for.

    Args:
        value: the name of a rule, or a table with the key ``rule`` and settings of that rule.
        name: full key, for messages.

    Raises:
        InputError: when it is neither, or a setting is unknown or out of its range.
    """
    table = {"rule": value} if isinstance(value, str) else value
    if not isinstance(table, Mapping) or not isinstance(table.get("rule"), str):
        raise InputError(
            f"{name} = {value!r} names no contact rule; give one of {', '.join(sorted(CONTACT_RULES))}, or a "
            "table with the key rule and its settings."
        )
    rule = table["rule"]
    if rule not in CONTACT_RULES:
        raise unknown_name(full_key(name, "rule"), rule, CONTACT_RULES)
    settings = {entry: raw for entry, raw in table.items() if entry != "rule"}
    kind = CONTACT_RULES[rule]
    contact_rule: ContactRule = read_section(kind, settings, name, _keys(kind))
    return contact_rule


def write_contacts(rule: ContactRule | None) -> dict[str, Any] | None:
    """Return the table that ``read_contacts`` reads back."""
    if rule is None:
        return None
    kind = type(rule)
    (name,) = (name for name, known in CONTACT_RULES.items() if known is kind)
    return {"rule": name} | write_section(rule, _keys(kind))


def _keys(kind: type[Any]) -> dict[str, dataclasses.Field[Any]]:
    return {
        field.name: key(unit="m" if field.name in _LENGTHS else "-") for field in dataclasses.fields(kind)
    }
