"""What a page knows of a scene: parts, fields at instants, particles and their curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import matplotlib as mpl
import numpy as np
import numpy.typing as npt

from chemomech.experiments.drawing.scales import spread_entries
from chemomech.experiments.report.sharing.blob import Blob
from chemomech.experiments.report.sharing.pieces import Pieces, particle_of, pieces_of
from chemomech.experiments.scenes import Curve, Scene, SceneField
from chemomech.experiments.scenes.display import LENGTH, colour_map, shown_in, shown_points

Array = npt.NDArray[Any]

CURVES: Final = {
    "lithium": ("mean_stoichiometry", "surface_stoichiometry"),
    "stress": ("max_principal_stress", "max_equivalent_stress", "surface_equivalent_stress"),
    "damage": (
        "surface_crack_depth",
        "reacting_area_factor",
        "bonded_share",
        "intact_interface",
        "strength_ratio",
    ),
}
"""What is drawn over time of a picked particle, by the name of the drawing."""


@dataclass(frozen=True)
class Detail:
    """How much of a scene a page holds.

    Attributes:
        curved: with the nodes amid edges.
        solid: with the insides of parts, so that a cut shows fields there.
        instants: at most so many, evenly.
        samples: of each curve, at most so many.
    """

    curved: bool
    solid: bool
    instants: int
    samples: int

    def note(self, scene: Scene) -> str:
        """Say what of a scene is left out; empty for nothing."""
        left_out = []
        if self.instants < len(scene.times):
            left_out.append(f"{self.instants} of {len(scene.times)} instants are shown")
        if not self.curved:
            left_out.append("cells have straight sides")
        if not self.solid:
            left_out.append("cuts are hollow")
        return f"To keep the page small, {', '.join(left_out)}." if left_out else ""


def payload(scene: Scene, detail: Detail) -> str:
    """Return the text that the page reads.

    Args:
        scene: what is shown.
        detail: how much of it.
    """
    blob = Blob()
    instants = spread_entries(len(scene.times), detail.instants)
    pieces = {part: pieces_of(scene.grid(part), detail.curved, detail.solid) for part in scene.parts}
    note = detail.note(scene)
    return blob.text(
        {
            "title": scene.title,
            "notes": [*scene.notes, *([note] if note else [])],
            "unit": LENGTH.unit,
            "box": shown_points(_extent(scene)).tolist(),
            "labels": [scene.time_label(k) for k in instants],
            "times": [float(scene.times[k]) for k in instants],
            "parts": [_part(blob, scene, name, piece) for name, piece in pieces.items()],
            "fields": [_field(blob, scene, entry, pieces[entry.part], instants) for entry in scene.fields],
            "particles": _particles(blob, scene),
            "curves": _curves(blob, scene, detail.samples),
            "voltage": None if scene.voltage is None else _series(blob, scene.voltage, detail.samples),
            "maps": _maps(blob, scene),
        }
    )


def _extent(scene: Scene) -> tuple[float, float, float]:
    """Box of all parts [m], which may reach beyond the electrode."""
    tops = [scene.grid(part).bounds[5] / LENGTH.factor for part in scene.parts]
    return (*scene.box[:2], max(scene.box[2], *tops))


def _part(blob: Blob, scene: Scene, name: str, pieces: Pieces) -> dict[str, Any]:
    grid = scene.grid(name)
    rows = {int(number): row for row, number in enumerate(scene.particles.ids)}

    def owners(cells: Array) -> Array:
        return np.array([rows.get(int(number), -1) for number in particle_of(grid, cells)], dtype=np.int32)

    spheres = not len(pieces.tetrahedra) and name == "particles" and grid.n_cells > 0
    return {
        "name": name,
        "points": blob.add(pieces.points, "f4"),
        "triangles": blob.add(pieces.triangles, "u4"),
        "owner": blob.add(owners(pieces.cell_of_triangle), "i4"),
        "cell": blob.add(pieces.cell_of_triangle, "u4"),
        "nodes": int(pieces.tetrahedra.shape[1]),
        "tetrahedra": blob.add(pieces.tetrahedra, "u4"),
        "inner": blob.add(owners(pieces.cell_of_tetrahedron), "i4"),
        "spheres": spheres,
    }


def _field(
    blob: Blob, scene: Scene, field: SceneField, pieces: Pieces, instants: list[int]
) -> dict[str, Any]:
    factor = field.shown_factor
    low, high = (factor * end for end in scene.range(field))
    ends = (low, high) if np.isfinite([low, high]).all() else (0.0, 1.0)
    data = []
    for k in instants:
        values = scene.values(field, k)
        values = np.linalg.norm(values, axis=1) if values.ndim == 2 else values
        if field.by_particle:
            values = _of_particles(scene, field.part, values)
        elif field.on == "points":
            values = values[pieces.kept]
        data.append(blob.add_values(factor * values, ends))
    return {
        "part": field.part,
        "label": field.label,
        "unit": field.shown_unit,
        "on": "particles" if field.by_particle else field.on,
        "range": list(ends),
        "map": colour_map(field.unit),
        "data": data,
    }


def _of_particles(scene: Scene, part: str, values: Array) -> Array:
    """One value for each particle from those of its cells."""
    particle = np.asarray(scene.grid(part).cell_data["particle"])
    numbers, first = np.unique(particle, return_index=True)
    found = dict(zip(numbers.tolist(), values[first].tolist(), strict=True))
    return np.array([found.get(int(number), np.nan) for number in scene.particles.ids])


def _particles(blob: Blob, scene: Scene) -> dict[str, Any]:
    return {
        "ids": scene.particles.ids.tolist(),
        "centres": blob.add(shown_points(scene.particles.centres), "f4"),
        "radii": blob.add(shown_points(scene.particles.radii), "f4"),
    }


def _curves(blob: Blob, scene: Scene, samples: int) -> list[dict[str, Any]]:
    """Series by particle, each with what it is drawn with."""
    if not len(scene.particles.ids):
        return []
    every = [scene.curves(int(number)) for number in scene.particles.ids]
    drawn = []
    for group, names in CURVES.items():
        for name in names:
            if name not in every[0]:
                continue
            shown = spread_entries(len(every[0][name].time), samples)
            rows = np.array([curves[name].shown[shown] for curves in every])
            drawn.append(
                {
                    "group": group,
                    "label": every[0][name].label,
                    "unit": shown_in(every[0][name].unit).unit,
                    "time": blob.add(every[0][name].time[shown], "f4"),
                    "values": blob.add(rows, "f4"),
                }
            )
    return drawn


def _series(blob: Blob, curve: Curve, samples: int) -> dict[str, Any]:
    shown = spread_entries(len(curve.time), 4 * samples)
    return {
        "label": curve.label,
        "unit": shown_in(curve.unit).unit,
        "time": blob.add(curve.time[shown], "f4"),
        "values": blob.add(curve.shown[shown], "f4"),
    }


def _maps(blob: Blob, scene: Scene) -> dict[str, Any]:
    names = {colour_map(field.unit) for field in scene.fields}
    levels = np.linspace(0.0, 1.0, 256)
    return {
        name: blob.add(np.round(255.0 * mpl.colormaps[name](levels)[:, :3]), "u1") for name in sorted(names)
    }
