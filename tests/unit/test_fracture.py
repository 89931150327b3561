"""Stress intensity of cracks in single particles, and what the history keeps of it, against closed forms."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from scipy.integrate import quad
from scipy.special import beta
from support import closed_forms as exact

from chemomech.errors import InputError
from chemomech.materials import active_material
from chemomech.solver.physics.fracture import (
    FractureHistory,
    FractureReading,
    RadialProfile,
    core_crack,
    mean_square_radius,
    read_fracture,
    require_flaws_inside,
    stress_in_spheres,
    surface_crack,
)
from chemomech.solver.physics.fracture.stress import RadialStress

Array = npt.NDArray[np.float64]
ONE = np.ones(1)
FINE = np.linspace(0.0, 1.0, 201)


def profile_of(law: Callable[[Array], Array], edges: Array = FINE) -> RadialProfile:
    """Shell means by quadrature, and the surface value, of a function of r/R."""
    nodes, weights = np.polynomial.legendre.leggauss(8)
    low, high = edges[:-1, None], edges[1:, None]
    s = 0.5 * (high + low) + 0.5 * (high - low) * nodes
    means = (law(s) * s**2 * weights).sum(axis=1) / (s**2 * weights).sum(axis=1)
    return RadialProfile.from_shells(mean_square_radius(edges), means[None], law(np.ones(1)))


def steady_stress(sign: float) -> RadialStress:
    """E Omega J R / (3 (1 - nu) D) = S = 1: surface hoop +0.2 on charge (sign +1), core +0.2 on discharge."""
    return RadialStress(ONE, profile_of(lambda s: -0.5 * sign * s**2, np.linspace(0.0, 1.0, 6)), 0.0 * ONE)


def uniform(s: Array) -> Array:
    return np.ones_like(s)


# --- profile and stress -----------------------------------------------------------------------------


def test_five_shells_give_a_parabola_exactly() -> None:
    profile = profile_of(lambda s: 0.4 + 0.3 * s**2, np.linspace(0.0, 1.0, 6))
    s = np.array([[0.0, 0.05, 0.33, 0.8, 1.0]])
    assert profile(s)[0] == pytest.approx(0.4 + 0.3 * s[0] ** 2, abs=1e-14)
    assert profile.mean_inside(s)[0] == pytest.approx(0.4 + 0.3 * 0.6 * s[0] ** 2, abs=1e-13)
    assert profile.mean[0] == pytest.approx(0.4 + 0.18, abs=1e-14)
    assert profile.centre[0] == pytest.approx(0.4, abs=1e-14)
    assert profile.surface[0] == pytest.approx(0.7, abs=1e-14)


@pytest.mark.parametrize("time", [0.02, 0.1])
def test_stress_of_a_profile_is_that_of_the_closed_form(time: float) -> None:
    # Crank's sphere under constant flux, unit E Omega J R / (3 (1 - nu) D), extraction positive: e = -y.
    rows = {0.02: (0.121923, 0.0400), 0.1: (0.186762, 0.16008)}
    hoop, centre = rows[time]

    def drop(s: Array) -> Array:
        return -exact.sphere_constant_flux(s, time)

    stress = RadialStress(ONE, profile_of(drop), 0.0 * ONE)
    assert stress.hoop(np.array([[1.0]]))[0, 0] == pytest.approx(hoop, rel=1e-3)
    assert stress.radial(np.array([[0.0]]))[0, 0] == pytest.approx(-centre, rel=2e-3)
    assert stress.hoop(np.array([[0.0]]))[0, 0] == pytest.approx(-centre, rel=2e-3)
    assert stress.radial(np.array([[1.0]]))[0, 0] == pytest.approx(0.0, abs=1e-12)
    # Inside, against the closed form with means by quadrature.
    s = 0.6
    inside = 3.0 / s**3 * quad(lambda r: float(drop(np.array(r))) * r**2, 0.0, s)[0]
    radial, tangential = exact.free_sphere_stress(float(drop(np.array(s))), inside, -3.0 * time)
    assert stress.hoop(np.array([[s]]))[0, 0] == pytest.approx(float(tangential), rel=1e-2, abs=1e-4)
    assert stress.radial(np.array([[s]]))[0, 0] == pytest.approx(float(radial), rel=1e-3)


def test_what_surrounds_the_sphere_adds_the_same_stress_everywhere() -> None:
    free = steady_stress(1.0)
    held = RadialStress(free.modulus, free.strain, np.array([0.35]))
    s = np.array([[0.0, 0.5, 1.0]])
    assert held.hoop(s) == pytest.approx(free.hoop(s) + 0.35)
    assert held.radial(s) == pytest.approx(free.radial(s) + 0.35)


def test_stress_of_a_material_counts_strain_from_the_state_as_made() -> None:
    material = active_material("nmc622").replace(youngs_modulus=140e9)
    x = RadialProfile.from_shells(np.array([0.3, 0.8]), np.full((2, 2), 0.80), np.array([0.79, 0.80]))
    stress = stress_in_spheres(material, x, np.array([0.0, 30e6]))
    # At the surface sigma_t = E/(1 - nu) (mean - surface strain); a uniform sphere bears the traction only.
    at = stress.hoop(np.ones((2, 1)))[:, 0]
    change = float(stress.strain.mean[0] - stress.strain.surface[0])
    assert change > 0.0
    assert at == pytest.approx([140e9 / 0.7 * change, 30e6], rel=1e-9)
    # One modulus a sphere, that of its mean: 143 GPa at x = 1, 111 at 0.41, linear between.
    wide = RadialProfile.from_shells(np.array([0.3, 0.8]), np.full((1, 2), 0.80), np.array([0.41]))
    modulus = stress_in_spheres(active_material("nmc622"), wide, np.zeros(1)).modulus
    assert modulus == pytest.approx((111e9 + 32e9 * (wide.mean - 0.41) / 0.59) / 0.7, rel=1e-9)
    # The surface lacks 0.01 of x, the mean .0015: .0085 times dV/dx, 2 to 4 A3, over 3 V.
    assert 2.0 < 3.0 * 101.4 * change / 0.0085 < 4.0
    assert stress.strain.surface[1] == pytest.approx(
        float(material.chemical_strain(0.80) - material.chemical_strain(0.93)), abs=1e-15
    )


# --- the two cracks ---------------------------------------------------------------------------------


def test_surface_crack_under_uniform_stress_is_the_edge_crack() -> None:
    found = surface_crack.stress_intensity(uniform, np.array([0.1]), ONE) / np.sqrt(np.pi * 0.1)
    assert found[0] == pytest.approx(1.12222, abs=1e-5)  # what the weight function gives
    assert found[0] == pytest.approx(1.1215, rel=1e-3)  # the edge crack of the handbooks
    # G = 1.12^2 pi (1 - nu^2) sigma^2 a / E: 200 MPa, 100 nm, 140 GPa, nu = 0.3.
    energy = (200e6 * found[0]) ** 2 * np.pi * 100e-9 * 0.91 / 140e9
    assert energy == pytest.approx(1.12**2 * np.pi * 0.91 * 4e16 * 1e-7 / 140e9, rel=5e-3)
    # 3.1 times a penny of that radius, 4 (1 - nu^2) sigma^2 a / (pi E).
    penny = core_crack.stress_intensity(uniform, np.array([0.1]), ONE)
    assert (found[0] ** 2 * np.pi * 0.1) / penny[0] ** 2 == pytest.approx(3.1, abs=0.02)


@pytest.mark.parametrize(("power", "handbook"), [(0, 1.1215), (1, 0.6829), (2, 0.5255)])
def test_surface_crack_under_powers_of_the_depth(power: int, handbook: float) -> None:
    # Tada, Paris, Irwin: sigma = (s)^n from the mouth, K / sqrt(pi a).
    depth = 0.2
    found = surface_crack.stress_intensity(lambda s: ((1.0 - s) / depth) ** power, np.array([depth]), ONE)
    assert found[0] / np.sqrt(np.pi * depth) == pytest.approx(handbook, rel=5e-3)


def test_penny_crack_under_uniform_and_parabolic_stress() -> None:
    a = np.array([0.05, 0.3, 0.387, 0.8])
    radius = np.ones(4)
    assert core_crack.stress_intensity(uniform, a, radius) == pytest.approx(
        2.0 * np.sqrt(a / np.pi), rel=1e-9
    )
    found = core_crack.stress_intensity(lambda s: 0.2 - 0.4 * s**2, a, radius)
    assert found == pytest.approx(2.0 * np.sqrt(a / np.pi) * (0.2 - 4.0 / 15.0 * a**2), rel=1e-9)


def intensities(crack: Callable[..., Array], stress: RadialStress, sizes: Array) -> Array:
    """K / (S sqrt R) of many sizes of a crack in the same sphere."""
    many = RadialStress(
        np.ones(len(sizes)),
        RadialProfile(
            np.repeat(stress.strain.squares, len(sizes), axis=0),
            np.repeat(stress.strain.values, len(sizes), axis=0),
        ),
        np.zeros(len(sizes)),
    )
    return crack(many.hoop, sizes, np.ones(len(sizes)))


SIZES = np.linspace(0.0005, 0.9995, 1999)


def crossings(values: Array, level: float) -> Array:
    return SIZES[np.flatnonzero(np.diff(np.sign(values - level)) != 0)]


def test_core_crack_in_the_quasi_steady_sphere() -> None:
    k = intensities(core_crack.stress_intensity, steady_stress(-1.0), SIZES)
    assert k.max() == pytest.approx(0.1124, abs=5e-5)
    assert SIZES[k.argmax()] == pytest.approx(0.387, abs=1e-3)
    assert crossings(k, 0.0) == pytest.approx([0.866], abs=1e-3)
    # On charge the core is pressed shut.
    assert np.all(intensities(core_crack.stress_intensity, steady_stress(1.0), SIZES[:500]) < 0.0)


def test_surface_crack_in_the_quasi_steady_sphere_starts_and_arrests() -> None:
    k = intensities(surface_crack.stress_intensity, steady_stress(1.0), SIZES)

    # int_0^1 s^n (1.3 - 0.3 s^1.25) / sqrt(1 - s^2) ds for n = 0, 1, 2, by beta functions; the hoop stress is
    # -0.2 + 0.4 (1 - a s)^2.
    c = [0.5 * (1.3 * beta((n + 1) / 2, 0.5) - 0.3 * beta((n + 2.25) / 2, 0.5)) for n in range(3)]
    closed = 2.0 * np.sqrt(SIZES / np.pi) * (0.2 * c[0] - 0.8 * SIZES * c[1] + 0.4 * SIZES**2 * c[2])
    assert k == pytest.approx(closed, abs=1e-6)
    assert k.max() == pytest.approx(0.1010, abs=1e-4)
    assert SIZES[k.argmax()] == pytest.approx(0.152, abs=2e-3)
    # The closed form vanishes where 0.2 c0 - 0.8 c1 a + 0.4 c2 a^2 does, at .510.
    root = (0.8 * c[1] - np.sqrt(0.64 * c[1] ** 2 - 0.32 * c[0] * c[2])) / (0.8 * c[2])
    assert root == pytest.approx(0.5101, abs=1e-4)
    assert crossings(k, 0.0) == pytest.approx([root], abs=1e-3)
    start, arrest = crossings(k, 0.04)
    assert (start, arrest) == pytest.approx((0.0107, 0.410), abs=1e-3)
    start, arrest = crossings(k, 0.06)
    assert (start, arrest) == pytest.approx((0.0256, 0.354), abs=1e-3)
    # On discharge the surface is pressed shut.
    assert np.all(intensities(surface_crack.stress_intensity, steady_stress(-1.0), SIZES[:500]) < 0.0)


# --- ratios -----------------------------------------------------------------------------------------


def test_toughness_is_the_measured_one_at_its_states_of_charge() -> None:
    # Xu 2017, SOC 0/33/66/100; SOC 100 is x = 0.41 as for E(x).
    toughness = active_material("nmc622").fracture_toughness
    x = 1.0 - 0.59 * np.array([0.0, 0.33, 0.66, 1.0])
    assert toughness(x) == pytest.approx([0.102e6, 0.091e6, 0.070e6, 0.058e6], rel=1e-9)
    assert np.all(np.diff(toughness(np.linspace(0.41, 1.0, 100))) > 0.0)
    assert toughness(np.array([0.18, 0.3])) == pytest.approx(0.058e6)
    # G_c .066 -> .027 J/m2.
    energy = active_material("nmc622").fracture_energy
    assert energy(np.array([1.0, 0.41])) == pytest.approx([0.066, 0.027], abs=8e-4)


def test_each_crack_is_held_against_the_toughness_where_it_is() -> None:
    material = active_material("nmc622").replace(youngs_modulus=140e9)
    # Much lithium lost at the surface: tension there, and a low toughness.
    x = RadialProfile.from_shells(
        mean_square_radius(np.linspace(0.0, 1.0, 11)),
        np.repeat(0.70 - 0.2 * mean_square_radius(np.linspace(0.0, 1.0, 11))[None], 2, axis=0),
        np.full(2, 0.50),
    )
    radius, traction = np.full(2, 3e-6), np.array([0.0, 300e6])
    found = read_fracture(material, radius, x, traction, np.array([-5e6, 75e6]))
    stress = stress_in_spheres(material, x, traction)
    surface = surface_crack.stress_intensity(stress.hoop, np.full(2, 100e-9), radius)
    assert found.surface_stress_intensity == pytest.approx(surface)
    assert found.surface_crack_ratio == pytest.approx(
        (surface / float(material.fracture_toughness(0.50))) ** 2
    )
    assert found.core_stress_intensity[0] < 0.0  # compression in the core of a free sphere
    assert found.core_crack_ratio[0] == 0.0
    core = core_crack.stress_intensity(stress.hoop, np.full(2, 100e-9), radius)
    assert core[1] > 0.0
    assert found.core_crack_ratio[1] == pytest.approx(
        (core[1] / float(material.fracture_toughness(0.70))) ** 2
    )
    assert found.strength_ratio == pytest.approx([0.0, 0.5])
    # The traction of the matrix alone: 1.1222 p sqrt(pi a) more at the surface, 2 p sqrt(a/pi) in the core.
    more = np.diff(found.surface_stress_intensity)[0], np.diff(found.core_stress_intensity)[0]
    assert more == pytest.approx(
        (1.12222 * 300e6 * np.sqrt(np.pi * 1e-7), 2.0 * 300e6 * np.sqrt(1e-7 / np.pi)), rel=1e-4
    )


def test_a_flaw_as_large_as_a_particle_is_refused() -> None:
    material = active_material("nmc622")
    require_flaws_inside(material, np.array([1e-6, 1.01e-7]))
    with pytest.raises(InputError, match="surface_flaw_depth"):
        require_flaws_inside(material, np.array([1e-6, float(material.surface_flaw_depth)]))
    for name in ("surface_flaw_depth", "core_flaw_radius"):
        with pytest.raises(InputError, match=rf"{name} = 2e-06 m must be less than the radius.* 1.5e-06 m"):
            require_flaws_inside(material.replace(**{name: 2e-6}), np.array([4e-6, 1.5e-6]))


# --- history ----------------------------------------------------------------------------------------


def state(strength: list[float], surface: list[float], core: list[float]) -> FractureReading:
    return FractureReading(
        np.array(surface) * 1e5, np.array(core) * 1e5, np.array(strength), np.array(surface), np.array(core)
    )


STATES = (
    (0.0, state([0.0, 1.5, 0.0], [0.2, 0.0, 0.0], [0.0, 0.0, 0.0])),
    (10.0, state([0.5, 0.1, 0.0], [0.6, 1.0, 0.0], [0.9, 0.0, 0.0])),
    (20.0, state([1.5, 2.0, 0.2], [1.0, 0.5, 0.0], [0.8, 0.0, 0.0])),
    (20.0, state([1.5, 2.0, 1.2], [3.0, 1.5, 0.0], [0.8, 2.0, 0.0])),
    (25.0, state([0.0, 0.0, 0.0], [0.1, 0.0, 0.0], [1.3, 0.0, 0.0])),
)


def test_history_keeps_maxima_and_the_first_passages_between_states() -> None:
    history = FractureHistory()
    rows = [history.update(time, reading) for time, reading in STATES]
    passages = history.first_passages()
    assert passages["strength_first_passage"] == pytest.approx([15.0, 0.0, 20.0])
    assert passages["surface_crack_first_passage"] == pytest.approx([20.0, 10.0, np.nan], nan_ok=True)
    assert passages["core_crack_first_passage"] == pytest.approx([22.0, 20.0, np.nan], nan_ok=True)
    assert rows[-1]["strength_ratio"] == pytest.approx([1.5, 2.0, 1.2])
    assert rows[-1]["surface_crack_ratio"] == pytest.approx([3.0, 1.5, 0.0])
    assert rows[-1]["core_crack_ratio"] == pytest.approx([1.3, 2.0, 0.0])
    assert rows[-1]["energy_release_ratio"] == pytest.approx([3.0, 2.0, 0.0])
    assert rows[1]["energy_release_ratio"] == pytest.approx([0.9, 1.0, 0.0])
    assert rows[-1]["surface_stress_intensity"] == pytest.approx([0.1e5, 0.0, 0.0])  # the present one
    assert rows[-1]["core_stress_intensity"] == pytest.approx([1.3e5, 0.0, 0.0])


@pytest.mark.parametrize("cut", range(1, len(STATES)))
def test_history_restored_from_what_it_stored_goes_on_to_the_same_bits(cut: int) -> None:
    whole, first, second = FractureHistory(), FractureHistory(), FractureHistory()
    for time, reading in STATES:
        wanted = whole.update(time, reading)
    for time, reading in STATES[:cut]:
        first.update(time, reading)
    second.restore({name: np.asarray(values).copy() for name, values in first.stored().items()})
    for time, reading in STATES[cut:]:
        found = second.update(time, reading)
    for name, values in (wanted | whole.first_passages()).items():
        assert np.array_equal((found | second.first_passages())[name], values, equal_nan=True), name
