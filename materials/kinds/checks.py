"""The physical range of every entry of a material, stated where the entry is defined and held by one check.

A range says what cannot be meant, not what is usual: a modulus of -100 GPa, a porosity above 1, a length in
metres that was in micrometres. Constants and curves go through the same check, a curve over its valid range.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chemomech.errors import InputError, require_between

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_PHYSICAL = "physical"


@dataclass(frozen=True)
class Physical:
    """What a quantity can be.

    Attributes:
        low: smallest value, in the unit of the entry.
        high: largest value.
        remedy: what to do about a value outside, as an imperative clause.
    """

    low: float
    high: float
    remedy: str


def physical(low: float, high: float, remedy: str, **metadata: Any) -> Any:
    """Return a dataclass field of an entry with its physical range.

    Args:
        low: smallest value, in the SI unit of the entry.
        high: largest value.
        remedy: what to do about a value outside, as an imperative clause.
        **metadata: further metadata of the field; ``default`` is its default.
    """
    optional = {"default": metadata.pop("default")} if "default" in metadata else {}
    return dataclasses.field(metadata={_PHYSICAL: Physical(low, high, remedy), **metadata}, **optional)


def fraction(what: str = "give a share above 0 and not above 1") -> Any:
    """Return a field for a share above 0 and not above 1."""
    return physical(1.0e-6, 1.0, what)


def poisson() -> Any:
    """Return a field for a Poisson's ratio at which displacement elements do not lock."""
    return physical(-0.99, 0.49, "an (almost) incompressible solid is not supported")


def ranges_of(record: type[DataclassInstance] | DataclassInstance) -> Mapping[str, Physical]:
    """Return the physical range of every entry of a kind of material, by name."""
    return {
        field.name: field.metadata[_PHYSICAL]
        for field in dataclasses.fields(record)
        if _PHYSICAL in field.metadata
    }


def require_physical(record: DataclassInstance) -> None:
    """Check every entry of a material, a curve over the whole range in which it may be used.

    Raises:
        InputError: naming the entry, its value and the range.
    """
    owner = getattr(record, "name", type(record).__name__)
    for name, allowed in ranges_of(record).items():
        entry = getattr(record, name)
        if entry is None:
            continue
        try:
            # A bare number is taken as a constant in the unit of the entry.
            low, high = entry.extremes() if hasattr(entry, "extremes") else (entry, entry)
        except (ArithmeticError, ValueError) as error:
            raise InputError(f"{name} of {owner} cannot be evaluated ({error}); mend the law.") from None
        unit = getattr(entry, "unit", "")
        for value in (low, high):
            require_between(f"{name} of {owner}", value, allowed.low, allowed.high, unit, allowed.remedy)
