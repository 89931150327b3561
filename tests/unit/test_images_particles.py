"""Particles in images: told apart, measured, and turned into spheres."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.images import MICRO, ball, labelled, phases_of

from chemomech.errors import InputError
from chemomech.geometry.images import (
    MemoryLimit,
    NeckRatio,
    Orientation,
    PeakDepth,
    PhaseValues,
    SeparationRule,
    extract_from_phases,
    layout_of,
    measure_particles,
    read_labels,
    read_phases,
    separate,
    surface_by_crofton,
    surface_by_faces,
    surface_by_mesh,
)
from chemomech.geometry.images.extraction import radii_inside
from chemomech.geometry.images.merging import merged
from chemomech.geometry.images.stack import ImageStack

PAIR = (40, 40, 60)
SMALL_MEMORY = MemoryLimit(5e6)


def two_balls(distance: float) -> np.ndarray:
    """Two balls of radius 12 about the middle of the image, apart along the last axis."""
    middle = np.array(PAIR) / 2
    away = np.array([0, 0, distance / 2])
    return ball(PAIR, middle - away, 12.0) | ball(PAIR, middle + away, 12.0)


def crowd(seed: int, shape: tuple[int, int, int], count: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    image = np.zeros(shape, dtype=bool)
    for _ in range(count):
        image |= ball(shape, generator.random(3) * shape, generator.uniform(3.0, 5.0))
    return image


@pytest.mark.parametrize(
    ("rule", "expected"),
    [(NeckRatio(0.8), 2), (NeckRatio(0.5), 1), (PeakDepth(3 * MICRO), 2), (PeakDepth(7 * MICRO), 1)],
)
def test_the_neck_decides_whether_two_overlapping_balls_are_one_particle(
    rule: NeckRatio | PeakDepth, expected: int
) -> None:
    # Centres 20 apart: the neck has the radius sqrt(144 - 100) = 6.6, 0.55 of the balls' 12; 5.4 below the
    # peak.
    assert len(separate(phases_of(two_balls(20.0)), SeparationRule(merging=rule)).image) == expected


def test_basins_are_joined_from_the_highest_saddle_down_with_the_higher_peak_standing_for_both() -> None:
    peaks = np.array([10.0, 4.0, 9.0]) * MICRO
    pairs, saddles = np.array([[0, 1], [1, 2]]), np.array([3.6, 3.5]) * MICRO
    # 3.6 / 4 joins 1 to 0; then 3.5 is a neck between peaks of 10 and 9, and far too narrow.
    assert merged(peaks, pairs, saddles, NeckRatio(0.8)).tolist() == [0, 0, 2]
    assert merged(peaks, pairs, saddles, NeckRatio(0.95)).tolist() == [0, 1, 2]
    assert merged(peaks, pairs, saddles, PeakDepth(6 * MICRO)).tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    "make", [lambda: NeckRatio(1.2), lambda: PeakDepth(-1.0), lambda: SeparationRule(-1.0)]
)
def test_rules_out_of_range_are_refused(make: object) -> None:
    with pytest.raises(InputError, match="choose"):
        make()  # type: ignore[operator]


def test_slabs_give_the_particles_of_the_whole_stack() -> None:
    phases = phases_of(crowd(3, (150, 30, 30), 70))
    whole = separate(phases)
    parts = separate(phases, SeparationRule(halo=25), MemoryLimit(3e6))
    assert (whole.slabs, whole.halo) == (1, 0)
    assert parts.slabs > 3
    assert len(parts.image) == len(whole.image) > 20
    both = np.unique(np.column_stack([whole.image.labels.ravel(), parts.image.labels.ravel()]), axis=0)
    assert len(both) == len(whole.image) + 1  # each label meets one label, and nothing meets nothing


def test_slabs_and_labels_in_a_file_give_the_same_particles(tmp_path: Path) -> None:
    generator = np.random.default_rng(9)
    image = np.zeros((150, 30, 30), dtype=bool)
    for _ in range(60):
        image |= ball(image.shape, generator.random(3) * image.shape, 2.6)
    phases = phases_of(image)
    whole = separate(phases)
    parts = separate(phases, SeparationRule(halo=12), MemoryLimit(1e6, tmp_path))
    assert isinstance(parts.image.labels, np.memmap)
    assert parts.slabs > 10
    assert np.array_equal(parts.image.labels > 0, whole.image.labels > 0)
    assert len(parts.image) == len(whole.image)


def test_anisotropic_voxels_give_round_particles() -> None:
    index = (np.indices((16, 48, 48)) + 0.5) * np.array([3.0, 1.0, 1.0])[:, None, None, None]
    image = ((index - 24.0) ** 2).sum(axis=0) < 14.0**2
    stack = ImageStack(phases_of(image).stack.source, (3 * MICRO, MICRO, MICRO))
    found = extract_from_phases(read_phases(stack, PhaseValues(1)))
    assert found.layout.radii == pytest.approx([14 * MICRO], rel=0.01)
    assert found.layout.centres[0] == pytest.approx(np.full(3, 24 * MICRO), rel=1e-6)
    assert found.layout.voxel_size == pytest.approx((MICRO, MICRO, 3 * MICRO))


def test_the_halo_follows_from_the_largest_particle() -> None:
    parts = separate(phases_of(crowd(3, (150, 30, 30), 70)), memory=MemoryLimit(4e6))
    # Balls of at most 5 overlap; three inscribed radii, six voxels for the smoothing.
    assert 15 <= parts.halo <= 36


def test_fragments_go_to_the_neighbour_they_touch_or_are_removed() -> None:
    image = ball((30, 30, 30), (15, 15, 15), 9.0)
    image[5, 15, 15] = True  # a voxel on the pole of the ball
    image[2, 2, 2] = True  # one on its own
    found = separate(phases_of(image), SeparationRule(smoothing=0.0, merging=NeckRatio(1.0)))
    assert len(found.image) == 1
    assert (found.removed_fragments, found.removed_voxels) == (1, 1)
    assert np.count_nonzero(found.image.labels) == np.count_nonzero(image) - 1


def test_nothing_but_fragments_is_refused() -> None:
    with pytest.raises(InputError, match="smaller than 1000000 voxels"):
        separate(phases_of(two_balls(30.0)), SeparationRule(fragment_voxels=1_000_000))


def test_a_stack_too_large_for_the_memory_is_refused_with_need_and_remedy() -> None:
    with pytest.raises(InputError, match=r"needs 0\.\d+ GB, and the memory limit is 0\.001 GB; .*--bin"):
        separate(phases_of(two_balls(20.0)), memory=MemoryLimit(1e6))
    with pytest.raises(InputError, match="at least 1 MB"):
        MemoryLimit(1.0)


def test_particles_are_measured_by_hand_the_same_in_slabs() -> None:
    labels = np.zeros((6, 5, 5), dtype=np.int32)
    labels[0:2, 1:3, 1:3] = 1
    labels[2:4, 1:3, 1:4] = 2
    binder = np.zeros(labels.shape, dtype=bool)
    binder[4, 1:3, 1:4] = True  # below particle 2
    phases = phases_of(labels > 0, binder)
    for limit in (MemoryLimit(), MemoryLimit(1e6)):
        table = measure_particles(labelled(labels, phases), limit)
        assert table.voxels.tolist() == [8, 12]
        assert table.centres == pytest.approx(np.array([[1, 2, 2], [3, 2, 2.5]]) * MICRO)
        assert table.touches.tolist() == [[True] + [False] * 5, [False] * 6]
        assert table.at_border.tolist() == [True, False]
        assert table.contacts.pairs.tolist() == [[0, 1]]
        assert table.contact_areas == pytest.approx([4 * MICRO**2])
        # Particle 1 has 16 free faces on its sides; particle 2 has 2 above, 6 below and 20 around.
        assert table.exposed_faces.tolist() == [[0, 8, 8], [8, 12, 8]]
        assert table.binder_faces.tolist() == [[0, 0, 0], [6, 0, 0]]
        assert table.binder_coverage == pytest.approx([0.0, 6 / 28])


def test_slabs_of_one_plane_measure_the_same() -> None:
    found = separate(phases_of(crowd(5, (40, 25, 25), 25), crowd(6, (40, 25, 25), 25)))
    one, other = (measure_particles(found.image, limit) for limit in (MemoryLimit(), MemoryLimit(1e6)))
    for name in ("voxels", "touches", "exposed_faces", "binder_faces", "contact_areas"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert one.centres == pytest.approx(other.centres, rel=1e-12)


def test_an_oblique_contact_has_its_plane_area() -> None:
    index = np.indices((40, 40, 40))
    disk = (index[0] - 19.5) ** 2 + (index[1] - 19.5) ** 2 + (index[2] - 19.5) ** 2 < 18**2
    labels = np.where(disk, 1 + (index.sum(axis=0) > 58.5), 0)
    table = measure_particles(labelled(labels))
    # A plane of normal (1, 1, 1) through the middle of a ball of radius 18; half a voxel of its rim is lost.
    assert table.contact_areas == pytest.approx([np.pi * 18**2 * MICRO**2], rel=0.04)


def test_surface_estimates_of_a_ball() -> None:
    phases = phases_of(ball((40, 40, 40), (20.2, 19.9, 20.4), 15.3))
    sphere = 4 * np.pi * 15.3**2 * MICRO**2
    assert surface_by_faces(phases).area == pytest.approx(1.5 * sphere, rel=0.01)
    assert surface_by_crofton(phases).area == pytest.approx(sphere, rel=0.01)
    assert surface_by_mesh(phases).area == pytest.approx(sphere, rel=0.01)
    for estimate in (surface_by_faces, surface_by_crofton, surface_by_mesh):
        parts = estimate(phases, MemoryLimit(1.5e6))
        assert parts.area == pytest.approx(estimate(phases).area, rel=1e-6)


@pytest.mark.parametrize("estimate", [surface_by_faces, surface_by_crofton, surface_by_mesh])
def test_a_plane_has_its_specific_surface_whatever_the_slabs(estimate: object) -> None:
    image = np.zeros((60, 20, 20), dtype=bool)
    image[:, :, :10] = True
    phases = phases_of(image)
    whole = estimate(phases).specific  # type: ignore[operator]
    parts = estimate(phases, MemoryLimit(1e6)).specific  # type: ignore[operator]
    assert parts == pytest.approx(whole, rel=1e-6)
    # One plane within 19 voxels; Crofton with 13 directions sees an axis-parallel plane 8 % too small.
    tolerance = 0.1 if estimate is surface_by_crofton else 1e-4
    assert whole == pytest.approx(1 / (19 * MICRO), rel=tolerance)


def test_crofton_wants_cubes() -> None:
    stack = ImageStack(phases_of(two_balls(20.0)).stack.source, (2 * MICRO, MICRO, MICRO))
    phases = phases_of(two_balls(20.0))
    with pytest.raises(InputError, match="cubic voxels"):
        surface_by_crofton(type(phases)(stack, phases.values, phases.counts))


def test_balls_come_out_as_spheres_with_their_contact() -> None:
    found = extract_from_phases(phases_of(two_balls(20.0)))
    layout = found.layout
    assert layout.box == pytest.approx((60 * MICRO, 40 * MICRO, 40 * MICRO))
    assert layout.voxel_size == pytest.approx((MICRO, MICRO, MICRO))
    assert layout.volume_fraction == pytest.approx(
        np.count_nonzero(two_balls(20.0)) / np.prod(PAIR), rel=1e-9
    )
    # Each is a ball less a cap of height 2, and its centre of mass lies further out.
    less = np.pi * 4 / 3 * (36 - 2)
    assert layout.radii == pytest.approx(np.full(2, np.cbrt(12**3 - less * 3 / 4 / np.pi)) * MICRO, rel=3e-3)
    assert sorted(layout.centres[:, 0]) == pytest.approx(np.array([19.8, 40.2]) * MICRO, abs=0.1 * MICRO)
    assert layout.contacts is not None
    assert layout.contacts.pairs.tolist() == [[0, 1]]
    # The voxels on either side of the neck lie 9.5 from the centre of their ball.
    assert layout.contacts.neck_radii == pytest.approx([np.sqrt(144 - 9.5**2) * MICRO], rel=0.03)
    assert not layout.at_border.any()


def test_the_collector_can_lie_at_either_end_of_any_axis() -> None:
    labels = np.zeros((12, 20, 30), dtype=np.int32)
    labels[ball(labels.shape, (4, 8, 10), 3.0)] = 1
    table = measure_particles(labelled(labels))
    places = {
        (0, False): (10, 8, 4),
        (0, True): (10, 8, 8),
        (1, False): (10, 4, 8),
        (2, True): (8, 4, 20),
    }
    for (axis, last), centre in places.items():
        layout = layout_of(table, labelled(labels), Orientation(axis, last))
        assert layout.centres[0] == pytest.approx(np.array(centre) * MICRO, abs=1e-9)
        assert layout.box[2] == pytest.approx(labels.shape[axis] * MICRO)
    with pytest.raises(InputError, match="thickness axis is 3"):
        Orientation(3)


def test_a_cut_particle_keeps_its_volume_inside_the_box() -> None:
    labels = ball((20, 24, 24), (2, 12, 12), 9.0).astype(np.int32)
    layout = layout_of(measure_particles(labelled(labels)), labelled(labels))
    assert layout.at_border.tolist() == layout.is_cut.tolist() == [True]
    assert layout.particle_volumes == pytest.approx([labels.sum() * MICRO**3], rel=1e-8)
    with pytest.raises(InputError, match="no sphere about the centre of particle 0"):
        radii_inside(np.array([[1.0, 1.0, 1.0]]), np.array([9.0]), (2.0, 2.0, 2.0))


def test_labels_of_any_integer_type_become_particles_with_their_own_names() -> None:
    labels = np.zeros((4, 8, 8), dtype=np.int64)
    labels[1:3, 1:3, 1:3], labels[1:3, 4:6, 4:6], labels[0, 7, 7] = 70_000, 5_000_000_000, -3
    image = read_labels(ImageStack.from_array(labels, MICRO), background=(0, -3))
    assert image.names.tolist() == [70_000, 5_000_000_000]
    assert np.unique(image.labels).tolist() == [0, 1, 2]
    assert layout_of(measure_particles(image), image).ids.tolist() == [70_000, 5_000_000_000]
    with pytest.raises(InputError, match="holds no particle"):
        read_labels(ImageStack.from_array(np.zeros((3, 3, 3), dtype=np.uint8), MICRO))
    with pytest.raises(InputError, match="not whole numbers"):
        read_labels(ImageStack.from_array(np.full((3, 3, 3), 0.5), MICRO))


def test_thousands_of_labels_are_kept_apart() -> None:
    labels = np.zeros((2 * 14, 2 * 15, 2 * 15), dtype=np.uint16)
    labels[::2, ::2, ::2] = np.arange(1, 14 * 15 * 15 + 1).reshape(14, 15, 15)
    image = read_labels(ImageStack.from_array(labels, MICRO))
    assert len(image) == len(measure_particles(image)) == 3150


def test_a_label_image_larger_than_half_of_the_bound_lies_in_a_file(tmp_path: Path) -> None:
    limit = MemoryLimit(1e6, tmp_path)
    large = limit.label_image((50, 60, 60))
    assert isinstance(large, np.memmap)
    assert not isinstance(limit.label_image((5, 6, 6)), np.memmap)
    large[3, 4, 5] = 7
    assert int(large.sum()) == 7
    assert list(tmp_path.iterdir()) == []
