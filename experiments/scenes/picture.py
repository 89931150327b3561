"""Pictures of a scene without a screen: one field on one part, cut through or whole, at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError
from chemomech.experiments.scenes.display import colour_map, shown_points
from chemomech.experiments.scenes.scene import Scene, SceneField

if TYPE_CHECKING:
    import pyvista as pv

Array = npt.NDArray[Any]

CUTS: Final = ("none", "x", "y", "z")
"""Across which axis half of a part is cut away, towards who looks."""

_AWAY = {"x": (1.0, 0.0, 0.0), "y": (0.0, -1.0, 0.0), "z": (0.0, 0.0, 1.0)}
_FROM = (0.62, -0.72, 0.3)
_VALUE = "value"


class ScenePicture:
    """A field of a scene, drawn off screen; between two instants its values lie on a line.

    Args:
        scene: what is shown.
        field: the field.
        cut: one of ``CUTS``.
        size: width and height [pixels].

    Attributes:
        ends: of the colours, in the unit the field is shown in.

    Raises:
        InputError: for another cut, or a field without a finite value.
    """

    def __init__(self, scene: Scene, field: SceneField, cut: str, size: tuple[int, int]) -> None:
        if cut not in CUTS:
            raise InputError(f"cut = {cut!r} is none of {', '.join(CUTS)}; choose one.")
        self._scene, self._field = scene, field
        low, high = (field.shown_factor * end for end in scene.range(field))
        if not np.isfinite([low, high]).all():
            raise InputError(f"{field.label} has no finite value in {scene.title}; choose another field.")
        self.ends = (low, high if high > low else low + 1.0)
        self._surface = self._cut_open(cut)
        import pyvista as pv

        with pv.vtk_verbosity("off"):  # without a display VTK says so, and draws all the same
            self._plotter = self._stage(size)
            self._plotter.render()

    def at(self, seconds: float) -> npt.NDArray[np.uint8]:
        """Draw the field at a time [s] within the instants; shape (height, width, 3)."""
        times = self._scene.times
        after = int(np.clip(np.searchsorted(times, seconds), min(1, len(times) - 1), len(times) - 1))
        before = max(after - 1, 0)
        span = float(times[after] - times[before])
        share = float(np.clip((seconds - times[before]) / span, 0.0, 1.0)) if span > 0.0 else 1.0
        data = self._data(self._surface)
        data[_VALUE] = (1.0 - share) * np.asarray(data[f"at {before}"]) + share * np.asarray(
            data[f"at {after}"]
        )
        self._plotter.render()  # a screenshot alone is of what was rendered last
        return np.asarray(self._plotter.screenshot(None, return_img=True), dtype=np.uint8)

    def close(self) -> None:
        """Free the window."""
        self._plotter.close()

    def _data(self, grid: pv.DataSet) -> pv.DataSetAttributes:
        return grid.cell_data if self._field.on == "cells" else grid.point_data

    def _cut_open(self, cut: str) -> pv.PolyData:
        """The surface that is seen, with the values of all instants on it."""
        grid = self._scene.grid(self._field.part).copy()
        for k in range(len(self._scene.times)):
            values = self._scene.values(self._field, k)
            values = np.linalg.norm(values, axis=1) if values.ndim == 2 else values
            self._data(grid)[f"at {k}"] = (self._field.shown_factor * values).astype(np.float32)
        if cut != "none":
            middle = 0.5 * shown_points(self._scene.box)
            grid = grid.clip(normal=_AWAY[cut], origin=middle)
        surface = grid.extract_surface(algorithm="dataset_surface", nonlinear_subdivision=1)
        self._data(surface)[_VALUE] = np.asarray(self._data(surface)["at 0"])
        return surface

    def _stage(self, size: tuple[int, int]) -> pv.Plotter:
        import pyvista as pv

        stage = pv.Plotter(off_screen=True, window_size=list(size))
        stage.set_background("white")
        stage.add_mesh(
            self._surface,
            scalars=_VALUE,
            preference="cell" if self._field.on == "cells" else "point",
            clim=list(self.ends),
            cmap=colour_map(self._field.unit),
            show_scalar_bar=False,
            nan_color="lightgrey",
            ambient=0.35,
            diffuse=0.7,
        )
        bounds = np.asarray(
            self._surface.bounds if self._surface.n_points else (0, 1, 0, 1, 0, 1), dtype=float
        )
        low, high = np.minimum(bounds[::2], 0.0), np.maximum(bounds[1::2], shown_points(self._scene.box))
        box = pv.Box([float(end) for pair in zip(low, high, strict=True) for end in pair])
        stage.add_mesh(box, style="wireframe", color="grey", line_width=1.5, lighting=False)
        centre = 0.5 * (low + high)
        away = 3.0 * float(np.linalg.norm(high - low))
        stage.camera_position = [tuple(centre + away * np.array(_FROM)), tuple(centre), (0.0, 0.0, 1.0)]
        stage.reset_camera()
        return stage
