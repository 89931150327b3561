"""The flags that the weak forms are compiled with."""

from __future__ import annotations

import pytest

from chemomech.errors import InputError
from chemomech.solver.algebra.compiling import COMPILER_ARGUMENTS, FLAGS_VARIABLE, compiler_arguments


def test_the_flags_are_ours_where_the_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FLAGS_VARIABLE, raising=False)
    assert compiler_arguments() == list(COMPILER_ARGUMENTS)
    # It would change the rounding mode of the whole process.
    assert not {"-ffast-math", "-Ofast"} & set(COMPILER_ARGUMENTS)


def test_the_variable_takes_the_place_of_all_our_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FLAGS_VARIABLE, "-O2  -march=x86-64 '-DNAME=two words'")
    assert compiler_arguments() == ["-O2", "-march=x86-64", "-DNAME=two words"]


@pytest.mark.parametrize(
    ("value", "message"),
    [("O2", "'O2', which is no flag"), ("-O2 g0", "'g0', which is no flag"), (" ", "no flag"), ("'", "read")],
)
def test_what_is_no_flag_is_refused(monkeypatch: pytest.MonkeyPatch, value: str, message: str) -> None:
    monkeypatch.setenv(FLAGS_VARIABLE, value)
    with pytest.raises(InputError, match=message) as refusal:
        compiler_arguments()
    assert FLAGS_VARIABLE in str(refusal.value)
    assert "unset it" in str(refusal.value)
