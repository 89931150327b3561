"""Try inputs as people write them, wrong on purpose, in this process and without solving.

    python tools/fuzz.py [--count N] [--seed S] [--only KIND[,KIND]] [--one KIND:NUMBER]

Counts what ends in anything but a sentence, what is nonsense by construction and is accepted, and what makes
sense and is refused; prints how to repeat each, and ends with 1 if there is any.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

sys.path.insert(0, str(Path(__file__).resolve().parent))
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")

from fuzzing.cases import Assignments, Cases, CommandLines, Protocols
from fuzzing.geometry import Layouts, Stacks
from fuzzing.meshes import Meshes, Wirings
from fuzzing.places import Places
from fuzzing.results import Bpx, Fields, Results
from fuzzing.studies import Studies
from fuzzing.trial import NONSENSE, SENSE, Maker, Trial

import chemomech.fenicsx_first  # noqa: F401
from chemomech import cli, failures
from chemomech.errors import InputError

MAKERS: Sequence[tuple[Maker, int]] = (
    (Cases(), 6),
    (Protocols(), 4),
    (Assignments(), 5),
    (CommandLines(), 4),
    (Studies(), 4),
    (Layouts(), 5),
    (Stacks(), 5),
    (Bpx(), 4),
    (Wirings(), 2),
    (Results(), 2),
    (Fields(), 1),
    (Meshes(), 1),
    (Places(), 4),
)
"""What is tried, and how often of 47."""

PATIENCE = 20
"""Longest time that an input may take [s]."""

MEMORY = 12e9
"""Address space of the process [B]: what takes more is an input that was not refused in time."""


class Accepted(BaseException):
    """The input would be solved, meshed or run now."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with the answer to an input."""

    kind: str
    repeat: str
    note: str
    said: str


@contextlib.contextmanager
def without_solving() -> Iterator[None]:
    """Stop where time would be spent: in the models, the mesher, and the runner of studies."""
    from chemomech.experiments.case import particle_shapes
    from chemomech.experiments.models.homogenised.model import HomogenisedModel
    from chemomech.experiments.models.radial.model import RadialModel
    from chemomech.experiments.models.resolved.model import ResolvedModel
    from chemomech.experiments.studies import runner as studies
    from chemomech.solver import effective

    def accept(*_: Any, **__: Any) -> Any:
        raise Accepted

    places = [(model, "solve") for model in (ResolvedModel, RadialModel, HomogenisedModel)]
    places += [(mesher, "mesh") for mesher in (particle_shapes.SphereMesher, particle_shapes.ShapeMesher)]
    places += [(studies, "_run"), (effective, "tortuosity_factors"), (effective, "effective_conductivity")]
    places += [(effective, "effective_elasticity")]
    before = [(place, name, getattr(place, name)) for place, name in places]
    for place, name, old in before:
        stand_in = lambda *a, **k: accept()  # noqa: E731
        stand_in.unpatched = old  # type: ignore[attr-defined]
        setattr(place, name, stand_in)
    try:
        yield
    finally:
        for place, name, old in before:
            setattr(place, name, old)


def answer(trial: Trial) -> tuple[str, str]:
    """Return ``accepted``, ``refused`` or ``exception``, and what was said."""
    told, out = io.StringIO(), io.StringIO()
    held: list[str] = []
    failures.keep_traceback = lambda error, folder=None: held.append(  # type: ignore[assignment]
        "".join(traceback.format_exception(error))
    )
    try:
        with contextlib.redirect_stderr(told), contextlib.redirect_stdout(out), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if trial.call is not None:
                trial.call()
                return "accepted", ""
            code = cli.main(trial.words)
    except Accepted:
        return "accepted", ""
    except InputError as error:
        return _sentence(f"error: {error}\n")
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return "exception", "".join(traceback.format_exception(error))
    if held:
        return "exception", held[0]
    if code == 0:
        return "accepted", told.getvalue()
    return _sentence("".join(line for line in told.getvalue().splitlines(True) if "arning" not in line))


