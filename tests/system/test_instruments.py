"""Every instrument reads a computed charge; what is lost between the run and its result file is measured."""

from __future__ import annotations

import numpy as np
import pytest
from support.tiny_case import Charge

from chemomech.validation.instruments import (
    TOP,
    ConductiveAfm,
    ContactResonance,
    Cut,
    Diffractometer,
    ElectrodeState,
    FluorescenceYield,
    IndentationMap,
    Nexafs,
    SingleParticleIcp,
    StrainMicroscope,
    Tomograph,
    state_from_cut,
    state_from_result,
)
from chemomech.validation.instruments.sampling import particle_means

TIME = 300.0


@pytest.fixture
def state(charge: Charge) -> ElectrodeState:
    return state_from_result(charge.result, TIME)


def test_radial_profiles_stand_for_the_computed_field(charge: Charge, state: ElectrodeState) -> None:
    computed = state_from_cut(charge.result, TIME)
    cut = Cut(float(charge.result.dataset["cut_y"]))
    particle, points, fraction = cut.random_points(state, 400, np.random.default_rng(0))
    inner = fraction < 0.97
    difference = state.read(particle[inner], points[inner]) - computed.read(particle[inner], points[inner])
    spread = np.ptp(computed.read(particle[inner], points[inner]))
    assert spread > 0.02
    # What is left is the difference between the side that faces the separator and the other.
    assert np.sqrt(np.mean(difference**2)) < 0.15 * spread


def test_all_instruments_read_a_computed_charge(state: ElectrodeState) -> None:
    rng = np.random.default_rng(0)
    assert 0.0 <= Nexafs(FluorescenceYield(), side=TOP).read(state, rng).ni2_share.value <= 1.0
    indented = IndentationMap(points=4, pitch=1e-6).read(state, rng)
    assert np.isfinite(indented.reduced_modulus).all()
    assert ContactResonance().read(state, rng).on_particles.value > 250e3
    assert StrainMicroscope().read(state, rng).amplitude_spread.mean > 0.0
    assert ConductiveAfm().read(state, rng).mean.value > 0.0
    diffracted = Diffractometer().read(state, rng)
    assert 2.82e-10 < diffracted.a.value < 2.87e-10
    assert diffracted.microstrain.value > 1e-6
    lithium = SingleParticleIcp(relative_width=0.01).read(state, rng)
    assert lithium.centre == pytest.approx(np.median(particle_means(state)), abs=0.05)
    assert sum(share.value for share in Tomograph().read(state, rng).shares) == pytest.approx(1.0)
