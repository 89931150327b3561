from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.validation.instruments import (
    Cut,
    ElectrodeState,
    IndentationMap,
    Nanoindenter,
    PositionField,
    UniformField,
    mirrored,
)
from chemomech.validation.instruments.composite import Composite, particle_hardness
from chemomech.validation.instruments.contact import (
    reduced_modulus,
    sphere_contact_radius,
    sphere_stiffness,
    youngs_modulus,
)
from chemomech.validation.instruments.matrix import CARBON_BINDER, RESIN, VOID, MatrixTexture
from chemomech.validation.instruments.nanoindentation import LoadCycle, Spot
from chemomech.validation.instruments.oliver_pharr import LoadCurve, OliverPharr, intercept_factor
from chemomech.validation.instruments.support import (
    DiscSupport,
    Elastic,
    EmbeddedSupport,
    NoSupport,
    Seat,
)
from chemomech.validation.instruments.surroundings import (
    NoSurroundings,
    ParticleSurroundings,
    Surrounded,
    hashin_shtrikman,
)

CENTRES = np.array([[8e-6, 10e-6, 8e-6], [22e-6, 10e-6, 24e-6], [24e-6, 10e-6, 8e-6]])
RADII = np.array([5e-6, 5e-6, 2.5e-6])
BOX = (32e-6, 20e-6, 34e-6)
NMC = Spot(142.5e9, 0.3, 8.6e9)


def state(x: float = 1.0) -> ElectrodeState:
    return ElectrodeState(CENTRES, RADII, BOX, UniformField(np.full(3, x)))


def quiet(**entries) -> Nanoindenter:
    return Nanoindenter(depth_noise=0.0, load_noise=0.0, **entries)


def test_hertz_sphere() -> None:
    load = 4.0 / 3.0 * 100e9 * np.sqrt(1e-6) * 10e-9**1.5  # at a depth of 10 nm
    assert sphere_contact_radius(load, 100e9, 1e-6) == pytest.approx(100e-9, rel=1e-9)
    assert sphere_stiffness(load, 100e9, 1e-6) == pytest.approx(2.0e4, rel=1e-9)


def elastic_cone_curve(reduced: float, depth: float, samples: int = 200) -> LoadCurve:
    h = depth * np.linspace(1.0, 0.0, samples)
    load = 2.0 / np.pi * reduced * np.tan(np.radians(70.32)) * h**2  # Sneddon
    return LoadCurve(np.arange(samples), load, h, 0)


def test_the_analysis_of_an_elastic_cone_recovers_its_modulus() -> None:
    exact = OliverPharr(intercept=intercept_factor(2.0), area_factor=np.pi * np.tan(np.radians(70.32)) ** 2)
    curve = elastic_cone_curve(100e9, 100e-9)
    assert curve.load[0] == pytest.approx(1.7800e-3, rel=1e-4)
    found = exact.analyse(curve)
    assert found.contact_depth == pytest.approx(63.66e-9, rel=1e-3)
    assert found.contact_area == pytest.approx(9.954e-14, rel=2e-3, abs=0)
    assert found.stiffness == pytest.approx(3.5599e4, rel=1e-3)
    assert found.reduced_modulus == pytest.approx(100e9, rel=2e-3)


def test_the_usual_intercept_reads_two_percent_high_on_a_cone() -> None:
    usual = OliverPharr(area_factor=np.pi * np.tan(np.radians(70.32)) ** 2)
    found = usual.analyse(elastic_cone_curve(100e9, 100e-9))
    assert found.contact_depth == pytest.approx(62.5e-9, rel=1e-3)
    assert found.reduced_modulus == pytest.approx(101.9e9, rel=2e-3)


def test_intercepts_of_cone_and_paraboloid() -> None:
    assert intercept_factor(2.0) == pytest.approx(0.7268, abs=1e-4)
    assert intercept_factor(1.5) == pytest.approx(0.75, abs=1e-12)
    assert intercept_factor(1.0) == 1.0


