"""Contact rules: what they change, what they report, what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.geometry import ContactList, Layout
from chemomech.geometry.contacts import (
    CONTACT_RULES,
    Fuse,
    MinimumGap,
    Shrink,
    contact_rule,
    necks_of,
    particle_shapes,
    require_meshable,
)
from chemomech.geometry.contacts.necks import overlap_necks

UM = 1e-6
BOX = (10 * UM, 10 * UM, 20 * UM)


def layout(centres: list[list[float]], radii: list[float], **other: object) -> Layout:
    return Layout(np.array(centres) * UM, np.array(radii) * UM, BOX, "test", **other)  # type: ignore[arg-type]


def crowd(seed: int) -> Layout:
    generator = np.random.default_rng(seed)
    return Layout(
        generator.random((14, 3)) * [14 * UM, 14 * UM, 16 * UM], generator.uniform(1.2, 3.2, 14) * UM,
        (14 * UM, 14 * UM, 16 * UM), "crowd",
    )  # fmt: skip


def cap(radius: float, height: float) -> float:
    return np.pi * height**2 * (3 * radius - height) / 3


def test_two_spheres_that_overlap_share_the_lens_at_its_plane() -> None:
    # Radii 3 and 2, centres 4 apart: the plane is (16 + 9 - 4) / 8 = 2.625 from the first centre.
    pair = layout([[5, 5, 6], [5, 5, 10]], [3, 2])
    shapes = particle_shapes(pair, overlap_necks(pair))
    volumes = [4 / 3 * np.pi * 27 - cap(3, 0.375), 4 / 3 * np.pi * 8 - cap(2, 0.625)]
    areas = [4 * np.pi * 9 - 2 * np.pi * 3 * 0.375, 4 * np.pi * 4 - 2 * np.pi * 2 * 0.625]
    assert shapes.volumes / UM**3 == pytest.approx(volumes, rel=1e-5)
    assert shapes.areas / UM**2 == pytest.approx(areas, rel=1e-5)
    assert shapes.neck_areas / UM**2 == pytest.approx([np.pi * (9 - 2.625**2)], rel=1e-9)


def test_a_collar_replaces_the_caps_under_it() -> None:
    contacts = ContactList(np.array([[0, 1]]), np.array([np.pi]) * UM**2)
    shapes = particle_shapes(layout([[5, 5, 5], [9.5, 5, 5]], [3, 1.5], contacts=contacts))
    one, other = 3 - np.sqrt(8), 1.5 - np.sqrt(1.25)
    volumes = [4 / 3 * np.pi * 27 - cap(3, one), 4 / 3 * np.pi * 1.5**3 - cap(1.5, other)]
    volumes[1] += np.pi * (one + other)
    areas = [2 * np.pi * 3 * (6 - one), 2 * np.pi * 1.5 * (3 - other) + 2 * np.pi * (one + other)]
    # The second sphere reaches 1 um beyond x = 10.
    volumes[1] -= cap(1.5, 1.0)
    areas[1] -= 2 * np.pi * 1.5 * 1.0
    assert shapes.volumes / UM**3 == pytest.approx(volumes, rel=2e-5)
    assert shapes.areas / UM**2 == pytest.approx(areas, rel=2e-5)


def test_particles_around_a_common_point_fill_their_union_once() -> None:
    # Against counting: 3 spheres that overlap all together, 2 million points.
    trio = layout([[4, 4, 8], [6.4, 4, 8], [5.2, 5.9, 8.6]], [2, 1.8, 1.6])
    shapes = particle_shapes(trio, overlap_necks(trio))
    points = np.random.default_rng(0).random((2_000_000, 3)) * [8, 8, 6] + [1, 1, 5]
    inside = np.zeros(len(points), dtype=bool)
    for centre, radius in zip(trio.centres / UM, trio.radii / UM, strict=True):
        inside |= ((points - centre) ** 2).sum(axis=1) < radius**2
    assert shapes.volumes.sum() / UM**3 == pytest.approx(inside.mean() * 8 * 8 * 6, rel=3e-3)


@pytest.mark.parametrize("name", sorted(CONTACT_RULES))
@pytest.mark.parametrize("seed", [1, 3, 4])
def test_every_rule_makes_a_crowd_meshable(name: str, seed: int) -> None:
    before = crowd(seed)
    with pytest.raises(InputError):
        require_meshable(before, 0.02 * UM)
    after = contact_rule(name).apply(before)
    require_meshable(after.layout, 0.02 * UM)
    report = after.report
    assert report.volume_before == pytest.approx(
        float(particle_shapes(before, overlap_necks(before)).volumes.sum())
    )
    assert report.volume_after == pytest.approx(float(particle_shapes(after.layout).volumes.sum()))
    assert report.contacts_after == len(necks_of(after.layout))
    assert len(after.layout) + len(report.dropped) == len(before)
    assert any(line.startswith("volume") for line in report.lines())


def test_fusing_keeps_the_volume_that_shrinking_loses() -> None:
    crowded = crowd(4)
    centres = crowded.centres.copy()
    centres[:, 2] = np.clip(centres[:, 2], 3.4 * UM, 12.6 * UM)  # none is moved in from beyond z = 0 or L
    before = Layout(centres, crowded.radii, crowded.box)
    reports = {name: contact_rule(name).apply(before).report for name in CONTACT_RULES}
    changes = {name: report.volume_after / report.volume_before - 1 for name, report in reports.items()}
    assert abs(changes["fuse"]) < 0.05
    assert changes["shrink"] < changes["minimum-gap"] < 0.0


def test_moving_apart_keeps_the_radii_where_there_is_room() -> None:
    after = MinimumGap(gap=0.2 * UM).apply(layout([[5, 5, 8], [5, 5, 11]], [2, 1]))
    assert after.layout.radii == pytest.approx(np.array([2, 1]) * UM)
    assert after.layout.minimum_gap() >= 0.2 * UM * (1 - 1e-6)
    # The small one moves more, as the volumes ask: 8 to 1.
    moves = np.abs(after.layout.centres[:, 2] / UM - [8, 11])
    assert moves[1] == pytest.approx(8 * moves[0], rel=1e-6)
    assert (after.report.moved, after.report.shrunk) == (2, 0)


def test_shrinking_leaves_the_places_and_shares_by_radius() -> None:
    after = Shrink(gap=0.5 * UM).apply(layout([[5, 5, 8], [5, 5, 11]], [2, 1]))
    assert after.layout.centres == pytest.approx(np.array([[5, 5, 8], [5, 5, 11]]) * UM)
    assert after.layout.radii / UM == pytest.approx([2 - 1 / 3, 1 - 1 / 6], rel=1e-5)
    assert after.report.largest_radius_change == pytest.approx(1 / 6, rel=1e-5)


@pytest.mark.parametrize(("gap", "collar"), [(-0.5, False), (-0.01, True), (0.0, True), (0.1, True)])
def test_overlapping_touching_and_near_spheres_are_joined(gap: float, collar: bool) -> None:
    after = Fuse().apply(layout([[5, 5, 7], [5, 5, 11 + gap]], [2, 2]))
    (neck,) = necks_of(after.layout)
    assert (neck.length > 0) == collar
    if collar:
        assert neck.radius == pytest.approx(0.35 * 2 * UM)
    assert after.report.largest_radius_change == 0.0
    assert (after.report.contacts_before, after.report.contacts_after) == (1, 1)


def test_the_contact_list_of_an_image_says_how_wide_a_neck_is() -> None:
    contacts = ContactList(np.array([[0, 1]]), np.array([np.pi * 1.2**2]) * UM**2)
    far = layout([[5, 5, 7], [5, 5, 11.3]], [2, 2], contacts=contacts)
    (neck,) = necks_of(Fuse().apply(far).layout)
    assert neck.radius == pytest.approx(1.2 * UM)
    assert Fuse().apply(layout([[5, 5, 7], [5, 5, 11.3]], [2, 2])).report.contacts_after == 0


def test_a_neck_that_would_run_into_a_third_particle_is_given_up() -> None:
    # Two touching spheres and a third in the notch, its surface across the neck.
    trio = layout([[5, 5, 7], [5, 5, 11], [6.3, 5, 9]], [2, 2, 1])
    after = Fuse().apply(trio)
    joined = {frozenset((neck.first, neck.second)) for neck in necks_of(after.layout)}
    assert frozenset((0, 1)) not in joined
    gap = float(
        np.linalg.norm(after.layout.centres[0] - after.layout.centres[1]) - after.layout.radii[:2].sum()
    )
    assert gap == pytest.approx(0.1 * UM, rel=1e-3)


def test_of_two_necks_that_would_run_into_one_another_the_longer_is_given_up() -> None:
    # Radii 3 and 1.5: collars of 1.05 start 2.81 from the middle and, 42.5 degrees apart, lie 2.04 apart.
    turn = np.radians(42.5)
    places = [[5, 5, 8], [5, 5, 12.5], [5, 5 + 4.6 * np.sin(turn), 8 + 4.6 * np.cos(turn)]]
    rule = Fuse(neck_ratio=0.7, reach=0.25 * UM, gap=0.25 * UM)
    alone = necks_of(rule.apply(layout([places[0], places[2]], [3, 1.5])).layout)
    assert len(alone) == 1
    after = rule.apply(layout(places, [3, 1.5, 1.5])).layout
    assert after.contacts is not None
    assert after.contacts.pairs.tolist() == [[0, 1]]
    assert np.linalg.norm(after.centres[0] - after.centres[2]) - after.radii[[0, 2]].sum() == pytest.approx(
        0.25 * UM, rel=1e-3
    )


@pytest.mark.parametrize(
    ("x", "where"),
    [(2.05, "off"), (2.0, "off"), (1.95, "cut"), (1.85, "stays"), (1.0, "stays")],
)
def test_spheres_stand_off_a_side_or_are_well_cut_by_it(x: float, where: str) -> None:
    after = Shrink(gap=0.1 * UM).apply(layout([[x, 5, 8]], [2])).layout
    places = {"off": 2.1, "cut": 0.94 * 2, "stays": x}
    assert after.centres[0, 0] / UM == pytest.approx(places[where], rel=1e-9)
    assert after.radii[0] == pytest.approx(2 * UM)


def test_in_z_spheres_are_moved_inside_and_slices_at_the_sides_are_dropped() -> None:
    after = Fuse().apply(layout([[5, 5, 1.5], [11.5, 5, 15]], [2, 2]))
    assert after.layout.centres[0, 2] / UM == pytest.approx(2.1)
    assert after.report.dropped == (1,)


@pytest.mark.parametrize(
    ("centres", "radii", "words"),
    [
        ([[5, 5, 1]], [2], "in z spheres must be whole"),
        ([[5, 5, 2.001]], [2], "in z spheres must be whole"),
        ([[1.99, 5, 8]], [2], "between particle 0 and a side"),
        ([[5, 5, 8], [5, 5, 11]], [2, 2], "between particles 0 and 1"),
    ],
)
def test_what_cannot_be_meshed_is_refused_with_a_remedy(
    centres: list[list[float]], radii: list[float], words: str
) -> None:
    with pytest.raises(InputError, match=words) as refusal:
        require_meshable(layout(centres, radii), 0.02 * UM)
    assert "contact rule" in str(refusal.value)


def test_a_contact_of_spheres_far_apart_or_too_wide_is_refused() -> None:
    for area, away, words in ((1.0, 13.0, "too far for a neck"), (10.0, 11.0, "ask for a narrower neck")):
        contacts = ContactList(np.array([[0, 1]]), np.array([area]) * UM**2)
        with pytest.raises(InputError, match=words):
            necks_of(layout([[5, 5, 7], [5, 5, away]], [2, 2], contacts=contacts))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: contact_rule("weld"), "unknown contact rule 'weld'"),
        (lambda: contact_rule("fuse", width=2.0), "cannot be set up with"),
        (lambda: Fuse(neck_ratio=0.9), "neck_ratio = 0.9 must lie between 0.15 and 0.7"),
        (lambda: Fuse(reach=0.05 * UM), "raise reach"),
        (lambda: Shrink(gap=-1.0), "gap of the contact rule"),
        (lambda: Shrink(gap=4 * UM).apply(layout([[5, 5, 7], [5, 5, 12]], [2, 2])), "drop that particle"),
    ],
)
def test_settings_that_make_no_sense_are_refused(make: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        make()  # type: ignore[operator]
