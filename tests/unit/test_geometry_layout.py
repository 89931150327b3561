"""Layouts: what is refused, what is measured, what a file keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.geometry import (
    ContactList,
    Layout,
    crop,
    depth_profile,
    layout_picture,
    layout_statistics,
    nearest_gaps,
    read_layout,
    shipped_layout,
    with_minimum_gap,
    write_layout,
)
from chemomech.geometry.cut_spheres import inside_volumes_and_areas

UM = 1e-6
BOX = (10 * UM, 10 * UM, 20 * UM)


def two_spheres() -> Layout:
    return Layout(np.array([[4, 5, 4], [6, 5, 14]]) * UM, np.array([3, 2]) * UM, BOX, "two")


@pytest.mark.parametrize(
    ("centres", "radii", "words"),
    [
        ([[5, 5, 5]], [-1], "radius -1e-06 m"),
        ([[5, 5, 5]], [0], "must lie between 1e-10 and 0.0001 m"),
        ([[5, 5, np.nan]], [1], "not a finite number"),
        ([[5, 5, 5]], [np.inf], "not a finite number"),
        ([[-4, 5, 5]], [3], "wholly outside the box"),
        ([[5, 5, 23]], [3], "wholly outside the box"),
        ([[12, 12, 5]], [2.8], "wholly outside the box"),
        ([[5, 5, 5], [5, 5, 5]], [2, 2], "particles 0 and 1 .* at the same place"),
        ([[5, 5, 5], [5, 5, 9], [5, 5.001, 9]], [2, 2, 3], "particles 1 and 2 .* at the same place"),
        ([[5, 5]], [2], "three coordinates per radius"),
    ],
)
def test_a_layout_that_cannot_be_is_refused(
    centres: list[list[float]], radii: list[float], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        Layout(np.array(centres) * UM, np.array(radii) * UM, BOX)


@pytest.mark.parametrize("box", [(0.0, 1.0, 1.0), (1.0, -1.0, 1.0), (1.0, float("nan"), 1.0), (1.0, 1.0)])
def test_a_box_without_volume_is_refused(box: tuple[float, float, float]) -> None:
    with pytest.raises(InputError, match="three finite edge lengths"):
        Layout(np.empty((0, 3)), np.empty(0), box)


def test_touching_spheres_are_a_layout() -> None:
    layout = Layout(np.array([[5, 5, 4], [5, 5, 8]]) * UM, np.array([2, 2]) * UM, BOX)
    assert layout.minimum_gap() == pytest.approx(0.0, abs=1e-18)


def test_overlapping_and_cut_spheres_are_a_layout_and_known_as_such() -> None:
    layout = Layout(np.array([[5, 5, 4], [5, 5, 7], [0, 5, 15]]) * UM, np.array([2, 2, 2]) * UM, BOX)
    pairs, depth = layout.overlaps()
    assert pairs.tolist() == [[0, 1]]
    assert depth == pytest.approx([1 * UM])
    assert layout.minimum_gap() == pytest.approx(-2 * UM)
    assert layout.is_cut.tolist() == layout.at_border.tolist() == [False, False, True]
    assert layout.ids.tolist() == [0, 1, 2]
    # The wall at x = 0 leaves half of the third sphere.
    assert layout.particle_volumes == pytest.approx(np.array([1, 1, 0.5]) * 32 / 3 * np.pi * UM**3, rel=1e-9)
    assert layout.particle_areas == pytest.approx(np.array([1, 1, 0.5]) * 16 * np.pi * UM**2, rel=1e-9)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"ids": [3]}, "2 particles and 1 ids"),
        ({"ids": [3, 3]}, "the id 3 more than once"),
        ({"at_border": [True]}, "2 particles and 1 border flags"),
        ({"contacts": ContactList(np.array([[0, 2]]), np.array([1.0]))}, "names particle 2, but there are 2"),
    ],
)
def test_labels_that_do_not_fit_the_particles_are_refused(more: dict[str, Any], words: str) -> None:
    two = two_spheres()
    with pytest.raises(InputError, match=words):
        Layout(two.centres, two.radii, BOX, "two", **more)


@pytest.mark.parametrize(
    ("pairs", "areas", "words"),
    [
        ([[0, 1]], [1.0, 2.0], "1 pairs and 2 areas"),
        ([[1, 1]], [1.0], "joins particle 1 to itself"),
        ([[0, 1], [1, 0]], [1.0, 1.0], "same pair twice"),
        ([[0, 1]], [0.0], "area 0 m2"),
        ([[0, 1]], [np.nan], "area nan m2"),
    ],
)
def test_contacts_that_cannot_be_are_refused(pairs: list[list[int]], areas: list[float], words: str) -> None:
    with pytest.raises(InputError, match=words):
        ContactList(np.array(pairs), np.array(areas))


def test_contacts_know_necks_and_coordination_and_follow_a_selection() -> None:
    contacts = ContactList(np.array([[2, 0], [0, 1], [1, 3]]), np.pi * np.array([4.0, 1.0, 9.0]))
    assert contacts.pairs.tolist() == [[0, 2], [0, 1], [1, 3]]
    assert contacts.neck_radii == pytest.approx([2, 1, 3])
    assert contacts.coordination(5).tolist() == [2, 2, 1, 1, 0]
    part = contacts.of(np.array([3, 1, 2]), 5)
    assert part.pairs.tolist() == [[0, 1]]
    assert part.neck_radii == pytest.approx([3])


@pytest.mark.parametrize(
    ("centre", "volume", "area"),
    [
        ((5, 5, 5), 4 / 3 * np.pi, 4 * np.pi),
        ((0, 5, 5), 2 / 3 * np.pi, 2 * np.pi),
        ((0, 10, 5), np.pi / 3, np.pi),
        ((0, 0, 0), np.pi / 6, np.pi / 2),
        ((-0.5, 5, 5), np.pi * 0.25 / 3 * 2.5, np.pi),  # cap of height 1/2: pi h^2 (3 - h) / 3, 2 pi h
        ((5, 5, 9.7), 4 / 3 * np.pi - np.pi * 0.49 / 3 * 2.3, 2 * np.pi * 1.3),
        ((5, 12, 5), 0.0, 0.0),
    ],
)
def test_what_walls_leave_of_a_unit_sphere(
    centre: tuple[float, float, float], volume: float, area: float
) -> None:
    found = inside_volumes_and_areas(np.array([centre], dtype=float), np.ones(1), (10.0, 10.0, 10.0))
    assert found[0] == pytest.approx([volume], rel=1e-9, abs=1e-12)
    assert found[1] == pytest.approx([area], rel=1e-9, abs=1e-12)


def test_what_an_oblique_corner_leaves_of_a_sphere_agrees_with_counting_points() -> None:
    box, centre = (0.9, 1.1, 0.8), np.array([0.3, -0.2, 0.6])
    volume = float(inside_volumes_and_areas(centre[None], np.ones(1), box)[0][0])
    axes = [(np.arange(120) + 0.5) / 120 * edge for edge in box]
    x, y, z = np.meshgrid(*axes, indexing="ij")
    inside = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 + (z - centre[2]) ** 2 < 1.0
    assert volume == pytest.approx(float(inside.mean()) * np.prod(box), rel=1e-3)


def test_the_arrays_of_a_layout_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        two_spheres().radii[0] = 1.0


def test_statistics_of_two_spheres_by_hand() -> None:
    layout = two_spheres()
    statistics = layout_statistics(layout)
    # Volumes 4/3 pi (27 + 8) um3 in a box of 2000 um3; surfaces 4 pi (9 + 4) um2.
    assert statistics.volume_fraction == pytest.approx(4 / 3 * np.pi * 35 / 2000, rel=1e-12)
    assert statistics.mean_volume_radius == pytest.approx(np.cbrt(35 / 2) * UM, rel=1e-12)
    assert statistics.specific_surface == pytest.approx(4 * np.pi * 13 / 2000 / UM, rel=1e-12)
    # Centres sqrt(4 + 100) um apart, radii 5 um together; sphere 0 is 1 um from x = 0 and z = 0.
    assert nearest_gaps(layout) == pytest.approx(np.full(2, np.sqrt(104) - 5) * UM, rel=1e-12)
    assert statistics.minimum_gap == pytest.approx(1.0 * UM, rel=1e-12)
    # Radii 3 and 2: mean 2.5, standard deviation 0.5.
    assert statistics.relative_width == pytest.approx(0.2, rel=1e-12)
    # The small sphere holds 8/35 of the volume, so its diameter stands at the share 4/35 = 0.114, the
    # large one's at 8/35 + 27/70 = 0.614; D50 lies between, D10 below and D90 above both.
    middle = 4 + 2 * (0.5 - 4 / 35) / (43 / 70 - 4 / 35)
    assert (statistics.d10, statistics.d50, statistics.d90) == pytest.approx(
        (4 * UM, middle * UM, 6 * UM), rel=1e-12
    )


def test_the_depth_profile_is_exact_and_keeps_the_volume() -> None:
    layout = two_spheres()
    depth, fraction = depth_profile(layout, bins=5)
    assert depth == pytest.approx(np.array([2, 6, 10, 14, 18]) * UM)
    # Sphere 0 (radius 3, centre z = 4) is cut in half by z = 4: 18 pi um3 in each of two slices of 400.
    assert fraction[:2] == pytest.approx(18 * np.pi / 400, rel=1e-12)
    # Sphere 1 spans z = 12 to 16, exactly slice 3.
    assert fraction[2:] == pytest.approx([0.0, 32 / 3 * np.pi / 400, 0.0], abs=1e-15)
    assert fraction.mean() == pytest.approx(layout.volume_fraction, rel=1e-12)
    with pytest.raises(InputError, match="0 bins"):
        depth_profile(layout, bins=0)


def test_a_layout_without_particles_has_no_volume() -> None:
    empty = Layout(np.empty((0, 3)), np.empty(0), BOX)
    statistics = layout_statistics(empty)
    assert (statistics.count, statistics.volume_fraction, statistics.specific_surface) == (0, 0.0, 0.0)
    assert np.isnan(statistics.d50)


def test_a_file_keeps_the_layout(tmp_path: Path) -> None:
    layout = two_spheres()
    again = read_layout(write_layout(layout, tmp_path / "layout.csv"))
    assert again.name == "two"
    assert again.box == pytest.approx(layout.box, rel=1e-12)
    assert again.centres == pytest.approx(layout.centres, abs=1e-17)
    assert again.radii == pytest.approx(layout.radii, abs=1e-17)
    assert list(tmp_path.iterdir()) == [tmp_path / "layout.csv"]


def test_units_and_column_order_of_a_file_count(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("# box [m]: 1e-5, 1e-5, 2e-5\nradius [nm],z [m],y [um],x [mm]\n3000,4e-6,5,0.004\n")
    layout = read_layout(path)
    assert layout.name == "other"
    assert layout.radii == pytest.approx([3e-6])
    assert layout.centres == pytest.approx(np.array([[4e-6, 5e-6, 4e-6]]))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x [um],y [um],z [um],radius [um]\n5,5,5,1\n", "does not say its box"),
        ("# box [um]: 10, 10\nx [um],y [um],z [um],radius [um]\n", "three numbers"),
        ("# box [um]: 10, 10, 20\n", "no column line"),
        ("# box [um]: 10, 10, 20\nx [um],y [um],z [um]\n5,5,5\n", r"'radius \[unit\]' is missing"),
        ("# box [um]: 10, 10, 20\nx,y,z,radius\n5,5,5,1\n", "is missing"),
        ("# box [inch]: 10, 10, 20\nx [um],y [um],z [um],radius [um]\n", "unit 'inch'"),
        ("# box [um]: 10, 10, 20\nx [px],y [um],z [um],radius [um]\n5,5,5,1\n", "unit 'px'"),
        ("# box [um]: 10, 10, 20\nx [um],y [um],z [um],radius [um]\n5,5,five,1\n", "row 1"),
        ("# box [um]: 10, 10, 20\nx [um],y [um],z [um],radius [um]\n5,5,5,1\n5,5\n", "row 2"),
    ],
)
def test_a_file_that_is_not_a_layout_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=words):
        read_layout(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_layout(tmp_path / "none.csv")


def test_the_shipped_layout_is_the_electrode_of_the_paper() -> None:
    layout = shipped_layout("rve-52")
    statistics = layout_statistics(layout)
    assert layout.name == "rve-52"
    assert layout.box == pytest.approx((20 * UM, 20 * UM, 40 * UM), rel=1e-12)
    assert statistics.count == 52
    assert statistics.volume_fraction == pytest.approx(0.41, rel=1e-9)
    # 52 spheres in 0.41 * 16000 um3: radius of mean volume (0.41 * 16000 / 52 * 3 / 4 / pi)^(1/3).
    assert statistics.mean_volume_radius == pytest.approx(3.1113 * UM, rel=1e-4)
    assert 0.20 <= statistics.relative_width <= 0.25
    assert 0.15 * UM <= statistics.minimum_gap <= 0.25 * UM
    assert np.abs(statistics.profile_fraction - 0.41).max() < 0.06


def test_an_unknown_layout_is_named_with_those_there_are() -> None:
    with pytest.raises(InputError, match="rve-52"):
        shipped_layout("rve-25")


def test_gaps_are_widened_by_shrinking_no_more_than_needed() -> None:
    centres = np.array([[5, 5, 4], [5, 5, 9], [5, 5, 16]]) * UM
    layout = Layout(centres, np.array([3, 2, 1.5]) * UM, BOX)
    wide = with_minimum_gap(layout, 0.5 * UM)
    # The touching pair shares the 0.5 um as 3 : 2; the third sphere is far from everything.
    assert wide.radii == pytest.approx(np.array([2.7, 1.8, 1.5]) * UM, rel=1e-12)
    assert wide.minimum_gap() == pytest.approx(0.5 * UM, rel=1e-9)
    with pytest.raises(InputError, match="leaves nothing of particle"):
        with_minimum_gap(layout, 4.5 * UM)


def test_a_crop_keeps_whole_spheres_and_moves_the_origin() -> None:
    part = crop(two_spheres(), (0.0, 0.0, 10 * UM), (10 * UM, 10 * UM, 20 * UM))
    assert part.box == pytest.approx((10 * UM, 10 * UM, 10 * UM))
    assert part.centres == pytest.approx(np.array([[6, 5, 4]]) * UM)
    with pytest.raises(InputError, match="does not lie within the box"):
        crop(two_spheres(), (0.0, 0.0, 0.0), (10 * UM, 10 * UM, 30 * UM))


def test_a_picture_is_written(tmp_path: Path) -> None:
    path = layout_picture(two_spheres(), tmp_path / "two.png")
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
