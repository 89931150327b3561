"""One whole charge of a tiny cell, made once and looked at by many tests."""

from __future__ import annotations

from collections.abc import Iterator
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
def charge(case_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Charge]:
    """5C to 4.5 V with two-way mechanics, by the command line."""
    out = tmp_path_factory.mktemp("charge") / "result"
    process = tiny_case.call("run", case_file, "--out", out)
    assert process.returncode == 0, process.stderr
    with chemomech.Result.open(out) as result:
        yield Charge(result, process)
