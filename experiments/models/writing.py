"""The one writer of results, whatever model found them."""

from __future__ import annotations

import time

from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.model import Model, Order, Solved
from chemomech.reading import file_digest
from chemomech.solver.results import Rows, build_dataset, probe_summary, rows_of, write_dataset, write_summary
from chemomech.solver.results.folder import DATASET_DIGEST, DATASET_FILE, SUMMARY_FILE


def write_result(prepared: PreparedCase, model: Model, solved: Solved, order: Order) -> None:
    """Write ``result.nc`` and ``summary.json``; called on the first rank.

    Args:
        prepared: The case.
        model: What solved it.
        solved: What came of it; the number of the cycle is added to its records.
        order: How it was carried out.
    """
    records, steps = solved.records, prepared.steps
    rows = step_rows(prepared, solved)
    records["cycle_number"] = rows.cycle_number(records["step_number"])
    dataset = build_dataset(
        records,
        attributes={
            "case": prepared.case.name,
            "step_labels": [step.label for step in steps],
            **solved.attributes,
        },
        extra=solved.quantities,
    )
    summary = {
        "case": prepared.case.name,
        "model": model.name,
        "t_end_s": float(records["time"][-1]),
        "voltage_end_V": float(records["voltage"][-1]),
        "stop_reason": solved.stop.reason.value,
        "stop_detail": solved.stop.detail,
        "c_rate": prepared.c_rate(),
        **rows.summary(),
        "active_mass_mg_cm2": prepared.active_mass * 100.0,
        "couplings": solved.attributes["couplings"],
        "not_represented": model.representation.left_out(prepared),
        "extensions": None if order.extensions is None else order.extensions.name,
        "probes": probe_summary(dataset),
        "versions": solved.attributes["versions"],
        **solved.sections,
    }
    if summary["cost"]["wall_s"] is None:
        summary["cost"]["wall_s"] = time.monotonic() - order.started
    written = write_dataset(order.folder / DATASET_FILE, dataset)
    write_summary(order.folder / SUMMARY_FILE, {**summary, DATASET_DIGEST: file_digest(written)})


def step_rows(prepared: PreparedCase, solved: Solved) -> Rows:
    """Return what each step and each cycle of a run passed."""
    steps, stops = prepared.steps, solved.reasons
    labels, reasons = [step.label for step in steps], [stop.value for stop in stops]
    finished = len(stops) == len(steps) and steps[-1].may_end_with(stops[-1])
    records = solved.scalars or solved.records
    return rows_of(records, labels, reasons, prepared.active_mass, finished, solved.skipped)
