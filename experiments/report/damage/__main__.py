"""``python -m chemomech.experiments.report.damage RESULT`` prints the classes of severity by depth."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from chemomech.errors import InputError
from chemomech.experiments.report.damage.severity import LIMITS, SeverityLimits
from chemomech.experiments.report.damage.shares import WINDOW
from chemomech.experiments.report.damage.table import depth_table, shown_cycles
from chemomech.solver.results import Result


def main(arguments: list[str]) -> int:
    """Print the table; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m chemomech.experiments.report.damage", description=__doc__
    )
    parser.add_argument("result", type=Path, help="folder of a result with surface cracks")
    parser.add_argument("--cycles", help="numbers, as in 10,50; first, 10, 50 and last if left out")
    parser.add_argument("--mild", type=float, default=LIMITS.mild, help="a/R above which damage is mild")
    parser.add_argument("--severe", type=float, default=LIMITS.severe, help="a/R above which it is severe")
    parser.add_argument("--window", type=float, default=WINDOW * 1e6, help="height of a window [um]")
    given = parser.parse_args(arguments)
    try:
        limits = SeverityLimits(given.mild, given.severe)
        with Result.open(given.result) as result:
            dataset = result.dataset
            cycles = shown_cycles(dataset) if given.cycles is None else _numbers(given.cycles)
            print(depth_table(dataset, cycles, limits, given.window * 1e-6))
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"--cycles {text!r} are no numbers; give them as in 10,50.") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
