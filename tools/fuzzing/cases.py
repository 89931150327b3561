"""Cases, protocols, studies and command lines."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import tomli_w

from fuzzing.quantities import change, protocol
from fuzzing.trial import GARBAGE_TEXT, GARBAGE_VALUES, NONSENSE, OPEN, SENSE, Maker, Random, Trial, mangled

LAYOUT = """\
# chemomech particle layout 1
# name: three
# box [um]: 9, 9, 12
x [um],y [um],z [um],radius [um]
2.6,2.7,2.8,2.2
6.5,6.3,4.4,2.1
4.0,5.0,9.0,2.4
"""

CASE: dict[str, Any] = {
    "name": "three",
    "initial_stoichiometry": 0.93,
    "nominal_capacity": "180 mAh/g",
    "protocol": ["Charge at 5C until 4.5 V"],
    "model": "radial",
    "geometry": {"layout": "three.csv", "separator_thickness": "6 um"},
    "mesh": {"preset": "coarse"},
    "mechanics": {"coupling": "one-way"},
}

EXTRA: dict[str, dict[str, Any]] = {
    "wiring.coverage": {"wiring": {"coverage": 0.5}},
    "damage.surface_cracks.growth": {"damage": {"surface_cracks": {"growth": 0.01}}},
}


def put(table: dict[str, Any], dotted: str, value: Any) -> None:
    """Set a dotted key in nested tables."""
    *sections, last = dotted.split(".")
    for section in sections:
        table = table.setdefault(section, {})
    table[last] = value


def written(folder: Path, table: dict[str, Any], name: str = "case.toml") -> Path:
    """Write a case and its layout into a folder."""
    (folder / "three.csv").write_text(LAYOUT, encoding="utf-8")
    path = folder / name
    path.write_text(tomli_w.dumps(table), encoding="utf-8")
    return path


def run_words(path: Path, *more: str) -> tuple[str, ...]:
    """Words of a run that stops where it would begin to solve."""
    return ("run", str(path), "--out", str(path.parent / "out"), "--quiet", *more)


class Cases(Maker):
    """A case file with one key wrong, or damaged as a file."""

    name = "case"

    def make(self, rng: Random, folder: Path) -> Trial:
        """See `Maker`."""
        table = copy.deepcopy(CASE)
        draw = rng.random()
        if draw < 0.25:
            path = written(folder, table)
            content, note, verdict = mangled(rng, path.read_bytes())
            path.write_bytes(content)
            return Trial(note, verdict, run_words(path))
        if draw < 0.35:
            return self._structure(rng, folder, table)
        key, value, verdict = change(rng)
        if key != "model" and not key.startswith("damage"):
            table["model"] = rng.choice(("radial", "resolved"))
        put(table, key, value)
        if key == "numerics.smallest_step" and verdict == SENSE:
            verdict = OPEN
        path = written(folder, table)
        return Trial(f"{key} = {value!r}", verdict, run_words(path))

    def _structure(self, rng: Random, folder: Path, table: dict[str, Any]) -> Trial:
        key = rng.choice(list(table))
        kind = rng.randrange(6)
        text = tomli_w.dumps(table)
        if kind == 0:
            text, note, verdict = text.replace(key, key + rng.choice("xyz_"), 1), f"{key} misspelt", OPEN
        elif kind == 1:
            text, note, verdict = (
                text + f"\n[{rng.choice(('mesh', 'geometry', 'nonsense', ''))}]\n",
                "a section more",
                NONSENSE,
            )
        elif kind == 2:
            text, note, verdict = text + "\nx = " + "[" * 4000, "nested without end", NONSENSE
        elif kind == 3:
            table[key] = rng.choice(GARBAGE_VALUES)
            text, note, verdict = (
                tomli_w.dumps(table),
                f"{key} = {table[key]!r}",
                OPEN if key == "description" else NONSENSE,
            )
            if (key == "name" and table[key] == "nonsense") or (
                key in ("geometry", "mesh", "mechanics") and table[key] == {}
            ):
                verdict = OPEN
        elif kind == 4:
            text, note, verdict = (
                text.replace("6 um", "9" * 5000 + " um"),
                "a number of 5000 digits",
                NONSENSE,
            )
        else:
            missing = rng.choice(("name", "initial_stoichiometry", "nominal_capacity", "protocol"))
            del table[missing]
            text, note, verdict = tomli_w.dumps(table), f"{missing} missing", NONSENSE
        path = written(folder, CASE)
        path.write_text(text, encoding="utf-8")
        return Trial(note, verdict, run_words(path))


class Protocols(Maker):
    """A case with another protocol."""

    name = "protocol"

    def make(self, rng: Random, folder: Path) -> Trial:
        """See `Maker`."""
        table = copy.deepcopy(CASE)
        table["protocol"], verdict = protocol(rng)
        try:
            path = written(folder, table)
        except TypeError:
            return self.make(rng, folder)
        return Trial(f"protocol {table['protocol']!r}", verdict, run_words(path))


class Assignments(Maker):
    """``--set`` with one key wrong."""

    name = "set"

    def make(self, rng: Random, folder: Path) -> Trial:
        """See `Maker`."""
        path = written(folder, CASE)
        if rng.random() < 0.2:
            word = rng.choice(
                (
                    "",
                    "=",
                    "=5",
                    "mesh",
                    "mesh.preset",
                    "a=b=c",
                    "..=3",
                    "mesh..preset=coarse",
                    "name.x=3",
                    "protocol.0=Rest for 1 s",
                    "mesh.preset.x=3",
                    "\x00=3",
                    "mesh=coarse",
                    "[mesh]=3",
                )
            )
            return Trial(f"--set {word!r}", NONSENSE, run_words(path, "--set", word))
        key, value, verdict = change(rng)
        raw = (
            value
            if isinstance(value, str)
            else json.dumps(value)
            if not isinstance(value, float)
            else repr(value)
        )
        if isinstance(value, str) and rng.random() < 0.3:
            raw = json.dumps(value)
        if isinstance(value, dict):
            raw = "{a = 1}" if value else "{}"
        if isinstance(value, str) and value.isdigit():
            verdict = OPEN  # on a command line it is the number
        if key == "numerics.smallest_step" or (
            isinstance(value, str) and value != value.strip() and verdict != SENSE
        ):
            verdict = OPEN  # spaces around a plain word are no part of it
        return Trial(f"--set {key}={raw!r}", verdict, run_words(path, "--set", f"{key}={raw}"))


class CommandLines(Maker):
    """Commands, options and their values at random; bare numbers where a length is wanted."""

    name = "words"

    def make(self, rng: Random, folder: Path) -> Trial:
        """See `Maker`."""
        case, layout = written(folder, CASE), str(folder / "three.csv")
        out = str(folder / "made.csv")
        good: list[list[str]] = [
            [
                "layout",
                "pack",
                "--box",
                "9,9,12 um",
                "--count",
                "3",
                "--volume-fraction",
                "0.2",
                "--out",
                out,
            ],
            ["layout", "crop", layout, "--low", "0,0,0 um", "--high", "9,9,12 um", "--out", out],
            ["layout", "tile", layout, "--times", "2,1,1", "--out", out],
            ["layout", "info", layout],
            ["mesh", str(case)],
            ["cases", "fast-charge-5C"],
            ["export", str(case), "--out", str(folder / "x.json")],
            ["layout", "effective", layout, "--phase", "matrix"],
            ["validate", "--list"],
            list(run_words(case)),
        ]
        words = rng.choice(good)
        if rng.random() < 0.1:
            return Trial("as it is", SENSE, tuple(words))
        kind = rng.randrange(5)
        if kind == 0:
            return self._option(rng, words, out)
        if kind == 1:
            place = rng.randrange(len(words))
            return Trial(f"word {place} lost", OPEN, tuple(words[:place] + words[place + 1 :]))
        if kind == 2:
            place = rng.randrange(1, len(words))
            spoilt = rng.choice(
                (*GARBAGE_TEXT, "a\0b", "x" * 5000, "/", "/dev/null", ".", "/proc/self/mem", "\udcff")
            )
            return Trial(
                f"word {place} is {spoilt[:40]!r}", OPEN, tuple([*words[:place], spoilt, *words[place + 1 :]])
            )
        if kind == 3:
            return Trial("an unknown option", NONSENSE, (*words, "--nonsense", "3"))
        return Trial("an unknown command", NONSENSE, (words[0] + "x", *words[1:]))

    def _option(self, rng: Random, words: list[str], out: str) -> Trial:
        pack = ["layout", "pack", "--out", out]
        box, amount = ["--box", "9,9,12 um"], ["--count", "3", "--volume-fraction", "0.2"]
        layout = out.replace("made.csv", "three.csv")
        crop = ["layout", "crop", layout, "--out", out]
        corners = ["--low", "0,0,0 um", "--high", "9,9,12 um"]
        bad = [
            [*pack, "--box", "9,9,12", *amount],
            [*pack, "--box", "9,9 um", *amount],
            [*pack, "--box", "-9,9,12 um", *amount],
            [*pack, "--box", "9,9,12 mm", *amount, "--mean-volume-radius", "2 um"],
            [*pack, "--box", "9,nan,12 um", *amount],
            [*pack, "--box", "9,9,12 s", *amount],
            [*pack, *box, "--count", "-3", "--volume-fraction", "0.2"],
            [*pack, *box, "--count", "0", "--volume-fraction", "0.2"],
            [*pack, *box, "--count", "3", "--volume-fraction", "1.2"],
            [*pack, *box, "--count", "3", "--volume-fraction", "nan"],
            [*pack, *box, "--count", "3", "--volume-fraction", "-0.2"],
            [*pack, *box, *amount, "--seed", "-1"],
            [*pack, *box, *amount, "--seed", "x"],
            [*pack, *box, *amount, "--width", "-1"],
            [*pack, *box, *amount, "--width", "nan"],
            [*pack, *box, *amount, "--width", "1e9"],
            [*pack, *box, *amount, "--gradient", "7"],
            [*pack, *box, *amount, "--gradient", "nan"],
            [*pack, *box, *amount, "--minimum-gap", "0.1"],
            [*pack, *box, *amount, "--minimum-gap", "-1 um"],
            [*pack, *box, *amount, "--minimum-gap", "nan um"],
            [*pack, *box, "--count", "3", "--mean-volume-radius", "1"],
            [*pack, *box, "--count", "3", "--mean-volume-radius", "0 um"],
            [*pack, *box, "--count", "3", "--mean-volume-radius", "-1 um"],
            [*pack, *box, *amount, "--mean-volume-radius", "1 um"],
            [*crop, "--low", "0,0,0", "--high", "9,9,12"],
            [*crop, "--low", "0,0,0 um", "--high", "9,9,-12 um"],
            [*crop, "--low", "0,0,nan um", "--high", "9,9,12 um"],
            [*crop, *corners, "--most-loss", "nan"],
            [*crop, *corners, "--most-loss", "-1"],
            ["layout", "tile", layout, "--times", "0,1,1", "--out", out],
            ["layout", "tile", layout, "--times", "-1,1,1", "--out", out],
            ["layout", "tile", layout, "--times", "100000,100000,100000", "--out", out],
            ["layout", "info", layout, "--picture", out.replace(".csv", ".foo")],
            ["layout", "info", layout, "--picture", out.replace("made.csv", "none/x.png")],
            ["layout", "effective", layout, "--value", "matrix"],
            ["layout", "effective", layout, "--solid", "matrix=-1 GPa,0.3"],
            ["layout", "effective", layout, "--solid", "matrix=1 GPa,0.7"],
            ["run", words[0], "--model", "nonsense"],
            ["study", "--workers", "-1", "rate-by-thickness"],
            ["study", "--ranks", "0", "--fidelity", "resolved", "rate-by-thickness"],
            ["validate", "--list", "--claims", "99.9"],
            ["validate", "--no-run", "--seed", "-1", "--claims", "1.1", "--out", out + "-board"],
        ]
        tried = rng.choice(bad)
        return Trial(" ".join(tried)[-120:], NONSENSE, tuple(tried))
