"""Bounds of the conductivity of images: closed forms, order, symmetry, other solvers, iterations."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import numpy.typing as npt
import pytest
from mpi4py import MPI
from scipy import ndimage
from scipy.sparse import coo_array, diags_array
from scipy.sparse.linalg import spsolve
from support.images import ball

from chemomech.solver.effective import EffectiveConductivity, VoxelSpecimen, effective_conductivity
from chemomech.solver.effective.kernel import kernel, pointer
from chemomech.solver.effective.lattice import Lattice
from chemomech.solver.effective.meshed_conduction import meshed_column

UM = 1e-6
NAMES = {"matrix": 0, "grains": 1}
PAIRS = [(1.0, 0.0), (0.0, 1.0), (1.0, 10.0), (1e4, 1.0)]
SHARP = 1e-6
"""Relative: what the integrals are sharper by is of first order in a field that is good to 3e-5 or 1e-5."""

Image = npt.NDArray[np.bool_]


def specimen(image: Image, voxel: tuple[float, float, float] = (UM, UM, UM)) -> VoxelSpecimen:
    names = {name: value for name, value in NAMES.items() if (image == value).any()}
    return VoxelSpecimen(image.astype(np.uint8), voxel, names, MPI.COMM_SELF)


def solved(
    image: Image,
    pair: tuple[float, float] = (1.0, 0.0),
    voxel: tuple[float, float, float] = (UM, UM, UM),
    tolerance: float = 1e-9,
    periodic: bool = False,
    directions: str = "xyz",
) -> EffectiveConductivity:
    made = specimen(image, voxel)
    values = {name: value for name, value in zip(NAMES, pair, strict=True) if name in made.phases}
    return effective_conductivity(made, values, directions, tolerance, periodic)


def refined(image: Image, times: int) -> Image:
    return image.repeat(times, 0).repeat(times, 1).repeat(times, 2)


def blobs(size: int, share: float, smooth: float = 2.0, seed: int = 4) -> Image:
    """Grains that go on across the ends of the box."""
    field = ndimage.gaussian_filter(np.random.default_rng(seed).random((size,) * 3), smooth, mode="wrap")
    return np.asarray(field < np.quantile(field, share))


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize("shape", [(12, 12, 12), (1, 1, 1), (1, 5, 7), (9, 1, 2), (2, 3, 40)])
def test_an_empty_box_conducts_as_its_phase(shape: tuple[int, int, int], periodic: bool) -> None:
    found = solved(np.zeros(shape, dtype=bool), (3.0, 0.0), (UM, 2.0 * UM, 0.3 * UM), periodic=periodic)
    for values in (found.lower, found.upper, found.finite_volumes, found.diagonal):
        np.testing.assert_allclose(values, 3.0, rtol=1e-12)


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize("across", [0, 1, 2])
def test_both_bounds_of_a_laminate_are_its_series_and_parallel_conductivity(
    across: int, periodic: bool
) -> None:
    layers = np.isin(np.arange(9), [1, 2, 5, 8]).reshape(np.roll([9, 1, 1], across))
    found = solved(layers & np.ones((9, 9, 9), dtype=bool), (2.0, 30.0), periodic=periodic)
    expected = np.full(3, 2.0 * 5 / 9 + 30.0 * 4 / 9)
    expected[across] = 9.0 / (5 / 2.0 + 4 / 30.0)
    np.testing.assert_allclose(found.lower, expected, rtol=1e-8)
    np.testing.assert_allclose(found.upper, expected, rtol=1e-8)


@pytest.mark.parametrize("contrast", [4.0, 100.0])
def test_squares_of_a_checkerboard_conduct_as_their_geometric_mean(contrast: float) -> None:
    # Dykhne, Sov. Phys. JETP 32 (1971) 63: exact for columns of two phases that can change places. Sides that
    # let nothing through are mirrors, in the middle of the squares.
    board = np.array([[0, 1], [1, 0]], dtype=bool)[:, :, None]
    widths = []
    for times in (1, 2, 4, 8):
        image = board.repeat(times, 0).repeat(times, 1)
        found = solved(image, (1.0, contrast), directions="xy")
        assert (found.lower[:2] < np.sqrt(contrast)).all()
        assert (found.upper[:2] > np.sqrt(contrast)).all()
        # Each bound of a field in a plane is that of the other one with the phases exchanged.
        np.testing.assert_allclose(found.lower[:2] * found.upper[:2], contrast, rtol=1e-6)
        np.testing.assert_allclose(found.diagonal[:2], np.sqrt(contrast), rtol=1e-6)
        widths.append(found.upper[0] - found.lower[0])
    assert all(fine < coarse for coarse, fine in pairwise(widths))


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("periodic", [False, True])
def test_bounds_enclose_each_other_as_the_same_voxels_are_divided(
    pair: tuple[float, float], periodic: bool
) -> None:
    image = blobs(10, 0.5, 1.0)
    levels = [solved(refined(image, times), pair, periodic=periodic) for times in (1, 2, 4)]
    for found in levels:
        assert (found.finite_volumes < found.lower).all()
        assert (found.lower < found.diagonal).all()
        assert (found.diagonal < found.upper).all()
    for coarse, fine in pairwise(levels):
        assert (coarse.lower < fine.lower).all()
        assert (fine.upper < coarse.upper).all()
    best = levels[-1]
    limit = np.sqrt(best.lower * best.upper)
    assert (np.abs(levels[0].diagonal / limit - 1.0) < 0.2 * (levels[0].upper / levels[0].lower - 1.0)).all()


def test_bounds_of_a_ball_of_voxels_meet_as_the_edges_of_its_steps_ask_for() -> None:
    # Along an edge with three quarters around it open, fields go as distance^(-1/3) and errors as size^(4/3).
    image = ball((10, 10, 10), (5.0, 5.0, 5.0), 4.1)
    widths = []
    for times in (1, 2, 4):
        found = solved(refined(image, times), directions="z")
        widths.append(found.upper[2] - found.lower[2])
    for coarse, fine in pairwise(widths):
        assert coarse / fine == pytest.approx(2.0 ** (4.0 / 3.0), rel=0.08)


def by_sparse_matrix(image: Image, pair: tuple[float, float], edges: tuple[float, float, float]) -> float:
    """Two-point finite volumes along x with a direct solver, written for this test."""
    k = np.where(image, pair[1], pair[0])
    number = np.arange(image.size).reshape(image.shape)
    volume = np.prod(edges)
    rows, columns, links = [], [], []
    for axis in range(3):
        low, high = (np.moveaxis(number, axis, 0)[part].ravel() for part in (np.s_[:-1], np.s_[1:]))
        one, other = k.ravel()[low], k.ravel()[high]
        rows.append(low)
        columns.append(high)
        links.append(volume / edges[axis] ** 2 * 2.0 / (1.0 / one + 1.0 / other))
    i, j, c = np.concatenate(rows), np.concatenate(columns), np.concatenate(links)
    graph = coo_array((np.r_[c, c], (np.r_[i, j], np.r_[j, i])), shape=(image.size,) * 2).tocsr()
    ends = np.zeros((2, *image.shape))
    ends[0, 0], ends[1, -1] = (2.0 * volume / edges[0] ** 2 * k[place] for place in (0, -1))
    ends = ends.reshape(2, -1)
    matrix = diags_array(graph.sum(axis=1) + ends.sum(axis=0)) - graph
    u = spsolve(matrix.tocsc(), ends[1])
    length = image.shape[0] * edges[0]
    return float((ends[0] @ u) * length**2 / (image.size * volume))


@pytest.mark.parametrize("contrast", [0.02, 3.0, 1000.0])
def test_finite_volumes_are_those_of_a_sparse_matrix(contrast: float) -> None:
    image = np.random.default_rng(7).random((7, 6, 9)) < 0.5
    edges = (1.0, 0.6, 1.7)
    found = solved(image, (1.0, contrast), (UM, 0.6 * UM, 1.7 * UM), directions="x")
    assert found.finite_volumes[0] == pytest.approx(by_sparse_matrix(image, (1.0, contrast), edges), rel=1e-7)


@pytest.mark.parametrize("pair", PAIRS)
def test_trilinear_elements_on_a_mesh_are_just_below_the_upper_bound(pair: tuple[float, float]) -> None:
    # The potential of the bound is one that these elements could choose, and nearly their best one.
    image = blobs(12, 0.5, 1.5)
    made = specimen(image, (UM, 0.7 * UM, 1.2 * UM))
    values = dict(zip(NAMES, pair, strict=True))
    found = effective_conductivity(made, values, relative_tolerance=1e-9)
    names = [name for name, value in values.items() if value]
    for axis in range(3):
        elements = meshed_column(made.part(names, (axis,)), list(pair), axis, 1e-10).flux[axis]
        assert found.lower[axis] < elements * (1.0 + 1e-8)
        assert elements < found.upper[axis] * (1.0 + 1e-8)
        assert found.upper[axis] == pytest.approx(elements, rel=0.05)


def test_slanted_layers_lead_a_flux_aside_as_they_do_in_elements() -> None:
    places = np.indices((48, 48, 2))
    for image in ((places[0] + places[1]) % 24 < 12, (places[0] - places[1]) % 24 < 12):
        made = specimen(image)
        found = solved(image, (1.0, 20.0), tolerance=1e-10, directions="xy").tensor
        for axis, aside in ((0, 1), (1, 0)):
            elements = meshed_column(made.part(list(NAMES), (axis,)), [1.0, 20.0], axis, 1e-10).flux
            assert abs(elements[aside]) > 0.2 * elements[axis]
            assert found[aside, axis] == pytest.approx(elements[aside], rel=0.06)
            assert found[2, axis] == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("periodic", [False, True])
def test_a_turned_or_mirrored_image_has_the_turned_or_mirrored_tensor(
    pair: tuple[float, float], periodic: bool
) -> None:
    image, voxel = blobs(11, 0.5, 1.0)[:, :9, :], (UM, 0.8 * UM, 1.3 * UM)
    found = solved(image, pair, voxel, 1e-10, periodic)
    scale = found.diagonal.max()
    turned = solved(image.transpose(2, 0, 1), pair, (voxel[2], voxel[0], voxel[1]), 1e-10, periodic)
    mirrored = solved(image[::-1], pair, voxel, 1e-10, periodic)
    # New axes x, y, z are the old z, x, y.
    for ours, theirs in ((found.lower, turned.lower), (found.upper, turned.upper)):
        np.testing.assert_allclose(theirs, ours[[2, 0, 1]], rtol=SHARP)
    for ours, theirs in ((found.lower, mirrored.lower), (found.upper, mirrored.upper)):
        np.testing.assert_allclose(theirs, ours, rtol=SHARP)
    signs = np.array([-1.0, 1.0, 1.0])
    for i, j in product(range(3), repeat=2):
        assert turned.tensor[i, j] == pytest.approx(found.tensor[(i + 2) % 3, (j + 2) % 3], abs=2e-5 * scale)
        there = signs[i] * signs[j] * mirrored.tensor[i, j]
        assert there == pytest.approx(found.tensor[i, j], abs=2e-5 * scale)
    assert np.ptp(found.diagonal) > 0.05 * scale


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("shape", [(9, 9, 9), (8, 7, 6)])
def test_a_periodic_box_conducts_as_it_does_twice_side_by_side(
    pair: tuple[float, float], shape: tuple[int, int, int]
) -> None:
    image = blobs(9, 0.55, 1.2)[: shape[0], : shape[1], : shape[2]]
    for axis, letter in enumerate("xyz"):
        one = solved(image, pair, periodic=True, directions=letter)
        times = [2, 3, 2]
        times[axis] = 1
        many = solved(np.tile(image, times), pair, periodic=True, directions=letter)
        for name, close in (("lower", SHARP), ("upper", SHARP), ("finite_volumes", 1e-8)):
            assert getattr(many, name)[axis] == pytest.approx(getattr(one, name)[axis], rel=close)
        closed = solved(image, pair, directions=letter)
        assert closed.upper[axis] != pytest.approx(one.upper[axis], rel=1e-3)


@pytest.mark.parametrize("pair", PAIRS)
def test_sides_that_let_nothing_through_are_mirrors(pair: tuple[float, float]) -> None:
    image = blobs(9, 0.55, 1.2)
    closed = solved(image, pair, directions="z")
    double = np.concatenate([image, image[::-1]])
    double = np.concatenate([double, double[:, ::-1]], axis=1)
    mirrored = solved(double, pair, periodic=True, directions="z")
    assert mirrored.lower[2] == pytest.approx(closed.lower[2], rel=SHARP)
    assert mirrored.upper[2] == pytest.approx(closed.upper[2], rel=SHARP)


def test_pockets_and_dead_parts_leave_the_bounds_as_they_are() -> None:
    image = np.ones((12, 12, 12), dtype=bool)
    image[:, 2:6, 2:6] = image[3:6, 2:9, 2:6] = False
    plain = solved(image, directions="x")
    image[4:7, 10, 10] = image[0:3, 8, 10] = False  # a pocket, and one that reaches a face
    found = solved(image, directions="x")
    assert (found.lower[0], found.upper[0]) == (plain.lower[0], plain.upper[0])
    assert found.connected[0] == pytest.approx(1.0 - 6 / (~image).sum())


def test_a_path_across_a_periodic_side_conducts() -> None:
    image = np.ones((6, 5, 4), dtype=bool)
    image[:3, 0, 1] = image[2:, 4, 1] = False  # meet at y = 0 across the side only
    found = solved(image, directions="x", periodic=True)
    assert 0.0 < found.lower[0] < 1 / 20  # a straight bar of a voxel
    assert found.lower[0] < found.upper[0] < 2 / 20
    assert found.connected[0] == pytest.approx(1.0)


def test_iterations_stay_where_they_are_as_the_image_grows() -> None:
    rng = np.random.default_rng(11)
    counts = []
    for size in (32, 64, 96):
        image = np.zeros((size,) * 3, dtype=bool)
        for centre in rng.random((round(0.6 * 3.0 / (4.0 * np.pi) * (size / 5.0) ** 3), 3)) * size:
            low = np.maximum(centre.astype(int) - 6, 0)
            part = tuple(slice(a, a + 13) for a in low)
            image[part] |= ball(image[part].shape, centre - low, 5.0)
        assert 0.35 < 1.0 - image.mean() < 0.75
        counts.append(solved(image, tolerance=1e-6, directions="z").iterations[0])
    # Of both solves together.
    assert counts[-1] <= counts[0] + 2
    assert max(counts) <= 13


def cycled(links: list[npt.NDArray[np.float32]], right: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """What one cycle makes of a right-hand side, the axes as they come; all have a layer around."""
    lattice = Lattice(tuple(n - 2 for n in right.shape), [1.0] * 3, [False] * 3)  # type: ignore[arg-type]
    lib, first = kernel().lib, lattice.level[0]
    for place, values in zip([*first.c, first.r], [*links, right], strict=True):
        view = np.frombuffer(kernel().ffi.buffer(place, values.nbytes), dtype=np.float32)
        view[:] = np.ascontiguousarray(values).ravel()
    for level in range(lattice.count - 1):
        lib.coarsen(lattice.level + level, lattice.level + level + 1)
    for level in range(lattice.count):
        lib.weigh(lattice.level + level)
    nothing = np.zeros(right.shape, dtype=np.float32)
    product = lib.cycle(lattice.level, lattice.count, 2, 0.0, pointer(nothing))
    values = np.frombuffer(kernel().ffi.buffer(first.z, right.nbytes), dtype=np.float32).reshape(right.shape)
    inner = values[1:-1, 1:-1, 1:-1].copy()
    assert product == pytest.approx(np.vdot(inner, right[1:-1, 1:-1, 1:-1]), rel=1e-5)
    return inner


def test_a_cycle_is_the_same_in_strips_as_in_one() -> None:
    # 301 rows of 122 values make strips, 10 do not; the order in which values are relaxed stays.
    rng, shape = np.random.default_rng(8), np.array((10, 301, 120))
    right = np.zeros(shape + 2, dtype=np.float32)
    right[1:-1, 1:-1, 1:-1] = rng.standard_normal(shape)
    links = []
    for axis in range(3):
        link = np.zeros(shape + 2, dtype=np.float32)
        part = link[tuple(slice(1, -1 if i != axis else None) for i in range(3))]
        part[:] = rng.random(part.shape)
        links.append(link)
    strips = cycled(links, right)
    turned = [link.transpose(1, 0, 2) for link in (links[1], links[0], links[2])]
    one = cycled(turned, right.transpose(1, 0, 2)).transpose(1, 0, 2)
    np.testing.assert_allclose(strips, one, atol=2e-6 * np.abs(one).max())


@pytest.mark.parametrize("contrast", [1e-4, 1e-8, 1e4, 1e8])
def test_iterations_do_not_follow_the_contrast(contrast: float) -> None:
    found = solved(blobs(48, 0.4), (contrast, 1.0), tolerance=1e-6, directions="z")
    assert found.iterations[0] <= 16


def test_walls_of_a_voxel_and_a_single_throat_are_solved_too() -> None:
    image = np.ones((24, 24, 24), dtype=bool)
    image[1::2] = False
    image[:, 10, 10] = False
    found = solved(image, directions="x")
    # Every other layer is open but for the bar, and the bar carries what passes.
    assert 1 / 576 < found.lower[0] < found.upper[0] < 2.0 * 2 / 576
