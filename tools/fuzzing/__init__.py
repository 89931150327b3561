"""Inputs for ``tools/fuzz.py``: a file for each sort of thing that people hand over."""
