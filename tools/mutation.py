"""Mutation tests: change the source a little, again and again, and see whether the tests notice.

    python tools/mutation.py                         # every target of tools/mutation_targets.toml
    python tools/mutation.py materials/laws          # one target, or files of one
    python tools/mutation.py --sample 200 --seed 1   # that many mutants of each target, drawn with that seed

A mutant is killed when one of the tests of its target fails, and survives when all pass. Each one runs in a
process of its own, forked from one that has NumPy, FEniCSx and pytest loaded already but nothing of ours; the
changed module exists in the memory of that process only. First the tests run unchanged, and it is noted which
of them execute which lines: a mutant meets these, the quickest first, and the other tests of their files.

Printed are, for each file, the mutants killed, survived and timed out (a mutant that hangs is noticed, too),
and every survivor. Mutants that change nothing that could be seen are listed with the reason in
tools/mutation_equivalents.toml and leave the count; an entry that is no longer needed is an error, and so is
a share killed below BAR in any target.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
import tomllib
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

from mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parent.parent
TARGETS = ROOT / "tools" / "mutation_targets.toml"
EQUIVALENTS = ROOT / "tools" / "mutation_equivalents.toml"
BAR = 0.90
"""Least share of the mutants of a target that the tests must kill."""

HEAVY = ("h5py", "dolfinx_solver", "numpy", "scipy.optimize", "scipy.interpolate", "xarray", "pint",
         "ufl", "dolfinx.fem.petsc", "dolfinx.mesh", "edt", "skimage.measure", "tifffile",
         "rich.console")  # fmt: skip
"""What the tests import of others: loaded once. Nothing here loads anything of ours."""

PYTEST = ("-x", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=line", "-W", "ignore")
PATIENCE = 30.0, 8.0
"""Longest run of a mutant: so many seconds, and so many times what its tests take unchanged."""
FLAGS = "-O1 -g0"
"""For the C compiler: kernels of a mutant run once, and are compiled the quicker."""


@dataclass(frozen=True)
class Target:
    """Files that are changed, and the tests that have to notice."""

    name: str
    files: tuple[str, ...]
    tests: tuple[str, ...]


@dataclass
class Coverage:
    """What the tests of a target do when nothing is changed.

    Attributes:
        seconds: Duration of each test.
        lines: By test, the lines of each file that it executes.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[str, set[int]]] = field(default_factory=dict)

    def tests_for(self, mutant: Mutant) -> list[str]:
        """Tests that execute the line of a mutant, the quickest first, then the rest of their files.

        A line that runs when the module is loaded belongs to every test that uses the module.
        """
        direct = [test for test, files in self.lines.items() if mutant.line in files.get(mutant.path, ())]
        direct = direct or [test for test, files in self.lines.items() if files.get(mutant.path)]
        direct = direct or list(self.seconds)
        direct.sort(key=lambda test: self.seconds[test])
        files = {test.split("::")[0] for test in direct}
        rest = [test for test in self.seconds if test.split("::")[0] in files and test not in set(direct)]
        return direct + sorted(rest, key=lambda test: self.seconds[test])


def targets() -> list[Target]:
    """The targets of the file, with their folders spelt out."""
    listed = []
    for name, entry in tomllib.loads(TARGETS.read_text(encoding="utf-8")).items():
        path = ROOT / name
        files = sorted(path.glob("**/*.py")) if path.is_dir() else [path]
        if not all(file.is_file() for file in files) or not files:
            raise SystemExit(f"{TARGETS.name}: {name} is no file or folder with files")
        tests = []
        for pattern in entry["tests"]:
            matched = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(pattern))
            if not matched:
                raise SystemExit(f"{TARGETS.name}: {name}: there is no {pattern}")
            tests += matched
        listed.append(Target(name, tuple(str(f.relative_to(ROOT)) for f in files), tuple(tests)))
    return listed


def equivalents() -> dict[str, str]:
    """Reason by name of each mutant that changes nothing."""
    if not EQUIVALENTS.exists():
        return {}
    entries = tomllib.loads(EQUIVALENTS.read_text(encoding="utf-8"))["equivalent"]
    return {name: entry["reason"] for entry in entries for name in entry["mutants"]}


