"""The benchmark of the solver: its unit, its layouts and the figures it makes of measurements."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from support.modules import load

import chemomech.fenicsx_first  # noqa: F401
from chemomech.experiments.case.prepare import prepare


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    return load(Path(__file__).parents[2] / "tools" / "bench.py")


def taken(unknowns: int, exponent: float, krylov: float = 4.0) -> dict[str, Any]:
    seconds = 1e-5 * unknowns**exponent
    return {
        "label": "field split",
        "unknowns": unknowns,
        "seconds_per_step": seconds,
        "poisson": 0.5 * seconds,
        "linear_per_newton": krylov,
        "peak_memory_GB": 3.0,
        "voltage": 3.8,
    }


def test_the_unit_is_a_poisson_problem_that_is_solved(bench: ModuleType) -> None:
    from dolfinx.mesh import CellType, create_unit_cube
    from mpi4py import MPI

    small, large = (create_unit_cube(MPI.COMM_SELF, n, n, n, CellType.tetrahedron) for n in (3, 12))
    assert 0.0 < bench.poisson(small) < bench.poisson(large)


def test_a_packed_layout_is_as_dense_as_that_of_the_main_case(bench: ModuleType) -> None:
    made = [prepare(bench.Size("coarse", 1.0, particles).case()).layout for particles in (0, 30)]
    assert len(made[1]) == 30
    main, packed = (layout.volume_fraction for layout in made)
    assert packed == pytest.approx(main, rel=0.05)


def test_a_size_run_says_exponent_and_iterations(
    bench: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def measure(size: str, method: str, ranks: int) -> dict[str, Any]:
        asked.append((size, method, ranks))
        unknowns = {"50k": 53_000, "90k": 87_000, "1.2M": 1_200_000}[size]
        return taken(unknowns, 1.05, 4.8 if size == "1.2M" else 4.0)

    bench.large(measure, "1.2M")
    assert asked == [(size, "fieldsplit", 2) for size in ("50k", "90k", "1.2M")]
    said = capsys.readouterr().out
    assert "exponent of time per step against unknowns: 1.05;" in said
    assert "Krylov iterations over those at 87000 unknowns: 1.20" in said


def test_a_table_gives_steps_in_poisson_problems(
    bench: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    def measure(size: str, method: str, ranks: int) -> dict[str, Any]:
        found = taken({"coarse": 24_000, "50k": 53_000}[size], 1.1)
        return found | {
            "seconds_per_step": found["seconds_per_step"] * (1.5 if method == "two-way" else 1.0) / ranks
        }

    bench.table(measure, ["coarse", "50k"])
    said = capsys.readouterr().out
    assert said.count(" 2.00  3.00 ") == 2
    assert "speed-up from 1 to 2 ranks: 2.00 and 2.00" in said
