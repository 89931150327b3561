"""Check the types of the package with mypy.

The folders of the package stand at the top of the repository and only ``pyproject.toml`` says that they form
one package, which mypy cannot know. It is shown a tree of links in which they do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TREE = ROOT / "build" / "types"


def main() -> int:
    """Link the folders into one package, run mypy on it, and return mypy's exit code."""
    folders = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-dir"]
    shutil.rmtree(TREE, ignore_errors=True)
    package = TREE / "chemomech"
    package.mkdir(parents=True)
    for source in sorted((ROOT / "chemomech").iterdir()):
        if source.suffix == ".py" or (source / "__init__.py").is_file():
            (package / source.name).symlink_to(source)
    links = {}
    for name, folder in folders.items():
        parts = name.split(".")[1:]
        if len(parts) == 1:
            (package / parts[0]).symlink_to(ROOT / folder)
            links[f"chemomech/{parts[0]}/"] = f"{folder}/"
    environment = os.environ | {"MYPYPATH": str(TREE)}
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), "-p", "chemomech"]
    outcome = subprocess.run(command, cwd=TREE, env=environment, capture_output=True, text=True, check=False)
    text = outcome.stdout + outcome.stderr
    for linked, real in links.items():
        text = text.replace(linked, real)
    print(text, end="")
    return outcome.returncode


if __name__ == "__main__":
    sys.exit(main())
