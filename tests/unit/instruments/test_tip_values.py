"""Spots of a cut and force microscopy: values from closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from support.two_spheres import WIDE, rng

from chemomech.errors import InputError
from chemomech.materials import active_material
from chemomech.validation.instruments import (
    ConductiveAfm,
    ContactResonance,
    Cut,
    ElectrodeState,
    IndentationMap,
    PositionField,
    RadialField,
    StrainMicroscope,
    UniformField,
)
from chemomech.validation.instruments.composite import PUSHED_IN, Composite, particle_hardness
from chemomech.validation.instruments.contact import reduced_modulus, sphere_stiffness
from chemomech.validation.instruments.contact_resonance import Cantilever
from chemomech.validation.instruments.matrix import CARBON_BINDER, RESIN
from chemomech.validation.instruments.support import (
    EmbeddedSupport,
    NoSupport,
    Seat,
)
from chemomech.validation.instruments.surroundings import NoSurroundings

CENTRES, RADII, BOX = WIDE.centres, WIDE.radii, WIDE.box


def state(x: float = 1.0) -> ElectrodeState:
    return WIDE.state(UniformField(np.full(2, x)))


# --- spots of a cut


def test_a_spot_on_a_particle_has_its_lithium_its_seat_and_its_place() -> None:
    tilted = PositionField(lambda p: 0.4 + 2e4 * p[:, 2])
    electrode = ElectrodeState(CENTRES, RADII, BOX, tilted)
    cut, composite = Cut(12e-6), Composite()
    spots, particle, fraction = composite.spots(
        electrode, cut, np.array([9e-6, 22e-6, 30e-6]), np.array([10e-6, 24e-6, 3e-6]), 450e-6, rng()
    )
    assert particle.tolist() == [0, 1, -1]
    section = np.sqrt(21.0) * 1e-6
    assert fraction[:2] == pytest.approx([np.sqrt(5.0) * 1e-6 / section, 0.0])
    assert np.isnan(fraction[2])
    nmc = active_material("nmc622")
    for spot, x in zip(spots, (0.6, 0.88), strict=False):
        assert spot.youngs_modulus == pytest.approx(float(nmc.youngs_modulus(x)), rel=1e-9)
        assert spot.hardness == pytest.approx(float(particle_hardness(np.array(x))), rel=1e-9)
        assert (spot.poisson_ratio, spot.phase) == (0.3, "particle")
    seat = Seat(section, 7e-6)
    expected = EmbeddedSupport().compliance(seat, composite.matrix.mean_elastic, np.sqrt(5.0) * 1e-6)
    assert spots[0].support_compliance == pytest.approx(expected, rel=1e-9, abs=0)
    assert spots[2].phase in (CARBON_BINDER.name, RESIN.name)
    assert spots[2].support_compliance == 0.0


def test_a_section_is_pushed_in_where_the_matrix_below_yields_first() -> None:
    # pi R^2 0.1215 GPa = 450 uN at R = 1.0858 um.
    phases = []
    for radius in (1.085e-6, 1.087e-6):
        one = ElectrodeState(np.array([[5e-6] * 3]), np.array([radius]), BOX, UniformField(np.ones(1)))
        (spot,), _, _ = Composite().spots(one, Cut(5e-6), np.array([5e-6]), np.array([5e-6]), 450e-6, rng())
        phases.append(spot.phase)
    assert phases == [PUSHED_IN, "particle"]


def test_beside_particles_a_tip_meets_fillers_with_particles_near() -> None:
    plain = Composite(surroundings=NoSurroundings())
    x, z = rng(2).uniform(0.0, 30e-6, (2, 40))
    spots, particle, _ = plain.spots(state(), Cut(10e-6), x, z, 450e-6, rng(5))
    beside = {(s.phase, s.youngs_modulus, s.hardness) for s, p in zip(spots, particle, strict=True) if p < 0}
    assert beside == {("carbon-binder", 1.78e9, 0.043e9), ("resin", 3e9, 0.2e9)}
    binder = plain.matrix.is_binder(x, z, rng(5))
    for spot, owner, is_binder in zip(spots, particle, binder, strict=True):
        if owner < 0:
            assert (spot.phase == "carbon-binder") == is_binder
    typical, hardness = Composite(retained=0.5)._typical_particle(state(0.8), Cut(10e-6), 450e-6)
    assert typical.youngs_modulus == pytest.approx(0.5 * float(active_material("nmc622").youngs_modulus(0.8)))
    assert hardness == pytest.approx(0.5 * float(particle_hardness(np.array(0.8))))
    # It is that in the middle of the sections: x rises along y and z here.
    tilted = ElectrodeState(CENTRES, RADII, BOX, PositionField(lambda p: 2e4 * (p[:, 1] + p[:, 2])))
    middle, _ = Composite()._typical_particle(tilted, Cut(12e-6), 450e-6)
    moduli = active_material("nmc622").youngs_modulus(2e4 * np.array([20e-6, 36e-6]))
    assert middle.youngs_modulus == pytest.approx(float(np.mean(moduli)))
    # Where the cut meets no particle, a full one.
    full, _ = Composite()._typical_particle(state(0.8), Cut(0.5e-6), 450e-6)
    assert full.youngs_modulus == pytest.approx(float(active_material("nmc622").youngs_modulus(1.0)))


def test_a_map_lies_within_the_electrode_and_anywhere_in_it() -> None:
    starts = []
    for seed in range(100):
        x, z = IndentationMap(points=5)._grid(state(), rng(seed))
        assert x[0] >= 0.0
        assert x[-1] <= BOX[0]
        assert z[-1] <= BOX[2]
        starts.append((x[0] / (BOX[0] - 6e-6), z[0] / (BOX[2] - 6e-6)))
    assert np.mean(starts, axis=0) == pytest.approx([0.5, 0.5], abs=0.15)
    assert np.max(starts) > 0.85
    assert np.min(starts) < 0.15
    just = ElectrodeState(CENTRES, RADII, (30e-6, 20e-6, 34e-6), UniformField(np.ones(2)))
    assert IndentationMap()._grid(just, rng())[0] == pytest.approx(1.5e-6 * np.arange(21))


# --- force microscopy


def test_a_contact_resonance_is_that_of_contact_and_seat_in_series() -> None:
    cantilever = Cantilever()
    held = Composite(support=NoSupport())
    quiet = ContactResonance(cut=Cut(10e-6), noise=0.0, composite=held).read(state(0.7), rng())
    modulus = float(active_material("nmc622").youngs_modulus(0.7))
    local = cantilever.contact_stiffness(modulus, 0.3, 56e-9)
    assert local == pytest.approx(sphere_stiffness(56e-9, reduced_modulus(modulus, 0.3, 1 / 176e9), 25e-9))
    on = quiet.particle >= 0
    assert quiet.frequency[on] == pytest.approx(cantilever.contact_resonance(local), rel=1e-9)
    seated = ContactResonance(cut=Cut(10e-6), noise=0.0).read(state(0.7), rng())
    matrix = Composite().matrix.mean_elastic
    for k in np.flatnonzero(seated.particle == 0)[:5]:
        offset = seated.section_fraction[k] * 5e-6
        total = 1 / local + EmbeddedSupport().compliance(Seat(5e-6, 5e-6), matrix, offset)
        assert seated.frequency[k] == pytest.approx(cantilever.contact_resonance(1 / total), rel=1e-9)
    noisy = ContactResonance(cut=Cut(10e-6), noise=500.0, composite=held).read(state(0.7), rng())
    assert np.std(noisy.frequency[on]) == pytest.approx(500.0, rel=0.25)
    # Points are spread over the whole cut: a share of it is particles.
    share = np.pi * (25.0 + 16.0) / (32.0 * 34.0)
    many = ContactResonance(cut=Cut(10e-6), points=6000).read(state(), rng()).particle
    assert np.mean(many >= 0) == pytest.approx(share, abs=0.02)
    assert np.sum(many == 1) / np.sum(many == 0) == pytest.approx(16.0 / 25.0, abs=0.1)


def test_the_window_counts_points_on_particles_between_its_ends() -> None:
    held = Composite(support=NoSupport(), youngs_modulus=lambda x: np.where(x > 0.5, 140e9, 20e9))
    both = ElectrodeState(CENTRES, RADII, BOX, UniformField(np.array([1.0, 0.2])))
    reading = ContactResonance(cut=Cut(10e-6), noise=0.0, composite=held).read(both, rng())
    # 317 kHz lies in 300 to 390 kHz, 299 kHz does not.
    on = reading.particle >= 0
    assert reading.in_window == pytest.approx(np.mean(reading.particle[on] == 0))
    stiff = ContactResonance(
        cut=Cut(10e-6), noise=0.0, composite=held, cantilever=Cantilever(resonance=93e3)
    ).read(both, rng())
    assert stiff.in_window == pytest.approx(np.mean(stiff.particle[on] == 1))


@pytest.mark.parametrize("x", [1.9, 2.5, 3.0, 3.8])
def test_the_characteristic_equation_of_the_beam(x: float) -> None:
    # By hand: x^3 (1 + cos x cosh x) / (3 (cos x sinh x - sin x cosh x)).
    c, s, ch, sh = np.cos(x), np.sin(x), np.cosh(x), np.sinh(x)
    stiffness = 2.8 * x**3 * (1 + c * ch) / (3.0 * (c * sh - s * ch))
    frequency = 75e3 * (x / 1.8751040687119611) ** 2
    assert Cantilever().contact_resonance(stiffness) == pytest.approx(frequency, rel=1e-9)


def test_a_vegard_amplitude_takes_what_there_is() -> None:
    microscope = StrainMicroscope(
        drive=2.0, frequency=1e5, diffusivity=lambda x: np.full_like(x, 4e-15),
        strain_slope=lambda x: np.full_like(x, -0.03), voltage_slope=lambda x: np.full_like(x, -1.0),
        poisson_ratio=0.25,
    )  # fmt: skip
    unit = 1.25 / 0.75 * 0.03 * np.sqrt(4e-15 / 1e5)
    # A drive of 2 V over 1 V would take 2: what there is, is x or 1 - x.
    assert microscope.amplitude(np.array([0.3, 0.9])) == pytest.approx(
        unit * np.array([0.3, 0.1]), rel=1e-9, abs=0
    )


def test_beyond_full_and_empty_nothing_moves() -> None:
    amplitude = StrainMicroscope(voltage_slope=lambda x: np.full_like(x, -1.0)).amplitude
    assert amplitude(np.array([1.2, -0.1])) == pytest.approx([0.0, 0.0], abs=0)


@pytest.mark.parametrize(
    "make",
    [
        lambda **at: StrainMicroscope(**at),
        lambda **at: ConductiveAfm(**at),
        lambda **at: ContactResonance(**at),
        lambda **at: IndentationMap(points=3, **at),
    ],
)
def test_a_given_cut_is_the_one_looked_at(make) -> None:  # type: ignore[no-untyped-def]
    plane = PositionField(lambda p: np.where(np.abs(p[:, 1] - 10e-6) < 1e-9, 0.6, np.nan))
    known = ElectrodeState(CENTRES, RADII, BOX, plane)
    make(cut=Cut(10e-6)).read(known, rng())
    # Seed 0 cuts elsewhere, through both particles.
    with pytest.raises(InputError, match="is not known at"):
        make().read(known, rng())


def test_boundary_and_bulk_part_at_seven_tenths() -> None:
    split = RadialField(CENTRES, RADII, np.array([[0.2, 0.4, 0.0]] * 2))
    electrode = ElectrodeState(CENTRES, RADII, BOX, split)
    microscope = StrainMicroscope(
        drive=1e-3, diffusivity=lambda x: np.full_like(x, 1e-15), strain_slope=lambda x: x,
        voltage_slope=lambda x: np.full_like(x, -1.0), cut=Cut(10e-6), points=4000,
    )  # fmt: skip
    reading = microscope.read(electrode, rng())
    rim = reading.section_fraction > 0.7
    assert reading.boundary.value == pytest.approx(reading.amplitude[rim].mean(), rel=1e-9, abs=0)
    assert reading.bulk.value == pytest.approx(reading.amplitude[~rim].mean(), rel=1e-9, abs=0)
    noisy = StrainMicroscope(cut=Cut(10e-6), noise=1e-12, points=2000).read(state(1.0), rng())
    assert np.std(noisy.amplitude) == pytest.approx(1e-12, rel=0.1, abs=0)
    assert abs(np.mean(noisy.amplitude)) < 1e-13
    assert noisy.amplitude_spread.mean == pytest.approx(noisy.amplitude.mean())


def test_a_current_counts_above_its_limit_and_scatters_by_its_noise() -> None:
    tip = ConductiveAfm(bias=1.0, conductivity=lambda x: np.where(x > 0.5, 1e-2, 1e-6), cut=Cut(10e-6))
    both = ElectrodeState(CENTRES, RADII, BOX, UniformField(np.array([1.0, 0.2])))
    reading = tip.read(both, rng())
    # 92 pA against 9 fA, a noise of 1 pA and a limit of 5 pA.
    assert reading.conducting.value == pytest.approx(np.mean(reading.particle == 0))
    assert reading.silent_particles.value == 0.5
    on = reading.particle == 0
    assert np.std(reading.current[on]) == pytest.approx(1e-12, rel=0.15, abs=0)
    assert reading.current[on].mean() == pytest.approx(4 * 1e-2 * 2.3e-9, rel=0.01, abs=0)