class Recorder:
    """Pytest plugin that notes which lines of some files each test executes."""

    def __init__(self, files: Sequence[str]) -> None:
        self._files = {str(ROOT / file): file for file in files}
        self._test = ""
        self.coverage = Coverage()

    def start(self) -> None:
        """Note lines from now on."""
        events = sys.monitoring.events
        sys.monitoring.use_tool_id(sys.monitoring.COVERAGE_ID, "mutation")
        sys.monitoring.register_callback(sys.monitoring.COVERAGE_ID, events.LINE, self._line)
        sys.monitoring.set_events(sys.monitoring.COVERAGE_ID, events.LINE)

    def _line(self, code: CodeType, line: int) -> Any:
        file = self._files.get(code.co_filename)
        if file is not None and self._test:
            self.coverage.lines.setdefault(self._test, {}).setdefault(file, set()).add(line)
        return sys.monitoring.DISABLE

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins."""
        self._test = nodeid
        sys.monitoring.restart_events()

    def pytest_runtest_logreport(self, report: Any) -> None:
        """A part of a test has ended."""
        seconds = self.coverage.seconds.get(report.nodeid, 0.0)
        self.coverage.seconds[report.nodeid] = seconds + report.duration


class Chosen:
    """Pytest plugin that keeps some tests, in the order in which they are named."""

    def __init__(self, names: Sequence[str]) -> None:
        self._position = {name: position for position, name in enumerate(names)}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Keep and sort."""
        items[:] = [item for item in items if item.nodeid in self._position]
        items.sort(key=lambda item: self._position[item.nodeid])


def run_pytest(words: Sequence[str], plugin: object, log: Path) -> int:
    """Run pytest in this process, its output in a file; a child calls this, once."""
    import pytest

    os.setsid()
    with log.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.chdir(ROOT)
    # On two ranks a mutant would not be seen: it exists in this process only.
    return int(pytest.main([*PYTEST, "-m", "not mpi", *words], plugins=[plugin]))


def recorded(target: Target, scratch: Path) -> Coverage:
    """Run the tests of a target unchanged, in a child, and learn what they do."""
    outcome, log = scratch / "coverage.json", scratch / "unchanged.log"
    outcome.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        recorder = Recorder(target.files)
        recorder.start()
        status = run_pytest(target.tests, recorder, log)
        coverage = recorder.coverage
        lines = {t: {f: sorted(n) for f, n in files.items()} for t, files in coverage.lines.items()}
        outcome.write_text(json.dumps({"seconds": coverage.seconds, "lines": lines}))
        os._exit(status)
    _, status = os.waitpid(child, 0)
    if status != 0:
        print(log.read_text(), file=sys.stderr)
        raise SystemExit(f"{target.name}: its tests fail before anything is changed")
    coverage = json.loads(outcome.read_text())
    lines = {t: {f: set(n) for f, n in files.items()} for t, files in coverage["lines"].items()}
    return Coverage(coverage["seconds"], lines)


def become(mutant: Mutant) -> None:
    """Let this process load the changed module in place of the file."""
    changed = str(ROOT / mutant.path)
    original = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, fullname: str) -> CodeType | None:
        return mutant.code if loader.get_filename(fullname) == changed else original(loader, fullname)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]


@dataclass(frozen=True)
class Running:
    """A mutant whose tests are running."""

    mutant: Mutant
    deadline: float
    log: Path


def outcomes(
    todo: Sequence[Mutant], coverage: Coverage, workers: int, scratch: Path
) -> Iterator[tuple[Mutant, str]]:
    """Run the tests of each mutant; yields it with ``killed``, ``survived`` or ``timeout``."""
    waiting, running = list(reversed(todo)), {}
    while waiting or running:
        while waiting and len(running) < workers:
            mutant = waiting.pop()
            names = coverage.tests_for(mutant)
            limit = PATIENCE[0] + PATIENCE[1] * sum(coverage.seconds[name] for name in names)
            log = Path(tempfile.mkstemp(suffix=".log", dir=scratch)[1])
            child = os.fork()
            if child == 0:
                become(mutant)
                words = sorted({name.split("::")[0] for name in names})
                os._exit(run_pytest(words, Chosen(names), log))
            running[child] = Running(mutant, time.monotonic() + limit, log)
        child, status = os.waitpid(-1, os.WNOHANG)
        if child in running:
            one = running.pop(child)
            _end(child)
            one.log.unlink()
            yield one.mutant, "survived" if status == 0 else "killed"
            continue
        for child, one in list(running.items()):
            if time.monotonic() > one.deadline:
                del running[child]
                _end(child)
                os.waitpid(child, 0)
                one.log.unlink()
                yield one.mutant, "timeout"
        time.sleep(0.02)


