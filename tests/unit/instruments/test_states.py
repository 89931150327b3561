from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.synthetic_result import synthetic_records, write_synthetic_result

from chemomech.errors import InputError
from chemomech.geometry import Layout
from chemomech.solver.results import Result
from chemomech.validation.instruments import (
    INSTRUMENTS,
    CloudField,
    Cut,
    ElectrodeState,
    PositionField,
    RadialField,
    UniformField,
    instrument,
    mirrored,
    state_from_cut,
    state_from_nodes,
    state_from_result,
)
from chemomech.validation.instruments.reading import clustered_reading, share_reading, spread
from chemomech.validation.instruments.sampling import (
    BOTTOM,
    TOP,
    ball_rule,
    directions,
    first_hits,
    particle_means,
)

CENTRES = np.array([[5e-6, 5e-6, 5e-6], [5e-6, 5e-6, 15e-6]])
RADII = np.array([3e-6, 4e-6])
BOX = (10e-6, 10e-6, 20e-6)


def state(field=None, **entries) -> ElectrodeState:
    return ElectrodeState(CENTRES, RADII, BOX, field or UniformField(np.array([0.5, 0.7])), **entries)


def test_the_ball_rule_gives_moments_of_the_ball() -> None:
    points, weight = ball_rule()
    assert weight.sum() == pytest.approx(1.0, abs=1e-12)
    assert weight @ (points**2).sum(axis=1) == pytest.approx(3.0 / 5.0, abs=1e-12)
    assert weight @ points[:, 2] ** 2 == pytest.approx(1.0 / 5.0, rel=5e-3)


def test_directions_have_no_preferred_one() -> None:
    vectors = directions(200)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0)
    assert np.abs(vectors.mean(axis=0)).max() < 0.01


def test_a_radial_profile_has_the_means_it_was_made_from() -> None:
    profile = np.array([[0.5, 0.2, -0.1], [0.7, -0.05, 0.02]])
    s = (np.arange(20000) + 0.5) / 20000
    values = profile[:, :1] + profile[:, 1:2] * s**2 + profile[:, 2:] * s**4
    volume = (values * s**2).sum(axis=1) / (s**2).sum()
    weight = s**2 * np.exp(-((s / 0.25) ** 2))
    core = (values * weight).sum(axis=1) / weight.sum()
    field = RadialField.from_means(CENTRES, RADII, volume, profile.sum(axis=1), core, 0.25)
    assert field.coefficients == pytest.approx(profile, abs=1e-6)
    assert particle_means(state(field)) == pytest.approx(volume, abs=1e-8)


def test_a_cloud_is_exact_for_a_linear_field_and_keeps_touching_particles_apart() -> None:
    rng = np.random.default_rng(0)
    particle = rng.integers(2, size=4000)
    unit = rng.normal(size=(4000, 3))
    unit *= (rng.uniform(size=(4000, 1)) ** (1 / 3)) / np.linalg.norm(unit, axis=1, keepdims=True)
    points = CENTRES[particle] + RADII[particle, None] * unit

    def truth(points: np.ndarray, particle: np.ndarray) -> np.ndarray:
        return 0.5 + 0.2 * particle + 1e4 * points[:, 2] - 5e3 * points[:, 0]

    field = CloudField(points, truth(points, particle), particle, reach=1e-6)
    asked = CENTRES[[0, 1]] + 0.6 * RADII[:, None] * np.array([[0.0, 0.0, 1.0], [0.0, 0.6, -0.8]])
    index = np.array([0, 1])
    assert field(index, asked) == pytest.approx(truth(asked, index), abs=1e-6)
    assert np.isnan(field(np.array([0]), CENTRES[:1] + [0.0, 0.0, 8e-6]))


def test_a_field_that_does_not_cover_the_points_is_one_sentence() -> None:
    half = PositionField(lambda p: np.where(p[:, 2] < 10e-6, 0.5, np.nan))
    with pytest.raises(InputError, match=r"not known at 156 of 312 points.*give a field that covers"):
        particle_means(state(half))


