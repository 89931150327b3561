"""Processes that share the drawing of figures: whatever they do, each figure is drawn."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from support.synthetic_result import write_synthetic_result

from chemomech.experiments.drawing import helpers as sharing
from chemomech.experiments.drawing.helpers import Helper, draw_shared, helpers, spare_helpers
from chemomech.experiments.report.figures import write_figures
from chemomech.solver.results import Result

NAMES = [f"figure-{k}" for k in range(8)]

WORKING = """
import sys
from pathlib import Path
from chemomech.experiments.drawing.helpers import serve
def draw(folder, name):
    print("libraries print")
    (folder / "helped" / name).write_text("drawn")
serve(draw)
"""
FAILING = WORKING.replace("    (folder", "    raise ValueError(name)\n    (folder")
DYING = WORKING.replace("    (folder", "    sys.exit(3)\n    (folder")
MUTE = "import time; time.sleep(60)"
HANGING = WORKING.replace("    (folder", "    import time; time.sleep(60)\n    (folder")


@contextmanager
def helping(program: str) -> Iterator[Helper]:
    with closing(Helper((sys.executable, "-c", program))) as helper:
        yield helper


def drawn(folder: Path, helper: Helper, pause: float = 0.0) -> tuple[list[str], list[str]]:
    """Names of the figures that were drawn here, and those that the helper has drawn."""
    (folder / "helped").mkdir()
    here: list[str] = []

    def draw(name: str) -> None:
        time.sleep(pause)
        here.append(name)

    draw_shared(folder, NAMES, draw, [helper])
    return here, sorted(path.name for path in (folder / "helped").iterdir())


def test_each_figure_is_drawn_once_here_or_there(tmp_path: Path) -> None:
    with helping(WORKING) as helper:
        here, there = drawn(tmp_path, helper, pause=0.5)
    assert sorted(here + there) == NAMES
    assert here[0] == NAMES[0]
    assert NAMES[-1] in there


@pytest.mark.parametrize("program", [FAILING, DYING, "", "import chemomech.no_such_module"])
def test_what_a_helper_does_not_draw_is_drawn_here(tmp_path: Path, program: str) -> None:
    with helping(program) as helper:
        here, there = drawn(tmp_path, helper, pause=0.2)
    assert sorted(here) == NAMES
    assert there == []


@pytest.mark.parametrize("program", [MUTE, HANGING])
def test_a_helper_that_does_not_answer_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(sharing, "PATIENCE", 0.5)
    with helping(program) as helper:
        here, there = drawn(tmp_path, helper, pause=0.2)
    assert sorted(here) == NAMES
    assert there == []


def test_what_goes_wrong_here_passes_through(tmp_path: Path) -> None:
    def draw(name: str) -> None:
        raise OSError(28, "No space left on device")

    with helping(MUTE) as helper, pytest.raises(OSError, match="No space"):
        draw_shared(tmp_path, NAMES, draw, [helper])


def test_a_helper_belongs_to_no_mpi_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("PMI_RANK", "PMI_FD", "OMPI_COMM_WORLD_RANK", "PMIX_RANK", "HYDI_CONTROL_FD"):
        monkeypatch.setenv(variable, "1")
    program = "import os; print('ready' if not any('RANK' in k or 'FD' in k for k in os.environ) else 'no')"
    with helping(program) as helper:
        assert helper.wait_until_ready()
    check = (
        "import chemomech.experiments.report.figures.__main__; import mpi4py.MPI as M;"
        "print(M.Is_initialized())"
    )
    environment = {**os.environ, "MPI4PY_RC_INITIALIZE": "false"}
    done = subprocess.run([sys.executable, "-c", check], env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


def test_a_helper_draws_the_pictures_that_are_drawn_here(tmp_path: Path) -> None:
    pictures = []
    for name, count in (("alone", 0), ("helped", 1)):
        with Result.open(write_synthetic_result(tmp_path / name)) as result, helpers(count) as started:
            assert all(helper.wait_until_ready() for helper in started)
            ready = [_Ready(helper) for helper in started]
            written = write_figures(result, ready)  # type: ignore[arg-type]
            pictures.append({path.name: path.read_bytes() for path in written})
            assert all(helper.count > 0 for helper in ready)
    assert len(pictures[0]) > 5
    assert pictures[0] == pictures[1]


class _Ready:
    """A helper that is ready already, and counts."""

    def __init__(self, helper: Helper) -> None:
        self._helper, self.is_ready, self.count = helper, True, 0

    def wait_until_ready(self) -> bool:
        return True

    def draw(self, result: Path, name: str) -> bool:
        self.count += self._helper.draw(result, name)
        return True

    def end(self) -> None:
        self._helper.end()


@pytest.mark.parametrize(
    ("number", "load", "ranks", "expected"),
    [(2, 1.0, 1, 1), (2, 0.2, 1, 1), (2, 2.0, 2, 1), (2, 2.9, 1, 0), (1, 1.0, 1, 0), (64, 8.0, 8, 3)],
)
def test_helpers_take_cores_that_nobody_uses(
    monkeypatch: pytest.MonkeyPatch, number: int, load: float, ranks: int, expected: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(number)), raising=False)
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))
    assert spare_helpers(ranks) == expected


def test_a_machine_that_starts_no_more_processes_draws_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", none)
    with helpers(2) as started:
        assert started == []
