"""Protocol sentences, such as ``"Charge at 5C until 4.5 V"``, read into steps.

The grammar is small and closed: a verb, what is held, and what ends it. A sentence outside it is refused with
the sentence and the accepted forms, never guessed at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from itertools import pairwise

from chemomech.errors import InputError, require_between
from chemomech.experiments.case.currents import (
    ArealCharge,
    ArealCurrent,
    Charge,
    CRate,
    Current,
    SpecificCharge,
    SpecificCurrent,
)
from chemomech.experiments.case.protocol import (
    CapacityCutoff,
    Control,
    CurrentControl,
    CurrentCutoff,
    Cutoff,
    Duration,
    ProfileControl,
    RestControl,
    Step,
    VoltageControl,
    VoltageCutoff,
)
from chemomech.experiments.case.units import number_and_unit, parse_quantity
from chemomech.solver.stepping.jumps import Repetition

ACCEPTED_FORMS = (
    "Charge at 5C until 4.5 V",
    "Charge at 72 A/m2 for 300 s or until 4.4 V",
    "Discharge at C/2 until 3.0 V",
    "Charge at 1C until 100 mAh/g",
    "Discharge at 5C until 2.5 V or until a limit",
    "Hold at 4.3 V until C/20",
    "Hold at 4.3 V for 10 minutes",
    "Rest for 1 hour",
    "Follow 0 A/m2 at 0 s, 14.4 A/m2 at 10 s, 14.4 A/m2 at 60 s, -C/2 at 60 s, -C/2 at 90 s",
    "(Charge at 1C until 4.3 V; Discharge at 1C until 3.0 V) x 3",
    "50 times (Charge at 1C until 4.3 V, Discharge at 1C until 3.0 V)",
)

MAXIMUM_VOLTAGE = 6.0  # V; beyond any cathode against lithium, so a slip of the unit is caught
MAXIMUM_C_RATE = 1000.0  # 1/h
MAXIMUM_REPEATS = 10_000
SHORTEST_PIECE = 1e-3  # s; between two points of a current that is followed
MOST = {"s": 1e10, "A/kg": 1e6, "A/m2": 1e6, "C/kg": 3.6e7, "C/m2": 1e8}
"""Largest duration, current and charge of a sentence, by unit: beyond any cell, so that a slip is caught."""

_C_RATE = re.compile(
    r"(?P<multiple>\d*\.?\d+|\d+\.)?\s*C(?:\s*/\s*(?P<divisor>\d*\.?\d+|\d+\.))?", re.IGNORECASE
)
_GROUP = re.compile(
    r"\s*(?:\((?P<body>[^()]*)\)\s*(?:[xX*×]\s*(?P<times>\d+)|(?:repeated\s+)?(?P<after>\d+)\s+times)"
    r"|(?:repeat\s+)?(?P<before>\d+)\s*(?:[xX*×]|times)\s*:?\s*\((?P<following>[^()]*)\))\s*\.?\s*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*;\s*|\s*,\s*(?=[\"']?(?:charge|discharge|hold|rest|follow)\b)", re.IGNORECASE)
_CHARGE_OR_DISCHARGE = re.compile(
    r"(?P<verb>charge|discharge)\s+at\s+(?P<held>.+?)(?P<ends>\s+(?:for|until)\s.+)", re.I
)
_HOLD = re.compile(r"hold\s+at\s+(?P<held>.+?)(?P<ends>\s+(?:for|until)\s.+)", re.IGNORECASE)
_REST = re.compile(r"rest(?P<ends>\s+for\s.+)", re.IGNORECASE)
_FOLLOW = re.compile(
    r"follow\s+(?P<points>.+?)(?P<limit>\s*,?\s+or\s+until\s+(?:a|the)\s+limit)?", re.IGNORECASE
)
_POINT = re.compile(r"(?P<sign>[-+]?)\s*(?P<current>\S.*?)\s+at\s+(?P<time>.+)", re.IGNORECASE)
_END = re.compile(r"(?P<word>for|until)\s+(?P<what>.+)", re.IGNORECASE)
_AT_LIMIT = re.compile(r"until\s+(?:a|the)\s+(?:physical\s+)?limit", re.IGNORECASE)
_OR = re.compile(r"\s*,?\s+or\s+", re.IGNORECASE)
_UNIT = re.compile(r"[-+.\deE\s]*(?P<unit>[^\d\s].*)")


class _NotInTheGrammar(Exception):
    """The words do not match; turned into an :class:`InputError` that quotes the whole sentence."""


def parse_protocol(sentences: Iterable[str]) -> tuple[Step, ...]:
    """Return the steps that a list of sentences stands for, repeats written out.

    Args:
        sentences: sentences of the forms in :data:`ACCEPTED_FORMS`.

    Raises:
        InputError: when there is no sentence, or one of them cannot be read.
    """
    if isinstance(sentences, str):
        raise InputError(f"protocol = {sentences!r} is one text; write a list of sentences.")
    steps = tuple(step for sentence in sentences for step in _parse_entry(sentence))
    if not steps:
        raise InputError(
            f'protocol has no steps; write at least one sentence, such as "{ACCEPTED_FORMS[0]}".'
        )
    return steps


def parse_sentence(sentence: str) -> Step:
    """Return the step that one sentence, without repeats, stands for.

    Raises:
        InputError: when the sentence is not of an accepted form, quoting it.
    """
    words = sentence.strip().rstrip(".")
    for pattern, build in _FORMS:
        match = pattern.fullmatch(words)
        if match is None:
            continue
        try:
            return build(match, words)
        except _NotInTheGrammar as reason:
            raise _unreadable(sentence, str(reason)) from None
    raise _unreadable(sentence)


def repetitions_of(sentences: Iterable[str]) -> tuple[Repetition, ...]:
    """Return the groups that are carried out more than once, by their place among the steps.

    Args:
        sentences: as of :func:`parse_protocol`.

    Raises:
        InputError: when one of them cannot be read.
    """
    found, first = [], 0
    for sentence in sentences:
        steps, times = _read_entry(sentence)
        if times > 1:
            found.append(Repetition(first, len(steps), times))
        first += len(steps) * times
    return tuple(found)


def _parse_entry(entry: str) -> tuple[Step, ...]:
    steps, times = _read_entry(entry)
    return steps * times


def _read_entry(entry: str) -> tuple[tuple[Step, ...], int]:
    """Steps of a sentence or group, and how often they are carried out."""
    if not isinstance(entry, str):
        raise _unreadable(entry)
    group = _GROUP.fullmatch(entry)
    if group is None:
        return (parse_sentence(entry),), 1
    remedy = "state the number of repeats"
    stated = next(int(value) for name in ("times", "after", "before") if (value := group[name]) is not None)
    times = int(require_between(f"repeats of {entry!r}", stated, 1, MAXIMUM_REPEATS, "-", remedy))
    parts = _BETWEEN.split(group["body"] if group["body"] is not None else group["following"])
    return tuple(parse_sentence(part.strip(" \"'")) for part in parts), times


def _unreadable(sentence: object, reason: str = "") -> InputError:
    forms = "; ".join(f'"{form}"' for form in ACCEPTED_FORMS)
    because = f" ({reason})" if reason else ""
    return InputError(f"protocol sentence {sentence!r} cannot be read{because}; accepted forms are: {forms}.")


def _charge_or_discharge(match: re.Match[str], sentence: str) -> Step:
    charging = match["verb"].lower() == "charge"
    control = CurrentControl(_current(match["held"], sentence), 1 if charging else -1)

    def until(text: str) -> Cutoff:
        unit = _unit_of(text)
        if unit.endswith("V"):
            return VoltageCutoff(_voltage(text, sentence), rising=charging)
        return CapacityCutoff(_charge(text, sentence))

    return _step(control, match["ends"], until, sentence)


def _hold(match: re.Match[str], sentence: str) -> Step:
    control = VoltageControl(_voltage(match["held"], sentence))

    def until(text: str) -> Cutoff:
        if "h/" in _unit_of(text):
            return CapacityCutoff(_charge(text, sentence))
        return CurrentCutoff(_current(text, sentence))

    return _step(control, match["ends"], until, sentence)


def _rest(match: re.Match[str], sentence: str) -> Step:
    def until(text: str) -> Cutoff:
        raise _NotInTheGrammar("a rest ends only after a time")

    return _step(RestControl(), match["ends"], until, sentence)


def _follow(match: re.Match[str], sentence: str) -> Step:
    what = f"point of {sentence[:40]!r}"
    points: list[tuple[float, Current, int]] = []
    for text in match["points"].split(","):
        point = _POINT.fullmatch(text.strip())
        if point is None:
            raise _NotInTheGrammar(f"{text.strip()!r} is not a current at a time, as in -14.4 A/m2 at 10 s")
        time = require_between(
            what, parse_quantity(point["time"], "s", what), 0.0, MOST["s"], "s", "state a time in the step"
        )
        points.append((time, _current_or_none(point["current"], what), -1 if point["sign"] == "-" else 1))
    times = [time for time, _, _ in points]
    _require_profile(times, what)
    label = f"Follow {len(points)} points for {times[-1]:.6g} s"
    return Step(ProfileControl(tuple(points)), (Duration(times[-1]),), label, match["limit"] is not None)


def _require_profile(times: list[float], what: str) -> None:
    if times[0] != 0.0 or len(times) < 2:
        raise InputError(f"the first {what} is at {times[0]:.6g} s; begin at 0 s, with two points or more.")
    for k, (before, after) in enumerate(pairwise(times)):
        if after < before:
            raise InputError(f"a {what} is at {after:.6g} s after one at {before:.6g} s; put them in order.")
        if 0.0 < after - before < SHORTEST_PIECE:
            raise InputError(
                f"a {what} is {after - before:.2g} s after the one before, at {after:.6g} s; keep points "
                f"{SHORTEST_PIECE:g} s apart, or state a jump by the same time."
            )
        if after == before and (k + 2 == len(times) or k == 0 or times[k - 1] == after):
            raise InputError(
                f"more than two, or the first or last, of the points of {what} are at {after:.6g} s; a jump "
                "is two points at one time, with a point before and one after."
            )


def _current_or_none(text: str, what: str) -> Current:
    """A current, which may be zero."""
    rate = _C_RATE.fullmatch(text.strip())
    if rate is None and (number := number_and_unit(text)) is not None and number[0] == 0.0:
        return ArealCurrent(0.0 * parse_quantity(text, "A/m2" if "g" not in number[1] else "A/kg", what))
    return _current(text, what)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], Step]], ...] = (
    (_CHARGE_OR_DISCHARGE, _charge_or_discharge),
    (_HOLD, _hold),
    (_REST, _rest),
    (_FOLLOW, _follow),
)


def _step(control: Control, ends: str, until: Callable[[str], Cutoff], sentence: str) -> Step:
    """A step from what it holds and the words after that, split at "or"."""
    parts = [part.strip() for part in _OR.split(ends)]
    cutoffs = tuple(_end(part, until, sentence) for part in parts if not _AT_LIMIT.fullmatch(part))
    return Step(control, cutoffs, sentence, ends_at_limit=len(cutoffs) < len(parts))


def _end(text: str, until: Callable[[str], Cutoff], sentence: str) -> Cutoff:
    match = _END.fullmatch(text)
    if match is None:
        raise _NotInTheGrammar(f"{text!r} is none of 'for <time>', 'until <cut-off>' and 'until a limit'")
    if match["word"].lower() == "until":
        return until(match["what"])
    return Duration(_positive(match["what"], "s", f"duration in {sentence!r}"))


def _current(text: str, sentence: str) -> Current:
    what = f"current in {sentence!r}"
    rate = _C_RATE.fullmatch(text.strip())
    if rate is not None:
        divisor = float(rate["divisor"] or 1.0)
        value = float(rate["multiple"] or 1.0) / divisor if divisor else math.inf
        if value == 0.0:
            raise InputError(f'{what} = {text} is zero; use "Rest for <time>" or a positive C-rate.')
        return CRate(require_between(what, value, 0.0, MAXIMUM_C_RATE, "C", "state a positive C-rate"))
    if _unit_of(text).endswith("g"):
        return SpecificCurrent(_positive(text, "A/kg", what))
    if "/" not in _unit_of(text):
        raise _NotInTheGrammar(f"{text!r} is not a current such as 5C, C/20, 72 A/m2 or 160 mA/g")
    return ArealCurrent(_positive(text, "A/m2", what))


def _charge(text: str, sentence: str) -> Charge:
    what = f"capacity in {sentence!r}"
    unit = _unit_of(text)
    if "/" not in unit:
        raise _NotInTheGrammar(f"{text!r} is not a cut-off such as 4.5 V, 100 mAh/g or 1.0 mAh/cm2")
    if unit.endswith("g"):
        return SpecificCharge(_positive(text, "C/kg", what))
    return ArealCharge(_positive(text, "C/m2", what))


def _voltage(text: str, sentence: str) -> float:
    what = f"voltage in {sentence!r}"
    value = parse_quantity(text, "V", what)
    return require_between(what, value, 0.0, MAXIMUM_VOLTAGE, "V", "state the voltage against lithium metal")


def _positive(text: str, unit: str, what: str) -> float:
    value = parse_quantity(text, unit, what)
    if value <= 0.0:
        raise InputError(f"{what} = {value:.6g} {unit} must be above 0 {unit}; state a positive number.")
    return require_between(what, value, 0.0, MOST[unit], unit, "check the number and its unit")


def _unit_of(text: str) -> str:
    match = _UNIT.fullmatch(text.strip())
    return match["unit"].strip() if match else ""
