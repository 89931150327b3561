"""What a killed run leaves of its ParaView datasets, made readable to its end."""

from __future__ import annotations

import shutil
from pathlib import Path

INDEX = "md.idx"
HEADER = 64
"""Bytes of the index before its first step (ADIOS2, BP5 file format)."""
VERSION_AT, ACTIVE_AT = 37, 39
"""Bytes of the header that hold the version of the format, and whether a writer is at work."""


def settle_datasets(folder: Path) -> None:
    """Close the datasets that a killed run left open, and remove those without a step (one rank).

    Every step that was written is whole, for ADIOS2 indexes it last; but the dataset stays marked as being
    written, and who reads it step by step waits for more without end.

    Args:
        folder: Folder of the ``.bp`` datasets; it need not exist.
    """
    for dataset in sorted(folder.glob("*.bp")):
        index = dataset / INDEX
        if not index.is_file() or index.stat().st_size <= HEADER:
            shutil.rmtree(dataset)
            continue
        with index.open("r+b") as file:
            header = file.read(HEADER)
            if header.startswith(b"ADIOS-BP") and header[VERSION_AT] == 5 and header[ACTIVE_AT] != 0:
                file.seek(ACTIVE_AT)
                file.write(b"\x00")
