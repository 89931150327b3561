"""Where instruments look and how readings are averaged: values from closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from support.two_spheres import TALL, rng

from chemomech.errors import InputError
from chemomech.validation.instruments import (
    BOTTOM,
    TOP,
    Cut,
    ElectrodeState,
    RadialField,
    UniformField,
)
from chemomech.validation.instruments.reading import mean_reading, share_reading
from chemomech.validation.instruments.sampling import (
    ball_rule,
    directions,
    first_hits,
    particle_means,
    random_cut,
    random_directions,
    volume_samples,
)

CENTRES, RADII, BOX = TALL.centres, TALL.radii, TALL.box

state = TALL.state


# --- readings


def test_means_and_shares_have_their_closed_errors() -> None:
    values = np.array([1.0, 2.0, 4.0, 9.0])
    found = mean_reading(values, "Pa", noise=1.5)
    assert (found.value, found.samples, found.unit) == (4.0, 4, "Pa")
    assert found.uncertainty == pytest.approx(np.sqrt(38.0 / 3.0 / 4.0 + 2.25))
    assert mean_reading(values[:1], "Pa", noise=0.5).uncertainty == 0.5
    assert mean_reading(values[:1], "Pa").uncertainty == 0.0
    assert mean_reading(values[:2], "Pa").uncertainty == pytest.approx(0.5)
    share = share_reading(3, 10)
    assert share.value == pytest.approx(0.3)
    # (3 + 1/2)/11 = 7/22; sqrt(7/22 x 15/22 / 11).
    assert share.uncertainty == pytest.approx(np.sqrt(7 * 15 / 22**2 / 11), rel=1e-12)


# --- where an instrument looks


def test_directions_fill_equal_bands_of_the_sphere() -> None:
    found = directions(100)
    assert found[:, 2] == pytest.approx(1.0 - 0.02 * (np.arange(100) + 0.5))
    assert (found**2).mean(axis=0) == pytest.approx(np.full(3, 1 / 3), abs=0.005)
    # Neighbours are the golden angle apart.
    turn = np.diff(np.unwrap(np.arctan2(found[:, 1], found[:, 0])))
    assert np.mod(turn, 2 * np.pi) == pytest.approx(np.full(99, np.pi * (np.sqrt(5.0) - 1.0)))
    drawn = random_directions(20000, rng())
    assert np.linalg.norm(drawn, axis=1) == pytest.approx(np.ones(20000))
    assert (drawn**2).mean(axis=0) == pytest.approx(np.full(3, 1 / 3), abs=0.01)
    assert np.abs(drawn.mean(axis=0)).max() < 0.02


def test_the_ball_rule_is_exact_to_its_degree() -> None:
    points, weight = ball_rule(shells=3, per_shell=10)
    radius = np.linalg.norm(points, axis=1)
    assert len(points) == 30
    for power in range(4):
        assert weight @ radius**power == pytest.approx(3.0 / (power + 3.0), rel=1e-12)
    assert len(ball_rule()[0]) == 156


def test_volume_samples_stand_for_the_volumes_of_the_particles() -> None:
    values, particle, volume = volume_samples(state())
    assert np.bincount(particle, weights=volume) == pytest.approx(4 / 3 * np.pi * RADII**3, rel=1e-9, abs=0)
    assert values == pytest.approx(np.array([0.5, 0.7])[particle])
    assert len(values) == 2 * 156
    # A sphere that a wall halves has the volume it is given, on the inner side.
    half = ElectrodeState(
        np.array([[0.0, 5e-6, 5e-6]]), np.array([3e-6]), BOX, UniformField(np.ones(1)),
        volumes=np.array([18e-18 * np.pi]),
    )  # fmt: skip
    _, _, volume = volume_samples(half)
    assert volume.sum() == pytest.approx(18e-18 * np.pi, rel=1e-9, abs=0)
    assert 60 < len(volume) < 96


def test_particle_means_weigh_by_volume() -> None:
    # x = s^2: the mean over a ball is 3/5.
    field = RadialField(CENTRES, RADII, np.array([[0.0, 1.0, 0.0], [0.2, 0.0, 0.7]]))
    assert particle_means(state(field)) == pytest.approx([0.6, 0.2 + 0.7 * 3 / 7], rel=1e-9)


def test_rays_meet_spheres_where_geometry_says() -> None:
    x, y = np.array([5e-6, 7.4e-6, 9.5e-6, 8.5e-6]), np.array([5e-6, 5e-6, 9.5e-6, 5e-6])
    top = first_hits(state(), TOP, x, y, 25e-6)
    assert top.particle.tolist() == [1, 1, 1]
    assert 1e6 * top.points[:, 2] == pytest.approx([19.0, 15.0 + 3.2, 15.0 + np.sqrt(16 - 3.5**2)])
    assert 1e6 * top.cover == pytest.approx([1.0, 1.8, 20.0 - 15.0 - np.sqrt(16 - 3.5**2)])
    below = first_hits(state(), BOTTOM, x, y, 25e-6)
    assert below.particle.tolist() == [0, 0, 1]
    assert 1e6 * below.points[:, 2] == pytest.approx([2.0, 5.0 - 1.8, 15.0 - np.sqrt(16 - 3.5**2)])
    assert 1e6 * below.cover == pytest.approx(1e6 * below.points[:, 2])
    assert len(first_hits(state(), TOP, x, y, 1.5e-6).particle) == 1
    # A sphere off its diagonal: x and y are not to be mixed up.
    aside = ElectrodeState(np.array([[3e-6, 7e-6, 5e-6]]), RADII[:1], BOX, UniformField(np.ones(1)))
    met = first_hits(aside, BOTTOM, np.array([3e-6, 5.4e-6]), np.array([7e-6, 7e-6]), 25e-6)
    assert 1e6 * met.points[:, 2] == pytest.approx([2.0, 5.0 - 1.8])
    assert not len(first_hits(aside, BOTTOM, np.array([7e-6]), np.array([3e-6]), 25e-6).particle)


def test_a_cut_has_points_by_area_all_over_its_sections() -> None:
    cut = Cut(5e-6)
    particle, points, fraction = cut.random_points(state(), 20000, rng())
    assert np.mean(particle == 1) == pytest.approx(16.0 / 25.0, abs=0.015)
    assert np.mean(fraction**2) == pytest.approx(0.5, abs=0.01)
    assert (points[:, 1] == 5e-6).all()
    offset = points[:, [0, 2]] - CENTRES[particle][:, [0, 2]]
    assert np.linalg.norm(offset, axis=1) == pytest.approx(fraction * RADII[particle], rel=1e-9, abs=0)
    assert np.abs((offset / RADII[particle, None]).mean(axis=0)).max() < 0.02
    assert Cut(0.0).sections(state())[0].tolist() == []
    assert Cut(10e-6).sections(state())[0].tolist() == []
    for y in (-1e-9, 10.001e-6):
        with pytest.raises(InputError, match="does not meet the box"):
            Cut(y).sections(state())


def test_where_sections_overlap_the_deeper_one_counts() -> None:
    fused = ElectrodeState(
        np.array([[4e-6, 5e-6, 5e-6], [8e-6, 5e-6, 5e-6]]), np.array([3e-6, 3e-6]), (12e-6, 10e-6, 10e-6),
        UniformField(np.ones(2)),
    )  # fmt: skip
    found = Cut(5e-6).particle_at(fused, np.array([5.9e-6, 6.1e-6, 6e-6]), np.array([5e-6, 5e-6, 9e-6]))
    assert found.tolist() == [0, 1, -1]
    assert Cut(0.5e-6).particle_at(fused, np.array([4e-6]), np.array([5e-6])).tolist() == [-1]


def test_cuts_at_random_keep_a_tenth_from_the_sides() -> None:
    found = np.array([random_cut(state(), rng(seed)).y for seed in range(400)]) / BOX[1]
    assert 0.1 <= found.min() < 0.12
    assert 0.88 < found.max() <= 0.9
    assert found.mean() == pytest.approx(0.5, abs=0.05)
