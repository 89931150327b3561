"""Room in shared memory, without which MPI ends a process by a bus error."""

from __future__ import annotations

import os
import sys
from types import SimpleNamespace

import pytest

from chemomech import ranks
from chemomech.errors import MachineError


@pytest.mark.skipif(not ranks.SHARED_MEMORY.is_dir(), reason="this system has no /dev/shm")
@pytest.mark.parametrize(
    ("size", "free", "whole", "said"),
    [
        ("", 1.0e6, 1.0e9, "/dev/shm has 1.00 MB free and MPI needs 1.1 MB there; remove what"),
        ("", 2.0e6, 2.0e6, ""),
        ("2", 5.0e6, 64e6, "/dev/shm has 5.00 MB free and MPI needs 10.8 MB there; remove what"),
        ("2", 8.0e6, 8.0e6, "/dev/shm has 8.00 MB free and MPI needs 10.8 MB there; remove what"),
        ("2", 6.0e6, 64e6, ""),  # the other rank has taken its share
    ],
)
def test_want_of_it_is_said_before_mpi_is_loaded(
    size: str, free: float, whole: float, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMI_SIZE", size)
    monkeypatch.delitem(sys.modules, "mpi4py.MPI", raising=False)
    facts = SimpleNamespace(f_bavail=int(free), f_blocks=int(whole), f_frsize=1)
    monkeypatch.setattr(os, "statvfs", lambda place: facts)
    if not said:
        ranks.require_shared_memory()
        return
    with pytest.raises(MachineError) as raised:
        ranks.require_shared_memory()
    assert str(raised.value).startswith(said)
    assert ranks.told_of_failure() == (True, False)  # without loading MPI to tell the others
    assert "mpi4py.MPI" not in sys.modules
