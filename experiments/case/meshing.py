"""The mesh of a case, on its own: to look at before a run is paid for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from mpi4py import MPI

from chemomech.errors import InputError
from chemomech.experiments.case.case import Case
from chemomech.experiments.case.cost import require_room
from chemomech.experiments.case.prepare import prepare
from chemomech.geometry import HalfCellMesh


def mesh_case(
    case: Case,
    out: Path | None = None,
    comm: MPI.Comm = MPI.COMM_WORLD,
    tell: Callable[[str], object] = lambda line: None,
) -> HalfCellMesh:
    """Return the mesh of a case; collective.

    Args:
        case: the case.
        out: file that the mesh will be written to; only checked here, before time is spent on meshing.
        comm: ranks that share the mesh.
        tell: gets what was changed of the particles or left out, line by line, before they are meshed.

    Raises:
        InputError: when the case is wrong, or the file has another ending than .xdmf, .vtu, .msh, or exists.
    """
    _refuse_output(out, comm)
    prepared = prepare(case)
    require_room(prepared.mesher.cells, comm.size)
    for line in prepared.particle_lines:
        tell(line)
    return prepared.mesher.mesh(comm)


def write_mesh(mesh: HalfCellMesh, out: Path) -> None:
    """Write a mesh with its cell and facet tags, in units of ``mesh.length_unit``; collective.

    Args:
        mesh: the mesh.
        out: file to write; its ending says the format: .xdmf in parallel, .vtu and .msh from rank 0.
    """
    _WRITERS[out.suffix](mesh, out)


def _write_xdmf(mesh: HalfCellMesh, out: Path) -> None:
    from dolfinx.io import XDMFFile

    domain = mesh.mesh
    domain.topology.create_connectivity(2, 3)
    mesh.cell_tags.name, mesh.facet_tags.name = "cells", "facets"
    if domain.comm.rank == 0:
        out.parent.mkdir(parents=True, exist_ok=True)
    domain.comm.Barrier()
    with XDMFFile(domain.comm, str(out), "w") as file:
        file.write_mesh(domain)
        file.write_meshtags(mesh.cell_tags, domain.geometry)
        file.write_meshtags(mesh.facet_tags, domain.geometry)


def quality_lines(mesh: HalfCellMesh) -> Iterator[str]:
    """Yield what is worth knowing about a mesh, a line each."""
    quality = mesh.quality
    parts = f"particles {quality.particle_cells}, matrix {quality.matrix_cells}"
    rows = {
        "layout": f"{mesh.layout.name}: {len(mesh.layout)} particles",
        "cells": f"{quality.cells} ({parts}, separator {quality.separator_cells})",
        "nodes": f"{quality.nodes}",
        "attempts": "; ".join(quality.attempts),
        "interface": f"{quality.interface_facets} facets of about {quality.interface_size * 1e6:.3g} um",
        "Jacobian": f"{quality.minimum_jacobian:.3g} of that of the straight cell at worst",
        "shape": "{:.2g} at worst, {:.2g}, {:.2g} and {:.2g} at 1, 10 and 50 % (1 is regular)".format(
            *quality.shape_percentiles
        ),
        "volume error": _error(quality.total_volume_error, quality.particle_volume_error),
        "surface error": _error(quality.total_area_error, quality.interface_area_error),
        "time": f"{quality.seconds:.1f} s",
    }
    width = max(map(len, rows))
    yield from (f"{name:<{width}}  {value}" for name, value in rows.items())


def _error(total: float, worst: float) -> str:
    """An error of all particles together, and of the worst of them where that is known."""
    return f"{total:+.1e}" + (f", {worst:.1e} at worst" if math.isfinite(worst) else " altogether")


def _refuse_output(out: Path | None, comm: MPI.Comm) -> None:
    if out is None:
        return
    if out.suffix not in _WRITERS:
        raise InputError(
            f"mesh file {str(out)!r} does not end in {', '.join(_WRITERS)}; give it one of these endings."
        )
    exists = comm.bcast(out.exists() if comm.rank == 0 else None, root=0)
    if exists:
        raise InputError(f"mesh file {str(out)!r} exists; choose another name or delete it.")


def _write_through_meshio(mesh: HalfCellMesh, out: Path) -> None:
    from chemomech.geometry import write_mesh as write_file

    write_file(mesh, out)


_WRITERS: Mapping[str, Callable[[HalfCellMesh, Path], None]] = {
    ".xdmf": _write_xdmf,
    ".vtu": _write_through_meshio,
    ".msh": _write_through_meshio,
}
