"""From a label image to a half cell on true shapes: rank 0 meshes, all ranks get the mesh."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from mpi4py import MPI

from chemomech.errors import InputError

from .. import tags
from ..gaps import MICROMETRES
from ..generate import MeshFailure
from ..half_cell_mesh import HalfCellMesh
from ..images.extraction import radii_inside
from ..images.label_image import LabelImage
from ..images.orientation import Orientation
from ..layout import Layout
from ..mesh_arrays import MeshArrays, check
from ..mesh_files import read_mesh, write_arrays
from .distances import Distances
from .filling import fill
from .fitting import FittedSurface, fit
from .grid import Cleared, clear, grid_edges, sample
from .options import ShapeAttempt, ShapeOptions
from .region import Region, cut_region
from .report import ShapeReport, joined_pairs, triangle_areas, voxel_area, voxel_contacts
from .surface import surface_of

FloatArray = npt.NDArray[np.float64]

REACH = 2.0  # distances are asked for this many sizes away from a label


@dataclass(frozen=True, eq=False)
class ShapedCell:
    """A half cell on true shapes.

    Attributes:
        cell: the mesh; its layout has, for each particle, the sphere of its centre of mass and volume. It has
            no contact list: the mesh itself says what is joined.
        report: how far the shapes are from the voxels.
    """

    cell: HalfCellMesh
    report: ShapeReport


@dataclass(frozen=True, eq=False)
class _Made:
    arrays: MeshArrays
    fitted: FittedSurface
    cleared: Cleared
    shifts: FloatArray


def mesh_shapes(
    image: LabelImage,
    separator_thickness: float,
    options: ShapeOptions,
    low: tuple[int, int, int] | None = None,
    high: tuple[int, int, int] | None = None,
    orientation: Orientation | None = None,
    comm: MPI.Comm = MPI.COMM_WORLD,
) -> ShapedCell:
    """Mesh the particles of a label image, or of a box cut out of it, in their true shapes.

    Collective over `comm`; only rank 0 reads the image and meshes. Cells are straight tetrahedra with the
    tags of any half cell. The sides of the box cut particles (SIDES); in z the box gets a layer of matrix at
    either end, so that no particle reaches the collector or the separator.

    Args:
        image: the particles; those that touch are joined.
        separator_thickness: [m].
        options: sizes, for instance `SHAPE_PRESETS["coarse"]`.
        low: first voxel of the box, in the axes of the array; the first of the image if not given.
        high: voxel after the last one; that of the image if not given.
        orientation: how the image lies in the electrode.
        comm: ranks that share the mesh.

    Raises:
        InputError: a box that holds no particle, or a size that leaves none.
        MeshFailure: no attempt gave a sound mesh; its `attempts` say why.
    """
    if not (np.isfinite(separator_thickness) and separator_thickness > 0):
        raise InputError(
            f"separator_thickness is {separator_thickness} m; it must be a finite length greater than 0 m."
        )
    with tempfile.TemporaryDirectory(prefix="chemomech-") as folder:
        path = Path(folder) / "shapes.msh"
        error: Exception | None = None
        result: tuple[Path, Layout, ShapeReport, float] | None = None
        if comm.rank == 0:
            try:
                started = time.perf_counter()
                region = cut_region(image, options.layer_thickness, low, high, orientation)
                made, log = _first_sound(region, separator_thickness, options)
                write_arrays(made.arrays, path)
                layout = _spheres(region, made)
                report = _report(region, made, log)
                result = (path, layout, report, time.perf_counter() - started)
            except Exception as failure:  # told to all ranks below, which would otherwise wait for ever
                error = failure
        error, result = comm.bcast((error, result), root=0)
        if error is not None:
            raise error
        assert result is not None
        path, layout, report, seconds = result
        cell = read_mesh(path, comm, layout=layout)
    errors = report.volume_errors
    quality = replace(
        cell.quality,
        particle_volume_error=float(np.abs(errors).max()),
        total_volume_error=float(report.volumes.sum() / report.voxel_volumes.sum() - 1.0),
        interface_area_error=float("nan"),
        total_area_error=report.area / report.voxel_area - 1.0,
    ).recorded(report.attempts, seconds, from_cache=False)
    return ShapedCell(replace(cell, quality=quality), report)


def _first_sound(region: Region, separator: float, options: ShapeOptions) -> tuple[_Made, tuple[str, ...]]:
    log: list[str] = []
    for attempt in options.attempts:
        label = f"algorithm {attempt.algorithm}, size x {attempt.size_factor:g}, freedom {attempt.freedom:g}"
        try:
            made = _make(region, separator * MICROMETRES, options, attempt)
        except InputError:
            raise
        except Exception as failure:  # gmsh raises bare Exception
            log.append(f"{label}: {failure}")
            continue
        log.append(f"{label}: sound")
        return made, tuple(log)
    raise MeshFailure(
        f"none of {len(log)} attempts meshed the shapes of '{region.name}' (last: {log[-1]}); choose another "
        "size or part of the image.",
        tuple(log),
    )


def _make(region: Region, separator: float, options: ShapeOptions, attempt: ShapeAttempt) -> _Made:
    size = options.size * MICROMETRES * attempt.size_factor
    distances = Distances(region, options.smoothing, REACH * size)
    edges = grid_edges(region, size)
    grid, cleared = clear(sample(distances, edges), len(region), options.least_cells)
    cell_volume = float(np.prod([np.diff(edge).mean() for edge in edges]))
    wanted = region.voxel_volumes * cleared.kept_share + cleared.gained * cell_volume
    wanted[cleared.kept_share == 0.0] = np.nan
    fitted = fit(surface_of(grid), distances, np.concatenate([[np.nan], wanted]), attempt.freedom)
    kept = np.flatnonzero(cleared.kept_share > 0.0)
    shifts = 0.5 * distances.offsets[1:][kept]
    fitted = _renumbered(fitted, kept, len(region))
    arrays, worst = fill(
        fitted, region.box, separator, options.separator_size * MICROMETRES, attempt.algorithm
    )
    if worst < options.smallest_quality:
        raise RuntimeError(f"a cell of shape {worst:.3g}, below {options.smallest_quality:g}")
    check(arrays, f"of '{region.name}'")
    return _Made(arrays, fitted, cleared, shifts)


def _renumbered(fitted: FittedSurface, kept: npt.NDArray[np.intp], count: int) -> FittedSurface:
    """Number the particles that are left 1, 2, ..."""
    number = np.zeros(count + 1, dtype=np.int64)
    number[kept + 1] = np.arange(1, len(kept) + 1)
    regions = np.where(fitted.regions > 0, number[np.maximum(fitted.regions, 0)], fitted.regions)
    return replace(fitted, regions=regions, volumes=fitted.volumes[np.concatenate([[0], kept + 1])])


def _spheres(region: Region, made: _Made) -> Layout:
    volumes, centres = made.arrays.particle_volumes_and_centres()
    box = tuple(float(edge) / MICROMETRES for edge in region.box)
    whole = box[0], box[1], box[2]
    try:
        radii = radii_inside(centres / MICROMETRES, volumes / MICROMETRES**3, whole)
    except InputError:  # a particle as large as the box, of which no sphere has the shape
        radii = np.cbrt(3.0 * volumes / (4.0 * np.pi)) / MICROMETRES
    names = region.names[made.cleared.kept_share > 0.0]
    reached = set(_at_walls(made.arrays).tolist())
    border = np.array([particle in reached for particle in range(len(names))])
    voxel = tuple(float(edge) / MICROMETRES for edge in region.spacing)
    return Layout(
        centres / MICROMETRES, radii, whole, f"{region.name}-shapes", names, border,
        voxel_size=(voxel[0], voxel[1], voxel[2]),
    )  # fmt: skip


def _at_walls(arrays: MeshArrays) -> npt.NDArray[np.int64]:
    """Particles with a point on one of the sides."""
    on_side = np.zeros(len(arrays.points), dtype=bool)
    on_side[arrays.facets[arrays.facet_tags == tags.SIDES]] = True
    owners = arrays.cell_tags[on_side[arrays.cells].any(axis=1)] - tags.FIRST_PARTICLE_TAG
    return np.unique(owners[owners >= 0])


def _report(region: Region, made: _Made, log: tuple[str, ...]) -> ShapeReport:
    kept = made.cleared.kept_share > 0.0
    volumes = made.arrays.particle_volumes_and_centres()[0]
    interface = made.arrays.facets[made.arrays.facet_tags == tags.INTERFACE]
    pairs, areas = joined_pairs(made.arrays)
    count, contact_area = voxel_contacts(region)
    whole = region.voxel_volumes
    return ShapeReport(
        names=region.names[kept],
        voxel_volumes=whole[kept],
        volumes=volumes,
        shifts=made.shifts,
        dropped=region.names[~kept],
        dropped_volume=float(whole[~kept].sum() / whole.sum()),
        fragments=made.cleared.fragments,
        filled=int(made.cleared.gained.sum()),
        voxel_area=voxel_area(region),
        area=float(triangle_areas(made.arrays.points, interface).sum()),
        voxel_contacts=count,
        voxel_contact_area=contact_area,
        contacts=len(pairs),
        contact_area=float(areas.sum()),
        held=made.fitted.held,
        attempts=log,
    )