def _sentence(said: str) -> tuple[str, str]:
    line = said.rstrip("\n")
    good = line.startswith("error: ") and line.endswith(".") and "\n" not in line and len(line) < 2000
    # The answer to a command without its words is its help.
    return ("refused" if good or said.startswith("Usage:") else "exception"), said


def judged(trial: Trial, repeat: str) -> Fault | None:
    """Return what is wrong with the answer to an input; None where it is right."""
    kind, said = answer(trial)
    if kind == "exception":
        return Fault("no sentence", repeat, trial.note, said)
    if kind == "accepted" and trial.verdict == NONSENSE:
        return Fault("nonsense accepted", repeat, trial.note, said)
    if kind == "refused" and trial.verdict == SENSE:
        return Fault("sense refused", repeat, trial.note, said)
    return None


def run(
    count: int, seed: int, only: Sequence[str] = (), first: int = 0, trace: TextIO | None = None
) -> tuple[Counter[str], list[Fault]]:
    """Try inputs.

    Args:
        count: how many.
        seed: the same seed and number give the same input.
        only: names of kinds; all if none.
        first: number of the first.
        trace: gets what is tried before it is, for inputs that end the process.

    Returns:
        How many of each kind were tried, and what was wrong.
    """
    chosen = [maker for maker, weight in MAKERS for _ in range(weight) if not only or maker.name in only]
    tried: Counter[str] = Counter()
    faults = []
    top = Path(tempfile.mkdtemp(prefix="fuzz-"))
    here = Path.cwd()

    def too_slow(*_: Any) -> None:
        raise TimeoutError(f"no answer within {PATIENCE} s")

    before = signal.signal(signal.SIGALRM, too_slow)
    try:
        with without_solving():
            for number in range(first, first + count):
                maker = chosen[number % len(chosen)]
                folder = top / "input"
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                os.chdir(folder)
                if trace is not None:
                    trace.write(f"--seed {seed} --one {maker.name}:{number}\n")
                    trace.flush()
                trial = maker.make(random.Random(f"{seed}/{maker.name}/{number}"), folder)
                tried[maker.name] += 1
                signal.alarm(PATIENCE)
                fault = judged(trial, f"--seed {seed} --one {maker.name}:{number}")
                signal.alarm(0)
                if fault is not None:
                    faults.append(fault)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        os.chdir(here)
        shutil.rmtree(top, ignore_errors=True)
    return tried, faults


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=1500, help="inputs to try (1500)")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers (1)")
    parser.add_argument("--only", default="", help=f"kinds: {', '.join(maker.name for maker, _ in MAKERS)}")
    parser.add_argument(
        "--trace", type=Path, help="file that names the input at work, should the process end"
    )
    parser.add_argument("--one", metavar="KIND:NUMBER", help="repeat one input and print the answer")
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (int(MEMORY), hard))
    only = [name for name in options.only.split(",") if name]
    started = time.monotonic()
    if options.one:
        name, _, number = options.one.partition(":")
        tried, faults = run(1, options.seed, [name], int(number))
    else:
        with contextlib.ExitStack() as stack:
            trace = None if options.trace is None else stack.enter_context(options.trace.open("w"))
            tried, faults = run(options.count, options.seed, only, trace=trace)
    kinds = Counter(fault.kind for fault in faults)
    for fault in faults:
        said = fault.said.strip().splitlines()
        print(f"{fault.kind}: {fault.note!r}\n    {fault.repeat}\n    {' | '.join(said[-1:])[:300]}")
        if options.one:
            print(fault.said)
    spent = time.monotonic() - started
    print(f"seed {options.seed}: {sum(tried.values())} inputs in {spent:.0f} s ({dict(tried)})")
    print(
        ", ".join(f"{kind} {kinds[kind]}" for kind in ("no sentence", "nonsense accepted", "sense refused"))
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
