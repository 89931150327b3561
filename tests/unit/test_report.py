import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.synthetic_result import synthetic_summary, write_synthetic_result

from chemomech.experiments.drawing.scales import (
    potential_scale,
    spread_entries,
    spread_steps,
    time_label,
    volume_weights,
)
from chemomech.experiments.report import tables, write_figures, write_report
from chemomech.experiments.report.depth_tables import depth_tables
from chemomech.experiments.report.figures import SPECS
from chemomech.experiments.report.figures.depth import _binned
from chemomech.experiments.report.figures.locations import describe_locations
from chemomech.solver.results import QUANTITIES, Result, build_dataset, write_dataset

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST = tuple(name for name in QUANTITIES if name not in ("time", "voltage", "current_density"))
STRESS_FIGURES = {"cut_equivalent_stress", "depth_fracture", "depth_first_passage"}


class Page(HTMLParser):
    """Collects what the tests ask about; fails on tags that do not close."""

    VOID = frozenset({"meta", "img", "br", "hr", "link", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.images: list[dict[str, str | None]] = []
        self.references: list[str] = []
        self.identifiers: set[str] = set()
        self.open_tags: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)
        self.close()
        assert self.open_tags == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        if tag == "img":
            self.images.append(given)
        self.references += [value for name in ("src", "href") if (value := given.get(name))]
        if identifier := given.get("id"):
            self.identifiers.add(identifier)
        if tag not in self.VOID:
            self.open_tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open_tags.pop() == tag


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Result:
    result = Result.open(write_synthetic_result(tmp_path_factory.mktemp("report") / "on"))
    write_figures(result)
    write_report(result)
    return result


@pytest.fixture(scope="module")
def without_stress(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("report") / "off"
    dropped = (
        "cut_electrolyte_concentration", "electrolyte_potential", "cut_y", "areal_capacity",
        "mean_stoichiometry", "electrolyte_concentration_min",
    )  # fmt: skip
    return Result.open(write_synthetic_result(folder, mechanics=False, drop=dropped))


def write_short_result(folder: Path) -> Path:
    """A whole result but for its dataset, which holds the start only: no figure, so quick to report."""
    write_synthetic_result(folder, drop=MOST)
    write_dataset(
        folder / "result.nc",
        build_dataset({"time": [0.0], "voltage": [3.7], "current_density": [72.0]}),
    )
    return folder


def test_every_figure_is_a_png_that_shows_more_than_one_colour(reported: Result) -> None:
    assert {path.stem for path in reported.figures} == {spec.name for spec in SPECS}
    for path in reported.figures:
        content = path.read_bytes()
        assert content.startswith(PNG_SIGNATURE)
        assert len(content) > 8000, path.name  # an empty pair of axes is about 4 kB


def test_figures_cover_the_panels_that_were_asked_for() -> None:
    names = {spec.name for spec in SPECS}
    assert names >= {
        "voltage",
        "cut_stoichiometry",
        "cut_equivalent_stress",
        "locations",
        "depth_stoichiometry",
        "depth_fracture",
        "depth_first_passage",
        "profiles",
        "steps",
    }


def test_captions_are_one_sentence(reported: Result) -> None:
    for spec in SPECS:
        caption = spec.caption(reported.dataset)
        assert caption.endswith(".")
        assert not re.search(r"\.\s+[A-Z]", caption), caption


def test_report_is_one_file_that_needs_no_network(reported: Result) -> None:
    text = reported.report.read_text(encoding="utf-8")
    page = Page(text)
    assert len(page.images) == len(SPECS)
    for reference in page.references:
        assert reference.startswith(("data:image/png;base64,", "#"))
    assert {reference[1:] for reference in page.references if reference[0] == "#"} <= page.identifiers
    assert page.tags.isdisjoint({"script", "link", "iframe"})
    assert "@import" not in text
    assert "url(" not in text


def test_report_states_case_rate_stop_reason_budget_and_cost(reported: Result) -> None:
    text = reported.report.read_text(encoding="utf-8")
    for expected in (
        "fast-charge-5C",
        "Stop reason: cutoff-voltage.",
        "The cell voltage reached 4.5 V",
        "5C is 72 A m⁻² here: nominal capacity 180 mAh g⁻¹ of active material, 1.44 mAh cm⁻² of electrode",
        "mechanics: two-way",
        "Charge at 5C until 4.5 V",
        "2 × 10⁻¹¹",
        "98\u202f412",
        "48.2 s",
        "2.31 GB",
        "3.25.1",
        "preset = &#34;coarse&#34;",
    ):
        assert expected in text, expected


def test_statistics_by_depth_are_tables_of_the_page(reported: Result) -> None:
    text = reported.report.read_text(encoding="utf-8")
    assert "depth" in Page(text).identifiers
    heading, table = depth_tables(reported.dataset)[-1]
    assert heading in text
    assert table.rows[-1][-1] in text


def test_figures_without_their_variables_are_replaced_by_a_sentence(without_stress: Result) -> None:
    stale = without_stress.path / "figures" / "depth_fracture.png"
    stale.parent.mkdir(exist_ok=True)
    stale.write_bytes(PNG_SIGNATURE)
    text = write_report(without_stress).read_text(encoding="utf-8")  # draws what is not there yet
    written = {path.stem for path in without_stress.figures}
    assert {"voltage", "cut_stoichiometry", "locations"} <= written
    assert written.isdisjoint(STRESS_FIGURES | {"cut_electrolyte_concentration", "profiles"})
    assert len(Page(text).images) == len(written)
    assert text.count("without mechanics and holds no stress") == len(STRESS_FIGURES)
    assert "does not hold cut_electrolyte_concentration." in text
    assert "does not hold electrolyte_potential." in text
    assert "peak strain" not in text


def test_text_of_the_case_cannot_break_the_page(tmp_path: Path) -> None:
    folder = write_short_result(tmp_path / "odd")
    (folder / "case.toml").write_text('name = "<script>alert(1)</script>"\n', encoding="utf-8")
    with Result.open(folder) as result:
        text = write_report(result).read_text(encoding="utf-8")
    assert "script" not in Page(text).tags


def test_an_animation_older_than_the_result_does_not_stay(tmp_path: Path) -> None:
    folder = write_short_result(tmp_path / "resumed")
    written = (folder / "result.nc").stat().st_mtime
    animation = folder / "figures" / "particles.gif"
    animation.parent.mkdir()
    with Result.open(folder) as result:
        for age, stays in ((-10.0, True), (10.0, False)):
            animation.write_bytes(b"GIF89a")
            os.utime(animation, (written - age, written - age))
            write_figures(result)
            assert animation.exists() is stays


def test_run_that_ended_before_its_first_step_has_no_figures_but_a_report(tmp_path: Path) -> None:
    with Result.open(write_short_result(tmp_path / "short")) as result:
        assert write_figures(result) == []
        assert "ended before its first accepted step" in write_report(result).read_text(encoding="utf-8")


def test_run_stopped_by_the_solver_is_marked(tmp_path: Path, reported: Result) -> None:
    assert 'class="stop"' in reported.report.read_text(encoding="utf-8")
    folder = write_short_result(tmp_path / "stopped")
    summary = (folder / "summary.json").read_text(encoding="utf-8")
    (folder / "summary.json").write_text(
        summary.replace("cutoff-voltage", "step-too-small"), encoding="utf-8"
    )
    with Result.open(folder) as result:
        assert 'class="stop early"' in write_report(result).read_text(encoding="utf-8")


def test_probe_table_interpolates_between_steps() -> None:
    records: dict[str, Any] = {
        "time": [0.0, 2.0, 4.0],
        "voltage": [3.7, 3.8, 3.9],
        "current_density": [72.0, 72.0, 72.0],
        "particle_z": [5e-6, 35e-6],
        "particle_radius": [3e-6, 3e-6],
        "surface_stoichiometry": [[0.9, 0.9], [0.8, 0.7], [0.6, 0.4]],
    }
    table = tables.probe_table(build_dataset(records))
    assert table is not None
    assert table.groups == (("", 1), ("near separator", 1), ("near collector", 1))
    # 3 s lies halfway between 2 s and 4 s: (0.7 + 0.4) / 2 and (0.8 + 0.6) / 2
    assert ("3 s", "0.5500", "0.7000") in table.rows
    assert table.rows[-1] == ("4 s", "0.4000", "0.6000")


def test_difference_in_the_caption_is_separator_minus_collector() -> None:
    records: dict[str, Any] = {
        "time": [0.0, 150.0, 600.0],
        "voltage": [3.7, 3.8, 3.9],
        "current_density": [72.0, 72.0, 72.0],
        "particle_z": [5e-6, 35e-6],
        "particle_radius": [3e-6, 3e-6],
        "surface_stoichiometry": [[0.93, 0.93], [0.74, 0.71], [0.32, 0.31]],
        "core_stoichiometry": [[0.93, 0.93], [0.84, 0.83], [0.42, 0.42]],
    }
    # 0.71 - 0.74 = -0.03 at 150 s; 0.31 - 0.32 = -0.01 at the end
    assert "at 150 s (-0.030) and -0.010 at the end" in describe_locations(build_dataset(records))


def test_particles_weigh_by_what_of_them_lies_in_the_cell() -> None:
    # Three equal spheres, of which the sides leave a half and a quarter of the last two.
    records: dict[str, Any] = {
        "time": [0.0, 2.0],
        "voltage": [3.7, 3.8],
        "current_density": [72.0, 72.0],
        "particle_radius": [3e-6, 3e-6, 3e-6],
        "particle_volume": [4e-17, 2e-17, 1e-17],
    }
    assert volume_weights(build_dataset(records)) == pytest.approx([4 / 7, 2 / 7, 1 / 7])


def test_round_instants_end_with_the_run() -> None:
    assert tables.round_instants(0.0, 613.0) == [15.0, 30.0, 50.0, 100.0, 150.0, 300.0, 500.0, 613.0]
    assert tables.round_instants(0.0, 0.5) == [0.5]


def test_numbers_are_written_as_people_read_them() -> None:
    assert tables.number(1234567) == "1\u202f234\u202f567"
    assert tables.number(4.0e-10) == "4 × 10⁻¹⁰"
    assert tables.number(0.93) == "0.93"
    assert tables.number(None) == "not stated"
    assert dict(tables.section_rows({"wall_s": 3725.0}))["wall time"] == "1 h 02 min"
    assert dict(tables.section_rows({"wall_s": 299.7}))["wall time"] == "5 min 00 s"


def test_rate_of_a_current_given_in_amperes_is_said_so() -> None:
    summary = synthetic_summary()
    summary["c_rate"]["label"] = None
    assert tables.c_rate_sentence(summary).startswith("The current was given directly, 72 A m⁻²;")


def test_depth_means_are_weighted_by_volume() -> None:
    # four particles make four groups of one, which keep their values
    z, values = np.array([1.0, 2.0, 3.0, 4.0]), np.array([10.0, 20.0, 30.0, 40.0])
    means, heights = _binned(z, values, np.full(4, 0.25))
    assert means.tolist() == values.tolist()
    assert heights.tolist() == z.tolist()
    # ten particles make five groups of two; the first: (1 * 10 + 3 * 20) / 4 = 17.5
    means, _ = _binned(np.arange(10.0), np.arange(10.0, 110.0, 10.0), np.array([1.0, 3.0] + [1.0] * 8))
    assert means[0] == pytest.approx(17.5)
    assert means.size == 5


def test_potentials_are_shown_in_a_unit_of_their_size() -> None:
    assert potential_scale([3.9, np.nan]).unit == "V"
    assert potential_scale([-0.024]).unit == "mV"
    assert potential_scale([4e-6]).unit == "µV"


def test_instants_of_long_runs_are_in_hours_but_for_the_first_minutes() -> None:
    hours = {"time": [0.0, 36000.0], "voltage": [3.7, 3.8], "current_density": [7.2, 7.2]}
    assert time_label(build_dataset(hours), 30.0) == "30 s"
    assert time_label(build_dataset(hours), 5400.0) == "1.5 h"
    seconds = {**hours, "time": [0.0, 7200.0]}
    assert time_label(build_dataset(seconds), 5400.0) == "5400 s"


def test_shown_instants_are_distinct_and_include_the_end() -> None:
    dataset = build_dataset(
        {"time": [0.0, 1.0, 600.0], "voltage": [3.7, 3.8, 3.9], "current_density": [72.0, 72.0, 72.0]}
    )
    assert spread_steps(dataset) == [1, 2]
    assert spread_entries(11, 6) == [0, 2, 4, 6, 8, 10]
    assert spread_entries(3, 6) == [0, 1, 2]


def test_what_the_model_does_not_represent_is_a_table_of_the_page() -> None:
    found = [{"keys": ["mesh.*", "numerics.*"], "reason": "a mesh of its own"}]
    rows = tables.not_represented_rows({"not_represented": found})
    assert rows == [("a mesh of its own", "mesh.*, numerics.*")]
    assert tables.not_represented_rows({}) == []
