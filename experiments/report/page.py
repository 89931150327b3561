"""``report.html``: one page that holds everything, figures included, and needs no network."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from chemomech.experiments.report import tables
from chemomech.experiments.report.figures import SPECS, figure_path, style, write_figures
from chemomech.solver.results import Result, decode_attribute
from chemomech.solver.results.folder import replacing

AS_ASKED = frozenset({"cutoff-voltage", "cutoff-current", "end-of-protocol"})
"""Stop reasons of a run that went where its protocol wanted it to go; all others are marked on the page."""


@dataclass(frozen=True)
class _Shown:
    """A figure on the page, or the sentence that stands for it."""

    name: str
    title: str
    caption: str
    source: str = ""  # data URI; empty when the figure was left out
    width: int = 0  # on the page, in CSS pixels


def write_report(result: Result) -> Path:
    """Write the report page of a result; figures that have not been drawn yet are drawn first.

    Args:
        result: an opened result.

    Returns:
        The page, ``RESULT/report.html``; an earlier one is replaced.
    """
    drawable = [spec for spec in SPECS if spec.omission(result.dataset) is None]
    if not all(figure_path(result, spec).is_file() for spec in drawable):
        write_figures(result)
    environment = Environment(
        loader=PackageLoader("chemomech.experiments.report", "."),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = environment.get_template("template.html").render(_content(result))
    with replacing(result.report) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return result.report


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
        "run": _run_rows(result),
        "sections": [
            ("Budgets", tables.section_rows(summary.get("budget", {}))),
            ("Size", tables.section_rows(summary.get("size", {}))),
            ("Cost", tables.section_rows(summary.get("cost", {}))),
            ("Versions", tables.section_rows(summary.get("versions", {}))),
        ],
        "probes": probes,
        "probe_sentence": tables.probe_sentence(dataset) if probes else "",
        "figures": _figures(result),
        "case_text": result.case_text.strip(),
    }


def _run_rows(result: Result) -> list[tables.Row]:
    case, summary = result.case, result.summary
    protocol = case.get("protocol", ())
    rows = [
        ("case", result.name),
        ("description", str(case.get("description", ""))),
        ("protocol", protocol if isinstance(protocol, str) else "; ".join(str(step) for step in protocol)),
        ("C-rate", tables.c_rate_sentence(summary)),
        (
            "couplings",
            _couplings(summary.get("couplings", decode_attribute(result.dataset.attrs.get("couplings")))),
        ),
        ("layout", _layout(case.get("geometry", {}))),
        ("materials", _listing(case.get("materials", {}))),
        ("mesh", _listing(case.get("mesh", {}))),
    ]
    return [(name, text) for name, text in rows if text]


def _layout(geometry: Mapping[str, Any]) -> str:
    layout = geometry.get("layout", "")
    return layout if isinstance(layout, str) else f"packed: {_listing(layout)}"


def _couplings(couplings: Any) -> str:
    return _listing(couplings) if isinstance(couplings, Mapping) else str(couplings or tables.NOT_STATED)


def _listing(table: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{name.replace('_', ' ')}: {tables.number(value)}"
        for name, value in table.items()
        if not isinstance(value, Mapping)
    )


def _figures(result: Result) -> list[_Shown]:
    shown = []
    for spec in SPECS:
        omission = spec.omission(result.dataset)
        if omission is not None:
            shown.append(_Shown(spec.name, spec.title, omission))
            continue
        content = figure_path(result, spec).read_bytes()
        source = f"data:image/png;base64,{base64.b64encode(content).decode('ascii')}"
        width = round(_pixel_width(content) / style.PIXELS_PER_PAGE_PIXEL)
        shown.append(_Shown(spec.name, spec.title, spec.caption(result.dataset), source, width))
    return shown


def _pixel_width(png: bytes) -> int:
    """Width that the header of a PNG file states: four bytes, after eight of signature and eight of chunk."""
    return int.from_bytes(png[16:20], "big")
