"""Every particle along its radius: seconds a case, in the worker itself."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mpi4py import MPI

from chemomech.experiments.case import Case
from chemomech.experiments.models.radial.representation import RADIAL
from chemomech.solver.results.folder import CASE_FILE


@dataclass(frozen=True)
class RadialFidelity:
    """The radial model; its grids are keys of the case, ``[radial]``."""

    name = "radial"
    representation = RADIAL

    def check(self) -> None:
        """Nothing is needed beyond the package."""

    def decisive(self, table: dict[str, Any]) -> Mapping[str, Any]:
        """Return the case without what the model leaves out whatever it is given."""
        kept = {name: value for name, value in table.items() if not RADIAL.never_uses(name)}
        output = {"interval": table.get("output", {}).get("interval", 0.0)}
        return kept | {"output": output, "fidelity": {"name": self.name}}

    def run(self, case_text: str, folder: Path) -> None:
        """Solve, or continue from the checkpoint."""
        from chemomech.experiments.runner import run

        begun = (folder / CASE_FILE).is_file()
        if not begun:
            shutil.rmtree(folder, ignore_errors=True)
        run(
            Case.from_table(tomllib.loads(case_text)),
            folder,
            resume=begun,
            progress=False,
            comm=MPI.COMM_SELF,
            report=False,
            model=self.name,
        ).close()
