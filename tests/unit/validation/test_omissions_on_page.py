"""The page prints what every instrument leaves out."""

from __future__ import annotations

import html
from pathlib import Path

from chemomech.validation.claims import Evidence, chosen_claims
from chemomech.validation.instruments import all_omissions
from chemomech.validation.page.page import write_page
from chemomech.validation.runs import only_found
from chemomech.validation.scoreboard import evaluate


def test_the_page_prints_every_omission_of_every_instrument(tmp_path: Path) -> None:
    board = evaluate(chosen_claims(["2.2"]), Evidence(only_found((tmp_path,))))
    text = html.unescape(write_page(board, tmp_path).read_text(encoding="utf-8"))
    for name, omissions in all_omissions().items():
        assert f"<h3>{name}</h3>" in text
        for omission in omissions:
            assert f"{omission.reading}: {omission.sentence} <i>{omission.bias}</i>" in text
