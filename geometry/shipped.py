"""Layouts that come with the package."""

from __future__ import annotations

from importlib.resources import as_file, files

from chemomech.errors import unknown_name

from .layout import Layout
from .layout_csv import read_layout


def shipped_layouts() -> tuple[str, ...]:
    """Names of the layouts that come with the package."""
    folder = files(__package__) / "layouts"
    return tuple(
        sorted(item.name.removesuffix(".csv") for item in folder.iterdir() if item.name.endswith(".csv"))
    )


def shipped_layout(name: str) -> Layout:
    """Return a layout that comes with the package, such as "rve-52".

    Raises:
        InputError: there is no layout of that name; the message lists those there are.
    """
    known = shipped_layouts()
    if name not in known:
        raise unknown_name("layout", name, known)
    with as_file(files(__package__) / "layouts" / f"{name}.csv") as path:
        return read_layout(path)
