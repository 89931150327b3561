"""What a case reads from disk, and the digest of each file: content identifies a run, a place does not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from chemomech.errors import InputError
from chemomech.reading import file_digest


def digest_of(path: Path) -> str:
    """Return the digest of the content of a file; read again only where size or time of change differ.

    Raises:
        InputError: when the file cannot be read.
    """
    try:
        facts = path.stat()
        return _digest(path, facts.st_size, facts.st_mtime_ns)
    except FileNotFoundError:
        raise InputError(f"the file {str(path)!r} of the case does not exist; check the path.") from None
    except OSError as error:
        raise InputError(
            f"the file {str(path)!r} of the case cannot be read ({error.strerror}); check the path."
        ) from None
    except ValueError:
        raise InputError(f"the file {str(path)!r} has a name that no disk takes; check the path.") from None


def below(key: str, files: Mapping[str, Path]) -> dict[str, Path]:
    """Return files by their dotted keys, below another key."""
    return {f"{key}.{name}" if name else key: path for name, path in files.items()}


def with_digests(table: dict[str, Any], digests: Mapping[str, str]) -> dict[str, Any]:
    """Return nested tables with the digest of each file in place of its path.

    Args:
        table: nested tables; left as they are.
        digests: by dotted key.
    """
    changed = _copied(table)
    for key, digest in digests.items():
        *sections, last = key.split(".")
        place = changed
        for section in sections:
            place = place[section]
        place[last] = digest
    return changed


def _copied(table: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _copied(value) if isinstance(value, Mapping) else value for name, value in table.items()}


@lru_cache(maxsize=256)
def _digest(path: Path, size: int, changed: int) -> str:
    return f"sha256:{file_digest(path)}"
