"""Run a case and die when one dataset of fields has been written and the next has not.

Run as ``python killed_while_writing.py CASE OUT WRITTEN``; WRITTEN counts the datasets over all times.
"""

from __future__ import annotations

import os
import signal
import sys

import chemomech
from chemomech.solver.output import fields as field_writer


def main(case: str, out: str, written: str) -> None:
    """Run until so many have been written."""
    write = field_writer._Output.write
    left = int(written)

    def write_or_die(output: field_writer._Output, time: float) -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        write(output, time)

    field_writer._Output.write = write_or_die  # type: ignore[method-assign]
    chemomech.run(chemomech.Case.from_toml(case), out=out, progress=False, report=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
