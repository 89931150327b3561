from __future__ import annotations

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.validation.instruments import (
    BOTTOM,
    TOP,
    ElectrodeState,
    ElectronYield,
    FluorescenceYield,
    Nexafs,
    PositionField,
    RadialField,
    UniformField,
)
from chemomech.validation.instruments.attenuation import NMC622, XrayMaterial
from chemomech.validation.instruments.detection import decay_length_of
from chemomech.validation.instruments.line_shapes import LineShapes, SelfAbsorption
from chemomech.validation.instruments.nickel import (
    BULK,
    REVERSIBLE_LAYER,
    FormalNickel,
    LinearNickel,
    RockSalt,
)

CENTRES = np.array([[5e-6, 5e-6, 4e-6], [5e-6, 5e-6, 16e-6]])
RADII = np.array([3e-6, 3e-6])
BOX = (10e-6, 10e-6, 20e-6)
SHARE = LinearNickel(1.0, 0.0)  # the share of Ni2+ is x itself


def state(field, layer=0.0) -> ElectrodeState:
    return ElectrodeState(CENTRES, RADII, BOX, field, surface_layer=np.full(2, layer))


@pytest.mark.parametrize(
    ("energy", "length_nm"),
    [(530, 679), (640, 303), (780, 355), (850, 364), (853, 291), (871, 255), (880, 254)],
)
def test_soft_x_rays_reach_as_deep_as_the_tables_say(energy: float, length_nm: float) -> None:
    assert 1e9 * float(NMC622.attenuation_length(energy)) == pytest.approx(length_nm, abs=0.6)


@pytest.mark.parametrize(("energy", "length_um"), [(8333, 25.2), (8400, 11.5), (17000, 74.6), (25000, 217.0)])
def test_hard_x_rays_reach_as_deep_as_the_tables_say(energy: float, length_um: float) -> None:
    assert 1e6 * float(NMC622.attenuation_length(energy)) == pytest.approx(length_um, rel=5e-3)


@pytest.mark.parametrize(("incidence", "depth_nm"), [(30, 93), (45, 115), (90, 137)])
def test_fluorescence_comes_from_a_tenth_of_a_micrometre(incidence: float, depth_nm: float) -> None:
    assert 1e9 * FluorescenceYield(incidence=incidence).decay_length == pytest.approx(depth_nm, abs=1.0)


def test_ten_nanometres_at_95_percent_are_a_third_as_1_over_e() -> None:
    assert ElectronYield().decay_length == pytest.approx(3.34e-9, rel=2e-3)
    assert decay_length_of(10e-9, 1 - np.exp(-1)) == pytest.approx(10e-9)


def test_formal_valence_counts_electrons() -> None:
    x = np.array([1.0, 0.8, 0.6, 0.4, 0.3])
    assert FormalNickel().valence(x) == pytest.approx([2.667, 3.0, 3.333, 3.667, 3.833], abs=1e-3)
    nmc532 = FormalNickel(nickel=0.5, manganese=0.3)
    assert nmc532.valence(x) == pytest.approx([2.4, 2.8, 3.2, 3.6, 3.8], abs=1e-9)
    assert FormalNickel()(np.array([1.0, 0.5])) == pytest.approx([1 / 3, 0.0])


def test_a_layer_on_a_uniform_particle_has_the_closed_form() -> None:
    rng = np.random.default_rng(0)
    detection = ElectronYield()
    thickness = 3e-9
    for x in (1.0, 0.3):
        instrument = Nexafs(detection, bulk=SHARE, noise=0.0)
        reading = instrument.read_particle(state(UniformField(np.full(2, x)), thickness), 0, rng)
        kept = np.exp(-thickness / detection.decay_length)
        assert reading.ni2_share.value == pytest.approx((1 - kept) + kept * x, abs=1e-9)


def test_an_exponential_profile_is_weighted_in_closed_form() -> None:
    # x = exp(-z/d) below the surface: the reading is 1 / (1 + lambda/d), to the order of lambda/R.
    d = 80e-9
    centre, radius = CENTRES[0], RADII[0]
    field = PositionField(lambda p: np.exp(-(radius - np.linalg.norm(p - centre, axis=1)) / d))
    one = ElectrodeState(CENTRES[:1], RADII[:1], BOX, field)
    detection = FluorescenceYield()
    share = Nexafs(detection, bulk=SHARE, noise=0.0).read_particle(one, 0, np.random.default_rng(0))
    assert share.ni2_share.value == pytest.approx(1 / (1 + detection.decay_length / d), rel=2e-3)


def test_each_face_sees_its_own_particles() -> None:
    field = UniformField(np.array([0.2, 0.8]))
    rng = np.random.default_rng(0)
    top = Nexafs(bulk=SHARE, noise=0.0, side=TOP).read(state(field), rng)
    bottom = Nexafs(bulk=SHARE, noise=0.0, side=BOTTOM).read(state(field), rng)
    assert top.ni2_share.value == pytest.approx(0.8)
    assert bottom.ni2_share.value == pytest.approx(0.2)
    assert (top.place, bottom.place) == ("separator side", "collector side")


