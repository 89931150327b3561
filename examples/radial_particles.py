"""Another cell under the same loop: one radial problem a particle, all at one potential.

The loop over time asks a cell for little (:class:`chemomech.solver.stepping.cell.Cell`). This one solves

    dx/dt = (1/r^2) d/dr (r^2 D(x) dx/dr),    -F c_max D dx/dr = j_p at r = R_p

by finite volumes in every sphere of a layout, with the Butler-Volmer law and salt as it was filled in.
The potential is the one at which the currents of all particles add up; electrolyte and matrix cost nothing.
Protocol, step control, cut-offs, limits and budgets are those of the resolved model.

python examples/radial_particles.py
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_banded
from scipy.optimize import root

import chemomech
from chemomech.experiments.case.prepare import PreparedCase, prepare
from chemomech.materials import FARADAY, GAS_CONSTANT
from chemomech.solver.cell.bounds import depleted_bound, full_bound, window
from chemomech.solver.stepping.budget import Currents, Inventory
from chemomech.solver.stepping.cell import Attempt, SolveReport, Stored
from chemomech.solver.stepping.controller import StepController
from chemomech.solver.stepping.history import History
from chemomech.solver.stepping.limits import Limit
from chemomech.solver.stepping.loop import Simulation, Snapshot
from chemomech.solver.stepping.multistep import StepFormula, formula

Array = npt.NDArray[np.float64]

SHELLS = 40
TOLERANCE = 1.0e-4
"""Local error allowed per step in x [-]."""
ITERATIONS = 20
SITES = 1.0e-6, 1.0 - 1.0e-6
"""Interval of x in which the laws are asked."""


class RadialCell:
    """Spheres that share one potential.

    Args:
        prepared: A case with spheres; only its layout, cathode, salt and protocol are looked at.
    """

    def __init__(self, prepared: PreparedCase) -> None:
        self.time, self._model, self._cathode = 0.0, prepared.model, prepared.model.cathode
        layout, start = prepared.layout, prepared.model.initial_stoichiometry
        radii = np.asarray(layout.radii)
        self._section = float(layout.box[0] * layout.box[1])
        # Shells of equal thickness; the outermost face is the surface.
        faces = radii[:, None] * np.linspace(0.0, 1.0, SHELLS + 1)
        self._volume = 4.0 / 3.0 * np.pi * np.diff(faces**3, axis=1)
        self._area = 4.0 * np.pi * faces[:, 1:] ** 2
        self._width = radii[:, None] / SHELLS
        self._capacity = FARADAY * float(self._cathode.maximum_concentration)
        self._x = np.full((len(radii), SHELLS), start)
        self._flux = np.zeros(len(radii))
        self._current, self._holds_voltage = 0.0, False
        self._voltage = float(self._cathode.open_circuit_voltage(start))
        self._history = History()
        low, high = window(prepared.model)
        self.limits = (
            Limit(lambda: float(self.surface().min()), depleted_bound(low)),
            Limit(lambda: float(self.surface().min()), full_bound(high)),
        )

    @property
    def voltage(self) -> float:
        """Potential of all particles against lithium [V]."""
        return self._voltage

    def prescribe_current(self, current_density: float) -> None:
        """Hold the current density [A/m2], positive on charge."""
        self._current, self._holds_voltage = current_density, False

    def prescribe_voltage(self, voltage: float) -> None:
        """Hold the voltage [V]."""
        self._voltage, self._holds_voltage = voltage, True

    def surface(self) -> Array:
        """X at the surface of each particle, by the flux through the outer half shell."""
        return np.asarray(self._x[:, -1] - self._half_shell() * self._flux)

    def initialise(self) -> SolveReport:
        """Uniform x, and the potential that the current asks for."""
        self._flux, self._voltage = self._settled(self._x[:, -1], self._half_shell())
        self._history.push(self.time, (self._x.copy(), self._flux.copy()))
        return SolveReport(True)

    def restart(self) -> None:
        """Forget the past before a discontinuity."""
        self._history.forget()

    def attempt(self, step: float, order: int = 2) -> Attempt:
        """Solve for x and the currents at the new time; diffusivities follow in turns."""
        rule = formula(step, self._history.times, order)
        past = sum(w * x for w, (x, _) in zip(rule.weights, self._history.states, strict=False))
        predicted = self._history.predict(self.time + step, rule.order)[0]
        self._x = np.clip(predicted, *SITES)
        for _ in range(ITERATIONS):
            before = self._x
            alone, outflow = self._diffused(rule.rate, np.asarray(past))
            self._flux, self._voltage = self._settled(alone[:, -1], outflow[:, -1] + self._half_shell())
            self._x = alone - outflow * self._flux[:, None]
            if float(np.abs(self._x - before).max()) < 1.0e-9:
                return Attempt(True, self._errors(step, rule), rule, SolveReport(True))
        self.reject()
        return Attempt(False, {}, rule, SolveReport(False, "x and its diffusivities do not agree"))

    def _errors(self, step: float, rule: StepFormula) -> dict[int, float]:
        """Local error of x over its tolerance, by order of the time formula."""
        gaps = {
            c.order: c.share * (self._x - self._history.combine(c.weights, 0))
            for c in self._history.comparisons(step, rule)
        }
        return {order: float(np.sqrt(np.mean(gap**2))) / TOLERANCE for order, gap in gaps.items()}

    def _half_shell(self) -> Array:
        """Fall of x from the outermost shell to the surface for 1 A/m2."""
        diffusivity = np.asarray(self._cathode.diffusivity(self._x[:, -1]))
        return np.asarray(0.5 * self._width[:, 0] / (self._capacity * diffusivity))

    def _settled(self, x: Array, fall: Array) -> tuple[Array, float]:
        """Fluxes and potential at which all laws hold, where a flux j makes the surface x - fall j."""
        share = self._area[:, -1] / self._section

        def laws(unknowns: Array) -> Array:
            flux, voltage = unknowns[:-1], unknowns[-1]
            reaction = self._reaction(np.clip(x - fall * flux, *SITES), voltage)
            control = voltage - self._voltage if self._holds_voltage else flux @ share - self._current
            return np.append(flux - reaction, control)

        solution = root(laws, np.append(self._flux, self._voltage), tol=1.0e-12).x
        return solution[:-1], float(solution[-1])

    def _reaction(self, x: Array, voltage: float) -> Array:
        """Reaction current density [A/m2] of each particle, anodic positive."""
        cathode, salt = self._cathode, float(self._model.electrolyte.initial_concentration)
        eta = (voltage - cathode.open_circuit_voltage(x)) * FARADAY / (GAS_CONSTANT * self._model.temperature)
        anodic, cathodic = float(cathode.anodic_transfer), float(cathode.cathodic_transfer)
        rates = np.exp(anodic * eta) - np.exp(-cathodic * eta)
        return np.asarray(cathode.exchange_current_density(x, salt) * rates)

    def _diffused(self, rate: float, past: Array) -> tuple[Array, Array]:
        """X after the step without a flux, and its fall for 1 A/m2, shape (particles, shells) each."""
        middle = 0.5 * (self._x[:, 1:] + self._x[:, :-1])
        link = self._area[:, :-1] / self._width * np.asarray(self._cathode.diffusivity(middle))
        diagonal = rate * self._volume
        diagonal[:, :-1] += link
        diagonal[:, 1:] += link
        loads = np.stack([-past * self._volume, np.zeros_like(past)], axis=2)
        loads[:, -1, 1] = self._area[:, -1] / self._capacity
        solved = np.empty_like(loads)
        for k, load in enumerate(loads):
            bands = np.array([np.append(0.0, -link[k]), diagonal[k], np.append(-link[k], 0.0)])
            solved[k] = solve_banded((1, 1), bands, load)
        return solved[..., 0], solved[..., 1]

    def accept(self, step: float) -> None:
        """Make the attempted state the newest of the past."""
        self.time += step
        self._history.push(self.time, (self._x.copy(), self._flux.copy()))

    def reject(self) -> None:
        """Return to the state before the attempt."""
        self._x, self._flux = (values.copy() for values in self._history.states[0])

    def currents(self) -> Currents:
        """Present currents; without an electrolyte what one terminal passes the other does."""
        total = float((self._flux * self._area[:, -1]).sum() / self._section)
        return Currents(total, total)

    def inventory(self) -> Inventory:
        """Present lithium content."""
        return Inventory(self._capacity * float((self._x * self._volume).sum()) / self._section, 0.0)

    def on_any_rank(self, flag: bool) -> bool:
        """There is one rank."""
        return flag

    def is_first_rank(self) -> bool:
        """There is one rank."""
        return True

    def same_on_all_ranks(self, value: object) -> object:
        """There is one rank."""
        return value

    def state(self) -> Stored:
        """Times and past states."""
        states: dict[str, Array] = {}
        for k, (x, flux) in enumerate(self._history.states):
            states |= {f"x/{k}": x, f"j/{k}": flux}
        times = {"time": np.array(self.time), "times": np.array(self._history.times)}
        return {**times, **states, "voltage": np.array(self._voltage)}

    def restore(self, stored: Stored) -> None:
        """Take up what ``state`` gave."""
        self.time, self._history = float(stored["time"]), History()
        for k, time in reversed(list(enumerate(stored["times"].tolist()))):
            self._history.push(time, (stored[f"x/{k}"], stored[f"j/{k}"]))
        self.reject()
        self._voltage = float(stored["voltage"])


@dataclass
class Series:
    """Observer that keeps every accepted state."""

    snapshots: list[Snapshot] = field(default_factory=list)

    def observe(self, snapshot: Snapshot) -> None:
        """Keep it."""
        self.snapshots.append(snapshot)


def simulate(prepared: PreparedCase) -> tuple[Simulation, Series]:
    """A radial cell under the loop, and what keeps its states."""
    series = Series()
    return Simulation(RadialCell(prepared), prepared.steps, StepController(), [series]), series


def main(changes: Mapping[str, Any] | None = None, case: str = "fast-charge-5C") -> list[Snapshot]:
    """Run a case with radial particles and return every accepted state."""
    simulation, series = simulate(prepare(chemomech.Case.from_toml(case).with_overrides(changes or {})))
    simulation.start()
    stop = simulation.run()
    last = series.snapshots[-1]
    worst = max(each.budget.lithium_relative_error for each in series.snapshots[1:])
    print(f"{stop.reason}: {stop.detail}")
    print(f"{last.voltage:.4f} V after {last.time:.1f} s, lithium to {worst:.1e}")
    return series.snapshots


if __name__ == "__main__":
    main()