def test_a_cut_that_misses_the_box_is_refused() -> None:
    with pytest.raises(InputError, match=r"cut at y = 12 um does not meet the box"):
        Cut(12e-6).sections(state())
    with pytest.raises(InputError, match="meets no particle"):
        Cut(0.5e-6).random_points(state(), 10, np.random.default_rng(0))


def test_a_cut_shows_the_radii_of_the_sections() -> None:
    particle, radius = Cut(5e-6 + 2.4e-6).sections(state())
    assert particle.tolist() == [0, 1]
    assert radius == pytest.approx([1.8e-6, 3.2e-6])
    found = Cut(5e-6).particle_at(state(), np.array([5e-6, 7.9e-6, 8.1e-6]), np.array([5e-6, 5e-6, 5e-6]))
    assert found.tolist() == [0, 0, -1]


def test_rays_meet_the_nearest_particle_of_the_face_they_come_from() -> None:
    x = y = np.array([5e-6])
    from_top = first_hits(state(), TOP, x, y, 5e-6)
    from_below = first_hits(state(), BOTTOM, x, y, 5e-6)
    assert (from_top.particle[0], from_below.particle[0]) == (1, 0)
    assert from_top.cover[0] == pytest.approx(1e-6)
    assert from_top.points[0, 2] == pytest.approx(19e-6)
    assert not len(first_hits(state(), TOP, x, y, 0.5e-6).particle)


