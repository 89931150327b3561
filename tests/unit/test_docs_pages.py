"""What the documentation site is assembled from: figures, cells of a script, vocabulary, contents."""

from __future__ import annotations

import fnmatch
import importlib
import re
from pathlib import Path
from types import ModuleType

import pytest

from chemomech.experiments.report.damage import LIMITS
from chemomech.solver.results import QUANTITIES, Quantity


@pytest.fixture
def pages(repository: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The assembling script, with its rooms beside it."""
    monkeypatch.syspath_prepend(str(repository / "tools"))
    return importlib.import_module("docs_site")


def named(page: str) -> list[tuple[str, str, str]]:
    """Symbol, name and unit of the rows of the tables of quantities."""
    return re.findall(r"^\| ([^|]+) \| `(\w+)` \| ([^|]+) \|", page, re.MULTILINE)


def test_the_vocabulary_holds_every_quantity_of_the_code(repository: Path, pages: ModuleType) -> None:
    text = (repository / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    assert pages.with_tables(text) == text, "python tools/docs_site.py --vocabulary writes it anew"
    assert [name for _, name, _ in named(text)] != []
    assert {name for _, name, _ in named(text)} == set(QUANTITIES)


def test_a_symbol_of_the_vocabulary_is_that_of_the_code(pages: ModuleType) -> None:
    """Terms that are quantities too have one symbol on the page."""
    vocabulary = importlib.import_module("pages.vocabulary")
    assert vocabulary.readable(r"\Delta\varphi_\mathrm{e}") == "Δφ<sub>e</sub>"
    assert vocabulary.readable(r"\sigma_1/\sigma_\mathrm{f}") == "σ<sub>1</sub>/σ<sub>f</sub>"
    assert vocabulary.readable(r"x_\mathrm{s,min}") == "x<sub>s,min</sub>"
    assert vocabulary.readable(r"\bar{x}") == "x̄"
    with pytest.raises(KeyError):
        vocabulary.readable(r"\aleph_0")


def test_another_unit_or_a_new_quantity_is_seen(repository: Path, pages: ModuleType) -> None:
    vocabulary = importlib.import_module("pages.vocabulary")
    text = (repository / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    new = Quantity("salt", "s", "mol m-3", "salt that is nowhere", ("time",))
    assert "| s | `salt` | mol m<sup>-3</sup> | salt that is nowhere |" in vocabulary.tables([new])
    assert vocabulary.tables([*QUANTITIES.values(), new]) not in text


def test_terms_with_a_symbol_of_a_quantity_have_its_unit(repository: Path, pages: ModuleType) -> None:
    """The written tables say nothing else than the made ones where both have a term."""
    vocabulary = importlib.import_module("pages.vocabulary")
    written = (repository / "docs" / "vocabulary.md").read_text(encoding="utf-8").split(vocabulary.BEGIN)[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in written.splitlines() if "|" in line]
    terms = {row[0].split(",")[0]: (row[1], row[2]) for row in rows if len(row) == 4}
    same = {
        "crack depth": "surface_crack_depth",
        "hydrostatic stress": "mean_hydrostatic_stress",
        "largest principal stress": "max_principal_stress",
        "equivalent stress": "max_equivalent_stress",
        "reaction current density": "reaction_current_density",
        "isolated": "isolated",
        "bond": "intact_interface",
        "particle": "particle",
    }
    for term, name in same.items():
        symbol, unit = terms[term]
        assert symbol == vocabulary.readable(QUANTITIES[name].symbol), term
        wanted = QUANTITIES[name].unit
        assert unit == {"A m-2": "A/m2"}.get(wanted, wanted) or (wanted == "-" and unit == ""), term


def test_every_figure_has_a_page_and_every_page_a_figure_that_is_drawn(
    repository: Path, pages: ModuleType
) -> None:
    asked = [
        name
        for page in (repository / "docs").glob("*.md")
        for name in pages.asked_for(page.read_text(encoding="utf-8"))
    ]
    assert len(asked) == len(set(asked)) > 20
    assert set(asked) == set(pages.FIGURES)


def test_a_figure_that_nobody_draws_is_refused(pages: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"no figure is called 'colour'"):
        pages.make_figure("colour", tmp_path / "colour.png", None)


def test_a_figure_stands_where_it_is_asked_for(pages: ModuleType, tmp_path: Path) -> None:
    caption = pages.make_figure("cell", tmp_path / "cell.png", None)
    assert (tmp_path / "cell.png").stat().st_size > 10_000
    text = pages.with_figures("before\n\n<!-- figure: cell -->\n\nafter", {"cell": caption})
    assert text.startswith("before\n\n```{figure} figures/cell.png\n:alt: ")
    assert caption in text
    assert text.endswith("```\n\nafter")


def test_a_script_becomes_text_code_and_what_it_prints(pages: ModuleType, tmp_path: Path) -> None:
    cells = importlib.import_module("pages.cells")
    script = tmp_path / "script.py"
    script.write_text(
        '"""# A title.\n\nWords.\n"""\n\n# %%\nx = 2\nprint(x + 1)\n\n'
        "# %% [markdown]\n# ## More\n#\n# ![seen](a.png)\n\n# %%\nprint(2 * x)\n"
    )
    parts = cells.cells_of(script.read_text())
    assert [part.text for part in parts] == [True, False, True, False]
    cells.run_script(script, tmp_path / "printed.json", [])
    assert (tmp_path / "printed.json").read_text() == '["", "3\\n", "", "4\\n"]'
    page = cells.page_of(script, ["", "3\n", "", "4\n"], "figures")
    assert page.startswith(
        "# A title\n\nWords.\n\n```python\nx = 2\nprint(x + 1)\n```\n\n```text\n3\n```\n\n## More"
    )
    assert "![seen](figures/a.png)" in page
    assert cells.pictures_of(script) == ["a.png"]
    script.write_text("# %%\nraise ValueError('broken')\n")
    with pytest.raises(SystemExit, match="ValueError: broken"):
        cells.run_script(script, tmp_path / "printed.json", [])


def test_every_page_stands_under_a_heading_of_the_first(repository: Path) -> None:
    index = (repository / "docs" / "index.md").read_text(encoding="utf-8")
    entries = [
        entry
        for block in re.findall(r"```\{toctree\}\n(.*?)```", index, re.DOTALL)
        for entry in block.splitlines()
        if entry and not entry.startswith(":")
    ]
    assert len(entries) == len(set(entries)) > 15
    for page in (repository / "docs").glob("*.md"):
        known = page.stem == "index" or any(fnmatch.fnmatch(page.stem, entry) for entry in entries)
        assert known, f"add a line '{page.stem}' under one of the headings of docs/index.md"


def test_limits_of_severity_are_those_of_the_code(repository: Path) -> None:
    text = (repository / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    assert f"a/R up to {LIMITS.mild:g}, up to {LIMITS.severe:g}, above" in text


def test_slots_take_a_page_once_it_is_there(pages: ModuleType, tmp_path: Path) -> None:
    index = "```{toctree}\n:glob:\n\nseeing*\napp*\nmodel\n```\n"
    (tmp_path / "app.md").write_text("# App\n")
    assert pages.without_empty_slots(index, tmp_path) == "```{toctree}\n:glob:\n\napp*\nmodel\n```\n"


def test_the_picture_of_the_readme_is_small(repository: Path) -> None:
    found = re.findall(r"!\[[^]]+\]\(([^)]+)\)", (repository / "README.md").read_text(encoding="utf-8"))
    assert found
    for picture in found:
        assert (repository / picture).stat().st_size < 300_000
