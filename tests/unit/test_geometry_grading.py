"""Nodes of a particle drawn to its surface, by hand on one cell."""

from __future__ import annotations

import numpy as np
import pytest

from chemomech.geometry import MESH_PRESETS, Layout, MeshOptions, generate_free_particles
from chemomech.geometry.curving import EDGES, Ball, CurvedMesh
from chemomech.geometry.grading import draw_to_surface

RADIUS = 2.0
CENTRE = np.array([5.0, 5.0, 5.0])


def cell() -> tuple[CurvedMesh, Ball]:
    """Three corners on the sphere, one at half its depth; mid-edge nodes of the surface on the sphere."""
    corners = CENTRE + RADIUS * np.array([[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0], [0.3, 0.3, np.sqrt(0.07)]])
    nodes = np.vstack([corners, 0.5 * (corners[EDGES[:, 0]] + corners[EDGES[:, 1]])])
    for middle, (_first, second) in enumerate(EDGES, start=4):
        if second < 3:
            arm = nodes[middle] - CENTRE
            nodes[middle] = CENTRE + RADIUS * arm / np.linalg.norm(arm)
    cells = np.arange(10)[None, :]
    return CurvedMesh(nodes, cells), Ball(cells, np.arange(10), CENTRE, np.ones(10), 1.0)


def test_depth_becomes_its_power_and_the_surface_stays() -> None:
    mesh, ball = cell()
    before = mesh.nodes.copy()
    draw_to_surface(mesh, ball, RADIUS, 2.0)
    depth = 1.0 - np.linalg.norm(mesh.nodes - CENTRE, axis=1) / RADIUS
    assert depth[3] == pytest.approx(0.25, abs=1e-12)  # was 0.5
    on_sphere = np.abs(np.linalg.norm(before - CENTRE, axis=1) - RADIUS) < 1e-9
    assert np.count_nonzero(on_sphere) == 6
    np.testing.assert_array_equal(mesh.nodes[on_sphere], before[on_sphere])


def test_edges_inside_stay_straight() -> None:
    mesh, ball = cell()
    draw_to_surface(mesh, ball, RADIUS, 2.0)
    for middle, (first, second) in enumerate(EDGES, start=4):
        if second == 3:
            np.testing.assert_allclose(
                mesh.nodes[middle], 0.5 * (mesh.nodes[first] + mesh.nodes[second]), atol=1e-12
            )


def test_an_exponent_of_one_moves_nothing() -> None:
    mesh, ball = cell()
    before = mesh.nodes.copy()
    draw_to_surface(mesh, ball, RADIUS, 1.0)
    np.testing.assert_allclose(mesh.nodes, before, atol=1e-12)


def test_every_preset_is_graded_and_a_graded_sphere_keeps_its_volume() -> None:
    assert {options.surface_grading for options in MESH_PRESETS.values()} == {2.0}
    layout = Layout(np.array([[4.0, 4.0, 4.0]]) * 1e-6, np.array([3.0e-6]), (8e-6, 8e-6, 8e-6))
    depths = {}
    for exponent in (1.0, 2.0):
        options = MeshOptions(
            interface_size=1.2e-6, particle_size=1.2e-6, matrix_size=1.2e-6, smallest_size=1.2e-6,
            separator_size=1.2e-6, electrode_separator_size=1.2e-6, surface_grading=exponent,
        )  # fmt: skip
        mesh = generate_free_particles(layout, options)
        assert mesh.quality.particle_volume_error < 1e-9
        assert mesh.quality.minimum_jacobian > 0.0
        points = mesh.mesh.geometry.x
        depth = 3.0 - np.linalg.norm(points - 4.0, axis=1)
        depths[exponent] = np.sort(depth[depth > 1e-3])
    assert len(depths[1.0]) == len(depths[2.0])
    assert np.median(depths[2.0]) < 0.7 * np.median(depths[1.0])
