"""The runs behind the figures: commands of ours, each run once and kept until the code behind it changes."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from pages.cells import run_script

TOP = ("chemomech", "materials", "geometry", "solver", "experiments", "validation")
SOURCES = (".py", ".c", ".toml", ".csv")
FINISHED = "finished"
SCRIPT = "tomogram_to_fracture.py"


@dataclass(frozen=True)
class Run:
    """Something that is run for figures.

    Attributes:
        command: as it is typed; ``OUT`` stands for the folder, ``@name`` for the folder of another run.
        needs: names of the other runs.
    """

    command: str
    needs: tuple[str, ...] = ()


RUNS = {
    "resolved": Run(
        "chemomech run fast-charge-5C --set mesh.preset=coarse"
        " --set 'output.field_times=[\"150 s\"]' --out OUT"
    ),
    "radial": Run("chemomech run fast-charge-5C --model radial --out OUT"),
    "electrode": Run("chemomech run electrode-1870 --out OUT"),
    "compared": Run("chemomech compare @resolved @radial --out OUT", ("resolved", "radial")),
    "study": Run("chemomech study rate-by-thickness --fidelity radial --workers 1 --out OUT"),
    "scoreboard": Run("chemomech validate --preset radial --claims 0.1,0.10,1.1,1.8 --out OUT"),
    "titration": Run("chemomech run gitt-nmc811 --out OUT"),
    "planted": Run("chemomech fit planted-parameters --out OUT"),
    "tutorial": Run(f"python examples/{SCRIPT} OUT"),
}
"""By name. The last one is the tutorial, whose page is made of what it prints."""


class Folders:
    """Folders of runs, which are made when they are first asked for.

    Args:
        repository: the top of the checkout.
        kept: where finished runs lie.
    """

    def __init__(self, repository: Path, kept: Path) -> None:
        self.repository, self.kept = repository, kept
        self._code = _digest(repository)

    def folder(self, name: str) -> Path:
        """The folder of a run, finished.

        Raises:
            SystemExit: with what the command said, if it fails.
        """
        run = RUNS[name]
        others = {other: self.folder(other) for other in run.needs}
        script = self.repository / "examples" / SCRIPT
        own = script.read_text(encoding="utf-8") if name == "tutorial" else ""
        key = hashlib.sha256(f"{run.command} {self._code} {own}".encode()).hexdigest()[:12]
        folder = self.kept / f"{name}-{key}"
        if not (folder / FINISHED).is_file():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            print(f"running {run.command}", flush=True)
            self._make(name, run, folder / name, others)
            (folder / FINISHED).touch()
        return folder / name

    def printed(self, name: str) -> list[str]:
        """What the cells of a script print."""
        text = (self.folder(name).parent / "printed.json").read_text(encoding="utf-8")
        return [str(part) for part in json.loads(text)]

    def _make(self, name: str, run: Run, out: Path, others: dict[str, Path]) -> None:
        if name == "tutorial":
            script = self.repository / "examples" / SCRIPT
            run_script(script, out.parent / "printed.json", [str(out)])
            return
        words = shlex.split(run.command)
        places = {f"@{other}": str(folder) for other, folder in others.items()} | {"OUT": str(out)}
        words = [places.get(word, word) for word in words]
        call(words, run.command)


def call(words: list[str], command: str) -> None:
    """Call a command of ours by this interpreter, whatever the path says.

    Args:
        words: of the command, its name first.
        command: as it is typed.

    Raises:
        SystemExit: with what it said, if it fails.
    """
    done = subprocess.run(
        [sys.executable, "-m", "chemomech.cli", *words[1:]],
        env=os.environ | {"MPLBACKEND": "Agg"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise SystemExit(f"{command} failed:\n{done.stdout}{done.stderr}")


def _digest(repository: Path) -> str:
    """Of all that a run depends on in this repository."""
    known = hashlib.sha256()
    paths = (path for top in TOP for path in (repository / top).rglob("*") if path.suffix in SOURCES)
    for path in sorted(paths):
        known.update(str(path.relative_to(repository)).encode() + b"\0" + path.read_bytes())
    return known.hexdigest()
