"""Steps and cycles of a run as tables of the page and as closing lines of the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chemomech.experiments.report.damage.fade import overvoltage
from chemomech.experiments.report.tables import NOT_STATED, Table

MOST_LINES = 12
"""Steps, and cycles, that the terminal shows; the summary and the page have all."""

_LONGEST_SENTENCE = 31


def step_table(summary: Mapping[str, Any]) -> Table | None:
    """A row for each step; None where the summary has none."""
    steps = summary.get("steps")
    if not steps:
        return None
    columns = (
        "step", "sentence", "cycle", "start", "duration", "charge [mAh cm⁻²]", "charge [mAh g⁻¹]",
        "energy [mWh cm⁻²]", "voltage [V]", "current [A m⁻²]", "ended by",
    )  # fmt: skip
    rows = [
        (
            str(step["number"]),
            step["label"],
            "-" if step["cycle"] is None else str(step["cycle"]),
            _time(step["start_s"]),
            _time(step["duration_s"]),
            _signed(step["charge_mAh_cm2"], 4),
            _signed(step["charge_mAh_g"], 2),
            _signed(step["energy_mWh_cm2"], 4),
            _plain(step["voltage_end_V"], 4),
            _signed(step["current_end_A_m2"], 3),
            step["stop_reason"] or NOT_STATED,
        )
        for step in summary["steps"]
    ]
    return Table((("", 5), ("passed", 3), ("at its end", 2), ("", 1)), columns, tuple(rows))


def cycle_table(summary: Mapping[str, Any]) -> Table | None:
    """A row for each cycle; None where the summary has none."""
    cycles = summary.get("cycles")
    if not cycles:
        return None
    columns = (
        "cycle", "steps", "[mAh cm⁻²]", "[mAh g⁻¹]", "[mWh cm⁻²]", "[mAh cm⁻²]", "[mAh g⁻¹]", "[mWh cm⁻²]",
        "coulombic [%]", "energy [%]", "[mV]",
    )  # fmt: skip
    rows = [
        (
            str(cycle["number"]),
            _numbers(cycle["steps"]) + ("" if cycle["finished"] else " (stopped short)"),
            *(
                _plain(cycle[f"{half}_{name}"], digits)
                for half in ("charge", "discharge")
                for name, digits in (("capacity_mAh_cm2", 4), ("capacity_mAh_g", 2), ("energy_mWh_cm2", 4))
            ),
            _percent(cycle["coulombic_efficiency"]),
            _percent(cycle["energy_efficiency"]),
            _millivolt(overvoltage(cycle)),
        )
        for cycle in cycles
    ]
    return Table(
        (("", 2), ("charge", 3), ("discharge", 3), ("efficiency", 2), ("overvoltage", 1)),
        columns,
        tuple(rows),
    )


def closing_lines(summary: Mapping[str, Any]) -> list[str]:
    """What a run passed, for the terminal: its capacity, or a line for each step and each cycle."""
    steps, cycles = summary.get("steps") or [], summary.get("cycles") or []
    lines = []
    if summary.get("capacity_mAh_g") is not None:
        lines.append(
            f"capacity: {summary['capacity_mAh_g']:.2f} mAh/g, {summary['capacity_mAh_cm2']:.4f} mAh/cm2"
        )
    if len(steps) > 1:
        lines += [_step_line(step) for step in steps[:MOST_LINES]] + _left_out(steps, "steps")
    if len(steps) > 1 and summary.get("capacity_mAh_g") is None:
        lines += [_cycle_line(cycle) for cycle in cycles[:MOST_LINES]] + _left_out(cycles, "cycles")
    if summary.get("cycling"):
        lines.append(jump_line(summary["cycling"]))
    return lines


def jump_line(cycling: Mapping[str, Any]) -> str:
    """Which cycles of a protocol were left out.

    Args:
        cycling: The section of a summary.
    """
    resolved = cycling["cycles"] - cycling["skipped"]
    after = ", ".join(f"{jump['cycles']} after cycle {jump['after']}" for jump in cycling["jumps"])
    return f"cycles: {resolved} of {cycling['cycles']} resolved" + (f"; left out: {after}" if after else "")


def _step_line(step: Mapping[str, Any]) -> str:
    sentence = str(step["label"])
    if len(sentence) > _LONGEST_SENTENCE:
        sentence = sentence[: _LONGEST_SENTENCE - 3] + "..."
    voltage = "" if step["voltage_end_V"] is None else f"{step['voltage_end_V']:.3f} V"
    return (
        f"step {step['number']:>2}: {sentence:<{_LONGEST_SENTENCE}} {step['charge_mAh_g']:+8.2f} mAh/g "
        f"{voltage:>7}  {step['stop_reason'] or NOT_STATED}"
    )


def _cycle_line(cycle: Mapping[str, Any]) -> str:
    passed = [
        f"{half} {cycle[f'{half}_capacity_mAh_g']:.2f}"
        for half in ("charge", "discharge")
        if cycle[f"{half}_capacity_mAh_g"] is not None
    ]
    kept = [
        f"{name} {_percent(cycle[f'{name}_efficiency'])} %"
        for name in ("coulombic", "energy")
        if cycle[f"{name}_efficiency"] is not None
    ]
    parts = [f"{', '.join(passed)} mAh/g", ", ".join(kept), "" if cycle["finished"] else "stopped short"]
    return f"cycle {cycle['number']}: {'; '.join(filter(None, parts))}"


def _left_out(rows: list[Any], words: str) -> list[str]:
    more = len(rows) - MOST_LINES
    return [f"... and {more} more {words}, in summary.json and report.html"] if more > 0 else []


def _numbers(steps: list[int]) -> str:
    """Numbers of steps with runs of them drawn together: ``1-3, 5``."""
    runs: list[list[int]] = []
    for number in steps:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 7200.0 else f"{seconds / 3600.0:.3f} h"


def _signed(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:+.{digits}f}"


def _plain(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _millivolt(value: float | None) -> str:
    return "-" if value is None else f"{1e3 * value:.2f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100.0 * value:.2f}"
