"""A folder of fields made by hand: two particles of a curved cell each, a matrix, and an interface."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from chemomech.solver.output.field_files import FieldFolder
from chemomech.solver.results.fields import CELLS, FIELDS, Geometry, Part, StoredField

TIMES = (0.0, 10.0, 20.0)

CORNERS = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
EDGES = ((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3))


def tetrahedra(offset: float) -> np.ndarray:
    """Ten nodes of a straight tetrahedron [m], in the order of VTK."""
    corners = 1e-6 * (CORNERS + offset)
    return np.vstack([corners, [0.5 * (corners[a] + corners[b]) for a, b in EDGES]])


def geometry() -> dict[str, Geometry]:
    """Of all parts."""
    count = np.arange(3)
    return {
        "particles": Geometry(
            np.vstack([tetrahedra(0.0), tetrahedra(2.0)]),
            np.arange(20),
            10 * count,
            np.full(2, 24, dtype=np.uint8),
            np.array([0, 1]),
        ),
        "matrix": Geometry(
            1e-6 * (CORNERS + 4.0),
            np.arange(4),
            np.array([0, 4]),
            np.full(1, 10, dtype=np.uint8),
            np.array([-1]),
        ),
        "interface": Geometry(
            1e-6 * CORNERS[:3],
            np.arange(3),
            np.array([0, 3]),
            np.full(1, 5, dtype=np.uint8),
            np.array([0]),
        ),
    }


def parts() -> dict[str, Part]:
    """What is stored of each."""
    on_points = {name: StoredField(FIELDS[name]) for name in ("stoichiometry", "principal_stress")}
    displacement = {"displacement": StoredField(FIELDS["displacement"], components=3)}
    return {
        "particles": Part("particles", 20, 2, 20, on_points | displacement),
        "matrix": Part("matrix", 4, 1, 4, {"matrix_potential": StoredField(FIELDS["matrix_potential"])}),
        "interface": Part(
            "interface", 3, 1, 3, {"interface_opening": StoredField(FIELDS["interface_opening"], CELLS)}
        ),
    }


def values(time: float) -> dict[str, dict[str, np.ndarray]]:
    """By part and field."""
    return {
        "particles": {
            "stoichiometry": 0.9 - 0.01 * time - 0.001 * np.arange(20),
            "principal_stress": 1e6 * time * np.linspace(-1.0, 1.0, 20),
            "displacement": 1e-9 * time * np.ones((20, 3)),
        },
        "matrix": {"matrix_potential": np.full(4, 3.7 + 0.01 * time)},
        "interface": {"interface_opening": np.array([1e-9 * time])},
    }


def written(folder: Path, until: float = -np.inf, left_out: tuple[float, ...] = ()) -> FieldFolder:
    """A folder of fields; empty, or what an earlier one left up to a time [s]."""
    return FieldFolder(folder, geometry(), parts(), until, left_out)


def filled(folder: Path) -> FieldFolder:
    """A folder of fields at ``TIMES``."""
    made = written(folder)
    for time in TIMES:
        made.add(time, values(time))
    return made
