"""Pages that hold everything, figures included, and need no network."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from chemomech.experiments.drawing import style
from chemomech.solver.results.folder import replacing


@dataclass(frozen=True)
class Shown:
    """A figure on a page, or the sentence that stands for it.

    Attributes:
        name: what links call it.
        title: heading.
        caption: what is shown, or why nothing is.
        source: data URI; empty when the figure was left out.
        width: on the page, in CSS pixels.
    """

    name: str
    title: str
    caption: str
    source: str = ""
    width: int = 0

    @classmethod
    def of(cls, png: Path, name: str, title: str, caption: str) -> Self:
        """Embed a PNG file that was drawn in the common style."""
        content = png.read_bytes()
        source = f"data:image/png;base64,{base64.b64encode(content).decode('ascii')}"
        return cls(name, title, caption, source, round(_pixel_width(content) / style.PIXELS_PER_PAGE_PIXEL))


def write_page(path: Path, template: str, content: Mapping[str, Any]) -> Path:
    """Fill a template of this folder and write it; an earlier page is replaced.

    Args:
        path: of the page.
        template: its file name.
        content: by the names that the template uses.
    """
    environment = Environment(
        loader=PackageLoader("chemomech.experiments.report", "."),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = environment.get_template(template).render(content)
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return path


def _pixel_width(png: bytes) -> int:
    """Width that the header of a PNG file states: four bytes, after eight of signature and eight of chunk."""
    return int.from_bytes(png[16:20], "big")
