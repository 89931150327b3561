"""Curves as SVG, and colours for any eye."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from chemomech.app import colours
from chemomech.app.charts import MOST_POINTS, Line, chart, ticks

SVG = "{http://www.w3.org/2000/svg}"


def points(text: str) -> list[list[tuple[float, float]]]:
    lines = ElementTree.fromstring(text).iter(f"{SVG}polyline")
    return [[tuple(map(float, pair.split(","))) for pair in line.get("points", "").split()] for line in lines]  # type: ignore[misc]


def test_a_line_goes_up_where_its_values_do_and_touches_nothing_outside() -> None:
    (line,) = points(chart("t", "x", "y", [Line("", [0.0, 1.0, 2.0], [0.0, 1.0, 4.0])]))
    across, down = np.array(line).T
    assert np.all(np.diff(across) > 0.0)
    assert np.all(np.diff(down) < 0.0)  # SVG counts downwards
    assert (down[0] - down[1]) / (down[1] - down[2]) == pytest.approx(1.0 / 3.0, rel=0.02)


def test_text_of_others_cannot_become_markup() -> None:
    text = chart("<script>alert(1)</script>", 'a"b', "<y>", [Line("<b>", [0, 1], [0, 1])])
    tags = {element.tag for element in ElementTree.fromstring(text).iter()}
    assert f"{SVG}script" not in tags


def test_long_lines_are_thinned_and_keep_their_ends() -> None:
    x = np.arange(50_000.0)
    (line,) = points(chart("t", "x", "y", [Line("", x, x)]))
    (short,) = points(chart("t", "x", "y", [Line("", [0.0, 49_999.0], [0.0, 49_999.0])]))
    assert len(line) == MOST_POINTS
    assert (line[0], line[-1]) == (short[0], short[-1])


@pytest.mark.parametrize("values", [[], [np.nan, np.inf], [1.0], [3.7, 3.7, 3.7], [0.0, 0.0]])
def test_lines_with_little_in_them_are_drawn_too(values: list[float]) -> None:
    ElementTree.fromstring(chart("t", "x", "y", [Line("", range(len(values)), values)]))


def test_ticks_are_round_and_inside() -> None:
    assert ticks(0.0, 625.7, 5) == [0.0, 200.0, 400.0, 600.0]
    assert ticks(3.75, 4.52, 4) == pytest.approx([3.8, 4.0, 4.2, 4.4])


def lightness(colour: np.ndarray) -> float:
    """CIE L* of a colour of sRGB."""
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    y = float(linear @ np.array([0.2126, 0.7152, 0.0722]))
    return 116.0 * y ** (1 / 3) - 16.0 if y > 216 / 24389 else y * 24389 / 27


@pytest.mark.parametrize("name", colours.SEQUENTIAL)
def test_sequential_maps_grow_lighter_all_along_so_that_grey_tells_the_order(name: str) -> None:
    levels = [lightness(colour) for colour in colours.table(name)]
    assert np.all(np.diff(levels) > -0.05)
    assert levels[-1] - levels[0] > 60.0


def test_the_diverging_map_is_lightest_in_its_middle_at_zero() -> None:
    levels = np.array([lightness(colour) for colour in colours.table("PuOr")])
    assert abs(int(levels.argmax()) - colours.STEPS // 2) < 6
    assert colours.ends(-1.0, 3.0, "PuOr") == (-3.0, 3.0)


def test_ends_lie_apart_even_for_equal_or_missing_values() -> None:
    for low, high in ((2.0, 2.0), (0.0, 0.0), (np.nan, np.nan)):
        a, b = colours.ends(low, high, "viridis")
        assert a < b


def test_names_of_lines_stand_above_the_plot_and_below_one_another() -> None:
    labels = ["mean", "surface", "centre"]
    text = chart("title", "x", "y", [Line(label, [0.0, 1.0], [0.0, 1.0]) for label in labels])
    places = {
        element.text: float(element.get("y", "nan"))
        for element in ElementTree.fromstring(text).iter(f"{SVG}text")
        if element.text in ("title", *labels)
    }
    (frame,) = ElementTree.fromstring(text).iter(f"{SVG}rect")
    rows = [places["title"], *(places[label] for label in labels), float(frame.get("y", "nan"))]
    assert np.all(np.diff(rows) >= 8.0)