def test_a_mirrored_state_repeats_the_field_beyond_the_side() -> None:
    tilted = PositionField(lambda p: p[:, 0] / 10e-6)
    double = mirrored(state(tilted), 0)
    assert double.box == (20e-6, 10e-6, 20e-6)
    assert len(double) == 4
    values = double.read(np.array([0, 2]), np.array([[4e-6, 5e-6, 5e-6], [16e-6, 5e-6, 5e-6]]))
    assert values == pytest.approx([0.4, 0.4])
    with pytest.raises(InputError, match="axis 0 or 1"):
        mirrored(state(), 2)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (
            {"surface_layer": np.array([1e-9, -1e-9])},
            "surface_layer of the state must be 2 numbers of at least 0 m",
        ),
        ({"path_resistance": np.ones(3)}, "path_resistance of the state must be 2 numbers"),
        ({"fracture_index": np.array([np.nan, 1.0])}, "fracture_index"),
    ],
)
def test_numbers_by_particle_are_checked(entries: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        state(**entries)


@pytest.mark.parametrize(
    ("centres", "radii", "box", "message"),
    [
        (CENTRES, RADII[:1], BOX, "2 centres and 1 radii"),
        (CENTRES, -RADII, BOX, "not a positive finite number"),
        (CENTRES, RADII, (1e-5, 0.0, 1e-5), "three edges greater than 0 m"),
    ],
)
def test_shapes_of_a_state_are_checked(centres, radii, box, message: str) -> None:
    with pytest.raises(InputError, match=message):
        ElectrodeState(centres, radii, box, UniformField(np.zeros(2)))


def test_a_result_becomes_a_state_with_its_means(tmp_path: Path) -> None:
    result = Result.open(write_synthetic_result(tmp_path / "run"))
    records = synthetic_records()
    time = float(records["time"][80])
    made = state_from_result(result, time, surface_layer=2e-9, contact_conductance=1e5)
    assert particle_means(made) == pytest.approx(records["mean_stoichiometry"][80], abs=1e-9)
    outward = made.centres + made.radii[:, None] * np.array([0.0, 0.0, 1.0])
    surface = made.read(np.arange(len(made)), outward)
    assert surface == pytest.approx(records["surface_stoichiometry"][80], abs=1e-9)
    assert made.fracture_index == pytest.approx(records["energy_release_ratio"][80])
    assert made.path_resistance == pytest.approx(1.0 / (1e5 * records["particle_area"]))
    assert made.box[2] == pytest.approx(float(records["electrode_thickness"]))
    with pytest.raises(InputError, match="ask for a time within the run"):
        state_from_result(result, 1e6)


def test_a_cut_of_a_result_is_a_state_in_its_plane_only(tmp_path: Path) -> None:
    result = Result.open(write_synthetic_result(tmp_path / "run"))
    made = state_from_cut(result, 150.0)
    y = float(result.dataset["cut_y"])
    particle, points, fraction = Cut(y).random_points(made, 200, np.random.default_rng(0))
    inner = fraction < 0.9
    values = made.read(particle[inner], points[inner])
    # The synthetic profile is mean - gradient (s^2/2 - 0.3), with the sphere's own s.
    profile = state_from_result(result, 150.0)
    assert values == pytest.approx(profile.read(particle[inner], points[inner]), abs=0.02)
    with pytest.raises(InputError, match="is not known at"):
        made.read(particle, points + [0.0, 1e-6, 0.0])
    with pytest.raises(InputError, match="no cut at 200 s; the nearest is at 150 s"):
        state_from_cut(result, 200.0)


def test_without_mechanics_there_is_no_fracture_index(tmp_path: Path) -> None:
    result = Result.open(write_synthetic_result(tmp_path / "run", mechanics=False))
    with pytest.raises(InputError, match="holds no fracture index; compute it with mechanics on"):
        state_from_result(result, 100.0).require_fracture_index()


def test_a_result_without_particles_is_refused(tmp_path: Path) -> None:
    lacking = write_synthetic_result(tmp_path / "run", drop=("core_stoichiometry",))
    with pytest.raises(InputError, match="lacks core_stoichiometry"):
        state_from_result(Result.open(lacking), 100.0)


def test_nodes_outside_every_particle_are_refused() -> None:
    layout = Layout(CENTRES, RADII, BOX)
    points = np.array([[5e-6, 5e-6, 5e-6], [5.0, 5.0, 5.0]])
    with pytest.raises(InputError, match="1 of 2 points lie outside every particle"):
        state_from_nodes(layout, points, np.array([0.5, 0.5]))
    with pytest.raises(InputError, match="give three coordinates"):
        state_from_nodes(layout, points[:, :2], np.array([0.5, 0.5]))


def test_a_sphere_cut_by_a_wall_is_read_inside_the_box_only() -> None:
    half = ElectrodeState(
        np.array([[0.0, 5e-6, 5e-6]]),
        np.array([3e-6]),
        BOX,
        PositionField(lambda p: np.where(p[:, 0] >= -1e-12, p[:, 0] / 3e-6, np.nan)),
        volumes=np.array([18e-18 * np.pi]),
    )
    assert particle_means(half)[0] == pytest.approx(3 / 8, rel=0.02)
    _, points, _ = Cut(5e-6).random_points(half, 400, np.random.default_rng(0))
    assert 150 < len(points) < 250
    assert points[:, 0].min() >= 0.0


def test_every_instrument_is_found_by_name_and_reads_a_state() -> None:
    electrode = state(PositionField(lambda p: 0.5 + 1e4 * p[:, 2]), fracture_index=np.array([0.1, 2.0]))
    small = {"nanoindentation": {"points": 3, "pitch": 1e-6}}
    for name in INSTRUMENTS:
        made = instrument(name, **small.get(name, {}))
        first, again = (made.read(electrode, np.random.default_rng(3)) for _ in range(2))
        assert type(first) is type(again)
    with pytest.raises(InputError, match="did you mean 'nexafs'"):
        instrument("nexaf")


def test_statistics_are_those_of_numpy() -> None:
    values = np.arange(1.0, 102.0)
    found = spread(values, "Pa")
    assert (found.mean, found.median, found.quartile_25, found.quartile_75) == (51.0, 51.0, 26.0, 76.0)
    assert (found.minimum, found.maximum, found.samples) == (1.0, 101.0, 101)
    assert found.mean_uncertainty == pytest.approx(np.std(values, ddof=1) / np.sqrt(101))


def test_points_on_few_particles_do_not_count_as_many() -> None:
    rng = np.random.default_rng(1)
    particle = np.repeat(np.arange(10), 100)
    values = rng.normal(size=10)[particle]
    reading = clustered_reading(values, particle, "-")
    assert reading.uncertainty == pytest.approx(np.std(values[::100], ddof=1) / np.sqrt(10), rel=0.01)


def test_no_hits_still_have_an_uncertainty() -> None:
    assert share_reading(0, 100).uncertainty == pytest.approx(0.007, abs=0.001)
    assert share_reading(50, 100).uncertainty == pytest.approx(0.05, abs=0.001)
