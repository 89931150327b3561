"""The reference: a page for every package that says what it exports, made from the docstrings."""

from __future__ import annotations

import ast
import importlib
import tomllib
from collections.abc import Iterator
from pathlib import Path

INTRODUCTION = """\
Reference
=========

What the packages export, from their docstrings. Everything at these surfaces is in SI units. Stable across
versions are :func:`chemomech.run`, :class:`chemomech.Case`, :class:`chemomech.Result`, case files and the
options of the command line.

.. toctree::
   :maxdepth: 1

"""


def exporting_packages(repository: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield every package with a list ``__all__``, in the order of their names, with what the list has."""
    settings = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    for name in settings["tool"]["setuptools"]["packages"]:
        parts = name.split(".")
        folder = repository.joinpath(*(parts[1:] or parts))
        path = folder / "__init__.py"
        if path.is_file() and (exported := exports(path.read_text(encoding="utf-8"))):
            yield name, exported


def exports(source: str) -> list[str]:
    """The names in ``__all__`` of a module; empty where it has none."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets
        ):
            return [str(name) for name in ast.literal_eval(node.value)]
    return []


def write_reference(repository: Path, source: Path) -> None:
    """Write ``reference/`` into the folder that Sphinx reads.

    A class that two packages export is shown by the first of them, and named by the other.
    """
    folder = source / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    names: list[str] = []
    shown: dict[type, str] = {}
    for name, exported in exporting_packages(repository):
        names.append(name)
        page = f"{name}\n{'=' * len(name)}\n\n.. automodule:: {name}\n   :members:\n"
        elsewhere = {}
        for entry in exported:
            found = getattr(importlib.import_module(name), entry)
            first = shown.setdefault(found, f"{name}.{entry}") if isinstance(found, type) else ""
            if first not in ("", f"{name}.{entry}"):
                elsewhere[entry] = first
        if elsewhere:
            page += f"   :exclude-members: {', '.join(elsewhere)}\n\nAlso here: "
            page += ", ".join(f":class:`{first}`" for first in elsewhere.values()) + ".\n"
        (folder / f"{name}.rst").write_text(page, encoding="utf-8")
    listed = INTRODUCTION + "".join(f"   {name}\n" for name in names)
    (folder / "index.rst").write_text(listed, encoding="utf-8")
