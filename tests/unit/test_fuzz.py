"""Inputs that are wrong on purpose: none ends in a traceback, no nonsense is accepted, no sense refused."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

COUNT, SEED = 1500, 1


@pytest.fixture
def fuzz(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    pytest.importorskip("bpx", reason="BPX files are among the inputs")
    monkeypatch.syspath_prepend(str(repository / "tools"))
    from chemomech import failures

    monkeypatch.setattr(failures, "keep_traceback", failures.keep_traceback)
    import fuzz

    yield fuzz
    for name in [name for name in sys.modules if name.split(".")[0] in ("fuzz", "fuzzing")]:
        del sys.modules[name]


def test_every_input_is_accepted_or_refused_in_a_sentence(fuzz: ModuleType) -> None:
    tried, faults = fuzz.run(COUNT, SEED)
    assert len(tried) == 13
    assert [f"{fault.kind}: {fault.note} ({fault.repeat}) {fault.said[-300:]}" for fault in faults] == []


def test_what_is_wrong_with_an_answer_is_seen(fuzz: ModuleType) -> None:
    def trial(verdict: str, *words: str, **more: object) -> object:
        return fuzz.Trial("made", verdict, words, **more)

    def broken() -> None:
        raise KeyError("a defect")

    kinds = [
        fuzz.judged(trial("nonsense", "cases"), ""),
        fuzz.judged(trial("sense", "cases", "none"), ""),
        fuzz.judged(trial("open", call=broken), ""),
    ]
    assert [fault.kind for fault in kinds] == ["nonsense accepted", "sense refused", "no sentence"]
    assert fuzz.judged(trial("nonsense", "cases", "none"), "") is None
    assert fuzz.judged(trial("sense", "cases"), "") is None
