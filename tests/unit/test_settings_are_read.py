"""Settings that a model says it uses are read somewhere by name."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from support.case_keys import CONTACTS, IMAGE

from chemomech.experiments.case.schema import names_of
from chemomech.experiments.case.sections import Radial
from chemomech.geometry import MeshOptions
from chemomech.geometry.shapes import ShapeOptions
from chemomech.solver.cell.numerics import Numerics

ROOT = Path(__file__).parents[2]
PLACES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "images": (("experiments/case/image_layouts.py",), (*IMAGE, "shapes")),
    "contact rules": (("geometry/contacts",), CONTACTS),
    "numerics": (("solver", "experiments/models/driving.py"), names_of(Numerics)),
    "output": (
        ("experiments/models/resolved/model.py",),
        ("field_times", "field_limit", "cut_times", "interval"),
    ),
    "checkpoints": (("experiments/models/driving.py",), ("checkpoint_every",)),
    "output of the radial model": (("experiments/models/radial/model.py",), ("interval",)),
    "grids of the radial model": (("experiments/models/radial",), names_of(Radial)),
    "mesh options": (
        ("geometry",),
        tuple(name for name in names_of(MeshOptions, ShapeOptions) if name not in ("attempts", "layer")),
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_settings_are_read_where_they_should_act(place: str) -> None:
    folders, names = PLACES[place]
    files = [
        file
        for place in folders
        for file in ([ROOT / place] if place.endswith(".py") else sorted((ROOT / place).rglob("*.py")))
    ]
    read = {
        node.attr
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and not _checks(node, file)
    }
    assert set(names) <= read, sorted(set(names) - read)


def _checks(node: ast.Attribute, file: Path) -> bool:
    """Whether a read only checks a setting, in the module that defines it."""
    return file.name in ("numerics.py", "options.py")
