"""What a case sets in place of an entry of a material: a number, a curve through nodes, or a factor.

    diffusivity = "1e-14 m2/s"
    diffusivity = { nodes = [0.3, 0.6, 0.9], values = ["2e-15 m2/s", "6e-15 m2/s", "1e-15 m2/s"] }
    exchange_current_density = { factor = 1.4 }
    diffusivity = { value = "6e-15 m2/s", calibrated = "c5" }

What was fitted names the data, and carries the mark ``calibrated``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from chemomech.errors import InputError, unknown_name
from chemomech.experiments.case.schema import full_key, key, read_section, refuse_unknown_keys
from chemomech.experiments.case.units import parse_quantity
from chemomech.materials.curve import LINEAR, LOG
from chemomech.materials.provenance import Parameter
from chemomech.materials.replacing import units_of
from chemomech.materials.sources import Source
from chemomech.materials.temperature import AS_SET


class Change(Protocol):
    """What takes the place of an entry."""

    def made(self, entry: Any, unit: str, name: str) -> Any:
        """Return the new entry.

        Args:
            entry: that of the material; None where it has none.
            unit: SI unit of it.
            name: full key, for messages.

        Raises:
            InputError: when it does not fit.
        """
        ...


@dataclass(frozen=True)
class ValueChange:
    """A number.

    Attributes:
        value: with its unit.
        calibrated: names of the data to which it was fitted; none if absent.
    """

    value: Any = key(read=lambda value, _: value)
    calibrated: str | None = key(None)

    def made(self, entry: Any, unit: str, name: str) -> Any:
        """See ``Change``."""
        number = parse_quantity(self.value, unit, name)
        if self.calibrated is None:
            return number
        source = _fitted(f"{number:.6g} {unit}", self.calibrated)
        if hasattr(entry, "scaled"):
            # A constant law, known at every temperature, with another source.
            return entry.with_value(number).scaled(1.0, source)
        return Parameter(number, unit, source, None, AS_SET)


@dataclass(frozen=True)
class FactorChange:
    """A factor on the law or number of the material.

    Attributes:
        factor: above zero [-].
        calibrated: as of ``ValueChange``.
    """

    factor: float = key(within=(1e-12, 1e12), remedy="state a factor above 0")
    calibrated: str | None = key(None)

    def made(self, entry: Any, unit: str, name: str) -> Any:
        """See ``Change``."""
        if entry is None:
            raise InputError(f"{name} has no value of which {self.factor:g} times could be taken; state it.")
        before = entry.source.reference
        source = (
            Source(f"{self.factor:.6g} times: {before}", ("assumed",))
            if self.calibrated is None
            else _fitted(f"{self.factor:.6g} times ({before})", self.calibrated)
        )
        if hasattr(entry, "scaled"):
            return entry.scaled(self.factor, source)
        return Parameter(self.factor * float(entry), unit, source, None, entry.temperature)


@dataclass(frozen=True)
class NodesChange:
    """A curve through nodes, constant beyond them; an open-circuit voltage ends as a logarithm.

    Attributes:
        nodes: of its variable, rising.
        values: at the nodes, each with its unit.
        scale: ``log`` (its logarithm is interpolated) or ``linear``.
        calibrated: as of ``ValueChange``.
    """

    nodes: tuple[Any, ...] = key(read=lambda value, name: _listed(value, name))
    values: tuple[Any, ...] = key(read=lambda value, name: _listed(value, name))
    scale: str = key(LOG, choices=(LOG, LINEAR))
    calibrated: str | None = key(None)

    def made(self, entry: Any, unit: str, name: str) -> Any:
        """See ``Change``."""
        if not hasattr(entry, "through"):
            raise InputError(f"{name} is a number and no curve; leave out the nodes and state one value.")
        variable = entry.argument.partition("[")[2].rstrip("]")
        nodes = [parse_quantity(node, variable, f"{name}.nodes") for node in self.nodes]
        values = [parse_quantity(value, unit, f"{name}.values") for value in self.values]
        told = f"through {len(nodes)} nodes"
        source = (
            Source(f"set {told} in place of the shipped law", ("assumed",))
            if self.calibrated is None
            else _fitted(told, self.calibrated)
        )
        return entry.through(nodes, values, self.scale, source)


FORMS: Final[Mapping[str, type[Any]]] = {"value": ValueChange, "factor": FactorChange, "nodes": NodesChange}
"""Forms of a change by the key that tells them apart."""


def changed_entries(material: Any, role: str, entries: Mapping[str, Any]) -> dict[str, Any]:
    """Return the new entries of a material.

    Args:
        material: any record of the materials.
        role: in the case, such as ``cathode``.
        entries: what the case says, by name of the entry.

    Raises:
        InputError: for an entry that cannot be set, or something that does not fit.
    """
    # Only what carries a unit can be set: names, descriptions and the like cannot.
    units = units_of(material)
    where = f"materials.overrides.{role}"
    for entry in entries:
        if entry not in units:
            raise unknown_name("key", f"{where}.{entry}", [f"{where}.{name}" for name in units])
    return {
        entry: read_change(raw, f"{where}.{entry}").made(
            getattr(material, entry), units[entry], f"{where}.{entry}"
        )
        for entry, raw in entries.items()
    }


def read_change(raw: Any, name: str) -> Change:
    """Return what a case says of an entry.

    Args:
        raw: a quantity, or a table with one of ``FORMS``.
        name: full key, for messages.

    Raises:
        InputError: for a table without one of them or with two.
    """
    if not isinstance(raw, Mapping):
        return ValueChange(raw)
    stated = [form for form in FORMS if form in raw]
    if len(stated) != 1:
        refuse_unknown_keys(raw, (*FORMS, "values", "scale", "calibrated"), name)
        raise InputError(
            f"{name} states {' and '.join(stated) or 'nothing to set'}; state one of "
            f"{', '.join(full_key(name, form) for form in FORMS)}."
        )
    change: Change = read_section(FORMS[stated[0]], raw, name)
    return change


def _listed(value: Any, name: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise InputError(f"{name} = {value!r} is no list; write it in square brackets.")
    return tuple(value)


def _fitted(what: str, data: str) -> Source:
    return Source(f"{what}, fitted to {data}", ("calibrated",))
