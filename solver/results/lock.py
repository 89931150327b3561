"""One process at a time in a folder: a lock that ends with its process, however that ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chemomech.errors import InputError


@contextmanager
def held(folder: Path, what: str) -> Iterator[None]:
    """Hold a folder within the block.

    The folder itself is locked, so that nothing is left in it, and what is killed leaves no lock behind. On a
    disk that knows no locks (some network disks) nothing is held.

    Args:
        folder: that exists.
        what: what it is, in words, such as ``"the folder"``.

    Raises:
        InputError: when another process holds it.
    """
    place = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                f"{what} {str(folder)!r} is being run by another process; wait for it or end it, or choose "
                "another folder with --out."
            ) from None
        except OSError:
            pass
        yield
    finally:
        os.close(place)
