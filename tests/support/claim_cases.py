"""Claims held against made-up worlds: the verdicts, the cases, and what is found once for many tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest

from chemomech.validation.claims import Claim
from chemomech.validation.claims.claim import Assessment, Kind, Verdict

World = Callable[..., Any]
Worlds = Mapping[str, tuple[tuple[World, ...], tuple[World, ...]]]
"""Worlds in which a claim holds, and in which it does not, by its name."""

HOLDS = {
    Kind.PREDICTION: Verdict.AGREES,
    Kind.QUALITATIVE: Verdict.AGREES,
    Kind.CALIBRATION: Verdict.CALIBRATED,
    Kind.INPUT: Verdict.TRUE_BY_INPUT,
}
"""Verdict on a claim of each kind that holds."""


def cases(worlds: Worlds, holds: bool) -> list[object]:
    """Parameters of a test: each claim with each world in which it holds, or does not."""
    return [
        pytest.param(key, world, id=f"{key}-{world.__name__}")
        for key, pair in worlds.items()
        for world in pair[0 if holds else 1]
    ]


def assessing(
    claims: Mapping[str, Claim], folders: pytest.TempPathFactory
) -> Callable[[str, World], Assessment]:
    """What a claim comes to in a world; each world is made and each claim assessed in it once."""

    @cache
    def in_world(world: World) -> Any:
        return world(folders.mktemp("world"))

    @cache
    def assess(key: str, world: World) -> Assessment:
        claim = claims[key]
        assert claim.assess
        return claim.assess(in_world(world))

    return assess
