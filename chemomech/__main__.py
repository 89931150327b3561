"""``python -m chemomech``: the command line."""

import sys

from chemomech.cli import main

if __name__ == "__main__":
    sys.exit(main())
