"""Particles of all results against their depth, at the same times."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from chemomech.experiments.drawing import style
from chemomech.experiments.drawing.scales import MEGA, time_label
from chemomech.experiments.report.comparison import measures
from chemomech.experiments.report.comparison.compared import Compared
from chemomech.experiments.report.comparison.histories import longest
from chemomech.experiments.report.comparison.spec import ComparisonFigure
from chemomech.experiments.report.figures.depth import MARKED_BY, mark_particles
from chemomech.experiments.report.figures.depth_axis import label_depth_axis, top_of_electrode

SHARES = (0.5, 1.0)  # of the shortest run


def draw_lithium(compared: Sequence[Compared]) -> Figure:
    """Draw each particle's mean stoichiometry less that of the electrode, at two times."""
    end = min(float(one.dataset["time"].values[-1]) for one in compared)
    figure = style.new_figure(10.0, 5.4)
    panels = list(figure.subplots(1, len(SHARES), sharey=True, sharex=True))
    for panel, share in zip(panels, SHARES, strict=True):
        for one in compared:
            step = measures.nearest_step(one.dataset, share * end)
            mean = measures.mean_stoichiometry(one.dataset)[step]
            mark_particles(
                panel, one.dataset, one.dataset["mean_stoichiometry"].values[step] - mean, one.colour
            )
        instant = time_label(longest(compared), share * end)
        panel.set(title=f"mean of each particle less that of all, {instant}", xlabel="stoichiometry [-]")
        panel.axvline(0.0, color=style.MUTED, linewidth=0.8)
    return _finished(figure, panels, compared)


def draw_extremes(compared: Sequence[Compared]) -> Figure:
    """Draw each particle's peak principal stress, and its energy release."""
    figure = style.new_figure(10.0, 5.4)
    panels = list(figure.subplots(1, 2, sharey=True))
    for one in compared:
        for panel, name, factor in zip(
            panels, ("max_principal_stress", "energy_release_ratio"), (MEGA, 1.0), strict=True
        ):
            mark_particles(panel, one.dataset, measures.peak(one.dataset, name) * factor, one.colour)
    panels[0].set(title="peak principal stress", xlabel="stress [MPa]")
    panels[1].set(title="peak energy release / fracture energy", xlabel="ratio [-]")
    return _finished(figure, panels, compared)


def _finished(figure: Figure, panels: list[Axes], compared: Sequence[Compared]) -> Figure:
    panels[0].set_ylim(0.0, max(top_of_electrode(one.dataset) for one in compared))
    label_depth_axis(panels[0])
    style.letter_panels(panels)
    handles = [Line2D([], [], color=one.colour, marker="o", label=one.label) for one in compared]
    figure.legend(handles=handles, loc="outside upper center", ncols=min(len(handles), 4))
    return figure


SPECS = (
    ComparisonFigure(
        name="depth_lithium",
        title="Lithium against depth",
        needs=("mean_stoichiometry", *MARKED_BY),
        caption=(
            "Mean stoichiometry of each particle, less that of all, against the depth of its centre, halfway"
            " through (a) and at the end (b) of the shortest of the runs; marks are as large as the radius,"
            " lines are volume-weighted means over groups of neighbouring depth."
        ),
        draw=draw_lithium,
    ),
    ComparisonFigure(
        name="depth_stress",
        title="Peak stress against depth",
        needs=("max_principal_stress", "energy_release_ratio", *MARKED_BY),
        caption=(
            "Largest principal stress of each particle over its run (a), and largest energy release over"
            " the fracture energy, of a flaw in surface or core, whichever is worse (b), against depth."
        ),
        draw=draw_extremes,
    ),
)
