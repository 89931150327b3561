"""The scoreboard in the terminal: one line a claim, in 80 columns; the reasons are on the page."""

from __future__ import annotations

from rich.console import Console

from chemomech.validation.claims import Row, Verdict
from chemomech.validation.scoreboard import Entry, Scoreboard

COLOURS = {
    Verdict.AGREES: "green",
    Verdict.DISAGREES: "red",
    Verdict.CALIBRATED: "magenta",
    Verdict.TRUE_BY_INPUT: "cyan",
    Verdict.NOT_BUILT: "dim",
    Verdict.NOT_TESTABLE: "dim",
    Verdict.NOT_EVALUATED: "yellow",
}
SHORT = {Verdict.NOT_EVALUATED: "not evaluated"}
"""What stands in the table where the verdict itself is too long."""

WIDTH = 80
_COLUMNS = (5, 28, 16, 13)
"""Widths of claim, name, verdict and earlier verdict; margin and error take what is left."""


def print_table(board: Scoreboard, console: Console) -> None:
    """Print one line a claim and the counts."""
    head = line(("claim", "name", "verdict", "before", "margin \N{PLUS-MINUS SIGN} error"))
    console.print(head, style="bold", highlight=False)
    for entry in board.entries:
        colour = COLOURS[entry.verdict]
        console.print(line(cells(entry)), style=colour, highlight=False, markup=False, no_wrap=True)
    counts = [f"{board.count(verdict)} {verdict}" for verdict in Verdict if board.count(verdict)]
    console.print(f"{len(board.entries)} claims: {', '.join(counts)}", highlight=False)
    if not all(entry.is_decided for entry in board.entries):
        console.print("~ the margin is below the error of the figure", highlight=False)


def cells(entry: Entry) -> tuple[str, str, str, str, str]:
    """What the line of a claim says: id, name, verdict, earlier verdict, margin and error."""
    verdict = SHORT.get(entry.verdict, str(entry.verdict)) + ("" if entry.is_decided else " ~")
    before = entry.before.verdict if entry.before else "-"
    return entry.claim.id, entry.claim.name, verdict, before, _margin(entry.decisive)


def line(texts: tuple[str, ...]) -> str:
    """Texts in their columns, never wider than the table."""
    *fixed, last = texts
    shown = "".join(text[: width - 1].ljust(width) for text, width in zip(fixed, _COLUMNS, strict=True))
    return (shown + last)[:WIDTH].rstrip()


def _margin(row: Row | None) -> str:
    if row is None or row.margin is None:
        return ""
    unit = "" if row.unit == "-" else f" {row.unit}"
    error = "" if row.error is None else f"\N{PLUS-MINUS SIGN}{row.error:.2g}"
    return f"{row.margin:+.2g}{error}{unit}"
