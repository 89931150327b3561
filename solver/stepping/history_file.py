"""A file that only grows: what a run records, in blocks that are appended and never written again.

Each block is a length, a checksum and the arrays that came since the block before. What counts of the file is
said elsewhere (in the checkpoint): bytes after that are what a run that was killed has left, and are cut off.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.errors import of_file

Array = npt.NDArray[Any]

_BLOCK = struct.Struct("<4sQI")
_MARK = b"CMHB"
_WORD = struct.Struct("<Q")


class DamagedHistoryError(Exception):
    """The file is not what was written, with the reason in words."""


def append(path: Path, at: int, arrays: Mapping[str, Sequence[Any]]) -> int:
    """Write a block, to disk before it returns.

    Args:
        path: of the file; made if it is missing.
        at: length of what counts of it [byte]; what comes after is cut off.
        arrays: rows that are new, by name.

    Returns:
        Length of what counts now [byte].

    Raises:
        OSError: when it cannot be written; what counted before is untouched then.
    """
    payload = _packed(arrays)
    with of_file(path), path.open("r+b" if at else "wb") as file:
        file.truncate(at)
        file.seek(at)
        file.write(_BLOCK.pack(_MARK, len(payload), zlib.crc32(payload)))
        file.write(payload)
        file.flush()
        os.fsync(file.fileno())
    return at + _BLOCK.size + len(payload)


def read(path: Path, length: int) -> dict[str, Array]:
    """Return all rows by name.

    Args:
        path: of the file.
        length: of what counts of it [byte].

    Raises:
        DamagedHistoryError: when it is shorter, or a block is not as it was written.
        OSError: when it cannot be read.
    """
    parts: dict[str, list[Array]] = {}
    at = 0
    with path.open("rb") as file:
        while at < length:
            head = file.read(_BLOCK.size)
            if len(head) < _BLOCK.size:
                raise DamagedHistoryError(f"it ends after {at + len(head)} of {length} bytes")
            mark, size, checksum = _BLOCK.unpack(head)
            payload = file.read(size) if mark == _MARK and size <= length else b""
            if len(payload) != size or zlib.crc32(payload) != checksum:
                raise DamagedHistoryError(f"the block at byte {at} is not as it was written")
            for name, rows in _unpacked(payload).items():
                parts.setdefault(name, []).append(rows)
            at += _BLOCK.size + size
    return {name: np.concatenate(rows) for name, rows in parts.items()}


def _packed(arrays: Mapping[str, Sequence[Any]]) -> bytes:
    made = {name: np.asarray(rows) for name, rows in arrays.items() if len(rows)}
    facts = json.dumps({name: (rows.dtype.str, rows.shape) for name, rows in made.items()}).encode()
    return b"".join((_WORD.pack(len(facts)), facts, *(rows.tobytes() for rows in made.values())))


def _unpacked(payload: bytes) -> dict[str, Array]:
    (size,) = _WORD.unpack_from(payload)
    facts = json.loads(payload[_WORD.size : _WORD.size + size])
    at, arrays = _WORD.size + size, {}
    for name, (kind, shape) in facts.items():
        dtype = np.dtype(kind)
        count = int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(payload, dtype, count, at).reshape(shape)
        at += count * dtype.itemsize
    return arrays
