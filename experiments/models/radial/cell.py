"""The radial cell under the loop: every particle a sphere, on fields along the depth.

One Newton iteration eliminates the lithium along the radius of each particle (tridiagonal, all at once) and
its reaction to one number, its current, as a linear function of the fields beside it. What remains is one
small system in depth. The cost is linear in the number of particles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError
from chemomech.experiments.models.radial.interface import Charging, eliminated
from chemomech.experiments.models.radial.kinetics import Kinetics
from chemomech.experiments.models.radial.ladder import Control, Ladder
from chemomech.experiments.models.radial.mechanics import Mechanics, SphereStress
from chemomech.experiments.models.radial.particles import Particles
from chemomech.experiments.models.radial.spheres import SphereGrid, Spheres
from chemomech.materials import FARADAY
from chemomech.solver.cell.bounds import window
from chemomech.solver.cell.limits import half_cell_limits
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.cell.numerics import Numerics
from chemomech.solver.cell.surfaces import SurfaceMeans
from chemomech.solver.physics.matrix_traction import Surroundings
from chemomech.solver.physics.scales import SALT_CONCENTRATION
from chemomech.solver.stepping.budget import Currents, Inventory
from chemomech.solver.stepping.cell import (
    Attempt,
    Internal,
    SolveReport,
    Stored,
    restore_internals,
    stored_internals,
)
from chemomech.solver.stepping.history import History
from chemomech.solver.stepping.limits import Limit
from chemomech.solver.stepping.multistep import StepFormula, formula

Array = npt.NDArray[np.float64]

MOST_ITERATIONS = 25
LARGEST_CHANGES = 0.2, 0.3
"""Of x [-] and of the potentials [V] in one Newton iteration, as in the resolved model."""

SHARE_OF_TOLERANCE = 1.0e-3
"""A Newton iteration has converged when it changes x by less than this share of the time tolerance. What is
left is its square."""

FAR = 1.0e4
"""Change over its tolerance beyond which an iterate is far from the solution: 1e-3 in x as a rule."""

STATE = "stoichiometry", "reaction_current_density", "fields", "potential_step"
"""What a state is made of: x at the nodes of all particles, j of their reactions, the fields in depth, and
the potential steps phi_p - phi_e."""


@dataclass
class Newton:
    """Outcome of a Newton iteration.

    Attributes:
        failure: What went wrong; empty where nothing did.
        iterations: Their number.
    """

    failure: str
    iterations: int


class RadialCell:
    """Spheres on a ladder (see ``chemomech.solver.stepping.cell.Cell``); runs in one process.

    Args:
        model: Materials and initial state.
        particles: The particles.
        grid: Nodes along the radius.
        ladder: Fields along the depth.
        coupling: ``off``, ``one-way`` or ``two-way``.
        numerics: Tolerances.
        internals: Each makes a state that evolves after accepted steps, from the cell that it acts on.
        limits: Each makes a limit beside those of any half cell, from the cell that it reads.
        surroundings: What stands around the particles; not needed without stress.
        double_layer: Capacitance per reacting area [F/m2].
    """

    def __init__(
        self,
        model: HalfCellModel,
        particles: Particles,
        grid: SphereGrid,
        ladder: Ladder,
        coupling: str,
        numerics: Numerics,
        internals: Sequence[Callable[[RadialCell], Internal]] = (),
        limits: Sequence[Callable[[RadialCell], Limit]] = (),
        surroundings: Surroundings | None = None,
        double_layer: float = 0.0,
    ) -> None:
        self.double_layer = double_layer
        self.model, self.particles, self.grid, self.ladder = model, particles, grid, ladder
        self.coupling, self.numerics, self.time = coupling, numerics, 0.0
        self.mechanics: Mechanics | None = None
        if coupling != "off":
            if surroundings is None:
                raise InputError(
                    f"a radial cell with coupling {coupling!r} needs surroundings, which hold its particles; "
                    "give them, or 'off'."
                )
            self.mechanics = Mechanics(model, grid, len(particles), surroundings)
        self._two_way = coupling == "two-way"
        self.spheres = Spheres(model.cathode, grid, particles.radius, self._two_way)
        self.kinetics = Kinetics(model, self._two_way)
        self.diffusivity_factor = particles.diffusivity_factor.copy()
        """Diffusivity of each particle over that of the material [-]; damage may change it."""
        self.wetted_factor = particles.wetted_factor.copy()
        """Reacting area of each particle over that of its sphere [-]; damage may change it."""
        self.contact_conductance = particles.contact_conductance.copy()
        """Of each particle [S/m2]; damage may change it, 0 isolates the particle."""
        self._share = particles.area / particles.section
        self._control = Control(0.0, False)
        shape = len(grid.nodes), len(particles)
        self.x, self.current = np.full(shape, model.initial_stoichiometry), np.zeros(shape[1])
        self.fields = self._rest()
        self.step = self.kinetics.equilibrium(self.x[-1], None)
        """phi_p - phi_e of each particle [V]."""
        self._rested = self.step.copy()
        self._history = History()
        self._stress: tuple[Array, SphereStress] | None = None
        self.internals = tuple(make(self) for make in internals)
        self.limits = (
            *half_cell_limits(_Surfaces(self), window(model)),
            *(make(self) for make in limits),
        )

    @property
    def voltage(self) -> float:
        """Present cell voltage against lithium [V]."""
        return self.ladder.voltage(self.fields)

    @property
    def stress(self) -> SphereStress | None:
        """Stress of the present state, computed once for each; None where mechanics is off."""
        if self.mechanics is None:
            return None
        if self._stress is None or self._stress[0] is not self.x:
            self._stress = self.x, self.mechanics.stress(self.x)
        return self._stress[1]

    def soften(self, factor: Array) -> None:
        """Give each particle a share of the stiffness of its material [-], shape (particles,)."""
        assert self.mechanics is not None
        if not np.array_equal(factor, self.mechanics.stiffness_factor):
            self.mechanics.stiffness_factor = np.array(factor, dtype=float)
            self._stress = None

    def prescribe_current(self, current_density: float) -> None:
        """Hold the current density [A/m2], positive on charge."""
        self._control = Control(current_density, False)

    def prescribe_voltage(self, voltage: float) -> None:
        """Hold the voltage against lithium metal [V]."""
        self._control = Control(voltage, True)

    def initialise(self) -> SolveReport:
        """Uniform x and salt, and the potentials that belong to the current at once."""
        self.fields, self.current = self._rest(), np.zeros(len(self.particles))
        self.x = np.full(self.x.shape, self.model.initial_stoichiometry)
        remainder = self._remainder()
        self.step = self.kinetics.equilibrium(self.x[-1], None if remainder is None else remainder[-1])
        if remainder is not None:
            # The stress of a start elsewhere than as made shifts the equilibrium.
            self.fields[self.ladder.electronic] = float(self._share @ self.step / self._share.sum())
        self._history = History()
        self._push()
        attempt = self.attempt(self.numerics.smallest_step)
        if attempt.solved:
            # What is stored has not moved in so short a time: only potentials and currents are kept.
            start = self._history.states[0]
            self.x = start[0].copy()
            self.fields[self.ladder.salt] = start[2][self.ladder.salt]
            self._history = History()
            self._push()
        return attempt.report

    def restart(self) -> None:
        """Forget the past before a discontinuity."""
        self._history.forget()

    def attempt(self, step: float, order: int = 2) -> Attempt:
        """Try a step; after a failed solve the state is what it was before."""
        rule = formula(step, self._history.times, order)
        predicted = self._history.predict(self.time + step, rule.order)
        past = [self._history.combine(rule.weights, k) for k in range(len(STATE))]
        self._start_from(predicted)
        newton = self._solve(rule, past)
        report = SolveReport(not newton.failure, newton.failure, newton.iterations)
        if newton.failure:
            self.reject()
            return Attempt(False, {}, rule, report)
        return Attempt(True, self._errors(step, rule), rule, report)

    def accept(self, step: float) -> None:
        """Make the attempted state the newest of the past, and let internal states evolve."""
        self.time += step
        self._push()
        for internal in self.internals:
            internal.after_step(self.time, step)

    def reject(self) -> None:
        """Return to the state before the attempt."""
        self.x, self.current, self.fields, self.step = (values.copy() for values in self._history.states[0])

    def currents(self) -> Currents:
        """Present currents through the terminals."""
        return Currents(float(self.fields[self.ladder.current]), self.ladder.metal_current(self.fields))

    def inventory(self) -> Inventory:
        """Present lithium content."""
        capacity = FARADAY * float(self.model.cathode.maximum_concentration) / self.particles.section
        mean = self.spheres.mean(self.x)
        # What has charged the double layer has not come out of the particle.
        charged = self._capacitance() * (self.step - self._rested)
        return Inventory(
            capacity * float(self.particles.volume @ mean) - float(self._share @ charged),
            FARADAY * float(self.ladder.pores @ self.fields[self.ladder.salt]),
        )

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
        """Times, past states and internal states."""
        stored: dict[str, Array] = {"time": np.array(self.time), "times": np.array(self._history.times)}
        for k, past in enumerate(self._history.states):
            stored |= {f"field/{k}/{name}": values for name, values in zip(STATE, past, strict=True)}
        return stored | stored_internals(self.internals)

    def restore(self, stored: Stored) -> None:
        """Take up what ``state`` gave.

        Raises:
            InputError: If something lacks or belongs to another cell.
        """
        now = dict(zip(STATE, (self.x, self.current, self.fields, self.step), strict=True))
        times = np.asarray(stored.get("times", [])).tolist()
        for k in range(len(times)):
            for name, values in now.items():
                entry = stored.get(f"field/{k}/{name}")
                if entry is None or entry.shape != values.shape:
                    what = "lacks" if entry is None else f"has another size ({entry.shape}) of"
                    raise InputError(
                        f"the checkpoint {what} {name!r}, which this model needs in the size {values.shape}; "
                        "delete it to begin the run anew."
                    )
        self._history, self.time = History(), float(stored["time"])
        for k, time in reversed(list(enumerate(times))):
            self._history.push(time, tuple(np.array(stored[f"field/{k}/{name}"]) for name in STATE))
        self.reject()
        restore_internals(self.internals, stored)

    def _rest(self) -> Array:
        """Fields of a cell without a current."""
        fields = np.zeros(self.ladder.size)
        fields[self.ladder.salt] = float(self.model.electrolyte.initial_concentration)
        start = self.model.initial_stoichiometry
        fields[self.ladder.electronic] = float(self.model.cathode.open_circuit_voltage(start))
        return fields

    def _push(self) -> None:
        self._history.push(self.time, tuple(a.copy() for a in (self.x, self.current, self.fields, self.step)))

    def _start_from(self, predicted: tuple[Array, ...]) -> None:
        """Take a prediction up, as far as the laws are defined or the state was outside before."""
        before = self._history.states[0]
        low, high = self.model.cathode.open_circuit_voltage.valid_range
        self.x = np.clip(predicted[0], np.minimum(low, before[0]), np.maximum(high, before[0]))
        self.current, self.fields = predicted[1].copy(), predicted[2].copy()
        salt = self.fields[self.ladder.salt]
        np.clip(salt, np.minimum(LEAST_PREDICTED_SALT, before[2][self.ladder.salt]), None, out=salt)

    def _solve(self, rule: StepFormula, past: Sequence[Array]) -> Newton:
        """Iterate until a whole Newton correction is small, the stress that lags behind it included."""
        remainder = self._remainder()
        for iteration in range(1, MOST_ITERATIONS + 1):
            with np.errstate(over="ignore", invalid="ignore"):
                largest, whole = self._iterate(rule, past, remainder)
            if not np.isfinite(largest):
                return Newton("electrochemistry: an iterate is not a number", iteration)
            done = whole and largest <= 1.0
            # Between large and small corrections the stress hardly moves: it is renewed before and after.
            if done or largest > FAR:
                before, remainder = remainder, self._remainder()
                lag = 0.0 if before is None or remainder is None else float(np.abs(remainder - before).max())
                if done and lag <= self.numerics.stress_tolerance:
                    return Newton("", iteration)
        return Newton(f"electrochemistry: no convergence in {MOST_ITERATIONS} iterations", MOST_ITERATIONS)

    def _iterate(
        self, rule: StepFormula, past: Sequence[Array], remainder: Array | None
    ) -> tuple[float, bool]:
        """One Newton iteration; returns the largest change over its tolerance, and whether it was whole."""
        response = self.spheres.linearise(
            self.x, self.current, rule.rate, past[0], self.diffusivity_factor, remainder
        )
        charging = Charging(self._capacitance(), self.contact_conductance, rule.rate, past[3])
        change = eliminated(
            self.kinetics, charging, self.x[-1], self.current, self.ladder.at_particles(self.fields),
            self.wetted_factor, response, None if remainder is None else remainder[-1],
        )  # fmt: skip
        fields = self.ladder.correction(
            self.fields, rule.rate, past[2][self.ladder.salt], change.sources(self._share), self._control
        )
        current = change.current(*self.ladder.at_particles(fields))
        x = response.without + response.with_current * current
        potentials = np.abs(fields[self.ladder.ionic.start : self.ladder.electronic.stop]).max()
        largest_x = float(np.abs(x).max())
        share = min(
            1.0, LARGEST_CHANGES[0] / max(largest_x, 1e-300), LARGEST_CHANGES[1] / max(potentials, 1e-300)
        )
        self.x = self.x + share * x
        self.current = self.current + share * current
        self.fields = self.fields + share * fields
        self.step = charging.step(self.current, self.ladder.at_particles(self.fields)[1])
        tolerance = SHARE_OF_TOLERANCE * self.numerics.time_tolerance
        volts = SHARE_OF_TOLERANCE * self.numerics.voltage_tolerance
        return max(largest_x / tolerance, float(potentials) / volts), share == 1.0

    def _capacitance(self) -> Array:
        """Of the double layers [F/m2]; a particle without contact charges none."""
        return np.where(self.contact_conductance > 0.0, self.double_layer * self.wetted_factor, 0.0)

    def _remainder(self) -> Array | None:
        return self.mechanics.remainder(self.x) if self._two_way and self.mechanics is not None else None

    def _errors(self, step: float, rule: StepFormula) -> dict[int, float]:
        """Local errors over their tolerances by order, the largest of lithium, salt and voltage."""
        comparisons = self._history.comparisons(step, rule)
        return {c.order: c.share * self._gap(c.weights) for c in comparisons}

    def _gap(self, weights: Sequence[float]) -> float:
        """Largest difference from a prediction, over the tolerances of local errors."""

        def mean(values: Array) -> float:
            return float(np.sqrt(np.mean(values**2)))

        numerics, ladder = self.numerics, self.ladder
        x, fields = self._history.combine(weights, 0), self._history.combine(weights, 2)
        salt = mean((self.fields - fields)[ladder.salt]) / SALT_CONCENTRATION
        volts = abs(self.voltage - ladder.voltage(fields))
        return max(
            mean(self.x - x) / numerics.time_tolerance,
            salt / (5.0 * numerics.time_tolerance),
            volts / numerics.voltage_tolerance,
        )

    def surfaces(self) -> SurfaceMeans:
        """What the limits of a half cell are judged on."""
        salt, _ = self.ladder.at_particles(self.fields)
        at_metal = float(self.fields[self.ladder.salt][-1])
        return SurfaceMeans(self.x[-1], salt, self.current * self._share, at_metal)


@dataclass(frozen=True)
class _Surfaces:
    """Reads the surfaces of a cell, as the limits ask for them."""

    cell: RadialCell

    def read(self) -> SurfaceMeans:
        return self.cell.surfaces()


LEAST_PREDICTED_SALT = 20.0
"""Where an extrapolated concentration is held, as in the resolved model [mol/m3]."""
