"""The size field and the curved cells, without gmsh: by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.geometry import MESH_PRESETS, Layout, MeshOptions
from chemomech.geometry.curving import (
    EDGES,
    Ball,
    CurvedMesh,
    match_volume,
    relative_jacobians,
    straighten_inverted,
    volumes,
)
from chemomech.geometry.size_field import SizeField

UM = 1e-6
OPTIONS = MeshOptions(
    interface_size=1.0 * UM,
    particle_size=1.4 * UM,
    matrix_size=1.6 * UM,
    smallest_size=0.3 * UM,
    separator_size=4.0 * UM,
    electrode_separator_size=1.5 * UM,
    size_per_radius=0.5,
    gap_stretch=2.0,
    gap_sag=10.0,  # out of the way: the stretch decides in these tests
    growth=0.4,
    separator_growth=0.5,
)
# Two spheres of radius 4 um whose surfaces are 0.25 um apart on the line x = y = 10 um.
PAIR = Layout(
    np.array([[10, 10, 10], [10, 10, 18.25]]) * UM, np.array([4, 4]) * UM, (20 * UM, 20 * UM, 30 * UM)
)


def size_at(*point: float) -> float:
    return float(SizeField(PAIR, OPTIONS)(np.array([point]))[0])


def test_the_size_in_a_gap_is_the_stretch_times_the_gap() -> None:
    assert size_at(10, 10, 14) == pytest.approx(2.0 * 0.25)
    assert size_at(10, 10, 14.25) == pytest.approx(2.0 * 0.25)


def test_the_size_grows_away_from_a_surface_on_both_sides() -> None:
    # The far side of the lower sphere: 6 um to the collector, so the interface size rules; 0.5 um off it.
    assert size_at(10, 10, 6) == pytest.approx(1.0)
    assert size_at(10, 10, 6.5) == pytest.approx(1.0 + 0.4 * 0.5)
    assert size_at(10, 10, 5.5) == pytest.approx(1.0 + 0.4 * 0.5)
    assert size_at(10, 10, 8.5) == pytest.approx(1.4)
    assert size_at(1, 1, 1) == pytest.approx(1.6)


def test_the_sag_of_a_chord_bounds_the_size_in_a_gap() -> None:
    field = SizeField(PAIR, replace(OPTIONS, gap_stretch=100.0, gap_sag=0.05))
    # sqrt(8 * 4 um * 0.05 * 0.25 um) = sqrt(0.4) um.
    assert field(np.array([[10, 10, 14.0]]))[0] == pytest.approx(np.sqrt(0.4))


def test_small_spheres_get_small_elements_but_not_below_the_smallest() -> None:
    small = Layout(np.full((1, 3), 10) * UM, np.array([0.8 * UM]), (20 * UM, 20 * UM, 20 * UM))
    assert SizeField(small, OPTIONS)(np.array([[10, 10, 10.8]]))[0] == pytest.approx(0.4)
    tiny = Layout(np.full((1, 3), 10) * UM, np.array([0.2 * UM]), (20 * UM, 20 * UM, 20 * UM))
    assert SizeField(tiny, OPTIONS)(np.array([[10, 10, 10.2]]))[0] == pytest.approx(0.3)


def test_the_separator_starts_fine_and_grows_to_its_size() -> None:
    assert size_at(1, 1, 30.5) == pytest.approx(1.5 + 0.5 * 0.5)
    assert size_at(1, 1, 50) == pytest.approx(4.0)


def test_the_factor_scales_every_size() -> None:
    point = np.array([[10.0, 10.0, 14.0]])
    assert SizeField(PAIR, OPTIONS, 0.9)(point) == pytest.approx(0.9 * SizeField(PAIR, OPTIONS)(point))


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("interface_size = -1 m must", {"interface_size": -1.0}),
        ("matrix_size is not a number", {"matrix_size": float("nan")}),
        ("growth = 0 must", {"growth": 0.0}),
        ("above interface_size", {"smallest_size": 2 * UM}),
        ("geometry_order is 3", {"geometry_order": 3}),
        ("attempts is empty", {"attempts": ()}),
    ],
)
def test_mesh_options_out_of_range_are_refused(words: str, change: dict[str, float]) -> None:
    with pytest.raises(InputError, match=words):
        replace(OPTIONS, **change)  # type: ignore[arg-type]


def test_presets_go_from_coarse_to_fine() -> None:
    sizes = [MESH_PRESETS[name].interface_size for name in ("coarse", "standard", "fine")]
    assert sizes == sorted(sizes, reverse=True)
    assert set(MESH_PRESETS) == {"coarse", "standard", "fine"}


def unit_tetrahedron() -> CurvedMesh:
    corners = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    middle = 0.5 * (corners[EDGES[:, 0]] + corners[EDGES[:, 1]])
    return CurvedMesh(np.vstack([corners, middle]), np.arange(10)[None, :])


def test_a_straight_cell_has_relative_jacobian_one_and_its_volume() -> None:
    mesh = unit_tetrahedron()
    assert relative_jacobians(mesh) == pytest.approx([1.0], rel=1e-12)
    assert volumes(mesh, mesh.cells) == pytest.approx([1 / 6], rel=1e-12)


def test_the_jacobian_of_a_cell_with_one_bent_edge_by_hand() -> None:
    # x = X + 4 d X (1 - X - Y - Z) moves the middle of edge 0-1 by d along that edge: the Jacobian is
    # 1 + 4 d (1 - 2X - Y - Z), linear, between 1 - 4 d (X = 1) and 1 + 4 d (origin). Its mean is 1.
    for shift in (0.1, 0.3):
        mesh = unit_tetrahedron()
        mesh.nodes[4, 0] += shift
        assert relative_jacobians(mesh) == pytest.approx([1 - 4 * shift], rel=1e-9)
        assert volumes(mesh, mesh.cells) == pytest.approx([1 / 6], rel=1e-12)


def test_an_inverted_cell_is_straightened_only_as_far_as_needed() -> None:
    mesh = unit_tetrahedron()
    mesh.nodes[4, 0] += 0.3  # Jacobian 1 - 1.2 < 0
    assert straighten_inverted(mesh) > 0
    shift = mesh.nodes[4, 0] - 0.5
    # One pass: 0.3 * 0.7 = 0.21, Jacobian 1 - 0.84 = 0.16, sound.
    assert shift == pytest.approx(0.21, rel=1e-12)
    assert relative_jacobians(mesh)[0] == pytest.approx(0.16, rel=1e-9)


def test_a_sound_cell_is_left_alone() -> None:
    mesh = unit_tetrahedron()
    mesh.nodes[4, 0] += 0.1
    before = mesh.nodes.copy()
    assert straighten_inverted(mesh) == 0
    assert np.array_equal(mesh.nodes, before)


def test_scaling_gives_the_wanted_volume_and_keeps_the_centre() -> None:
    mesh = unit_tetrahedron()
    centre = np.array([0.25, 0.25, 0.25])
    match_volume(mesh, Ball(mesh.cells, np.arange(10), centre, np.ones(10), 0.2))
    assert volumes(mesh, mesh.cells).sum() == pytest.approx(0.2, rel=1e-12)
    assert mesh.nodes[:4].mean(axis=0) == pytest.approx(centre, rel=1e-12)


def test_a_node_without_room_stays_while_the_volume_is_met() -> None:
    mesh = unit_tetrahedron()
    room = np.ones(10)
    room[3] = 0.0
    match_volume(mesh, Ball(mesh.cells, np.arange(10), np.full(3, 0.25), room, 0.18))
    assert mesh.nodes[3] == pytest.approx([0.0, 0.0, 1.0], abs=1e-15)
    assert volumes(mesh, mesh.cells).sum() == pytest.approx(0.18, rel=1e-12)


def test_a_straight_cell_turned_inside_out_has_a_negative_jacobian() -> None:
    mesh = unit_tetrahedron()
    mesh.nodes[:, 2] *= -1.0
    assert relative_jacobians(mesh) == pytest.approx([-1.0], rel=1e-12)
