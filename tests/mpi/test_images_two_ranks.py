"""Two ranks share the directions of an image, and errors of one reach both."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

SCRIPT = """
import contextlib

with contextlib.suppress(ImportError):
    import dolfinx_solver
import numpy as np
from mpi4py import MPI

from chemomech.errors import InputError
from chemomech.solver.effective import VoxelSpecimen, effective_conductivity

world = MPI.COMM_WORLD
assert world.size == 2
image = (np.random.default_rng(0).random((12, 11, 10)) < 0.6).astype(int)
image[:, 5, :] = 0
image[3:5, 5, :] = 1
image[:, 5, 4] = 0
names, values = {"a": 0, "b": 1}, {"a": 1.0, "b": 2.0}
alone = effective_conductivity(VoxelSpecimen(image, (1e-6,) * 3, names, MPI.COMM_SELF), values)
shared = effective_conductivity(VoxelSpecimen(image, (1e-6,) * 3, names, world), values)
for name in ("tensor", "lower", "upper", "connected"):
    np.testing.assert_array_equal(getattr(shared, name), getattr(alone, name))
assert shared.iterations == alone.iterations
one = effective_conductivity(VoxelSpecimen(image, (1e-6,) * 3, names, world), values, "y")
np.testing.assert_array_equal(one.lower, np.where([False, True, False], alone.lower, np.nan))
image[:, 5, :] = 0
try:
    # Only the rank that has y finds that nothing passes.
    effective_conductivity(VoxelSpecimen(image, (1e-6,) * 3, names, world), {"b": 1.0}, "xy")
except InputError as error:
    assert "across y" in str(error)
    print(f"rank {world.rank} refused", flush=True)
"""


def test_two_ranks_share_the_directions_of_an_image(
    on_ranks: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    script = tmp_path / "two_ranks.py"
    script.write_text(SCRIPT)
    finished = on_ranks(2, [str(script)], timeout=300.0)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    for rank in (0, 1):
        assert f"rank {rank} refused" in finished.stdout
