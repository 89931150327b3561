"""``report.html``: one page that holds everything, figures included, and needs no network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chemomech.experiments.report import depth_tables, step_tables, tables
from chemomech.experiments.report.damage.cycle_states import read_cycles
from chemomech.experiments.report.damage.page_tables import severity_tables
from chemomech.experiments.report.figures import figure_path, specs_of, write_figures
from chemomech.experiments.report.html import Shown, write_page
from chemomech.solver.results import Result
from chemomech.solver.stepping.operation import StopReason

AS_ASKED = frozenset(reason.value for reason in StopReason if reason.planned)
"""Stop reasons of a run that went where its protocol wanted it to go; all others are marked on the page."""


def write_report(result: Result) -> Path:
    """Write the report page of a result; figures that have not been drawn yet are drawn first.

    Args:
        result: an opened result.

    Returns:
        The page, ``RESULT/report.html``; an earlier one is replaced.
    """
    dataset = read_cycles(result)
    drawable = [spec for spec in specs_of(dataset) if spec.omission(dataset) is None]
    if not all(figure_path(result, spec).is_file() for spec in drawable):
        write_figures(result)
    return write_page(result.report, "template.html", _content(result))


def _content(result: Result) -> dict[str, Any]:
    summary, dataset = result.summary, result.dataset
    probes = tables.probe_table(dataset)
    detail = str(summary.get("stop_detail") or "")
    return {
        "name": result.name,
        "stop_reason": summary.get("stop_reason", tables.NOT_STATED),
        "stop_detail": detail[:1].upper() + detail[1:],
        "stopped_early": summary.get("stop_reason") not in AS_ASKED,
        "headline": tables.headline_rows(summary),
        "run": tables.run_rows(result),
        "sections": [
            ("Budgets", tables.section_rows(summary.get("budget", {}))),
            ("Size", tables.section_rows(summary.get("size", {}))),
            ("Not represented", tables.not_represented_rows(summary)),
            ("Cost", tables.section_rows(summary.get("cost", {}))),
            ("Versions", tables.section_rows(summary.get("versions", {}))),
        ],
        "tables": [
            (heading, table)
            for heading, table in (
                ("Steps", step_tables.step_table(summary)),
                ("Cycles", step_tables.cycle_table(summary)),
            )
            if table is not None
        ],
        "depth_tables": [*depth_tables.depth_tables(dataset), *severity_tables(dataset)],
        "probes": probes,
        "probe_sentence": tables.probe_sentence(dataset) if probes else "",
        "figures": _figures(result),
        "case_text": result.case_text.strip(),
    }


def _figures(result: Result) -> list[Shown]:
    shown = []
    dataset = read_cycles(result)
    for spec in specs_of(dataset):
        omission = spec.omission(dataset)
        if omission is not None:
            shown.append(Shown(spec.name, spec.title, omission))
            continue
        caption = spec.caption(dataset)
        shown.append(Shown.of(figure_path(result, spec), spec.name, spec.title, caption))
    return shown
