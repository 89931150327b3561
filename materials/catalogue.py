"""Tables of every number with its source: ``python -m chemomech.materials`` prints them all."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from functools import singledispatch
from typing import Any

import numpy as np

from chemomech.materials.curve import Curve
from chemomech.materials.isothermal import temperature_range
from chemomech.materials.kinetics import ExchangeCurrentDensity
from chemomech.materials.lookup import active_material, electrolyte, lithium, matrix, separator
from chemomech.materials.open_circuit import OpenCircuitVoltage
from chemomech.materials.provenance import Interval, Parameter, Source
from chemomech.materials.registry import Registry

_SECTIONS: tuple[tuple[str, Registry[Any]], ...] = (
    ("Active materials", active_material),
    ("Electrolytes", electrolyte),
    ("Matrices", matrix),
    ("Separators", separator),
    ("Lithium electrodes", lithium),
)

_INTRODUCTION = """\
# Materials

Every number the simulator uses, with its source. This page is written by
`python -m chemomech.materials`; a test keeps it in step with the code.

A curve is shown by its values at the two ends of the range in which it may be used and by its extremes
there. "Range" is that interval for a curve, and the interval of reported or plausible values for a number.
Marks: *literature*: read in the cited work or in its published data or code; *second-hand*: quoted from
the cited work by somebody else; *computed*: derived from other values; *assumed*: a choice.
Every law is continued safely outside its range, so that an iteration may pass through it.

All values hold at 25 C. The last column says how an entry moves with temperature, between which
temperatures it may be used, and where that comes from; a cell at any other temperature is refused. Where a
source says nothing about the range, 263.15 to 333.15 K (-10 to 60 C) is assumed. A constant that a case sets
in place of an entry is the value at the temperature of that case.

<!-- figure: materials -->
"""


def describe(material: Any) -> str:
    """Markdown table of every entry of one material: value, range, mark and source.

    Args:
        material: Any record of this package.
    """
    rows = [
        f"| `{name}` | {value} | {unit} | {extent} | {_marks(source)} | {reference} | {heat} |"
        for name, value, unit, extent, source, reference, heat in _entries(material)
    ]
    names = "| entry | value | unit | range | mark | source | temperature |"
    header = [names, "|---|---|---|---|---|---|---|"]
    words = [material.description, "", _usable(material), ""]
    return "\n".join([f"### {material.name}", "", *words, *header, *rows, ""])


def catalogue() -> str:
    """Markdown page of all materials."""
    parts = [_INTRODUCTION]
    for title, registry in _SECTIONS:
        parts.append(f"## {title}\n")
        parts.extend(describe(registry(name)) for name in registry.names())
    return "\n".join(parts)


type _Row = tuple[str, str, str, str, Source, str, str]


def _marks(source: Source) -> str:
    return ", ".join(source.marks) or "-"


def _usable(material: Any) -> str:
    low, high = temperature_range(material)
    if low == high:
        return f"Known at {low:.6g} K only."
    return f"For cells at {low:.6g} to {high:.6g} K."


def _entries(material: Any) -> Iterator[_Row]:
    for field in dataclasses.fields(material):
        yield from _rows(getattr(material, field.name), field.name)


@singledispatch
def _rows(entry: object, name: str) -> Iterator[_Row]:
    """Rows of one entry; names and descriptions have none."""
    return iter(())


@_rows.register
def _(entry: Parameter, name: str) -> Iterator[_Row]:
    extent = _interval(entry.valid_range) if entry.valid_range else "-"
    value, heat = f"{float(entry):.6g}", entry.temperature.words()
    yield name, value, entry.unit, extent, entry.source, entry.source.reference, heat


@_rows.register
def _(entry: Curve, name: str) -> Iterator[_Row]:
    reference = entry.source.reference + (f" ({entry.note})" if entry.note else "")
    extent = f"{entry.argument.split(' ')[0]}: {_interval(entry.valid_range)}"
    heat = entry.temperature.words()
    yield name, _values(entry), entry.unit, extent, entry.source, reference, heat


@_rows.register
def _(entry: OpenCircuitVoltage, name: str) -> Iterator[_Row]:
    for _, value, unit, extent, source, reference, heat in _rows.dispatch(Curve)(entry, name):
        scale = f"{reference}; x is on the scale c_max = {entry.maximum_concentration:.0f} mol/m3"
        yield name, value, unit, extent, source, scale, heat


@_rows.register
def _(entry: ExchangeCurrentDensity, name: str) -> Iterator[_Row]:
    yield from _rows(entry.stoichiometry_law, f"{name}.stoichiometry_law")
    yield from _rows(entry.salt_law, f"{name}.salt_law")


def _values(curve: Curve) -> str:
    low, high = curve.valid_range
    if math.isinf(low) or math.isinf(high):
        return f"{float(curve(0.0)):.4g}"
    values = curve(np.linspace(low, high, 2001))
    ends = f"{values[0]:.4g} to {values[-1]:.4g}"
    return (
        f"{ends} (min {values.min():.4g}, max {values.max():.4g})" if np.ptp(values) else f"{values[0]:.4g}"
    )


def _interval(interval: Interval) -> str:
    if math.isinf(interval[0]) and math.isinf(interval[1]):
        return "any"
    return f"{interval[0]:.6g} to {interval[1]:.6g}"
