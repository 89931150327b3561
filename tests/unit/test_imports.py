"""Who may import whom: only downwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.imports import imported

MAY_IMPORT = {
    "materials": ("materials",),
    "geometry": ("geometry",),
    "solver": ("materials", "geometry", "solver"),
    "experiments": ("materials", "geometry", "solver", "experiments"),
    "validation": ("materials", "geometry", "solver.results", "experiments", "validation"),
}


def offences(source: str, module: str) -> list[str]:
    """Return what ``source``, the text of ``module``, imports of ours and must not."""
    allowed = [
        f"chemomech.{name}"
        for name in (
            *MAY_IMPORT[module.split(".")[1]],
            "cores",
            "digits",
            "errors",
            "fenicsx_first",
            "reading",
        )
    ]
    return [
        name
        for name in imported(source, module)
        if name.split(".")[0] in ("chemomech", *MAY_IMPORT)
        and not any(name == top or name.startswith(f"{top}.") for top in allowed)
    ]


def modules(repository: Path) -> Iterator[tuple[Path, str]]:
    for folder in MAY_IMPORT:
        for path in sorted((repository / folder).rglob("*.py")):
            # The last part only matters for counting the dots of a relative import.
            yield path, ".".join(["chemomech", *path.relative_to(repository).with_suffix("").parts])


def test_folders_import_only_downwards(repository: Path) -> None:
    found = {
        str(path.relative_to(repository)): wrong
        for path, module in modules(repository)
        if (wrong := offences(path.read_text(encoding="utf-8"), module))
    }
    assert found == {}


def test_the_rule_looks_at_all_folders(repository: Path) -> None:
    seen = {module.split(".")[1] for _, module in modules(repository)}
    assert seen >= {"materials", "geometry", "solver", "experiments"}


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("import chemomech.solver", "chemomech.materials.curve"),
        ("from chemomech import solver", "chemomech.geometry.layout"),
        ("from chemomech.experiments.case import Case", "chemomech.solver.cell.model"),
        ("def late():\n    from chemomech.validation import score", "chemomech.experiments.runner"),
        ("from ..solver import fields", "chemomech.geometry.layout"),
        ("from ... import geometry", "chemomech.materials.kinds.active"),
        ("from chemomech.solver.physics import terms", "chemomech.validation.scoreboard"),
        ("import chemomech", "chemomech.solver.cell.model"),
        ("import materials", "chemomech.solver.cell.model"),
    ],
)
def test_an_import_upwards_or_sideways_is_found(source: str, module: str) -> None:
    assert offences(source, module)


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("import numpy\nimport ufl", "chemomech.materials.curve"),
        ("from chemomech.errors import InputError", "chemomech.materials.curve"),
        ("from .layout import Layout", "chemomech.geometry.packing"),
        ("from chemomech import materials", "chemomech.solver.cell.model"),
        ("from chemomech.solver.results import Result", "chemomech.validation.scoreboard"),
    ],
)
def test_an_import_downwards_or_from_elsewhere_is_allowed(source: str, module: str) -> None:
    assert offences(source, module) == []


@pytest.mark.parametrize(
    "leaf",
    ["chemomech/cores.py", "chemomech/digits.py", "chemomech/errors.py", "solver/stepping/operation.py"],
)
def test_leaves_import_nothing_of_ours(repository: Path, leaf: str) -> None:
    names = imported((repository / leaf).read_text(encoding="utf-8"), "chemomech.leaf")
    assert [name for name in names if name.startswith("chemomech")] == []
