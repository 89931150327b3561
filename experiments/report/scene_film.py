"""A film of a field in 3D through the run, over the cell voltage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from chemomech.errors import InputError
from chemomech.experiments.drawing import style
from chemomech.experiments.drawing.canvas import picture_of
from chemomech.experiments.report.films import STILL, film
from chemomech.experiments.scenes import Scene, SceneField
from chemomech.experiments.scenes.display import colour_map
from chemomech.experiments.scenes.picture import ScenePicture

FRAMES = 48
"""Pictures of a film, evenly in time."""
_HELD = 8  # repetitions of the last picture
_DOTS_PER_INCH = 100
_WIDTH, _PICTURE, _VOLTAGE = 6.4, 5.6, 1.4  # inches


def write_scene_film(
    scene: Scene, field: SceneField, target: Path, cut: str = "y", frames: int = FRAMES
) -> Path:
    """Write a film of a field, whose colours mean the same throughout.

    Between the instants of the scene values lie on a line.

    Args:
        scene: of a result.
        field: one of its fields.
        target: the file, ``.gif``, ``.mp4``, or ``.png`` for a picture of the last instant.
        cut: across which axis half of the part is cut away: ``x``, ``y``, ``z`` or ``none``.
        frames: how many pictures, at least 2.

    Returns:
        The file, which replaces an earlier one.

    Raises:
        InputError: when the scene has one instant alone, for another ending, cut or fewer frames.
    """
    if frames < 2:
        raise InputError(f"frames = {frames} is below 2; give the number of pictures of the film.")
    still = target.suffix.lower() == STILL
    if len(scene.times) < 2 and not still:
        raise InputError(
            f"{scene.title} has {len(scene.times)} instant in 3D and a film needs two; state more with "
            "output.cut_times or output.field_times and run the case again."
        )
    size = (int(_WIDTH * _DOTS_PER_INCH), int(_PICTURE * _DOTS_PER_INCH))
    with style.styled(), film(target) as add:
        picture = ScenePicture(scene, field, cut, size)
        try:
            stage = _Stage(scene, field, picture)
            for seconds in np.linspace(scene.times[0], scene.times[-1], frames)[-1 if still else 0 :]:
                frame = stage.frame(float(seconds))
                add(frame)
            for _ in range(_HELD):
                add(frame)
        finally:
            picture.close()
    return target


class _Stage:
    """The figure around the picture, and what of it moves."""

    def __init__(self, scene: Scene, field: SceneField, picture: ScenePicture) -> None:
        self._scene, self._picture = scene, picture
        curve = scene.voltage
        rows = [_PICTURE] if curve is None else [_PICTURE, _VOLTAGE]
        self._figure = style.new_figure(_WIDTH, sum(rows) + 0.6)
        axes = self._figure.subplots(len(rows), 1, height_ratios=rows, squeeze=False)[:, 0]
        self._image = axes[0].imshow(picture.at(float(scene.times[0])), aspect="equal")
        axes[0].set_axis_off()
        colours = ScalarMappable(Normalize(*picture.ends), colour_map(field.unit))
        bar = self._figure.colorbar(colours, ax=axes[0], label=field.title, shrink=0.8, pad=0.02)
        bar.outline.set_visible(False)
        self._title = axes[0].set_title(scene.title)
        self._marker = None
        if curve is not None:
            hours = float(scene.times[-1]) > 7200.0
            self._per = 3600.0 if hours else 1.0
            axes[1].plot(curve.time / self._per, curve.shown, color=style.INK)
            axes[1].set(xlabel=f"time [{'h' if hours else 's'}]", ylabel="voltage [V]")
            self._marker = axes[1].plot([], [], "o", color=style.NEAR_SEPARATOR, markersize=7)[0]
        self._figure.dpi = _DOTS_PER_INCH
        self._figure.draw_without_rendering()
        self._figure.set_layout_engine("none")

    def frame(self, seconds: float) -> np.ndarray:
        """The figure at a time [s]."""
        self._image.set_data(self._picture.at(seconds))
        words = [self._scene.title]
        if len(self._scene.times) > 1:
            words.append(_time(seconds, float(self._scene.times[-1])))
        curve = self._scene.voltage
        if curve is not None and self._marker is not None:
            voltage = float(np.interp(seconds, curve.time, curve.values))
            self._marker.set_data([seconds / self._per], [voltage])
            words.append(f"{voltage:.3f} V")
        self._title.set_text(", ".join(words))
        return picture_of(self._figure, _DOTS_PER_INCH)


def _time(seconds: float, longest: float) -> str:
    return f"{seconds:.0f} s" if longest <= 7200.0 else f"{seconds / 3600.0:.2f} h"
