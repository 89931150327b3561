"""One real result for all tests of the app."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import chemomech
from chemomech.experiments.models.radial import model as radial


@pytest.fixture(scope="session")
def radial_result(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """Result of a radial run on a coarse grid; beside it ``live.txt``, what it has written down."""

    def make(folder: Path) -> None:
        drive = radial.drive

        def then_keep(*arguments: Any, **options: Any) -> Any:
            stop = drive(*arguments, **options)
            (folder / "live.txt").write_text((folder / "result" / "live.jsonl").read_text())
            return stop

        case = chemomech.Case.from_toml("fast-charge-5C").with_overrides({"radial.intervals": 8})
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(radial, "drive", then_keep)
            chemomech.run(case, folder / "result", progress=False, report=False, model="radial")

    return once("app-radial", make) / "result"