def test_lithium_rich_rim_shows_in_electron_yield_and_less_in_fluorescence() -> None:
    field = RadialField(CENTRES, RADII, np.array([[0.5, 0.0, 0.4]] * 2))
    rng = np.random.default_rng(0)
    shares = [
        Nexafs(mode, bulk=SHARE, noise=0.0).read_particle(state(field), 0, rng).ni2_share.value
        for mode in (ElectronYield(), FluorescenceYield())
    ]
    assert 0.9 > shares[0] > shares[1] > 0.8
    section = Nexafs(bulk=SHARE, noise=0.0)
    assert section.read_section(state(field), 0, 0.0, rng).ni2_share.value == pytest.approx(0.5)
    assert section.read_section(state(field), 0, 0.95, rng).ni2_share.value == pytest.approx(
        0.5 + 0.4 * 0.95**4
    )


def test_a_rock_salt_layer_stays_on_charge_and_an_ionic_rim_does_not() -> None:
    rng = np.random.default_rng(0)
    charged = state(UniformField(np.full(2, 0.35)), 5e-9)
    rock = Nexafs(layer=RockSalt(), noise=0.0).read_particle(charged, 0, rng).ni2_share.value
    rim = Nexafs(layer=REVERSIBLE_LAYER, noise=0.0).read_particle(charged, 0, rng).ni2_share.value
    assert rock > 0.7
    assert rim == pytest.approx(float(BULK(np.array(0.35))), abs=1e-12)


def test_noise_and_spread_between_particles_are_the_uncertainty() -> None:
    uniform = state(UniformField(np.array([0.5, 0.5])))
    reading = Nexafs(noise=0.02).read(uniform, np.random.default_rng(0))
    assert reading.ni2_share.uncertainty == pytest.approx(0.02, rel=1e-6)
    again = Nexafs(noise=0.02).read(uniform, np.random.default_rng(0))
    assert again.ni2_share.value == reading.ni2_share.value


def test_peaks_stand_where_the_papers_assign_them_and_follow_the_share() -> None:
    lines = LineShapes()
    for share, energies in ((1.0, (853.0, 871.0)), (0.0, (855.5, 873.0))):
        spectrum = lines.spectrum(share)
        for energy in energies:
            near = np.abs(spectrum.energy - energy) < 3.0
            top = spectrum.energy[near][np.argmax(spectrum.intensity[near])]
            assert top == pytest.approx(energy, abs=0.11)
    assert lines.spectrum(0.5).peak_ratio == pytest.approx(1.0, abs=0.01)
    assert lines.spectrum(0.8).peak_ratio > 2.5


def test_better_resolution_gives_higher_peaks_of_the_same_area() -> None:
    sharp, dull = LineShapes(resolution=0.2).spectrum(1.0), LineShapes(resolution=0.4).spectrum(1.0)
    assert sharp.at(853.0) > 1.02 * dull.at(853.0)
    area = [np.trapezoid(s.intensity, s.energy) for s in (sharp, dull)]
    assert area[0] == pytest.approx(area[1], rel=1e-3)


def test_self_absorption_flattens_strong_peaks_and_its_correction_undoes_it() -> None:
    effect = SelfAbsorption(NMC622)
    true = LineShapes().spectrum(0.8)
    seen = effect.distorted(true)
    assert 1.0 < seen.peak_ratio < 0.8 * true.peak_ratio
    assert effect.corrected(seen).intensity == pytest.approx(true.intensity, rel=1e-10)


def test_an_energy_outside_the_tables_is_refused() -> None:
    with pytest.raises(InputError, match="photon energy = 50 eV must lie between 100 and 800000 eV"):
        NMC622.attenuation_length(50.0)
    with pytest.raises(InputError, match="must lie between 840 and 890 eV"):
        LineShapes().spectrum(0.5, np.array([530.0, 853.0]))
    with pytest.raises(InputError, match="ask within the spectrum"):
        LineShapes().spectrum(0.5).at(900.0)


def test_a_formula_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="'Xx2O' is no chemical formula"):
        XrayMaterial("Xx2O", 4000.0).attenuation_length(853.0)


def test_a_negative_depth_is_refused() -> None:
    with pytest.raises(InputError, match="probing depth = -1e-08 m must lie between"):
        ElectronYield(probing_depth=-10e-9)
    with pytest.raises(InputError, match="angle of incidence = 0 degree"):
        FluorescenceYield(incidence=0.0)


def test_a_share_beyond_one_is_refused() -> None:
    with pytest.raises(InputError, match=r"share of Ni2\+ = 1.2"):
        LineShapes().spectrum(1.2)


def test_a_face_without_particles_near_it_is_refused() -> None:
    with pytest.raises(
        InputError, match=r"no particle of the state lies within 0.5 um of the separator side"
    ):
        Nexafs(reach=0.5e-6).read(state(UniformField(np.full(2, 0.5))), np.random.default_rng(0))
