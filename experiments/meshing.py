"""The mesh of a case, on its own: to look at before a run is paid for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mpi4py import MPI

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.prepare import prepare
from chemomech.geometry import HalfCellMesh, generate_mesh


def mesh_case(case: Case, out: Path | None = None, comm: MPI.Comm = MPI.COMM_WORLD) -> HalfCellMesh:
    """Return the mesh of a case; collective.

    Args:
        case: the case.
        out: file that the mesh will be written to; only checked here, before time is spent on meshing.
        comm: ranks that share the mesh.

    Raises:
        InputError: when the case is wrong, or the file is no XDMF file or exists.
    """
    _refuse_output(out, comm)
    prepared = prepare(case)
    return generate_mesh(prepared.layout, case.geometry.separator_thickness, prepared.mesh_options, comm)


def write_mesh(mesh: HalfCellMesh, out: Path) -> None:
    """Write a mesh with its cell and facet tags as XDMF, in units of ``mesh.length_unit``; collective."""
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
        "volume error": f"{quality.total_volume_error:+.1e}, {quality.particle_volume_error:.1e} at worst",
        "surface error": f"{quality.total_area_error:+.1e}, {quality.interface_area_error:.1e} at worst",
        "time": f"{quality.seconds:.1f} s",
    }
    width = max(map(len, rows))
    yield from (f"{name:<{width}}  {value}" for name, value in rows.items())


def _refuse_output(out: Path | None, comm: MPI.Comm) -> None:
    if out is None:
        return
    if out.suffix != ".xdmf":
        raise InputError(f"mesh file {str(out)!r} does not end in .xdmf; give it that ending.")
    exists = comm.bcast(out.exists() if comm.rank == 0 else None, root=0)
    if exists:
        raise InputError(f"mesh file {str(out)!r} exists; choose another name or delete it.")
