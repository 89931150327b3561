"""Arrays in a row with a table of contents, packed, as text that a page can hold."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Place = dict[str, Any]

STEPS = 65534
"""Of a value between the ends of its range; the number after it stands for none."""
_ALIGNED = 8


class Blob:
    """Collects arrays and gives each a place."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._length = 0

    def add(self, values: npt.ArrayLike, kind: str) -> Place:
        """Take an array up.

        Args:
            values: any shape.
            kind: type of the numbers, ``"f4"``, ``"u4"``, ``"i4"``, ``"u2"`` or ``"u1"``.

        Returns:
            Where it is, for the table of contents.
        """
        array = np.ascontiguousarray(values, dtype=f"<{kind}")
        content = array.tobytes()
        place = {"at": self._length, "count": int(array.size), "type": kind}
        content += bytes(-len(content) % _ALIGNED)
        self._parts.append(content)
        self._length += len(content)
        return place

    def add_values(self, values: Array, ends: tuple[float, float]) -> Place:
        """Take values up as whole numbers between two ends; NaN has a number of its own."""
        low, high = ends
        span = high - low if high > low else 1.0
        share = np.clip((np.asarray(values, dtype=float) - low) / span, 0.0, 1.0)
        known = np.isfinite(share)
        return self.add(np.where(known, np.round(np.where(known, share, 0.0) * STEPS), STEPS + 1), "u2")

    def text(self, head: dict[str, Any]) -> str:
        """Return everything as text, the table of contents first."""
        contents = json.dumps(head, allow_nan=False).encode()
        contents += b" " * (-(len(contents) + _ALIGNED) % _ALIGNED)
        whole = b"".join([len(contents).to_bytes(_ALIGNED, "little"), contents, *self._parts])
        return base64.b64encode(zlib.compress(whole, 6)).decode("ascii")
