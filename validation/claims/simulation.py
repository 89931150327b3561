"""What a simulation behind a claim is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chemomech.experiments.case import Case
from chemomech.validation.claims.mesh_error import RADIAL


@dataclass(frozen=True)
class Simulation:
    """A run that claims need.

    Attributes:
        name: Name of the run and of its folder.
        base: Shipped case that it starts from.
        changes: Keys set otherwise.
        why: What it is for.
        only: The one mesh preset, or the radial model, by which it is run whatever is asked for; empty for
            the one that is asked for.
    """

    name: str
    base: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""
    only: str = ""

    def case(self, preset: str | None = None) -> Case:
        """The case on a mesh preset, or by the radial model; on the mesh of the shipped case if left out."""
        preset = self.only or preset
        mesh: dict[str, Any] = {} if preset is None else {"mesh.preset": preset}
        if preset == RADIAL:
            mesh = {"model": RADIAL}
        own = {"name": self.name, "description": self.why}
        return Case.from_toml(self.base).with_overrides(own | dict(self.changes) | mesh)
