"""Build the documentation site: ``make docs``.

python tools/docs_site.py                      # build/docs/html; runs what its figures need, once
python tools/docs_site.py --quick              # figures that need a run are placeholders
python tools/docs_site.py --vocabulary         # write the tables of docs/vocabulary.md anew, and stop
python tools/docs_site.py --picture RESULT     # draw the picture of the README and stop
python tools/docs_site.py --app RESULT         # photograph the app for its page and stop

Pages are those of ``docs/``, the tutorial (``examples/tomogram_to_fracture.py``, executed), a first page from
the README and a reference from the docstrings. A warning of Sphinx, a broken link, a page that stands in no
table of contents and a figure that nobody draws are errors.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import chemomech.fenicsx_first  # noqa: F401  (before what else loads an MPI)

os.environ.setdefault("PYVISTA_OFF_SCREEN", "true")

from pages.app import draw_app
from pages.cells import cells_of, page_of, pictures_of
from pages.electrode import draw_electrode
from pages.figures import FIGURES, asked_for, make_figure, with_figures
from pages.reference import write_reference
from pages.runs import SCRIPT, Folders
from pages.vocabulary import with_tables

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "docs"
FIRST, LAST = "## Install", "## Development"
"""Headings of the README between which the page of the first run lies."""

SLOT = re.compile(r"^(?P<pattern>[\w/-]*\*[\w/*-]*)\n", re.MULTILINE)


def assemble(source: Path, folders: Folders | None) -> None:
    """Write the folder that Sphinx reads.

    Args:
        source: the folder, made anew.
        folders: of the runs behind figures and tutorial; None for placeholders.
    """
    shutil.rmtree(source, ignore_errors=True)
    pictures = source / "figures"
    pictures.mkdir(parents=True)
    for path in (ROOT / "docs").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            target = source / path.relative_to(ROOT / "docs")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    # Pages link to examples beside their own folder.
    shutil.rmtree(source.parent / "examples", ignore_errors=True)
    shutil.copytree(ROOT / "examples", source.parent / "examples")
    (source / "first-run.md").write_text(first_run((ROOT / "README.md").read_text(encoding="utf-8")), "utf-8")
    (source / "tutorial.md").write_text(tutorial(pictures, folders), "utf-8")
    write_reference(ROOT, source)
    index = source / "index.md"
    index.write_text(without_empty_slots(index.read_text(encoding="utf-8"), source), "utf-8")
    captions: dict[str, str] = {}
    for page in sorted(source.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        for name in asked_for(text):
            if name not in captions:
                captions[name] = make_figure(name, pictures / f"{name}.png", folders)
        page.write_text(with_figures(text, captions), "utf-8")
    if unused := sorted(set(FIGURES) - set(captions)):
        raise SystemExit(f"no page shows the figures {', '.join(unused)}.")


def first_run(readme: str) -> str:
    """What the README says of installing and using, as a page.

    Raises:
        SystemExit: if the README has not the headings.
    """
    if FIRST not in readme or LAST not in readme:
        raise SystemExit(f"README.md lacks a heading {FIRST!r} or {LAST!r} around the first page.")
    part = readme[readme.index(FIRST) : readme.index(LAST)]
    return "# First run\n\n" + part.replace("](docs/", "](")


def tutorial(pictures: Path, folders: Folders | None) -> str:
    """The page of the tutorial; without runs its text and code, and placeholders for its pictures."""
    script, own = ROOT / "examples" / SCRIPT, pictures / "tutorial"
    own.mkdir()
    if folders is None:
        for name in pictures_of(script):
            make_figure("slices", own / name, None)
        printed = [""] * len(cells_of(script.read_text(encoding="utf-8")))
    else:
        for name in pictures_of(script):
            shutil.copy(folders.folder("tutorial") / name, own / name)
        printed = folders.printed("tutorial")
    return page_of(script, printed, "figures/tutorial")


def without_empty_slots(index: str, source: Path) -> str:
    """The first page without the names with a star that no page has."""
    return SLOT.sub(lambda slot: slot[0] if any(source.glob(f"{slot['pattern']}.md")) else "", index)


def build(source: Path, out: Path, builder: str = "html") -> int:
    """Let Sphinx make the site; its exit code, 1 with any warning.

    Args:
        source: what ``assemble`` has written.
        out: folder of the site.
        builder: of Sphinx; ``dummy`` checks and writes nothing.
    """
    command = [sys.executable, "-m", "sphinx", "-b", builder, "-q", "-W", "--keep-going", "-E"]
    command += ["-d", str(out.parent / "doctrees"), str(source), str(out)]
    return subprocess.run(command, check=False).returncode


def main() -> int:
    """Assemble and build; return the exit code."""
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("--out", type=Path, default=BUILD, help="folder to build in")
    parser.add_argument("--quick", action="store_true", help="placeholders for figures that need a run")
    parser.add_argument("--vocabulary", action="store_true", help="write docs/vocabulary.md")
    parser.add_argument("--picture", type=Path, metavar="RESULT", help="draw the picture of the README")
    parser.add_argument("--app", type=Path, metavar="RESULT", help="photograph the app")
    options = parser.parse_args()
    if options.vocabulary:
        page = ROOT / "docs" / "vocabulary.md"
        page.write_text(with_tables(page.read_text(encoding="utf-8")), "utf-8")
        return 0
    if options.picture:
        print(draw_electrode(options.picture, ROOT / "docs" / "figures" / "electrode.webp"))
        return 0
    if options.app:
        print(draw_app(options.app, ROOT / "docs" / "figures" / "app.webp"))
        return 0
    folders = None if options.quick else Folders(ROOT, options.out / "runs")
    assemble(options.out / "source", folders)
    code = build(options.out / "source", options.out / "html")
    if code == 0:
        print(f"open {options.out / 'html' / 'index.html'}")
    return code


if __name__ == "__main__":
    sys.exit(main())
