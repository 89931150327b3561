"""A box cut out of a packing keeps the volume fraction that the packing has there."""

from __future__ import annotations

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.geometry import (
    ContactList,
    CutEdge,
    Layout,
    LogNormalSizes,
    PeriodicSides,
    SlideIn,
    WholeEdge,
    crop,
    cut_out,
    depth_profile,
    pack,
)
from chemomech.geometry.cut_spheres import inside_volumes_and_areas
from chemomech.geometry.sliding import WIDEST_GAP
from chemomech.geometry.statistics import deepest_cut, smallest_pair_gap, smallest_wall_gap

UM = 1e-6
WIDTH, THICKNESS = 24 * UM, 70 * UM
KEPT = 0.02  # of the volume fraction, absolute


@pytest.fixture(scope="module", params=[0.35, 0.45])
def thick(request: pytest.FixtureRequest) -> Layout:
    return pack(
        (WIDTH, WIDTH, THICKNESS),
        LogNormalSizes(2.6 * UM, 0.25),
        volume_fraction=request.param,
        minimum_gap=0.1 * UM,
        seed=5,
        sides=PeriodicSides(),
    )


WINDOWS = [(0, 35), (20, 50), (35, 70), (12, 30)]


@pytest.mark.parametrize("window", WINDOWS)
def test_a_window_of_a_thick_packing_keeps_its_fraction_and_can_be_meshed(
    thick: Layout, window: tuple[float, float]
) -> None:
    low, high = (0.0, 0.0, window[0] * UM), (WIDTH, WIDTH, window[1] * UM)
    found = cut_out(thick, low, high)
    # The fraction of the source in the window, from the volumes below its two planes.
    edges = [window[0] * UM, window[1] * UM]
    below = [
        inside_volumes_and_areas(thick.centres, thick.radii, (WIDTH, WIDTH, max(edge, 1e-12)))[0].sum()
        for edge in edges
    ]
    source = (below[1] - below[0]) / (WIDTH**2 * (edges[1] - edges[0]))
    assert found.before == pytest.approx(source, rel=1e-6)
    assert found.layout.volume_fraction == pytest.approx(source, abs=KEPT)
    assert found.after == found.layout.volume_fraction
    # In z spheres are whole and off the faces, and nothing is nearer than in the source.
    gaps = found.layout.wall_gaps()[:, [2, 5]]
    assert gaps.min() >= 0.1 * UM * (1 - 1e-6)
    assert smallest_pair_gap(found.layout) >= 0.1 * UM - 2e-3 * thick.radii.min()
    # Nearly all keep their size, and what the sides cut keeps its place along them.
    assert found.shrunk <= 0.1 * len(found.layout)
    cut = found.layout.wall_gaps()[:, [0, 1, 3, 4]].min(axis=1) < 0
    at = {int(name): row for row, name in enumerate(thick.ids)}
    for row in np.flatnonzero(cut):
        before = thick.centres[at[int(found.layout.ids[row])]]
        along = before[:2] - found.layout.centres[row, :2]
        radius = found.layout.radii[row]
        crossed = np.minimum(before[:2], WIDTH - before[:2]) < radius * (1 - 1e-6)
        assert along[crossed] == pytest.approx(np.zeros(crossed.sum()), abs=1e-12)


def test_the_ends_of_a_window_are_as_full_as_those_of_a_packing(thick: Layout) -> None:
    walls = np.mean(depth_profile(thick, 14)[1][[0, -1]])  # slices of 5 um
    ends = []
    for start in (5, 15, 25):
        part = crop(thick, (0.0, 0.0, start * UM), (WIDTH, WIDTH, (start + 40) * UM))
        ends += list(depth_profile(part, 8)[1][[0, -1]])
    assert min(ends) > 0.5 * walls
    assert np.mean(ends) > 0.85 * walls
    emptied = crop(thick, (0.0, 0.0, 15 * UM), (WIDTH, WIDTH, 55 * UM), faces=WholeEdge(), most_loss=1.0)
    assert np.mean(depth_profile(emptied, 8)[1][[0, -1]]) < 0.8 * walls


def test_a_window_within_the_sides_keeps_what_they_cut(thick: Layout) -> None:
    low, high = (4 * UM, 4 * UM, 0.0), (20 * UM, 20 * UM, THICKNESS)
    found = cut_out(thick, low, high)
    assert found.after == pytest.approx(found.before, abs=1e-9)  # no face crosses a sphere
    assert (found.slid, found.left_out, found.farthest_move) == (0, 0, 0.0)


def test_only_whole_spheres_are_a_loss_that_is_refused_unless_asked_for(thick: Layout) -> None:
    low, high = (4 * UM, 4 * UM, 20 * UM), (20 * UM, 20 * UM, 50 * UM)
    with pytest.raises(
        InputError, match=r"would have a volume fraction of .* less and beyond the 0.02 .* larger"
    ):
        crop(thick, low, high, WholeEdge(), WholeEdge())
    found = cut_out(thick, low, high, WholeEdge(), WholeEdge(), most_loss=1.0)
    assert found.after < 0.5 * found.before
    assert not found.layout.is_cut.any()
    assert found.left_out > 0
    assert f"({found.after - found.before:+.4f})" in found.lines()[0]


def three_spheres() -> Layout:
    """One cut in half by x = 0, one that overlaps it, one on its own."""
    return Layout(
        np.array([[0, 5, 4], [3, 5, 4], [6, 5, 14]]) * UM,
        np.array([2, 2, 3]) * UM,
        (10 * UM, 10 * UM, 20 * UM),
        "three",
        np.array([7, 40, 3]),
        np.array([True, False, False]),
        ContactList(np.array([[0, 1], [1, 2]]), np.array([5.5 * UM**2, UM**2])),
    )


