from __future__ import annotations

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.validation.instruments import (
    Diffractometer,
    ElectrodeState,
    RadialField,
    SingleParticleIcp,
    Tomograph,
    UniformField,
)
from chemomech.validation.instruments.diffraction import WAVELENGTH
from chemomech.validation.instruments.lattice_parameters import NMC622_LATTICE, NMC811_LATTICE
from chemomech.validation.instruments.single_particle_icp import MAH_PER_G, far_off_share, inactive_capacity
from chemomech.validation.instruments.tomography import (
    PIXEL,
    SeverityScale,
    blurred,
    severe_network,
)

COUNT = 60
RNG = np.random.default_rng(5)
CENTRES = RNG.uniform(4.1e-6, 35.9e-6, (COUNT, 3))
RADII = RNG.uniform(1.5e-6, 4e-6, COUNT)
BOX = (40e-6, 40e-6, 40e-6)


def state(x: np.ndarray, **entries) -> ElectrodeState:
    return ElectrodeState(CENTRES, RADII, BOX, UniformField(x), **entries)


# --- diffraction


def test_a_uniform_sample_gives_its_own_lattice_and_no_strain() -> None:
    reading = Diffractometer(position_noise=0.0).read(state(np.full(COUNT, 0.6)), np.random.default_rng(0))
    assert reading.a.value == pytest.approx(float(NMC622_LATTICE.a(np.array(0.6))), rel=1e-9, abs=0)
    assert reading.c.value == pytest.approx(float(NMC622_LATTICE.c(np.array(0.6))), rel=1e-9, abs=0)
    assert reading.microstrain.value < 1e-9
    assert reading.peaks[0].width == pytest.approx(0.01, rel=1e-6)


def test_bragg_places_the_003_peak() -> None:
    peak = Diffractometer().peaks(np.array([1.0]), np.ones(1))[0]
    d = 14.2248e-10 / 3
    assert peak.two_theta == pytest.approx(2 * np.degrees(np.arcsin(WAVELENGTH / 2 / d)), abs=1e-4)
    assert np.trapezoid(peak.intensity, peak.angle) == pytest.approx(1.0, abs=1e-3)


def test_microstrain_is_the_spread_of_spacings() -> None:
    x = np.random.default_rng(0).normal(0.8, 0.02, 20000)
    peak = Diffractometer(instrument_width=1e-4).peaks(x, np.ones(len(x)))[0]
    spacing = NMC622_LATTICE.spacing(x, 0, 0, 3)
    # 4 eps tan(theta) = B, and B = 2 tan(theta) FWHM(d)/d: eps is half the width of the spacings.
    width = 2.3548 * np.std(spacing) / np.mean(spacing)
    assert peak.microstrain == pytest.approx(0.5 * width, rel=2e-3)


def test_uneven_lithium_broadens_and_the_sample_size_shows() -> None:
    x = np.random.default_rng(1).uniform(0.55, 0.65, COUNT)
    quiet = Diffractometer(position_noise=0.0)
    uneven = quiet.read(state(x), np.random.default_rng(0))
    even = quiet.read(state(np.full(COUNT, 0.6)), np.random.default_rng(0))
    assert uneven.microstrain.value > 5e-5 > even.microstrain.value
    # The mean of 60 particles, of volumes that differ, is known to about a ninth of their spread.
    spread = np.std(NMC622_LATTICE.a(x))
    assert 0.08 * spread < uneven.a.uncertainty < 0.25 * spread
    assert even.a.uncertainty < 1e-3 * uneven.a.uncertainty


def test_the_lattice_moves_as_measured() -> None:
    x = np.linspace(1.0, 0.25, 151)
    a, c = NMC622_LATTICE.a(x), NMC622_LATTICE.c(x)
    assert (np.diff(a) < 0.0).all()
    assert x[np.argmax(c)] == pytest.approx(0.456, abs=0.03)
    assert (a[40] - a[20]) / (x[40] - x[20]) == pytest.approx(0.071e-10, rel=1e-6, abs=0)
    volume = NMC622_LATTICE.cell_volume(x)
    assert volume[0] == pytest.approx(101.4e-30, rel=1e-9, abs=0)
    assert volume[140] / volume[0] - 1 == pytest.approx(-0.0305, abs=0.003)
    assert NMC811_LATTICE.cell_volume(np.array([1.0, 0.75, 0.5, 0.25])) * 1e30 == pytest.approx(
        [101.38, 100.64, 99.73, 94.26], abs=0.02
    )


