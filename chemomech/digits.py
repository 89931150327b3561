"""Numbers as people write them in tables and on command lines: in digits of ASCII, or none.

This module is a leaf as :mod:`chemomech.errors`: every folder of the package may import it.
"""

from __future__ import annotations


def decimal(text: str) -> float:
    """Return the number that a text writes in digits of ASCII.

    Raises:
        ValueError: for any other text; Python would take ``1_000`` and digits of other scripts as well.
    """
    return float(_plain(text))


def whole(text: str) -> int:
    """Return the whole number that a text writes in digits of ASCII.

    Raises:
        ValueError: as `decimal`.
    """
    return int(_plain(text))


def _plain(text: str | None) -> str:
    # A row that is too short has None in place of a text.
    if text is None or not text.isascii() or "_" in text:
        raise ValueError(f"{text!r} is not a number")
    return text
