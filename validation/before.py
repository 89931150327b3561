"""Verdicts of an earlier scoreboard, and why a criterion or a class was changed since."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

FILE = "verdicts-before.toml"


@dataclass(frozen=True)
class Before:
    """What stood on the earlier scoreboard.

    Attributes:
        verdict: The verdict of then.
        change: Why criterion, class or data were changed since; empty where they were not.
    """

    verdict: str
    change: str = ""


@cache
def verdicts_before() -> Mapping[str, Before]:
    """Earlier verdicts by the id of the claim."""
    table = tomllib.loads((files("chemomech.validation") / FILE).read_text(encoding="utf-8"))
    earlier = {
        key: Before(verdict, table["change"].get(key, ""))
        for verdict, keys in table["verdict"].items()
        for key in keys
    }
    return MappingProxyType(earlier)