def test_003_is_blind_at_the_largest_c_and_110_is_not() -> None:
    top = 0.464  # where c(x) of the lattice is largest
    reading = Diffractometer().read(state(np.full(COUNT, top)), np.random.default_rng(0))
    assert reading.blind == ((0, 0, 3),)
    assert [peak.blind for peak in reading.peaks] == [True, False, False]
    assert np.isnan(reading.peaks[0].lithium_spread)
    assert Diffractometer().read(state(np.full(COUNT, 0.8)), np.random.default_rng(0)).blind == ()
    # The spread of lithium there does not show in the strain along c, and does in the plane.
    x = np.random.default_rng(0).normal(top, 0.01, COUNT)
    uneven = Diffractometer(position_noise=0.0).read(state(x), np.random.default_rng(0))
    along, _, plane = (strain.value for strain in uneven.microstrains)
    assert uneven.microstrain == uneven.microstrains[0]
    assert plane > 5.0 * along
    assert all(strain.uncertainty > 0.0 for strain in uneven.microstrains)


def test_a_peak_tells_the_spread_of_lithium_by_its_slope() -> None:
    x = np.random.default_rng(0).normal(0.8, 0.01, 20000)
    peaks = Diffractometer(instrument_width=1e-4).peaks(x, np.ones(len(x)))
    for peak in peaks:
        assert peak.lithium_spread == pytest.approx(0.01, rel=0.02)
    # 2 theta of (1 1 0) by Bragg: d = a/2, a = 2.869 - 0.071 (1 - x) angstrom.
    ends = [2 * np.degrees(np.arcsin(WAVELENGTH / (2.869 - 0.071 * (1 - v)) * 1e10)) for v in (0.79, 0.81)]
    assert peaks[2].slope == pytest.approx((ends[1] - ends[0]) / 0.02, rel=1e-3)
    assert peaks[0].slope > 0.0 > peaks[1].slope


def test_reflections_that_do_not_give_both_parameters_are_refused() -> None:
    with pytest.raises(InputError, match=r"do not give a and c; put a \(0 0 l\) first"):
        Diffractometer(reflections=((1, 0, 1), (0, 0, 3)))
    with pytest.raises(InputError, match="do not give a and c"):
        Diffractometer(reflections=((0, 0, 3), (0, 0, 6)))


def test_a_reflection_beyond_the_wavelength_is_refused() -> None:
    with pytest.raises(InputError, match=r"sin\(theta\) of reflection \(0, 0, 99\)"):
        Diffractometer(reflections=((0, 0, 99), (1, 0, 1))).peaks(np.array([0.5]), np.ones(1))
    with pytest.raises(InputError, match="volume of 0"):
        Diffractometer().peaks(np.array([0.5]), np.zeros(1))


# --- single-particle ICP-OES


def test_a_uniform_electrode_diverges_by_the_frame_alone() -> None:
    icp = SingleParticleIcp(particles=20000)
    reading = icp.read(state(np.full(COUNT, 0.31)), np.random.default_rng(0))
    assert reading.expected_outside == pytest.approx(0.0455, abs=1e-4)
    assert reading.diverging.value == pytest.approx(0.0455, abs=4 * reading.diverging.uncertainty)
    assert reading.centre == pytest.approx(0.31, rel=0.01)
    assert reading.slope.value == pytest.approx(2.0, rel=4 * reading.slope.uncertainty)


@pytest.mark.parametrize("width", [0.04, 0.08, 0.16])
def test_the_share_outside_the_frame_does_not_depend_on_the_width(width: float) -> None:
    icp = SingleParticleIcp(particles=40000, relative_width=width)
    lithium = np.full(1000, 0.31)
    reading = icp.read_particles(lithium, np.ones(1000), np.random.default_rng(0))
    assert icp.expected_outside == pytest.approx(0.0455, abs=1e-4)
    assert reading.diverging.value == pytest.approx(0.0455, abs=4 * reading.diverging.uncertainty)
    assert reading.frame == pytest.approx(2.0 * width * reading.centre)


