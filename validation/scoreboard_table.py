"""The scoreboard as a table in the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from chemomech.validation.claims import Verdict
from chemomech.validation.scoreboard import Scoreboard

COLOURS = {
    Verdict.AGREES: "green",
    Verdict.DISAGREES: "red",
    Verdict.CALIBRATED: "magenta",
    Verdict.NOT_TESTABLE: "dim",
    Verdict.NOT_EVALUATED: "yellow",
}


def print_table(board: Scoreboard, console: Console) -> None:
    """Print one row a claim and the counts."""
    table = Table(show_lines=False, pad_edge=False)
    for name, width in (("claim", 6), ("name", 16), ("class", 11), ("verdict", 12), ("finding", None)):
        table.add_column(name, min_width=width, overflow="fold", ratio=None if width else 1)
    for entry in board.entries:
        verdict = f"[{COLOURS[entry.verdict]}]{entry.verdict}[/]"
        table.add_row(entry.claim.id, entry.claim.name, str(entry.claim.kind), verdict, _safe(entry.says))
    console.print(table)
    counts = [f"{board.count(verdict)} {verdict}" for verdict in Verdict if board.count(verdict)]
    console.print(f"{len(board.entries)} claims: {', '.join(counts)}")


def _safe(text: str) -> str:
    """Text whose brackets are not markup."""
    return text.replace("[", r"\[")