def test_compliances_add_and_moduli_do_not() -> None:
    # Paper 000 prints the sum of moduli: that would exceed the 1146 GPa of diamond alone.
    reduced = reduced_modulus(142.5e9, 0.3)
    assert reduced == pytest.approx(137.8e9, rel=1e-3)
    for read, true in (
        (55.99, 53.6),
        (37.66, 35.4),
        (23.70, 22.0),
        (155.77, 164),
        (296.58, 364),
        (85.12, 84),
    ):
        assert youngs_modulus(read * 1e9, 0.3) == pytest.approx(true * 1e9, rel=0.01)
    assert youngs_modulus(reduced, 0.3) == pytest.approx(142.5e9, rel=1e-12)


def test_a_modulus_above_that_of_the_tip_is_refused() -> None:
    with pytest.raises(InputError, match=r"1200 GPa is not below 1147 GPa"):
        youngs_modulus(1200e9, 0.3)


@pytest.mark.parametrize(
    ("hardness", "radius_nm", "contact_nm", "side_nm"),
    [
        (8.6, 129, 46, 348),
        (2.12, 260, 93, 700),
        (1.53, 306, 110, 824),
        (0.78, 429, 153, 1154),
        (0.34, 649, 232, 1748),
        (0.07, 1430, 512, 3853),
    ],
)
def test_an_indent_of_450_un_is_as_large_as_its_hardness_says(
    hardness: float, radius_nm: float, contact_nm: float, side_nm: float
) -> None:
    # Stiff enough that the hardness, not the cone's elasticity, sets the contact.
    found = quiet(analysis=OliverPharr(intercept=intercept_factor(2.0))).indent(
        Spot(100e9, 0.3, hardness * 1e9)
    )
    assert 1e9 * np.sqrt(found.contact_area / np.pi) == pytest.approx(radius_nm, rel=0.005)
    assert 1e9 * found.contact_depth == pytest.approx(contact_nm, rel=0.01)
    assert 1e9 * found.triangle_side == pytest.approx(side_nm, rel=0.005)


def test_an_indent_on_a_half_space_reads_what_is_there() -> None:
    exact = quiet(analysis=OliverPharr(intercept=intercept_factor(2.0)))
    found = exact.indent(NMC)
    assert found.reduced_modulus == pytest.approx(reduced_modulus(142.5e9, 0.3), rel=1e-3)
    assert found.hardness == pytest.approx(8.6e9, rel=1e-3)


def test_a_rubbery_material_is_held_by_its_elasticity() -> None:
    found = quiet().indent(Spot(1e9, 0.35, 10e9))
    limit = 0.5 * reduced_modulus(1e9, 0.35) / np.tan(np.radians(70.32))
    assert found.hardness == pytest.approx(limit, rel=0.05)


def test_the_cycle_loads_holds_and_unloads() -> None:
    curve = quiet(cycle=LoadCycle(samples=50)).curve(NMC)
    assert curve.time[-1] == pytest.approx(0.298)
    assert curve.load.max() == pytest.approx(450e-6)
    assert (curve.load[50:100] == 450e-6).all()
    assert curve.depth[-1] > 0.5 * curve.depth.max()


def test_noise_of_the_transducer_scatters_the_reading() -> None:
    rng = np.random.default_rng(0)
    readings = [Nanoindenter().indent(NMC, rng).reduced_modulus for _ in range(40)]
    quiet_one = quiet().indent(NMC).reduced_modulus
    assert 0.005 < np.std(readings) / quiet_one < 0.05
    assert np.mean(readings) == pytest.approx(quiet_one, rel=0.02)


@pytest.mark.parametrize(
    ("matrix_gpa", "low", "high"), [(0.5, 10, 25), (1.78, 31, 61), (3.0, 45, 78), (10.1, 85, 113)]
)
def test_a_particle_in_a_soft_matrix_reads_softer(matrix_gpa: float, low: float, high: float) -> None:
    # Bounds of physics notes 3.6: a disc of 2.5 um to a half sphere of 5 um, true 138 GPa, a = 129 nm.
    matrix = Elastic(matrix_gpa * 1e9, 0.35)
    apparent = []
    for radius, support in ((2.5e-6, DiscSupport()), (5e-6, EmbeddedSupport())):
        local = 1.0 / (2 * 138e9 * 129e-9)
        total = local + support.compliance(Seat(radius, radius), matrix, 0.0)
        apparent.append(138 * local / total)
    assert apparent == pytest.approx([low, high], abs=0.7)


