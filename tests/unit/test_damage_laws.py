"""Laws of damage by particle against numbers from elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import spherical_jn

from chemomech.solver.physics.damage import (
    contact,
    debonding,
    energy,
    grains,
    growth,
    isolation,
    layers,
    toughness,
    wetting,
)
from chemomech.solver.physics.fracture import RadialProfile, RadialStress, core_crack, surface_crack

ONE = np.ones(1)
DEPTHS = np.linspace(0.002, 0.52, 400)


def parabola_hoop(s: np.ndarray) -> np.ndarray:
    """Hoop stress of a quasi-steady profile over that at the surface: 2 s^2 - 1."""
    return 2.0 * np.asarray(s) ** 2 - 1.0


def surface_intensities(depths: np.ndarray) -> np.ndarray:
    """K of the surface crack over S sqrt(R), where the surface bears 0.2 S."""
    radius = np.ones(len(depths))
    return surface_crack.stress_intensity(lambda s: 0.2 * parabola_hoop(s), depths, radius)


# --- quasi-steady cracks and their arrest ---------------------------------------------------------------


def test_cracks_in_a_quasi_steady_sphere_have_their_maxima_and_zeros_where_they_should() -> None:
    intensity = surface_intensities(DEPTHS)
    assert intensity.max() == pytest.approx(0.1010, abs=2e-4)
    assert DEPTHS[np.argmax(intensity)] == pytest.approx(0.152, abs=2e-3)
    assert np.interp(0.0, -intensity[200:], DEPTHS[200:]) == pytest.approx(0.512, abs=2e-3)
    radii = np.linspace(0.05, 0.95, 400)
    core = core_crack.stress_intensity(lambda s: -0.2 * parabola_hoop(s), radii, np.ones(400))
    # The core bears as much tension on discharge as the surface on charge.
    assert core.max() == pytest.approx(0.1124, abs=3e-4)
    assert radii[np.argmax(core)] == pytest.approx(0.387, abs=3e-3)
    assert np.interp(0.0, -core[200:], radii[200:]) == pytest.approx(0.866, abs=2e-3)


@pytest.mark.parametrize(("critical", "start", "arrest"), [(0.04, 0.012, 0.410), (0.06, 0.026, 0.354)])
def test_an_unstable_crack_starts_and_arrests_at_the_depths_of_the_quasi_steady_sphere(
    critical: float, start: float, arrest: float
) -> None:
    ratios = (surface_intensities(DEPTHS) / critical)[:, None]
    before, after = np.array([start - 2e-3]), np.array([start + 2e-3])
    assert growth.arrest_depth(before, DEPTHS, ratios, ONE) == pytest.approx(before)
    assert growth.arrest_depth(after, DEPTHS, ratios, ONE) == pytest.approx(arrest, abs=2e-3)
    # A tougher one stays, a crack that has arrested stays, and none heals.
    assert growth.arrest_depth(after, DEPTHS, ratios, 9.0 * ONE) == pytest.approx(after)
    assert growth.arrest_depth(np.array([0.45]), DEPTHS, ratios, ONE) == pytest.approx(0.45)


def test_particles_arrest_one_by_one_and_at_the_last_known_depth() -> None:
    depths = np.array([0.1, 0.2, 0.3])
    ratios = np.array([[2.0, 0.5, 2.0], [1.5, 0.5, 1.5], [0.5, 0.5, 1.2]])
    reached = growth.arrest_depth(np.full(3, 0.1), depths, ratios, np.ones(3))
    assert reached == pytest.approx([0.25, 0.1, 0.3])


def test_paris_reaches_the_depths_of_the_closed_form() -> None:
    # da/dN = C (1.12 sigma sqrt(pi a) / 1 MPa m^.5)^4 with C 1e-5 m, sigma 200 MPa, from 100 nm: 200 nm after
    # 20.1 cycles, 1 um after 36.2, divergence at 40.2.
    law = growth.Paris(1e-5, 4.0, 1e9)
    depth, cycle, step, reached = np.array([1e-7]), 0.0, 1e-3, {}
    while depth[0] < 1e-6:
        for target in (2e-7, 1e-6):
            if depth[0] >= target:
                reached.setdefault(target, cycle)

        def rate(a: np.ndarray) -> np.ndarray:
            return law.rate(a, 1.12 * 200.0 * np.sqrt(np.pi * a))

        depth = depth + step * rate(depth + 0.5 * step * rate(depth))
        cycle += step
    assert reached[2e-7] == pytest.approx(20.1, abs=0.1)
    assert cycle == pytest.approx(36.2, abs=0.1)
    assert cycle / (1.0 - 0.1) == pytest.approx(40.2, abs=0.1)


def test_paris_dies_out_at_the_largest_depth_and_grows_with_the_exponent() -> None:
    law = growth.Paris(0.02, 6.0, 0.5)
    assert law.rate(np.array([0.0, 0.25, 0.5, 0.6]), ONE) == pytest.approx([0.02, 0.01, 0.0, 0.0])
    assert law.rate(np.zeros(1), 2.0 * ONE) == pytest.approx(0.02 * 64.0)
    assert law.rate(np.zeros(1), -ONE) == pytest.approx(0.0)


# --- toughness, wetting, grains -------------------------------------------------------------------------


def test_toughness_falls_as_the_measured_fracture_energies() -> None:
    # 0.065, 0.056, 0.039, 0.021, 0.011 J/m2 belong to q = 1, 1.15, 1.59, 2.56, 3.87.
    q = np.array([1.0, 1.15, 1.59, 2.56, 3.87])
    assert 0.065 * toughness.energy_left(q) == pytest.approx([0.065, 0.056, 0.039, 0.021, 0.011], rel=0.03)
    memory = toughness.ToughnessMemory(0.027, 0.1e6)
    assert memory.grown(np.array([0.1e6, 0.2e6, -0.3e6])) == pytest.approx([0.027, 0.108, 0.0])


def test_wetted_cracks_add_the_area_of_their_faces() -> None:
    # One annular cut of depth a R through a sphere: two rings of pi (R^2 - (R - a)^2) over 4 pi R^2.
    for depth in (0.1, 0.4):
        rings = 2.0 * np.pi * (1.0 - (1.0 - depth) ** 2) / (4.0 * np.pi)
        assert wetting.area_factor(np.array([depth]), 3.0) == pytest.approx(1.0 + 3.0 * rings)
    assert wetting.area_factor(np.zeros(1), 3.0) == pytest.approx(1.0)


def test_grains_crack_above_the_misfit_threshold() -> None:
    threshold = grains.misfit_threshold(0.265, 180e9, 150e-9)
    assert threshold == pytest.approx(0.012, abs=2e-4)
    law = grains.GrainCracks(0.05, 0.4, threshold)
    growth_of = law.grown(np.array([0.0, 0.0, 0.2, 0.4]), threshold * np.array([0.9, 2.0, -2.0, 2.0]))
    assert growth_of == pytest.approx([0.0, 0.05, 0.025, 0.0])


def test_grain_cracks_soften_as_the_measured_moduli() -> None:
    # 145 to 125, 114.5 GPa: rho 0.09, 0.15.
    assert 145.0 * grains.stiffness_factor(np.array([0.09, 0.15])) == pytest.approx([125.0, 114.5], rel=0.01)
    assert grains.transport_factor(np.array([0.0, 0.9])) == pytest.approx([1.0, 1.0 / 1.8])


# --- interface and contact ------------------------------------------------------------------------------

BOND = debonding.Interface(20e6, 0.31, 3.82e-10)


def test_the_bond_softens_from_an_onset_that_does_not_depend_on_the_radius() -> None:
    assert BOND.onset == pytest.approx(0.00764, rel=1e-3)
    assert BOND.largest_stable_radius == pytest.approx(4.06e-6, rel=2e-3)
    radii = np.array([1e-6, 3.11e-6, 10e-6])
    below, above = 0.0076 * np.ones(3), 0.0077 * np.ones(3)
    assert BOND.opening(below, radii) == pytest.approx(0.0)
    assert np.all(BOND.opening(above, radii) > 0.0)
    assert BOND.traction(below, radii) == pytest.approx(0.0076 / 3.82e-10)


def test_a_small_sphere_opens_stably_to_the_end() -> None:
    radius, misfit = np.array([3.11e-6]), np.array([0.009])
    opening = BOND.opening(misfit, radius)
    assert opening == pytest.approx(18.1e-9, rel=5e-3)
    assert BOND.traction(misfit, radius) == pytest.approx(8.3e6, rel=0.01)
    assert 1.0 - BOND.intact(opening) == pytest.approx(18.1 / 31.0, rel=5e-3)
    complete = 31e-9 / 3.11e-6
    assert complete == pytest.approx(0.00997, rel=1e-3)
    assert BOND.intact(BOND.opening(np.array([0.999 * complete]), radius))[0] > 0.0
    assert BOND.intact(BOND.opening(np.array([1.001 * complete]), radius))[0] == 0.0


def test_a_large_sphere_lets_go_at_once() -> None:
    radius = np.array([10e-6])
    opening = BOND.opening(np.array([1.0001 * BOND.onset]), radius)
    assert opening == pytest.approx(76e-9, rel=0.01)
    assert BOND.intact(opening) == pytest.approx(0.0)
    assert BOND.traction(np.array([1.0001 * BOND.onset]), radius) == pytest.approx(0.0)


def test_spreading_into_the_particle_limits_a_contact_of_few_spots() -> None:
    # One spot of 50 nm on R = 5 um: 0.12 S/m2 at 1.9e-4 S/m (x = 1), 18 S/m2 at 2.8e-2 S/m (x = 0.9).
    radius = np.full(2, 5e-6)
    spread = contact.conductance(
        1e5 * np.ones(2), np.ones(2), radius, np.array([1.9e-4, 2.8e-2]), 50e-9, np.ones(2)
    )
    assert spread == pytest.approx([0.12, 18.0], rel=0.03)
    many = contact.conductance(
        np.full(1, 130.0), np.full(1, 0.5), radius[:1], np.full(1, 0.1), 1e-6, np.full(1, 1e6)
    )
    assert many == pytest.approx(65.0, rel=1e-3)
    intact, spots, three = np.array([0.0, 0.5, 0.5]), np.array([3.0, 0.0, 3.0]), np.ones(3)
    none = contact.conductance(130.0 * three, intact, 5e-6 * three, 0.1 * three, 5e-8, spots)
    assert none[:2] == pytest.approx([0.0, 0.0])
    assert none[2] > 0.0


def test_isolation_has_the_probability_of_no_spot() -> None:
    # lambda0 = -ln 0.06: 6 % of the particles of the reference radius.
    spots = -np.log(0.06)
    assert spots == pytest.approx(2.81, abs=0.01)
    radius = np.array([3e-6, 6e-6])
    assert isolation.probability(radius, np.ones(2), spots, 3e-6) == pytest.approx([0.06, 0.06**4])
    assert isolation.probability(radius, np.zeros(2), spots, 3e-6) == pytest.approx([1.0, 1.0])
    draws = np.random.default_rng(3).random(20000)
    isolated = draws < isolation.probability(np.full(20000, 3e-6), np.full(20000, 0.5), spots, 3e-6)
    assert isolated.mean() == pytest.approx(np.sqrt(0.06), abs=0.01)


# --- energy of cracks -----------------------------------------------------------------------------------


def test_a_sphere_with_a_parabola_stores_its_closed_form() -> None:
    # e = e1 s^2 in a free sphere: W = 16 pi/175 E e1^2 R^3 / (1 - nu), from sigma_r = 2/5 M e1 (1 - s^2) and
    # sigma_t = 2/5 M e1 (1 - 2 s^2) with M = E/(1 - nu).
    modulus, nu, strain, radius = 140e9, 0.3, -0.006, 3e-6
    squares = np.linspace(0.0, 1.0, 3)[None]
    profile = RadialProfile(squares, strain * squares)
    stress = RadialStress(np.full(1, modulus / (1.0 - nu)), profile, np.zeros(1))
    (stored,) = energy.stored_energy(stress, np.full(1, radius), nu)
    expected = 16.0 * np.pi / 175.0 * modulus * strain**2 * radius**3 / (1.0 - nu)
    assert stored == pytest.approx(expected, rel=1e-12)


def test_cracks_take_up_their_area_and_set_free_by_the_square_of_the_ratio() -> None:
    depths, radius = np.array([0.1, 0.5]), np.array([2e-6, 4e-6])
    before, after = np.array([0.1, 0.2]), np.array([0.5, 0.2])
    critical = np.full((2, 2), 0.05)
    # One annulus from R to R/2 has 3/4 of the area of a great circle, that from R to 0.9 R 0.19.
    area = 3.0 * np.pi * radius[0] ** 2 * (0.75 - 0.19)
    taken = energy.released(radius, before, after, 3.0, depths, np.ones((2, 2)), critical)
    assert taken == pytest.approx([0.05 * area, 0.0])
    free = energy.released(radius, before, after, 3.0, depths, np.full((2, 2), 2.0), critical)
    assert free == pytest.approx(4.0 * taken)
    assert energy.depth_of_area(radius, energy.crack_area(radius, after, 3.0), 3.0) == pytest.approx(after)


# --- layers ---------------------------------------------------------------------------------------------


def layer(**changes: float) -> layers.GrowingLayer:
    given = {
        "rate": 1e-12, "slowed_from": 2e-9, "reference_potential": 4.3, "transfer": 0.5,
        "conductivity": 1e-6, "temperature": 298.15,
    }  # fmt: skip
    return layers.GrowingLayer(**(given | changes))


def test_a_layer_grows_after_deal_and_grove_whatever_the_steps() -> None:
    law, potential = layer(), np.full(1, 4.3)
    # L + L^2/(2 L_slow) = k t: 6 nm of bare growth leave 2 (sqrt 7 - 1) nm.
    once = law.grown(np.zeros(1), potential, 6000.0)
    assert once == pytest.approx(2e-9 * (np.sqrt(7.0) - 1.0))
    stepped = np.zeros(1)
    for _ in range(50):
        stepped = law.grown(stepped, potential, 120.0)
    assert stepped == pytest.approx(once, rel=1e-9)
    assert law.resistance(once) == pytest.approx(once / 1e-6)


def test_a_layer_grows_by_tafel_in_the_potential() -> None:
    # 0.05139 V for a factor e at half the potential and 25 degC: 2 R T / F.
    thin = layer(slowed_from=1.0)
    low, high = (thin.grown(np.zeros(1), np.full(1, u), 1.0) for u in (4.3, 4.3 + 0.0513852))
    assert high / low == pytest.approx(np.e, rel=1e-5)
    assert np.all(np.isfinite(thin.grown(np.zeros(1), np.full(1, 1e3), 1.0)))


# --- critical radius ------------------------------------------------------------------------------------


def largest_intensity(radius: float, decline: float) -> float:
    """Largest K of a surface crack [Pa m^0.5] in a quasi-steady sphere.

    E 140 GPa, nu 0.3, Omega c_max 0.03, D 1e-14 m2/s.

    Args:
        radius: R [m].
        decline: -dx/dt [1/s].
    """
    amplitude = decline * radius**2 / (6.0 * 1e-14)
    squares = np.array([[0.0, 1.0]])
    strain = RadialProfile(squares, 0.01 * (0.5 - amplitude * squares))
    stress = RadialStress(np.full(1, 140e9 / 0.7), strain, np.zeros(1))
    depths = np.linspace(0.05, 0.4, 141) * radius
    ones = np.full(1, radius)
    return max(float(surface_crack.stress_intensity(stress.hoop, np.full(1, a), ones)[0]) for a in depths)


def critical_radius(decline: Callable[[float], float], toughness_of: float = 0.1e6) -> float:
    return float(brentq(lambda r: largest_intensity(r, decline(r)) - toughness_of, 1e-7, 1e-4))


def test_the_critical_radius_falls_with_the_rate_and_with_the_flux() -> None:
    by_rate = {rate: critical_radius(lambda r, c=rate: 0.65 * c / 3600.0) for rate in (1.0, 5.0)}
    assert by_rate[5.0] == pytest.approx(3.07e-6, rel=5e-3)
    assert by_rate[1.0] == pytest.approx(5.84e-6, rel=5e-3)
    assert by_rate[1.0] / by_rate[5.0] == pytest.approx(5.0**0.4, rel=1e-3)
    # A flux J empties a sphere by 3 J/R: R goes with J^(-2/3).
    by_flux = [critical_radius(lambda r, j=flux: 3.0 * j / r) for flux in (1e-9, 8e-9)]
    assert by_flux[0] / by_flux[1] == pytest.approx(4.0, rel=1e-3)


def test_a_flaw_that_may_be_there_falls_with_the_square_of_the_rate() -> None:
    # K of a shallow flaw under the surface stress: K_c^2 = (1.1222 S)^2 pi a.
    def flaw(rate: float) -> float:
        surface = 0.4 * 140e9 / 0.7 * 0.01 * 0.65 * rate / 3600.0 * 9e-12 / 6e-14

        def excess(a: float) -> float:
            hoop = lambda s: surface * parabola_hoop(s)  # noqa: E731
            return float(surface_crack.stress_intensity(hoop, np.full(1, a), np.full(1, 3e-6))[0]) - 1e3

        return float(brentq(excess, 1e-16, 1e-8))

    assert flaw(1.0) / flaw(4.0) == pytest.approx(16.0, rel=0.01)


def test_a_sphere_of_radius_r_over_a_relaxes_faster_than_the_cut_one_it_stands_for() -> None:
    # Slowest decay of halves, quarters and octants whose cuts are wetted: squares of the first zeros of
    # spherical Bessel functions of order 1, 2, 3 over pi^2; one, two and three cuts through the centre.
    true, shares = (2.046, 3.366, 4.948), (1.10, 1.19, 1.27)
    for cuts, (rate, error) in enumerate(zip(true, shares, strict=True), start=1):
        zero = brentq(lambda z, order=cuts: spherical_jn(order, z), 3.0 + cuts, 5.0 + cuts)
        assert (zero / np.pi) ** 2 == pytest.approx(rate, abs=1e-3)
        factor = float(wetting.area_factor(np.ones(1), float(cuts))[0])
        assert factor == pytest.approx(1.0 + 0.5 * cuts)
        # The square of A is too fast by 10, 19 and 26 %.
        assert factor**2 / rate == pytest.approx(error, abs=0.01)
