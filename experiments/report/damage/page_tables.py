"""The classes of severity by depth as tables of the report page."""

from __future__ import annotations

import xarray as xr

from chemomech.errors import InputError
from chemomech.experiments.report.damage.severity import CLASSES, LIMITS
from chemomech.experiments.report.damage.table import NEEDED, shares_at, shown_cycles, table_rows
from chemomech.experiments.report.depth_statistics import stand_for_one
from chemomech.experiments.report.tables import Table


def severity_tables(dataset: xr.Dataset) -> list[tuple[str, Table]]:
    """A table for each cycle that the page shows; none where no cracks or cycles are known.

    Args:
        dataset: Of a result.
    """
    if any(name not in dataset for name in NEEDED) or not stand_for_one(dataset):
        return []
    found = []
    for cycle in shown_cycles(dataset):
        try:
            rows = tuple(table_rows(shares_at(dataset, cycle)))
        except InputError:
            # Stopped within its charge: the end of the cycle is not there.
            continue
        heading = (
            f"Severity after cycle {cycle} [%]: mild above a/R = {LIMITS.mild:g}, severe above"
            f" {LIMITS.severe:g}"
        )
        columns = ("z [µm]", "particles", *CLASSES)
        groups = (("", 2), ("share ± binomial standard error", len(CLASSES)))
        found.append((heading, Table(groups, columns, rows)))
    return found
