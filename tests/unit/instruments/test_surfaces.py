"""Films, spheres, barriers, pores and the size of an indent, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.validation.instruments import (
    BOTTOM,
    TOP,
    ConductiveAfm,
    Cut,
    ElectrodeState,
    ElectronYield,
    FluorescenceYield,
    IndentationMap,
    Nanoindenter,
    Nexafs,
    PositionField,
    UniformField,
)
from chemomech.validation.instruments.composite import Composite, particle_hardness
from chemomech.validation.instruments.detection import CARBON_FILM, FilmMaterial
from chemomech.validation.instruments.grain import Dense, NixGao, NoSizeEffect, SphericalPores
from chemomech.validation.instruments.junction import (
    RICHARDSON,
    OhmicJunction,
    SchottkyJunction,
    SurfaceFilm,
)
from chemomech.validation.instruments.nickel import LinearNickel
from chemomech.validation.instruments.oliver_pharr import OliverPharr, intercept_factor
from chemomech.validation.instruments.support import Elastic, NoSupport
from chemomech.validation.instruments.surface import Bare, FilmCover, FlatRelief, SphericalRelief
from chemomech.validation.instruments.surroundings import NoSurroundings

SHARE = LinearNickel(1.0, 0.0)  # the share of Ni2+ is x itself
RADIUS = 3e-6


def sphere(field) -> ElectrodeState:
    """One particle in the middle of a box that it fills in depth."""
    return ElectrodeState(np.array([[4e-6, 4e-6, 3e-6]]), np.array([RADIUS]), (8e-6, 8e-6, 6e-6), field)


def pair(x: tuple[float, float]) -> ElectrodeState:
    return ElectrodeState(
        np.array([[5e-6, 5e-6, 5e-6], [15e-6, 5e-6, 5e-6]]), np.array([4e-6, 4e-6]), (20e-6, 10e-6, 10e-6),
        UniformField(np.array(x)),
    )  # fmt: skip


# --- films


def test_five_nanometres_of_carbon_leave_22_percent_of_the_electrons() -> None:
    film = ElectronYield().transmission(np.array([5e-9]), CARBON_FILM)
    assert film == pytest.approx([np.exp(-5.0 / 3.34)], rel=1e-3)
    assert film == pytest.approx([0.2238], abs=1e-4)


def test_a_film_hardly_dims_fluorescence() -> None:
    # Carbon at 1.8 g/cm3: attenuation lengths of 1.656 um at 853 eV and 1.641 um at 850 eV; 45 degrees.
    depth = np.sqrt(0.5) / (1.0 / 1.6560e-6 + 1.0 / 1.6408e-6)
    found = FluorescenceYield().transmission(np.array([5e-9, 100e-9]), CARBON_FILM)
    assert found == pytest.approx(np.exp(-np.array([5e-9, 100e-9]) / depth), rel=1e-4)
    assert found[0] == pytest.approx(0.99146, abs=1e-5)


def test_an_even_film_leaves_the_share_and_raises_the_noise() -> None:
    state = pair((0.6, 0.6))
    covered = Nexafs(bulk=SHARE, noise=0.01, cover=FilmCover(5e-9)).read(state, np.random.default_rng(0))
    bare = Nexafs(bulk=SHARE, noise=0.01).read(state, np.random.default_rng(0))
    assert bare.transmission == 1.0
    assert covered.transmission == pytest.approx(0.2238, abs=1e-4)
    assert covered.ni2_share.uncertainty == pytest.approx(0.01 / np.sqrt(0.2238), rel=1e-3)
    # The same draw of the noise, scaled.
    assert covered.ni2_share.value - 0.6 == pytest.approx(
        (bare.ni2_share.value - 0.6) / np.sqrt(0.2238), rel=1e-3
    )


def test_a_film_on_one_particle_lets_the_other_speak() -> None:
    through = 1.0 / 20.0  # 10 nm is where 95 % of the signal ends
    uneven = Nexafs(bulk=SHARE, noise=0.0, spots=4000, cover=FilmCover(np.array([0.0, 10e-9])))
    found = uneven.read(pair((0.2, 0.8)), np.random.default_rng(0))
    assert found.ni2_share.value == pytest.approx((0.2 + 0.8 * through) / (1.0 + through), abs=0.005)
    assert found.transmission == pytest.approx(0.5 * (1.0 + through), abs=0.02)
    single = uneven.read_particle(pair((0.2, 0.8)), 1, np.random.default_rng(0))
    assert single.transmission == pytest.approx(through, rel=2e-3)
    assert uneven.read_section(pair((0.2, 0.8)), 1, 0.5, np.random.default_rng(0)).transmission == 1.0


def test_films_that_cannot_be_seen_through_or_do_not_fit_are_refused() -> None:
    thick = Nexafs(cover=FilmCover(100e-9))
    with pytest.raises(InputError, match="what covers separator side lets a share of .* take a thinner film"):
        thick.read(pair((0.5, 0.5)), np.random.default_rng(0))
    # 5 nm leave 0.2238: a noise of 0.47 becomes 0.99, one of 0.48 more than 1.
    for noise, seen in ((0.47, True), (0.48, False)):
        dim = Nexafs(noise=noise, cover=FilmCover(5e-9))
        if seen:
            assert dim.read(pair((0.5, 0.5)), np.random.default_rng(0)).ni2_share.uncertainty > 0.99
        else:
            with pytest.raises(InputError, match="would leave an error of 1 in a share"):
                dim.read(pair((0.5, 0.5)), np.random.default_rng(0))
    with pytest.raises(InputError, match="thickness of a film = -1e-09 m"):
        FilmCover(np.array([1e-9, -1e-9]))
    two = FilmCover(np.array([1e-9, 2e-9]))
    assert two.transmission(ElectronYield(), np.array([0, 1]))[1] < 0.6
    with pytest.raises(InputError, match="2 thicknesses, but particle 2 was met; give one number, or one a"):
        two.transmission(ElectronYield(), np.arange(3))
    with pytest.raises(InputError, match="escape depth of a film = 0 m"):
        FilmMaterial(0.0, CARBON_FILM.xrays)
    assert Bare().transmission(ElectronYield(), np.arange(3)) == pytest.approx([1.0, 1.0, 1.0])


# --- spheres


def test_electrons_come_evenly_from_all_that_is_lit() -> None:
    # x is the height over the centre, in radii. Rays along z see a half sphere by its projection, mean height
    # 2/3; by its surface the mean is 1/2, up to the 2 % that graze.
    height = PositionField(lambda p: (p[:, 2] - 3e-6) / RADIUS)
    state = sphere(height)
    entries = {"bulk": SHARE, "noise": 0.0, "spots": 60000}
    flat = Nexafs(**entries).read(state, np.random.default_rng(0)).ni2_share.value
    assert flat == pytest.approx(2.0 / 3.0, abs=0.005)
    upright = Nexafs(**entries, relief=SphericalRelief(90.0, 90.0)).read(state, np.random.default_rng(0))
    assert upright.ni2_share.value == pytest.approx(0.5 * (1.0 + 0.02), abs=0.01)
    # A beam at 45 degrees lights part of the top: mean height over that part, by points on a sphere.
    slanted = Nexafs(**entries, relief=SphericalRelief(45.0, 45.0)).read(state, np.random.default_rng(0))
    axis = np.random.default_rng(1).normal(size=(400000, 3))
    axis /= np.linalg.norm(axis, axis=1)[:, None]
    lit = (axis[:, 2] > 0.02) & (axis[:, 0] + axis[:, 2] > 0.02 * np.sqrt(2.0))
    assert slanted.ni2_share.value == pytest.approx(axis[lit, 2].mean(), abs=0.01)


def test_the_face_looked_at_turns_beam_and_detector_with_it() -> None:
    relief = SphericalRelief(30.0, 60.0)
    normal = np.array([[0.0, 0.0, 1.0], [0.6, 0.0, 0.8], [0.0, 0.0, -1.0]])
    weight, depth = relief.seen(FluorescenceYield(), normal, TOP.inward)
    # Upright: the mode's own angles. Tilted by 36.87 degrees towards the beam: 66.87 and 23.13 degrees.
    expected = [
        FluorescenceYield(incidence=30.0, emission=60.0).decay_length,
        FluorescenceYield(incidence=66.8699, emission=23.1301).decay_length,
    ]
    assert depth[:2] == pytest.approx(expected, rel=1e-5, abs=0)
    assert weight[:2] == pytest.approx([expected[0], expected[1] / 0.8], rel=1e-5, abs=0)
    assert weight[2] == 0.0
    # Tilted across the plane of beam and detector: both cosines fall alike.
    _, across = relief.seen(FluorescenceYield(), np.array([[0.0, 0.6, 0.8]]), TOP.inward)
    assert across == pytest.approx(0.8 * expected[0], rel=1e-9, abs=0)
    below, _ = relief.seen(FluorescenceYield(), normal * [1.0, 1.0, -1.0], BOTTOM.inward)
    assert below == pytest.approx(weight, rel=1e-12, abs=0)


def test_what_is_turned_away_from_beam_or_detector_is_not_seen() -> None:
    relief = SphericalRelief(45.0, 45.0)
    away = np.array([[-0.8, 0.0, 0.6], [0.8, 0.0, 0.6], [0.6, 0.0, 0.8]])
    electrons, _ = relief.seen(ElectronYield(), away, TOP.inward)
    photons, _ = relief.seen(FluorescenceYield(), away, TOP.inward)
    # The beam comes from +x, the detector stands at -x; electrons leave in all directions.
    assert (electrons > 0.0).tolist() == [False, True, True]
    assert (photons > 0.0).tolist() == [False, False, True]
    assert electrons[1:] == pytest.approx(3.338e-9 / np.array([0.6, 0.8]), rel=1e-3, abs=0)


def test_two_fluorescence_cosines_add_as_depths_in_series() -> None:
    # 291.4 nm in at cosine .5 and 364.2 nm out at .8.
    found = FluorescenceYield().depths(np.array([0.5]), np.array([0.8]))
    assert 1e9 * found[0] == pytest.approx(1.0 / (1.0 / (0.5 * 291.3) + 1.0 / (0.8 * 364.0)), rel=2e-3)


def test_angles_of_a_sphere_are_checked_and_a_flat_one_keeps_the_mode() -> None:
    with pytest.raises(InputError, match="angle of emission = 95 degree"):
        SphericalRelief(45.0, 95.0)
    weight, depth = FlatRelief().seen(FluorescenceYield(), np.zeros((2, 3)), TOP.inward)
    assert weight.tolist() == [1.0, 1.0]
    assert depth == pytest.approx(np.full(2, FluorescenceYield().decay_length))


def test_a_face_turned_away_is_refused() -> None:
    # Beam and detector graze from opposite sides: the two cosines add to 2 sin(1 deg) = 0.035 at most, and
    # both would have to be above 0.02.
    edge_on = Nexafs(FluorescenceYield(), relief=SphericalRelief(1.0, 1.0))
    with pytest.raises(InputError, match=r"none of the \d+ points met on the separator side of the state is"):
        edge_on.read(sphere(UniformField(np.ones(1))), np.random.default_rng(0))


# --- barriers


def test_a_film_under_a_contact_is_a_cylinder() -> None:
    assert SurfaceFilm(2e-9, 1e-6).resistance(2.3e-9) == pytest.approx(1.2034e14, rel=1e-4)
    tip = ConductiveAfm(bias=2.0, contact_radius=2e-9, contact_resistance=1e9, film=SurfaceFilm(1e-9, 1e-2))
    film = 1e-9 / (1e-2 * np.pi * 4e-18)
    expected = 2.0 / (1.0 / (4 * 0.5 * 2e-9) + 1e9 + film + 3e9)
    assert float(tip.current(np.array(0.5), np.array(3e9))) == pytest.approx(expected, rel=1e-12, abs=0)
    with pytest.raises(InputError, match="conductivity of the film = 0 S/m"):
        SurfaceFilm(1e-9, 0.0)
    with pytest.raises(InputError, match="thickness of the film = -1e-09 m"):
        SurfaceFilm(-1e-9, 1.0)


def test_richardsons_constant_and_the_saturation_current() -> None:
    charge, boltzmann, planck, electron = 1.602177e-19, 1.380649e-23, 6.62607e-34, 9.10938e-31
    assert pytest.approx(4 * np.pi * electron * charge * boltzmann**2 / planck**3, rel=1e-5) == RICHARDSON
    # 1.20173e6 x 298.15^2 x exp(-0.5/0.025693) = 377.5 A/m2 on a disc of 2.3 nm.
    barrier = SchottkyJunction(0.5)
    assert barrier.thermal_voltage == pytest.approx(0.0256926, rel=1e-5)
    assert barrier.saturation(2.3e-9) == pytest.approx(6.27e-15, rel=2e-3, abs=0)


def test_a_barrier_lets_its_saturation_current_through_backwards() -> None:
    barrier, series = SchottkyJunction(0.4), np.array([1e6])
    found = barrier.current(-1.0, series, 2.3e-9)
    assert found[0] == pytest.approx(-barrier.saturation(2.3e-9), rel=1e-9, abs=0)


def test_forward_the_voltages_of_barrier_and_resistance_add() -> None:
    barrier, series = SchottkyJunction(0.6, ideality=1.3), np.array([1e6, 1e9, 1e12])
    current = barrier.current(1.0, series, 2.3e-9)
    over = 1.3 * barrier.thermal_voltage * np.log1p(current / barrier.saturation(2.3e-9))
    assert over + current * series == pytest.approx(np.ones(3), rel=1e-9)
    assert (np.diff(current) < 0.0).all()
    # Without a barrier to speak of, and with one at its foot, the resistance is all: kT/e over I_0 is 3 Ohm.
    assert SchottkyJunction(0.0).current(1.0, np.array([1e9]), 2.3e-9)[0] == pytest.approx(1e-9, rel=0.05)
    assert OhmicJunction().current(1.0, np.array([1e9]), 2.3e-9)[0] == pytest.approx(1e-9, rel=1e-12)


def test_an_isolated_particle_is_silent_behind_a_barrier_too() -> None:
    assert SchottkyJunction(0.5).current(4.0, np.array([np.inf]), 2.3e-9)[0] == 0.0
    through = ConductiveAfm(junction=SchottkyJunction(0.5))
    bare = ConductiveAfm()
    sigma = np.array([1.0])
    assert 0.5 < through.current(sigma, np.zeros(1))[0] / bare.current(sigma, np.zeros(1))[0] < 0.95


def test_numbers_of_a_barrier_are_checked() -> None:
    for entries, message in (
        ({"barrier": -0.1}, "height of the barrier = -0.1 eV"),
        ({"barrier": 0.5, "ideality": 0.5}, "ideality of the barrier = 0.5"),
        ({"barrier": 0.5, "temperature": 25.0}, "temperature = 25 K"),
    ):
        with pytest.raises(InputError, match=message):
            SchottkyJunction(**entries)


# --- size and pores


def test_nix_and_gao_at_the_depth_of_their_length() -> None:
    # At h = h* hardness is sqrt(2) H_0, at h = h*/3 it is 2 H_0; the loads follow from P = H c h^2.
    law = NixGao(300e-9)
    for share, factor in ((1.0, np.sqrt(2.0)), (3.0, 2.0), (0.01, np.sqrt(1.01))):
        load = factor * 1e9 * 24.5 * (300e-9 / share) ** 2
        assert law.hardness(1e9, load) == pytest.approx(factor * 1e9, rel=1e-9)
    assert NixGao(0.0).hardness(1e9, 450e-6) == pytest.approx(1e9, rel=1e-9)
    assert NoSizeEffect().hardness(1e9, 450e-6) == 1e9
    with pytest.raises(InputError, match=r"length h\* of the size effect = -1e-09 m"):
        NixGao(-1e-9)


@pytest.mark.parametrize("porosity", [0.0, 0.1, 0.3])
def test_spherical_pores_in_a_solid_of_poissons_ratio_a_fifth(porosity: float) -> None:
    # There the bound is E (1 - p)/(1 + p) and Poisson's ratio stays.
    porous, hardness = SphericalPores(porosity).weaken(Elastic(140e9, 0.2), 8e9)
    assert porous.youngs_modulus == pytest.approx(140e9 * (1 - porosity) / (1 + porosity), rel=1e-9)
    assert porous.poisson_ratio == pytest.approx(0.2, rel=1e-9)
    assert hardness == pytest.approx((1 - porosity) * 8e9)


def test_pores_in_another_solid_have_the_bulk_modulus_of_hollow_spheres() -> None:
    # K (1 - p) 4 G / (4 G + 3 p K), exact for an assemblage of hollow spheres.
    solid, p = Elastic(140e9, 0.3), 0.15
    bulk, shear = 140e9 / (3 * 0.4), 140e9 / 2.6
    porous, _ = SphericalPores(p).weaken(solid, 8e9)
    found = porous.youngs_modulus / (3 * (1 - 2 * porous.poisson_ratio))
    assert found == pytest.approx(4 * shear * bulk * (1 - p) / (4 * shear + 3 * p * bulk), rel=1e-9)
    assert Dense().weaken(solid, 8e9) == (solid, 8e9)
    with pytest.raises(InputError, match="porosity of a particle = 0.7"):
        SphericalPores(0.7)


def test_a_porous_particle_reads_softer_and_a_small_indent_harder() -> None:
    state = ElectrodeState(
        np.array([[16e-6, 10e-6, 17e-6]]), np.array([9e-6]), (32e-6, 20e-6, 34e-6), UniformField(np.ones(1))
    )
    alone = {"support": NoSupport(), "surroundings": NoSurroundings()}

    def core(**entries) -> tuple[float, float]:
        exact = Nanoindenter(
            analysis=OliverPharr(intercept=intercept_factor(2.0)), depth_noise=0.0, load_noise=0.0
        )
        one = IndentationMap(exact, Composite(**alone, **entries), points=15, cut=Cut(10e-6))
        reading = one.read(state, np.random.default_rng(0))
        return reading.core().value, float(reading.hardness[reading.section_fraction < 0.5].mean())

    (modulus, hardness), (softer, weaker) = core(), core(pores=SphericalPores(0.2))
    assert weaker == pytest.approx(0.8 * hardness, rel=1e-3)
    # 1/E_r adds the tip: E falls to two thirds, E_r to a little more.
    assert 0.66 < softer / modulus < 0.75
    same, harder = core(size_effect=NixGao(100e-9))
    assert same == pytest.approx(modulus, rel=0.01)
    assert harder == pytest.approx(NixGao(100e-9).hardness(8.9e9, 450e-6), rel=1e-3)
    assert hardness == pytest.approx(8.9e9, rel=1e-3)


def test_a_particle_of_the_composite_has_all_its_factors() -> None:
    composite = Composite(
        retained=0.5, pores=SphericalPores(0.1), size_effect=NixGao(50e-9), poisson_ratio=0.2
    )
    elastic, hardness = composite.particle(140e9, float(particle_hardness(np.array(1.0))), 450e-6)
    assert elastic.youngs_modulus == pytest.approx(70e9 * 0.9 / 1.1, rel=1e-9)
    assert hardness == pytest.approx(NixGao(50e-9).hardness(0.5 * 0.9 * 8.9e9, 450e-6), rel=1e-9)
