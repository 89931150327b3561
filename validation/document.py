"""The part of ``docs/validation.md`` that a scoreboard fills: written from ``scoreboard.json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from chemomech.errors import InputError
from chemomech.solver.results.folder import replacing
from chemomech.validation.scoreboard import FILE

BEGIN, END = "<!-- scoreboard: begin -->", "<!-- scoreboard: end -->"
"""What stands around the part that is written."""


def write_document(scoreboard: Path, document: Path) -> None:
    """Replace what stands between the two marks of a page by the scoreboard in a folder.

    Args:
        scoreboard: Folder that ``chemomech validate`` wrote.
        document: Markdown file with the marks ``BEGIN`` and ``END``.

    Raises:
        InputError: If there is no scoreboard, or the file has not the marks.
    """
    source = scoreboard / FILE
    if not source.is_file():
        raise InputError(
            f"there is no {FILE} in {str(scoreboard)!r}; run chemomech validate --out {scoreboard} first."
        )
    text = document.read_text(encoding="utf-8") if document.is_file() else ""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise InputError(f"{str(document)!r} has not the lines {BEGIN} and {END}; put them where it belongs.")
    board = json.loads(source.read_text(encoding="utf-8"))
    with replacing(document) as temporary:
        temporary.write_text(f"{before}{BEGIN}\n\n{as_markdown(board)}\n\n{END}{after}", encoding="utf-8")


def as_markdown(board: dict[str, Any]) -> str:
    """Counts, a table of all claims, their findings, and what was changed, as Markdown."""
    claims = board["claims"]
    counts = ", ".join(f"{count} {verdict}" for verdict, count in board["counts"].items() if count)
    lines = [
        f"{len(claims)} claims: {counts} (seed {board['seed']}).",
        "",
        "| claim | name | class | verdict | before | margin of the decisive figure | mesh |",
        "|---|---|---|---|---|---|---|",
        *(_line(claim) for claim in claims),
        "",
        "A margin below 0 lies outside the criterion; ~ marks one below the error of its figure.",
        "",
        "| claim | found |",
        "|---|---|",
        *(f"| {claim['id']} | {_cell(claim['says'])} |" for claim in claims),
        "",
        "| claim | before | now | why criterion, class or data changed |",
        "|---|---|---|---|",
        *(
            f"| {claim['id']} | {claim['verdict_before']} | {claim['verdict']} | {_cell(_why(claim))} |"
            for claim in claims
            if claim["change"] or claim["verdict"] != claim["verdict_before"]
        ),
        "",
        *_fitted(claims),
    ]
    return "\n".join(lines).rstrip()


def _fitted(claims: list[dict[str, Any]]) -> list[str]:
    """Every fitted parameter once, with the claims that use it."""
    users: dict[tuple[str, str], list[str]] = {}
    rows: dict[tuple[str, str], str] = {}
    for claim in claims:
        for entry in (claim["calibration"] or {}).get("fitted_parameters", ()):
            key = (entry["name"], entry["data"])
            unit = "" if entry["unit"] == "-" else f" {entry['unit']}"
            users.setdefault(key, []).append(claim["id"])
            rows[key] = (
                f"| {entry['name']} | {entry['value']:.3g}{unit} | {entry['low']:.3g} to "
                f"{entry['high']:.3g}{unit} "
                f"({entry['interval']}) | {_cell(entry['data'])} |"
            )
    if not rows:
        return []
    return [
        "| fitted | value | interval | to | claims |",
        "|---|---|---|---|---|",
        *(f"{row} {', '.join(users[key])} |" for key, row in rows.items()),
    ]


def _line(claim: dict[str, Any]) -> str:
    verdict = claim["verdict"] + ("" if claim["decided"] else " ~")
    return (
        f"| {claim['id']} | {claim['name']} | {claim['class']} | {verdict} | "
        f"{claim['verdict_before'] or '-'} | "
        f"{_margin(claim)} | {claim['mesh'] or '-'} |"
    )


def _margin(claim: dict[str, Any]) -> str:
    if claim["margin"] is None:
        return "-"
    unit = "" if claim["unit"] == "-" else f" {claim['unit']}"
    error = "" if claim["margin_error"] is None else f" \N{PLUS-MINUS SIGN} {claim['margin_error']:.2g}"
    return f"{claim['margin']:+.2g}{error}{unit}"


def _why(claim: dict[str, Any]) -> str:
    return claim["change"] or "the same criterion and data; the model or its instruments changed"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
