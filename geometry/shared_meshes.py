"""Meshes of all runs of a user, so that the second run of a layout finds the mesh of the first.

A result folder keeps its own copy of its mesh (`chemomech.geometry.cache`); here are those that it may be
copied from. One file holds one mesh with what belongs to it, and a checksum of each part. Nothing here can
make a run fail: what cannot be kept or read is made anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import time
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from .cache import written_whole

FOLDER_VARIABLE = "CHEMOMECH_MESH_CACHE"
"""Environment variable with the folder; empty: no meshes are shared."""

LARGEST = 2_000_000_000
"""Size of the folder beyond which the meshes that were not asked for longest are removed [bytes]."""

ABANDONED_AFTER = 86400.0
"""Age of an unfinished file from which on nobody writes it any more [s]."""

_said: set[Path] = set()


def shared_folder() -> Path | None:
    """The folder of the shared meshes, by default ``chemomech/meshes`` in the cache of the user; or none."""
    asked = os.environ.get(FOLDER_VARIABLE)
    if asked is not None:
        return Path(asked).expanduser() if asked.strip() else None
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    with contextlib.suppress(RuntimeError):  # a user without a home
        return Path(home).expanduser() / "chemomech" / "meshes"
    return None


def take(path: Path, suffixes: Sequence[str] = (".msh",)) -> bool:
    """Put a shared mesh into the folder of a run, unless it has one.

    Args:
        path: where the mesh of the run lies or will lie; its name says what it was made from.
        suffixes: of the files that belong to it, the mesh last.

    Returns:
        Whether it was put there.
    """
    folder = shared_folder()
    if folder is None or path.exists():
        return False
    entry = _entry(folder, path)
    try:
        with zipfile.ZipFile(entry) as kept:
            parts = {suffix: kept.read(path.stem + suffix) for suffix in suffixes}  # checks their sums
        path.parent.mkdir(parents=True, exist_ok=True)
        for suffix, content in parts.items():
            with written_whole(path.with_suffix(suffix)) as partial:
                partial.write_bytes(content)
        with contextlib.suppress(OSError):
            os.utime(entry)  # asked for now
    except FileNotFoundError:
        return False
    except Exception:  # damaged in one of many ways: made anew and put in its place
        with contextlib.suppress(OSError):
            entry.unlink()
        return False
    return True


def give(path: Path, suffixes: Sequence[str] = (".msh",)) -> None:
    """Share the mesh of a run with later ones; where that is not possible, it is said once.

    Args:
        path: of the mesh.
        suffixes: of the files that belong to it.
    """
    folder = shared_folder()
    if folder is None:
        return
    entry = _entry(folder, path)
    partial = entry.with_name(f".{entry.name}.{os.getpid()}.tmp")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as kept:
            for suffix in suffixes:
                kept.write(path.with_suffix(suffix), path.stem + suffix)
        partial.replace(entry)
        _remove_oldest(folder)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        if folder not in _said:
            _said.add(folder)
            print(
                f"warning: meshes cannot be kept in {str(folder)!r} ({error.strerror}), so that each run "
                f"makes its own; name another folder by the environment variable {FOLDER_VARIABLE}.",
                file=sys.stderr,
                flush=True,
            )


def _entry(folder: Path, path: Path) -> Path:
    return folder / f"{path.stem}-{_code_digest()}.zip"


@cache
def _code_digest() -> str:
    """Of the source of this package: what meshes otherwise makes another mesh."""
    source = Path(__file__).parent
    digest = hashlib.sha256(np.__version__.encode())
    for file in sorted(source.rglob("*.py")):
        digest.update(str(file.relative_to(source)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def _remove_oldest(folder: Path) -> None:
    now, kept = time.time(), []
    for file in folder.iterdir():
        with contextlib.suppress(OSError):
            state = file.stat()
            if file.name.startswith(".mesh-") and now - state.st_mtime > ABANDONED_AFTER:
                file.unlink()
            elif file.name.startswith("mesh-") and file.suffix == ".zip":
                kept.append((state.st_mtime, state.st_size, file))
    total = sum(size for _, size, _ in kept)
    for _, size, file in sorted(kept):
        if total <= LARGEST:
            return
        with contextlib.suppress(OSError):
            file.unlink()
            total -= size
