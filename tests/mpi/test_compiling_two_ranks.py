"""Forms compiled ahead by the first rank are what every rank loads."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

SCRIPT = """
import sys
from pathlib import Path
import ufl
import chemomech.fenicsx_first
from dolfinx import fem, jit, mesh
from ffcx.codegeneration import jit as form_jit
from mpi4py import MPI
from chemomech.solver.algebra.compiling import Later, compiled

comm = MPI.COMM_WORLD
folder = Path(sys.argv[1])
jit.DOLFINX_DEFAULT_JIT_OPTIONS["cache_dir"] = (folder, "")
by_library = []
compile_objects = form_jit._compile_objects
form_jit._compile_objects = lambda *a, **k: by_library.append(a[3]) or compile_objects(*a, **k)
cube = mesh.create_unit_cube(comm, 3, 3, 3)
space = fem.functionspace(cube, ("Lagrange", 1))
u, v = ufl.TrialFunction(space), ufl.TestFunction(space)
later = Later(fem.Constant(cube, 2.0) * ufl.dx, [])
found = compiled([[u * v * ufl.dx, None], [None, ufl.dot(ufl.grad(u), ufl.grad(v)) * ufl.dx]], [])
total = comm.allreduce(fem.assemble_scalar(later.form))
assert abs(total - 2.0) < 1e-12, total
assert found[0][1] is None and found[1][1].rank == 2
assert by_library == [], by_library
comm.barrier()
assert len(list(folder.glob("*.so"))) == len(list(folder.glob("*.c.cached"))) == 3
print(f"rank {comm.rank} done", flush=True)
"""


def test_both_ranks_load_what_the_first_has_compiled(
    on_ranks: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    script = tmp_path / "two_ranks.py"
    script.write_text(SCRIPT)
    finished = on_ranks(2, [str(script), str(tmp_path / "forms")], timeout=300.0)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    for rank in (0, 1):
        assert f"rank {rank} done" in finished.stdout
