"""What counts exactly at a threshold: lengths of metres, so that the numbers are exact."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import pytest
from support.two_spheres import TALL, WIDE, rng

from chemomech.errors import InputError
from chemomech.geometry import Layout
from chemomech.validation.instruments import (
    BOTTOM,
    TOP,
    ConductiveAfm,
    ContactResonance,
    Cut,
    Diffractometer,
    ElectrodeState,
    ElectronYield,
    FluorescenceYield,
    IndentationMap,
    Nanoindenter,
    Nexafs,
    RadialField,
    SingleParticleIcp,
    Tomograph,
    UniformField,
    contact_resonance,
    state_from_nodes,
)
from chemomech.validation.instruments.attenuation import NMC622
from chemomech.validation.instruments.composite import PUSHED_IN, Composite
from chemomech.validation.instruments.contact import youngs_modulus
from chemomech.validation.instruments.detection import FilmMaterial
from chemomech.validation.instruments.indentation_map import IndentationReading
from chemomech.validation.instruments.line_shapes import LineShapes
from chemomech.validation.instruments.matrix import VOID, Filler, MatrixTexture
from chemomech.validation.instruments.nanoindentation import Spot
from chemomech.validation.instruments.nickel import LinearNickel
from chemomech.validation.instruments.oliver_pharr import LoadCurve, OliverPharr
from chemomech.validation.instruments.sampling import first_hits
from chemomech.validation.instruments.support import Elastic, NoSupport
from chemomech.validation.instruments.surface import FilmCover, SphericalRelief
from chemomech.validation.instruments.surroundings import NoSurroundings, Surrounded
from chemomech.validation.instruments.tomography import severe_network

SHARE = LinearNickel(1.0, 0.0)


def ball(radius: float = 2.0, edge: float = 10.0) -> ElectrodeState:
    """One sphere in the middle of a cube; lengths in m."""
    return ElectrodeState(
        np.full((1, 3), edge / 2), np.array([radius]), (edge,) * 3, UniformField(np.full(1, 0.6))
    )


# --- where an instrument looks


def test_a_plane_or_a_ray_that_only_touches_a_sphere_meets_none() -> None:
    for y in (3.0, 7.0):
        assert not len(Cut(y).sections(ball())[0])
    assert len(Cut(6.9).sections(ball())[0]) == 1
    found = Cut(5.0).particle_at(ball(), np.array([7.0, 6.9, 5.0]), np.array([5.0, 5.0, 7.0]))
    assert found.tolist() == [-1, 0, -1]
    # A ray through x = 7 touches the sphere 5 m below either face.
    for side in (TOP, BOTTOM):
        assert not len(first_hits(ball(), side, np.array([7.0]), np.array([5.0]), 9.0).particle)
        assert len(first_hits(ball(), side, np.array([6.9]), np.array([5.0]), 9.0).particle) == 1
        # The pole lies 3 m below the face: what is at the reach itself is hidden.
        for reach, met in ((3.0, 0), (3.0 + 1e-9, 1)):
            assert len(first_hits(ball(), side, np.full(1, 5.0), np.full(1, 5.0), reach).particle) == met


def test_a_state_reaches_a_billionth_of_its_longest_edge_beyond_its_box() -> None:
    box = ElectrodeState(np.full((1, 3), 0.5), np.array([0.5]), (1.0, 1.0, 2.0), UniformField(np.ones(1)))
    for beyond, inside in ((1.95e-9, True), (2.05e-9, False)):
        for axis in range(3):
            for end in (-beyond, box.box[axis] + beyond):
                point = np.full(3, 0.5)
                point[axis] = end
                assert bool(box.contains(point)) is inside
    # And no farther: the edge of what is rounded is outside.
    assert not box.contains(np.array([-2e-9, 0.5, 0.5]))
    assert not box.contains(np.array([1.0 + 2e-9, 0.5, 0.5]))


def test_a_state_of_plain_lists_holds_arrays() -> None:
    made = ElectrodeState(
        [[5.0, 5.0, 5.0], [5.0, 5.0, 8.0]], [1.0, 2.0], (10.0,) * 3, UniformField(np.array([0.5, 0.7])),
        surface_layer=[1.0, 2.0], fracture_index=[0.1, 0.2], path_resistance=[3.0, 4.0],
        volumes=[5.0, 6.0], identity=[0, 0],
    )  # type: ignore[arg-type]  # fmt: skip
    for name in ("radii", "surface_layer", "fracture_index", "path_resistance", "volumes", "identity"):
        assert isinstance(getattr(made, name), np.ndarray)
        assert getattr(made, name).shape == (2,)
    assert made.centres.shape == (2, 3)
    assert (made.radii.tolist(), made.volumes.tolist(), made.distinct) == ([1.0, 2.0], [5.0, 6.0], 1)
    assert made.surface_layer.tolist() == [1.0, 2.0]
    assert made.require_fracture_index().tolist() == [0.1, 0.2]
    assert made.path_resistance.tolist() == [3.0, 4.0]


def test_a_profile_is_carried_one_percent_outward_and_nodes_five() -> None:
    field = RadialField(np.zeros((1, 3)), np.array([100.0]), np.array([[0.2, 0.3, 0.0]]))
    at = field(np.zeros(2, dtype=np.int64), np.array([[101.0, 0.0, 0.0], [101.001, 0.0, 0.0]]))
    assert at[0] == pytest.approx(0.5)
    assert np.isnan(at[1])
    um = 2.0**-20  # about a micrometre, and what is equal stays equal
    layout = Layout(np.full((1, 3), 30.0) * um, np.array([20.0]) * um, (60.0 * um,) * 3)
    made = state_from_nodes(layout, np.array([[51.0, 30.0, 30.0]]) * um, np.array([0.4]))
    assert made.read(0, np.array([[50.0, 30.0, 30.0]]) * um) == pytest.approx([0.4])
    # Where two spheres touch, the point belongs to the first.
    centres = np.array([[2.0, 5.0, 5.0], [4.0, 5.0, 5.0]]) * um
    pair = Layout(centres, np.ones(2) * um, (10.0 * um,) * 3)
    points = np.array([[2.0, 5.0, 5.0], [3.0, 5.0, 5.0], [4.0, 5.0, 5.0]]) * um
    both = state_from_nodes(pair, points, np.array([0.1, 0.2, 0.9]), reach=0.5 * um)
    touch = both.stoichiometry(np.array([0, 1]), points[[1, 1]])
    assert np.isfinite(touch).tolist() == [True, False]


# --- tips


def test_a_modulus_that_only_a_rigid_sample_has_is_refused() -> None:
    with pytest.raises(InputError, match="check the reading"):
        youngs_modulus(2.0**40, 0.3, indenter=2.0**-40)
    # Half of it is what a sample as stiff as the tip has.
    assert youngs_modulus(2.0**39, 0.0, indenter=2.0**-40) == 2.0**40


def test_a_section_that_just_bears_the_load_is_not_pushed_in() -> None:
    # A section of pi m2 on a matrix of 1 Pa.
    soft = Filler("soft", Elastic(100.0, 0.3), 1.0)
    composite = Composite(matrix=MatrixTexture(soft, soft), surroundings=NoSurroundings())
    for load, phase in ((np.pi, "particle"), (np.nextafter(np.pi, 4.0), PUSHED_IN)):
        (spot,), _, _ = composite.spots(
            ball(1.0), Cut(5.0), np.array([5.0]), np.array([5.0]), float(load), rng()
        )
        assert spot.phase == phase


def test_only_points_of_a_solid_matrix_ask_for_their_surroundings() -> None:
    asked: list[tuple[float, npt.NDArray[np.float64]]] = []

    class Asking(NoSurroundings):
        def around(self, state, cut, points, matrix, matrix_hardness, *rest):  # type: ignore[no-untyped-def]
            asked.append((matrix_hardness, points))
            return [Surrounded(matrix, matrix_hardness)] * len(points)

    x, z = rng(1).uniform(0.0, 10.0, (2, 60))
    matrix = MatrixTexture(Filler("soft", Elastic(100.0, 0.3), 0.5), VOID, wavelength=3.0)
    spots, particle, _ = Composite(matrix=matrix, surroundings=Asking()).spots(
        ball(), Cut(5.0), x, z, 1e-9, rng()
    )
    ((hardness, points),) = asked
    solid = matrix.is_binder(x, z, rng()) & (particle < 0)
    assert hardness == 0.5
    assert points == pytest.approx(np.column_stack([x, np.full(60, 5.0), z])[solid])
    assert 0 < solid.sum() < (particle < 0).sum() < 60
    hollow = [spot for spot, where in zip(spots, ~solid & (particle < 0), strict=True) if where]
    assert {(spot.phase, spot.youngs_modulus, spot.hardness) for spot in hollow} == {("void", 1.0, 0.0)}


def test_a_current_at_the_limit_does_not_conduct_and_one_place_that_does_is_enough() -> None:
    tip = ConductiveAfm(noise=0.0, cut=Cut(10e-6), conductivity=lambda x: np.full_like(x, 1.0))
    current = float(tip.current(np.array(1.0), np.array(0.0)))
    state = WIDE.state()
    for limit, share in ((current, 0.0), (np.nextafter(current, 0.0), 1.0)):
        found = dataclasses.replace(tip, detection_limit=limit).read(state, rng())
        assert found.conducting.value == share
        assert found.silent_particles.value == 1.0 - share
    # Lithium at the rim keeps current to the middle: no particle is silent.
    rim = RadialField(WIDE.centres, WIDE.radii, np.array([[0.2, 0.8, 0.0]] * 2))
    middle = ConductiveAfm(noise=0.0, cut=Cut(10e-6), conductivity=lambda x: np.where(x < 0.4, 1.0, 1e-9))
    found = middle.read(WIDE.state(rim), rng())
    assert found.conducting.value == pytest.approx(0.25, abs=0.05)
    assert found.silent_particles.value == 0.0


def test_a_cut_without_matrix_is_refused_and_frequencies_at_the_ends_of_the_window_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(InputError, match="shows only particles"):
        ContactResonance(cut=Cut(5.0)).read(ball(8.0), rng())
    held = ContactResonance(cut=Cut(10e-6), noise=0.0, composite=Composite(support=NoSupport()))
    first = held.read(WIDE.state(), rng())
    (one,) = np.unique(first.frequency[first.particle >= 0])
    for window, share in (
        ((one, one), 1.0), ((one, 1e9), 1.0), ((0.0, one), 1.0), ((np.nextafter(one, 1e9), 1e9), 0.0),
        ((0.0, np.nextafter(one, 0.0)), 0.0),
    ):  # fmt: skip
        monkeypatch.setattr(contact_resonance, "MEASURED_WINDOW", window)
        assert held.read(WIDE.state(), rng()).in_window == share


def handmade(fraction: list[float], particle: list[int], modulus: list[float]) -> IndentationReading:
    """A map of one row."""
    whole = IndentationMap(points=2, pitch=1e-6, cut=Cut(10e-6)).read(WIDE.state(), rng())
    row = [np.array([values]) for values in (modulus, particle, fraction)]
    return dataclasses.replace(
        whole, reduced_modulus=row[0], particle=row[1], cluster=row[1], section_fraction=row[2]
    )


def test_rim_is_beyond_seven_tenths_and_core_within_five() -> None:
    reading = handmade(
        [0.49, 0.5, 0.51, 0.69, 0.7, 0.71, 0.72, np.nan], [0, 0, 0, 0, 1, 1, 1, -1],
        [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 9.0],
    )  # fmt: skip
    assert reading.core().value == 1.0
    assert reading.rim().value == 7.0
    assert reading.matrix().value == 9.0
    assert reading.particle_share == 7 / 8


def test_indents_overlap_where_their_side_is_wider_than_the_pitch() -> None:
    hard = Filler("hard", Elastic(100e9, 0.3), 5e9)
    quiet = IndentationMap(
        Nanoindenter(depth_noise=0.0, load_noise=0.0),
        Composite(matrix=MatrixTexture(hard, hard), surroundings=NoSurroundings()),
        points=3, cut=Cut(0.5e-6),
    )  # fmt: skip
    side = quiet.indenter.indent(Spot(100e9, 0.3, 5e9)).triangle_side
    for pitch, share in ((side, 0.0), (np.nextafter(side, 0.0), 1.0)):
        reading = dataclasses.replace(quiet, pitch=float(pitch)).read(WIDE.state(), rng())
        assert (reading.particle < 0).all()
        assert reading.overlapping == share
        # Clusters of the matrix are its blocks, counted down from -1.
        xx, zz = np.meshgrid(reading.x, reading.z)
        block = quiet.composite.matrix.block(xx.ravel(), zz.ravel())
        assert (reading.cluster.ravel() == -1 - block).all()


def test_a_solid_softer_than_a_pascal_is_no_void() -> None:
    tip = Nanoindenter(depth_noise=0.0, load_noise=0.0)
    assert tip.curve(Spot(0.5, 0.3, 0.9)).depth.max() > 0.0
    assert tip.curve(Spot(1e9, 0.3, 0.5)).depth.max() > 0.0


def test_a_quarter_of_the_top_load_is_not_fitted_and_an_end_that_rises_is_refused() -> None:
    h = np.array([100.0, 95.0, 90.0, 85.0, 80.0]) * 1e-9
    load = np.array([1.0, 0.8, 0.6, 0.4, 0.25])
    with pytest.raises(InputError, match="the unloading holds 4 samples over 15 nm"):
        OliverPharr().analyse(LoadCurve(np.arange(5.0), load, h, 0))
    h[-1] = h[0]
    with pytest.raises(InputError, match="the unloading holds 5 samples over 0 nm"):
        OliverPharr(fitted_share=0.9).analyse(LoadCurve(np.arange(5.0), load, h, 0))
    first = np.array([80.0, 100.0, 95.0, 90.0, 85.0]) * 1e-9
    with pytest.raises(InputError, match="the unloading holds 5 samples over -5 nm"):
        OliverPharr(fitted_share=0.9).analyse(LoadCurve(np.arange(5.0), load, first, 0))
    with pytest.raises(InputError, match="the unloading holds 0 samples over 0 nm"):
        OliverPharr(fitted_share=0.0).analyse(LoadCurve(np.arange(5.0), load, h, 0))


# --- beams


def test_what_only_grazes_is_not_seen() -> None:
    grazing = np.array([0.02, 0.0200001])
    assert (ElectronYield().depths(grazing, grazing) > 0.0).tolist() == [False, True]
    for cosines in ((grazing, np.ones(2)), (np.ones(2), grazing)):
        assert (FluorescenceYield().depths(*cosines) > 0.0).tolist() == [False, True]
    normal = np.column_stack([np.sqrt(1.0 - grazing**2), np.zeros(2), grazing])
    weight, depth = SphericalRelief().seen(ElectronYield(), normal, TOP.inward)
    assert (weight > 0.0).tolist() == [False, True]
    assert (depth > 0.0).all()


def test_either_end_of_a_range_of_energies_is_checked() -> None:
    for pair in ([50.0, 853.0], [853.0, 9e5]):
        with pytest.raises(InputError, match="stay within the tables"):
            NMC622.attenuation_length(np.array(pair))
    for pair in ([830.0, 853.0], [853.0, 900.0]):
        with pytest.raises(InputError, match="the Ni L lines end there"):
            LineShapes().spectrum(0.5, np.array(pair))


def test_a_share_stays_a_share_whatever_the_noise() -> None:
    # An error of 1 is the largest that is let through.
    values = [
        Nexafs(bulk=SHARE, noise=1.0).read_particle(TALL.state(), 1, rng(k)).ni2_share.value
        for k in range(12)
    ]
    assert min(values) == 0.0
    assert max(values) == 1.0
    with pytest.raises(InputError, match="lets a share of 1 of the signal through"):
        Nexafs(noise=1.001).read_particle(TALL.state(), 1, rng())
    # A film of 1 um with an escape depth of 0.1 nm lets nothing at all through.
    opaque = FilmCover(1e-6, FilmMaterial(1e-10, NMC622))
    with pytest.raises(InputError, match="lets a share of 0 of the signal through"):
        Nexafs(cover=opaque).read_particle(TALL.state(), 1, rng())
    two = FilmCover(np.array([1e-9, 2e-9]))
    assert not len(two.transmission(ElectronYield(), np.zeros(0, dtype=np.int64)))


def test_a_ring_on_a_section_lies_between_core_and_surface() -> None:
    state = TALL.state(RadialField(TALL.centres, TALL.radii, np.array([[0.2, 0.5, 0.0]] * 2)))
    for fraction, share in ((0.0, 0.2), (1.0, 0.7)):
        found = Nexafs(bulk=SHARE, noise=0.0).read_section(state, 0, fraction, rng())
        assert found.ni2_share.value == pytest.approx(share)
    for fraction in (-0.001, 1.001):
        with pytest.raises(InputError, match="place on the section"):
            Nexafs().read_section(state, 0, fraction, rng())


def test_a_reflection_is_refused_where_its_sine_exceeds_one() -> None:
    # c(1) = 14.2248 A: l wavelength / 2c is 0.998857 at l = 58 and 1.0161 at 59.
    for index, seen in ((58, True), (59, False)):
        pattern = Diffractometer(reflections=((0, 0, index), (1, 0, 1)))
        if seen:
            assert pattern.peaks(np.ones(1), np.ones(1))[0].two_theta == pytest.approx(174.52, abs=0.01)
        else:
            with pytest.raises(InputError, match="take a shorter wavelength"):
                pattern.peaks(np.ones(1), np.ones(1))


def test_a_peak_is_blind_below_a_tenth_of_the_width() -> None:
    slope = Diffractometer().peaks(np.array([0.8]), np.ones(1))[2].slope
    # A change of x of 0.05 moves it by a tenth of the width where the width is half of the slope.
    for factor, blind in ((0.96, False), (1.04, True)):
        width = 0.5 * abs(slope) * factor
        assert Diffractometer(instrument_width=width).peaks(np.array([0.8]), np.ones(1))[2].blind is blind


# --- many particles


def test_without_noise_alike_particles_do_not_diverge() -> None:
    icp = SingleParticleIcp(relative_width=0.0, particles=50)
    reading = icp.read_particles(np.full(3, 0.5), np.ones(3), rng())
    assert (reading.diverging.value, reading.above.value) == (0.0, 0.0)


def test_two_particles_have_the_error_of_two_and_one_has_none() -> None:
    icp = SingleParticleIcp(particles=6000, relative_width=0.0, capacity=1.0, sensitivity=1.0)
    pair = icp.read_particles(np.array([0.3, 0.3, 0.5]), np.ones(3), rng(), np.array([0, 0, 1]))
    # A third of the draws holds 0.2 more: two parts of 0.2 x 2/3 x 1/3 either way, times sqrt(2).
    assert pair.inactive_capacity.samples == 2
    assert pair.inactive_capacity.uncertainty == pytest.approx(0.2 * 2 / 9 * 2.0, rel=0.05)
    alone = icp.read_particles(np.array([0.3]), np.ones(1), rng()).inactive_capacity
    assert (alone.samples, alone.uncertainty) == (1, 0.0)


def test_a_network_without_edges_is_empty_and_two_edges_have_a_spread() -> None:
    line = np.array([[5.0, 5.0, z] for z in (1.0, 2.0, 4.0)])
    three = ElectrodeState(line, np.full(3, 0.1), (10.0,) * 3, UniformField(np.zeros(3)))
    alone = severe_network(three, np.array([2]))
    assert (alone.edges.shape, alone.lengths.shape, alone.length_spread) == ((0, 2), (0,), None)
    chain = severe_network(three, np.arange(3), neighbours=1)
    assert chain.edges.tolist() == [[0, 1], [1, 2]]
    assert chain.length_spread is not None
    assert (chain.length_spread.mean, chain.length_spread.samples) == (1.5, 2)


def test_a_misread_particle_goes_to_the_class_beside_its_own() -> None:
    count = 400
    grid = np.stack(np.meshgrid(*[np.arange(0.5, 10.0)] * 3), axis=-1).reshape(-1, 3)[:count]

    def read(index: float, misread: float = 1.0) -> list[float]:
        state = ElectrodeState(
            grid, np.full(count, 0.1), (10.0,) * 3, UniformField(np.zeros(count)),
            fracture_index=np.full(count, index),
        )  # fmt: skip
        return [share.value for share in Tomograph(misread=misread, window=1.0).read(state, rng()).shares]

    assert read(0.0) == [0.0, 1.0, 0.0]
    assert read(2.0) == [0.0, 1.0, 0.0]
    least, mild, severe = read(0.5)
    assert (mild, least) == (0.0, pytest.approx(0.5, abs=0.08))
    assert least + severe == pytest.approx(1.0)
    assert read(0.5, 0.0) == [0.0, 1.0, 0.0]


def test_particles_beyond_the_ends_of_the_electrode_are_in_its_outer_windows() -> None:
    depth = np.array([-0.5, 0.0, 9.99, 10.0, 19.99, 20.0, 20.5])
    centres = np.column_stack([np.full(7, 5.0), np.full(7, 5.0), depth])
    state = ElectrodeState(
        centres, np.ones(7), (10.0, 10.0, 20.0), UniformField(np.zeros(7)), fracture_index=np.zeros(7)
    )
    # The middle window is 10 to 20 m; a window of 7 m makes three.
    ends = [(w.low, w.high, w.least.samples) for w in Tomograph(window=1.0).read(state, rng()).windows]
    assert [(low, samples) for low, _, samples in ends] == [(0.0, 2), (9.0, 1), (10.0, 1), (19.0, 3)]
    assert ends[-1][1] == 20.0
