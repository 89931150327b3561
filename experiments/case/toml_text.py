"""Tables of TOML text, with a sentence where it is none, and as one table with dotted keys."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from chemomech.errors import InputError


def from_toml(text: str, what: str) -> dict[str, Any]:
    """Return the tables of a TOML text.

    Args:
        text: the text.
        what: what it is, in words, for the message.

    Raises:
        InputError: when it is not TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{what} is not TOML ({error}); mend that line.") from None
    except (RecursionError, ValueError) as error:  # nested beyond all need, a number of a thousand digits
        raise InputError(f"{what} cannot be read as TOML ({error}); mend it.") from None


def flattened(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested tables as one, with dotted keys in the order of the tables."""
    flat: dict[str, Any] = {}
    for name, value in table.items():
        flat |= (
            flattened(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {f"{prefix}{name}": value}
        )
    return flat
