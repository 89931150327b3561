"""``index.html`` of a comparison, and its figures beside it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from matplotlib.figure import Figure

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


class Beside(Protocol):
    """What stands beside the results on the page."""

    def sections(self, compared: Sequence[Compared], draw: Callable[..., Shown]) -> dict[str, Any]:
        """Return what the page shows of it, by the names of the template.

        Args:
            compared: the results.
            draw: makes a figure, from name, title, what draws it, caption, and why it is not drawn, if so.
        """
        ...


class Nothing:
    """Results alone."""

    def sections(self, compared: Sequence[Compared], draw: Callable[..., Shown]) -> dict[str, Any]:
        """See ``Beside``."""
        return {"measured": None}


def compare(folders: Sequence[Path | str], out: Path | str, beside: Beside | None = None) -> Path:
    """Write a page that shows results side by side.

    Args:
        folders: of at least two results, of any case and fidelity; of one where something stands beside it.
        out: folder for the page and its figures; those of an earlier comparison are replaced.
        beside: a measurement that they are held against.

    Returns:
        The page.

    Raises:
        InputError: fewer than two folders, one that is given twice or is no finished result, or an ``out``
            that is itself a result.
    """
    paths = [Path(folder) for folder in folders]
    target = Path(out)
    if len(paths) < (2 if beside is None else 1):
        raise InputError(f"a comparison needs at least two results and got {len(paths)}; name another.")
    for place, folder in enumerate(paths):
        if folder.resolve() in [other.resolve() for other in paths[:place]]:
            raise InputError(f"the result {str(folder)!r} is given twice; name each once.")
    if (target / DATASET_FILE).exists():
        raise InputError(f"the folder {str(target)!r} is a result; choose another with --out.")
    with contextlib.ExitStack() as stack:
        compared = named([stack.enter_context(Result.open(folder)).checked() for folder in paths])
        measured = (beside or Nothing()).sections(compared, partial(_saved, target))
        shown = [_drawn(spec, compared, target) for spec in SPECS]
        content = {
            **measured,
            "labels": [(one.label, one.colour) for one in compared],
            "sections": sections(compared),
            "figures": shown,
        }
        return write_page(target / PAGE, "comparison.html", content)


def _drawn(spec: ComparisonFigure, compared: Sequence[Compared], out: Path) -> Shown:
    return _saved(
        out,
        spec.name,
        spec.title,
        lambda: spec.draw(spec.shown(compared)),
        spec.described(compared),
        spec.omission(compared) or "",
    )


def _saved(
    out: Path, name: str, title: str, draw: Callable[[], Figure], caption: str, omission: str
) -> Shown:
    path = out / f"{name}.png"
    if omission:
        path.unlink(missing_ok=True)
        return Shown(name, title, omission)
    with styled():
        figure = draw()
        with replacing(path) as temporary:
            figure.savefig(temporary)
    return Shown.of(path, name, title, caption)
