"""The page: markup, what it knows, vtk.js and what drives it, in one file."""

from __future__ import annotations

import html
from importlib import resources
from pathlib import Path

from chemomech.errors import InputError
from chemomech.experiments.report.sharing.payload import Detail, payload
from chemomech.experiments.report.sharing.viewer import empty_scene, viewer_script
from chemomech.experiments.scenes import Scene
from chemomech.solver.results.folder import replacing

PAGE_LIMIT = 25e6
"""Of a page, where no other is asked for [byte]."""

DETAILS = (
    Detail(curved=True, solid=True, instants=60, samples=400),
    Detail(curved=True, solid=True, instants=12, samples=200),
    Detail(curved=False, solid=True, instants=12, samples=200),
    Detail(curved=False, solid=True, instants=4, samples=100),
    Detail(curved=False, solid=False, instants=4, samples=100),
    Detail(curved=False, solid=False, instants=2, samples=30),
)
"""From everything to the least; a page holds the first that fits."""


def share_page(scene: Scene, target: Path, limit: float = PAGE_LIMIT) -> Path:
    """Write a scene as one page with everything in it, which needs no network.

    Values are whole numbers between the ends of their range, 65 thousand of them. What does not fit below the
    limit is left out: first instants, then nodes amid edges, then the insides of parts; the page says so.

    Args:
        scene: what is shown.
        target: the file; replaced in one step if it exists.
        limit: most it may take [byte].

    Returns:
        The path written.

    Raises:
        InputError: when vtk.js is not installed, or even the least does not fit.
    """
    script = viewer_script()
    size = 0
    for detail in DETAILS:
        text = _page(scene, payload(scene, detail), script)
        size = len(text.encode())
        if size <= limit:
            with replacing(target) as temporary:
                temporary.write_text(text, encoding="utf-8")
            return target
    raise InputError(
        f"the page of {scene.title} takes {size / 1e6:.3g} MB at least and may take {limit / 1e6:.3g} MB; "
        "allow more with --limit."
    )


def _page(scene: Scene, content: str, script: str) -> str:
    def own(name: str) -> str:
        return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")

    actors = [*(f"part {name}" for name in scene.parts), "line box", "line picked"]
    replaced = {
        "TITLE": html.escape(scene.title),
        "PAYLOAD": content,
        "SCENE": empty_scene(actors),
        "CUTTING": own("cutting.js"),
        "PAGE": own("page.js"),
        "VIEWER": script,
    }
    text = own("page.html")
    for name, value in replaced.items():
        text = text.replace(f"<!--{name}-->", value)
    return text
