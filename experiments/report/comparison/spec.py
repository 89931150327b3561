"""What a figure of a comparison is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from chemomech.experiments.drawing.spec import FEWEST_STEPS
from chemomech.experiments.report.comparison.compared import Compared


@dataclass(frozen=True)
class ComparisonFigure:
    """A figure that shows all results that hold what it needs.

    Attributes:
        name: file name without suffix.
        title: heading on the page.
        needs: variables without which a result is left out.
        caption: one sentence that says what is shown.
        draw: makes the figure from the results that are shown.
        hindrance: says why what the results hold cannot be shown together; None when it can.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    caption: str
    draw: Callable[[Sequence[Compared]], Figure]
    hindrance: Callable[[Sequence[Compared]], str | None] = lambda compared: None

    def shown(self, compared: Sequence[Compared]) -> list[Compared]:
        """The results that it can show."""
        return [one for one in compared if one.has(*self.needs) and one.dataset.sizes["time"] >= FEWEST_STEPS]

    def omission(self, compared: Sequence[Compared]) -> str | None:
        """One sentence that says why it cannot be drawn; None when it can."""
        shown = self.shown(compared)
        if not shown:
            return f"Not drawn, because none of the results holds {', '.join(self.needs)}."
        return self.hindrance(shown)

    def described(self, compared: Sequence[Compared]) -> str:
        """The caption, with the results that are left out."""
        shown = self.shown(compared)
        left_out = [one.label for one in compared if one not in shown]
        if not left_out:
            return self.caption
        return f"{self.caption} Left out, for want of these values: {', '.join(left_out)}."
