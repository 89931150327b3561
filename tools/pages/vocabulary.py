"""The part of ``docs/vocabulary.md`` that is made from the table of quantities of the code.

python tools/docs_site.py --vocabulary     # writes it into the page anew
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from chemomech.solver.results import QUANTITIES, Quantity

BEGIN, END = "<!-- begin: quantities -->", "<!-- end: quantities -->"

GROUPS = {
    ("time",): "Over time",
    (): "Of the cell",
    ("particle",): "Of each particle",
    ("time", "particle"): "Of each particle over time",
    ("time", "depth"): "Over time and depth",
    ("cut_time", "cut_z", "cut_x"): "On the cut",
}
OTHERS = "Coordinates"

LETTERS = {
    "Delta": "Δ", "Gamma": "Γ", "delta": "δ", "iota": "ι", "rho": "ρ", "sigma": "σ", "varphi": "φ",
}  # fmt: skip
_PART = re.compile(
    r"\\mathrm\{(?P<upright>[^}]*)\}|\\bar\{(?P<mean>.)\}|\\(?P<letter>[a-zA-Z]+)|(?P<plain>.)"
)


def readable(symbol: str) -> str:
    """A symbol of mathtext as it is written in Markdown: Greek letters, and subscripts as HTML.

    Raises:
        KeyError: for a command that is not known here.
    """
    written = ""
    position = 0
    while position < len(symbol):
        lowered = symbol[position] == "_"
        if lowered:
            position += 1
            if symbol[position] == "{":
                end = symbol.index("}", position)
                written += f"<sub>{_plain(symbol[position + 1 : end])}</sub>"
                position = end + 1
                continue
        found = _PART.match(symbol, position)
        assert found is not None, symbol
        text = _plain(found.group())
        written += f"<sub>{text}</sub>" if lowered else text
        position = found.end()
    return written


def _plain(text: str) -> str:
    def written(found: re.Match[str]) -> str:
        if found["upright"] is not None:
            return _plain(found["upright"])
        if found["mean"] is not None:
            return found["mean"] + "\u0304"  # a bar above
        return LETTERS[found["letter"]] if found["letter"] else found["plain"]

    return _PART.sub(written, text)


def tables(quantities: Iterable[Quantity] = tuple(QUANTITIES.values())) -> str:
    """Every quantity of a result in tables by what it depends on."""
    kinds: dict[str, list[Quantity]] = {}
    for entry in quantities:
        title = OTHERS if entry.is_coordinate else GROUPS.get(entry.dims, OTHERS)
        kinds.setdefault(title, []).append(entry)
    lines = [BEGIN]
    for title, entries in kinds.items():
        lines += [
            "",
            f"### {title}",
            "",
            "| symbol | name in `result.nc` | unit | what it is |",
            "|---|---|---|---|",
        ]
        for entry in entries:
            note = " (with mechanics)" if entry.mechanics else ""
            symbol = readable(entry.symbol).replace("Δ ", "Δ")
            lines.append(f"| {symbol} | `{entry.name}` | {_unit(entry.unit)} | {entry.long_name}{note} |")
    return "\n".join([*lines, "", END])


def _unit(unit: str) -> str:
    """A unit with its exponents above the line, as in m<sup>-2</sup>."""
    return re.sub(r"(?<=[A-Za-z])(-?\d+(\.\d+)?)", r"<sup>\1</sup>", unit)


def with_tables(page: str) -> str:
    """The page with its tables made anew.

    Raises:
        ValueError: if the marks are not there.
    """
    before, rest = page.split(BEGIN, 1)
    return before + tables() + rest.split(END, 1)[1]
