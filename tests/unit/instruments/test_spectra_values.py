"""Spectra, and readings of many particles: values from closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import wofz
from support.two_spheres import TALL, rng

from chemomech.errors import InputError
from chemomech.validation.instruments import (
    Diffractometer,
    ElectrodeState,
    ElectronYield,
    FluorescenceYield,
    Nexafs,
    PositionField,
    SingleParticleIcp,
    Tomograph,
    UniformField,
)
from chemomech.validation.instruments.attenuation import NMC622, XrayMaterial
from chemomech.validation.instruments.line_shapes import LineShapes, SelfAbsorption, Spectrum
from chemomech.validation.instruments.nickel import LinearNickel, RockSalt
from chemomech.validation.instruments.tomography import SeverityScale, blurred, severe_network

CENTRES, RADII, BOX = TALL.centres, TALL.radii, TALL.box
SHARE = LinearNickel(1.0, 0.0)

state = TALL.state


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
