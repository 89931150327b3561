"""What damage changes in a DFN between two solutions, as inputs of PyBaMM: a value at each depth and size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from chemomech.experiments.models.homogenised.symbols import pybamm

AREA: Final = "Reacting area over that before any damage"
DIFFUSIVITY: Final = "Diffusivity over that before any damage"
STIFFNESS: Final = "Young's modulus over that before any damage"
CONTACT: Final = "Contact resistance [Ohm]"


@dataclass(frozen=True)
class DamageInputs:
    """Symbols of what damage changes.

    Attributes:
        area: factor of the reacting area, on the surfaces of particles [-].
        diffusivity: factor of the diffusivity, in particles [-].
        stiffness: factor of Young's modulus, in particles [-].
        contact: resistance of all contacts over the cross-section [Ohm m2].
    """

    area: Any
    diffusivity: Any
    stiffness: Any
    contact: Any


def damage_inputs(sizes: bool) -> DamageInputs:
    """Return the symbols.

    Args:
        sizes: whether particles of several sizes stand at a depth.
    """
    program, domains = pybamm(), _domains(sizes)

    def on_surfaces(name: str) -> Any:
        symbol = _input_on_domains()(name, domain=domains["primary"])
        return symbol.with_domains(domains)

    def in_particles(name: str) -> Any:
        return program.PrimaryBroadcast(on_surfaces(name), "positive particle")

    return DamageInputs(
        on_surfaces(AREA), in_particles(DIFFUSIVITY), in_particles(STIFFNESS), program.InputParameter(CONTACT)
    )


def _domains(sizes: bool) -> dict[str, list[str]]:
    electrode, collector = ["positive electrode"], ["current collector"]
    if not sizes:
        return {"primary": electrode, "secondary": collector}
    return {"primary": ["positive particle size"], "secondary": electrode, "tertiary": collector}


@lru_cache(maxsize=1)
def _input_on_domains() -> Any:
    """The class of an input that keeps all its domains when PyBaMM copies it; its own keeps the first."""
    base: Any = pybamm().InputParameter

    class InputOnDomains(base):
        """One value a point of all its domains."""

        __slots__ = ()

        def create_copy(self, new_children: Any = None, perform_simplifications: bool = True) -> Any:
            """See PyBaMM."""
            copied = type(self)(self.name, domain=self.domain, expected_size=self._expected_size)
            return copied.with_domains(self)

    return InputOnDomains
