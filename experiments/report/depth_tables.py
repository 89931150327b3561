"""The statistics by depth as tables of the report page."""

from __future__ import annotations

import xarray as xr

from chemomech.experiments.drawing.scales import MEGA, MICRO
from chemomech.experiments.report.depth_statistics import lacking_statistics, statistics_by_depth
from chemomech.experiments.report.figures.instants import shown_states
from chemomech.experiments.report.tables import Table

_SHOWN = (
    ("mean_stoichiometry", "Mean x of each particle [-]", 1.0, 4),
    ("surface_stoichiometry", "Surface x [-]", 1.0, 4),
    ("surface_equivalent_stress", "Surface equivalent stress [MPa]", MEGA, 1),
)
"""Variable, heading, factor from SI, and decimals."""


def depth_tables(dataset: xr.Dataset) -> list[tuple[str, Table]]:
    """Mean and standard error in each window of depth at the times of the figures, a table a quantity.

    Args:
        dataset: of a result.

    Returns:
        Headings and tables; none where the particles have no statistics by depth.
    """
    if "particle_z" not in dataset or lacking_statistics(dataset) is not None:
        return []
    states = shown_states(dataset)
    found = []
    for name, heading, factor, digits in _SHOWN:
        if name not in dataset:
            continue
        statistics = statistics_by_depth(dataset, name)
        edges = statistics.edges * MICRO
        rows = tuple(
            (
                f"{edges[k]:.1f} to {edges[k + 1]:.1f}",
                str(statistics.count[-1, k]),
                *(
                    f"{statistics.mean[shown.state, k] * factor:.{digits}f}"
                    f" ± {statistics.error[shown.state, k] * factor:.{digits}f}"
                    for shown in states
                ),
            )
            for k in range(len(statistics.centres))
        )
        columns = ("z [µm]", "particles", *(shown.label for shown in states))
        groups = (("", 2), ("mean ± standard error", len(states)))
        found.append((heading, Table(groups, columns, rows)))
    return found
