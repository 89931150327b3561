"""A rank that fails alone says so and ends the others, which would wait for it for ever."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "support" / "fails_alone.py"


@pytest.mark.parametrize(
    ("which", "kind", "early", "code", "sentence"),
    [
        (0, "input", "1", 2, "porosity = 3 must lie between 0 and 1"),
        (1, "input", "0", 2, "porosity = 3 must lie between 0 and 1"),
        (1, "disk", "0", 3, "'a.npz' cannot be used: the disk is full"),
    ],
)
def test_it_speaks_and_none_waits(
    which: int,
    kind: str,
    early: str,
    code: int,
    sentence: str,
    on_ranks: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = on_ranks(2, [str(SCRIPT), str(which), kind, early], timeout=120)
    assert done.returncode == code
    said = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(said) == 1
    assert sentence in said[0]
