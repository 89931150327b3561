"""True shapes from label images: surfaces, volumes, tags, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from mpi4py import MPI
from support.images import MICRO, ball, labelled

from chemomech.errors import InputError
from chemomech.geometry import tags
from chemomech.geometry.generate import MeshFailure
from chemomech.geometry.images import Orientation
from chemomech.geometry.mesh_arrays import check
from chemomech.geometry.shapes import ShapeAttempt, ShapedCell, ShapeOptions, cut_region, mesh_shapes
from chemomech.geometry.shapes import generate as shape_generate
from chemomech.geometry.shapes.crossings import crossing_points
from chemomech.geometry.shapes.distances import Distances
from chemomech.geometry.shapes.filling import fill
from chemomech.geometry.shapes.fitting import fit, label_volumes
from chemomech.geometry.shapes.grid import LabelGrid, clear, grid_edges, sample
from chemomech.geometry.shapes.report import joined_pairs
from chemomech.geometry.shapes.surface import surface_of

OPTIONS = ShapeOptions(size=2.0e-6, separator_size=6e-6, least_cells=4)
SHAPE = (14, 16, 24)  # z, y, x


@pytest.fixture(scope="module")
def two() -> np.ndarray:
    """Two balls that touch, one of them cut by a side, and a third one apart from them."""
    voxels = np.zeros(SHAPE, dtype=np.int32)
    voxels[ball(SHAPE, (7.0, 8.0, 2.0), 4.6)] = 1
    voxels[ball(SHAPE, (7.0, 8.0, 10.5), 4.6) & (voxels == 0)] = 2
    voxels[ball(SHAPE, (7.0, 8.0, 21.5), 3.2) & (voxels == 0)] = 3
    return voxels


@pytest.fixture(scope="module")
def cell(two: np.ndarray) -> ShapedCell:
    return mesh_shapes(labelled(two), 6e-6, OPTIONS, comm=MPI.COMM_SELF)


def test_particles_keep_the_volume_of_their_voxels(cell: ShapedCell, two: np.ndarray) -> None:
    assert cell.report.voxel_volumes == pytest.approx(np.bincount(two.ravel())[1:])
    assert cell.report.volumes == pytest.approx(cell.report.voxel_volumes, rel=1e-5)
    assert cell.cell.quality.particle_volume_error < 1e-5


def test_the_mesh_fills_the_box_with_its_layers_and_the_separator(cell: ShapedCell) -> None:
    box = np.array(cell.cell.layout.box) / MICRO
    assert box == pytest.approx((24.0, 16.0, 14.0 + 2 * 2.0))
    filled = cell.cell.quality.meshed_volume / MICRO**3
    assert filled == pytest.approx(box[0] * box[1] * (box[2] + 6.0), rel=1e-9)


def test_touching_particles_share_facets_and_separate_ones_do_not(cell: ShapedCell) -> None:
    assert cell.report.contacts == 1 == cell.report.voxel_contacts
    found = set(np.unique(cell.cell.facet_tags.values).tolist())
    assert found == {
        tags.COLLECTOR, tags.LITHIUM, tags.SIDES, tags.INTERFACE, tags.ELECTRODE_SEPARATOR,
    }  # fmt: skip


def test_cells_are_not_flat_and_the_layout_says_what_the_particles_are(cell: ShapedCell) -> None:
    assert cell.cell.quality.shape_percentiles[0] > OPTIONS.smallest_quality
    assert cell.cell.layout.ids.tolist() == [1, 2, 3]
    assert cell.cell.layout.at_border.tolist() == [True, False, True]
    assert cell.cell.layout.centres[1] == pytest.approx(np.array([10.5, 8.0, 9.0]) * MICRO, abs=0.3 * MICRO)
    assert cell.cell.layout.particle_volumes == pytest.approx(cell.report.volumes * MICRO**3, rel=1e-6)
    assert cell.report.attempts[-1].endswith("sound")
    assert any("3 particles meshed" in line for line in cell.report.lines())


def test_points_come_to_lie_on_the_ball_and_not_on_its_voxels() -> None:
    voxels = ball((18, 18, 18), (9.0, 9.0, 9.0), 6.0).astype(np.int32)
    region = cut_region(labelled(voxels), 2e-6)
    distances = Distances(region, 1.0, 4.0)
    grid, _ = clear(sample(distances, grid_edges(region, 2.0)), 1, 1)
    fitted = fit(surface_of(grid), distances, np.array([np.nan, float(voxels.sum())]), 0.45)
    on_ball = np.unique(fitted.triangles[(fitted.regions == 1).any(axis=1)])
    middle = (9.0, 9.0, 9.0 + 2.0)
    radius = np.linalg.norm(fitted.points[on_ball] - middle, axis=1)
    before = np.linalg.norm(surface_of(grid).points[on_ball] - middle, axis=1)
    assert radius.std() < 0.3 * before.std()
    # A polyhedron of the same volume has its corners a bit outside.
    assert radius.mean() == pytest.approx(6.1, abs=0.15)
    assert fitted.volumes[1] == pytest.approx(voxels.sum(), rel=1e-6)


def test_faces_of_the_grid_close_around_every_label() -> None:
    labels = np.zeros((3, 4, 5), dtype=np.int32)
    labels[1:, 1:3, 1:4] = 1
    labels[0, 1:3, 1:4] = 2
    grid = LabelGrid(labels, (np.arange(4.0), np.arange(5.0), np.arange(6.0)))
    surface = surface_of(grid)
    halves = np.concatenate([surface.quads[:, [0, 1, 2]], surface.quads[:, [0, 2, 3]]])
    found = label_volumes(surface.points, halves, np.tile(surface.regions, (2, 1)), 3)
    assert found == pytest.approx(np.bincount(labels.ravel()))


def test_what_hangs_together_by_an_edge_or_is_closed_in_is_cleared() -> None:
    labels = np.zeros((8, 8, 8), dtype=np.int32)
    labels[1:5, 1:5, 1:5] = 1
    labels[2, 2, 2] = 0  # closed in
    labels[5, 5, 1:5] = 1  # touches along an edge
    labels[7, 7, 7] = 2  # too small
    labels[1:5, 1:5, 6] = 3
    labels[7, 1, 3] = 3  # a fragment
    grid = LabelGrid(labels, (np.arange(9.0),) * 3)
    cleared, report = clear(grid, 3, 4)
    assert cleared.labels[2, 2, 2] == 1
    assert report.gained.tolist() == [1, 0, 0]
    assert report.dropped == (2,)
    assert report.flipped > 0
    assert report.fragments >= 1
    assert report.kept_share[2] == pytest.approx(16 / 17)
    assert not (cleared.labels == 2).any()


def test_triangles_that_pierce_or_fold_are_found() -> None:
    points = np.array(
        [(0, 0, 0), (2, 0, 0), (0, 2, 0), (0.4, 0.4, -1), (0.4, 0.4, 1), (3, 3, 0), (9, 9, 9), (9.5, 9, 9),
         (9, 9.5, 9), (9, 9.5, 9.01)], dtype=float,
    )  # fmt: skip
    pierced = np.array([(0, 1, 2), (3, 4, 5)])
    assert set(crossing_points(points, pierced)) >= {0, 1, 2, 3, 4}
    folded = np.array([(6, 7, 8), (6, 7, 9)])
    assert set(crossing_points(points, folded)) == {6, 7, 8, 9}
    assert not crossing_points(points, np.array([(0, 1, 2), (6, 7, 8)])).size


def test_the_box_is_cut_in_the_axes_of_the_electrode() -> None:
    voxels = np.zeros((6, 4, 5), dtype=np.int32)
    voxels[0, 1, 2] = 1
    voxels[5, 3, 4] = 2
    region = cut_region(labelled(voxels), 2e-6, orientation=Orientation(0, collector_last=True))
    assert region.labels.shape == (5, 4, 6 + 2 * 2)
    assert region.labels[2, 1, 2 + 5] == 1
    assert region.labels[4, 3, 2 + 0] == 2
    assert region.box == pytest.approx((5.0, 4.0, 10.0))
    part = cut_region(labelled(voxels), 1.5e-6, (3, 2, 2), (6, 4, 5))
    assert part.names.tolist() == [2]
    assert part.low == pytest.approx(-0.5)  # planes of voxels are whole, the layer is not
    assert part.box == pytest.approx((3.0, 2.0, 6.0))


def test_joined_pairs_have_the_area_of_their_common_faces(two: np.ndarray) -> None:
    labels = np.zeros((6, 4, 6), dtype=np.int32)
    labels[1:3, 1:3, 2:4] = 1
    labels[3:5, 1:3, 2:4] = 2
    grid = LabelGrid(labels, (np.arange(7.0), np.arange(5.0), np.arange(7.0)))
    surface = surface_of(grid)
    region = cut_region(labelled(labels.transpose(2, 1, 0)), 1e-6)
    fitted = fit(surface, Distances(region, 1.0, 2.0), np.array([np.nan, 8.0, 8.0]), 1e-6)
    arrays, worst = fill(fitted, np.array([6.0, 4.0, 6.0]), 3.0, 2.0, 1)
    check(arrays, "blocks")
    pairs, areas = joined_pairs(arrays)
    assert pairs.tolist() == [[0, 1]]
    assert areas == pytest.approx([4.0], rel=1e-4)
    assert worst > 0.02


def test_failed_attempts_are_recorded_and_all_failing_is_an_error(
    two: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("faces still cross")

    monkeypatch.setattr(shape_generate, "fit", broken)
    tries = (ShapeAttempt(0.45, 1.0, 1), ShapeAttempt(0.3, 1.0, 1))
    options = ShapeOptions(size=2e-6, attempts=tries)
    with pytest.raises(MeshFailure, match="none of 2 attempts .* faces still cross") as failure:
        mesh_shapes(labelled(two), 6e-6, options, comm=MPI.COMM_SELF)
    assert [line.split(",")[-1] for line in failure.value.attempts] == [
        " freedom 0.45: faces still cross", " freedom 0.3: faces still cross",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"size": 0.0}, "size of true shapes = 0 m"),
        ({"size": 2e-6, "layer": 1e-6}, "layer = 1e-06 m must"),
        ({"size": 2e-6, "attempts": ()}, "attempts of true shapes is empty"),
    ],
)
def test_options_that_make_no_sense_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        ShapeOptions(**settings)  # type: ignore[arg-type]


def test_parts_without_particles_and_sizes_that_leave_none_are_refused(two: np.ndarray) -> None:
    image = labelled(two)
    with pytest.raises(InputError, match="holds no particle"):
        mesh_shapes(image, 6e-6, OPTIONS, (0, 0, 0), (2, 2, 24), comm=MPI.COMM_SELF)
    with pytest.raises(InputError, match="does not lie within"):
        mesh_shapes(image, 6e-6, OPTIONS, (0, 0, 0), (2, 2, 25), comm=MPI.COMM_SELF)
    with pytest.raises(InputError, match="nothing is left of 3 particles"):
        mesh_shapes(image, 6e-6, ShapeOptions(size=7e-6), comm=MPI.COMM_SELF)
    with pytest.raises(InputError, match="separator_thickness is 0"):
        mesh_shapes(image, 0.0, OPTIONS, comm=MPI.COMM_SELF)
