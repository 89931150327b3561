"""The flags that the weak forms are compiled with, and the derivatives that are compiled."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
import ufl
from dolfinx import fem, jit, mesh
from ffcx.codegeneration import jit as form_jit
from mpi4py import MPI

from chemomech.errors import InputError
from chemomech.experiments.models.resolved.compile_cache import remove_dead_forms
from chemomech.solver.algebra.compile_ahead import BUILD_FOLDERS, ahead, finish
from chemomech.solver.algebra.compiling import (
    COMPILER_ARGUMENTS,
    FLAGS_VARIABLE,
    Later,
    compiled,
    compiler_arguments,
)
from chemomech.solver.algebra.jacobian import derivatives


def test_the_flags_are_ours_where_the_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FLAGS_VARIABLE, raising=False)
    assert compiler_arguments() == list(COMPILER_ARGUMENTS)
    # It would change the rounding mode of the whole process.
    assert not {"-ffast-math", "-Ofast"} & set(COMPILER_ARGUMENTS)


def test_the_variable_takes_the_place_of_all_our_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FLAGS_VARIABLE, "-O2  -march=x86-64 '-DNAME=two words'")
    assert compiler_arguments() == ["-O2", "-march=x86-64", "-DNAME=two words"]


@pytest.mark.parametrize(
    ("value", "message"),
    [("O2", "'O2', which is no flag"), ("-O2 g0", "'g0', which is no flag"), (" ", "no flag"), ("'", "read")],
)
def test_what_is_no_flag_is_refused(monkeypatch: pytest.MonkeyPatch, value: str, message: str) -> None:
    monkeypatch.setenv(FLAGS_VARIABLE, value)
    with pytest.raises(InputError, match=message) as refusal:
        compiler_arguments()
    assert FLAGS_VARIABLE in str(refusal.value)
    assert "unset it" in str(refusal.value)


def test_derivatives_of_blocks_are_those_that_the_library_makes_of_each() -> None:
    cube = mesh.create_unit_cube(MPI.COMM_SELF, 1, 1, 1)
    scalar, vector = (fem.functionspace(cube, ("Lagrange", 1, shape)) for shape in ((), (3,)))
    unknowns = [fem.Function(space) for space in (scalar, scalar, vector)]
    c, p, u = unknowns
    v, q, w = (ufl.TestFunction(f.function_space) for f in unknowns)
    rate = fem.Constant(cube, 2.0)
    # Two balances hold the current; the third knows c through a strain.
    current = ufl.sqrt(c * (1.0 - c)) * ufl.sinh(p - ufl.ln(c)) + ufl.conditional(ufl.gt(c, 0.5), c**2, c)
    strain = ufl.sym(ufl.grad(u)) - c * ufl.Identity(3)
    residuals = [
        rate * c * v * ufl.dx + ufl.dot(c * ufl.grad(c), ufl.grad(v)) * ufl.dx + current * v * ufl.ds,
        current * q * ufl.ds(metadata={"quadrature_degree": 3}),
        ufl.inner(ufl.dev(strain) + ufl.tr(strain) * ufl.Identity(3), ufl.grad(w)) * ufl.dx,
    ]
    trials = [ufl.TrialFunction(f.function_space) for f in unknowns]
    found = derivatives(residuals, unknowns, trials)
    assert [[form is not None for form in row] for row in found] == [
        [True, True, False], [True, True, False], [True, False, True],
    ]  # fmt: skip
    for residual, row in zip(residuals, found, strict=True):
        for unknown, trial, form in zip(unknowns, trials, row, strict=True):
            wanted = ufl.algorithms.expand_derivatives(ufl.derivative(residual, unknown, trial))
            assert wanted.empty() if form is None else form.signature() == wanted.signature()


@pytest.fixture
def forms_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of compiled forms."""
    monkeypatch.setitem(jit.DOLFINX_DEFAULT_JIT_OPTIONS, "cache_dir", (tmp_path / "forms", ""))
    return tmp_path / "forms"


