"""Files that people hand over: text and JSON read whole or refused in a sentence, and what identifies them.

This module is a leaf as :mod:`chemomech.errors`: every folder of the package may import it.
"""

from __future__ import annotations

import hashlib
import json
import math
import stat
from pathlib import Path
from typing import Any

from chemomech.errors import InputError


def read_text(path: str | Path, what: str) -> str:
    """Return the text of a file in UTF-8; a byte-order mark at its start is taken off.

    Args:
        path: of the file.
        what: what it is, in words, such as ``"case file"``.

    Raises:
        InputError: when there is no such file, it cannot be read, or it is no text in UTF-8.
    """
    try:
        # A pipe waits for who writes to it, and a device may never end.
        kind = Path(path).stat().st_mode
        if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
            raise InputError(f"{what} {str(path)!r} is a pipe or a device; save it as a file.")
        text = Path(path).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{what} {str(path)!r} does not exist; check the path.") from None
    except IsADirectoryError:
        raise InputError(f"{what} {str(path)!r} is a folder; name the file in it.") from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"{what} {str(path)!r} is not in UTF-8 (byte {error.start} is {error.object[error.start]:#04x}); "
            "save it as UTF-8."
        ) from None
    except InputError:
        raise
    except OSError as error:
        raise InputError(f"{what} {str(path)!r} cannot be read ({error.strerror}); check the path.") from None
    except ValueError:  # a NUL in the name
        raise InputError(f"{what} {str(path)!r} has a name that no disk takes; check the path.") from None
    if "\0" in text:
        raise InputError(f"{what} {str(path)!r} holds zero bytes and is no text; check which file it is.")
    return text


def file_digest(path: Path) -> str:
    """Return the SHA-256 digest of the content of a file.

    Raises:
        OSError: when it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_file(path: str | Path) -> bool:
    """Whether a path is a file; a path that no disk takes is none."""
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def read_json(path: str | Path, what: str) -> dict[str, Any]:
    """Return the object that a JSON file in UTF-8 holds.

    Args:
        path: of the file.
        what: what it is, in words, such as ``"BPX file"``.

    Raises:
        InputError: when it cannot be read, is not JSON, names a key twice, or holds something else than an
            object.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        table = dict(pairs)
        if len(table) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise InputError(f"{what} {str(path)!r} states {twice!r} twice; leave one of them out.")
        return table

    def no_number(word: str) -> Any:
        raise InputError(f"{what} {str(path)!r} holds {word}, which is no finite number; state one.")

    def finite(word: str) -> float:
        number = float(word)
        return number if math.isfinite(number) else no_number(word)

    text = read_text(path, what)
    try:
        content = json.loads(text, object_pairs_hook=once, parse_constant=no_number, parse_float=finite)
    except InputError:
        raise
    except (ValueError, RecursionError) as error:
        raise InputError(f"{what} {str(path)!r} is not JSON ({error}); mend it.") from None
    if not isinstance(content, dict):
        raise InputError(f"{what} {str(path)!r} holds no object with keys; check which file it is.")
    return content
