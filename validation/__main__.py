"""``python -m chemomech.validation SCOREBOARD DOCUMENT`` writes a scoreboard into its documentation page."""

from __future__ import annotations

import sys
from pathlib import Path

from chemomech.errors import InputError
from chemomech.validation.document import write_document


def main(arguments: list[str]) -> int:
    """Write the page; returns the exit code."""
    if len(arguments) != 2:
        print("usage: python -m chemomech.validation SCOREBOARD DOCUMENT", file=sys.stderr)
        return 2
    try:
        write_document(Path(arguments[0]), Path(arguments[1]))
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
