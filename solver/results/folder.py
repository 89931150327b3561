"""Names of the files in a result folder, and how a file is put there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chemomech.errors import of_file

DATASET_FILE = "result.nc"
SUMMARY_FILE = "summary.json"
CASE_FILE = "case.toml"
CONTENT_FILE = "content.json"
FIGURES_FOLDER = "figures"
REPORT_FILE = "report.html"
MESH_CACHE = "mesh"
FIELDS_FOLDER = "fields"
LIVE_FILE = "live.jsonl"
"""How far a run is, while it goes on; taken away when it has ended."""

DATASET_DIGEST = "result_sha256"
"""Key of the summary with the digest of the dataset: HDF5 may end the process over a damaged file."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Hand out a temporary path beside ``path`` and move it onto ``path`` when the block succeeds.

    A reader sees the old file or the new one, never half of one. The temporary name keeps the suffix of
    ``path``, because some writers choose the format by it. When the block raises, ``path`` is untouched.

    Args:
        path: where the file is to be; its folder is made if it does not exist.

    Yields:
        The path that the block must write.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.tmp{path.suffix}")
    try:
        with of_file(path):
            yield temporary
            # Without the flush to disk a power cut after the rename could still leave an empty file.
            with temporary.open("rb+") as written:
                os.fsync(written.fileno())
            os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
