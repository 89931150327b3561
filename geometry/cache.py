"""Mesh files kept between runs, found again by what they were made from."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chemomech.errors import MachineError

from .layout import Layout
from .options import MeshOptions

# Raise when the same input gives another mesh than before, so that old files are not taken for new ones.
FORMAT_VERSION = 2


def mesh_key(layout: Layout, separator_thickness: float, options: MeshOptions, gmsh_version: str) -> str:
    """Return a short hash of everything a mesh depends on."""
    recipe = {
        "format": FORMAT_VERSION,
        "gmsh": gmsh_version,
        "box": layout.box,
        "centres": layout.centres.tolist(),
        "radii": layout.radii.tolist(),
        "necks": [] if layout.contacts is None else layout.contacts.pairs.tolist(),
        "neck_areas": [] if layout.contacts is None else layout.contacts.areas.tolist(),
        "separator": separator_thickness,
        "options": options.to_dict(),
    }
    text = json.dumps(recipe, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def mesh_file(folder: str | Path, key: str) -> Path:
    """Path of the mesh of that key in a cache folder."""
    return Path(folder) / f"mesh-{key}.msh"


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A file name to write to, which takes the place of the wanted one when all is written."""
    partial = path.with_name(f"{path.stem}.partial-{os.getpid()}{path.suffix}")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def save_model(gmsh: Any, path: Path) -> None:
    """Write the current gmsh model; a reader sees the whole file or none.

    Raises:
        MachineError: the folder cannot be made or written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as partial:
            gmsh.write(str(partial))
    except Exception as error:  # gmsh raises bare Exception
        raise MachineError(
            f"the mesh cannot be kept in {path.parent} ({error}); name a cache folder that can be written, "
            "or none."
        ) from error
