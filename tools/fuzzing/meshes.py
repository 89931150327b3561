"""Meshes of other programs, and tables of particles."""

from __future__ import annotations

import copy
from functools import lru_cache
from pathlib import Path

from fuzzing.cases import CASE, LAYOUT, run_words, written
from fuzzing.trial import NONSENSE, OPEN, SENSE, Maker, Random, Trial, mangled


class Meshes(Maker):
    """A mesh of another program."""

    name = "mesh"

    def make(self, rng: Random, folder: Path) -> Trial:
        """See `Maker`."""
        from mpi4py import MPI

        from chemomech.geometry.mesh_files import read_mesh

        whole = _mesh(folder)
        path = folder / "mesh.msh"
        if rng.random() < 0.5:
            content, note, verdict = mangled(rng, whole)
            verdict = OPEN
        else:
            lines = whole.decode().splitlines()
            row = rng.randrange(5, len(lines))
            fields = lines[row].split() or [""]
            fields[rng.randrange(len(fields))] = rng.choice(("nan", "-1", "99999999", "1e300", "x", "0", ""))
            lines[row] = " ".join(fields)
            content, note, verdict = "\n".join(lines).encode(), f"line {row}: {lines[row][:60]}", OPEN
        path.write_bytes(content)
        return Trial(note, verdict, call=lambda: read_mesh(path, MPI.COMM_SELF))


@lru_cache(maxsize=1)
def _mesh(folder: Path) -> bytes:
    from mpi4py import MPI

    from chemomech.geometry import MESH_PRESETS, generate_mesh, read_layout, write_mesh

    layout = folder / "first.csv"
    layout.write_text("\n".join(LAYOUT.splitlines()[:5]) + "\n", encoding="utf-8")
    path = folder / "first.msh"
    write_mesh(generate_mesh(read_layout(layout), 6e-6, MESH_PRESETS["coarse"], MPI.COMM_SELF), path)
    return path.read_bytes()


class Wirings(Maker):
    """A table of particles that came with an image."""

    name = "wiring"

    def make(self, rng: Random, folder: Path) -> Trial:
        """See `Maker`."""
        case = copy.deepcopy(CASE) | {"wiring": {"particles": "table.csv"}}
        path = written(folder, case)
        table = "id,volume [um3],radius [um],border,binder coverage,wired,touches wired binder\n"
        table += "".join(f"{row},40,2.1,0,0.5,1,1\n" for row in range(3))
        edits = [
            ("0.5", "1.5"),
            ("0.5", "-0.5"),
            ("0.5", "nan"),
            ("0.5", "0,5"),
            ("0,40", "7,40"),
            ("1,1\n", "1\n"),
            ("1,1\n", "1,1,9\n"),
            ("wired,", ""),
            ("0.5,1", "0.5,7"),
            ("2,40", "1,40"),
            ("2,40", "1e99,40"),
            ("id,", "name,"),
            ("0.5", "inf"),
            ("0.5", ""),
            ("wired", "binder coverage"),
            ("0.5", "50 %"),
        ]
        if rng.random() < 0.3:
            content, note, verdict = mangled(rng, table.encode(), b"0,0,0,0,0,0,0\n#")
            verdict = OPEN if verdict == SENSE else verdict
        elif rng.random() < 0.15:
            content, note, verdict = table.encode(), "as it is", SENSE
        else:
            old, new = rng.choice(edits)
            content, note, verdict = table.replace(old, new, 1).encode(), f"{old!r} -> {new!r}", NONSENSE
        (folder / "table.csv").write_bytes(content)
        return Trial(note, verdict, run_words(path))
