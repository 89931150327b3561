"""Shipped cases without their stated mass loading, to be run with other layouts."""

from __future__ import annotations

from chemomech.experiments.case import Case


def unloaded(name: str = "fast-charge-5C") -> Case:
    """The case whose 1C follows from the layout."""
    table = Case.from_toml(name).to_table()
    del table["mass_loading"]
    return Case.from_table(table)
