"""What is read off an accepted state of the radial cell, by the names of a result."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from chemomech.experiments.models.radial.cell import RadialCell
from chemomech.experiments.models.radial.mechanics import SphereStress
from chemomech.solver.physics.fracture import FractureReading, core_crack, energy_ratio, surface_crack
from chemomech.solver.results.quantities import CORE_WIDTH

Array = npt.NDArray[np.float64]


class CellReader:
    """Lithium, reaction and fields in depth.

    Args:
        cell: The cell.
    """

    def __init__(self, cell: RadialCell) -> None:
        self._cell = cell
        grid = cell.grid
        weight = grid.volumes * np.exp(-((grid.nodes / CORE_WIDTH) ** 2))
        self._core = weight / weight.sum()

    def particles(self) -> dict[str, Array]:
        """Readings by particle, each of shape (particles,)."""
        cell = self._cell
        return {
            "mean_stoichiometry": cell.spheres.mean(cell.x),
            "surface_stoichiometry": cell.x[-1].copy(),
            "core_stoichiometry": self._core @ cell.x,
            "reaction_current_density": cell.current.copy(),
        }

    def profiles(self) -> dict[str, Array]:
        """Readings along the depth, each of shape (nodes,)."""
        ladder, u = self._cell.ladder, self._cell.fields
        electronic = np.full(len(ladder.grid.nodes), np.nan)
        electronic[: ladder.grid.electrode_nodes] = u[ladder.electronic]
        return {
            "electrolyte_concentration": u[ladder.salt].copy(),
            "electrolyte_potential": u[ladder.ionic].copy(),
            "matrix_potential": electronic,
        }

    def scalars(self) -> dict[str, float]:
        """Extremes of lithium and salt, and what electrolyte and matrix cost."""
        cell, ladder, u = self._cell, self._cell.ladder, self._cell.fields
        salt, ionic, electronic = u[ladder.salt], u[ladder.ionic], u[ladder.electronic]
        return {
            "stoichiometry_min": float(cell.x.min()),
            "stoichiometry_max": float(cell.x.max()),
            "surface_stoichiometry_min": float(cell.x[-1].min()),
            "surface_stoichiometry_max": float(cell.x[-1].max()),
            "electrolyte_potential_drop": float(ionic[0] - ionic[ladder.grid.electrode_elements]),
            "electrolyte_concentration_min": float(salt.min()),
            "electrolyte_concentration_max": float(salt.max()),
            "matrix_potential_span": float(np.ptp(electronic)),
        }


def stress_readings(stress: SphereStress) -> dict[str, Array]:
    """Stress by particle [Pa], each of shape (particles,)."""
    return {
        "max_principal_stress": stress.largest_principal(),
        "max_equivalent_stress": stress.largest_equivalent(),
        "mean_hydrostatic_stress": stress.matrix.normal.copy(),
        "surface_equivalent_stress": stress.surface_equivalent(),
        "core_equivalent_stress": stress.core_equivalent(),
    }


class CrackReader:
    """Stress intensities; both laws are linear in the hoop stress, so that weights at the nodes serve.

    Args:
        cell: The cell; its flaws and radii do not change.
    """

    def __init__(self, cell: RadialCell) -> None:
        self._material, radius = cell.model.cathode, cell.particles.radius
        squares = cell.grid.nodes**2
        weights = []
        for law, size in (
            (surface_crack, float(self._material.surface_flaw_depth)),
            (core_crack, float(self._material.core_flaw_radius)),
        ):
            weights.append(
                np.array(
                    [
                        law.stress_intensity(hat(squares, node), np.asarray(size), radius)
                        for node in range(len(squares))
                    ]
                )
            )
        self._surface, self._core = weights

    def read(self, stress: SphereStress, x: Array, largest: Array) -> FractureReading:
        """Stress intensities and ratios of a state.

        Args:
            stress: Of the state.
            x: Stoichiometry at the nodes, shape (nodes, particles).
            largest: Largest principal stress by particle [Pa], shape (particles,).
        """
        hoop, material = stress.hoop, self._material
        surface, core = (weights * hoop for weights in (self._surface, self._core))
        surface, core = surface.sum(axis=0), core.sum(axis=0)
        return FractureReading(
            surface_stress_intensity=surface,
            core_stress_intensity=core,
            strength_ratio=np.maximum(largest, 0.0) / float(material.strength),
            surface_crack_ratio=energy_ratio(surface, material, x[-1]),
            core_crack_ratio=energy_ratio(core, material, x[0]),
        )


def hat(squares: Array, node: int) -> Callable[[Array], Array]:
    """A stress of 1 at one node and 0 at the others, linear in s^2 between them."""
    values = np.zeros(len(squares))
    values[node] = 1.0
    return lambda s: np.interp(np.asarray(s) ** 2, squares, values)
