"""Screening by the through-thickness companion: about a second a case."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from chemomech.experiments.case import Case
from chemomech.experiments.case.schema import key
from chemomech.experiments.models.homogenised.representation import HOMOGENISED
from chemomech.materials.hindrance import TRANSPORT_RULES


@dataclass(frozen=True)
class DfnFidelity:
    """The homogenised half-cell DFN of PyBaMM.

    Attributes:
        sizes: with the size distribution of the layout.
        transport: how the spheres hinder transport in the matrix.
    """

    sizes: bool = key(False)
    transport: str = key("maxwell", choices=tuple(TRANSPORT_RULES))

    name = "dfn"
    representation = HOMOGENISED

    def check(self) -> None:
        """Check that PyBaMM loads."""
        from chemomech.experiments.models.homogenised.symbols import pybamm

        pybamm()

    def decisive(self, table: dict[str, Any]) -> Mapping[str, Any]:
        """Return the case without what the companion leaves out whatever it is given."""
        kept = {name: value for name, value in table.items() if not HOMOGENISED.never_uses(name)}
        return kept | {"fidelity": {"name": self.name, **asdict(self)}}

    def run(self, case_text: str, folder: Path) -> None:
        """Solve; an unfinished folder is emptied, because there is nothing to continue."""
        from chemomech.experiments.runner import run_dfn

        shutil.rmtree(folder, ignore_errors=True)
        case = Case.from_table(tomllib.loads(case_text))
        run_dfn(case, folder, sizes=self.sizes, transport=self.transport).close()
