"""A fidelity that takes no time, and a small study to run it on."""

from __future__ import annotations

import json
import shutil
import tempfile
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from support.synthetic_result import write_synthetic_result

from chemomech.experiments.models.homogenised.representation import HOMOGENISED
from chemomech.experiments.studies import Study
from chemomech.experiments.studies.fidelities import RunFailedError

MADE: list[str] = []
"""Protocol of every run that the instant fidelity has made, in order."""


@cache
def _made_up() -> tempfile.TemporaryDirectory[str]:
    """The result that every run copies; writing it takes a quarter of a second."""
    folder = tempfile.TemporaryDirectory(prefix="chemomech-made-up-")
    write_synthetic_result(Path(folder.name))
    return folder


@dataclass(frozen=True)
class InstantFidelity:
    """Writes a made-up result whose capacity [mAh/g] is 100 over the C-rate; fails where it is told to.

    Attributes:
        broken: sentence of the protocol at which it fails.
        full: sentence of the protocol at which the disk is full.
        killed: sentence of the protocol at which the whole study is interrupted.
    """

    broken: str = ""
    full: str = ""
    killed: str = ""

    name = "dfn"
    representation = HOMOGENISED

    def check(self) -> None:
        """Nothing is needed."""

    def decisive(self, table: dict[str, Any]) -> dict[str, Any]:
        """Everything but the words."""
        return {name: value for name, value in table.items() if name not in ("name", "description")}

    def run(self, case_text: str, folder: Path) -> None:
        """Write the result."""
        (sentence,) = tomllib.loads(case_text)["protocol"]
        if sentence == self.killed:
            raise KeyboardInterrupt
        if sentence == self.full:
            raise OSError(28, "No space left on device")
        if sentence == self.broken:
            raise RunFailedError("the step became too small")
        MADE.append(sentence)
        shutil.copytree(_made_up().name, folder, dirs_exist_ok=True)
        summary = json.loads((folder / "summary.json").read_text())
        summary["capacity_mAh_g"] = 100.0 / float(sentence.split()[2].rstrip("C"))
        (folder / "summary.json").write_text(json.dumps(summary))


def table(**changes: Any) -> dict[str, Any]:
    """A study of two C-rates by two separators."""
    return {
        "name": "small",
        "base": "fast-charge-5C",
        "axes": {"c_rate": [1, 5], "geometry.separator_thickness": ["10 um", "25 um"]},
    } | changes


def study(**changes: Any) -> Study:
    """The study of :func:`table`."""
    return Study.from_table(table(**changes))


def sentence(rate: float) -> str:
    """The protocol of a point."""
    return f"Charge at {rate:g}C until 4.5 V"
