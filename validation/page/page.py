"""``scoreboard.html``: one self-contained page, a figure for every claim that was tested."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from chemomech.experiments.drawing.style import PIXELS_PER_PAGE_PIXEL
from chemomech.solver.results.folder import FIGURES_FOLDER, replacing
from chemomech.validation.calibration.fit import FittedParameter
from chemomech.validation.claims import SIMULATIONS, Finding, FittedFinding, Row, Verdict
from chemomech.validation.instruments import all_omissions
from chemomech.validation.measurements import measurements
from chemomech.validation.pictures import FITTED, MEASURED, PREDICTED, Picture
from chemomech.validation.scoreboard import Entry, Scoreboard

FILE = "scoreboard.html"

_MARKS = {
    Verdict.AGREES: "agrees",
    Verdict.DISAGREES: "disagrees",
    Verdict.CALIBRATED: "calibrated",
    Verdict.TRUE_BY_INPUT: "input",
    Verdict.NOT_BUILT: "missing",
    Verdict.NOT_TESTABLE: "untestable",
    Verdict.NOT_EVALUATED: "failed",
}
"""Class of the style sheet for each verdict."""


@dataclass(frozen=True)
class _Line:
    """A row of the table of a claim, as text."""

    what: str
    measured: str
    simulated: str
    margin: str
    agrees: str


@dataclass(frozen=True)
class _Shown:
    """A picture on the page."""

    source: str
    width: int


def write_page(board: Scoreboard, folder: Path) -> Path:
    """Write the page, and the figures as PNG files beside it.

    Args:
        board: The scoreboard.
        folder: Exists already.
    """
    (folder / FIGURES_FOLDER).mkdir(exist_ok=True)
    environment = Environment(
        loader=PackageLoader("chemomech.validation.page", "."),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = environment.get_template("template.html").render(_content(board, folder))
    with replacing(folder / FILE) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return folder / FILE


def _content(board: Scoreboard, folder: Path) -> dict[str, Any]:
    papers = list(dict.fromkeys(entry.claim.paper for entry in board.entries))
    return {
        "counts": [(str(verdict), _MARKS[verdict], board.count(verdict)) for verdict in Verdict],
        "total": len(board.entries),
        "papers": [
            {
                "paper": measurements(key).paper,
                "entries_": [_shown(entry, folder) for entry in board.entries if entry.claim.paper == key],
            }
            for key in papers
        ],
        "roles": [(role.name, role.colour) for role in (MEASURED, PREDICTED, FITTED)],
        "simulations": [
            SIMULATIONS[name]
            for name in dict.fromkeys(name for entry in board.entries for name in entry.claim.simulations)
        ],
        "parameters": _all_parameters(board),
        "instruments": all_omissions(),
    }


def _all_parameters(board: Scoreboard) -> list[dict[str, str]]:
    parameters: dict[tuple[str, str], dict[str, str]] = {}
    for entry in board.entries:
        if entry.assessment is None or entry.assessment.fitted is None:
            continue
        for parameter in entry.assessment.fitted.parameters:
            shown = parameters.setdefault(
                (parameter.name, parameter.data), _parameter(parameter) | {"claims": ""}
            )
            shown["claims"] += f"{', ' if shown['claims'] else ''}{entry.claim.id}"
    return list(parameters.values())


def _parameter(parameter: FittedParameter) -> dict[str, str]:
    unit = "" if parameter.unit == "-" else f" {parameter.unit}"
    return {
        "name": parameter.name,
        "value": f"{parameter.value:.3g}{unit}",
        "interval": f"{parameter.low:.3g} to {parameter.high:.3g}{unit}",
        "kind": parameter.interval,
        "data": parameter.data,
    }


def _shown(entry: Entry, folder: Path) -> dict[str, Any]:
    assessment = entry.assessment
    findings = []
    if assessment is not None:
        for title, finding, role in (
            ("With nothing fitted", assessment.prediction, PREDICTED),
            ("After calibration", assessment.fitted, FITTED),
        ):
            if finding is not None:
                findings.append(_finding(title, finding, role.colour))
    picture = _picture(assessment.picture, entry, folder) if assessment and assessment.picture else None
    return {
        "claim": entry.claim,
        "verdict": str(entry.verdict),
        "mark": _MARKS[entry.verdict],
        "says": entry.says[:1].upper() + entry.says[1:],
        "findings": findings,
        "picture": picture,
        "before": entry.before.verdict if entry.before else "",
        "change": entry.before.change if entry.before else "",
        "margin": _margin(entry.decisive) if entry.decisive else "",
        "mesh": ", ".join(entry.meshes),
        "wanted": entry.wanted,
        "omissions": [f"{omission.sentence} ({omission.bias})" for omission in entry.omissions],
        "decided": entry.is_decided,
        "remark": assessment.remark if assessment else "",
        "anchor": f"claim-{entry.claim.id.replace('.', '-')}",
    }


def _finding(title: str, finding: Finding | FittedFinding, colour: str) -> dict[str, Any]:
    return {
        "title": title,
        "colour": colour,
        "agrees": "agrees" if finding.agrees else "disagrees",
        "lines": [_line(row) for row in finding.rows],
    }


def _line(row: Row) -> _Line:
    unit = "" if row.unit == "-" else f" {row.unit}"
    measured = row.expected
    if row.measured is not None:
        number = _with_error(row.measured, row.measured_uncertainty) + unit
        measured = f"{number} ({row.expected})" if row.expected else number
    agrees = {True: "yes", False: "no", None: ""}[row.agrees]
    simulated = _with_error(row.simulated, row.error) + unit
    return _Line(row.what, measured, simulated, _margin(row), agrees)


def _margin(row: Row) -> str:
    """How far a figure lies inside its criterion, with its error; empty for a row without one."""
    if row.margin is None:
        return ""
    unit = "" if row.unit == "-" else f" {row.unit}"
    mesh = "" if row.mesh_error is None else f", of which mesh {row.mesh_error:.2g}"
    error = "" if row.error is None else f" (error {row.error:.2g}{mesh})"
    return f"{row.margin:+.3g}{unit}{error}"


def _with_error(value: float, error: float | None) -> str:
    return f"{value:.4g}" if error is None else f"{value:.4g} \N{PLUS-MINUS SIGN} {error:.2g}"


def _picture(picture: Picture, entry: Entry, folder: Path) -> _Shown:
    figure = picture.figure()
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=160, bbox_inches="tight")
    content = buffer.getvalue()
    (folder / FIGURES_FOLDER / f"{entry.claim.id}-{entry.claim.name}.png").write_bytes(content)
    source = f"data:image/png;base64,{base64.b64encode(content).decode('ascii')}"
    return _Shown(source, round(int.from_bytes(content[16:20], "big") / PIXELS_PER_PAGE_PIXEL))
