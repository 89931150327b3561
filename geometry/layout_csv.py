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
"""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import numpy as np

from chemomech.errors import InputError

from .layout import Layout

MAGIC = "chemomech particle layout 1"
COLUMNS = ("x", "y", "z", "radius")
UNITS = {"m": 1.0, "mm": 1e-3, "um": 1e-6, "\N{MICRO SIGN}m": 1e-6, "nm": 1e-9}
_BOX = re.compile(r"^#\s*box\s*\[(?P<unit>[^\]]*)\]\s*:(?P<edges>.*)$")
_NAME = re.compile(r"^#\s*name\s*:\s*(?P<name>.*\S)\s*$")
_COLUMN = re.compile(r"^\s*(?P<name>\w+)\s*\[(?P<unit>[^\]]*)\]\s*$")


def write_layout(layout: Layout, path: str | Path, remarks: tuple[str, ...] = ()) -> Path:
    """Write a layout to a CSV file in micrometres, with twelve decimals (1e-18 m).

    Args:
        layout: what to write.
        path: the file; replaced in one step if it exists.
        remarks: lines to add to the header, for instance how the layout was made.

    Returns:
        The path written.
    """
    target = Path(path)
    lines = [f"# {MAGIC}", f"# name: {layout.name}"]
    lines.append("# box [um]: " + ", ".join(f"{edge * 1e6:.12g}" for edge in layout.box))
    lines.append("# z = 0 is the current collector; the last edge of the box is the electrode thickness")
    lines += [f"# {remark}" for remark in remarks]
    lines.append(",".join(f"{name} [um]" for name in COLUMNS))
    for centre, radius in zip(layout.centres, layout.radii, strict=True):
        lines.append(",".join(f"{value * 1e6:.12f}" for value in (*centre, radius)))
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
    try:
        lines = source.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the layout file {source} cannot be read ({error}); check the path.") from error
    header = [line for line in lines if line.startswith("#")]
    rows = list(csv.reader(line for line in lines if line.strip() and not line.startswith("#")))
    box = _read_box(header, source)
    names = [match["name"] for line in header if (match := _NAME.match(line))]
    if not rows:
        raise InputError(
            f"the layout file {source} has no column line; add 'x [um],y [um],z [um],radius [um]'."
        )
    order, scale = _read_columns(rows[0], source)
    values = np.array([_numbers(row, order, source, line) for line, row in enumerate(rows[1:], start=1)])
    table = values.reshape(-1, len(COLUMNS)) * scale
    return Layout(table[:, :3], table[:, 3], box, names[0] if names else source.stem)


def _unit(text: str, what: str, source: Path) -> float:
    try:
        return UNITS[text.strip()]
    except KeyError:
        raise InputError(
            f"{what} in {source} has the unit '{text}', which is not one of m, mm, um, nm; name one of them."
        ) from None


def _read_box(header: list[str], source: Path) -> tuple[float, float, float]:
    for line in header:
        if match := _BOX.match(line):
            scale = _unit(match["unit"], "the box", source)
            try:
                edges = [float(text) * scale for text in match["edges"].split(",")]
            except ValueError:
                edges = []
            if len(edges) == 3:
                return edges[0], edges[1], edges[2]
            raise InputError(
                f"the box line of {source} is '{line}'; write three numbers: '# box [um]: 20, 20, 40'."
            )
    raise InputError(f"the layout file {source} does not say its box; add a line '# box [um]: 20, 20, 40'.")


def _read_columns(columns: list[str], source: Path) -> tuple[list[int], np.ndarray]:
    found = {
        match["name"]: (place, match["unit"])
        for place, text in enumerate(columns)
        if (match := _COLUMN.match(text))
    }
    missing = [name for name in COLUMNS if name not in found]
    if missing:
        raise InputError(
            f"the columns of {source} are '{','.join(columns)}': '{missing[0]} [unit]' is missing; "
            "write 'x [um],y [um],z [um],radius [um]'."
        )
    order = [found[name][0] for name in COLUMNS]
    return order, np.array([_unit(found[name][1], f"column '{name}'", source) for name in COLUMNS])


def _numbers(row: list[str], order: list[int], source: Path, line: int) -> list[float]:
    try:
        return [float(row[place]) for place in order]
    except (ValueError, IndexError):
        raise InputError(
            f"row {line} of {source} is '{','.join(row)}'; it needs a number in each of the columns x, y, z, "
            "radius."
        ) from None
