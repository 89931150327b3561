"""The tree: no import circle, layers within the solver and the experiments, no file too long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from support.imports import imported

from chemomech.solver.cell.build import LINEAR_SOLVERS
from chemomech.solver.cell.coupling import COUPLINGS
from chemomech.solver.cell.numerics import COUPLING_NAMES, LINEAR_SOLVER_NAMES

TOP = ("chemomech", "materials", "geometry", "solver", "experiments", "validation")
LONGEST = 400
MOST_ENTRIES = 8

SOLVER = ("stepping", "results", "physics", "algebra", "cell", "output", "effective")
"""Each may import those before it. Effective properties stand apart: they use the algebra alone."""

EXPERIMENTS = ("case", "models", "drawing", "scenes", "measured", "report", "studies", "fitting")

type Graph = Mapping[str, set[str]]


def modules(repository: Path) -> dict[str, Path]:
    """Every module of the package by its full name."""
    named = {}
    for top in TOP:
        for path in (repository / top).rglob("*.py"):
            parts = list(path.relative_to(repository).with_suffix("").parts)
            parts = parts if parts[0] == "chemomech" else ["chemomech", *parts]
            named[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return named


def imports(source: str, name: str, is_package: bool, known: Mapping[str, Path]) -> Iterator[str]:
    """Modules of ours that a source imports, wherever in it, for type checkers too."""
    # The dots of a relative import count from the file, which in a package is one below it.
    for full in imported(source, f"{name}.__init__" if is_package else name):
        if full in known:
            yield full
        elif (base := full.rpartition(".")[0]) in known:
            yield base


def graph(repository: Path) -> Graph:
    known = modules(repository)
    return {
        name: set(imports(path.read_text(encoding="utf-8"), name, path.name == "__init__.py", known)) - {name}
        for name, path in known.items()
    }


def circles(edges: Graph) -> list[list[str]]:
    """What is left when modules that import nothing that is left are taken away, again and again."""
    left = {name: set(targets) for name, targets in edges.items()}
    while True:
        done = {name for name, targets in left.items() if not targets & left.keys()}
        if not done:
            return [sorted(left)] if left else []
        for name in done:
            del left[name]


@pytest.fixture(scope="module")
def edges(repository: Path) -> Graph:
    return graph(repository)


def test_no_module_is_in_a_circle_of_imports(edges: Graph) -> None:
    assert len(edges) > 400
    assert circles(edges) == []


def test_a_circle_is_found_also_through_a_relative_import_and_one_for_type_checkers() -> None:
    known = {name: Path() for name in ("chemomech.a", "chemomech.a.b", "chemomech.a.c", "chemomech.d")}
    sources = {
        "chemomech.a": ("from .b import x", True),
        "chemomech.a.b": ("if TYPE_CHECKING:\n    from . import c", False),
        "chemomech.a.c": ("def f():\n    import chemomech.a.b", False),
        "chemomech.d": ("import chemomech.a", False),
    }
    found = {name: set(imports(text, name, package, known)) for name, (text, package) in sources.items()}
    # The two in the circle, and those that lead into it.
    assert circles(found) == [sorted(sources)]
    del found["chemomech.a.c"]
    assert circles(found) == []


@pytest.mark.parametrize(("top", "layers"), [("solver", SOLVER), ("experiments", EXPERIMENTS)])
def test_rooms_import_only_from_those_below(edges: Graph, top: str, layers: tuple[str, ...]) -> None:
    rank = {f"chemomech.{top}.{room}": number for number, room in enumerate(layers)}

    def room_of(name: str) -> int | None:
        return rank.get(".".join(name.split(".")[:3]))

    upward = [
        (name, target)
        for name, targets in edges.items()
        for target in targets
        if (own := room_of(name)) is not None and (other := room_of(target)) is not None and other > own
    ]
    assert upward == []
    assert {room_of(name) for name in edges} >= set(range(len(layers)))


def test_names_of_couplings_and_linear_solvers_are_those_that_there_are() -> None:
    assert tuple(COUPLINGS) == COUPLING_NAMES
    assert tuple(LINEAR_SOLVERS) == LINEAR_SOLVER_NAMES


def test_stepping_knows_no_mesh(repository: Path) -> None:
    for path in (repository / "solver" / "stepping").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not any(word in text for word in ("dolfinx", "petsc4py", "import ufl", "mpi4py")), path


def test_the_solver_has_few_entries_at_its_root(repository: Path) -> None:
    entries = [path.name for path in (repository / "solver").iterdir() if path.name != "__pycache__"]
    assert len(entries) <= MOST_ENTRIES, sorted(entries)


def test_no_file_is_longer_than_it_can_be_read(repository: Path) -> None:
    folders = (*TOP, "tests", "tools", "examples")
    long = {
        str(path.relative_to(repository)): count
        for top in folders
        for path in (repository / top).rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}
