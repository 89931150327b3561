"""One whole charge of a tiny cell, made once and looked at by many tests."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import tiny_case
from support.tiny_case import Charge

import chemomech


@pytest.fixture(scope="session")
def case_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case file beside its layout."""
    return tiny_case.write_case(tmp_path_factory.mktemp("case"))


@pytest.fixture(scope="session")
def charge(case_file: Path, once: Callable[[str, Callable[[Path], None]], Path]) -> Iterator[Charge]:
    """5C to 4.5 V with two-way mechanics, by the command line."""

    def run(folder: Path) -> None:
        process = tiny_case.call("run", case_file, "--out", folder / "result")
        assert process.returncode == 0, process.stderr
        (folder / "process.json").write_text(json.dumps(vars(process), default=str), encoding="utf-8")

    folder = once("charge", run)
    process = json.loads((folder / "process.json").read_text(encoding="utf-8"))
    with chemomech.Result.open(folder / "result") as result:
        yield Charge(result, subprocess.CompletedProcess(**process))
