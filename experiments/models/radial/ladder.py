r"""Electrolyte and electrons along the depth, with the particles as sources on them.

    eps dc/dt = -dN/dz + a j / F,   N = -D_eff dc/dz + t+ i_e / F
    d i_e/dz = a j,   i_e = -kappa_eff dphi_e/dz + (2 kappa_eff R T / F) (1 - t+) (1 + dlnf/dlnc) dlnc/dz
    d i_s/dz = -a j,   i_s = -sigma_eff dphi_m/dz

the balances of ``chemomech.solver.physics.electrolyte`` and ``.conduction`` over the cross-section, in A/m2,
with a j the current of the particles per volume. Fluxes are constant in an element; what leaves a node enters
the next, so that salt and charge are conserved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chemomech.experiments.models.radial.depth import DepthGrid, Transport
from chemomech.materials import FARADAY, GAS_CONSTANT
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.physics.conduction import COLLECTOR_CONDUCTANCE
from chemomech.solver.physics.electrolyte import SMALLEST_SALT
from chemomech.solver.physics.scales import SALT_CONCENTRATION

Array = npt.NDArray[np.float64]

STEP = 1.0e-6
"""Relative step of the difference quotients that steer Newton's iteration [-]."""


@dataclass(frozen=True)
class Control:
    """What the collector holds.

    Attributes:
        value: Current density, positive on charge [A/m2], or voltage against lithium [V].
        holds_voltage: Which of both.
    """

    value: float
    holds_voltage: bool


@dataclass(frozen=True, eq=False)
class Sources:
    """Linearised currents of the particles over the cross-section, shape (particles,).

    Attributes:
        current: A j / section [A/m2].
        by_salt: Its change with the salt concentration beside the particle [A m/mol].
        by_step: Its change with phi_m - phi_e beside it [S/m2].
    """

    current: Array
    by_salt: Array
    by_step: Array


