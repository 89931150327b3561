"""What a fidelity is: a way to turn a case into a normal result folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.model import RunFailedError
from chemomech.experiments.models.representation import Representation

__all__ = ["Fidelity", "RunFailedError"]


class Fidelity(Protocol):
    """A model that runs a case; frozen and picklable, its attributes are its settings in a study file."""

    @property
    def name(self) -> str:
        """Name in ``FIDELITIES``."""
        ...

    def check(self) -> None:
        """Check that this machine can run it.

        Raises:
            InputError: when something is missing.
        """
        ...

    @property
    def representation(self) -> Representation[PreparedCase]:
        """What the model makes of each key of a case."""
        ...

    def decisive(self, table: dict[str, Any]) -> Mapping[str, Any]:
        """Return what of a case, as nested tables, decides the result."""
        ...

    def run(self, case_text: str, folder: Path) -> None:
        """Run a case into a folder, or continue there what was begun.

        Args:
            case_text: the case as TOML.
            folder: the result folder; it may hold an unfinished run of the same case.

        Raises:
            InputError: when the case does not allow a run.
            RunFailedError: when the run ends without a result.
        """
        ...
