"""Whole materials at one temperature."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from chemomech.materials.sources import EVERYWHERE, Interval

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def at_temperature[M: DataclassInstance](material: M, temperature: float) -> M:
    """The material with every law and number at a temperature.

    Its laws are ordinary ones afterwards and know from where they count on, so that moving it twice, or
    back, is the same as moving it once. At the temperature at which it is, it is returned as it is.

    Args:
        material: Any record of this package.
        temperature: Temperature [K].

    Raises:
        InputError: If one of its laws is not known there.
    """
    owner = getattr(material, "name", type(material).__name__)
    changes = {}
    for name, entry in _entries(material):
        moved = entry.at_temperature(temperature, f"{name} of {owner}")
        if moved is not entry:
            changes[name] = moved
    return dataclasses.replace(material, **changes) if changes else material


def temperature_range(material: DataclassInstance) -> Interval:
    """Temperatures [K] at which every law and number of a material is known; empty where low exceeds high."""
    low, high = EVERYWHERE
    for _, entry in _entries(material):
        low, high = max(low, entry.temperature_range[0]), min(high, entry.temperature_range[1])
    return low, high


def _entries(material: DataclassInstance) -> Iterator[tuple[str, Any]]:
    # Everything but words must know how to move: an entry of a new kind without that fails here.
    for field in dataclasses.fields(material):
        entry = getattr(material, field.name)
        if entry is not None and not isinstance(entry, str):
            yield field.name, entry
