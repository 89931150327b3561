"""What all tests share."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

# Before NumPy, PETSc and the plotting libraries load: threads on top of ranks only get in each other's way,
# and there need not be a screen.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("PYVISTA_OFF_SCREEN", "true")
# Each test makes its own meshes, and leaves none in the cache of the user.
os.environ["CHEMOMECH_MESH_CACHE"] = ""

from support.cores import Cores

import chemomech.fenicsx_first  # noqa: F401

TESTS = Path(__file__).resolve().parent
PATIENCE = 600
"""Longest wait for a form that another worker compiles [s]; DOLFINx gives up after ten."""


def pytest_configure(config: pytest.Config) -> None:
    """Let every process of the tests wait for a form that another one compiles."""
    folder = Path(tempfile.mkdtemp(prefix="chemomech-tests-"))
    (folder / "dolfinx").mkdir()
    (folder / "dolfinx" / "dolfinx_jit_options.json").write_text(json.dumps({"timeout": PATIENCE}))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["XDG_CONFIG_HOME"] = str(folder)  # child processes inherit it


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its folder, and put the folders with the longest tests first.

    A folder for which pyproject.toml has no mark is an error. Workers (``make test``) take files in this
    order, so that they end together.
    """
    for item in items:
        item.add_marker(folder_of(item))
    order = ("mpi", "system", "verification")
    items.sort(key=lambda item: order.index(folder_of(item)) if folder_of(item) in order else len(order))


def folder_of(item: pytest.Item) -> str:
    """The folder of ``tests`` that a test is in."""
    return item.path.relative_to(TESTS).parts[0]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The top folder of the repository."""
    return TESTS.parent


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Make something once for all workers: ``once("name", make)`` lets ``make(folder)`` fill a folder.

    A worker that asks for what another one is making waits for it.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def make_once(name: str, make: Callable[[Path], None]) -> Path:
        folder = shared / "once" / name
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "finished").exists():
                shutil.rmtree(folder / "made", ignore_errors=True)
                (folder / "made").mkdir()
                make(folder / "made")
                (folder / "finished").touch()
        return folder / "made"

    return make_once


@pytest.fixture(scope="session")
def cores(tmp_path_factory: pytest.TempPathFactory) -> Cores:
    """The lock between tests and launches on several ranks."""
    shared = tmp_path_factory.getbasetemp()
    return Cores(shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared)


@pytest.fixture(autouse=True)
def _beside_others(cores: Cores) -> Iterator[None]:
    with cores.shared():
        yield


@pytest.fixture(scope="session")
def on_ranks(cores: Cores) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a Python command line on several MPI ranks: ``on_ranks(2, ["script.py"])``, output captured."""
    beside_python = Path(sys.executable).parent / "mpiexec"
    launcher = str(beside_python) if beside_python.is_file() else shutil.which("mpiexec")
    assert launcher, "there is no mpiexec beside Python or on the path; run make setup"

    def launch(
        ranks: int, arguments: Sequence[str], timeout: float = 900.0
    ) -> subprocess.CompletedProcess[str]:
        command = [launcher, "-n", str(ranks), sys.executable, *arguments]
        with cores.alone():
            return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)

    return launch
