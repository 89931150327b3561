"""A script in cells (percent format) as a page: its text, its code, and what the code prints and draws.

A cell that starts with ``# %% [markdown]`` is text, one with ``# %%`` is code; the docstring of the script
is the start of the page. Run as a script it executes another one in this process:

python tools/pages/cells.py SCRIPT OUTPUTS.json ARGUMENTS...
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MARK = re.compile(r"^# %%(?P<text> \[markdown\])?$", re.MULTILINE)
PICTURE = re.compile(r"(!\[[^]]*\]\()(?P<name>[^)/]+\.png)\)")


@dataclass(frozen=True)
class Cell:
    """A part of a script.

    Attributes:
        text: whether it is text, else code.
        body: without its mark; of text without the signs of a comment.
    """

    text: bool
    body: str


def cells_of(source: str) -> list[Cell]:
    """Part a script into cells, its docstring first."""
    docstring = ast.get_docstring(ast.parse(source))
    # The first line is a sentence in the script and a heading on the page.
    cells = [Cell(True, re.sub(r"\A(# .*)\.$", r"\1", docstring, flags=re.M))] if docstring else []
    marks = list(MARK.finditer(source))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        body = source[mark.end() : following.start() if following else None].strip("\n")
        if mark["text"]:
            body = "\n".join(line.removeprefix("#").removeprefix(" ") for line in body.splitlines())
        cells.append(Cell(bool(mark["text"]), body))
    return cells


def execute(script: Path, arguments: list[str]) -> list[str]:
    """Run the code of a script cell by cell in one namespace; return what each cell prints.

    The exception of a cell that fails is that of the call.
    """
    namespace: dict[str, Any] = {"__name__": "__main__", "__file__": str(script)}
    sys.argv = [str(script), *arguments]
    printed = []
    for cell in cells_of(script.read_text(encoding="utf-8")):
        out = io.StringIO()
        if not cell.text:
            with contextlib.redirect_stdout(out):
                exec(compile(cell.body, str(script), "exec"), namespace)
        printed.append(out.getvalue())
    return printed


def run_script(script: Path, outputs: Path, arguments: list[str]) -> None:
    """Execute a script in a process of its own and keep what its cells print.

    Raises:
        SystemExit: with what the process said, if it fails.
    """
    command = [sys.executable, __file__, str(script), str(outputs), *arguments]
    environment = os.environ | {"MPLBACKEND": "Agg"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{script} failed:\n{done.stdout}{done.stderr}")


def page_of(script: Path, printed: list[str], pictures: str) -> str:
    """The page in Markdown.

    Args:
        script: in cells.
        printed: what each cell prints, as ``execute`` gives it.
        pictures: where the page finds the pictures that the script writes.
    """
    parts = []
    for cell, out in zip(cells_of(script.read_text(encoding="utf-8")), printed, strict=True):
        if cell.text:
            parts.append(PICTURE.sub(rf"\1{pictures}/\g<name>)", cell.body))
            continue
        parts.append(f"```python\n{cell.body}\n```")
        if out.strip():
            parts.append(f"```text\n{out.rstrip()}\n```")
    return "\n\n".join(parts) + "\n"


def pictures_of(script: Path) -> list[str]:
    """Names of the pictures that the text of a script shows."""
    cells = cells_of(script.read_text(encoding="utf-8"))
    return [found["name"] for cell in cells if cell.text for found in PICTURE.finditer(cell.body)]


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(execute(Path(sys.argv[1]), sys.argv[3:])), encoding="utf-8")
