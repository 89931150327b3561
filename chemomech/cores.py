"""Cores of the machine; a leaf, which every folder of the package may import."""

from __future__ import annotations

import os


def usable_cores() -> set[int]:
    """Numbers of the cores that this process may run on."""
    try:
        return os.sched_getaffinity(0)
    except AttributeError:  # macOS
        return set(range(os.cpu_count() or 1))
