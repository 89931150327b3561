"""What is tried: words of a command line or a call, and whether they are nonsense by construction."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SENSE, NONSENSE, OPEN = "sense", "nonsense", "open"
"""Must be accepted, must be refused, or may be either as long as a refusal is a sentence."""

type Random = random.Random
type Text = str


@dataclass(frozen=True)
class Trial:
    """One input.

    Attributes:
        note: what was done to it, for people.
        verdict: `SENSE`, `NONSENSE` or `OPEN`.
        words: of the command line; empty where a function is called instead.
        call: that function.
    """

    note: str
    verdict: str
    words: tuple[str, ...] = ()
    call: Callable[[], Any] | None = None


class Maker:
    """Makes inputs of one sort; files go to the folder that it is handed."""

    name = ""

    def make(self, rng: Random, folder: Path) -> Trial:
        """Return an input made by these random numbers alone."""
        raise NotImplementedError


GARBAGE_TEXT = (
    "",
    " ",
    "abc",
    "-",
    "--",
    "1..2",
    "1e",
    "0x1F um",
    "NaN um",
    "inf m",
    "25 (um",
    "25 um)",
    "25 um um",
    "72 A/m2/0",
    "25 um ** 2 ** 9999",
    "5 [tag]",
    "25 µµm",
    "2,5 um",
    "1_000 um",
    "٣ um",
    "25\u00a0parsecs",
    "None",
    "{}",
    "[]",
    "25 um; rm",
    "__import__('os') um",
    "1e999 um",
    "%",
    "1 %%",
    "\u202e5 um",
    "25 m" * 50,
)
"""Text that is no quantity of any dimension."""

GARBAGE_VALUES: tuple[Any, ...] = (True, False, [], [1.0], {}, {"a": 1}, [[]], "", "nonsense")
"""What TOML can hold and no number is."""


def mangled(rng: Random, whole: bytes, comment: bytes = b"#") -> tuple[bytes, str, str]:
    """Return a text file damaged as files are, with what was done and the verdict.

    Args:
        rng: random numbers.
        whole: the file.
        comment: what begins a remark in its format.
    """
    kinds: list[Callable[[], tuple[bytes, str, str]]] = [
        lambda: (whole[: rng.randrange(1, len(whole))], "truncated", OPEN),
        lambda: (whole.replace(b"\n", b"\r\n"), "line ends of DOS", SENSE),
        lambda: (b"\xef\xbb\xbf" + whole, "byte-order mark", SENSE),
        lambda: (whole + b"\n\x00\x00\x01", "zero bytes at the end", NONSENSE),
        lambda: (whole.decode().encode("utf-16"), "UTF-16", NONSENSE),
        lambda: (comment + b" gro\xdfe\n" + whole + b"\n" + comment + b" \xe4\xf6\n", "Latin-1", NONSENSE),
        lambda: (b"", "empty", NONSENSE),
        lambda: (bytes(rng.randrange(256) for _ in range(200)), "random bytes", NONSENSE),
        lambda: (_flipped(rng, whole), "flipped bytes", OPEN),
        lambda: (_without_line(rng, whole), "a line lost", OPEN),
        lambda: (_with_twice(rng, whole), "a line twice", OPEN),
    ]
    return rng.choice(kinds)()


def _flipped(rng: Random, whole: bytes) -> bytes:
    changed = bytearray(whole)
    for _ in range(rng.randrange(1, 6)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _without_line(rng: Random, whole: bytes) -> bytes:
    lines = whole.splitlines(keepends=True)
    del lines[rng.randrange(len(lines))]
    return b"".join(lines) or b"\n"


def _with_twice(rng: Random, whole: bytes) -> bytes:
    lines = whole.splitlines(keepends=True)
    place = rng.randrange(len(lines))
    return b"".join([*lines[: place + 1], lines[place], *lines[place + 1 :]])
