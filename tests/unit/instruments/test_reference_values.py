"""Lattices, bootstraps, textures, fields and results against what they are made of."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.special import erf
from support.synthetic_result import synthetic_attributes, synthetic_records
from support.two_spheres import TALL, rng

from chemomech.errors import InputError
from chemomech.materials import active_material
from chemomech.solver.results import build_dataset
from chemomech.validation.instruments import (
    CloudField,
    Diffractometer,
    ElectrodeState,
    RadialField,
    StrainMicroscope,
    UniformField,
    state_from_cut,
    state_from_result,
    surroundings,
)
from chemomech.validation.instruments.lattice_parameters import NMC622_LATTICE
from chemomech.validation.instruments.matrix import MatrixTexture
from chemomech.validation.instruments.oliver_pharr import intercept_factor
from chemomech.validation.instruments.sampling import particle_means, random_cut, volume_samples

# --- diffraction


@pytest.mark.parametrize("indices", [(0, 0, 3), (1, 0, 1), (0, 1, 2), (1, 1, 0), (2, 1, 1), (1, 2, 5)])
def test_planes_are_spaced_as_the_reciprocal_lattice_says(indices: tuple[int, int, int]) -> None:
    x = 0.7
    a, c = float(NMC622_LATTICE.a(np.array(x))), float(NMC622_LATTICE.c(np.array(x)))
    cell = np.array([[a, 0.0, 0.0], [-0.5 * a, np.sqrt(0.75) * a, 0.0], [0.0, 0.0, c]])
    normal = np.linalg.inv(cell) @ indices
    spacing = float(NMC622_LATTICE.spacing(np.array(x), *indices))
    assert spacing == pytest.approx(1.0 / np.linalg.norm(normal), rel=1e-12, abs=0)
    assert float(NMC622_LATTICE.cell_volume(np.array(x))) == pytest.approx(
        np.linalg.det(cell), rel=1e-12, abs=0
    )


@pytest.mark.parametrize("second", [(1, 0, 1), (0, 1, 2), (2, 1, 1), (1, 2, 5)])
def test_any_second_reflection_gives_a_and_c(second: tuple[int, int, int]) -> None:
    pattern = Diffractometer(reflections=((0, 0, 6), second), position_noise=0.0)
    reading = pattern.read(TALL.state(UniformField(np.full(2, 0.7))), rng())
    assert reading.a.value == pytest.approx(float(NMC622_LATTICE.a(np.array(0.7))), rel=1e-9, abs=0)
    assert reading.c.value == pytest.approx(float(NMC622_LATTICE.c(np.array(0.7))), rel=1e-9, abs=0)


def test_a_cell_grows_by_three_times_the_linear_strain() -> None:
    x = np.array([0.9, 0.6, 0.35])
    strain = active_material("nmc622").chemical_strain
    volume = NMC622_LATTICE.cell_volume(x) / 101.4e-30
    assert volume == pytest.approx(1.0 + 3.0 * np.asarray(strain(x)), rel=1e-12)


def test_errors_of_a_pattern_are_those_of_thirty_samples_of_its_particles() -> None:
    count = 6
    x, radii = np.linspace(0.55, 0.85, count), np.linspace(1e-6, 2e-6, count)
    centres = np.column_stack([np.full(count, 5e-6)] * 2 + [4e-6 * np.arange(1, count + 1)])
    state = ElectrodeState(centres, radii, (10e-6, 10e-6, 30e-6), UniformField(x))
    reading = Diffractometer(position_noise=1e-3).read(state, rng(3))
    wavelength, draws = 0.489951e-10, rng(3)
    reflections = ((0, 0, 3), (1, 0, 1), (1, 1, 0))
    theta = [
        np.degrees(2 * np.arcsin(wavelength / 2 / NMC622_LATTICE.spacing(x, *hkl))) for hkl in reflections
    ]

    def seen(times: np.ndarray) -> list[float]:
        weight = times * radii**3 / (times @ radii**3)
        centre = [float(weight @ t) for t in theta]
        scatter = [float(np.sqrt(weight @ (t - m) ** 2)) for t, m in zip(theta, centre, strict=True)]
        moved = [m + draws.normal(0.0, 1e-3) for m in centre]
        first, second = ((2 * np.sin(np.radians(m) / 2) / wavelength) ** 2 for m in moved[:2])
        c = 3 / np.sqrt(first)
        a = np.sqrt(4 / 3 / (second - 1 / c**2))
        # Stokes and Wilson: the width of 2 theta over 4 tan(theta).
        strains = [
            np.radians(2.3548200450309493 * s) / 4 / np.tan(np.radians(m / 2))
            for s, m in zip(scatter, centre, strict=True)
        ]
        return [a, c, *strains]

    once = seen(np.ones(count))
    drawn = [
        seen(np.bincount(draws.integers(count, size=count), minlength=count)) for _ in range(30)
    ]  # fmt: skip
    errors = np.std(drawn, axis=0, ddof=1)
    found = (reading.a, reading.c, *reading.microstrains)
    assert [entry.value for entry in found] == pytest.approx(once, rel=1e-6, abs=0)
    assert [entry.uncertainty for entry in found] == pytest.approx(errors, rel=1e-4, abs=0)
    assert [entry.samples for entry in found] == [count] * 5


def test_a_profile_is_the_sum_of_the_lines_of_its_parts() -> None:
    x, volume = np.array([0.6, 0.7, 0.75, 0.8]), np.array([1.0, 2.0, 4.0, 1.0])
    peak = Diffractometer(instrument_width=0.05).peaks(x, volume)[2]
    single = [Diffractometer().peaks(x[k : k + 1], np.ones(1))[2].two_theta for k in range(4)]
    sigma = 0.05 / 2.3548200450309493
    lines = np.exp(-0.5 * ((peak.angle[:, None] - single) / sigma) ** 2) / sigma / np.sqrt(2 * np.pi)
    # Parts are sorted into two hundred bins first, less than a thirtieth of the width.
    assert peak.intensity == pytest.approx(lines @ volume / 8.0, abs=0.02 * peak.intensity.max())
    assert len(peak.angle) == 400


# --- textures and patterns of points


class Ends:
    """Stands in for a generator: every number at the same place of its range."""

    def __init__(self, *shares: float) -> None:
        self.shares = list(shares)

    def uniform(self, low: float, high: float, size: Any) -> np.ndarray:
        """One number of the range."""
        return np.full(size, low + self.shares.pop(0) * (high - low))


@pytest.mark.parametrize(("share", "length"), [(0.0, 0.7), (1.0, 1.4)])
def test_waves_of_a_texture_are_between_seven_and_fourteen_tenths_of_its_length(
    share: float, length: float
) -> None:
    # All waves alike: a cosine of the height sqrt(2 modes), and the binder lies where it is above a quantile.
    at = np.linspace(0.0, 20.0, 4001)
    for binder, quantile in ((0.5, 0.0), (0.1, 1.2815515655), (0.9, -1.2815515655)):
        texture = MatrixTexture(binder_share=binder, wavelength=2.0, modes=2)
        height = 2.0 * np.cos(2 * np.pi * at / (2.0 * length))
        clear = np.abs(height - quantile) > 1e-6
        # Angle and phase 0 or a whole turn: along x.
        for turn in (0.0, 1.0):
            along = texture.is_binder(at, np.full(4001, 0.3), Ends(turn, share))  # type: ignore[arg-type]
            assert (along == (height > quantile))[clear].all()
        # A quarter turn: along z, a quarter of a wave on.
        turned = texture.is_binder(np.full(4001, 0.3), at, Ends(0.25, share))  # type: ignore[arg-type]
        height = -2.0 * np.sin(2 * np.pi * at / (2.0 * length))
        clear = np.abs(height - quantile) > 1e-6
        assert (turned == (height > quantile))[clear].all()


def test_squares_of_the_matrix_begin_at_their_edges_and_are_counted_by_rows() -> None:
    texture = MatrixTexture(wavelength=0.5)
    x, z = np.array([0.0, 0.5, 1.0, 2.0, 0.5, 1.5]), np.array([0.0, 0.5, 0.5, 0.5, 1.0, 1.5])
    assert texture.block(x, z).tolist() == [0, 0, 1, 2, 3, 4]


def test_points_of_a_footprint_are_the_golden_angle_apart() -> None:
    disc = surroundings._disc()
    turn = np.diff(np.unwrap(np.arctan2(disc[:, 2], disc[:, 0])))
    assert np.mod(turn, 2 * np.pi) == pytest.approx(np.full(47, np.radians(137.50776405)))
    assert (disc**2).sum(axis=1) == pytest.approx((np.arange(48) + 0.5) / 48)


def test_cuts_come_within_a_hundredth_of_a_tenth_of_the_sides() -> None:
    found = np.array([random_cut(TALL.state(), rng(seed)).y for seed in range(600)]) / 10e-6
    assert 0.1 <= found.min() < 0.105
    assert 0.895 < found.max() <= 0.9


def test_the_intercept_follows_its_formula_down_to_a_flat_punch() -> None:
    # m = 1.05: k = 10, and Gamma(10.5)/Gamma(10) = 19!!/(2^10 9!) sqrt(pi).
    ratio = 654729075 / (1024 * 362880)
    assert intercept_factor(1.05) == pytest.approx(1.05 * (1.0 - 2.0 * ratio * 0.05), rel=1e-12)
    # m = 1.25: k = 2, Gamma(2.5)/Gamma(2) = 3/4 sqrt(pi).
    assert intercept_factor(1.25) == pytest.approx(1.25 * (1.0 - 2.0 * 0.75 * 0.25), rel=1e-12)
    assert [intercept_factor(m) for m in (0.5, 1.0, 1.0 + 1e-9)] == [1.0, 1.0, pytest.approx(1.0, abs=1e-4)]
    # No overflow on the way: about 1 - sqrt(2 (m - 1)/pi).
    assert intercept_factor(1.001) == pytest.approx(1.0 - np.sqrt(2e-3 / np.pi), abs=2e-3)


# --- fields and states


def test_a_cloud_of_large_spheres_that_touch_keeps_them_apart() -> None:
    # Two spheres of ten metres with five points each, all of them among the twelve neighbours.
    unit = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [-0.9, 0.0, 0.0]])
    points, particle = 10.0 * np.vstack([unit, unit + [1.9, 0.0, 0.0]]), np.repeat([0, 1], 5)
    field = CloudField(points, np.repeat([0.0, 1.0], 5), particle, reach=3.0)
    asked = np.array([[10.0, 0.0, 1.0], [10.0, 0.0, -1.0]])
    assert field(np.array([0, 1]), asked) == pytest.approx([0.0, 1.0], abs=1e-12)
    assert np.isnan(field(np.array([0]), points[5:6]))[0]
    # Nor does the other one weigh in a fit, whatever the unit.
    for scale in (1.0, 1e-7):
        at, uneven = scale * points, np.array([0.3, 0.9, 0.1, 0.4, 0.8] * 2)
        both = CloudField(at, uneven, particle, reach=3.0 * scale)
        alone = CloudField(at[:5], uneven[:5], particle[:5], reach=3.0 * scale)
        inside = scale * np.array([[2.0, 1.0, 0.5], [0.0, 2.0, 1.0]])
        first = np.zeros(2, dtype=np.int64)
        assert both(first, inside) == pytest.approx(alone(first, inside), abs=1e-12)
    # Three points in a row, however long, are fitted together: a line with the weights exp(-2 (d/d_3)^2).
    row = CloudField(
        np.array([[0.0, 0.0, 0.0], [10.0, 0.0, 0.0], [20.0, 0.0, 0.0]]), np.array([0.0, 1.0, 4.0]),
        np.zeros(3, dtype=np.int64), reach=6.0,
    )  # fmt: skip
    away = np.array([-5.0, 5.0, 15.0])
    line = np.polyfit(away, [0.0, 1.0, 4.0], 1, w=np.exp(-((away / 15.0) ** 2)))
    assert row(np.zeros(1, dtype=np.int64), np.array([[5.0, 0.0, 0.0]])) == pytest.approx(line[1:], rel=1e-6)
    # What is just as far as the reach has a value.
    line = CloudField(
        np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]), np.ones(2), np.zeros(2, np.int64), reach=1.0
    )
    found = line(np.zeros(2, np.int64), np.array([[2.0, 0.0, 0.0], [2.0 + 1e-9, 0.0, 0.0]]))
    assert np.isfinite(found).tolist() == [True, False]


def test_a_profile_from_means_has_the_core_mean_of_its_closed_form() -> None:
    # With the weight exp(-(s/w)^2) the moments of s^2 and s^4 are error functions.
    w = 0.25
    end, bell = np.sqrt(np.pi) / 2 * erf(1 / w), np.exp(-1 / w**2) / w
    second = 0.5 * (end - bell)
    fourth = 1.5 * second - 0.5 * bell / w**2
    sixth = 2.5 * fourth - 0.5 * bell / w**4
    a0, a1, a2 = 0.4, 0.3, -0.2
    core = a0 + a1 * w**2 * fourth / second + a2 * w**4 * sixth / second
    field = RadialField.from_means(
        np.zeros((1, 3)), np.ones(1), np.array([a0 + 0.6 * a1 + 3 / 7 * a2]), np.array([a0 + a1 + a2]),
        np.array([core]), w,
    )  # fmt: skip
    assert field.coefficients[0] == pytest.approx([a0, a1, a2], abs=1e-10)


def test_particles_that_a_wall_hides_take_no_part_in_the_volume() -> None:
    state = ElectrodeState(
        np.array([[5.0, 5.0, 5.0], [-3.0, 5.0, 5.0]]), np.ones(2), (10.0,) * 3,
        UniformField(np.array([0.5, 0.7])), volumes=np.array([4.0, 1.0]),
    )  # fmt: skip
    values, particle, volume = volume_samples(state)
    assert (set(particle.tolist()), set(values.tolist())) == ({0}, {0.5})
    assert volume.sum() == pytest.approx(4.0, rel=1e-12)


def opened(drop: tuple[str, ...] = (), **select: Any) -> Any:
    """A result with a part of its records."""
    kept = {name: values for name, values in synthetic_records().items() if name not in drop}
    dataset = build_dataset(kept, attributes=synthetic_attributes())
    return SimpleNamespace(dataset=dataset.isel(**select), name="run")


def test_a_result_of_one_time_is_the_state_at_that_time() -> None:
    records = synthetic_records()
    made = state_from_result(opened(time=[80]), float(records["time"][80]))
    assert particle_means(made) == pytest.approx(records["mean_stoichiometry"][80], abs=1e-12)


def test_states_between_the_first_two_and_the_last_two_times() -> None:
    records = synthetic_records()
    time, mean = records["time"], records["mean_stoichiometry"]
    result = opened()
    for first, share in ((0, 0.3), (0, 0.9), (len(time) - 2, 0.2), (len(time) - 2, 1.0)):
        made = state_from_result(result, float((1 - share) * time[first] + share * time[first + 1]))
        assert particle_means(made) == pytest.approx(
            (1 - share) * mean[first] + share * mean[first + 1], abs=1e-9
        )


def test_a_result_without_volumes_has_whole_spheres_and_half_a_cut_is_none() -> None:
    records = synthetic_records()
    bare = state_from_result(opened(drop=("particle_volume", "cut_y")), 100.0)
    assert bare.volumes == pytest.approx(4 / 3 * np.pi * records["particle_radius"] ** 3, rel=1e-12, abs=0)
    for axis, name in ((0, "particle_x"), (1, "particle_y")):
        assert bare.box[axis] == pytest.approx(np.max(records[name] + records["particle_radius"]), abs=1e-15)
    assert bare.surface_layer.tolist() == [0.0] * 52


def test_the_box_of_a_state_is_the_one_in_the_result_and_follows_from_the_cut_where_it_holds_none() -> None:
    result = opened()
    assert state_from_result(result, 100.0).box[:2] == pytest.approx((20e-6, 20e-6), rel=1e-12)
    result.dataset = result.dataset.assign(width_x=20.07e-6, width_y=21.13e-6)
    thickness = float(result.dataset["electrode_thickness"])
    assert state_from_result(result, 100.0).box == (20.07e-6, 21.13e-6, thickness)
    assert state_from_cut(result, 150.0).box == (20.07e-6, 21.13e-6, thickness)


def test_cuts_of_the_first_second_are_found_within_ten_milliseconds() -> None:
    result = opened()
    result.dataset = result.dataset.assign_coords(cut_time=[0.0, 50.0, 150.0, 300.0, 450.0, 600.0])
    assert state_from_cut(result, 0.01).name.endswith("at 0 s")
    for time in (0.0105, 49.4):
        with pytest.raises(InputError, match="no cut at"):
            state_from_cut(result, time)


def test_a_strain_microscope_takes_the_diffusivity_of_the_crystal() -> None:
    material = active_material("nmc622")
    assert material.intrinsic_diffusivity is not None
    assert StrainMicroscope().diffusivity is material.intrinsic_diffusivity
    assert StrainMicroscope().noise == 0.0