def _end(child: int) -> None:
    """End a child and what it has started."""
    try:
        os.killpg(child, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def targets_of(words: Sequence[str]) -> list[Target]:
    """Targets that are named, or those parts of them that are."""
    if not words:
        return targets()
    selection, names = [], [word.rstrip("/") for word in words]
    for target in targets():
        if target.name in names:
            selection.append(target)
        elif files := tuple(file for file in target.files if file in names):
            selection.append(Target(target.name, files, target.tests))
    known = {file for target in selection for file in (target.name, *target.files)}
    if unknown := [name for name in names if name not in known]:
        raise SystemExit(f"no target has {unknown[0]!r}; targets: {', '.join(t.name for t in targets())}")
    return selection


def judge(target: Target, options: argparse.Namespace) -> tuple[dict[str, Counter[str]], set[str]]:
    """Run the mutants of a target: outcomes by file, and names of the equivalent mutants among them."""
    every = [m for file in target.files for m in mutants(file, (ROOT / file).read_text(encoding="utf-8"))]
    known = equivalents()
    todo = [mutant for mutant in every if mutant.name not in known]
    equivalent = [mutant for mutant in every if mutant.name in known]
    print(f"{target.name}: {len(every)} mutants, {len(equivalent)} of them equivalent", flush=True)
    if options.list:
        print("\n".join(f"  {mutant.name}" for mutant in every))
        return {}, {mutant.name for mutant in equivalent}
    coverage = recorded(target, options.scratch)
    print(f"  {len(coverage.seconds)} tests take {sum(coverage.seconds.values()):.0f} s", flush=True)
    if options.sample and options.sample < len(todo):
        todo = random.Random(options.seed).sample(todo, options.sample)
        print(f"  a sample of {len(todo)}, seed {options.seed}", flush=True)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    start = time.monotonic()
    for mutant, outcome in outcomes(todo, coverage, options.workers, options.scratch):
        counts[mutant.path][outcome] += 1
        if outcome == "survived":
            print(f"  survived: line {mutant.line}: {mutant.name}", flush=True)
    print(f"  {len(todo)} mutants took {time.monotonic() - start:.0f} s", flush=True)
    for mutant in equivalent:
        counts[mutant.path]["equivalent"] += 1
    return counts, {mutant.name for mutant in equivalent}


def share(count: Counter[str]) -> float:
    """Mutants noticed, among all that are not equivalent."""
    noticed = count["killed"] + count["timeout"]
    return noticed / max(noticed + count["survived"], 1)


def table(rows: Sequence[tuple[str, Counter[str]]]) -> str:
    """Outcomes by file."""
    lines = [f"{'':48}killed survived timeout equivalent  share"]
    for name, count in rows:
        lines.append(
            f"{name:48}{count['killed']:6d} {count['survived']:8d} {count['timeout']:7d} "
            f"{count['equivalent']:10d} {100 * share(count):5.1f} %"
        )
    return "\n".join(lines)


def load_what_is_heavy(scratch: Path) -> None:
    """Import what others have written, with settings for many short runs."""
    # Kernels of mutants fill a cache of their own, which goes.
    os.environ.update(
        OMP_NUM_THREADS="1", MPLBACKEND="Agg", XDG_CACHE_HOME=str(scratch / "cache"),
        CHEMOMECH_C_FLAGS=FLAGS, PYTHONDONTWRITEBYTECODE="1",
    )  # fmt: skip
    sys.dont_write_bytecode = True
    warnings.filterwarnings("ignore", message=".*multi-threaded, use of fork")
    for name in HEAVY:
        import_module(name)
    assert not [name for name in sys.modules if name.split(".")[0] == "chemomech"], "ours is loaded too early"


def options_of_the_command_line() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="targets or files of them; all if left out")
    parser.add_argument("--tests", nargs="+", help="test files in place of those of the targets")
    parser.add_argument("--sample", type=int, default=0, help="so many mutants of each target, at random")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--workers", type=int, default=1, help="processes side by side")
    parser.add_argument("--list", action="store_true", help="name the mutants and run nothing")
    return parser.parse_args()


def main() -> int:
    """Run what the command line asks for; returns 1 when a target is below the bar."""
    options = options_of_the_command_line()
    below, met, rows = [], set(), []
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix="mutation-", dir=ROOT / "build", ignore_cleanup_errors=True
    ) as scratch:
        options.scratch = Path(scratch)
        load_what_is_heavy(options.scratch)
        for target in targets_of(options.names):
            tests = tuple(options.tests or target.tests)
            counts, equivalent = judge(replace(target, tests=tests), options)
            met |= equivalent
            if counts:
                total: Counter[str] = sum(counts.values(), Counter())
                rows += [(file, counts[file]) for file in target.files if file in counts]
                rows.append((f"{target.name}, all", total))
                below += [target.name] if share(total) < BAR else []
    print("\n" + table(rows))
    stale = [] if options.names else sorted(set(equivalents()) - met)
    for entry in stale:
        print(f"no such mutant any more, but listed as equivalent: {entry}")
    for entry in below:
        print(f"below {100 * BAR:.0f} %: {entry}")
    return 1 if below or stale else 0


if __name__ == "__main__":
    sys.exit(main())
