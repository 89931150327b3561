"""The shares of the classes of severity by depth, as lines of text and as a table of the report page."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import xarray as xr

from chemomech.errors import InputError
from chemomech.experiments.drawing.scales import MICRO
from chemomech.experiments.report.damage.cycle_states import DISCHARGED, last_cycle, state_of
from chemomech.experiments.report.damage.severity import CLASSES, LIMITS, SeverityLimits
from chemomech.experiments.report.damage.shares import WINDOW, ClassShares, shares_by_depth, window_edges
from chemomech.experiments.report.depth_statistics import electrode_thickness

DEPTH = "surface_crack_depth"
NEEDED = (DEPTH, "particle_z", "particle_radius", "cycle_number", "current_density")

SHOWN = (1, 10, 50)
"""Cycles that are shown where they were run, the last one beside them."""


def shares_at(
    dataset: xr.Dataset, cycle: int, limits: SeverityLimits = LIMITS, window: float = WINDOW
) -> ClassShares:
    """Shares of the classes at the end of a cycle.

    Args:
        dataset: Of a result with surface cracks.
        cycle: Its number.
        limits: Of the classes.
        window: Height of a window of depth [m].

    Raises:
        InputError: If the result has no surface cracks, or no such cycle.
    """
    lacking = [name for name in NEEDED if name not in dataset]
    if lacking:
        raise InputError(
            f"the result lacks {', '.join(lacking)}, from which classes of severity follow; run a case with "
            "[damage.surface_cracks] and cycles, such as fast-cycling-5C."
        )
    depth = dataset[DEPTH].values[state_of(dataset, cycle, DISCHARGED)]
    edges = window_edges(electrode_thickness(dataset), window)
    return shares_by_depth(dataset["particle_z"].values, limits.classes(depth), edges)


def shown_cycles(dataset: xr.Dataset) -> tuple[int, ...]:
    """Cycles that the page shows: the first, the tenth and the fiftieth where they were run, and the last."""
    last = last_cycle(dataset)
    return tuple(sorted({*(cycle for cycle in SHOWN if cycle <= last), last} - {0}))


def table_rows(shares: ClassShares) -> list[tuple[str, ...]]:
    """A row a window, the separator first: depth [um], particles, each class in percent with its error."""
    rows = []
    for k in range(len(shares.count))[::-1]:
        low, high = shares.edges[k] * MICRO, shares.edges[k + 1] * MICRO
        told = (_percent(shares.share[c, k], shares.error[c, k]) for c in range(len(CLASSES)))
        rows.append((f"{low:.1f} to {high:.1f}", str(shares.count[k]), *told))
    pooled = (_percent(share, error) for share, error in zip(shares.pooled, shares.pooled_error, strict=True))
    rows.append(("all", str(shares.count.sum()), *pooled))
    return rows


def depth_table(
    dataset: xr.Dataset,
    cycles: Iterable[int],
    limits: SeverityLimits = LIMITS,
    window: float = WINDOW,
) -> str:
    """The shares of the classes by depth at the ends of cycles, as text.

    Args:
        dataset: Of a result with surface cracks.
        cycles: Their numbers.
        limits: Of the classes.
        window: Height of a window of depth [m].

    Raises:
        InputError: As ``shares_at``.
    """
    lines = []
    for cycle in cycles:
        shares = shares_at(dataset, cycle, limits, window)
        across, error = shares.across()
        lines += [
            f"cycle {cycle}: mild above a/R = {limits.mild:g}, severe above {limits.severe:g}",
            "  depth from the collector [um]  particles      least [%]       mild [%]     severe [%]",
            *(f"  {row[0]:<29}  {row[1]:>9}" + "".join(f"  {cell:>13}" for cell in row[2:])
              for row in table_rows(shares)),
            f"  severe, separator less collector: {100 * across:+.1f} ± {100 * error:.1f} %",
        ]  # fmt: skip
    return "\n".join(lines)


def _percent(share: float, error: float) -> str:
    return "-" if np.isnan(share) else f"{100.0 * share:.1f} ± {100.0 * error:.1f}"
