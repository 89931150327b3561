"""The table of residuals: a row for each step of the measurement, columns for each result."""

from __future__ import annotations

from collections.abc import Sequence

from chemomech.experiments.drawing.scales import MILLI
from chemomech.experiments.report.against.matching import Matched, StepPair
from chemomech.experiments.report.tables import Table

NONE = "-"

_COLUMNS = ("RMSE [mV]", "mean [mV]", "at its end [mV]", "charge less measured [%]")


def residual_table(found: Sequence[Matched]) -> Table:
    """A row for each measured step that a result has as well, and one for all."""
    numbers = sorted({pair.step.number for one in found for pair in one.pairs})
    by_step = [{pair.step.number: pair for pair in one.pairs} for one in found]
    rows = []
    for number in numbers:
        step = next(pairs[number] for pairs in by_step if number in pairs).step
        cells = [cell for pairs in by_step for cell in _cells(pairs.get(number))]
        rows.append((str(number), step.kind.value, f"{step.duration:.6g}", *cells))
    overall = [cell for one in found for cell in (f"{MILLI * one.rmse:.3f}", *[NONE] * 3)]
    rows.append(("all", "", f"{found[0].run.duration:.6g}", *overall))
    groups = (("measured", 3), *((one.one.label, len(_COLUMNS)) for one in found))
    columns = ("step", "what", "lasts [s]", *(_COLUMNS * len(found)))
    return Table(groups, columns, tuple(rows))


def _cells(pair: StepPair | None) -> tuple[str, ...]:
    if pair is None:
        return (NONE,) * len(_COLUMNS)
    passed = float(pair.measured_charge[-1])
    whole = bool(pair.overlap.all())
    charge = f"{100.0 * (float(pair.charge[-1]) / passed - 1.0):+.2f}" if abs(passed) > 1e-9 else NONE
    return (
        f"{MILLI * pair.rmse:.3f}",
        f"{MILLI * pair.mean:+.3f}",
        f"{MILLI * float(pair.residual[-1]):+.3f}" + ("" if whole else " (ended early)"),
        charge,
    )