def test_the_analysis_reads_a_supported_particle_softer_still_and_less_hard() -> None:
    matrix = Elastic(1.78e9, 0.35)
    compliance = DiscSupport().compliance(Seat(2.5e-6, 2.5e-6), matrix, 0.0)
    found = quiet().indent(dataclasses.replace(NMC, support_compliance=compliance))
    assert 20e9 < found.reduced_modulus < 30.6e9
    assert found.hardness < 0.7 * 8.6e9


@pytest.mark.parametrize("support", [DiscSupport(), EmbeddedSupport()])
def test_the_rim_gives_way_more_than_the_core_and_large_particles_less(support) -> None:
    matrix, seat = Elastic(1.78e9, 0.35), Seat(3e-6, 3e-6)
    core, rim = (support.compliance(seat, matrix, offset) for offset in (0.0, 2.5e-6))
    assert rim > 1.3 * core
    assert support.compliance(Seat(6e-6, 6e-6), matrix, 0.0) == pytest.approx(0.5 * core)
    assert NoSupport().compliance(seat, matrix, 0.0) == 0.0


def test_a_shallow_cap_is_as_large_as_its_volume() -> None:
    assert Seat(3e-6, 3e-6).hemisphere_radius == pytest.approx(3e-6)
    whole = Seat(1e-12, 6e-6)
    assert whole.volume == pytest.approx(4 / 3 * np.pi * 27e-18, rel=1e-6, abs=0)


def test_hardness_follows_its_table() -> None:
    assert particle_hardness(np.array([1.0, 0.41, 0.2])) == pytest.approx([8.9e9, 7.1e9, 7.1e9])


def test_half_of_the_matrix_is_carbon_binder() -> None:
    rng = np.random.default_rng(3)
    x, z = rng.uniform(0, 200e-6, (2, 4000))
    for share in (0.2, 0.5):
        found = MatrixTexture(binder_share=share).is_binder(x, z, rng)
        assert found.mean() == pytest.approx(share, abs=0.05)
    near = MatrixTexture().is_binder(np.array([1e-6, 1.01e-6]), np.array([1e-6, 1e-6]), rng)
    assert near[0] == near[1]


def test_a_map_has_the_stated_points_and_its_statistics() -> None:
    reading = IndentationMap(cut=Cut(10e-6)).read(state(), np.random.default_rng(0))
    assert reading.reduced_modulus.shape == (21, 21)
    assert np.diff(reading.x) == pytest.approx(np.full(20, 1.5e-6))
    assert reading.modulus_spread.samples == 441
    assert reading.modulus_spread.mean == pytest.approx(reading.reduced_modulus.mean())
    assert reading.hardness_spread.maximum == reading.hardness.max()
    assert 0.1 < reading.particle_share < 0.4
    assert reading.core().value > reading.rim().value > reading.matrix().value
    assert 0.3 < reading.overlapping < 0.9
    for zone, where in (
        (reading.rim(), reading.section_fraction > 0.7),
        (reading.core(), reading.section_fraction < 0.5),
        (reading.matrix(), reading.particle < 0),
    ):
        assert zone.value == pytest.approx(reading.reduced_modulus[where].mean())


def test_the_same_seed_gives_the_same_map_and_another_cut_another() -> None:
    first = IndentationMap(points=5).read(state(), np.random.default_rng(7))
    again = IndentationMap(points=5).read(state(), np.random.default_rng(7))
    other = IndentationMap(points=5).read(state(), np.random.default_rng(8))
    assert (first.reduced_modulus == again.reduced_modulus).all()
    assert first.cut != other.cut


def test_a_charged_particle_reads_softer_and_a_cracked_one_softer_still() -> None:
    def core(x: float, retained: float) -> float:
        one = IndentationMap(cut=Cut(10e-6), composite=Composite(retained=retained), points=15)
        return one.read(state(x), np.random.default_rng(0)).core().value

    assert core(1.0, 1.0) > 1.03 * core(0.41, 1.0)
    assert core(0.41, 1.0) > 1.1 * core(0.41, 0.5)


