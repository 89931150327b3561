"""Another law at the interface: a resistive film on the particles, in series with the reaction.

    j = f(phi_p - phi_e - R_film j)

with f the reaction law without a film. Nothing in the package knows of it.

python examples/film_resistance.py results/film-resistance
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ufl
from ufl.core.expr import Expr

import chemomech
from chemomech.solver.cell.extensions import Extensions
from chemomech.solver.cell.half_cell import InterfaceLaws, butler_volmer_at_particles
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.physics.charge_transfer import ParticleReaction

RESISTANCE = 2.0e-3
"""Of the film [ohm m2]: 20 ohm cm2 (assumed)."""

ITERATIONS = 3
"""Of Newton's for j within the form; at 5C what is left is below 1e-9 of the current."""


@dataclass(frozen=True)
class BehindFilm:
    """A reaction that sees the potential step less what the film takes.

    Attributes:
        reaction: The law without a film.
        resistance: Of the film [ohm m2].
    """

    reaction: ParticleReaction
    resistance: float

    def current_density(self, x: Expr, salt_concentration: Expr, potential_step: Expr, shift: Expr) -> Expr:
        """Faradaic current density [A/m2], anodic (delithiation) positive."""
        current: Expr = ufl.as_ufl(0.0)
        for _ in range(ITERATIONS):
            step = ufl.variable(potential_step - self.resistance * current)
            law = self.reaction.current_density(x, salt_concentration, step, shift)
            current = current - (current - law) / (1.0 + self.resistance * ufl.diff(law, step))
        return current


def film(resistance: float) -> Extensions:
    """The model with a film of so many ohm m2."""

    def reaction(model: HalfCellModel, reference_potential: float) -> ParticleReaction:
        return BehindFilm(butler_volmer_at_particles(model, reference_potential), resistance)

    return Extensions(f"film of {resistance:g} ohm m2", laws=InterfaceLaws(reaction=reaction))


def main(out: Path, changes: Mapping[str, Any]) -> dict[str, chemomech.Result]:
    """Charge with and without the film and say what it costs."""
    case = chemomech.Case.from_toml("fast-charge-5C").with_overrides(changes)
    results = {
        "bare": chemomech.run(case, out=out / "bare", report=False),
        "film": chemomech.run(case, out=out / "film", extensions=film(RESISTANCE), report=False),
    }
    for name, result in results.items():
        summary = result.summary
        print(f"{name}: {summary['voltage_end_V']:.4f} V after {summary['t_end_s']:.2f} s")
    return results


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "results/film-resistance")
    main(folder, {"mesh.preset": "coarse", "mechanics.coupling": "off"})