def test_six_percent_diverging_are_one_and_a_half_percent_far_off() -> None:
    assert far_off_share(0.06) == pytest.approx(0.0152, abs=1e-4)
    assert far_off_share(0.0455) == pytest.approx(0.0, abs=1e-4)
    assert far_off_share(0.06, frame_sigmas=3.0) == pytest.approx(0.0574, abs=1e-4)
    # And the other way round: that many full particles among charged ones read 6 %.
    lithium = np.full(10000, 0.31)
    lithium[:152] = 1.0
    reading = SingleParticleIcp(particles=100000).read_particles(
        lithium, np.ones(10000), np.random.default_rng(0)
    )
    assert reading.diverging.value == pytest.approx(0.06, abs=0.004)
    assert reading.far_off.value == pytest.approx(0.0152, abs=0.004)
    assert reading.far_off.uncertainty == pytest.approx(reading.diverging.uncertainty / 0.9545, rel=1e-3)


def test_the_error_of_inactive_lithium_counts_particles() -> None:
    # One of four alike particles is full: its share of the draws is all that matters.
    lithium = np.array([1.0, 0.31, 0.31, 0.31])
    icp = SingleParticleIcp(particles=4000, relative_width=0.02, capacity=1.0)
    reading = icp.read_particles(lithium, np.ones(4), np.random.default_rng(0))
    assert reading.inactive_capacity.samples == 4
    assert reading.inactive_capacity.value == pytest.approx(0.69 / 4, rel=0.06)
    held = np.array([0.69, 0.0, 0.0, 0.0])
    assert reading.inactive_capacity.uncertainty == pytest.approx(np.std(held, ddof=1) / 2, rel=0.06)


def test_isolated_particles_are_counted_and_their_lithium_weighed() -> None:
    x = np.full(COUNT, 0.31)
    large = np.argsort(RADII)[-6:]
    x[large] = 1.0
    reading = SingleParticleIcp(particles=20000, relative_width=0.02).read(state(x), np.random.default_rng(0))
    background = 0.5 * reading.expected_outside
    assert reading.above.value == pytest.approx(0.1 + 0.9 * background, abs=0.01)
    volume = RADII**3
    held = 0.69 * 278 * volume[large].sum() / volume.sum()
    # A little of the frame's own tail counts too.
    assert reading.inactive_capacity.value / MAH_PER_G == pytest.approx(held, rel=0.05)


def test_lithium_is_the_volume_mean_of_each_particle() -> None:
    rim = RadialField(CENTRES, RADII, np.tile([0.2, 0.5, 0.0], (COUNT, 1)))
    electrode = ElectrodeState(CENTRES, RADII, BOX, rim)
    reading = SingleParticleIcp(relative_width=0.0).read(electrode, np.random.default_rng(0))
    assert reading.lithiation == pytest.approx(np.full(1000, 0.2 + 0.5 * 3 / 5), abs=1e-9)


@pytest.mark.parametrize(("share", "capacity"), [(0.08, 3.8), (0.11, 9.6), (0.15, 17.3), (0.10, 7.7)])
def test_inactive_capacity_follows_from_the_shares(share: float, capacity: float) -> None:
    assert inactive_capacity(share, 0.06) / MAH_PER_G == pytest.approx(capacity, abs=0.06)


def test_a_size_window_without_particles_is_refused() -> None:
    with pytest.raises(InputError, match=r"no particle of the state has a radius between 10 and 20 um"):
        SingleParticleIcp(smallest_radius=10e-6, largest_radius=20e-6).read(
            state(np.full(COUNT, 0.5)), np.random.default_rng(0)
        )
    with pytest.raises(InputError, match="size window from 2e-05 m to 1e-05 m is empty"):
        SingleParticleIcp(smallest_radius=20e-6, largest_radius=10e-6)


# --- tomography


