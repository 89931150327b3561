"""What must hold on this machine before a run: a C compiler, and a folder that may be written to."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from chemomech.cores import usable_cores
from chemomech.errors import InputError, MachineError


def require_compiler() -> str:
    """Return the C compiler that will build the weak forms, and make it the one that is used.

    Returns:
        The command, from the environment variable CC, else from how Python was built, else the first of cc,
        gcc and clang that exists.

    Raises:
        InputError: when CC names no program, or there is none at all.
    """
    asked = os.environ.get("CC", "").strip()
    if asked:
        if shutil.which(shlex.split(asked)[0]) is None:
            raise InputError(
                f"the environment variable CC = {asked!r} names no program; unset it or name a compiler."
            )
        return asked
    default = str(sysconfig.get_config_var("CC") or "cc")
    if shutil.which(shlex.split(default)[0]):
        return default
    for command in ("cc", "gcc", "clang"):
        if shutil.which(command):
            # The form compiler would call what Python was built with, which is not on this machine.
            os.environ["CC"] = command
            return command
    raise InputError(
        "there is no C compiler (cc, gcc or clang) on this machine, and the weak forms are compiled when a "
        "run starts; install one (Debian/Ubuntu: apt install gcc libc6-dev; macOS: xcode-select --install)."
    )


def crowded(comm: Any) -> str:
    """Return a sentence where more ranks than cores are on this machine, else nothing; collective."""
    # A launcher may have bound every rank to cores of its own.
    seen = comm.allgather((platform.node(), usable_cores()))
    here = [cores for node, cores in seen if node == platform.node()]
    cores, ranks = len(set().union(*here)), len(here)
    if ranks <= cores:
        return ""
    return (
        f"{ranks} ranks share {cores} core{'s' if cores > 1 else ''} of this machine and wait for each "
        f"other, which takes many times longer; start mpiexec -n {cores}."
    )


def require_compile_cache() -> Path:
    """Return the folder in which compiled weak forms are kept, made if it is missing.

    Raises:
        MachineError: when it cannot be written.
    """
    from dolfinx import jit

    folder = Path(jit.get_options()["cache_dir"])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"0")
            probe.flush()
    except OSError as error:
        raise MachineError(
            f"compiled forms cannot be kept in {str(folder)!r} ({error.strerror}); set the "
            "environment variable XDG_CACHE_HOME to a folder that can be written."
        ) from None
    return folder


def claim_output_folder(out: Path, *, resume: bool, comm: Any) -> bool:
    """Make the output folder, unless it holds something that must not be overwritten; collective.

    Only rank 0 looks and makes; all ranks raise together, so that none waits for one that has left.

    Args:
        out: the folder.
        resume: continue what the folder holds.
        comm: an MPI communicator.

    Returns:
        Whether it was there before.

    Raises:
        InputError: when the folder holds anything and ``resume`` is false, when there is nothing to resume,
            or when it cannot be made.
    """
    refusal, existed = comm.bcast(_claim(out, resume) if comm.rank == 0 else None, root=0)
    if refusal:
        raise InputError(refusal)
    return bool(existed)


def is_leftover(path: Path) -> bool:
    """Whether a file is what a process that was killed had not yet put in its place."""
    return path.name.startswith(".") and ".tmp" in path.name


def _claim(out: Path, resume: bool) -> tuple[str, bool]:
    existed = used = False
    try:
        existed = out.exists()
        used = existed and (not out.is_dir() or not all(map(is_leftover, out.iterdir())))
    except (OSError, ValueError) as error:
        return (
            f"output folder {str(out)!r} cannot be looked into ({error}); choose another with --out.",
            existed,
        )
    if used and not out.is_dir():
        return f"output {str(out)!r} is a file, not a folder; choose another with --out.", existed
    if used and not resume:
        return (
            f"output folder {str(out)!r} is not empty; choose another with --out, continue it with --resume, "
            "or delete it."
        ), existed
    if resume and not used:
        return (
            f"output folder {str(out)!r} holds nothing to resume; leave out --resume or name another.",
            existed,
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        reason = f"cannot be made or written ({error.strerror})"
        return f"output folder {str(out)!r} {reason}; choose another with --out.", existed
    return "", existed
