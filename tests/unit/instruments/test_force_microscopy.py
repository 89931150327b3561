from __future__ import annotations

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.materials import active_material
from chemomech.validation.instruments import (
    ConductiveAfm,
    ContactResonance,
    Cut,
    ElectrodeState,
    RadialField,
    StrainMicroscope,
    UniformField,
)
from chemomech.validation.instruments.composite import Composite
from chemomech.validation.instruments.contact_resonance import MEASURED_WINDOW, Cantilever
from chemomech.validation.instruments.strain_microscopy import (
    ANGULAR,
    DOUBLE,
    PERIOD,
    SKIN,
    DiffusionLength,
)
from chemomech.validation.instruments.surroundings import NoSurroundings, ParticleSurroundings

CENTRES = np.array([[8e-6, 10e-6, 8e-6], [22e-6, 10e-6, 24e-6]])
RADII = np.array([5e-6, 4e-6])
BOX = (32e-6, 20e-6, 34e-6)
CUT = Cut(10e-6)


def state(x: float = 0.6, **entries) -> ElectrodeState:
    return ElectrodeState(CENTRES, RADII, BOX, UniformField(np.full(2, x)), **entries)


@pytest.mark.parametrize(
    ("modulus_gpa", "stiffness", "kilohertz"),
    [(140, 384, 317), (100, 337, 316), (50, 245, 311), (20, 147, 299)],
)
def test_contact_stiffness_and_resonance_have_the_noted_values(
    modulus_gpa: float, stiffness: float, kilohertz: float
) -> None:
    cantilever = Cantilever()
    found = cantilever.contact_stiffness(modulus_gpa * 1e9, 0.3, 56e-9)
    assert found == pytest.approx(stiffness, abs=1.0)
    assert 1e-3 * cantilever.contact_resonance(found) == pytest.approx(kilohertz, abs=0.5)


def test_a_beam_without_a_contact_is_free_and_with_a_hard_one_clamped() -> None:
    cantilever = Cantilever()
    assert cantilever.contact_resonance(0.0) == pytest.approx(75e3, rel=1e-9)
    clamped = (3.9266023120 / 1.8751040687) ** 2  # of the first roots of cot = coth and of cos cosh = -1
    assert cantilever.contact_resonance(1e8) == pytest.approx(clamped * 75e3, rel=1e-4)


def test_a_contact_that_pulls_is_refused() -> None:
    with pytest.raises(InputError, match="contact stiffness = -1 N/m"):
        Cantilever().contact_resonance(-1.0)


def test_a_contact_of_nanometres_does_not_feel_particles_beside_it() -> None:
    def on_matrix(rule) -> float:
        instrument = ContactResonance(cut=CUT, composite=Composite(surroundings=rule), noise=0.0)
        return instrument.read(state(1.0), np.random.default_rng(0)).on_matrix.value

    # At 56 nN an imprint is 20 nm wide; at 450 uN it would be 1.8 um.
    assert on_matrix(ParticleSurroundings()) == pytest.approx(on_matrix(NoSurroundings()), rel=1e-3)


def test_stiff_contacts_saturate() -> None:
    cantilever = Cantilever()
    soft, stiff = (cantilever.contact_stiffness(e, 0.3, 56e-9) for e in (20e9, 140e9))
    ratio = cantilever.contact_resonance(stiff) / cantilever.contact_resonance(soft)
    assert ratio == pytest.approx(1.06, abs=0.005)


def test_particles_ring_higher_than_the_matrix_and_in_the_window() -> None:
    reading = ContactResonance(cut=CUT).read(state(1.0), np.random.default_rng(0))
    assert MEASURED_WINDOW == (300e3, 390e3)
    assert reading.in_window > 0.99
    assert reading.on_particles.value > reading.on_matrix.value + 20e3
    with pytest.raises(InputError, match="shows only matrix"):
        ContactResonance(cut=Cut(0.5e-6)).read(state(), np.random.default_rng(0))


@pytest.mark.parametrize(
    ("definition", "nanometres"), [(PERIOD, 0.0559), (ANGULAR, 0.022), (SKIN, 0.032), (DOUBLE, 0.079)]
)
def test_diffusion_lengths_at_320_khz(definition: DiffusionLength, nanometres: float) -> None:
    found = definition(np.array(1e3 * 1e-18), 320e3)
    assert 1e9 * float(found) == pytest.approx(nanometres, abs=6e-4)
    with pytest.raises(InputError, match="frequency of the drive"):
        definition(np.array(1e-15), 0.0)


