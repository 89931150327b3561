"""Numbers of states, samples and averages from closed forms written here once more, or worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.special import wofz
from support.synthetic_result import synthetic_records, write_synthetic_result

from chemomech.errors import InputError
from chemomech.geometry import Layout
from chemomech.solver.results import Result
from chemomech.validation.instruments import (
    BOTTOM,
    TOP,
    CloudField,
    Cut,
    Diffractometer,
    ElectrodeState,
    ElectronYield,
    FluorescenceYield,
    Nexafs,
    PositionField,
    RadialField,
    SingleParticleIcp,
    Tomograph,
    UniformField,
    mirrored,
    state_from_cut,
    state_from_nodes,
    state_from_result,
)
from chemomech.validation.instruments.attenuation import NMC622, XrayMaterial
from chemomech.validation.instruments.line_shapes import LineShapes, SelfAbsorption, Spectrum
from chemomech.validation.instruments.nickel import LinearNickel, RockSalt
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
from chemomech.validation.instruments.tomography import SeverityScale, blurred, severe_network

CENTRES = np.array([[5e-6, 5e-6, 5e-6], [5e-6, 5e-6, 15e-6]])
RADII = np.array([3e-6, 4e-6])
BOX = (10e-6, 10e-6, 20e-6)
SHARE = LinearNickel(1.0, 0.0)


def state(field=None, **entries) -> ElectrodeState:  # type: ignore[no-untyped-def]
    return ElectrodeState(CENTRES, RADII, BOX, field or UniformField(np.array([0.5, 0.7])), **entries)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


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
    assert top.rays == 4
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


# --- states and fields


def test_a_state_is_inside_its_box_to_rounding() -> None:
    edge = np.array(BOX)
    inside = state().contains(
        np.array([[0.0, 0.0, 0.0], edge, edge * [1, 1, 1 + 1e-10], edge * [1, 1, 1.001]])
    )
    assert inside.tolist() == [True, True, True, False]
    assert not state().contains(np.array([[-1e-9, 5e-6, 5e-6]]))[0]


def test_numbers_of_particles_may_be_one_for_all() -> None:
    made = state(surface_layer=2e-9, path_resistance=np.array([1.0, np.inf]))
    assert made.surface_layer.tolist() == [2e-9, 2e-9]
    assert made.path_resistance.tolist() == [1.0, np.inf]
    assert state().volumes == pytest.approx(4 / 3 * np.pi * RADII**3, rel=1e-12, abs=0)
    assert state().read(1, CENTRES[:1]).tolist() == [0.7]
    assert state().read(np.array([1, 0]), CENTRES).tolist() == [0.7, 0.5]
    for centres, radii in ((CENTRES, RADII * [1.0, np.nan]), (CENTRES * np.inf, RADII), (CENTRES, RADII * 0)):
        with pytest.raises(InputError, match="not a positive finite number"):
            ElectrodeState(centres, radii, BOX, UniformField(np.ones(2)))
    for box in ((1e-5, 1e-5), (1e-5, np.inf, 1e-5)):
        with pytest.raises(InputError, match="three edges greater than 0 m"):
            ElectrodeState(CENTRES, RADII, box, UniformField(np.ones(2)))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="0 centres and 0 radii"):
        ElectrodeState(np.empty((0, 3)), np.empty(0), BOX, UniformField(np.ones(0)))
    with pytest.raises(InputError, match=r"first at \(5, 5, 15\) um"):
        state(UniformField(np.array([0.5, np.nan]))).read(np.array([0, 1]), CENTRES)


def test_a_radial_profile_ends_one_percent_outside() -> None:
    field = RadialField(CENTRES, RADII, np.array([[0.1, 0.2, 0.3], [0.0, 0.0, 0.0]]))
    points = CENTRES[:1] + 3e-6 * np.array(
        [[0.0, 0.0, 0.5], [0.0, 0.0, 1.0], [0.0, 0.0, 1.009], [0.0, 0.0, 1.02]]
    )
    found = field(np.zeros(4, dtype=np.int64), points)
    assert found[:3] == pytest.approx([0.1 + 0.05 + 0.3 / 16, 0.6, 0.6])
    assert np.isnan(found[3])


def test_a_cloud_carries_values_as_far_as_its_reach() -> None:
    known = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1e-7], [0.0, 1e-7, 0.0], [1e-7, 0.0, 0.0]])
    field = CloudField(known, np.array([1.0, 1.0, 1.0, 1.0]), np.zeros(4, dtype=np.int64), reach=1e-6)
    asked = np.array([[-0.99e-6, 0.0, 0.0], [-1.01e-6, 0.0, 0.0]])
    found = field(np.zeros(2, dtype=np.int64), asked)
    assert found[0] == pytest.approx(1.0)
    assert np.isnan(found[1])
    # Another particle at the same place has no value.
    assert np.isnan(field(np.ones(1, dtype=np.int64), known[:1]))[0]


def test_a_cloud_weighs_near_points_more() -> None:
    # One value stands out at 1 um; the farther away, the less it is seen.
    z = np.linspace(0.0, 3e-6, 31)
    line = np.column_stack([np.zeros(31), np.zeros(31), z])
    values = np.where(np.arange(31) == 10, 1.0, 0.0)
    field = CloudField(line, values, np.zeros(31, dtype=np.int64), reach=1e-6, neighbours=8)
    found = field(np.zeros(3, dtype=np.int64), line[[10, 12, 15]])
    assert found[0] > found[1] > abs(found[2])
    assert found[0] < 0.4


def test_a_cloud_is_a_weighted_fit_of_a_plane_to_its_neighbours() -> None:
    known = rng().uniform(0.0, 4e-6, (200, 3))
    values = np.sin(known @ np.array([4e5, -3e5, 2e5]))
    asked = rng(1).uniform(1e-6, 3e-6, (20, 3))
    field = CloudField(known, values, np.zeros(200, dtype=np.int64), reach=2e-6)
    found = field(np.zeros(20, dtype=np.int64), asked)
    for point, value in zip(asked, found, strict=True):
        distance = np.linalg.norm(known - point, axis=1)
        near = np.argsort(distance)[:12]
        root = np.exp(-((distance[near] / distance[near[-1]]) ** 2))  # of the weight exp(-2 (d/d_12)^2)
        plane = np.column_stack([np.ones(12), known[near] - point])
        scaled = plane * [1.0, 1e6, 1e6, 1e6]
        fit, *_ = np.linalg.lstsq(scaled * root[:, None], values[near] * root, rcond=None)
        assert value == pytest.approx(fit[0], abs=1e-6)


def test_a_cloud_with_fewer_points_than_neighbours_takes_them_all() -> None:
    known = np.array([[0.0, 0.0, 0.0], [1e-6, 0.0, 0.0]])
    field = CloudField(known, np.array([1.0, 3.0]), np.zeros(2, dtype=np.int64), reach=1e-6)
    # In a line the slope across is open and set to zero; along it the fit is exact.
    found = field(np.zeros(2, dtype=np.int64), np.array([[0.25e-6, 0.0, 0.0], [0.5e-6, 0.3e-6, 0.0]]))
    assert found == pytest.approx([1.5, 2.0], abs=1e-6)


def test_a_reflection_swaps_sides_of_both_axes() -> None:
    made = state(
        PositionField(lambda p: p[:, 1] / 10e-6), fracture_index=np.array([1.0, 2.0]), surface_layer=1e-9,
        path_resistance=np.array([3.0, 4.0]), volumes=np.array([5e-18, 6e-18]),
    )  # fmt: skip
    double = mirrored(made, 1)
    assert double.box == (10e-6, 20e-6, 20e-6)
    assert double.centres[2:] == pytest.approx(CENTRES * [1, 1, 1] + [0.0, 10e-6, 0.0], abs=1e-18)
    assert double.read(np.array([2]), np.array([[5e-6, 16e-6, 5e-6]])) == pytest.approx([0.4])
    assert double.require_fracture_index().tolist() == [1.0, 2.0, 1.0, 2.0]
    assert double.path_resistance.tolist() == [3.0, 4.0, 3.0, 4.0]
    assert double.volumes.tolist() == [5e-18, 6e-18, 5e-18, 6e-18]
    assert double.surface_layer.tolist() == [1e-9] * 4
    assert double.radii.tolist() == [*RADII, *RADII]
    assert mirrored(state(), 0).fracture_index is None


# --- results


def test_between_stored_steps_a_state_is_interpolated(tmp_path: Path) -> None:
    records = synthetic_records()
    time = records["time"]
    with Result.open(write_synthetic_result(tmp_path / "run")) as result:
        made = state_from_result(result, float(0.25 * time[80] + 0.75 * time[81]))
        mean = records["mean_stoichiometry"]
        assert particle_means(made) == pytest.approx(0.25 * mean[80] + 0.75 * mean[81], abs=1e-9)
        index = records["energy_release_ratio"]
        assert made.fracture_index == pytest.approx(0.25 * index[80] + 0.75 * index[81])
        for step in (0, -1):
            end = state_from_result(result, float(time[step]))
            assert particle_means(end) == pytest.approx(mean[step], abs=1e-9)
        assert made.volumes == pytest.approx(records["particle_volume"], abs=0)
        assert (made.path_resistance == 0.0).all()
        # The box is that of the recorded cut.
        assert made.box == pytest.approx((20e-6, 20e-6, 40e-6), rel=1e-6)
        open_circuit = state_from_result(result, 100.0, contact_conductance=0.0)
        assert np.isinf(open_circuit.path_resistance).all()
        core = records["core_stoichiometry"][80]
        s = (np.arange(4000) + 0.5) / 4000
        weight = s**2 * np.exp(-((s / 0.25) ** 2))
        profile = state_from_result(result, float(time[80])).stoichiometry
        along = profile(
            np.zeros(4000, dtype=np.int64), made.centres[0] + made.radii[0] * s[:, None] * [0, 0, 1.0]
        )
        assert weight @ along / weight.sum() == pytest.approx(core[0], abs=1e-6)


def test_a_cut_is_found_within_one_percent_of_its_time(tmp_path: Path) -> None:
    with Result.open(write_synthetic_result(tmp_path / "run")) as result:
        assert "150" in state_from_cut(result, 151.0).name
        with pytest.raises(InputError, match="no cut at 152 s; the nearest is at 150 s"):
            state_from_cut(result, 152.0)
        made = state_from_cut(result, 150.0, surface_layer=1e-9)
        assert made.surface_layer[0] == 1e-9
        # Values are carried two grid points away, no farther.
        step = float(np.diff(np.asarray(result.dataset["cut_x"])).min())
        particle, points, fraction = Cut(float(result.dataset["cut_y"])).random_points(made, 400, rng())
        inner = fraction < 0.5
        on, near = particle[inner], points[inner]
        assert np.isfinite(made.stoichiometry(on, near + [0.0, 1.8 * step, 0.0])).all()
        assert np.isnan(made.stoichiometry(on, near + [0.0, 2.01 * step, 0.0])).all()


def test_without_a_cut_the_box_holds_the_particles(tmp_path: Path) -> None:
    drop = tuple(name for name in synthetic_records() if name.startswith("cut_"))
    records = synthetic_records()
    with Result.open(write_synthetic_result(tmp_path / "run", drop=drop)) as result:
        made = state_from_result(result, 100.0)
    for axis, name in ((0, "particle_x"), (1, "particle_y")):
        assert made.box[axis] == pytest.approx(
            np.max(records[name] + records["particle_radius"]), rel=1e-12, abs=0
        )


def test_points_belong_to_the_sphere_they_lie_deepest_in() -> None:
    layout = Layout(CENTRES, RADII, BOX)
    outward = np.array([0.0, 0.0, 1.0])
    points = np.vstack([CENTRES[0] + 3e-6 * f * outward for f in (0.0, 0.5, -0.5, 1.04)] + [CENTRES[1]])
    values = np.array([0.1, 0.2, 0.0, 0.3, 0.9])
    made = state_from_nodes(layout, points, values)
    assert made.read(np.array([0, 1]), CENTRES) == pytest.approx([0.1, 0.9], abs=1e-3)
    # A value is carried half the smallest radius, 1.5 um, if nothing else is said.
    beyond = CENTRES[1] + np.array([[0.0, 0.0, 1.6e-6]])
    with pytest.raises(InputError, match="is not known at"):
        made.read(1, beyond)
    assert state_from_nodes(layout, points, values, reach=2e-6).read(1, beyond) == pytest.approx([0.9])
    with pytest.raises(InputError, match="1 of 5 points lie outside"):
        state_from_nodes(layout, np.vstack([points[:4], CENTRES[0] + 3e-6 * 1.06 * outward]), values)


# --- spectra


def test_a_line_is_the_voigt_profile_of_its_widths() -> None:
    sigma = 0.3 / 2.3548200450309493
    energy = np.array([850.0, 853.0, 853.5, 871.0, 872.0])

    def voigt(x: np.ndarray, gamma: float) -> np.ndarray:
        return np.asarray(np.real(wofz((x + 1j * gamma) / sigma / np.sqrt(2))) / sigma / np.sqrt(2 * np.pi))

    found = LineShapes().spectrum(1.0, energy).intensity
    assert found == pytest.approx(voigt(energy - 853.0, 0.6) + 0.5 * voigt(energy - 871.0, 0.8), rel=1e-9)
    mixed = LineShapes(oscillator_ratio=1.5).spectrum(0.25, energy).intensity
    third = voigt(energy - 855.5, 0.6) + 0.5 * voigt(energy - 873.0, 0.8)
    assert mixed == pytest.approx(0.25 * found + 0.75 * 1.5 * third, rel=1e-9)
    whole = LineShapes().spectrum(0.5)
    assert (whole.energy[0], whole.energy[-1], len(whole.energy)) == (840.0, 890.0, 501)
    assert Spectrum(np.array([1.0, 3.0]), np.array([2.0, 6.0])).at(2.0) == 4.0
    assert whole.peak_ratio == pytest.approx(whole.at(853.0) / whole.at(855.5))


def test_self_absorption_is_the_stated_quotient() -> None:
    below, out = (1.0 / float(NMC622.attenuation_length(e)) for e in (845.0, 850.0))
    background = below + out * np.sin(np.radians(30.0)) / np.sin(np.radians(60.0))
    spectrum = Spectrum(np.array([853.0, 860.0]), np.array([0.5, 0.1]))
    seen = SelfAbsorption(NMC622, 30.0, 60.0).distorted(spectrum)
    assert seen.intensity == pytest.approx(
        spectrum.intensity * background / (background + 2e7 * spectrum.intensity), rel=1e-12
    )
    # The white line of a pure phase is about four times the attenuation below the edge.
    peak = LineShapes().spectrum(1.0).at(853.0)
    assert 2e7 * peak / below == pytest.approx(4.0, rel=0.15)
    recorded = FluorescenceYield(incidence=30.0, emission=60.0, self_absorbed=True).recorded(spectrum)
    assert recorded.intensity == pytest.approx(seen.intensity)
    assert FluorescenceYield().recorded(spectrum) is spectrum
    assert ElectronYield().recorded(spectrum) is spectrum


def test_attenuation_goes_with_density() -> None:
    double = XrayMaterial(NMC622.formula, 2.0 * NMC622.density)
    assert double.attenuation_length(853.0) == pytest.approx(
        0.5 * NMC622.attenuation_length(853.0), rel=1e-12, abs=0
    )
    pair = NMC622.attenuation_length(np.array([[853.0], [850.0]]))
    assert pair.shape == (2, 1)
    # Hydrogen at 1000 eV has 7.22 cm2/g (Hubbell and Seltzer, NIST): 1.39 mm at 1 g/cm3.
    assert float(XrayMaterial("H", 1000.0).attenuation_length(1000.0)) == pytest.approx(
        1.4e-3, rel=0.1, abs=0
    )


def test_layer_and_bulk_share_the_signal_by_depth() -> None:
    # x = exp(-z/d) on a flat rim, below a layer h: the bulk starts at h with the weight exp(-h/lambda).
    radius, h, d = 1e-3, 3e-9, 20e-9
    depth = PositionField(lambda p: np.exp(-(radius - np.linalg.norm(p - 2e-3, axis=1)) / d))
    one = ElectrodeState(np.full((1, 3), 2e-3), np.array([radius]), (4e-3,) * 3, depth, surface_layer=h)
    mode = ElectronYield()
    length = mode.decay_length
    found = Nexafs(mode, bulk=SHARE, layer=RockSalt(), noise=0.0).read_particle(one, 0, rng()).ni2_share.value
    kept = np.exp(-h / length)
    assert found == pytest.approx((1 - kept) + kept * np.exp(-h / d) / (1 + length / d), abs=2e-4)
    # A layer that follows lithium does so in its middle.
    follows = Nexafs(mode, bulk=SHARE, layer=SHARE, noise=0.0).read_particle(one, 0, rng()).ni2_share.value
    assert follows == pytest.approx(
        (1 - kept) * np.exp(-h / 2 / d) + kept * np.exp(-h / d) / (1 + length / d), abs=2e-4
    )


def test_nexafs_looks_all_over_a_face_and_says_where() -> None:
    apart = ElectrodeState(
        np.array([[3e-6, 5e-6, 5e-6], [17e-6, 5e-6, 5e-6]]), np.array([3e-6, 3e-6]), (20e-6, 10e-6, 9e-6),
        UniformField(np.array([0.2, 0.6])),
    )  # fmt: skip
    found = Nexafs(bulk=SHARE, noise=0.0, spots=4000).read(apart, rng())
    assert found.ni2_share.value == pytest.approx(0.4, abs=0.01)
    assert (found.ni2_share.samples, found.place) == (2, "separator side")
    assert found.ni2_share.uncertainty == pytest.approx(0.2, rel=0.05)
    assert found.decay_length == ElectronYield().decay_length
    assert found.spectrum.intensity == pytest.approx(LineShapes().spectrum(found.ni2_share.value).intensity)
    whole = Nexafs(bulk=SHARE, noise=0.0).read_particle(apart, 1, rng())
    assert (whole.place, whole.ni2_share.samples) == ("particle 1", 400)
    tilted = PositionField(lambda p: 0.5 + (p[:, 0] - 17e-6) / 20e-6 + (p[:, 2] - 5e-6) / 50e-6)
    ring = ElectrodeState(apart.centres, apart.radii, apart.box, tilted)
    section = Nexafs(bulk=SHARE, noise=0.0, spots=4000).read_section(ring, 1, 0.5, rng())
    assert section.ni2_share.value == pytest.approx(0.5, abs=0.005)
    # Points at half the radius: x varies by sqrt(a^2 + b^2) r / sqrt(2) with a = 1/20, b = 1/50 per um.
    spread = np.hypot(1 / 20, 1 / 50) * 1.5 / np.sqrt(2.0)
    assert section.ni2_share.uncertainty == pytest.approx(spread / np.sqrt(4000), rel=0.05)
    # Half of a particle that a wall cuts is not there.
    walled = ElectrodeState(
        np.array([[0.0, 5e-6, 5e-6]]), np.array([3e-6]), (20e-6, 10e-6, 9e-6),
        PositionField(lambda p: np.where(p[:, 0] > -1e-7, 0.3, np.nan)),
    )  # fmt: skip
    assert 150 < Nexafs(noise=0.0).read_particle(walled, 0, rng()).ni2_share.samples < 250
    noisy = [Nexafs(bulk=SHARE, noise=0.03).read(apart, rng(k)).ni2_share.value for k in range(200)]
    assert np.std(noisy) == pytest.approx(0.03, rel=0.2)


# --- many particles


def test_the_slope_of_the_standards_has_its_error() -> None:
    icp = SingleParticleIcp(particles=2, relative_width=0.3, standard_particles=20, standards=(1.0, 0.5))
    made = [icp.read_particles(np.full(2, 0.5), np.ones(2), rng(k)).slope for k in range(600)]
    # Means of 20 with errors of 0.3/sqrt(20) of themselves, through the origin.
    expected = 2.0 * 0.3 / np.sqrt(20) * np.sqrt(1.0 + 0.5**4) / 1.25
    assert np.std([m.value for m in made]) == pytest.approx(expected, rel=0.1)
    assert np.mean([m.uncertainty for m in made]) == pytest.approx(expected, rel=0.02)
    assert np.mean([m.value for m in made]) == pytest.approx(2.0, rel=0.02)
    assert made[0].samples == 2


def test_particles_in_the_window_and_no_others_are_measured() -> None:
    def seen(low: float, high: float) -> set[float]:
        icp = SingleParticleIcp(smallest_radius=low, largest_radius=high, relative_width=0.0, particles=50)
        return set(np.round(icp.read(state(), rng()).lithiation, 9).tolist())

    assert seen(0.0, 3e-6) == {0.5}
    assert seen(4e-6, 1.0) == {0.7}
    assert seen(3e-6, 4e-6) == {0.5, 0.7}
    with pytest.raises(InputError, match="is empty"):
        SingleParticleIcp(smallest_radius=1e-6, largest_radius=1e-6)
    lithium = np.array([0.3, 0.3, 0.3, 0.1])
    reading = SingleParticleIcp(particles=4000, relative_width=0.05).read_particles(
        lithium, np.ones(4), rng()
    )
    # A quarter lies below the frame: it diverges and is not above.
    assert reading.diverging.value == pytest.approx(0.25 + 0.75 * 0.0455, abs=0.03)
    assert reading.above.value < 0.05
    assert reading.centre == pytest.approx(0.295, abs=0.01)


def test_positions_of_peaks_scatter_by_their_noise_and_give_a_and_c() -> None:
    instrument = Diffractometer(position_noise=1e-3)
    pair = Diffractometer(position_noise=1e-3, reflections=((0, 0, 3), (1, 0, 1)))
    made = [pair.peaks(np.array([0.7]), np.ones(1), rng(k))[0].two_theta for k in range(120)]
    exact = instrument.peaks(np.array([0.7]), np.ones(1))[0]
    assert np.std(made) == pytest.approx(1e-3, rel=0.2)
    assert np.mean(made) == pytest.approx(exact.two_theta, abs=3e-4)
    # Weights: one part in four at another place moves the centre by a quarter of the distance.
    ends = [instrument.peaks(np.array([x]), np.ones(1))[2].two_theta for x in (0.6, 0.8)]
    mixed = instrument.peaks(np.array([0.6, 0.8]), np.array([3.0, 1.0]))[2]
    assert mixed.two_theta == pytest.approx(0.75 * ends[0] + 0.25 * ends[1], rel=1e-9)
    spread = np.sqrt(3.0 / 16.0) * abs(ends[1] - ends[0])
    assert mixed.width == pytest.approx(np.hypot(0.01, 2.3548200450 * spread), rel=1e-6)
    assert mixed.microstrain == pytest.approx(
        np.radians(2.3548200450 * spread) / 4 / np.tan(np.radians(mixed.two_theta / 2)), rel=1e-9
    )
    # The profile has its two lines, three to one, as wide as the instrument.
    height = np.interp(ends, *(lambda o: (mixed.angle[o], mixed.intensity[o]))(np.argsort(mixed.angle)))
    assert height[0] / height[1] == pytest.approx(3.0, rel=0.1)
    assert height[0] == pytest.approx(0.75 * 2.3548200450 / 0.01 / np.sqrt(2 * np.pi), rel=0.1)
    assert mixed.angle[0] == pytest.approx(min(ends) - 5 * 0.01 / 2.3548200450, abs=1e-6)
    assert mixed.angle[-1] == pytest.approx(max(ends) + 5 * 0.01 / 2.3548200450, abs=1e-6)


def test_classes_begin_at_their_thresholds() -> None:
    scale = SeverityScale(0.3, 1.0)
    assert scale.classes(np.array([0.29, 0.3, 0.99, 1.0, 5.0])).tolist() == [0, 1, 1, 2, 2]
    assert SeverityScale(0.5, 0.5).classes(np.array([0.4, 0.5])).tolist() == [0, 2]


def test_a_reader_misreads_into_the_neighbouring_class() -> None:
    count = 6000
    spots = rng().uniform(1e-6, 9e-6, (count, 3))
    index = np.repeat([0.0, 0.5, 2.0], count // 3)
    many = ElectrodeState(
        spots, np.full(count, 1e-7), (10e-6,) * 3, UniformField(np.zeros(count)), fracture_index=index
    )
    shares = [s.value for s in Tomograph(misread=0.3, neighbours=1).read(many, rng()).shares]
    # A third each: 0.7 stay; mild ones go to either side.
    assert shares == pytest.approx([(0.7 + 0.15) / 3, (0.7 + 0.6) / 3, (0.7 + 0.15) / 3], abs=0.015)


def test_windows_are_as_thick_as_asked_and_leave_out_empty_ones() -> None:
    made = state(fracture_index=np.array([0.0, 2.0]))
    reading = Tomograph(window=7e-6).read(made, rng())
    # 20 um hold three windows of 7 um: 6.67 um each; the middle one has no centre.
    assert [(1e6 * w.low, 1e6 * w.high) for w in reading.windows] == [
        (0.0, pytest.approx(20 / 3)),
        (pytest.approx(40 / 3), pytest.approx(20.0)),
    ]
    assert (reading.windows[0].least.value, reading.windows[1].severe.value) == (1.0, 1.0)
    assert len(Tomograph(window=1.0).read(made, rng()).windows) == 1
    top = ElectrodeState(
        CENTRES * [1, 1, 0] + [0, 0, 20e-6], RADII, BOX, UniformField(np.zeros(2)), fracture_index=np.zeros(2)
    )
    assert Tomograph().read(top, rng()).windows[0].low == pytest.approx(10e-6)


def test_a_network_joins_as_many_neighbours_as_asked() -> None:
    line = np.column_stack([np.full(4, 1e-6), np.full(4, 1e-6), 1e-6 * np.array([1.0, 2.0, 4.0, 8.0])])
    four = ElectrodeState(line, np.full(4, 1e-7), BOX, UniformField(np.zeros(4)))
    single = severe_network(four, np.arange(4), neighbours=1)
    assert sorted(map(tuple, single.edges.tolist())) == [(0, 1), (1, 2), (2, 3)]
    assert sorted(1e6 * single.lengths) == pytest.approx([1.0, 2.0, 4.0])
    assert single.density == pytest.approx(4 / 2e-15)
    pair = severe_network(four, np.array([1, 3]))
    assert pair.edges.tolist() == [[1, 3]]
    assert pair.length_spread is None
    alone = severe_network(four, np.array([2]))
    assert (len(alone.edges), alone.density) == (0, pytest.approx(1 / 2e-15))
    assert len(severe_network(four, np.arange(4)).edges) == 6


def test_a_blur_has_its_width_along_both_axes_and_leaves_flat_images_flat() -> None:
    image = np.zeros((61, 81))
    image[30, 40] = 1.0
    seen = blurred(image, 10e-9, 50e-9)
    sigma = 5.0 / 2.3548200450309493
    rows, columns = np.mgrid[-30:31, -40:41]
    exact = np.exp(-0.5 * (rows**2 + columns**2) / sigma**2)
    assert seen == pytest.approx(exact / exact.sum(), abs=1e-5)
    assert blurred(np.full((9, 9), 0.3), 10e-9) == pytest.approx(np.full((9, 9), 0.3))
