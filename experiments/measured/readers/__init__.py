"""Readers of files of cyclers, one a kind of file; each hands over headers and columns."""

from chemomech.experiments.measured.readers.registry import read_table
from chemomech.experiments.measured.readers.table import Table

__all__ = ["Table", "read_table"]
