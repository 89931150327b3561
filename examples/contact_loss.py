"""A state that evolves after every accepted step: damage that loosens the contacts of particles.

    dD/dt = k |j|,     g = g_0 (1 - D)

for the particles named, with their mean reaction current j. D is written to checkpoints and into the result.

python examples/contact_loss.py results/contact-loss
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import chemomech
from chemomech.solver.cell.extensions import Extensions
from chemomech.solver.cell.half_cell import Electrochemistry, read_by_particle, set_by_particle
from chemomech.solver.cell.surfaces import SurfaceReader
from chemomech.solver.results import Quantity

Array = npt.NDArray[np.float64]

DAMAGE = Quantity("contact_damage", "D", "-", "share of the contact that is lost", ("time", "particle"))


class ContactLoss:
    """Damage of the electronic contact, by particle.

    Args:
        problem: The half cell whose contacts it acts on.
        particles: Those that lose contact, by their numbers in the layout.
        growth: k, share of the contact that is lost per charge through a particle's surface [m2/C].
    """

    name = "contact-loss"

    def __init__(self, problem: Electrochemistry, particles: Sequence[int], growth: float) -> None:
        self._problem, self._growth = problem, growth
        self._surfaces = SurfaceReader(problem)
        layout = problem.domains.half_cell.layout
        self._loses = np.isin(np.arange(len(layout.radii)), particles)
        self._share = layout.box[0] * layout.box[1] / (4.0 * np.pi * np.asarray(layout.radii) ** 2)
        self._whole = read_by_particle(problem.contact.conductance, problem.domains)
        self.damage: Array = np.zeros(len(layout.radii))

    def after_step(self, time: float, step: float) -> bool:
        """Let the damage grow over a step [s]; the Jacobian serves on, since it changes little."""
        current = np.abs(self._surfaces.read().current) * self._share
        grown = self.damage + self._growth * step * current * self._loses
        self.damage = np.minimum(grown, 0.999)
        self._act()
        return False

    def readings(self) -> Mapping[str, Array]:
        """D of every particle."""
        return {DAMAGE.name: self.damage.copy()}

    def state(self) -> Mapping[str, Array]:
        """D of every particle."""
        return {"damage": self.damage}

    def restore(self, stored: Mapping[str, Array]) -> None:
        """Take up D and loosen the contacts accordingly."""
        self.damage = np.asarray(stored["damage"], dtype=float)
        self._act()

    def _act(self) -> None:
        conductance = self._problem.contact.conductance
        set_by_particle(conductance, self._problem.domains, self._whole * (1.0 - self.damage))


def contact_loss(particles: Sequence[int], growth: float) -> Extensions:
    """The model with contacts that particles lose."""
    return Extensions(
        f"contact loss of particles {list(particles)}, {growth:g} m2/C",
        internals=(lambda problem: ContactLoss(problem, particles, growth),),
        quantities=(DAMAGE,),
    )


def main(out: Path, changes: Mapping[str, Any], particles: Sequence[int] = (0,)) -> chemomech.Result:
    """Charge while particles lose contact, and say what became of them."""
    case = chemomech.Case.from_toml("fast-charge-5C").with_overrides(changes)
    result = chemomech.run(case, out=out, extensions=contact_loss(particles, growth=2.0e-4), report=False)
    end = result.dataset.isel(time=-1)
    print(f"mean x of all particles: {float(end.mean_stoichiometry.mean()):.3f}")
    for number in particles:
        damage, x = float(end.contact_damage[number]), float(end.mean_stoichiometry[number])
        print(f"particle {number}: D = {damage:.3f}, mean x = {x:.3f}")
    return result


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "results/contact-loss")
    main(folder, {"mesh.preset": "coarse", "mechanics.coupling": "off"})