def test_sides_cut_or_keep_whole_spheres_and_ids_borders_and_contacts_go_along() -> None:
    low, high = (0.0, 0.0, 0.0), (5 * UM, 10 * UM, 20 * UM)
    assert crop(three_spheres(), low, high, WholeEdge(), most_loss=1.0).ids.tolist() == [40]
    part = crop(three_spheres(), low, high)
    assert part.ids.tolist() == [7, 40, 3]
    assert part.at_border.tolist() == [True, False, True]
    assert part.contacts is not None
    assert part.contacts.pairs.tolist() == [[0, 1], [1, 2]]
    # A sphere that misses the edge of the box is left out.
    corner = crop(three_spheres(), (8.9 * UM, 7.9 * UM, 0.0), three_spheres().box, faces=CutEdge())
    assert corner.ids.size == 0


def test_a_sphere_slides_in_and_gives_up_the_contacts_it_leaves() -> None:
    # The face at 15.5 um leaves 0.5 + 1 / 2 (3 - 1 / 4) / 2 = 84 % of the third sphere, centred at 14 um: as
    # one of two choices, all of it or nothing, it is kept, and its top comes to 0.2 um below the face.
    found = cut_out(three_spheres(), (0.0, 0.0, 0.0), (10 * UM, 10 * UM, 15.5 * UM), most_loss=0.05)
    assert found.slid == 1
    assert found.layout.ids.tolist() == [7, 40, 3]
    # The source overlaps, so that there is no gap to keep.
    assert found.layout.centres[2] == pytest.approx([6 * UM, 5 * UM, 12.5 * UM])
    assert found.farthest_move == pytest.approx(1.5 * UM)
    assert found.layout.contacts is not None
    assert found.layout.contacts.pairs.tolist() == [[0, 1]]
    assert found.contacts_given_up == 1
    # Cut there instead, it stays where it was and counts as at the border.
    cut = crop(three_spheres(), (0.0, 0.0, 0.0), (10 * UM, 10 * UM, 15.5 * UM), faces=CutEdge())
    assert cut.centres[2, 2] == pytest.approx(14 * UM)
    assert cut.at_border.tolist() == [True, False, True]


def test_a_sphere_that_lies_mostly_beyond_a_face_is_left_out() -> None:
    # 3 / 4 * (1 / 3)^2 * (3 - 1 / 3) / ... of it: a cap of height 1 um of radius 3 um holds 7.4 %.
    found = cut_out(three_spheres(), (0.0, 0.0, 0.0), (10 * UM, 10 * UM, 12 * UM))
    assert found.layout.ids.tolist() == [7, 40]
    assert found.left_out == 1


def test_spheres_that_come_too_near_move_apart_and_keep_the_gap_of_the_source() -> None:
    # Two equal spheres one above the other, 0.3 um apart; the upper one slides down by 1 um onto the lower.
    layout = Layout(
        np.array([[5, 5, 6], [5.2, 5, 10.3], [5, 5, 17]]) * UM, np.array([2, 2, 2]) * UM,
        (10 * UM, 10 * UM, 20 * UM),
    )  # fmt: skip
    found = cut_out(layout, (0.0, 0.0, 0.0), (10 * UM, 10 * UM, 11.3 * UM), most_loss=0.05)
    assert (found.slid, found.shrunk) == (1, 0)
    first, second = found.layout.centres
    assert second[2] <= (11.3 - 2) * UM - WIDEST_GAP * (1 - 1e-9)
    assert np.linalg.norm(first - second) >= 4 * UM + WIDEST_GAP * 0.99 - 2e-3 * UM
    with pytest.raises(InputError, match="too thin to slide particle"):
        crop(layout, (0.0, 0.0, 4.5 * UM), (10 * UM, 10 * UM, 7.5 * UM), most_loss=1.0)


def test_the_rule_that_slides_takes_as_many_as_make_up_the_volume() -> None:
    whole = np.array([4.0, 4.0, 4.0, 4.0])
    inside = np.array([1.0, 3.8, 2.6, 0.4])  # 7.8 in all: two spheres of 4
    assert SlideIn().keep(inside, whole, 0.0).tolist() == [False, True, True, False]
    assert SlideIn().keep(inside, whole, 3.0).tolist() == [True, True, True, False]
    assert SlideIn().keep(inside, whole, -8.0).tolist() == [False] * 4


def test_what_is_kept_too_much_at_one_face_is_made_up_for_at_the_other() -> None:
    # 58 % of the lower sphere and 52 % of the upper one lie inside: one of the two makes up 110 % best.
    layout = Layout(
        np.array([[5, 5, 5], [5, 5, 15]]) * UM, np.array([2, 2]) * UM, (10 * UM, 10 * UM, 20 * UM)
    )
    found = cut_out(layout, (0.0, 0.0, 4.8 * UM), (10 * UM, 10 * UM, 15.05 * UM))
    assert (found.slid, found.left_out) == (1, 1)
    assert found.layout.ids.tolist() == [0]


def test_gaps_between_spheres_and_to_walls_are_told_apart() -> None:
    layout = three_spheres()
    assert smallest_pair_gap(layout) == pytest.approx(-1 * UM)
    # Of the spheres that no wall cuts: the second is 1 um off x = 0, the third 1 um off x = 10 um.
    assert smallest_wall_gap(layout) == pytest.approx(1 * UM)
    assert deepest_cut(layout) == pytest.approx(2 * UM)
    one = Layout(np.array([[5, 5, 5]]) * UM, np.array([2]) * UM, (10 * UM, 10 * UM, 20 * UM))
    assert (smallest_pair_gap(one), deepest_cut(one)) == (np.inf, 0.0)