def test_the_vegard_amplitude_of_constant_laws_is_the_closed_form() -> None:
    microscope = StrainMicroscope(
        drive=0.1,
        diffusivity=lambda x: np.full_like(x, 1e-15),
        strain_slope=lambda x: np.full_like(x, 0.02),
        voltage_slope=lambda x: np.full_like(x, -1.0),
        poisson_ratio=0.3,
        cut=CUT,
    )
    reading = microscope.read(state(0.6), np.random.default_rng(0))
    length = np.sqrt(1e-15 / 320e3)
    assert reading.bulk.value == pytest.approx(1.3 / 0.7 * 0.02 * 0.1 * length, rel=1e-9, abs=0)
    assert reading.diffusion_length.value == pytest.approx(length, rel=1e-9, abs=0)
    assert reading.definition == "sqrt(D/f)"
    # A drive that would take more lithium than there is takes what there is.
    assert StrainMicroscope(drive=100.0).amplitude(np.array([1.0, 0.0])) == pytest.approx([0.0, 0.0])


def test_the_vegard_amplitude_of_nmc_is_far_below_its_lattice() -> None:
    reading = StrainMicroscope(cut=CUT).read(state(0.45), np.random.default_rng(0))
    assert reading.amplitude_spread.maximum < 0.05 * 2.8e-10


def test_boundary_and_bulk_are_told_apart() -> None:
    rim_rich = RadialField(CENTRES, RADII, np.array([[0.5, 0.0, 0.3]] * 2))
    richer = ElectrodeState(CENTRES, RADII, BOX, rim_rich)
    microscope = StrainMicroscope(
        diffusivity=lambda x: 1e-15 * x**2,
        strain_slope=np.ones_like,
        voltage_slope=lambda x: np.full_like(x, -1e3),
        cut=CUT,
    )
    reading = microscope.read(richer, np.random.default_rng(0))
    assert reading.boundary.value > reading.bulk.value


@pytest.mark.parametrize(
    ("conductivity", "amperes"),
    [(1e-4, 1.2e-12), (1e-3, 1.2e-11), (1e-2, 1.2e-10), (0.1, 1.2e-9), (1.0, 1.2e-8)],
)
def test_the_spreading_current_is_4_sigma_a_v(conductivity: float, amperes: float) -> None:
    tip = ConductiveAfm(bias=1.0, contact_radius=3e-9)
    assert float(tip.current(np.array(conductivity), np.array(0.0))) == pytest.approx(
        amperes, rel=1e-12, abs=0
    )


def test_resistances_on_the_way_add() -> None:
    tip = ConductiveAfm(bias=1.0, contact_radius=3e-9, contact_resistance=2e9)
    spreading = 1.0 / (4 * 0.1 * 3e-9)
    found = tip.current(np.array(0.1), np.array(3e9))
    assert float(found) == pytest.approx(1.0 / (spreading + 5e9), rel=1e-9, abs=0)


def test_with_amin_and_chiang_the_current_runs_from_picoampere_to_nanoampere() -> None:
    conductivity = active_material("nmc622").conductivity
    tip = ConductiveAfm(bias=1.0, contact_radius=3e-9)
    full, empty = (float(tip.current(np.asarray(conductivity(x)), np.array(0.0))) for x in (1.0, 0.25))
    assert full == pytest.approx(2.3e-12, rel=0.02, abs=0)
    assert empty == pytest.approx(17e-9, rel=0.02, abs=0)


def test_an_isolated_particle_is_silent() -> None:
    cut_off = state(0.5, path_resistance=np.array([0.0, np.inf]))
    reading = ConductiveAfm(cut=CUT, noise=0.1e-12).read(cut_off, np.random.default_rng(0))
    assert reading.silent_particles.value == 0.5
    assert reading.silent_particles.samples == 2
    assert 0.4 < reading.conducting.value < 0.8
    assert reading.current[reading.particle == 1].max() < 1e-12


def test_a_negative_resistance_or_radius_is_refused() -> None:
    with pytest.raises(InputError, match="contact resistance = -1 Ohm must be at least 0"):
        ConductiveAfm(contact_resistance=-1.0)
    with pytest.raises(InputError, match="contact radius = 0 m"):
        ConductiveAfm(contact_radius=0.0)
