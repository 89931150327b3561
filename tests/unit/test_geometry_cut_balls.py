"""Volumes and surfaces of fused spheres that sides cut, against closed forms and counting."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from chemomech.geometry import Layout
from chemomech.geometry.contacts import Fuse, necks_of, particle_shapes
from chemomech.geometry.contacts.arcs import angle_left, frame_across
from chemomech.geometry.contacts.collars import collar
from chemomech.geometry.contacts.necks import Neck

UM = 1e-6
BOX = (10 * UM, 10 * UM, 20 * UM)
POINTS = 200_000

# Cut by x = 0, the first in three necks: two intersection circles and, upwards, a collar.
CROSS = ([[1, 5, 8], [4, 5, 8], [1, 5, 11.55], [1, 1.8, 8]], [2, 1.5, 1.5, 1.5])
# Overlapping all together, and cut by an upright edge of the box.
CORNER = ([[0.9, 1.1, 8], [2.9, 1.0, 8.2], [1.2, 2.8, 8.9]], [2.0, 1.8, 1.6])


def fused(centres: list[list[float]], radii: list[float]) -> Layout:
    before = Layout(np.array(centres) * UM, np.array(radii) * UM, BOX, "fused")
    after = Fuse().apply(before).layout
    np.testing.assert_allclose(after.centres, before.centres, rtol=1e-12)  # nothing had to give way
    np.testing.assert_allclose(after.radii, before.radii, rtol=1e-12)
    return after


def cap(radius: float, height: float) -> npt.NDArray[np.float64]:
    """Volume and curved surface of a cap."""
    return np.array([np.pi * height**2 * (3 * radius - height) / 3, 2 * np.pi * radius * height])


def ball(radius: float) -> npt.NDArray[np.float64]:
    return np.array([4 / 3 * np.pi * radius**3, 4 * np.pi * radius**2])


def test_every_neck_and_side_takes_its_cap_off_a_particle() -> None:
    layout = fused(*CROSS)
    shapes = particle_shapes(layout)
    near = (3.0**2 + 2**2 - 1.5**2) / 6.0  # planes of the two circles from the first centre
    below = (3.2**2 + 2**2 - 1.5**2) / 6.4
    wide = 0.35 * 1.5  # radius of the collar
    large, small = 2 - np.sqrt(4 - wide**2), 1.5 - np.sqrt(1.5**2 - wide**2)
    length = 0.05 + large + small
    tube = np.array([np.pi * wide**2 * length, 2 * np.pi * wide * length])
    expected = np.array(
        [
            ball(2) - cap(2, 1) - cap(2, 2 - near) - cap(2, 2 - below) - cap(2, large),
            ball(1.5) - cap(1.5, 1.5 - (3.0 - near)),
            ball(1.5) - cap(1.5, 0.5) - cap(1.5, small) + tube,
            ball(1.5) - cap(1.5, 0.5) - cap(1.5, 1.5 - (3.2 - below)),
        ]
    )
    assert shapes.volumes / UM**3 == pytest.approx(expected[:, 0], rel=1e-5)
    assert shapes.areas / UM**2 == pytest.approx(expected[:, 1], rel=2e-5)
    discs = {1: np.pi * (4 - near**2), 2: np.pi * wide**2, 3: np.pi * (4 - below**2)}
    assert layout.contacts is not None
    found = {
        int(other): float(area) / UM**2
        for (_, other), area in zip(layout.contacts.pairs, shapes.neck_areas, strict=True)
    }
    assert found == pytest.approx(discs, rel=1e-9)


def test_spheres_around_a_common_point_and_an_edge_share_what_is_nearest_by_power() -> None:
    # A point belongs to the sphere of least |x - c|^2 - R^2; the standard error of each count is below 0.2 %.
    layout = fused(*CORNER)
    shapes = particle_shapes(layout)
    assert len(shapes.neck_areas) == 3
    centres, radii, random = layout.centres / UM, layout.radii / UM, np.random.default_rng(5)

    def belongs(points: npt.NDArray[np.float64], particle: int) -> npt.NDArray[np.bool_]:
        power = ((points[:, None] - centres) ** 2).sum(axis=2) - radii**2
        mine = power[:, particle] <= np.delete(power, particle, axis=1).min(axis=1)
        return mine & (points >= 0.0).all(axis=1) & (points <= np.asarray(BOX) / UM).all(axis=1)

    for particle, (centre, radius) in enumerate(zip(centres, radii, strict=True)):
        ways = random.normal(size=(POINTS, 3))
        ways /= np.linalg.norm(ways, axis=1)[:, None]
        depth = np.cbrt(random.random((POINTS, 1)))
        for value, points, whole in (
            (shapes.volumes[particle] / UM**3, centre + radius * depth * ways, ball(radius)[0]),
            (shapes.areas[particle] / UM**2, centre + radius * ways, ball(radius)[1]),
        ):
            share = float(belongs(points, particle).mean())
            error = np.sqrt(share * (1.0 - share) / POINTS)
            assert error < 2e-3
            assert value / whole == pytest.approx(share, abs=3.5 * error)


def test_the_order_of_the_necks_changes_nothing() -> None:
    layout = fused(*CORNER)
    necks = necks_of(layout)
    one, other = particle_shapes(layout, necks), particle_shapes(layout, necks[::-1])
    assert (one.volumes == other.volumes).all()
    assert (one.areas == other.areas).all()
    assert (one.neck_areas == other.neck_areas[::-1]).all()


def test_what_is_remembered_is_not_what_a_caller_changed() -> None:
    layout = fused(*CROSS)
    first = particle_shapes(layout)
    kept = first.volumes.copy()
    for values in (first.volumes, first.areas, first.neck_areas):
        values[:] = 0.0
    assert (particle_shapes(layout).volumes == kept).all()
    smaller = Layout(layout.centres, layout.radii * 0.99, BOX)
    assert (particle_shapes(smaller).volumes < kept).all()


def test_arcs_that_overlap_count_once() -> None:
    # Against 20 000 points on each of 300 circles; every end of an arc is off by a point at most.
    random = np.random.default_rng(7)
    normals = random.normal(size=(5, 3))
    normals /= np.linalg.norm(normals, axis=1)[:, None]
    offsets, axis = random.uniform(-0.1, 0.6, 5), np.array([0.6, 0.0, 0.8])
    frame, ring = frame_across(axis), random.uniform(0.05, 1.0, 300)
    middle = random.uniform(-0.5, 0.5, (300, 1)) * axis
    angles = np.linspace(0.0, 2 * np.pi, 20_000, endpoint=False)
    around = np.cos(angles)[:, None] * frame[0] + np.sin(angles)[:, None] * frame[1]
    counted = [
        float(((m + r * around) @ normals.T <= offsets).all(axis=1).mean())
        for m, r in zip(middle, ring, strict=True)
    ]
    assert min(counted) < 0.2
    assert max(counted) == 1.0
    left = angle_left(normals, offsets, middle, ring, frame) / (2 * np.pi)
    assert left == pytest.approx(np.array(counted), abs=10 / 20_000)


@pytest.mark.parametrize(("middle", "share"), [(3.0, 1.0), (0.0, 0.5), (-3.0, 0.0)])
def test_a_side_through_the_middle_of_a_collar_leaves_half(middle: float, share: float) -> None:
    layout = Layout(np.array([[middle, 5, 8], [middle, 5, 12.1]]) * UM, np.array([4, 4]) * UM, BOX)
    neck = Neck(0, 1, np.array([0.0, 0.0, 1.0]), 1.0 * UM, 2.0 * UM, 0.5 * UM)
    volume, side = collar(layout, neck)
    assert volume / UM**3 == pytest.approx(share * np.pi * 0.5, rel=1e-9)
    assert side / UM**2 == pytest.approx(share * 2 * np.pi * 0.5, rel=1e-9)
