"""Run a case and die when so many files of fields have been written and the next one half.

Run as ``python killed_while_writing.py CASE OUT WRITTEN``.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import chemomech
from chemomech.solver.output import field_files
from chemomech.solver.results.folder import replacing


def main(case: str, out: str, written: str) -> None:
    """Run until so many have been written."""
    put = field_files._put
    left = int(written)

    def put_or_die(path: Path, content: bytes) -> None:
        nonlocal left
        if left == 0:
            with replacing(path) as temporary:
                temporary.write_bytes(content[: len(content) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        put(path, content)

    field_files._put = put_or_die
    chemomech.run(chemomech.Case.from_toml(case), out=out, progress=False, report=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
