"""Figures as arrays of pixels."""

from __future__ import annotations

from typing import cast

import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def picture_of(figure: Figure, dots_per_inch: float) -> npt.NDArray[np.uint8]:
    """Draw a figure of :func:`.style.new_figure`; shape (height, width, 3)."""
    figure.dpi = dots_per_inch
    canvas = cast(FigureCanvasAgg, figure.canvas)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()
