"""Files that are none: folders, pipes, devices and links that lead nowhere, and names that are none."""

from __future__ import annotations

import copy
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import tomli_w

from fuzzing.cases import CASE, run_words, written
from fuzzing.studies import STUDY
from fuzzing.trial import NONSENSE, SENSE, Maker, Random, Trial


def _linked(path: Path, target: str) -> None:
    os.symlink(target, path)


ODD: dict[str, Callable[[Path], None]] = {
    "nothing": lambda path: None,
    "a folder": lambda path: path.mkdir(),
    "an empty file": lambda path: path.touch(),
    "a pipe": lambda path: os.mkfifo(path),
    "a link to itself": lambda path: _linked(path, path.name),
    "a link to nothing": lambda path: _linked(path, "nowhere"),
    "a device": lambda path: _linked(path, "/dev/zero"),
    "zero bytes": lambda path: path.write_bytes(bytes(64)) and None,
    "UTF-16": lambda path: path.write_bytes("name = 'ä'\n".encode("utf-16")) and None,
}
"""What lies where a file is needed, and how it is put there."""

NAMES = ("", " ", ".", "..", "../up", "a/b", "a\\b", "a\nb", "\t", "n" * 5000, "ä" * 120, "\u202e")
"""Names of cases and studies that cannot be those of folders."""


class Places(Maker):
    """Something else than a file where one is needed, or a folder that cannot be made."""

    name = "place"

    def make(self, rng: Random, folder: Path) -> Trial:
        """See `Maker`."""
        case = written(folder, CASE)
        study = folder / "study.toml"
        study.write_text(tomli_w.dumps(STUDY), encoding="utf-8")
        study_words = ("study", str(study), "--out", str(folder / "out"), "--workers", "0", "--quiet")
        draw = rng.random()
        if draw < 0.08:
            return Trial("as it is", SENSE, run_words(case))
        if draw < 0.3:
            name = rng.choice(NAMES)
            table = copy.deepcopy(rng.choice((CASE, STUDY))) | {"name": name}
            path, words = (case, run_words(case)) if "protocol" in table else (study, study_words)
            path.write_text(tomli_w.dumps(table), encoding="utf-8")
            return Trial(f"name {name[:20]!r} of {path.name}", NONSENSE, words)
        kind = rng.choice(list(ODD))
        if draw < 0.5:
            place = folder / "out"
            if kind in ("nothing", "a folder"):
                kind = "a pipe"
            ODD[kind](place)
            return Trial(f"--out is {kind}", NONSENSE, run_words(case))
        what, words = rng.choice(
            (
                ("case.toml", run_words(case)),
                ("three.csv", run_words(case)),
                ("three.csv", ("layout", "info", "three.csv")),
                ("study.toml", study_words),
                ("case.toml", study_words),
                ("s.npy", ("layout", "extract", "s.npy", "--voxel-size", "0.8 um", "--out", "made.csv")),
                ("s.tif", ("layout", "extract", "s.tif", "--voxel-size", "0.8 um", "--out", "made.csv")),
                ("result", ("report", "result")),
                ("t.csv", ("validate", "--wiring", "t.csv", "--no-run", "--out", "board")),
            )
        )
        place = folder / what
        if place.is_dir():
            shutil.rmtree(place)
        place.unlink(missing_ok=True)
        ODD[kind](place)
        return Trial(f"{what} is {kind}: {words[0]}", NONSENSE, words)
