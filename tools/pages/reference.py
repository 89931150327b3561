"""The reference: a page for every package that says what it exports, made from the docstrings."""

from __future__ import annotations

import ast
import importlib
import inspect
import tomllib
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path

MOST = 12
"""Names of a table that are shown."""

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
        values = [entry for entry in exported if is_value(name, entry)]
        if values:
            lines = [f"- ``{entry}``: {shown_value(name, entry)}" for entry in values]
            page += "\nValues, tables and what else is exported:\n\n" + "\n".join(lines) + "\n"
        (folder / f"{name}.rst").write_text(page, encoding="utf-8")
    listed = INTRODUCTION + "".join(f"   {name}\n" for name in names)
    (folder / "index.rst").write_text(listed, encoding="utf-8")


def is_value(package: str, name: str) -> bool:
    """Whether a name stands for something that autodoc does not show: no class and no function.

    A function that is called as its module is not found by it either.
    """
    found = getattr(importlib.import_module(package), name)
    if inspect.isclass(found):
        return False
    if inspect.isroutine(found):
        return bool(found.__module__ == f"{package}.{name}")
    return not name.startswith("_")


def shown_value(package: str, name: str) -> str:
    """What a value is, in a line: its names if it is a table, a number, or what its class says of itself."""
    found = getattr(importlib.import_module(package), name)
    if isinstance(found, Mapping):
        return ", ".join(f"``{key}``" for key in list(found)[:MOST]) + (", ..." if len(found) > MOST else "")
    if isinstance(found, int | float | str | tuple):
        return f"``{found!r}``"
    if not inspect.isroutine(found) and typing.get_origin(found):
        return f"``{found}``"
    words = inspect.getdoc(found) or inspect.getdoc(type(found)) or type(found).__name__
    return " ".join(words.split("\n\n")[0].split())
