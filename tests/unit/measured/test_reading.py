"""Measured files: what is read, and what is refused in one sentence."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.measurements import CHARGED, MASS, STATED, Rows, full_cell, half_cell, text, written

from chemomech.cli import main
from chemomech.errors import InputError
from chemomech.experiments.measured import MeasuredRun, StepKind, read_measured
from chemomech.experiments.measured.columns import quantity_of


def read(path: Path, **changes: Any) -> MeasuredRun:
    return read_measured(path, changes=STATED | changes)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> MeasuredRun:
    return read(written(tmp_path_factory.mktemp("good"), text(CHARGED)))


def test_a_run_is_in_si_and_in_steps(good: MeasuredRun) -> None:
    assert [step.kind for step in good.steps] == [
        StepKind.REST, StepKind.CONSTANT_CURRENT, StepKind.REST, StepKind.CONSTANT_CURRENT, StepKind.REST,
    ]  # fmt: skip
    assert [step.duration for step in good.steps] == pytest.approx([600.0, 14400.0, 3600.0, 7200.0, 600.0])
    # C/5 for 4 h is 144 mAh/g, and half of it comes back.
    assert good.specific_factor() == pytest.approx(1.0 / MASS)
    charge = good.charge / MASS / 3600.0
    assert charge.max() == pytest.approx(144.0, rel=1e-6)
    assert charge[-1] == pytest.approx(72.0, rel=1e-6)


@pytest.mark.parametrize(
    ("header", "scale", "changes"),
    [
        ("Time (h),I/mA,Ewe/V", (1 / 3600, 1e3, 1.0), {}),
        ("time_min,<I>/mA,voltage_mV", (1 / 60, 1e3, 1e3), {}),
        ("Seconds,Amps,Volts", (1.0, 1.0, 1.0), {}),
        ("test_time_second,current_ampere,voltage_volt", (1.0, 1.0, 1.0), {}),
        ("t,i,u", (1.0, 1e3, 1.0), {"units.time": "s", "units.current": "mA", "units.voltage": "V"}),
        ("Time [s],Specific current [mA/g],Voltage [V]", (1.0, 1e5, 1.0), {}),
        ("uhr,strom,spannung", (1.0, 1e3, 1.0), {
            "columns.time": "uhr", "columns.current": "strom", "columns.voltage": "spannung",
            "units.time": "s", "units.current": "mA", "units.voltage": "V",
        }),
    ],
)  # fmt: skip
def test_headers_and_units_of_cyclers(
    tmp_path: Path, good: MeasuredRun, header: str, scale: tuple[float, ...], changes: dict[str, str]
) -> None:
    rows = [tuple(value * factor for value, factor in zip(row, scale, strict=True)) for row in CHARGED]
    run = read(written(tmp_path, text(rows, header)), **changes)  # type: ignore[arg-type]
    np.testing.assert_allclose(run.time, good.time, rtol=1e-6, atol=1e-4)
    np.testing.assert_allclose(run.voltage, good.voltage, rtol=1e-6)
    np.testing.assert_allclose(run.current * run.specific_factor(), good.current / MASS, rtol=1e-6)


def test_a_current_per_area_needs_no_area(tmp_path: Path) -> None:
    rows = [(t, 1e3 * i, v) for t, i, v in CHARGED]
    path = written(tmp_path, text(rows, "Time [s],I [mA/cm2],Voltage [V]"))
    run = read_measured(path, changes={"current_sign": "charge-positive"})
    # 0.36 mA/cm2 are 3.6 A/m2.
    assert run.current.max() == pytest.approx(3.6)
    assert run.current_density_factor() == 1.0


def test_a_discharge_that_is_positive_is_turned(tmp_path: Path, good: MeasuredRun) -> None:
    path = written(tmp_path, text([(t, -i, v) for t, i, v in CHARGED]))
    run = read(path, current_sign="discharge-positive")
    np.testing.assert_allclose(run.current, good.current)


@pytest.mark.parametrize(
    ("content", "changes"),
    [
        (lambda: text(CHARGED, "Time [s];Current [A];Voltage [V]", ";"), {}),
        (lambda: text(CHARGED, "Time [s]\tCurrent [A]\tVoltage [V]", "\t"), {}),
        (lambda: "\ufeff" + text(CHARGED), {}),
        (lambda: text(CHARGED).replace("\n", "\r\n"), {}),
        (lambda: "Cell 7, channel 2\nstarted, 2024\n\n" + text(CHARGED), {}),
        (lambda: text(CHARGED).replace("\n", ",\n"), {}),  # a delimiter at the end of each line
        (lambda: text(CHARGED) + "\n\n", {}),
        (lambda: "# " + text(CHARGED), {}),
        (
            lambda: text(CHARGED, "Time [s];Current [A];Voltage [V]", ";").replace(".", ","),
            {"decimal": ","},
        ),
        (lambda: text(CHARGED, "Time [s]~Current [A]~Voltage [V]", "~"), {"delimiter": "~"}),
        (lambda: text(CHARGED, "Time [s],Current [A],Voltage [V]").encode("utf-16"), {"encoding": "utf-16"}),
    ],
)  # fmt: skip
def test_ways_to_write_a_table(
    tmp_path: Path, good: MeasuredRun, content: Any, changes: dict[str, str]
) -> None:
    run = read(written(tmp_path, content()), **changes)
    np.testing.assert_allclose(run.voltage, good.voltage, rtol=1e-8)


def test_clock_times(tmp_path: Path, good: MeasuredRun) -> None:
    def clock(seconds: float) -> str:
        return f"{int(seconds // 3600)}:{int(seconds % 3600 // 60):02d}:{seconds % 60:06.3f}"

    lines = [f"{clock(t)},{i:.9g},{v:.9g}" for t, i, v in CHARGED]
    content = "\n".join(["Time(h:min:s.ms),Current(A),Voltage(V)", *lines])
    np.testing.assert_allclose(read(written(tmp_path, content)).time, good.time, atol=1e-3)


def test_given_steps_are_taken(tmp_path: Path) -> None:
    rows = half_cell([(0.2, 3600.0), (0.2, 3600.0)])
    lines = [f"{t:.9g},{i:.9g},{v:.9g},{1 + (t > 3600.0)}" for t, i, v in rows]
    run = read(written(tmp_path, "\n".join(["t [s],I [A],U [V],Ns", *lines])))
    assert [step.duration for step in run.steps] == pytest.approx([3600.0, 3600.0])


def test_what_is_stated_beside_the_file_holds_unless_said_otherwise(tmp_path: Path) -> None:
    path = written(tmp_path, text(CHARGED))
    written(tmp_path, 'current_sign = "charge-positive"\nmass = "10 mg"\narea = "1 cm2"\n', "test.toml")
    assert read_measured(path).area == pytest.approx(1e-4)
    assert read_measured(path, changes={"area": "2 cm2"}).area == pytest.approx(2e-4)
    written(tmp_path, 'current_sing = "charge-positive"\n', "test.toml")
    with pytest.raises(InputError, match="did you mean 'current_sign'"):
        read_measured(path)


def swapped(rows: Rows, place: int) -> Rows:
    return [*rows[:place], rows[place + 1], rows[place], *rows[place + 2 :]]


def changed(rows: Rows, place: int, words: str) -> str:
    lines = text(rows).splitlines()
    lines[place + 1] = words
    return "\n".join(lines)


BAD: list[tuple[str, Any, dict[str, str], str]] = [
    ("unordered", lambda: text(swapped(CHARGED, 100)), {}, r"goes back in time.*lines 102 and 103"),
    ("repeated", lambda: text([*CHARGED[:50], CHARGED[49], *CHARGED[50:]]), {}, "repeats the time"),
    ("no voltage", lambda: text(CHARGED, "Time [s],Current [A],Power [W]"), {}, "no column for the voltage"),
    ("mA for A", lambda: text([(t, 1e3 * i, v) for t, i, v in CHARGED]), {},
     r"C; it must be|times the charge"),
    (
        "mA for A in a pulse",
        lambda: text([(t, 1e3 * i, v) for t, i, v in half_cell([(0.0, 300.0), (0.05, 600.0), (0.0, 60.0)])]),
        {}, "times the charge of all lithium sites",
    ),
    ("A for mA", lambda: text(CHARGED), {"units.current": "mA"}, "check the unit of the current"),
    ("g for mg", lambda: text(CHARGED), {"mass": "10 g"}, "and the mass"),
    ("m2 for cm2", lambda: text(CHARGED), {"mass": "10 mg", "area": "1 m2"}, "and the area"),
    ("mV for V", lambda: text([(t, i, 1e3 * v) for t, i, v in CHARGED]), {}, "unit of the voltage"),
    ("full cell", lambda: text([(t, i, full_cell(v)) for t, i, v in CHARGED]), {}, "as a full cell does"),
    ("too high", lambda: text([(t, i, v + 1.0) for t, i, v in CHARGED]), {}, "reaches 4.576 V"),
    ("gap", lambda: text([*CHARGED[:100], *CHARGED[300:]]), {}, "has no record between"),
    ("nan", lambda: changed(CHARGED, 7, "150,nan,3.7"), {}, "line 9 .* has 'nan'"),
    ("empty cell", lambda: changed(CHARGED, 7, "150,,3.7"), {}, "has nothing in the column"),
    ("word", lambda: changed(CHARGED, 7, "150,none at all,3.7"), {}, "is not a number"),
    ("underscore", lambda: changed(CHARGED, 7, "1_50,0,3.7"), {}, "is not a number"),
    ("no unit", lambda: text(CHARGED, "Time,Current,Voltage"), {}, "has no unit"),
    ("unknown unit", lambda: text(CHARGED, "Time [s],Current [pairs],Voltage [V]"), {}, "none of a current"),
    ("wrong dimension", lambda: text(CHARGED, "Time [s],Current [A],Voltage [A]"), {}, "none of a voltage"),
    ("sign", lambda: text(CHARGED), {"current_sign": "discharge-positive"}, "state the other current_sign"),
    ("size only", lambda: text([(t, abs(i), v) for t, i, v in CHARGED]), {}, "sign differs between charge"),
    ("latin", lambda: text(CHARGED).replace("Voltage", "T [°C],Voltage").encode("latin-1"), {},
     "not in UTF-8"),
    (
        "decimal commas", lambda: text(CHARGED, "Time [s];Current [A];Voltage [V]", ";").replace(".", ","),
        {}, "decimal comma; state decimal",
    ),
    ("commas in commas", lambda: text(CHARGED).replace(".", ","), {}, "as where numbers have decimal commas"),
    ("duplicate", lambda: text(CHARGED, "Time [s],Voltage [V],Voltage [V]"), {}, "2 columns with the header"),
    ("two voltages", lambda: text(CHARGED, "Time [s],Ewe/V,Ecell/V"), {}, "more than one voltage"),
    ("trailing", lambda: text(CHARGED) + "total,3\n", {}, "take out what stands after the table"),
    ("trailing full", lambda: text(CHARGED) + "total,3,4\n", {}, "which is not a number"),
    ("empty", lambda: "", {}, "is empty"),
    ("blank", lambda: "\n \n", {}, "is empty"),
    ("header alone", lambda: text([]), {}, "a header and no rows"),
    ("two rows", lambda: text(CHARGED[:2]), {}, "has 2 records"),
    ("delimiter", lambda: text(CHARGED, "Time [s]~Current [A]~Voltage [V]", "~"), {}, "state its delimiter"),
    ("binary", lambda: b"\x00\x01\x02" * 50, {}, "holds zero bytes"),
    ("no sign", lambda: text(CHARGED), {"current_sign": None}, "which current is positive"),
    ("no mass", lambda: text(CHARGED), {"mass": None}, "neither mass nor area"),
    ("bare mass", lambda: text(CHARGED), {"mass": 10.0}, "has no unit"),
    ("material", lambda: text(CHARGED), {"material": "nmc621"}, "did you mean 'nmc622'"),
    ("column", lambda: text(CHARGED), {"columns.voltage": "Voltage"}, "did you mean 'Voltage \\[V\\]'"),
    ("encoding", lambda: text(CHARGED), {"encoding": "utf-9"}, "none that is known"),
    ("clock", lambda: changed(CHARGED, 7, "1:70:00,0,3.7"), {"units.time": "h:min:s"}, "a time as h:min:s"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "changes", "words"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD]
)
def test_bad_input_is_refused_in_one_sentence(
    tmp_path: Path, content: Any, changes: dict[str, Any], words: str
) -> None:
    stated = {name: value for name, value in (STATED | changes).items() if value is not None}
    with pytest.raises(InputError, match=words) as refused:
        read_measured(written(tmp_path, content()), changes=stated)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("suffix", [".xlsx", ".res", ".ndax"])
def test_kinds_of_files_that_are_not_read_say_so(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(InputError, match="export it as CSV"):
        read(written(tmp_path, b"PK", f"test{suffix}"))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for name in ("none.csv", "none.mpr"):
        with pytest.raises(InputError, match="does not exist"):
            read(tmp_path / name)


def test_a_gap_in_a_rest_is_none(tmp_path: Path) -> None:
    rows = half_cell([(0.2, 7200.0), (0.0, 7200.0), (0.2, 3600.0)])
    thin = [row for row in rows if not 7400.0 < row[0] < 14000.0]
    lasting = [step for step in read(written(tmp_path, text(thin))).steps if step.duration > 0.0]
    assert [step.duration for step in lasting] == pytest.approx([7200.0, 7200.0, 3600.0])


@pytest.mark.parametrize(
    ("header", "quantity"),
    [
        ("Test Time / s", ("time", "s")),
        ("Voltage / V", ("voltage", "V")),
        ("Current / A", ("current", "A")),
        ("Step Count / 1", ("step", "1")),
        ("time/s", ("time", "s")),
        ("Ecell/V", ("voltage", "V")),
        ("Time[h]", ("time", "h")),
        ("Step Time / s", None),
        ("Step Index / 1", None),
        ("Ambient Temperature / degC", None),
        ("Charge_Capacity(Ah)", None),
    ],
)
def test_what_headers_stand_for(header: str, quantity: tuple[str, str] | None) -> None:
    assert quantity_of(header) == quantity


def mpr(rows: Rows) -> bytes:
    """A file of EC-Lab as its layout is known: a magic line, and a data module with columns 4, 6 and 8."""
    # Columns time/s (4, double), Ewe/V (6, float) and I/mA (8, float).
    records = b"".join(struct.pack("<dff", t, v, 1e3 * i) for t, i, v in rows)
    head = struct.pack("<IB3H", len(rows), 3, 4, 6, 8)
    data = head + b"\x00" * (0x195 - len(head)) + records
    parts = ((b"VMP Set", b"", 0), (b"VMP data", data, 2))
    modules = [
        b"".join(
            (
                b"MODULE",
                name.ljust(10),
                name.ljust(25),
                struct.pack("<II", len(body), kind),
                b"01/02/24",
                body,
            )
        )
        for name, body, kind in parts
    ]
    return b"BIO-LOGIC MODULAR FILE\x1a".ljust(48) + bytes(4) + b"".join(modules)


def test_a_file_of_ec_lab(tmp_path: Path, good: MeasuredRun) -> None:
    pytest.importorskip("galvani", reason="the reader of .mpr is optional")
    stated = {"mass": "10 mg", "material": "nmc622"}  # EC-Lab says itself which current is positive
    run = read_measured(written(tmp_path, mpr(CHARGED), "test.mpr"), changes=stated)
    np.testing.assert_allclose(run.voltage, good.voltage, rtol=1e-6)
    np.testing.assert_allclose(run.current, good.current, rtol=1e-6)
    with pytest.raises(InputError, match="cannot be read as a file of EC-Lab"):
        read_measured(written(tmp_path, b"something else", "other.mpr"), changes=stated)


def test_the_command_prints_a_table_and_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, text(CHARGED))
    said = [word for name, value in STATED.items() for word in ("--state", f"{name}={value}")]
    assert main(["data", "info", str(path), "--picture", str(tmp_path / "a.png"), *said]) == 0
    out = capsys.readouterr().out
    assert "constant current" in out
    assert "+144" in out
    assert (tmp_path / "a.png").stat().st_size > 10_000
    assert main(["data", "info", str(path), "--picture", str(tmp_path / "a.png"), *said]) == 2
    assert main(["data", "info", str(path), "--no-picture"]) == 2
    assert "state current_sign" in capsys.readouterr().err
