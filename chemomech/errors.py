"""Errors that are the user's to mend, in one sentence each.

This module is a leaf: every folder of the package may import it, and it imports nothing of ours.
"""

from __future__ import annotations

import contextlib
import difflib
import math
import os
from collections.abc import Iterable, Iterator


class InputError(ValueError):
    """Input that cannot be used; the message is a sentence with value, bound, unit and remedy.

    The command line prints that sentence after ``error:`` and leaves with exit code 2.
    """


class MachineError(InputError):
    """What this machine does not give: memory, space, a cache that can be written.

    The message is a sentence as that of any `InputError`; the command line leaves with exit code 3.
    """


class RunFailedError(RuntimeError):
    """A run that ended without a result, with its reason in words; exit code 4."""


@contextlib.contextmanager
def of_file(path: str | os.PathLike[str]) -> Iterator[None]:
    """Let a system error within the block name a file where it names none, as those of writing do.

    Args:
        path: of the file that is read or written there.
    """
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno is not None:  # else its text would be lost
            error.filename = os.fspath(path)
        raise


def unknown_name(kind: str, name: str, known: Iterable[str]) -> InputError:
    """Build the error for a name that is not in a closed list.

    Args:
        kind: what the name stands for, in words, such as ``"active material"``.
        name: what the user wrote.
        known: every name that would have been accepted.

    Returns:
        An error, to be raised by the caller, that gives the nearest known name and the whole list.
    """
    names = sorted(set(known))
    by_lower_case = {candidate.lower(): candidate for candidate in names}
    nearest = difflib.get_close_matches(str(name).lower(), list(by_lower_case), n=1, cutoff=0.5)
    hint = f"did you mean {by_lower_case[nearest[0]]!r}? Known: " if nearest else "known: "
    return InputError(f"unknown {kind} {name!r}; {hint}{', '.join(names) if names else 'none'}.")


LONGEST_NAME = 200
"""Bytes of a name that becomes a folder; disks take 255, and files beside it have longer ones."""


def require_folder_name(what: str, name: str) -> None:
    """Refuse a name that cannot be that of a folder, or of one elsewhere.

    Args:
        what: what is named, in words, such as ``"key 'name'"``.
        name: what the user wrote.

    Raises:
        InputError: when it is empty, leads elsewhere, is too long or holds what cannot be printed.
    """
    shown = repr(name if len(name) <= 40 else f"{name[:40]}...")
    if not name.strip():
        raise InputError(f"{what} is empty; state one.")
    if not name.isprintable() or not name.strip(".") or not {"/", "\\"}.isdisjoint(name):
        raise InputError(
            f"{what} = {shown} becomes the name of a folder; use letters, figures and signs other than "
            "slashes."
        )
    if (length := len(name.encode("utf-8", "surrogateescape"))) > LONGEST_NAME:
        raise InputError(
            f"{what} = {shown} has {length} bytes and becomes the name of a folder, which takes "
            f"{LONGEST_NAME}; state a shorter one."
        )


def require_between(name: str, value: float, low: float, high: float, unit: str, remedy: str) -> float:
    """Return ``value`` if it is a number within the closed interval [``low``, ``high``].

    Args:
        name: what the value is, in words, such as ``"initial stoichiometry"``.
        value: the number to check, in ``unit``.
        low: smallest accepted value; ``-math.inf`` for none.
        high: largest accepted value; ``math.inf`` for none.
        unit: unit of all three, ``"-"`` for none.
        remedy: what to do about it, as an imperative clause without a full stop.

    Returns:
        ``value`` as a float.

    Raises:
        InputError: when ``value`` is not a number, NaN, or outside the interval.
    """
    symbol = "" if unit in ("", "-") else f" {unit}"
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise InputError(f"{name} = {value!r} is not a number; {remedy}.") from None
    if math.isnan(number):
        raise InputError(f"{name} is not a number (NaN); {remedy}.")
    if not low <= number <= high:
        raise InputError(f"{name} = {number:.6g}{symbol} must {_bound(low, high, symbol)}; {remedy}.")
    return number


def _bound(low: float, high: float, symbol: str) -> str:
    if math.isinf(high):
        return f"be at least {low:.6g}{symbol}"
    if math.isinf(low):
        return f"be at most {high:.6g}{symbol}"
    return f"lie between {low:.6g} and {high:.6g}{symbol}"
