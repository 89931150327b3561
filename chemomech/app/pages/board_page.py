"""The scoreboard as a table."""

from __future__ import annotations

from trame.widgets import html

from chemomech.app.desk import Desk

COLUMNS = (
    ("id", "Claim"),
    ("name", "Name"),
    ("verdict", "Verdict"),
    ("before", "Before"),
    ("margin", "Margin"),
    ("says", "What is found"),
)


def build(desk: Desk) -> None:
    """Put the widgets together."""
    html.H2("Scoreboard")
    html.P("Choose a scoreboard on the first page; chemomech validate writes one.", v_if="!board_rows.length")
    with html.Table(classes="board", v_if="board_rows.length"):
        html.Caption("{{ board_path }}", style="text-align:left;font-weight:600")
        with html.Thead(), html.Tr():
            for _, title in COLUMNS:
                html.Th(title, scope="col", __properties=["scope"])
        with html.Tbody(), html.Tr(v_for="row in board_rows", key="row.id"):
            for name, _ in COLUMNS:
                html.Td(f"{{{{ row.{name} }}}}")
