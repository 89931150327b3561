"""A case of three particles in an image, meshed as imaged or as spheres."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from support.images import ball

from chemomech.experiments.case import Case

SHAPE = (14, 16, 24)  # z, y, x
TEXT = """\
name = "three-imaged"
initial_stoichiometry = 0.93
nominal_capacity = "180 mAh/g"
protocol = ["Charge at 5C for 2 s or until 4.5 V"]
[geometry]
layout = { stack = "stack.npy", voxel_size = "1 um", shapes = "as-imaged", fragment = 8 }
separator_thickness = "6 um"
[mesh]
preset = "coarse"
size = "2 um"
least_cells = 4
[numerics]
initial_step = "0.2 s"
[output]
cut_times = ["0.5 s"]
checkpoint_every = 1
"""


def voxels() -> np.ndarray:
    """Two balls that touch, one of them cut by a side, and a third one apart from them; 1 is active."""
    active = ball(SHAPE, (6.0, 8.0, 2.0), 4.6) | ball(SHAPE, (7.0, 8.0, 10.5), 4.6)
    return (active | ball(SHAPE, (9.0, 8.0, 21.0), 3.2)).astype(np.uint8)


def write_case(folder: Path, image: np.ndarray | None = None) -> Path:
    """Write the case and its image; returns the path of the case file."""
    np.save(folder / "stack.npy", voxels() if image is None else image)
    path = folder / "imaged.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def shaped(path: Path, **changes: Any) -> Case:
    """The case with keys of its layout set otherwise; None takes a key away."""
    table = Case.from_toml(path).to_table()
    layout = table["geometry"]["layout"]
    layout |= changes
    table["geometry"]["layout"] = {name: value for name, value in layout.items() if value is not None}
    return Case.from_table(table)


def as_spheres(case: Case, **changes: Any) -> Case:
    """The same part on spheres, joined where they touch."""
    table = case.to_table()
    table["geometry"]["layout"] |= {"shapes": "spheres"} | changes
    table["geometry"]["contacts"] = "fuse"
    table["mesh"] = {"preset": "coarse"}
    return Case.from_table(table)
