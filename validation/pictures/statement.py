"""What a paper says in words, where its figure has no scale that can be read."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from matplotlib.axes import Axes

from chemomech.validation.pictures.panel import MEASURED, Role, titled


@dataclass(frozen=True)
class Statement:
    """A panel of text.

    Attributes:
        text: What is said.
        role: Measured, as a rule.
    """

    text: str
    role: Role = MEASURED

    @property
    def width(self) -> float:
        """Relative width."""
        return 0.85

    @property
    def scale(self) -> str:
        """None is shared."""
        return ""

    def draw(self, axes: Axes) -> None:
        """Draw into axes."""
        axes.set_axis_off()
        axes.text(
            0.02, 0.9, textwrap.fill(self.text, 27), va="top", fontsize=10.5, color=self.role.colour,
            transform=axes.transAxes,
        )  # fmt: skip
        titled(axes, self.role)
