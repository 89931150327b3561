"""From a label image to a half cell on true shapes: rank 0 meshes, all ranks get the mesh."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from mpi4py import MPI

from chemomech.errors import InputError

from .. import shared_meshes, tags
from ..cache import mesh_file
from ..gaps import MICROMETRES
from ..generate import MeshFailure
from ..half_cell_mesh import HalfCellMesh
from ..images.label_image import LabelImage
from ..images.orientation import Orientation
from ..layout import Layout
from ..mesh_arrays import MeshArrays, check
from ..mesh_files import read_mesh
from .distances import Distances
from .filling import fill
from .fitting import FittedSurface, fit
from .mesh_store import FILES, KeptMesh, keep, kept_mesh, shape_key
from .options import ShapeAttempt, ShapeOptions
from .plan import REACH, ShapePlan, on_grid, plan_shapes, spheres
from .report import ShapeReport, joined_pairs, triangle_areas, voxel_area, voxel_contacts
from .surface import surface_of

FloatArray = npt.NDArray[np.float64]

VOLUME_SLACK = 1e-3
"""How far the volume of all particles may be from the plan [-]; the current of 1C is that of the plan."""


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
    plan: ShapePlan  # on the grid of the attempt
    fitted: FittedSurface
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

    def mesh_of_plan(folder: Path) -> KeptMesh:
        plan = plan_shapes(image, options, low, high, orientation)
        return _make_and_keep(plan, separator_thickness, folder / "shapes.msh")

    _require_thickness(separator_thickness)
    with tempfile.TemporaryDirectory(prefix="chemomech-") as folder:
        kept = _on_first_rank(comm, partial(mesh_of_plan, Path(folder)))
        return _distributed(kept, comm)


def mesh_plan(
    plan: ShapePlan,
    separator_thickness: float,
    comm: MPI.Comm = MPI.COMM_WORLD,
    cache: str | Path | None = None,
) -> ShapedCell:
    """Mesh what has been planned, with the same particles and, to 1e-3, the same volume; collective.

    Args:
        plan: what is meshed; that of rank 0 counts.
        separator_thickness: [m].
        comm: ranks that share the mesh.
        cache: folder in which meshes are kept and looked for, also among those of other runs; no cache if
            not given.

    Raises:
        InputError: a thickness out of range, or a cache folder that cannot be written.
        MeshFailure: no attempt gave a sound mesh; its `attempts` say why.
    """
    _require_thickness(separator_thickness)
    with contextlib.ExitStack() as stack:
        shared = cache is not None
        if cache is None:
            cache = stack.enter_context(tempfile.TemporaryDirectory(prefix="chemomech-"))
        key = _on_first_rank(comm, partial(shape_key, plan, separator_thickness))
        path = mesh_file(cache, key)
        kept = _on_first_rank(comm, partial(_found, path, shared))
        if kept is not None:
            with contextlib.suppress(InputError):  # a damaged file, which is made anew
                return _distributed(kept, comm)
        made = _on_first_rank(comm, partial(_make_and_keep, plan, separator_thickness, path, shared))
        return _distributed(made, comm)


def _found(path: Path, shared: bool) -> KeptMesh | None:
    if shared:
        shared_meshes.take(path, FILES)
    return kept_mesh(path)


def _require_thickness(separator_thickness: float) -> None:
    if not (np.isfinite(separator_thickness) and separator_thickness > 0):
        raise InputError(
            f"separator_thickness is {separator_thickness} m; it must be a finite length greater than 0 m."
        )


def _on_first_rank[T](comm: MPI.Comm, work: Callable[[], T]) -> T:
    """What `work` returns on rank 0, on all ranks; what it raises there is raised on all."""
    error: Exception | None = None
    result: T | None = None
    if comm.rank == 0:
        try:
            result = work()
        except Exception as failure:  # the other ranks would otherwise wait for ever
            error = failure
    error, result = comm.bcast((error, result), root=0)
    if error is not None:
        raise error
    return result


def _make_and_keep(plan: ShapePlan, separator: float, path: Path, shared: bool = False) -> KeptMesh:
    started = time.perf_counter()
    attempt, log = _first_sound(plan, separator)
    layout, report = _spheres(attempt), _report(attempt, log)
    made = keep(attempt.arrays, KeptMesh(path, layout, report, time.perf_counter() - started, False))
    if shared:
        shared_meshes.give(path, FILES)
    return made


def _distributed(kept: KeptMesh, comm: MPI.Comm) -> ShapedCell:
    cell, report = read_mesh(kept.path, comm, layout=kept.layout), kept.report
    errors = report.volume_errors
    quality = replace(
        cell.quality,
        particle_volume_error=float(np.abs(errors).max()),
        total_volume_error=float(report.volumes.sum() / report.voxel_volumes.sum() - 1.0),
        interface_area_error=float("nan"),
        total_area_error=report.area / report.voxel_area - 1.0,
    ).recorded(report.attempts, kept.seconds, kept.from_cache)
    return ShapedCell(replace(cell, quality=quality, spherical=False), report)


def _first_sound(plan: ShapePlan, separator: float) -> tuple[_Made, tuple[str, ...]]:
    log: list[str] = []
    for attempt in plan.options.attempts:
        label = f"algorithm {attempt.algorithm}, size x {attempt.size_factor:g}, freedom {attempt.freedom:g}"
        try:
            mesh = _make(plan, separator * MICROMETRES, attempt)
        except Exception as failure:  # gmsh raises bare Exception
            log.append(f"{label}: {failure}")
            continue
        log.append(f"{label}: sound")
        return mesh, tuple(log)
    raise MeshFailure(
        f"none of {len(log)} attempts meshed the shapes of '{plan.region.name}' (last: {log[-1]}); choose "
        "another size or part of the image.",
        tuple(log),
    )


def _make(plan: ShapePlan, separator: float, attempt: ShapeAttempt) -> _Made:
    region, options = plan.region, plan.options
    size = options.size * MICROMETRES * attempt.size_factor
    distances = Distances(region, options.smoothing, REACH * size)
    here = plan
    if attempt.size_factor != 1.0:
        here = on_grid(region, options, distances, size, plan.cleared.dropped)
        _require_same(here, plan)
    fitted = fit(surface_of(here.grid), distances, np.concatenate([[np.nan], here.wanted]), attempt.freedom)
    kept = here.kept
    shifts = 0.5 * distances.offsets[1:][kept]
    fitted = _renumbered(fitted, kept, len(region))
    arrays, worst = fill(
        fitted, region.box, separator, options.separator_size * MICROMETRES, attempt.algorithm
    )
    if worst < options.smallest_quality:
        raise RuntimeError(f"a cell of shape {worst:.3g}, below {options.smallest_quality:g}")
    check(arrays, f"of '{region.name}'")
    volume = float(arrays.particle_volumes_and_centres()[0].sum())
    if abs(off := volume / float(plan.wanted[plan.kept].sum()) - 1.0) > VOLUME_SLACK:
        raise RuntimeError(f"the volume of all particles is off by {off:+.2%}, more than {VOLUME_SLACK:.2%}")
    return _Made(arrays, here, fitted, shifts)


def _require_same(here: ShapePlan, plan: ShapePlan) -> None:
    """Refuse a grid that loses a particle: its current, contact and readings have been promised."""
    if lost := sorted(set(plan.kept.tolist()) - set(here.kept.tolist())):
        raise RuntimeError(f"the grid loses {len(lost)} more particles")


def _renumbered(fitted: FittedSurface, kept: npt.NDArray[np.intp], count: int) -> FittedSurface:
    """Number the particles that are left 1, 2, ..."""
    number = np.zeros(count + 1, dtype=np.int64)
    number[kept + 1] = np.arange(1, len(kept) + 1)
    regions = np.where(fitted.regions > 0, number[np.maximum(fitted.regions, 0)], fitted.regions)
    return replace(fitted, regions=regions, volumes=fitted.volumes[np.concatenate([[0], kept + 1])])


def _spheres(mesh: _Made) -> Layout:
    volumes, centres = mesh.arrays.particle_volumes_and_centres()
    border = np.isin(np.arange(len(volumes)), _at_walls(mesh.arrays))
    return spheres(mesh.plan.region, mesh.plan.kept, centres, volumes, border)


def _at_walls(arrays: MeshArrays) -> npt.NDArray[np.int64]:
    """Particles with a point on one of the sides."""
    on_side = np.zeros(len(arrays.points), dtype=bool)
    on_side[arrays.facets[arrays.facet_tags == tags.SIDES]] = True
    owners = arrays.cell_tags[on_side[arrays.cells].any(axis=1)] - tags.FIRST_PARTICLE_TAG
    return np.unique(owners[owners >= 0])


def _report(mesh: _Made, log: tuple[str, ...]) -> ShapeReport:
    region, cleared = mesh.plan.region, mesh.plan.cleared
    kept = cleared.kept_share > 0.0
    volumes = mesh.arrays.particle_volumes_and_centres()[0]
    interface = mesh.arrays.facets[mesh.arrays.facet_tags == tags.INTERFACE]
    pairs, areas = joined_pairs(mesh.arrays)
    count, contact_area = voxel_contacts(region)
    return ShapeReport(
        names=region.names[kept],
        voxel_volumes=region.voxel_volumes[kept],
        volumes=volumes,
        shifts=mesh.shifts,
        dropped=region.names[~kept],
        dropped_volume=mesh.plan.dropped_share,
        fragments=cleared.fragments,
        filled=int(cleared.gained.sum()),
        voxel_area=voxel_area(region),
        area=float(triangle_areas(mesh.arrays.points, interface).sum()),
        voxel_contacts=count,
        voxel_contact_area=contact_area,
        contacts=len(pairs),
        contact_area=float(areas.sum()),
        held=mesh.fitted.held,
        attempts=log,
    )
