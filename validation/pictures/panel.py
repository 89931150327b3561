"""A picture is a row of panels; the title and colour of a panel say whether it was measured or simulated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from chemomech.experiments.drawing.style import (
    NEAR_COLLECTOR,
    NEAR_SEPARATOR,
    new_figure,
    styled,
)


@dataclass(frozen=True)
class Role:
    """Where the content of a panel comes from.

    Attributes:
        name: Title of the panel.
        colour: Of everything in it.
        hatch: Filling of bars, so that the roles differ in grey print as well.
    """

    name: str
    colour: str
    hatch: str


MEASURED = Role("measured", NEAR_SEPARATOR, "///")
PREDICTED = Role("simulated: predicted", NEAR_COLLECTOR, "")
FITTED = Role("simulated: fitted", "#8e3d75", "...")


class Panel(Protocol):
    """One part of a picture."""

    @property
    def width(self) -> float:
        """Relative width."""
        ...

    @property
    def scale(self) -> str:
        """Panels with the same non-empty scale share their vertical axis."""
        ...

    def draw(self, axes: Axes) -> None:
        """Draw into axes, title and labels included."""
        ...


@dataclass(frozen=True)
class Picture:
    """A row of panels.

    Attributes:
        panels: From left to right.
        height: In inches.
    """

    panels: tuple[Panel, ...]
    height: float = 3.1

    def figure(self) -> Figure:
        """Draw all panels."""
        with styled():
            widths = [panel.width for panel in self.panels]
            figure = new_figure(min(3.4 * sum(widths), 10.5), self.height)
            grid = figure.add_gridspec(1, len(self.panels), width_ratios=widths)
            scales: dict[str, Axes] = {}
            for k, panel in enumerate(self.panels):
                axes = figure.add_subplot(grid[k])
                panel.draw(axes)
                if panel.scale:
                    first = scales.setdefault(panel.scale, axes)
                    if first is not axes:
                        low = min(first.get_ylim()[0], axes.get_ylim()[0])
                        high = max(first.get_ylim()[1], axes.get_ylim()[1])
                        axes.sharey(first)
                        first.set_ylim(low, high)
            return figure


def titled(axes: Axes, role: Role, note: str = "") -> None:
    """Title of a panel in the colour of its role."""
    axes.set_title(role.name + (f"\n{note}" if note else ""), color=role.colour, fontweight="bold")
