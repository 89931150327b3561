"""The documentation site, built with placeholders for figures that need a run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest
from support.modules import load

OUTSIDE = re.compile(r"^(https?:)?//")


class Loaded(HTMLParser):
    """What a page loads when it is opened, and the pictures on it; links that a reader may follow apart."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.pictures: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "img":
            self.pictures.append(found)
        if tag in ("img", "script", "iframe", "source", "embed") and found.get("src"):
            self.loads.append(str(found["src"]))
        if tag == "link" and found.get("rel") in ("stylesheet", "preload", "icon", "shortcut icon"):
            self.loads.append(str(found["href"]))


def build(repository: Path, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(repository / "tools" / "docs_site.py"), "--quick", "--out", str(out)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


@pytest.fixture(scope="module")
def reference(repository: Path) -> ModuleType:
    return load(repository / "tools" / "pages" / "reference.py")


@pytest.fixture(scope="module")
def site(repository: Path, once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    def make(folder: Path) -> None:
        done = build(repository, folder)
        assert done.returncode == 0, done.stdout + done.stderr

    return once("docs-site", make)


def test_every_page_of_the_folder_is_on_the_site(site: Path, repository: Path) -> None:
    pages = {path.stem for path in (repository / "docs").glob("*.md")} | {"first-run", "tutorial"}
    assert pages <= {path.stem for path in (site / "html").glob("*.html")}
    shown = {path.stem for path in (site / "html" / "reference").glob("*.html")}
    assert {"chemomech", "chemomech.geometry", "chemomech.solver.results", "chemomech.materials"} <= shown


def test_the_reference_shows_all_that_packages_export(
    site: Path, reference: ModuleType, repository: Path
) -> None:
    packages = dict(reference.exporting_packages(repository))
    assert len(packages) > 15
    for package, names in packages.items():
        text = (site / "html" / "reference" / f"{package}.html").read_text(encoding="utf-8")
        here = re.findall(r'id="([\w.]+)"', text)
        named = re.findall(r'title="(chemomech[\w.]+)"', text[text.find("Also here") :])
        values = re.findall(r'<span class="pre">(\w+)</span>', text)
        shown = {name.rpartition(".")[2] for name in (*here, *named, *values)}
        assert not {name for name in names if not name.startswith("_")} - shown, package


def test_the_site_loads_nothing_from_elsewhere(site: Path) -> None:
    pages = list((site / "html").rglob("*.html"))
    assert len(pages) > 30
    for page in pages:
        parser = Loaded()
        parser.feed(page.read_text(encoding="utf-8"))
        assert parser.loads, page
        assert not [place for place in parser.loads if OUTSIDE.match(place)], page
        missing = [place for place in parser.loads if not (page.parent / place.split("?")[0]).is_file()]
        assert not missing, page
    for sheet in (site / "html").rglob("*.css"):
        assert not re.search(r"(@import|url\()\s*['\"]?(https?:)?//", sheet.read_text(encoding="utf-8")), (
            sheet
        )


def test_every_picture_has_words_in_its_place(site: Path) -> None:
    count = 0
    for page in (site / "html").glob("*.html"):
        parser = Loaded()
        parser.feed(page.read_text(encoding="utf-8"))
        assert all((picture.get("alt") or "").strip() for picture in parser.pictures), page
        count += len(parser.pictures)
    assert count > 30


def test_a_broken_link_and_a_page_outside_the_contents_are_refused(
    site: Path, repository: Path, tmp_path: Path
) -> None:
    """With the pages that were assembled, the reference apart, and Sphinx called as the site calls it."""
    source = tmp_path / "source"
    shutil.copytree(site / "source", source, ignore=shutil.ignore_patterns("chemomech*.rst"))
    shutil.copytree(repository / "examples", tmp_path / "examples")
    (source / "reference" / "index.rst").write_text("Reference\n=========\n")
    (source / "lost.md").write_text("# Lost\n")
    with (source / "damage.md").open("a", encoding="utf-8") as page:
        page.write("\n[nowhere](not-there.md)\n")
    code = "import sys; sys.path.insert(0, sys.argv[1]); import docs_site; from pathlib import Path; "
    code += "sys.exit(docs_site.build(Path(sys.argv[2]), Path(sys.argv[3]), builder='dummy'))"
    arguments = [str(repository / "tools"), str(source), str(tmp_path / "html")]
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode != 0
    warnings = [line for line in done.stderr.splitlines() if "WARNING" in line]
    assert len(warnings) == 2, done.stderr
    assert any("not-there.md" in line for line in warnings)
    assert any("lost.md" in line and "isn't included in any toctree" in line for line in warnings)
