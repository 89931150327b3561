"""BPX files, result folders that are damaged, and fields in them that are."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from fuzzing.cases import CASE, written
from fuzzing.trial import GARBAGE_VALUES, NONSENSE, OPEN, SENSE, Maker, Random, Trial, mangled

FREE = (
    "Header",
    "User-defined",
    "Minimum stoichiometry",
    "activation energy",
    "Entropic",
    "cut-off",
    "Transport",
    "Initial temperature",
    "transference",
)
"""Places of a BPX file where a number may have any sign, or none is used."""


class Bpx(Maker):
    """A BPX file with one entry wrong."""

    name = "bpx"

    def make(self, rng: Random, folder: Path) -> Trial:
        """See `Maker`."""
        from chemomech.experiments.models.homogenised import read_bpx

        path = folder / "b.json"
        content = copy.deepcopy(_content(folder))
        if rng.random() < 0.2:
            whole, note, verdict = mangled(rng, json.dumps(content, indent=1).encode(), b" ")
            path.write_bytes(whole)
            verdict = OPEN if note == "Latin-1" else verdict
            return Trial(note, verdict, call=lambda: read_bpx(path, base="nmc622"))
        leaves = list(_leaves(content, ()))
        place = rng.choice(leaves)
        holder: Any = content
        for name in place[:-1]:
            holder = holder[name]
        old = holder[place[-1]]
        where = " / ".join(place)
        number = isinstance(old, (int, float)) and not any(word in where for word in FREE)
        if rng.random() < 0.08:
            note, verdict = "as it is", SENSE
        elif isinstance(old, dict):
            note, verdict = self._table(rng, where, old)
        else:
            value = rng.choice(
                (
                    -abs(old) if isinstance(old, (int, float)) else -1.0,
                    0,
                    1e30,
                    *GARBAGE_VALUES,
                    None,
                    "x +",
                    "1/0",
                    "x ** x ** x",
                    "exp(exp(exp(x * 1e9)))",
                    "open('a')",
                )
            )
            holder[place[-1]] = value
            # A text is an expression, and an entry that may be absent may be null.
            verdict = (
                NONSENSE
                if number and isinstance(value, (int, float)) and not isinstance(value, bool)
                else OPEN
            )
            note = f"{where} = {value!r}"
            if "State" in where or "Cell" in where or "Maximum stoichiometry" in where:
                verdict = OPEN if value in (0, 1e30) else verdict
        path.write_text(json.dumps(content), encoding="utf-8")
        return Trial(note, verdict, call=lambda: read_bpx(path, base="nmc622"))

    def _table(self, rng: Random, where: str, table: dict[str, Any]) -> tuple[str, str]:
        kind = rng.randrange(5)
        positive = not any(word in where for word in ("transference", "Entropic", "change with"))
        if kind == 0:
            table["y"] = table["y"][:-1]
            return f"{where}: y shorter than x", NONSENSE
        if kind == 1:
            table["x"][3] = table["x"][4]
            return f"{where}: an abscissa twice", NONSENSE
        if kind == 2:
            table["y"][7] = -abs(table["y"][7]) - 1e-3
            return f"{where}: a value below zero", NONSENSE if positive else OPEN
        if kind == 3:
            table["y"][7] = float("nan")
            return f"{where}: NaN", NONSENSE
        table["x"], table["y"] = [], []
        return f"{where}: empty", NONSENSE


def _leaves(content: Any, place: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, value in content.items():
        if isinstance(value, dict) and "x" not in value:
            yield from _leaves(value, (*place, name))
        else:
            yield (*place, name)


@lru_cache(maxsize=1)
def _content(folder: Path) -> dict[str, Any]:
    from chemomech.experiments.case import Case
    from chemomech.experiments.case.prepare import prepare
    from chemomech.experiments.models.homogenised import homogenise
    from chemomech.experiments.models.homogenised.bpx_writing import bpx_content

    case = Case.from_toml(written(folder, CASE | {"mechanics": {"coupling": "off"}}))
    return bpx_content(homogenise(prepare(case)))


class Results(Maker):
    """A result folder with one file damaged, read as a report reads it."""

    name = "result"

    def make(self, rng: Random, folder: Path) -> Trial:
        """See `Maker`."""
        from chemomech.solver.results import Result

        out = folder / "damaged"
        shutil.copytree(_result(folder.parent), out)
        name = rng.choice(("result.nc", "summary.json", "case.toml"))
        whole = (out / name).read_bytes()
        if rng.random() < 0.1:
            note, verdict = "as it is", SENSE
        elif name == "result.nc":
            cut = rng.random() < 0.6
            spoilt = whole[: rng.randrange(len(whole))] if cut else _scrambled(rng, whole)
            (out / name).write_bytes(spoilt)
            note, verdict = f"{name} {'cut' if cut else 'scrambled'}", NONSENSE
        else:
            content, note, _ = mangled(rng, whole)
            (out / name).write_bytes(content)
            note, verdict = f"{name}: {note}", OPEN

        def read() -> None:
            with Result.open(out) as result:
                _ = result.summary, result.case, result.name
                result.dataset.load()

        return Trial(note, verdict, call=read)


class Fields(Maker):
    """A result with fields of which one file is damaged, looked at as a page does."""

    name = "fields"

    def make(self, rng: Random, folder: Path) -> Trial:
        """See `Maker`."""
        from chemomech.experiments.scenes import open_scene

        out = folder / "damaged"
        shutil.copytree(_with_fields(folder.parent), out)
        name = rng.choice(("index.json", "geometry.h5", "instant-0001.vtkhdf", "instant-0002.vtkhdf"))
        path = out / "fields" / name
        whole, kind = path.read_bytes(), rng.random()
        if kind < 0.1:
            note, verdict = "as it is", SENSE
        elif kind < 0.25:
            path.unlink()
            # Without an index the particles are shown as a whole.
            note, verdict = f"{name} missing", OPEN if name == "index.json" else NONSENSE
        elif name == "index.json":
            content, note, _ = mangled(rng, whole)
            path.write_bytes(content)
            note, verdict = f"{name}: {note}", OPEN
        else:
            cut = rng.random() < 0.5
            path.write_bytes(whole[: rng.randrange(len(whole))] if cut else _scrambled(rng, whole))
            note, verdict = f"{name} {'cut' if cut else 'scrambled'}", NONSENSE

        def look() -> None:
            scene = open_scene(out)
            for field in (entry for entry in scene.fields if not entry.by_particle):
                scene.grid(field.part)
                for k in range(min(len(scene.times), 2)):
                    scene.values(field, k)
                    scene.range(field, k)

        return Trial(note, verdict, call=look)


@lru_cache(maxsize=1)
def _with_fields(folder: Path) -> Path:
    """The short run, with fields on one cell in each of its particles."""
    import numpy as np

    from chemomech.solver.output.field_files import FieldFolder
    from chemomech.solver.results.fields import FIELDS, Geometry, Part, StoredField

    out = folder / "with-fields"
    shutil.copytree(_result(folder), out)
    corners = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    geometry = Geometry(
        1e-6 * np.vstack([corners, corners + 2.0]),
        np.arange(8),
        np.array([0, 4, 8]),
        np.full(2, 10, dtype=np.uint8),
        np.array([0, 0]),
    )
    part = Part("particles", 8, 2, 8, {"stoichiometry": StoredField(FIELDS["stoichiometry"])})
    fields = FieldFolder(out / "fields", {part.name: geometry}, {part.name: part}, -np.inf, ())
    for time in (0.0, 10.0):
        fields.add(time, {part.name: {"stoichiometry": np.linspace(0.5, 0.9, 8)}})
    return out


def _scrambled(rng: Random, whole: bytes) -> bytes:
    changed = bytearray(whole)
    for _ in range(20):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


@lru_cache(maxsize=1)
def _result(folder: Path) -> Path:
    """A short run of the radial model, made once."""
    from chemomech.experiments.case import Case
    from chemomech.experiments.models.radial.model import RadialModel
    from chemomech.experiments.runner import run

    place = folder / "base"
    place.mkdir(exist_ok=True)
    case = Case.from_toml(written(place, CASE | {"protocol": ["Charge at 5C for 20 s"]}))
    solve = getattr(RadialModel.solve, "unpatched", None)
    if solve is not None:
        patched, RadialModel.solve = RadialModel.solve, solve  # type: ignore[method-assign]
    try:
        run(case, place / "out", progress=False, report=False).close()
    finally:
        if solve is not None:
            RadialModel.solve = patched  # type: ignore[method-assign]
    return place / "out"
