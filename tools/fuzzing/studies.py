"""Studies."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import tomli_w

from fuzzing.cases import CASE, written
from fuzzing.quantities import change
from fuzzing.trial import GARBAGE_VALUES, NONSENSE, OPEN, SENSE, Maker, Random, Trial, mangled

STUDY: dict[str, Any] = {
    "name": "small",
    "base": "case.toml",
    "fidelity": "radial",
    "axes": {"c_rate": [1.0, 2.0], "thickness": {"values": ["24 um", "36 um"], "rule": "stack"}},
}
SAMPLED: dict[str, Any] = {
    "name": "small",
    "base": "case.toml",
    "fidelity": "radial",
    "design": "sobol",
    "sampling": {"points": 4, "seed": 1},
    "axes": {
        "materials.overrides.cathode.diffusivity": {"range": ["1e-15 m2/s", "1e-14 m2/s"], "scale": "log"}
    },
}


class Studies(Maker):
    """A study file with something wrong."""

    name = "study"

    def make(self, rng: Random, folder: Path) -> Trial:
        """See `Maker`."""
        written(folder, CASE)
        table = copy.deepcopy(rng.choice((STUDY, SAMPLED)))
        path = folder / "study.toml"
        words = ("study", str(path), "--out", str(folder / "out"), "--workers", "0", "--quiet")
        draw = rng.random()
        if draw < 0.1:
            note, verdict = "as it is", SENSE
        elif draw < 0.3:
            path.write_text(tomli_w.dumps(table), encoding="utf-8")
            content, note, verdict = mangled(rng, path.read_bytes())
            path.write_bytes(content)
            return Trial(note, verdict, words)
        elif draw < 0.6:
            key = rng.choice(
                ("name", "base", "fidelity", "design", "axes", "sampling", "overrides", "fidelities")
            )
            table[key] = rng.choice([value for value in GARBAGE_VALUES if value != {}])
            note, verdict = f"{key} = {table[key]!r}", NONSENSE if key != "name" else OPEN
        else:
            axis, value, verdict = self._axis(rng)
            table = copy.deepcopy(STUDY) | {"axes": {axis: value}}
            note = f"axis {axis} = {value!r}"
        path.write_text(tomli_w.dumps(table), encoding="utf-8")
        return Trial(note, verdict, words)

    def _axis(self, rng: Random) -> tuple[str, Any, str]:
        if rng.random() < 0.5:
            key, value, verdict = change(rng)
            return key, [value], NONSENSE if verdict == NONSENSE else OPEN
        axis = rng.choice(
            ("c_rate", "thickness", "mass_loading", "nonsense", "materials.overrides.matrix.porosity")
        )
        values = (
            [],
            [1.0, 1.0],
            [-1.0],
            ["nan"],
            [float("nan")],
            ["40 um", "0.05 m"],
            ["40"],
            [[1.0]],
            {"range": [1.0]},
            {"range": [2.0, 1.0]},
            {"values": [1.0], "range": [1.0, 2.0]},
            {"values": [1.0], "scale": "cubic"},
            {"values": [1.0], "nonsense": 1},
            {},
            5,
            "5C",
            True,
            [float("inf")],
            ["1e400"],
            [0.0],
        )
        return axis, rng.choice(values), NONSENSE
