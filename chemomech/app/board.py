"""The scoreboard of a folder, as rows to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chemomech.app.workspace import BOARD_FILE
from chemomech.errors import InputError
from chemomech.reading import read_json


@dataclass(frozen=True)
class BoardRow:
    """A claim and its verdict.

    Attributes:
        id: of the claim.
        name: of the claim.
        verdict: in words.
        before: verdict that stood there before; empty for none.
        margin: with its error and unit; empty where there is none.
        says: what the simulation says.
    """

    id: str
    name: str
    verdict: str
    before: str
    margin: str
    says: str


def read_board(folder: Path) -> list[BoardRow]:
    """Return the rows of the scoreboard in a folder.

    Raises:
        InputError: when it cannot be read or holds something else.
    """
    path = folder / BOARD_FILE
    content = read_json(path, "the scoreboard")
    entries = content.get("claims")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InputError(
            f"the scoreboard {str(path)!r} is damaged or of another version; write it again with chemomech "
            "validate."
        )
    return [_row(entry) for entry in entries]


def _row(entry: dict[str, Any]) -> BoardRow:
    def text(name: str) -> str:
        value = entry.get(name)
        return "" if value is None else str(value)

    return BoardRow(
        text("id"),
        text("name"),
        text("verdict"),
        text("verdict_before"),
        _margin(entry),
        text("says") or text("error") or text("missing"),
    )


def _margin(entry: dict[str, Any]) -> str:
    margin, error, unit = entry.get("margin"), entry.get("margin_error"), entry.get("unit")
    if not isinstance(margin, int | float):
        return ""
    about = f" ± {error:.2g}" if isinstance(error, int | float) else ""
    return f"{margin:+.3g}{about}{'' if unit in (None, '-') else f' {unit}'}"
