"""The packaging list, and the logic of tools/setup.sh on machines that are made up."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TOP_FOLDERS = ("chemomech", "materials", "geometry", "solver", "experiments", "validation")

# An interpreter that answers what the set-up asks, and writes down what it was made to do.
FAKE_PYTHON = """#!/bin/sh
case "$*" in
    *"sys.version_info <"*) exit {too_old} ;;
    *"import ensurepip"*) exit {lacks_venv} ;;
    *"print("*"version_info"*) echo 3.13 ;;
    --version) echo "Python 3.13.9" ;;
    "-m venv"*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
    "-m pip install"*) echo "installed: $*" >> "$HOME/log" ;;
    "-m pip"*) ;;
    *"import gmsh"*) {import_gmsh} ;;
    *"import"*) ;;
    "- "*) cat > /dev/null; echo fingerprint-of "$(cat pyproject.toml)" ;;
    *) echo "unforeseen: $*" >&2; exit 99 ;;
esac
"""
REFUSING_SHIM = '#!/bin/sh\necho "python3.13: command not found in this environment" >&2\nexit 127\n'
NEEDED_PROGRAMS = ("bash", "sh", "cat", "cp", "dirname", "ls", "mkdir")


def fake_python(too_old: int = 0, lacks_venv: int = 0, import_gmsh: str = "true") -> str:
    return FAKE_PYTHON.format(too_old=too_old, lacks_venv=lacks_venv, import_gmsh=import_gmsh)


class Machine:
    """A clone of the repository's set-up on a machine that has only what is put there."""

    def __init__(self, folder: Path, repository: Path) -> None:
        self.home, self.programs, self.clone = folder / "home", folder / "bin", folder / "clone"
        for made in (self.home, self.programs, self.clone / "tools"):
            made.mkdir(parents=True)
        shutil.copy(repository / "tools" / "setup.sh", self.clone / "tools" / "setup.sh")
        (self.clone / "pyproject.toml").write_text("first\n")
        for name in NEEDED_PROGRAMS:
            found = shutil.which(name)
            assert found, name
            (self.programs / name).symlink_to(found)

    def add(self, path: Path, text: str = "#!/bin/sh\n") -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def set_up(self) -> subprocess.CompletedProcess[str]:
        environment = {
            "HOME": str(self.home),
            "PATH": str(self.programs),
            "CHEMOMECH_PYTHON_FOLDERS": "",
        }
        return subprocess.run(
            ["bash", str(self.clone / "tools" / "setup.sh")],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    @property
    def installations(self) -> int:
        log = self.home / "log"
        return len(log.read_text().splitlines()) if log.exists() else 0


@pytest.fixture
def machine(tmp_path: Path, repository: Path) -> Machine:
    made = Machine(tmp_path, repository)
    made.add(made.programs / "gcc")
    return made


def test_a_python_hidden_behind_a_shim_that_refuses_to_start_is_found(machine: Machine) -> None:
    machine.add(machine.programs / "python3.13", REFUSING_SHIM)
    machine.add(machine.programs / "python3", fake_python(too_old=1))
    hidden = machine.home / ".pyenv" / "versions" / "3.13.9" / "bin" / "python"
    machine.add(hidden, fake_python())
    done = machine.set_up()
    assert done.returncode == 0, done.stderr
    assert f"Making .venv with Python 3.13.9 ({hidden})" in done.stderr
    assert machine.installations == 1


def test_a_second_run_does_nothing_until_the_requirements_change(machine: Machine) -> None:
    machine.add(machine.programs / "python3.12", fake_python())
    assert machine.set_up().returncode == 0
    second = machine.set_up()
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert machine.installations == 1
    (machine.clone / "pyproject.toml").write_text("second\n")
    assert machine.set_up().returncode == 0
    assert machine.installations == 2


def test_an_environment_whose_python_is_gone_is_made_anew(machine: Machine) -> None:
    machine.add(machine.programs / "python3.12", fake_python())
    assert machine.set_up().returncode == 0
    machine.add(machine.clone / ".venv" / "bin" / "python", REFUSING_SHIM)
    done = machine.set_up()
    assert done.returncode == 0
    assert "Making .venv" in done.stderr


@pytest.mark.parametrize("present", [None, REFUSING_SHIM, fake_python(too_old=1)])
def test_without_a_new_enough_python_it_says_what_to_install(machine: Machine, present: str | None) -> None:
    if present:
        machine.add(machine.programs / "python3", present)
    done = machine.set_up()
    assert done.returncode == 1
    assert done.stderr.startswith("error: no Python >= 3.12 that starts was found")
    assert "apt install" in done.stderr
    assert "brew install" in done.stderr
    assert not (machine.clone / ".venv").exists()


def test_a_python_without_venv_is_passed_over_for_one_with_it(machine: Machine) -> None:
    machine.add(machine.programs / "python3.13", fake_python(lacks_venv=1))
    machine.add(machine.programs / "python3.12", fake_python())
    done = machine.set_up()
    assert done.returncode == 0
    assert f"({machine.programs / 'python3.12'})" in done.stderr


def test_if_only_venv_is_missing_it_names_the_package_that_brings_it(machine: Machine) -> None:
    machine.add(machine.programs / "python3.13", fake_python(lacks_venv=1))
    done = machine.set_up()
    assert done.returncode == 1
    assert "sudo apt install python3.13-venv" in done.stderr


def test_without_a_compiler_nothing_is_installed(machine: Machine) -> None:
    (machine.programs / "gcc").unlink()
    machine.add(machine.programs / "python3.13", fake_python())
    done = machine.set_up()
    assert done.returncode == 1
    assert done.stderr.startswith("error: no C compiler")
    assert "apt install gcc" in done.stderr
    assert machine.installations == 0


def test_a_gmsh_that_does_not_load_is_answered_with_the_libraries_to_install(machine: Machine) -> None:
    broken = "echo 'OSError: libGLU.so.1: cannot open shared object file' >&2; exit 1"
    machine.add(machine.programs / "python3.13", fake_python(import_gmsh=broken))
    done = machine.set_up()
    assert done.returncode == 1
    assert "gmsh does not load: OSError: libGLU.so.1" in done.stderr
    assert "libglu1-mesa" in done.stderr
    # It is not taken for finished: the next run looks again.
    assert machine.set_up().returncode == 1


@pytest.fixture(scope="module")
def settings(repository: Path) -> dict[str, Any]:
    return tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_folder_of_the_package_is_installed(repository: Path, settings: dict[str, Any]) -> None:
    folders = {
        path.parent
        for top in TOP_FOLDERS
        for suffix in ("py", "toml", "csv", "html")
        for path in (repository / top).rglob(f"*.{suffix}")
        if not any(part.startswith((".", "__pycache__")) for part in path.relative_to(repository).parts)
    }
    expected = {
        ".".join(
            ["chemomech", *[part for part in folder.relative_to(repository).parts if part != "chemomech"]]
        ): str(folder.relative_to(repository))
        for folder in folders
    }
    mapped = settings["tool"]["setuptools"]["package-dir"]
    assert sorted(expected) == settings["tool"]["setuptools"]["packages"]
    # Folders below the top ones are found from these.
    assert mapped == {name: folder for name, folder in expected.items() if "/" not in folder}


def test_data_of_every_kind_that_the_package_holds_is_installed(
    repository: Path, settings: dict[str, Any]
) -> None:
    patterns = settings["tool"]["setuptools"]["package-data"]["*"]
    suffixes = {
        path.suffix
        for top in TOP_FOLDERS
        for path in (repository / top).rglob("*")
        if path.is_file()
        and not any(part.startswith((".", "__pycache__")) for part in path.relative_to(repository).parts)
    }
    assert suffixes - {".py"} <= {pattern.removeprefix("*") for pattern in patterns}


def test_git_ignores_what_runs_leave_behind_and_nothing_of_the_package(
    repository: Path, tmp_path: Path
) -> None:
    shutil.copy(repository / ".gitignore", tmp_path)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    files = [
        str(path.relative_to(repository))
        for top in (*TOP_FOLDERS, "tests", "tools")
        for path in (repository / top).rglob("*")
        if path.suffix in (".py", ".toml", ".csv", ".html", ".sh")
    ]
    left_behind = ["results/fast-charge-5C/summary.json", ".venv/bin/python", "build/types/x.py"]
    asked = subprocess.run(
        ["git", "-C", str(tmp_path), "check-ignore", "--no-index", "--stdin"],
        input="\n".join([*files, *left_behind]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.stdout.splitlines() == left_behind


# What comes with FEniCSx, from the wheel or from conda; its form compiler builds with the last three.
WITH_FENICSX = {"basix", "dolfinx", "dolfinx_solver", "ffcx", "mpi4py", "petsc4py", "ufl"}
WITH_FENICSX |= {"cffi", "distutils", "setuptools"}

# Packages that are imported by another name than they are installed by.
INSTALLED_AS = {
    "PIL": "pillow",
    "imageio_ffmpeg": "imageio-ffmpeg",
    "skimage": "scikit-image",
    "tomli_w": "tomli-w",
    "vtkmodules": "pyvista",
}


def test_what_the_package_imports_is_what_it_asks_for(repository: Path, settings: dict[str, Any]) -> None:
    trees = [
        ast.parse(path.read_text(encoding="utf-8"))
        for top in TOP_FOLDERS
        for path in (repository / top).rglob("*.py")
    ]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {
        node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and node.level == 0
    }
    tops = {name.split(".")[0] for name in names} - sys.stdlib_module_names - WITH_FENICSX
    # mpl_toolkits is a part of matplotlib; _typeshed exists for type checkers only.
    tops -= {"chemomech", "mpl_toolkits", "_typeshed"}
    project = settings["project"]
    # Optional packages are imported inside the functions that need them.
    asked = [*project["dependencies"], *project["optional-dependencies"]["pybamm"]]
    for extra in ("sensitivity", "app", "data", "fit"):
        asked += project["optional-dependencies"][extra]
    declared = {re.split(r"[<>=\[]", text)[0] for text in asked}
    assert {INSTALLED_AS.get(top, top) for top in tops} <= declared


def test_the_binaries_are_pinned_and_fenicsx_stays_optional(settings: dict[str, Any]) -> None:
    project = settings["project"]
    assert "gmsh==4.15.2" in project["dependencies"]
    assert project["optional-dependencies"]["fenicsx"] == ["dolfinx-solver-real==0.11.0.post0"]
    assert not [name for name in project["dependencies"] if "dolfinx" in name]


@pytest.fixture
def make(repository: Path) -> Callable[..., str]:
    program = shutil.which("make")
    assert program, "make is not installed"

    def dry_run(*arguments: str) -> str:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        done = subprocess.run(
            [program, "-n", *arguments],
            cwd=repository,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    return dry_run


def test_the_demo_sets_up_and_runs_the_main_job_on_two_ranks(make: Callable[..., str]) -> None:
    lines = make("demo", "RANKS=2").splitlines()
    assert lines[0] == "bash tools/setup.sh"
    assert lines[1] == (
        ".venv/bin/mpiexec -n 2 .venv/bin/chemomech run fast-charge-5C --out results/fast-charge-5C"
    )


@pytest.mark.parametrize("target", ["setup", "demo", "test", "check", "docs", "bench"])
def test_every_target_starts_from_the_set_up(make: Callable[..., str], target: str) -> None:
    assert make(target).splitlines()[0] == "bash tools/setup.sh"


def test_programs_named_in_the_makefile_exist(repository: Path) -> None:
    for word in (repository / "Makefile").read_text(encoding="utf-8").split():
        if word.startswith("tools/"):
            assert (repository / word).is_file(), word


def test_scripts_may_be_executed(repository: Path) -> None:
    for name in ("tools/setup.sh", ".ci/run"):
        assert os.access(repository / name, os.X_OK), name