class Ladder:
    """The fields in depth: c_e and phi_e at all nodes, phi_m at those of the electrode, and the current.

    Args:
        model: Electrolyte and lithium metal.
        grid: Nodes.
        transport: What the elements are made of.
        placement: Share of each particle's surface at each node of the electrode.
    """

    def __init__(
        self, model: HalfCellModel, grid: DepthGrid, transport: Transport, placement: csr_array
    ) -> None:
        self._model, self.grid, self._transport = model, grid, transport
        self.placement, self._gather = placement, csr_array(placement.T)
        n, inside = len(grid.nodes), grid.electrode_nodes
        self.salt, self.ionic = slice(0, n), slice(n, 2 * n)
        self.electronic, self.current = slice(2 * n, 2 * n + inside), 2 * n + inside
        self.size = 2 * n + inside + 1
        self.pores = grid.by_node(transport.porosity)
        """Volume of electrolyte at each node over the cross-section [m]."""
        self._conductance = transport.conductivity / grid.widths[: grid.electrode_elements]
        self._pairs = _pairs(placement)

    def at_particles(self, u: Array) -> tuple[Array, Array]:
        """Means over each particle's depth of salt [mol/m3] and of phi_m - phi_e [V]."""
        inside = self.grid.electrode_nodes
        step = u[self.electronic] - u[self.ionic][:inside]
        return self.placement @ u[self.salt][:inside], self.placement @ step

    def voltage(self, u: Array) -> float:
        """Cell voltage [V]."""
        return float(u[self.electronic][0] + u[self.current] / COLLECTOR_CONDUCTANCE)

    def metal_current(self, u: Array) -> float:
        """Current density from the electrolyte into the lithium metal, positive on charge [A/m2]."""
        return -self._metal(u[self.salt][-1], u[self.ionic][-1])[0]

    def correction(self, u: Array, rate: float, past: Array, sources: Sources, control: Control) -> Array:
        """One Newton correction of the fields.

        Args:
            u: Present iterate, shape (size,).
            rate: Leading coefficient of the time formula [1/s]; 0 for a state at rest.
            past: What the past contributes to dc/dt [mol/m3/s], shape (nodes,).
            sources: Currents of the particles.
            control: What the collector holds.
        """
        residual, jacobian = np.zeros(self.size), np.zeros((self.size, self.size))
        self._electrolyte(u, residual, jacobian)
        self._electrons(u, residual, jacobian)
        c, nodes = u[self.salt], np.arange(len(self.grid.nodes))
        residual[self.salt] += FARADAY * self.pores * (rate * c + past)
        jacobian[nodes, nodes] += FARADAY * self.pores * rate
        self._react(u, residual, jacobian, sources)
        self._plate(u, residual, jacobian)
        last = self.current
        if control.holds_voltage:
            residual[last] = u[self.electronic][0] + u[last] / COLLECTOR_CONDUCTANCE - control.value
            jacobian[last, self.electronic.start], jacobian[last, last] = 1.0, 1.0 / COLLECTOR_CONDUCTANCE
        else:
            residual[last] = u[last] - control.value
            jacobian[last, last] = 1.0
        return np.asarray(np.linalg.solve(jacobian, -residual))

    def _electrolyte(self, u: Array, residual: Array, jacobian: Array) -> None:
        """Fluxes of salt and of charge between the nodes."""
        c, phi = u[self.salt], u[self.ionic]
        n, start = len(c), self.ionic.start
        left, right = np.arange(n - 1), np.arange(1, n)
        salt, charge = self._fluxes(c[:-1], c[1:], phi[:-1], phi[1:])
        slopes = []
        for k, base in enumerate((c, c, phi, phi)):
            ends = [c[:-1], c[1:], phi[:-1], phi[1:]]
            # The fluxes are linear in the potentials; the salt moves by a share of itself.
            moved = STEP * np.maximum(np.abs(ends[k]), 1.0) if base is c else np.full(n - 1, 1.0e-3)
            ends[k] = ends[k] + moved
            after = self._fluxes(*ends)
            slopes.append(((after[0] - salt) / moved, (after[1] - charge) / moved))
        columns = left, right, start + left, start + right
        for flux, offset, which in ((salt, 0, 0), (charge, start, 1)):
            residual[offset : offset + n - 1] += flux
            residual[offset + 1 : offset + n] -= flux
            for column, slope in zip(columns, slopes, strict=True):
                jacobian[offset + left, column] += slope[which]
                jacobian[offset + right, column] -= slope[which]

    def _fluxes(self, c0: Array, c1: Array, phi0: Array, phi1: Array) -> tuple[Array, Array]:
        """F times the cation flux, and the ionic current [A/m2], towards the metal."""
        electrolyte, width = self._model.electrolyte, self.grid.widths
        c = 0.5 * (c0 + c1)
        transference = np.asarray(electrolyte.transference_number(c))
        thermal = 2.0 * GAS_CONSTANT * self._model.temperature / FARADAY
        activity = (1.0 - transference) * np.asarray(electrolyte.thermodynamic_factor(c))
        kappa = self._transport.ionic_factor * np.asarray(electrolyte.conductivity(c)) / width
        diffusivity = self._transport.ionic_factor * np.asarray(electrolyte.diffusivity(c)) / width
        current = kappa * (
            thermal * activity * (c1 - c0) / np.maximum(c, SMALLEST_SALT * SALT_CONCENTRATION) - (phi1 - phi0)
        )
        return -FARADAY * diffusivity * (c1 - c0) + transference * current, current

    def _electrons(self, u: Array, residual: Array, jacobian: Array) -> None:
        """Electronic current between the nodes of the electrode, and what the collector feeds in."""
        phi, start, conductance = u[self.electronic], self.electronic.start, self._conductance
        left, right = start + np.arange(len(phi) - 1), start + np.arange(1, len(phi))
        flow = -conductance * np.diff(phi)
        residual[left] += flow
        residual[right] -= flow
        for row, sign in ((left, 1.0), (right, -1.0)):
            jacobian[row, left] += sign * conductance
            jacobian[row, right] -= sign * conductance
        residual[start] -= u[self.current]
        jacobian[start, self.current] -= 1.0

    def _react(self, u: Array, residual: Array, jacobian: Array, sources: Sources) -> None:
        """Currents of the particles: out of the matrix, into the electrolyte."""
        inside = self.grid.electrode_nodes
        current = self._gather @ sources.current
        by_salt, by_step = (self._pairs @ slope for slope in (sources.by_salt, sources.by_step))
        salt, ionic, electronic = (
            slice(part.start, part.start + inside) for part in (self.salt, self.ionic, self.electronic)
        )
        for rows, sign in ((salt, -1.0), (ionic, -1.0), (electronic, 1.0)):
            residual[rows] += sign * current
            jacobian[rows, salt] += sign * by_salt.reshape(inside, inside)
            jacobian[rows, electronic] += sign * by_step.reshape(inside, inside)
            jacobian[rows, ionic] -= sign * by_step.reshape(inside, inside)

    def _plate(self, u: Array, residual: Array, jacobian: Array) -> None:
        """Exchange with the lithium metal."""
        row, column = self.salt.stop - 1, self.ionic.stop - 1
        current, by_salt, by_potential = self._metal(u[row], u[column])
        for place in (row, column):
            residual[place] -= current
            jacobian[place, row] -= by_salt
            jacobian[place, column] -= by_potential

    def _metal(self, c: float, phi: float) -> tuple[float, float, float]:
        """Current density from the metal into the electrolyte and its slopes."""
        lithium = self._model.lithium
        f = FARADAY / (GAS_CONSTANT * self._model.temperature)
        anodic, cathodic = float(lithium.anodic_transfer), float(lithium.cathodic_transfer)

        def exchange(salt: float) -> float:
            return float(np.asarray(lithium.exchange_current_density(np.array(salt))))

        forward, backward = np.exp(-anodic * f * phi), np.exp(cathodic * f * phi)
        step = STEP * max(c, 1.0)
        i0 = exchange(c)
        return (
            float(i0 * (forward - backward)),
            float((exchange(c + step) - i0) / step * (forward - backward)),
            float(-i0 * f * (anodic * forward + cathodic * backward)),
        )


def _pairs(placement: csr_array) -> csr_array:
    """Products of the shares of two nodes in each particle, shape (nodes^2, particles).

    Applied to a slope of all particles it gives the matrix that couples the nodes.
    """
    particles, nodes = placement.shape
    counts = np.diff(placement.indptr)
    owner = np.repeat(np.arange(particles), counts)
    # Every entry of a row meets every entry of the same row.
    first = np.repeat(np.arange(placement.nnz), counts[owner])
    offsets = np.arange(len(first)) - np.repeat(np.cumsum(counts[owner]) - counts[owner], counts[owner])
    second = np.repeat(placement.indptr[:-1][owner], counts[owner]) + offsets
    rows = placement.indices[first].astype(np.int64) * nodes + placement.indices[second]
    values = placement.data[first] * placement.data[second]
    return csr_array((values, (rows, owner[first])), shape=(nodes * nodes, particles))
