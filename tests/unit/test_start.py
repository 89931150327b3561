"""What a run need not load before its first time step, counted in modules, not in seconds."""

from __future__ import annotations

import subprocess
import sys

import pytest

READY_TO_STEP = """
import sys
import chemomech.cli
from chemomech.experiments.case import Case
case = Case.from_toml("fast-charge-5C").with_overrides({"mesh.preset": "coarse"})
from chemomech.experiments.case.prepare import prepare
import chemomech.experiments.runner
from chemomech.experiments.models.registry import model_of
model_of("resolved")
prepare(case).case.to_toml()
import chemomech.solver.cell.build
import chemomech.solver.output.fields, chemomech.solver.output.recorder, chemomech.solver.output.stress_fields
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The packages that are there when a resolved run is about to step."""
    done = subprocess.run([sys.executable, "-c", READY_TO_STEP], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_solver_itself_is_loaded(loaded: set[str]) -> None:
    assert {"dolfinx", "petsc4py", "ufl", "chemomech"} <= loaded


@pytest.mark.parametrize(
    "package",
    ["xarray", "pandas", "matplotlib", "pint", "pybamm", "meshio", "pyvista", "jinja2", "skimage", "dask"],
)
def test_what_comes_after_the_run_is_not_loaded_before_it(loaded: set[str], package: str) -> None:
    assert package not in loaded


def test_memory_is_not_searched_when_the_process_ends() -> None:
    code = (
        "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 0)); import chemomech.cli;"
        "print(gc.get_freeze_count())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "True"]
