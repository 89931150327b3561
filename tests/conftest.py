"""What all tests share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

# Before NumPy, PETSc and the plotting libraries load: threads on top of ranks only get in each other's way,
# and there need not be a screen.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("PYVISTA_OFF_SCREEN", "true")

import chemomech.fenicsx_first  # noqa: F401

TESTS = Path(__file__).resolve().parent
KINDS = ("unit", "convergence", "system", "regression")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        kind = item.path.relative_to(TESTS).parts[0]
        if kind in KINDS:
            item.add_marker(kind)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The top folder of the repository."""
    return TESTS.parent


@pytest.fixture(scope="session")
def on_ranks() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a Python command line on several MPI ranks: ``on_ranks(2, ["script.py"])``, output captured."""
    beside_python = Path(sys.executable).parent / "mpiexec"
    launcher = str(beside_python) if beside_python.is_file() else shutil.which("mpiexec")
    assert launcher, "there is no mpiexec beside Python or on the path; run make setup"

    def launch(
        ranks: int, arguments: Sequence[str], timeout: float = 300.0
    ) -> subprocess.CompletedProcess[str]:
        command = [launcher, "-n", str(ranks), sys.executable, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)

    return launch