def test_classes_are_shares_of_all_particles_and_of_each_window() -> None:
    index = np.where(CENTRES[:, 2] > 20e-6, 2.0, np.where(CENTRES[:, 2] > 10e-6, 0.5, 0.0))
    reading = Tomograph().read(state(np.full(COUNT, 0.5), fracture_index=index), np.random.default_rng(0))
    assert sum(share.value for share in reading.shares) == pytest.approx(1.0)
    assert [(w.low, w.high) for w in reading.windows] == [
        (pytest.approx(k * 10e-6), pytest.approx((k + 1) * 10e-6)) for k in range(4)
    ]
    assert [w.severe.value for w in reading.windows] == [0.0, 0.0, 1.0, 1.0]
    assert (reading.windows[0].least.value, reading.windows[1].mild.value) == (1.0, 1.0)
    assert reading.windows[0].least.uncertainty > 0.0


def test_misreading_moves_particles_between_classes() -> None:
    severe = state(np.full(COUNT, 0.5), fracture_index=np.full(COUNT, 5.0))
    reading = Tomograph(misread=0.3).read(severe, np.random.default_rng(0))
    assert reading.shares[2].value == pytest.approx(0.7, abs=0.2)
    assert reading.shares[2].value < 1.0
    assert reading.shares[0].value == 0.0


def test_each_severe_particle_is_joined_to_its_three_nearest() -> None:
    line = np.column_stack([np.full(5, 1e-6), np.full(5, 1e-6), 1e-6 * np.array([0.0, 1.0, 2.0, 3.0, 10.0])])
    electrode = ElectrodeState(line, np.full(5, 0.1e-6), BOX, UniformField(np.zeros(5)))
    network = severe_network(electrode, np.arange(5))
    joined = {tuple(edge) for edge in network.edges.tolist()}
    assert joined == {(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3), (1, 4), (2, 4), (3, 4)}
    assert network.length_spread is not None
    assert network.length_spread.maximum == pytest.approx(9e-6)
    assert network.density == pytest.approx(5 / 6.4e-14)


def test_more_severe_particles_lie_closer() -> None:
    few = state(np.full(COUNT, 0.5), fracture_index=np.where(np.arange(COUNT) % 6 == 0, 2.0, 0.0))
    many = state(np.full(COUNT, 0.5), fracture_index=np.where(np.arange(COUNT) % 2 == 0, 2.0, 0.0))
    lengths = [Tomograph().read(s, np.random.default_rng(0)).network.length_spread for s in (few, many)]
    assert lengths[0] is not None
    assert lengths[1] is not None
    assert lengths[1].mean < lengths[0].mean


def test_too_few_severe_particles_make_no_network() -> None:
    whole = state(np.full(COUNT, 0.5), fracture_index=np.zeros(COUNT))
    network = Tomograph().read(whole, np.random.default_rng(0)).network
    assert (len(network.nodes), len(network.edges), network.length_spread) == (0, 0, None)
    with pytest.raises(InputError, match="holds no fracture index"):
        Tomograph().read(state(np.full(COUNT, 0.5)), np.random.default_rng(0))


def test_thresholds_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(InputError, match="mild comes first"):
        SeverityScale(mild=1.0, severe=0.5)


def test_a_point_is_blurred_to_the_pixel() -> None:
    image = np.zeros((101, 101))
    image[50, 50] = 1.0
    seen = blurred(image, 10e-9)
    assert seen.sum() == pytest.approx(1.0, rel=1e-6)
    half = np.interp(0.5 * seen.max(), seen[50, 60:49:-1], 10e-9 * np.arange(10, -1, -1))
    assert 2 * half == pytest.approx(PIXEL, rel=0.03)


def test_blurring_does_not_reach_across_what_is_not_known() -> None:
    image = np.full((40, 40), 0.5)
    image[:, 20:] = np.nan
    seen = blurred(image, 20e-9)
    assert seen[:, :20] == pytest.approx(0.5)
    assert np.isnan(seen[:, 20:]).all()
    with pytest.raises(InputError, match="200 nm between its points cannot be blurred to 70 nm"):
        blurred(image, 200e-9)
