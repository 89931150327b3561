"""A fidelity that takes no time, and a small study to run it on."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.synthetic_result import write_synthetic_result

from chemomech.experiments.models.homogenised.representation import HOMOGENISED
from chemomech.experiments.studies import Study
from chemomech.experiments.studies.fidelities import RunFailedError

MADE: list[str] = []
"""Protocol of every run that the instant fidelity has made, in order."""


NOT_LOOKED_AT = (
    "cut_x", "cut_y", "cut_z", "cut_time", "cut_stoichiometry", "cut_equivalent_stress",
    "cut_electrolyte_concentration", "electrolyte_concentration", "matrix_potential", "matrix_potential_span",
    "time_step", "error_estimate", "newton_iterations", "linear_iterations", "lithium_relative_error",
    "charge_relative_error", "surface_crack_ratio", "core_crack_ratio", "strength_first_passage",
    "surface_crack_first_passage", "core_crack_first_passage", "surface_stress_intensity",
    "core_stress_intensity", "surface_equivalent_stress", "core_equivalent_stress", "mean_hydrostatic_stress",
    "reaction_current_density",
)  # fmt: skip
"""What a study takes from no result. A variable costs 6 ms to open, and a hundred results are opened."""


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
        write_synthetic_result(folder, drop=NOT_LOOKED_AT)
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