def test_a_particle_too_small_to_bear_the_load_is_pushed_in_and_the_matrix_read() -> None:
    spots = {}
    for radius in (0.9e-6, 1.3e-6):
        small = ElectrodeState(np.array([[5e-6] * 3]), np.array([radius]), BOX, UniformField(np.ones(1)))
        found, particle, fraction = Composite().spots(
            small, Cut(5e-6), np.array([5e-6]), np.array([5e-6]), 450e-6, np.random.default_rng(0)
        )
        spots[radius] = found[0]
        assert particle[0] == 0
        assert np.isnan(fraction[0]) == (radius == 0.9e-6)
    assert spots[0.9e-6].hardness == pytest.approx(0.5 * (0.043e9 + 0.2e9))
    assert spots[1.3e-6].hardness == pytest.approx(8.9e9)


def test_what_is_retained_scales_modulus_and_hardness_of_the_particles() -> None:
    def core(retained: float) -> tuple[float, float]:
        bare = Composite(support=NoSupport(), surroundings=NoSurroundings(), retained=retained)
        found = IndentationMap(cut=Cut(10e-6), composite=bare, points=15).read(
            state(), np.random.default_rng(0)
        )
        return found.core().value, found.hardness[found.section_fraction < 0.5].mean()

    (modulus, hardness), (less, softer) = core(1.0), core(0.5)
    assert softer == pytest.approx(0.5 * hardness, rel=0.05)
    assert youngs_modulus(less, 0.3) == pytest.approx(0.5 * youngs_modulus(modulus, 0.3), rel=0.05)


def test_without_support_a_map_reads_the_material() -> None:
    stiff = Composite(support=NoSupport(), surroundings=NoSurroundings())
    reading = IndentationMap(cut=Cut(10e-6), composite=stiff).read(state(), np.random.default_rng(0))
    assert reading.core().value == pytest.approx(1.006 * reduced_modulus(143e9, 0.3), rel=0.02)
    assert reading.rim().value == pytest.approx(reading.core().value, rel=0.01)
    # An indent of 450 uN is 0.35 um wide on a particle, 2.3 and 4.9 um in resin and carbon-binder.
    assert reading.overlapping == pytest.approx(1.0 - reading.particle_share)


def test_a_map_wider_than_the_electrode_is_refused_and_fits_when_mirrored() -> None:
    narrow = ElectrodeState(CENTRES[:1], RADII[:1], (20e-6, 20e-6, 34e-6), UniformField(np.ones(1)))
    with pytest.raises(InputError, match=r"needs 30 um, but the state is 20 um wide; mirror the state"):
        IndentationMap().read(narrow, np.random.default_rng(0))
    reading = IndentationMap(points=21).read(mirrored(narrow, 0), np.random.default_rng(0))
    assert reading.modulus_spread.samples == 441


def test_a_field_that_does_not_cover_the_cut_is_refused() -> None:
    half = PositionField(lambda p: np.where(p[:, 2] < 8e-6, 1.0, np.nan))
    partly = ElectrodeState(CENTRES, RADII, BOX, half)
    with pytest.raises(InputError, match="stoichiometry of the state is not known at"):
        IndentationMap(cut=Cut(10e-6)).read(partly, np.random.default_rng(0))


def test_an_indent_on_a_void_is_refused() -> None:
    hollow = Composite(matrix=MatrixTexture(pores=VOID))
    with pytest.raises(InputError, match="the indent meets a void"):
        IndentationMap(composite=hollow, cut=Cut(10e-6)).read(state(), np.random.default_rng(0))
    for filler in (CARBON_BINDER, RESIN):
        found = Nanoindenter().indent(
            Spot(filler.elastic.youngs_modulus, filler.elastic.poisson_ratio, filler.hardness)
        )
        assert found.reduced_modulus > 0.0


def test_a_negative_load_is_refused() -> None:
    with pytest.raises(InputError, match=r"largest load = -0.00045 N"):
        LoadCycle(load=-450e-6)


