"""The particle-resolved model: minutes a case, each in a process of its own, on several ranks if wanted."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chemomech.errors import InputError
from chemomech.experiments.case.schema import key
from chemomech.experiments.models.preflight import require_compiler
from chemomech.experiments.models.resolved.representation import RESOLVED
from chemomech.experiments.studies.fidelities.protocol import RunFailedError
from chemomech.solver.results.folder import CASE_FILE

INPUT_ERROR = 2
_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
_LAUNCHER_VARIABLES = ("PMI_", "PMIX_", "OMPI_", "MPI_", "HYDRA_", "HYDI_")


@dataclass(frozen=True)
class ResolvedFidelity:
    """``chemomech run`` of the same case.

    Attributes:
        ranks: MPI ranks of each run.
    """

    ranks: int = key(1, within=(1, 4096), remedy="state how many MPI ranks a run may use")

    name = "resolved"
    representation = RESOLVED

    def check(self) -> None:
        """Check that forms can be compiled and ranks be started."""
        require_compiler()
        if self.ranks > 1:
            _launcher()

    def decisive(self, table: dict[str, Any]) -> Mapping[str, Any]:
        """Return the case without names and output; ranks change no result."""
        kept = {name: value for name, value in table.items() if name not in ("name", "description", "output")}
        return kept | {"fidelity": {"name": self.name}}

    def run(self, case_text: str, folder: Path) -> None:
        """Start the run, or continue it from its checkpoint."""
        begun = (folder / CASE_FILE).is_file()
        case_file = folder.with_name(f"{folder.name}.toml")
        if not begun:
            shutil.rmtree(folder, ignore_errors=True)
        case_file.parent.mkdir(parents=True, exist_ok=True)
        case_file.write_text(case_text, encoding="utf-8")
        words = ["run", str(case_file), "--out", str(folder), "--quiet", *(["--resume"] if begun else [])]
        ranks = [_launcher(), "-n", str(self.ranks)] if self.ranks > 1 else []
        ended = subprocess.run(
            [*ranks, sys.executable, "-m", "chemomech", *words],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        with contextlib.suppress(OSError):
            case_file.unlink()
        if ended.returncode:
            raise _failure(ended)


def _failure(ended: subprocess.CompletedProcess[str]) -> Exception:
    lines = [line for line in ended.stderr.splitlines() if line.strip()]
    if "No space left on device" in ended.stderr:
        return OSError(28, "No space left on device")
    said = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    if ended.returncode == INPUT_ERROR and said:
        return InputError(said[-1])
    last = said[-1] if said else lines[-1] if lines else "it said nothing"
    return RunFailedError(f"the run ended with exit code {ended.returncode}: {last}")


def _launcher() -> str:
    beside_python = Path(sys.executable).parent / "mpiexec"
    launcher = str(beside_python) if beside_python.is_file() else shutil.which("mpiexec")
    if not launcher:
        raise InputError("there is no mpiexec beside Python or on the path; use one rank, or install MPI.")
    return launcher


def _environment() -> dict[str, str]:
    """The environment without what an MPI launcher of our own has left in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_LAUNCHER_VARIABLES)}
    return {"OMP_NUM_THREADS": "1"} | kept


def _die_with_parent() -> None:
    # A worker that is killed must not leave a solver behind that nobody waits for.
    ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGTERM)
