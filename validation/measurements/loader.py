"""Typed access to the measurement files.

A file holds one ``[paper]`` and any number of ``[[number]]``, ``[[series]]`` and ``[[ordering]]``. Every
entry has an ``id`` of its own in the file, the ``claim`` it belongs to (physics notes, section 4) and
``where`` in the paper it stands; what is wrong with a value in the paper is kept beside it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from importlib.resources import files
from typing import Any

from chemomech.errors import InputError, unknown_name


@dataclass(frozen=True)
class Paper:
    """A paper.

    Attributes:
        key: How files and claims call it.
        reference: Where to find it.
        doi: Digital object identifier; empty if not known.
        material: Active material, by the name of the material set.
        cell: What was cycled and how.
        known_errors: What is wrong in it as a whole.
    """

    key: str
    reference: str
    doi: str
    material: str
    cell: str
    known_errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Number:
    """One measured number.

    Attributes:
        id: Name within the file.
        claim: Claim it belongs to.
        quantity: What it is.
        unit: Of value and uncertainty, as in the paper.
        where: Table, figure or section.
        value: The number.
        uncertainty: Its uncertainty; None where the paper gives none.
        uncertainty_is: What the uncertainty is.
        conditions: Under which it was measured, by name.
        known_errors: What is wrong with it.
    """

    id: str
    claim: str
    quantity: str
    unit: str
    where: str
    value: float
    uncertainty: float | None = None
    uncertainty_is: str = ""
    conditions: Mapping[str, Any] = field(default_factory=dict)
    known_errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Series:
    """Numbers along an axis; attributes as those of :class:`Number`, with one entry a point.

    Attributes:
        id: Name within the file.
        claim: Claim it belongs to.
        quantity: What it is.
        unit: Of values and uncertainties.
        where: Table, figure or section.
        axis: What is varied, with its unit.
        at: Positions on the axis.
        values: The numbers.
        uncertainty: Their uncertainties; empty where the paper gives none.
        uncertainty_is: What the uncertainty is.
        conditions: Under which they were measured, by name.
        known_errors: What is wrong with them.
    """

    id: str
    claim: str
    quantity: str
    unit: str
    where: str
    axis: str
    at: tuple[float, ...]
    values: tuple[float, ...]
    uncertainty: tuple[float, ...] = ()
    uncertainty_is: str = ""
    conditions: Mapping[str, Any] = field(default_factory=dict)
    known_errors: tuple[str, ...] = ()

    def value_at(self, position: float) -> float:
        """The value measured at a position.

        Raises:
            InputError: If none was measured there; nothing is interpolated.
        """
        for at, value in zip(self.at, self.values, strict=True):
            if abs(at - position) < 1.0e-9 * max(1.0, abs(at)):
                return value
        raise InputError(
            f"{self.id} was not measured at {position:.6g} ({self.axis}); it was at "
            f"{', '.join(f'{at:g}' for at in self.at)}: ask for one of these."
        )


@dataclass(frozen=True)
class Ordering:
    """A qualitative finding.

    Attributes:
        id: Name within the file.
        claim: Claim it belongs to.
        statement: What is greater than, equal to or less than what.
        where: Table, figure or section.
        conditions: Under which it was seen, by name.
        known_errors: What speaks against it.
    """

    id: str
    claim: str
    statement: str
    where: str
    conditions: Mapping[str, Any] = field(default_factory=dict)
    known_errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measurements:
    """Everything of one paper.

    Attributes:
        paper: The paper.
        numbers: Numbers by id.
        series: Series by id.
        orderings: Orderings by id.
    """

    paper: Paper
    numbers: Mapping[str, Number]
    series: Mapping[str, Series]
    orderings: Mapping[str, Ordering]

    def number(self, name: str) -> Number:
        """The number of that id.

        Raises:
            InputError: If there is none.
        """
        return _found(self.numbers, "number", name, self.paper.key)

    def one_series(self, name: str) -> Series:
        """The series of that id.

        Raises:
            InputError: If there is none.
        """
        return _found(self.series, "series", name, self.paper.key)

    @property
    def claims(self) -> frozenset[str]:
        """Claims with at least one entry."""
        entries: list[Number | Series | Ordering] = [
            *self.numbers.values(),
            *self.series.values(),
            *self.orderings.values(),
        ]
        return frozenset(entry.claim for entry in entries)


def paper_keys() -> list[str]:
    """Keys of all papers, sorted."""
    folder = files("chemomech.validation.measurements")
    return sorted(
        entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")
    )


@cache
def measurements(key: str) -> Measurements:
    """What a paper measured.

    Args:
        key: Key of the paper, such as ``"hausen-2024"``.

    Raises:
        InputError: If there is no such paper.
    """
    if key not in paper_keys():
        raise unknown_name("paper", key, paper_keys())
    file = files("chemomech.validation.measurements") / f"{key}.toml"
    return parse(tomllib.loads(file.read_text(encoding="utf-8")), f"{key}.toml")


def parse(content: Mapping[str, Any], source: str) -> Measurements:
    """Check and type the content of a file.

    Args:
        content: The parsed TOML.
        source: What messages call it.

    Raises:
        InputError: For a missing or unknown entry, an id used twice, or lengths that disagree.
    """
    unknown = sorted(set(content) - {"paper", "number", "series", "ordering"})
    if unknown or "paper" not in content:
        raise InputError(
            f"{source} has {'an unknown part ' + unknown[0] if unknown else 'no [paper]'}; it may hold one "
            "[paper] and any number of [[number]], [[series]] and [[ordering]]."
        )
    paper = _record(Paper, content["paper"], source)
    numbers = _by_id([_record(Number, row, source) for row in content.get("number", [])], source)
    series = _by_id([_record(Series, row, source) for row in content.get("series", [])], source)
    orderings = _by_id([_record(Ordering, row, source) for row in content.get("ordering", [])], source)
    for entry in series.values():
        if len(entry.at) != len(entry.values) or len(entry.uncertainty) not in (0, len(entry.values)):
            raise InputError(
                f"series {entry.id!r} of {source} has {len(entry.at)} positions, {len(entry.values)} values "
                f"and {len(entry.uncertainty)} uncertainties; give as many of each, or no uncertainties."
            )
    return Measurements(paper, numbers, series, orderings)


def _record[R: (Paper, Number, Series, Ordering)](kind: type[R], row: Mapping[str, Any], source: str) -> R:
    known = {entry.name: entry for entry in fields(kind)}
    name = row.get("id", row.get("key", "?"))
    if unknown := sorted(set(row) - set(known)):
        raise InputError(f"{name!r} of {source}: {unknown_name('key', unknown[0], known)}")
    required = {n for n, e in known.items() if e.default is MISSING and e.default_factory is MISSING}
    if missing := sorted(required - set(row)):
        raise InputError(f"{name!r} of {source} lacks {', '.join(missing)}; add it.")
    frozen: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
    return kind(**frozen)


def _by_id[E: (Number, Series, Ordering)](entries: Sequence[E], source: str) -> dict[str, E]:
    entries_by_id: dict[str, E] = {}
    for entry in entries:
        if entry.id in entries_by_id:
            raise InputError(f"{source} has two entries with the id {entry.id!r}; give each its own.")
        entries_by_id[entry.id] = entry
    return entries_by_id


def _found[E](entries: Mapping[str, E], kind: str, name: str, key: str) -> E:
    if name not in entries:
        raise unknown_name(f"{kind} of paper {key}", name, entries)
    return entries[name]
