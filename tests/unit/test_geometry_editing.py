"""Layouts changed, described and written: with cut and overlapping spheres, contacts and ids."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.geometry import (
    ContactList,
    CropThickness,
    DepthGradient,
    Layout,
    LogNormalSizes,
    PeriodicSides,
    RepackThickness,
    StackThickness,
    coordination,
    depth_profile,
    layout_statistics,
    mirror,
    pack,
    read_layout,
    tile,
    with_thickness,
    write_layout,
)
from chemomech.geometry.statistics import shared_volumes

UM = 1e-6
BOX = (10 * UM, 10 * UM, 20 * UM)


def three_spheres() -> Layout:
    """One cut in half by x = 0, one that overlaps it, one on its own."""
    return Layout(
        np.array([[0, 5, 4], [3, 5, 4], [6, 5, 14]]) * UM,
        np.array([2, 2, 3]) * UM,
        BOX,
        "three",
        np.array([7, 40, 3]),
        np.array([True, False, False]),
        ContactList(np.array([[0, 1]]), np.array([5.5 * UM**2])),
        (0.5 * UM, 0.5 * UM, 0.4 * UM),
    )


def test_a_file_keeps_ids_border_flags_contacts_and_voxel_size(tmp_path: Path) -> None:
    layout = three_spheres()
    path = write_layout(layout, tmp_path / "three.csv")
    assert path.read_text().startswith("# chemomech particle layout 2\n")
    again = read_layout(path)
    assert again.centres == pytest.approx(layout.centres, abs=1e-17)
    assert again.ids.tolist() == [7, 40, 3]
    assert again.at_border.tolist() == [True, False, False]
    assert again.voxel_size == pytest.approx(layout.voxel_size, rel=1e-12)
    assert again.contacts is not None
    assert again.contacts.pairs.tolist() == [[0, 1]]
    assert again.contacts.areas == pytest.approx([5.5 * UM**2])


def test_a_layout_without_extras_is_written_in_the_first_version(tmp_path: Path) -> None:
    plain = Layout(np.array([[5, 5, 5]]) * UM, np.array([2]) * UM, BOX)
    text = write_layout(plain, tmp_path / "plain.csv").read_text()
    assert text.startswith("# chemomech particle layout 1\n")
    assert "id" not in text.splitlines()[4]
    assert read_layout(tmp_path / "plain.csv").contacts is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("7,40,5.5", "7,41,5.5"), "contact 1 .* names particle 41"),
        (("area [um2]", "area [um]"), "unit 'um', which is not one of m2"),
        (("first,second", "first,other"), "the column 'other' of .* is unknown or there twice"),
        (("7,40,5.5", "7,forty,5.5"), "row 1"),
        (("voxel size [um]: 0.5, 0.5, 0.4", "voxel size [um]: 0.5"), "the voxel size line"),
        ((",40,0", ",4.5,0"), "row 2"),
        ((",40,0", ",7,0"), "the id 7 more than once"),
    ],
)
def test_what_is_wrong_in_a_second_version_file_is_said(
    tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    path = write_layout(three_spheres(), tmp_path / "three.csv")
    text = path.read_text()
    assert change[0] in text
    path.write_text(text.replace(*change))
    with pytest.raises(InputError, match=words):
        read_layout(path)


def test_a_mirror_image_turned_again_is_the_layout() -> None:
    layout = three_spheres()
    turned = mirror(layout, 2)
    assert turned.centres[:, 2] == pytest.approx(np.array([16, 16, 6]) * UM)
    assert mirror(turned, 2).centres == pytest.approx(layout.centres)
    assert turned.ids.tolist() == layout.ids.tolist()
    with pytest.raises(InputError, match="the axis is 3"):
        mirror(layout, 3)


def test_tiles_repeat_spheres_ids_and_contacts() -> None:
    layout = tile(three_spheres(), (1, 2, 2))
    assert len(layout) == 12
    assert layout.box == pytest.approx((10 * UM, 20 * UM, 40 * UM))
    assert layout.volume_fraction == pytest.approx(three_spheres().volume_fraction, rel=1e-12)
    assert layout.ids.tolist()[:6] == [7, 40, 3, 48, 81, 44]
    assert layout.contacts is not None
    assert layout.contacts.pairs.tolist() == [[0, 1], [3, 4], [6, 7], [9, 10]]


def test_mirrored_tiles_make_halves_on_the_seam_whole() -> None:
    layout = tile(mirror(three_spheres(), 0), (2, 1, 1), mirrored=True)
    assert len(layout) == 5
    assert layout.volume_fraction == pytest.approx(three_spheres().volume_fraction, rel=1e-12)
    assert not layout.is_cut.any()
    assert layout.contacts is not None
    assert len(layout.contacts) == 1  # the twin's contact goes with it


def test_what_cannot_be_tiled_is_refused() -> None:
    with pytest.raises(InputError, match="particle 0 .* is cut by a wall .* mirror images"):
        tile(three_spheres(), (2, 1, 1))
    beyond = Layout(np.array([[-1, 5, 5]]) * UM, np.array([2]) * UM, BOX)
    with pytest.raises(InputError, match="centre beyond a wall .* whole spheres"):
        tile(beyond, (2, 1, 1), mirrored=True)
    with pytest.raises(InputError, match="number of tiles"):
        tile(three_spheres(), (0, 1, 1))


def test_the_thickness_can_be_cropped_stacked_and_packed_anew() -> None:
    layout = three_spheres()
    assert with_thickness(layout, 10 * UM, CropThickness()).ids.tolist() == [7, 40]
    stacked = with_thickness(layout, 30 * UM, StackThickness())
    # The image of the third sphere stands at z = 26 with its top at 29.
    assert stacked.thickness == pytest.approx(30 * UM)
    assert stacked.centres[:, 2] == pytest.approx(np.array([4, 4, 14, 26]) * UM)
    own = pack(BOX, LogNormalSizes(1.5 * UM), volume_fraction=0.2, seed=1)
    packed = with_thickness(own, 30 * UM, RepackThickness(seed=2))
    assert packed.box == pytest.approx((10 * UM, 10 * UM, 30 * UM))
    assert packed.volume_fraction == pytest.approx(own.volume_fraction, rel=1e-9)
    with pytest.raises(InputError, match="stack or re-pack"):
        with_thickness(layout, 30 * UM, CropThickness())
    # The upper face would cut two spheres of radius 2 at z = 4; they stay, and slide in with their overlap.
    thin = with_thickness(layout, 5 * UM, CropThickness())
    assert thin.ids.tolist() == [7, 40]
    assert thin.centres[:, 2] + 2 * UM == pytest.approx([5 * UM, 5 * UM])
    assert thin.centres[1, 0] - thin.centres[0, 0] == pytest.approx(3 * UM)
    with pytest.raises(InputError, match="no particle .* lies below"):
        with_thickness(layout, 1.9 * UM, CropThickness())


def test_statistics_know_overlaps_cuts_and_coordination() -> None:
    statistics = layout_statistics(three_spheres())
    # Two spheres of radius 2, centres 3 apart: each loses a cap of height 1/2, pi h^2 (3 R - h) / 3.
    lens = 2 * np.pi * 0.25 * 5.5 / 3
    assert statistics.overlaps == 1
    assert statistics.overlap_fraction == pytest.approx(lens / 2000)
    assert statistics.at_border == 1
    assert statistics.coordination == pytest.approx(2 / 3)
    assert statistics.minimum_gap == pytest.approx(-2 * UM)
    # Diameters 4, 4, 6 stand at the shares 1/6, 1/2 and 5/6.
    numbers = (statistics.number_d10, statistics.number_d50, statistics.number_d90)
    assert numbers == pytest.approx((4 * UM, 4 * UM, 6 * UM))
    # Half a ball, a ball, and a larger ball.
    assert statistics.volume_fraction == pytest.approx(4 / 3 * np.pi * (4 + 8 + 27) / 2000, rel=1e-9)


def test_without_a_contact_list_touching_and_overlapping_spheres_are_in_contact() -> None:
    layout = Layout(np.array([[2, 5, 5], [5, 5, 5], [7.5, 5, 5]]) * UM, np.array([1.5, 1.5, 0.9]) * UM, BOX)
    assert coordination(layout).tolist() == [1, 1, 0]


def test_a_sphere_inside_another_shares_all_of_itself() -> None:
    layout = Layout(np.array([[5, 5, 5], [5.5, 5, 5]]) * UM, np.array([3, 1]) * UM, BOX)
    assert shared_volumes(layout, np.array([[0, 1]])) == pytest.approx([4 / 3 * np.pi * UM**3])


def test_the_depth_profile_counts_only_what_lies_in_the_box() -> None:
    _, fraction = depth_profile(three_spheres(), 10)
    assert fraction.mean() == pytest.approx(three_spheres().volume_fraction, rel=1e-9)
    # The slices from 2 to 4 and 4 to 6 um hold half of the first two spheres each: 3/4 of a ball of radius 2.
    assert fraction[1:3] == pytest.approx(0.75 * 32 / 3 * np.pi / 200, rel=1e-9)


def test_periodic_sides_reach_a_fraction_of_55_percent_for_a_realistic_width() -> None:
    layout = pack(
        (16 * UM, 16 * UM, 24 * UM),
        LogNormalSizes(3 * UM, 0.3),
        volume_fraction=0.55,
        minimum_gap=0.05 * UM,
        seed=1,
        sides=PeriodicSides(),
    )
    assert layout.volume_fraction == pytest.approx(0.55, rel=1e-8)
    assert layout.pair_gaps(below=UM)[1].min() >= 0.05 * UM
    gaps = layout.wall_gaps()
    assert gaps[:, [2, 5]].min() >= 0.05 * UM
    # What leaves at one side comes in at the other: as often at x = 0 as at x = Lx.
    left, right = layout.radii[gaps[:, 0] < 0], layout.radii[gaps[:, 3] < 0]
    assert sorted(left) == pytest.approx(sorted(right))


@pytest.mark.parametrize("slope", [0.3, -0.3])
def test_a_packing_follows_a_depth_gradient(slope: float) -> None:
    layout = pack(
        (24 * UM, 24 * UM, 40 * UM),
        LogNormalSizes(2 * UM, 0.2),
        volume_fraction=0.35,
        minimum_gap=0.1 * UM,
        seed=4,
        sides=PeriodicSides(),
        gradient=DepthGradient(slope),
    )
    depth, fraction = depth_profile(layout, 8)
    assert layout.volume_fraction == pytest.approx(0.35, rel=1e-8)
    assert layout.pair_gaps(below=UM)[1].min() >= 0.1 * UM
    inner = slice(1, -1)  # the slices at the walls hold a sparse layer
    found = np.polyfit(2 * depth[inner] / (40 * UM) - 1, fraction[inner], 1)
    assert found[0] / found[1] == pytest.approx(slope, abs=0.1)
    with pytest.raises(InputError, match="the depth gradient = 1"):
        DepthGradient(1.0)
