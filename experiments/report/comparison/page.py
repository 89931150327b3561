"""``index.html`` of a comparison, and its figures beside it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from chemomech.errors import InputError
from chemomech.experiments.drawing.style import styled
from chemomech.experiments.report.comparison import cuts, depths, histories
from chemomech.experiments.report.comparison.compared import Compared, named
from chemomech.experiments.report.comparison.spec import ComparisonFigure
from chemomech.experiments.report.comparison.table import sections
from chemomech.experiments.report.html import Shown, write_page
from chemomech.solver.results import Result
from chemomech.solver.results.folder import DATASET_FILE, replacing

PAGE = "index.html"
SPECS: tuple[ComparisonFigure, ...] = (*histories.SPECS, *depths.SPECS, *cuts.SPECS)
"""Every figure, in the order of the page."""


def compare(folders: Sequence[Path | str], out: Path | str) -> Path:
    """Write a page that shows results side by side.

    Args:
        folders: of at least two results, of any case and fidelity.
        out: folder for the page and its figures; those of an earlier comparison are replaced.

    Returns:
        The page.

    Raises:
        InputError: fewer than two folders, one that is given twice or is no finished result, or an ``out``
            that is itself a result.
    """
    paths = [Path(folder) for folder in folders]
    target = Path(out)
    if len(paths) < 2:
        raise InputError(f"a comparison needs at least two results and got {len(paths)}; name another.")
    for place, folder in enumerate(paths):
        if folder.resolve() in [other.resolve() for other in paths[:place]]:
            raise InputError(f"the result {str(folder)!r} is given twice; name each once.")
    if (target / DATASET_FILE).exists():
        raise InputError(f"the folder {str(target)!r} is a result; choose another with --out.")
    with contextlib.ExitStack() as stack:
        compared = named([stack.enter_context(Result.open(folder)).checked() for folder in paths])
        shown = [_drawn(spec, compared, target) for spec in SPECS]
        content = {
            "labels": [(one.label, one.colour) for one in compared],
            "sections": sections(compared),
            "figures": shown,
        }
        return write_page(target / PAGE, "comparison.html", content)


def _drawn(spec: ComparisonFigure, compared: Sequence[Compared], out: Path) -> Shown:
    path = out / f"{spec.name}.png"
    omission = spec.omission(compared)
    if omission is not None:
        path.unlink(missing_ok=True)
        return Shown(spec.name, spec.title, omission)
    with styled():
        figure = spec.draw(spec.shown(compared))
        with replacing(path) as temporary:
            figure.savefig(temporary)
    return Shown.of(path, spec.name, spec.title, spec.described(compared))
