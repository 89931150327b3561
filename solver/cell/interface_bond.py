"""State of the bond between particles and matrix: how far it has opened, what it has spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from mpi4py import MPI
from scipy.spatial import cKDTree

from chemomech.errors import InputError
from chemomech.solver.cell.interface_energies import Energies
from chemomech.solver.cell.interface_facets import InterfaceFacets
from chemomech.solver.physics.cohesive import CohesiveLaw
from chemomech.solver.stepping.cell import Stored

Array = npt.NDArray[np.float64]

NEAR = 1.0e-6
"""Distance within which points of a checkpoint are those of the mesh [um]."""


@dataclass(frozen=True)
class WorkBalance:
    """Where the work went since the start [J].

    Attributes:
        work: Of the lithium that went in and out, and of the stack pressure.
        elastic: Change of the elastic energy of particles and matrix.
        stored: Change of the energy that the bond would give back.
        dissipated: Spent on the bond.
        released: The rest: what a bond that lets go at once sets free, and the error of the time steps.
    """

    work: float
    elastic: float
    stored: float
    dissipated: float

    @property
    def released(self) -> float:
        """See above."""
        return self.work - self.elastic - self.stored - self.dissipated


class InterfaceBond:
    """The bond at its points, an internal state (see :class:`.stepping.cell.Internal`).

    What has opened counts with accepted steps only.

    Args:
        law: The bond.
        facets: Points of the interface.
        energies: Of particles and matrix.

    Attributes:
        largest: kappa, largest reduced opening at the points in accepted states [m], shape (points,).
    """

    name = "interface"

    def __init__(self, law: CohesiveLaw, facets: InterfaceFacets, energies: Energies) -> None:
        self.law, self.facets = law, facets
        self.largest: Array = np.zeros(len(facets.weights))
        self._spent: Array = np.zeros(len(facets.weights))
        self._energies = energies
        self._start = np.zeros(2)
        self._area = self._by_particle(np.ones(len(facets.weights)))

    def begin(self) -> None:
        """Take the present state for that at the start (collective)."""
        self._energies.begin()
        opening = self.facets.opening()
        self.largest = self.law.reduced(opening)
        self._start = np.array([self._energies.elastic, self._stored(opening)])

    def settle(self) -> None:
        """Count work from the present state on, once all that acts upon it is restored (collective)."""
        self._energies.begin()

    def after_step(self, time: float, step: float) -> bool:
        """Take note of what has opened further (collective); the equations are not those of a Jacobian."""
        opening = self.facets.opening()
        reached = np.maximum(self.largest, self.law.reduced(opening))
        self._spent += self.law.dissipated(self.largest, reached, self.law.mode(opening))
        self.largest = reached
        self._energies.advance()
        return False

    @property
    def intact(self) -> Array:
        """c, share of the bond's energy that is not spent, mean over each surface [-], shape (particles,).

        It falls from 1 to 0 between the openings of onset and failure, as in the model of one sphere
        (``solver/physics/damage/debonding``); 1 - D, the share of the stiffness K0, would say what K0 is:
        1 - D = 0.01 where nine tenths of the strength still hold. Collective.
        """
        return 1.0 - self._by_particle(self.law.spent_share(self.largest)) / self._area

    @property
    def gap(self) -> Array:
        """Opening along the normal, mean over the surface of each particle [m] (collective)."""
        return self._by_particle(np.maximum(self.facets.opening()[:, 0], 0.0)) / self._area

    @property
    def largest_gap(self) -> Array:
        """Largest opening along the normal of each particle [m] (collective)."""
        local = np.zeros(self.facets.particles)
        np.maximum.at(local, self.facets.particle, self.facets.opening()[:, 0])
        return np.asarray(np.max(self.facets.comm.allgather(local), axis=0))

    @property
    def tension(self) -> Array:
        """Normal traction, mean over the surface of each particle [Pa], pressure negative (collective)."""
        traction = self.law.traction(self.facets.opening(), self.largest)
        return self._by_particle(traction[:, 0]) / self._area

    def share(self, chosen: npt.NDArray[np.bool_]) -> float:
        """Share of the interface that chosen points stand for [-] (collective)."""
        return self._sum(chosen.astype(float)) / float(self._area.sum())

    def readings(self) -> Mapping[str, float | Array]:
        """By particle, the share that holds, the gaps and the traction (collective)."""
        return {
            "bonded_share": self.intact,
            "interface_opening": self.gap,
            "largest_interface_opening": self.largest_gap,
            "interface_tension": self.tension,
        }

    def balance(self) -> WorkBalance:
        """Where the work went since the start (collective)."""
        stored = self._stored(self.facets.opening())
        return WorkBalance(
            self._energies.work,
            float(self._energies.elastic - self._start[0]),
            float(stored - self._start[1]),
            self._sum(self._spent),
        )

    def state(self) -> Stored:
        """Points, what has opened and been spent there, and energies; the same on all ranks (collective)."""
        table = np.column_stack([self.facets.points, self.largest, self._spent])
        return {
            "points": np.vstack(self.facets.comm.allgather(table)),
            "energies": np.array([self._energies.work, *self._start]),
        }

    def restore(self, stored: Stored) -> None:
        """Take up what ``state`` gave.

        Raises:
            InputError: If something lacks or the points are others.
        """
        lacking = [name for name in ("points", "energies") if name not in stored]
        if lacking:
            raise InputError(
                f"the checkpoint lacks {lacking[0]!r} of the interface, which this case breaks; delete it to "
                "begin the run anew."
            )
        table = stored["points"]
        distance, row = cKDTree(table[:, :3]).query(self.facets.points)
        if self.facets.comm.allreduce(float(np.max(distance, initial=0.0)), op=MPI.MAX) > NEAR:
            raise InputError(
                "the checkpoint belongs to another mesh (a point of the interface has no match within 1e-6 "
                "um); resume with the case and mesh settings it was made with."
            )
        self.largest, self._spent = table[row, 3].copy(), table[row, 4].copy()
        self._energies.work = float(stored["energies"][0])
        self._start = np.array(stored["energies"][1:])

    def _stored(self, opening: Array) -> float:
        return self._sum(self.law.stored(opening, self.largest))

    def _sum(self, density: Array) -> float:
        return float(self.facets.comm.allreduce(float(density @ self.facets.weights), op=MPI.SUM))

    def _by_particle(self, values: Array) -> Array:
        facets = self.facets
        local = np.bincount(facets.particle, weights=values * facets.weights, minlength=self.facets.particles)
        return np.asarray(facets.comm.allreduce(local))
