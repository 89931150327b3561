"""Generate the mesh of a half cell: gmsh on rank 0, several attempts, a cache, then DOLFINx."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from mpi4py import MPI

from chemomech.errors import InputError

from . import shared_meshes
from .cache import mesh_file, mesh_key, save_model
from .contacts.meshable import require_meshable
from .contacts.shapes import particle_shapes
from .convert import to_dolfinx
from .curved_model import make_sound
from .expected import require_resolved
from .gaps import MICROMETRES
from .gmsh_session import gmsh_model, load_gmsh
from .gmsh_solids import (
    MESH_SETTINGS,
    Solids,
    build_free_sphere,
    build_half_cell,
    mesh_solids,
    name_groups,
)
from .half_cell_mesh import HalfCellMesh
from .layout import Layout
from .options import MeshAttempt, MeshOptions
from .quality import MeshQuality, measure_quality

# A half cell is a box and is filled exactly; free spheres of straight cells are inscribed.
VOLUME_TOLERANCE = {1: 0.5, 2: 1e-6}


class MeshFailure(InputError):
    """No attempt gave a sound mesh; `attempts` says what each of them ended with."""

    def __init__(self, message: str, attempts: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.attempts = attempts


@dataclass(frozen=True)
class _Recipe:
    """What to mesh, apart from how to try."""

    layout: Layout
    separator_thickness: float
    options: MeshOptions
    build: Callable[[Any, int], Solids]  # gmsh and the seed of an attempt
    volume: float  # of the meshed region [m3]

    @property
    def height(self) -> float:
        """Top of the meshed region [um]."""
        return (self.layout.thickness + self.separator_thickness) * MICROMETRES


def generate_mesh(
    layout: Layout,
    separator_thickness: float,
    options: MeshOptions,
    comm: MPI.Comm = MPI.COMM_WORLD,
    cache: str | Path | None = None,
) -> HalfCellMesh:
    """Mesh a half cell: particles and matrix from z = 0 to L, separator from L to L + Ls.

    Collective over `comm`; gmsh runs on rank 0 only.

    Args:
        layout: the particles; none gives a slab of matrix and separator. Pairs in its contact list are joined
            by a neck of the listed area, spheres may be cut by the sides; a contact rule
            (`chemomech.geometry.contacts`) makes such a layout from any.
        separator_thickness: Ls [m], greater than 0.
        options: sizes and attempts, for instance `MESH_PRESETS["standard"]`.
        comm: ranks that share the mesh.
        cache: folder in which meshes are kept and looked for, also among those of other runs
            (`chemomech.geometry.shared_meshes`); no cache if not given.

    Returns:
        The tagged mesh, in micrometres.

    Raises:
        InputError: a thickness out of range, spheres that overlap without being joined or leave the electrode
            in z, or a gap narrower than `options.minimum_gap`.
        MeshFailure: no attempt gave a sound mesh.
    """
    if not (np.isfinite(separator_thickness) and separator_thickness > 0):
        raise InputError(
            f"separator_thickness is {separator_thickness} m; it must be a finite length greater than 0 m."
        )
    require_meshable(layout, options.minimum_gap)
    require_resolved(layout, options)

    def build(gmsh: Any, seed: int) -> Solids:
        return build_half_cell(gmsh, layout, separator_thickness, seed)

    volume = layout.box[0] * layout.box[1] * (layout.thickness + separator_thickness)
    return _generate(_Recipe(layout, separator_thickness, options, build, volume), comm, cache)


def generate_free_particles(
    layout: Layout, options: MeshOptions, comm: MPI.Comm = MPI.COMM_WORLD
) -> HalfCellMesh:
    """Mesh the spheres of a layout with nothing around them; for verification problems.

    Collective over `comm`. The facets of the surfaces carry INTERFACE; there is no matrix and no separator.
    """

    def build(gmsh: Any, seed: int) -> Solids:
        return build_free_sphere(gmsh, layout)

    volume = float(particle_shapes(layout).volumes.sum())
    return _generate(_Recipe(layout, 0.0, options, build, volume), comm, None)


def _generate(recipe: _Recipe, comm: MPI.Comm, cache: str | Path | None) -> HalfCellMesh:
    error: Exception | None = None
    quality: MeshQuality | None = None
    gmsh: Any = None
    with contextlib.ExitStack() as stack:
        if comm.rank == 0:
            try:
                gmsh, quality = stack.enter_context(_model_on_one_rank(recipe, cache))
            except Exception as failure:  # told to all ranks below, which would otherwise wait for ever
                error = failure
        error, quality = comm.bcast((error, quality), root=0)
        if error is not None:
            raise error
        assert quality is not None
        mesh, cell_tags, facet_tags = to_dolfinx(gmsh, comm, recipe.layout.name)
    return HalfCellMesh(mesh, cell_tags, facet_tags, recipe.layout, recipe.separator_thickness, quality)


@contextlib.contextmanager
def _model_on_one_rank(recipe: _Recipe, cache: str | Path | None) -> Iterator[tuple[Any, MeshQuality]]:
    path = None
    if cache is not None:
        version = str(load_gmsh().__version__)
        key = mesh_key(recipe.layout, recipe.separator_thickness, recipe.options, version)
        path = mesh_file(cache, key)
        shared_meshes.take(path)
    started = time.perf_counter()
    log: list[str] = []
    for way in _ways(recipe, path):
        with gmsh_model(recipe.layout.name, MESH_SETTINGS) as gmsh:
            try:
                quality = _checked(way.make(gmsh), recipe)
            except (OSError, MemoryError):  # of the machine, not of the mesh
                raise
            except Exception as failure:  # gmsh raises bare Exception
                log.append(f"{way.label}: {failure}")
                continue
            log.append(f"{way.label}: sound")
            if path is not None and not way.from_cache:
                save_model(gmsh, path)
                shared_meshes.give(path)
            yield gmsh, quality.recorded(tuple(log), time.perf_counter() - started, way.from_cache)
            return
    raise MeshFailure(
        f"none of {len(log)} attempts meshed layout '{recipe.layout.name}' (last: {log[-1]}); "
        "lower smallest_size or interface_size of the mesh options, or widen the narrowest gaps.",
        tuple(log),
    )


@dataclass(frozen=True)
class _Way:
    """One way to come by the mesh."""

    label: str
    make: Callable[[Any], MeshQuality]
    from_cache: bool = False


def _ways(recipe: _Recipe, path: Path | None) -> Iterator[_Way]:
    if path is not None and path.exists():
        yield _Way(path.name, partial(_read, recipe=recipe, path=path), from_cache=True)
    for attempt in recipe.options.attempts:
        label = f"algorithm {attempt.algorithm}, sizes x {attempt.size_factor:g}, seed {attempt.seed}"
        yield _Way(label, partial(_mesh, recipe=recipe, attempt=attempt))


def _read(gmsh: Any, recipe: _Recipe, path: Path) -> MeshQuality:
    gmsh.merge(str(path))
    return measure_quality(gmsh, recipe.layout, recipe.options.geometry_order)


def _mesh(gmsh: Any, recipe: _Recipe, attempt: MeshAttempt) -> MeshQuality:
    solids = recipe.build(gmsh, attempt.seed)
    name_groups(gmsh, solids, (recipe.layout.thickness * MICROMETRES, recipe.height))
    mesh_solids(gmsh, recipe.layout, recipe.options, attempt, recipe.height)
    if recipe.options.geometry_order == 2:
        make_sound(gmsh, solids, recipe.layout, recipe.options.surface_grading)
    return measure_quality(gmsh, recipe.layout, recipe.options.geometry_order)


def _checked(quality: MeshQuality, recipe: _Recipe) -> MeshQuality:
    """Refuse a mesh with an inverted cell or a hole: gmsh reports some of its failures as success."""
    if quality.minimum_jacobian <= 0.0 or quality.shape_percentiles[0] <= 0.0:
        raise RuntimeError(f"an inverted cell (smallest relative Jacobian {quality.minimum_jacobian:.3g})")
    missing = quality.meshed_volume / recipe.volume - 1.0
    if abs(missing) > VOLUME_TOLERANCE[recipe.options.geometry_order]:
        raise RuntimeError(f"the cells fill the region only to {missing:.3g} of its volume")
    return quality
