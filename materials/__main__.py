"""``python -m chemomech.materials`` prints the page ``docs/materials.md``."""

import sys

from chemomech.materials.catalogue import catalogue

sys.stdout.write(catalogue())
