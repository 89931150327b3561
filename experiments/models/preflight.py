"""What must hold on this machine before a run: a C compiler, and a folder that may be written to."""

from __future__ import annotations

import os
import shlex
import shutil
import sysconfig
from pathlib import Path
from typing import Any

from chemomech.errors import InputError


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


def claim_output_folder(out: Path, *, resume: bool, comm: Any) -> None:
    """Make the output folder, unless it holds something that must not be overwritten; collective.

    Only rank 0 looks and makes; all ranks raise together, so that none waits for one that has left.

    Args:
        out: the folder.
        resume: continue what the folder holds.
        comm: an MPI communicator.

    Raises:
        InputError: when the folder holds anything and ``resume`` is false, when there is nothing to resume,
            or when it cannot be made.
    """
    refusal = comm.bcast(_claim(out, resume) if comm.rank == 0 else None, root=0)
    if refusal:
        raise InputError(refusal)


def _claim(out: Path, resume: bool) -> str:
    used = out.exists() and (not out.is_dir() or any(out.iterdir()))
    if used and not out.is_dir():
        return f"output {str(out)!r} is a file, not a folder; choose another with --out."
    if used and not resume:
        return (
            f"output folder {str(out)!r} is not empty; choose another with --out, continue it with --resume, "
            "or delete it."
        )
    if resume and not used:
        return f"output folder {str(out)!r} holds nothing to resume; leave out --resume or name another."
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return f"output folder {str(out)!r} cannot be made ({error.strerror}); choose another with --out."
    return ""
