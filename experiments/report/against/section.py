"""What a comparison page shows of a measurement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from chemomech.experiments.drawing.scales import MILLI
from chemomech.experiments.measured import MeasuredRun
from chemomech.experiments.report.against.figures import FIGURES
from chemomech.experiments.report.against.matching import matched
from chemomech.experiments.report.against.table import residual_table
from chemomech.experiments.report.comparison.compared import Compared
from chemomech.experiments.report.html import Shown


@dataclass(frozen=True, eq=False)
class MeasuredBeside:
    """A measurement beside results.

    Attributes:
        run: the measurement.
    """

    run: MeasuredRun

    def sections(self, compared: Sequence[Compared], draw: Callable[..., Shown]) -> dict[str, Any]:
        """See ``comparison.page.Beside``."""
        found = [matched(one, self.run) for one in compared]
        figures = [
            draw(figure.name, figure.title, lambda figure=figure: figure.draw(found), figure.caption,
                 figure.omission(found))
            for figure in FIGURES
        ]  # fmt: skip
        deviations = "; ".join(f"{one.one.label}: {MILLI * one.rmse:.3g} mV" for one in found)
        says = (
            f"{len(self.run.time)} records in {len(self.run.steps)} steps. Root mean square of the voltage "
            f"of the result less the measured one, over the time of the steps that both have: {deviations}."
        )
        measured = {"name": self.run.name, "says": says, "table": residual_table(found), "figures": figures}
        return {"measured": measured}
