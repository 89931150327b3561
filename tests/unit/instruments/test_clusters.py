"""Standard errors count particles, not the points on them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.validation.calibration.indentation_fit import CHARGES
from chemomech.validation.claims import Evidence, chosen_claims
from chemomech.validation.claims.maps import MAPS, PredictedMaps
from chemomech.validation.instruments import (
    ConductiveAfm,
    ContactResonance,
    Cut,
    Diffractometer,
    ElectrodeState,
    IndentationMap,
    Nexafs,
    SingleParticleIcp,
    StrainMicroscope,
    Tomograph,
    UniformField,
    mirrored,
)
from chemomech.validation.instruments.indentation_map import IndentationReading
from chemomech.validation.instruments.matrix import MatrixTexture
from chemomech.validation.instruments.reading import (
    clustered_reading,
    clustered_share,
    mean_reading,
    share_reading,
    spread,
)

CENTRES = np.array([[8e-6, 10e-6, 8e-6], [9e-6, 10e-6, 24e-6], [5e-6, 10e-6, 32e-6]])
RADII = np.array([5e-6, 5e-6, 3e-6])
BOX = (16e-6, 20e-6, 37e-6)


def narrow(x: tuple[float, float, float] = (0.9, 0.6, 0.5), **entries) -> ElectrodeState:
    return ElectrodeState(CENTRES, RADII, BOX, UniformField(np.array(x)), **entries)


def test_the_mean_of_two_clusters_has_the_error_of_two_numbers() -> None:
    found = clustered_reading(np.array([0.0] * 10 + [1.0] * 10), np.repeat([4, 7], 10), "-")
    assert (found.value, found.samples) == (0.5, 2)
    assert found.uncertainty == pytest.approx(np.sqrt(0.5) / np.sqrt(2.0))


def test_unequal_clusters_weigh_by_their_points() -> None:
    # Weights .75 and .25: mean .25, scatter sqrt(.1875), 1.6 clusters of equal weight.
    found = clustered_reading(np.array([0.0, 0.0, 0.0, 1.0]), np.array([0, 0, 0, 1]), "-")
    assert found.value == 0.25
    assert found.uncertainty == pytest.approx(np.sqrt(0.1875 / 0.6))
    # The same by weights on one point of each.
    weighed = clustered_reading(np.array([0.0, 1.0]), np.array([0, 1]), "-", np.array([3.0, 1.0]))
    assert (weighed.value, weighed.uncertainty) == (found.value, pytest.approx(found.uncertainty))
    # Within a cluster too.
    inner = clustered_reading(np.array([0.0, 4.0, 1.0]), np.array([0, 0, 1]), "-", np.array([3.0, 1.0, 2.0]))
    assert inner.value == pytest.approx((4.0 + 2.0) / 6.0)


def test_the_error_is_that_of_repeated_electrodes() -> None:
    # Twelve particles with 1 to 40 points each, all points of one alike: the mean scatters with the square
    # root of the sum of the squared weights, and so say the readings on average.
    counts = np.array([1, 2, 3, 5, 8, 10, 12, 15, 20, 25, 30, 40])
    particle = np.repeat(np.arange(12), counts)
    rng = np.random.default_rng(0)
    made = [clustered_reading(rng.normal(size=12)[particle], particle, "-") for _ in range(2000)]
    true = np.sqrt(np.sum((counts / counts.sum()) ** 2))
    assert np.std([m.value for m in made]) == pytest.approx(true, rel=0.05)
    assert np.sqrt(np.mean([m.uncertainty**2 for m in made])) == pytest.approx(true, rel=0.05)
    # Points taken as independent would say a fifth of it.
    naive = mean_reading(rng.normal(size=12)[particle], "-").uncertainty
    assert naive < 0.35 * true


def test_one_cluster_has_the_spread_of_its_points_at_least() -> None:
    values = np.array([1.0, 2.0, 4.0])
    found = clustered_reading(values, np.zeros(3, dtype=np.int64), "Pa")
    assert found.samples == 1
    assert found.uncertainty == pytest.approx(np.std(values, ddof=1))
    two = clustered_reading(np.array([1.0, 3.0]), np.zeros(2, dtype=np.int64), "Pa")
    assert two.uncertainty == pytest.approx(np.sqrt(2.0))
    assert clustered_reading(values[:1], np.zeros(1, dtype=np.int64), "Pa").uncertainty == 0.0


def test_a_spread_counts_clusters_in_its_error_and_readings_in_its_samples() -> None:
    values, cluster = np.array([0.0, 0.0, 1.0, 1.0]), np.array([0, 0, 1, 1])
    found = spread(values, "-", cluster)
    assert (found.samples, found.clusters) == (4, 2)
    assert found.mean_uncertainty == pytest.approx(0.5)
    alone = spread(values, "-")
    assert (alone.samples, alone.clusters) == (4, 4)
    assert alone.standard_deviation == pytest.approx(np.sqrt(1.0 / 3.0))
    assert alone.mean_uncertainty == pytest.approx(np.std(values, ddof=1) / 2.0)


def test_shares_of_points_count_particles() -> None:
    particle = np.repeat(np.arange(4), 100)
    half = clustered_share(particle < 2, particle)
    assert (half.value, half.samples) == (0.5, 4)
    assert half.uncertainty == pytest.approx(np.sqrt(1.0 / 3.0) / 2.0)
    for hits, value in ((particle >= 0, 1.0), (particle < 0, 0.0)):
        found = clustered_share(hits, particle)
        assert found.value == value
        assert found.uncertainty == pytest.approx(share_reading(4 * value, 4).uncertainty)


def test_an_image_is_the_particle_itself() -> None:
    double = mirrored(mirrored(narrow(), 0), 1)
    assert double.identity.tolist() == [0, 1, 2] * 4
    assert (len(double), double.distinct, narrow().distinct) == (12, 3, 3)
    with pytest.raises(InputError, match="identity of the state must be 3 numbers, one a particle; got 2"):
        narrow(identity=np.array([0, 1]))


def test_every_instrument_counts_particles_on_a_mirrored_state() -> None:
    state = mirrored(narrow(fracture_index=np.array([0.1, 2.0, 0.5])), 0)
    cut = Cut(10e-6)

    def rng() -> np.random.Generator:
        return np.random.default_rng(0)

    strain = StrainMicroscope(cut=cut).read(state, rng())
    current = ConductiveAfm(cut=cut).read(state, rng())
    pattern = Diffractometer().read(state, rng())
    particles = [
        IndentationMap(cut=cut).read(state, rng()).core(),
        ContactResonance(cut=cut).read(state, rng()).on_particles,
        strain.diffusion_length,
        strain.boundary,
        strain.bulk,
        current.mean,
        current.conducting,
        current.silent_particles,
        pattern.a,
        pattern.microstrain,
        SingleParticleIcp().read(state, rng()).diverging,
        SingleParticleIcp().read(state, rng()).inactive_capacity,
        Tomograph().read(state, rng()).shares[0],
    ]
    assert [reading.samples for reading in particles] == [3] * len(particles)
    assert strain.amplitude_spread.clusters == 3
    assert strain.amplitude_spread.samples > 100
    # Only one particle lies within reach of the separator's face.
    assert Nexafs().read(state, rng()).ni2_share.samples == 1


def test_an_image_adds_no_certainty() -> None:
    state = narrow(fracture_index=np.array([0.1, 2.0, 2.0]))
    single, double = (
        Tomograph().read(s, np.random.default_rng(0)).shares[2] for s in (state, mirrored(state, 0))
    )
    assert single == double
    # Diffraction draws an image together with its original.
    quiet = Diffractometer(position_noise=0.0)

    def error(electrode: ElectrodeState) -> float:
        return float(
            np.mean([quiet.read(electrode, np.random.default_rng(k)).a.uncertainty for k in range(8)])
        )

    errors = [error(s) for s in (state, mirrored(state, 0))]
    assert errors[1] == pytest.approx(errors[0], rel=0.02)


def test_squares_of_the_matrix_are_two_wavelengths_wide() -> None:
    texture = MatrixTexture(wavelength=2e-6)
    x = np.array([0.1, 3.9, 4.1, 0.1, 4.1]) * 1e-6
    z = np.array([0.1, 3.9, 0.1, 4.1, 8.1]) * 1e-6
    found = texture.block(x, z)
    assert found[0] == found[1]
    assert len(set(found.tolist())) == 4
    assert (found >= 0).all()
    # Wherever the squares start.
    assert texture.block(x + 400e-6, z - 80e-6).tolist() == found.tolist()


def test_indents_in_the_matrix_count_by_squares_and_those_on_particles_by_particle() -> None:
    state = mirrored(narrow(), 0)
    reading = IndentationMap(cut=Cut(10e-6)).read(state, np.random.default_rng(0))
    on = reading.particle >= 0
    assert (reading.cluster[on] == state.identity[reading.particle[on]]).all()
    assert (reading.cluster[~on] < 0).all()
    # 30 um hold five squares of 6 um along an edge, six where the map does not start with one.
    assert 20 <= len(np.unique(reading.cluster[~on])) <= 36
    assert reading.matrix().samples == len(np.unique(reading.cluster[~on]))
    assert reading.modulus_spread.clusters == len(np.unique(reading.cluster))
    assert reading.modulus_spread.mean_uncertainty > np.std(reading.reduced_modulus) / 21.0


def handmade(modulus: np.ndarray, particle: np.ndarray, fraction: float) -> IndentationReading:
    """A map of one row with indents at one distance from the axes of the particles."""
    shape = (1, len(modulus))
    whole = IndentationMap(points=2, pitch=1e-6, cut=Cut(10e-6)).read(narrow(), np.random.default_rng(0))
    where = np.where(particle < 0, np.nan, fraction)
    return dataclasses.replace(
        whole,
        reduced_modulus=modulus.reshape(shape),
        particle=particle.reshape(shape),
        cluster=np.where(particle < 0, -1, particle).reshape(shape),
        section_fraction=where.reshape(shape),
    )


def test_pooled_maps_count_each_particle_once_and_the_matrix_by_map() -> None:
    modulus, particle = np.repeat([30e9, 40e9, 20e9], 50), np.repeat([0, 1, 2], 50)
    one = handmade(modulus, particle, 0.9)
    pooled = PredictedMaps({0.0: narrow()}, {0.0: [one] * MAPS}).zone(0.0, "rim")
    assert pooled.samples == 3
    assert pooled.uncertainty == pytest.approx(10e9 / np.sqrt(3.0))
    assert pooled.value == pytest.approx(30e9)
    cores = PredictedMaps({0.0: narrow()}, {0.0: [handmade(modulus, particle, 0.4)]})
    assert cores.zone(0.0, "core").value == pytest.approx(30e9)
    beside = [handmade(np.full(50, e), np.full(50, -1), 0.0) for e in (4e9, 5e9, 6e9, 7e9)]
    matrix = PredictedMaps({0.0: narrow()}, {0.0: beside}).zone(0.0, "matrix")
    assert matrix.samples == 4
    assert matrix.uncertainty == pytest.approx(np.std([4e9, 5e9, 6e9, 7e9], ddof=1) / 2.0)


def size_claim(moduli: dict[int, float]) -> bool:
    """Verdict of claim 0.5 on 200 indents on the rim of each of some particles, larger with their number."""
    count = len(moduli)
    state = ElectrodeState(
        np.tile([8e-6, 10e-6, 8e-6], (count, 1)), np.linspace(2e-6, 5e-6, count), BOX,
        UniformField(np.ones(count)),
    )  # fmt: skip
    rng = np.random.default_rng(0)
    particle = np.repeat(list(moduli), 200)
    values = np.repeat(list(moduli.values()), 200) * rng.normal(1.0, 0.02, 200 * count)
    maps = PredictedMaps(
        dict.fromkeys(CHARGES, state), {charge: [handmade(values, particle, 0.9)] for charge in CHARGES}
    )
    evidence = Evidence(lambda _: None)  # type: ignore[arg-type, return-value]
    evidence.shared("predicted maps", lambda: maps)
    (claim,) = chosen_claims(["0.5"])
    assert claim.assess is not None
    prediction = claim.assess(evidence).prediction
    assert prediction is not None
    return prediction.agrees


def test_two_particles_cannot_show_that_large_ones_are_stiffer_but_many_can() -> None:
    # Particles differ by 5 GPa among themselves, halves by 2: with 400 indents each that would be 30 standard
    # errors, with two particles it is less than one.
    assert not size_claim({0: 25e9, 1: 30e9, 2: 27e9, 3: 32e9})
    assert size_claim({k: 30e9 + 1e9 * k for k in range(12)})