@pytest.fixture
def by_library(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the modules that DOLFINx compiles itself."""
    made: list[str] = []
    compile_objects = form_jit._compile_objects

    def counted(declaration: str, objects: Any, names: Any, module: str, *rest: Any, **more: Any) -> Any:
        made.append(module)
        return compile_objects(declaration, objects, names, module, *rest, **more)

    monkeypatch.setattr(form_jit, "_compile_objects", counted)
    return made


def blocks() -> list[list[Any]]:
    space = fem.functionspace(mesh.create_unit_cube(MPI.COMM_SELF, 1, 1, 1), ("Lagrange", 1))
    u, v = ufl.TrialFunction(space), ufl.TestFunction(space)
    return [
        [ufl.dot(ufl.grad(u), ufl.grad(v)) * ufl.dx, None],
        [ufl.ZeroBaseForm((v, u)), 3.0 * u * v * ufl.dx],
    ]


def test_blocks_are_compiled_where_the_library_looks_for_them(
    forms_folder: Path, by_library: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FLAGS_VARIABLE, "-O1 -g0 -DOURS=1")
    found = compiled(blocks(), [])
    assert by_library == []
    assert found[0][1] is None
    assert len(list(forms_folder.glob("*.so"))) == len(list(forms_folder.glob("*.c"))) == 2
    assert all("-DOURS=1" in ready.read_text() for ready in forms_folder.glob("*.c.cached"))
    assert not list(forms_folder.glob(BUILD_FOLDERS))
    # The integral of 1 over the cube is the sum of the mass matrix, here times 3.
    assert fem.assemble_matrix(found[1][1]).to_dense().sum() == pytest.approx(3.0, rel=1e-14)
    compiled(blocks(), [])
    assert len(list(forms_folder.glob("*.so"))) == 2
    # Other flags, another module.
    monkeypatch.setenv(FLAGS_VARIABLE, "-O1 -g0 -DOURS=2")
    compiled(blocks(), [])
    assert by_library == []
    assert len(list(forms_folder.glob("*.so"))) == 4


def test_a_form_that_another_process_compiles_is_left_to_it(forms_folder: Path) -> None:
    form = blocks()[0][0]
    finish(ahead(form))
    (ready,) = forms_folder.glob("*.c.cached")
    ready.unlink()
    assert ahead(form) == []
    assert not list(forms_folder.glob("*.c.cached"))


def test_what_fails_ahead_is_said_by_the_library(
    forms_folder: Path, by_library: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FLAGS_VARIABLE, "-O1 -fno-such-flag-at-all")
    with pytest.raises(Exception, match=r"(?i)compil|gcc|cc"):
        compiled(blocks(), [])
    assert len(by_library) == 1
    assert not list(forms_folder.glob(BUILD_FOLDERS))


def test_a_cache_that_cannot_be_written_is_left_to_the_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setitem(jit.DOLFINX_DEFAULT_JIT_OPTIONS, "cache_dir", (tmp_path / "file" / "forms", ""))
    assert ahead(blocks()) == []


def test_a_reading_is_compiled_before_it_is_asked_for(forms_folder: Path, by_library: list[str]) -> None:
    one = fem.Constant(mesh.create_unit_cube(MPI.COMM_SELF, 1, 1, 1), 2.0)
    later = Later(one * ufl.dx, [])
    assert fem.assemble_scalar(later.form) == pytest.approx(2.0, rel=1e-14)
    assert by_library == []
    assert later.form is later.form


def test_folders_of_killed_compilers_are_removed(tmp_path: Path) -> None:
    for name, age in (("dead", 120.0), ("alive", 0.0)):
        folder = tmp_path / BUILD_FOLDERS.replace("*", name)
        folder.mkdir()
        (folder / "form.c").write_text("")
        os.utime(folder, (time.time() - age,) * 2)
    remove_dead_forms(tmp_path, older_than=60.0)
    assert [folder.name for folder in tmp_path.iterdir()] == [BUILD_FOLDERS.replace("*", "alive")]
