"""Particle layouts as CSV files that carry their units and their box.

The format, version 1::

    # chemomech particle layout 1
    # name: two-spheres
    # box [um]: 20, 20, 40
    # (any other line that starts with # is a remark)
    x [um],y [um],z [um],radius [um]
    5.0,5.0,5.0,3.0
    14.0,14.0,30.0,4.0

The units m, mm, um and nm are read in the column names and in the box line; a file without units is
refused. z = 0 is the current collector, z = L (third edge of the box) the separator side.

Version 2 adds what images know, each part optional: a line with the voxel size (x, y, z), the columns ``id``
(a whole number) and ``border`` (1 if the border of the image cuts the particle, else 0), and, after a line
``# contacts``, a table of the ids that touch with the area of the contact::

    # chemomech particle layout 2
    # voxel size [um]: 0.398, 0.398, 0.398
    # box [um]: 20, 20, 40
    x [um],y [um],z [um],radius [um],id,border
    5.0,5.0,5.0,3.0,17,0
    9.0,5.0,5.0,2.0,23,1
    # contacts
    first,second,area [um2]
    17,23,2.5
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from chemomech.digits import decimal, whole
from chemomech.errors import InputError
from chemomech.reading import read_text

from .contact_list import ContactList
from .layout import Layout

MAGIC = "chemomech particle layout"
LATEST = 2
COLUMNS = ("x", "y", "z", "radius")
CONTACT_COLUMNS = ("first", "second", "area")
CONTACTS = "# contacts"
UNITS = {"m": 1.0, "mm": 1e-3, "um": 1e-6, "\N{MICRO SIGN}m": 1e-6, "nm": 1e-9}
AREAS = {f"{unit}2": scale**2 for unit, scale in UNITS.items()}
_EDGES = re.compile(r"^#\s*(?P<what>box|voxel size)\s*\[(?P<unit>[^\]]*)\]\s*:(?P<edges>.*)$")
_NAME = re.compile(r"^#\s*name\s*:\s*(?P<name>.*\S)\s*$")
_COLUMN = re.compile(r"^\s*(?P<name>\w+)\s*(\[(?P<unit>[^\]]*)\])?\s*$")


def write_layout(layout: Layout, path: str | Path, remarks: tuple[str, ...] = ()) -> Path:
    """Write a layout to a CSV file in micrometres, with twelve decimals (1e-18 m).

    Args:
        layout: what to write; in version 1 of the format if it holds nothing that needs version 2.
        path: the file; replaced in one step if it exists.
        remarks: lines to add to the header, for instance how the layout was made.

    Returns:
        The path written.
    """
    target = Path(path)
    plain = np.array_equal(layout.ids, np.arange(len(layout))) and np.array_equal(
        layout.at_border, layout.is_cut
    )
    version = 1 if plain and layout.contacts is None and layout.voxel_size is None else 2
    lines = [f"# {MAGIC} {version}", f"# name: {layout.name}"]
    if layout.voxel_size is not None:
        lines.append("# voxel size [um]: " + ", ".join(f"{edge * 1e6:.12g}" for edge in layout.voxel_size))
    lines.append("# box [um]: " + ", ".join(f"{edge * 1e6:.12g}" for edge in layout.box))
    lines.append("# z = 0 is the current collector; the last edge of the box is the electrode thickness")
    lines += [f"# {remark}" for remark in remarks]
    lines.append(",".join(f"{name} [um]" for name in COLUMNS) + (",id,border" if version == 2 else ""))
    for row, (centre, radius) in enumerate(zip(layout.centres, layout.radii, strict=True)):
        label = f",{layout.ids[row]},{int(layout.at_border[row])}" if version == 2 else ""
        lines.append(",".join(f"{value * 1e6:.12f}" for value in (*centre, radius)) + label)
    if layout.contacts is not None:
        lines += [CONTACTS, "first,second,area [um2]"]
        for (first, second), area in zip(layout.contacts.pairs, layout.contacts.areas, strict=True):
            lines.append(f"{layout.ids[first]},{layout.ids[second]},{area * 1e12:.12g}")
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
    partial.replace(target)
    return target


def read_layout(path: str | Path) -> Layout:
    """Read a layout from a CSV file.

    Args:
        path: a file in the format described at the top of this module.

    Returns:
        The layout, in metres; its name is the header's, else the file's.

    Raises:
        InputError: the file is missing, has no box, lacks a column or a unit, or holds something that
            is not a number; or the spheres are not a valid layout.
    """
    source = Path(path)
    lines = read_text(source, "layout file").splitlines()
    version = _version(lines, source)
    end = next((row for row, line in enumerate(lines) if line.strip() == CONTACTS), len(lines))
    if version == 1 and end < len(lines):
        raise InputError(
            f"the layout file {source} is of version 1 and has contacts; write 2 in its first line."
        )
    header = [line for line in lines[:end] if line.startswith("#")]
    edges = _read_edges(header, source)
    if "box" not in edges:
        raise InputError(
            f"the layout file {source} does not say its box; add a line '# box [um]: 20, 20, 40'."
        )
    beyond = {"id", "border"} if version == 2 else set()
    names = [match["name"] for line in header if (match := _NAME.match(line))]
    if len(names) > 1:
        raise InputError(f"the layout file {source} has two lines with a name; leave one of them.")
    example = "x [um],y [um],z [um],radius [um]"
    particles = _Table.read(lines[:end], source, UNITS, example, {*COLUMNS, *beyond})
    places = np.column_stack([particles.values(name) for name in COLUMNS])
    ids = particles.whole("id")
    border = particles.whole("border")
    if border is not None and not np.isin(border, (0, 1)).all():
        raise InputError(f"the column 'border' of {source} holds another number than 0 and 1; correct it.")
    plain = Layout(
        places[:, :3],
        places[:, 3],
        edges["box"],
        names[0] if names else source.stem,
        voxel_size=edges.get("voxel size"),
    )
    layout = replace(
        plain,
        ids=plain.ids if ids is None else ids,
        at_border=plain.at_border if border is None else border != 0,
    )
    return (
        layout if end == len(lines) else replace(layout, contacts=_read_contacts(lines[end:], layout, source))
    )


def _read_contacts(lines: list[str], layout: Layout, source: Path) -> ContactList:
    if any(line.strip() == CONTACTS for line in lines[1:]):
        raise InputError(f"the layout file {source} has two tables of contacts; write one.")
    table = _Table.read(lines, source, AREAS, "first,second,area [um2]", set(CONTACT_COLUMNS))
    ends = [table.whole(name) for name in CONTACT_COLUMNS[:2]]
    areas = table.values("area")
    order = np.argsort(layout.ids)
    rows = []
    for name, ids in zip(CONTACT_COLUMNS, ends, strict=False):
        if ids is None:
            raise InputError(
                f"the contacts of {source} lack the column '{name}'; write first,second,area [um2]."
            )
        place = order[np.minimum(np.searchsorted(layout.ids[order], ids), len(layout) - 1)]
        if (unknown := np.flatnonzero(layout.ids[place] != ids)).size:
            raise InputError(
                f"contact {unknown[0] + 1} of {source} names particle {ids[unknown[0]]}, which is not in "
                "the file; correct the id."
            )
        rows.append(place)
    return ContactList(np.column_stack(rows), areas)


@dataclass(frozen=True)
class _Table:
    """Rows below a line of column names, each with a unit of its own."""

    source: Path
    columns: dict[str, tuple[int, str | None]]
    rows: list[list[str]]
    units: Mapping[str, float]
    example: str

    @staticmethod
    def read(
        lines: list[str], source: Path, units: Mapping[str, float], example: str, known: set[str]
    ) -> _Table:
        kept = (line for line in lines if line.strip() and not line.startswith("#"))
        try:
            rows = list(csv.reader(kept, strict=True))
        except csv.Error as error:
            raise InputError(
                f"the layout file {source} is no CSV table ({error}); write '{example}'."
            ) from None
        if not rows:
            raise InputError(f"the layout file {source} has no column line; add '{example}'.")
        columns: dict[str, tuple[int, str | None]] = {}
        for place, text in enumerate(rows[0]):
            match = _COLUMN.match(text)
            if match is None or match["name"] not in known or match["name"] in columns:
                raise InputError(
                    f"the column '{text.strip()}' of {source} is unknown or there twice; write "
                    f"'{example}' and "
                    "leave out what belongs to no particle."
                )
            columns[match["name"]] = (place, match["unit"])
        return _Table(source, columns, rows[1:], units, example).checked(len(rows[0]))

    def checked(self, fields: int) -> _Table:
        """Itself, if every row has a field for each column and none more."""
        for number, row in enumerate(self.rows, 1):
            if len(row) != fields:
                raise InputError(
                    f"row {number} of {self.source} is '{','.join(row)}', {len(row)} fields for {fields} "
                    "columns; "
                    "write decimal points, and commas between fields only."
                )
        return self

    def values(self, name: str) -> npt.NDArray[np.float64]:
        """A column that has a unit, in SI units."""
        place, unit = self.columns.get(name, (0, None))
        if unit is None:
            raise InputError(
                f"the columns of {self.source} are '{','.join(self.columns)}': '{name} [unit]' is missing; "
                f"write '{self.example}'."
            )
        try:
            scale = self.units[unit.strip()]
        except KeyError:
            raise InputError(
                f"column '{name}' in {self.source} has the unit '{unit}', which is not one of "
                f"{', '.join(key for key in self.units if key.isascii())}; name one of them."
            ) from None
        return np.array([self._number(row, place, decimal) for row in range(len(self.rows))]) * scale

    def whole(self, name: str) -> npt.NDArray[np.int64] | None:
        """A column of whole numbers, or None if there is none."""
        if name not in self.columns:
            return None
        place = self.columns[name][0]
        try:
            return np.array(
                [self._number(row, place, whole) for row in range(len(self.rows))], dtype=np.int64
            )
        except OverflowError:
            raise InputError(
                f"the column '{name}' of {self.source} holds a number beyond 64 bits; number the "
                "particles anew."
            ) from None

    def _number(self, row: int, place: int, kind: Callable[[str], float]) -> float:
        text = self.rows[row][place]
        try:
            return kind(text)
        except ValueError:
            raise InputError(
                f"row {row + 1} of {self.source} is '{','.join(self.rows[row])}'; it needs a number in "
                "each of the "
                f"columns {', '.join(self.columns)} (whole ones for id, border, first and second)."
            ) from None


def _version(lines: list[str], source: Path) -> int:
    """The version that the first line states; the latest where it states none."""
    first = lines[0].lstrip("#").strip() if lines else ""
    if not first.startswith(MAGIC):
        return LATEST
    written = first.removeprefix(MAGIC).strip()
    if written not in ("1", "2"):
        raise InputError(
            f"the layout file {source} is of version '{written}', and versions 1 and 2 are read; write "
            f"'# {MAGIC} 1' in its first line, or use the program that wrote it."
        )
    return int(written)


def _read_edges(header: list[str], source: Path) -> dict[str, tuple[float, float, float]]:
    edges_of = {}
    for line in header:
        if match := _EDGES.match(line):
            what, unit = match["what"], match["unit"].strip()
            if unit not in UNITS:
                raise InputError(
                    f"the {what} in {source} has the unit '{unit}', which is not one of m, mm, um, nm; "
                    "name one of them."
                )
            try:
                edges = [decimal(text) * UNITS[unit] for text in match["edges"].split(",")]
            except ValueError:
                edges = []
            if len(edges) != 3:
                raise InputError(
                    f"the {what} line of {source} is '{line}'; write three numbers: '# {what} [um]: 20, "
                    "20, 40'."
                )
            if what in edges_of:
                raise InputError(
                    f"the layout file {source} has two lines with the {what}; leave one of them."
                )
            edges_of[what] = (edges[0], edges[1], edges[2])
    return edges_of
