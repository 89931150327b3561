"""The parts that fields are stored on, and what is read on each: particles, matrix, separator, interface."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.solver.cell.interface_bond import InterfaceBond
from chemomech.solver.cell.interface_points import FACETS
from chemomech.solver.cell.regions import MATRIX, PARTICLES, SEPARATOR, IntArray
from chemomech.solver.cell.resolved import ResolvedCell
from chemomech.solver.output.field_nodes import PartNodes
from chemomech.solver.output.stress_fields import StressFields
from chemomech.solver.physics.scales import LENGTH
from chemomech.solver.results.fields import CELLS, FIELDS, Geometry, Part, StoredField
from chemomech.solver.results.quantities import Quantity

Array = npt.NDArray[Any]
Read = Callable[[], Array | None]

PARTS: Mapping[str, tuple[str, ...]] = {
    "particles": ("particles",),
    "matrix": ("matrix",),
    "electrolyte": ("matrix", "separator"),
}
"""By the region that an unknown lives in."""

_REGIONS = {"particles": PARTICLES, "matrix": MATRIX, "separator": SEPARATOR}


@dataclass(frozen=True)
class FieldPart:
    """A part that fields are stored on.

    Attributes:
        part: What is stored; with no points or cells but on the first rank.
        geometry: Of all ranks on the first one; None on others.
        reads: What reads each field in SI units, to the first rank (collective).
    """

    part: Part
    geometry: Geometry | None
    reads: Mapping[str, Read]

    def values(self) -> dict[str, Array]:
        """Present values by field; of the first rank alone, empty on others (collective)."""
        values = {name: read() for name, read in self.reads.items()}
        return {name: array for name, array in values.items() if array is not None}


def field_parts(cell: ResolvedCell, stress: StressFields | None) -> tuple[FieldPart, ...]:
    """All parts of a cell that have something in them (collective).

    Args:
        cell: The cell.
        stress: Stress at nodes, or None where mechanics is off.
    """
    problem, mechanics = cell.problem, cell.coupling.mechanics
    comm = problem.domains.mesh.comm
    parts = [_volume(cell, stress, name, region) for name, region in _REGIONS.items()]
    if mechanics is not None and mechanics.bond is not None:
        parts.append(_interface(cell, mechanics.bond))
    filled = comm.bcast([part.part.cells > 0 for part in parts], root=0)
    return tuple(part for part, is_filled in zip(parts, filled, strict=True) if is_filled)


def _volume(cell: ResolvedCell, stress: StressFields | None, name: str, region: int) -> FieldPart:
    problem, mechanics = cell.problem, cell.coupling.mechanics
    domains = problem.domains
    unknowns = {
        unknown: function
        for unknown, function in problem.fields.by_unknown.items()
        if unknown.written_as is not None and name in PARTS[unknown.region]
    }
    degrees = [f.function_space.element.basix_element.degree for f in unknowns.values()]
    degree = max([*degrees, domains.mesh.geometry.cmaps[0].degree])
    cells = dict(domains.region_cells)[region]
    corners = np.broadcast_to(np.arange(4, dtype=np.int32), (len(cells), 4))
    nodes = PartNodes(domains.mesh, cells, corners, min(degree, 2), _particle_of(cell, cells, region))

    fields: dict[str, StoredField] = {}
    reads: dict[str, Read] = {}
    for unknown, function in unknowns.items():
        written_as = str(unknown.written_as)
        shift = problem.reference_potential if unknown.from_reference else 0.0
        plain = Quantity(written_as, written_as, unknown.unit, written_as.replace("_", " "), ("point",))
        fields[written_as] = StoredField(FIELDS.get(written_as, plain))
        sampler = nodes.sampler(function, getattr(domains, unknown.region))
        reads[written_as] = _scaled(sampler.read, unknown.scale, shift)
    if mechanics is not None and region != SEPARATOR:
        displacement = mechanics.of_particles if region == PARTICLES else mechanics.of_matrix
        subdomain = domains.electrode
        if displacement.function_space.mesh is not subdomain.mesh:
            subdomain = domains.particles if region == PARTICLES else domains.matrix
        fields["displacement"] = StoredField(FIELDS["displacement"], components=3)
        reads["displacement"] = _scaled(nodes.sampler(displacement, subdomain).read, LENGTH)
    if stress is not None and region == PARTICLES:
        for function in (stress.hydrostatic, stress.equivalent, stress.principal):
            fields[function.name] = StoredField(FIELDS[function.name])
            reads[function.name] = nodes.sampler(function, domains.particles).read
    return FieldPart(_part(name, nodes.geometry, fields), nodes.geometry, reads)


def _interface(cell: ResolvedCell, bond: InterfaceBond) -> FieldPart:
    """Facets between particles and matrix, with the state of the bond on each."""
    domains, facets = cell.problem.domains, bond.facets
    rows = domains.interface_rows[0][1].reshape(-1, 4)
    count = len(facets.weights) // max(len(rows), 1)
    weights = facets.weights.reshape(len(rows), count)
    particle = facets.particle.reshape(len(rows), count)
    nodes = PartNodes(
        domains.mesh, rows[:, 0], FACETS[rows[:, 1]], 1, particle[:, 0] if count else np.zeros(0, np.int32)
    )

    def mean(values: Array) -> Array:
        return np.asarray((values.reshape(weights.shape) * weights).sum(axis=1) / weights.sum(axis=1))

    def opening() -> Array | None:
        return nodes.of_cells(mean(np.maximum(facets.opening()[:, 0], 0.0)))

    def bonded() -> Array | None:
        return nodes.of_cells(mean(1.0 - bond.law.spent_share(bond.largest)))

    reads = {"interface_opening": opening, "bonded_share": bonded}
    fields = {name: StoredField(FIELDS[name], CELLS) for name in reads}
    return FieldPart(_part("interface", nodes.geometry, fields), nodes.geometry, reads)


def _part(name: str, geometry: Geometry | None, fields: Mapping[str, StoredField]) -> Part:
    if geometry is None:
        return Part(name, 0, 0, 0, fields)
    return Part(name, len(geometry.points), len(geometry.types), len(geometry.connectivity), fields)


def _particle_of(cell: ResolvedCell, cells: IntArray, region: int) -> IntArray:
    if region != PARTICLES:
        return np.full(len(cells), -1, dtype=np.int32)
    domains = cell.problem.domains
    particle = np.full(len(domains.particles.parent_cells), -1, dtype=np.int32)
    particle[: len(domains.particle_of_cell)] = domains.particle_of_cell
    return particle[domains.particles.cells_of(cells)]


def _scaled(read: Read, factor: float, shift: float = 0.0) -> Read:
    def scaled() -> Array | None:
        values = read()
        return None if values is None else factor * values + shift

    return scaled