def test_an_unloading_that_does_not_fall_is_refused() -> None:
    flat = LoadCurve(np.arange(10.0), np.linspace(1.0, 0.5, 10), np.full(10, 1e-7), 0)
    with pytest.raises(InputError, match="the unloading holds 10 samples over 0 nm"):
        OliverPharr().analyse(flat)


def test_a_zone_without_indents_is_refused() -> None:
    beside = IndentationMap(points=2, pitch=0.5e-6, cut=Cut(10e-6))
    lonely = ElectrodeState(
        np.array([[1e-6, 10e-6, 1e-6]]), np.array([0.5e-6]), BOX, UniformField(np.ones(1))
    )
    with pytest.raises(InputError, match="no indent of the map at y = 10 um falls on the core"):
        beside.read(lonely, np.random.default_rng(0)).core()


def test_the_lower_bound_of_a_filled_matrix_is_the_noted_one() -> None:
    soft, stiff = Elastic(1.78e9, 0.35), Elastic(140e9, 0.3)
    assert hashin_shtrikman(soft, stiff, 0.41).youngs_modulus == pytest.approx(4.24e9, rel=2e-3)
    for fraction, end in ((0.0, soft), (1.0, stiff)):
        bound = hashin_shtrikman(soft, stiff, fraction)
        assert bound.youngs_modulus == pytest.approx(end.youngs_modulus, rel=1e-9)
        assert bound.poisson_ratio == pytest.approx(end.poisson_ratio, rel=1e-9)


def beside(points: np.ndarray, state: ElectrodeState) -> list[Surrounded]:
    return ParticleSurroundings().around(
        state, Cut(10e-6), points, Elastic(1.78e9, 0.35), 0.2e9, Elastic(143e9, 0.3), 8.9e9, 450e-6
    )


def test_far_from_particles_an_indent_meets_the_matrix_and_between_them_more() -> None:
    far, near = beside(np.array([[16e-6, 10e-6, 16e-6], [13.3e-6, 10e-6, 8e-6]]), state())
    assert far.hardness == pytest.approx(0.2e9, rel=1e-4)
    assert far.elastic.youngs_modulus == pytest.approx(1.78e9)
    assert near.hardness > 1.5 * far.hardness
    assert near.elastic.youngs_modulus > 1.5 * far.elastic.youngs_modulus


def test_on_a_straight_edge_half_of_the_contact_is_particle() -> None:
    radius = 1.0e-3  # so large that its edge is straight
    wall = ElectrodeState(
        np.array([[16e-6 + radius, 10e-6, 17e-6]]), np.array([radius]), BOX, UniformField(np.ones(1))
    )
    (found,) = beside(np.array([[16e-6, 10e-6, 17e-6]]), wall)
    assert found.hardness == pytest.approx(0.5 * (0.2e9 + 8.9e9), rel=0.05)
    half = hashin_shtrikman(Elastic(1.78e9, 0.35), Elastic(143e9, 0.3), 0.5)
    assert found.elastic.youngs_modulus == pytest.approx(half.youngs_modulus, rel=0.05)


def test_particles_below_the_cut_count_and_those_above_were_polished_away() -> None:
    def filled(depth: float) -> float:
        buried = ElectrodeState(
            np.array([[16e-6, 10e-6 - depth, 17e-6]]), np.array([1e-6]), BOX, UniformField(np.ones(1))
        )
        return beside(np.array([[16e-6, 10e-6, 17e-6]]), buried)[0].elastic.youngs_modulus

    assert filled(1.1e-6) > 1.3 * 1.78e9
    assert filled(-1.1e-6) == pytest.approx(1.78e9)


def test_surroundings_stiffen_the_matrix_of_a_map_and_leave_the_particles() -> None:
    def reading(rule) -> tuple[float, float]:
        composite = Composite(surroundings=rule)
        found = IndentationMap(cut=Cut(10e-6), composite=composite).read(state(), np.random.default_rng(0))
        return found.matrix().value, found.core().value

    alone, with_particles = reading(NoSurroundings()), reading(ParticleSurroundings())
    assert with_particles[0] > 1.05 * alone[0]
    assert with_particles[1] == pytest.approx(alone[1], rel=0.03)
