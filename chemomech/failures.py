"""Every exception as one sentence with an exit code: what the command line says in place of a traceback.

Codes: 2 for what the user can mend in the input, 3 for what the machine does not give, 4 for a run that ended
without a result, 1 for what nobody has foreseen, whose traceback goes to a file.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chemomech.errors import InputError, MachineError, RunFailedError

UNFORESEEN, INPUT, MACHINE, RUN_FAILED = 1, 2, 3, 4
INTERRUPTED = 130

LONGEST = 1200
"""Letters of a sentence that is shown whole."""

_MACHINE: Final[Mapping[int, str]] = {
    errno.ENOSPC: "the disk is full; free some space, or write to another disk",
    errno.EDQUOT: "your share of the disk is used up; free some space, or write to another disk",
    errno.EFBIG: "the file would be larger than this process may write; raise the limit (ulimit -f)",
    errno.EROFS: "the disk can only be read; write to another one",
    errno.EIO: "the disk reports an error; check it, or use another one",
    errno.ENOMEM: "there is not enough memory; close other programs, or take a smaller case",
    errno.EMFILE: "this process may open no more files; raise the limit (ulimit -n)",
    errno.ENFILE: "this machine can open no more files; close other programs",
    errno.EAGAIN: "this machine can start no more processes; close other programs",
    errno.ESTALE: "the network disk has lost the file; mount it again",
    errno.ETIMEDOUT: "the network disk does not answer; check the connection",
}
_INPUT: Final[Mapping[int, str]] = {
    errno.ENOENT: "there is no such file or folder; check the path",
    errno.EACCES: "this user may not read or write there; change the permissions, or name another place",
    errno.EPERM: "this user may not do that there; change the permissions, or name another place",
    errno.EISDIR: "it is a folder, and a file is needed; name a file",
    errno.ENOTDIR: "a file lies where a folder is needed; name another place",
    errno.EEXIST: "it exists already; delete it, or name another place",
    errno.ENOTEMPTY: "the folder is not empty; name another one",
    errno.ENAMETOOLONG: "the name is longer than the disk allows; choose a shorter one",
    errno.ELOOP: "the links lead in a circle; name the file itself",
    errno.EINVAL: "the disk does not take this name or place; choose another",
    errno.ENOTSUP: "the disk cannot do that; name another place",
}

_FULL_DISK = re.compile(
    "No space left on device|File too large|Disk quota exceeded|\\d+ requested and \\d+ written"
)
"""What libraries that keep no error number say of a disk that is full."""


@dataclass(frozen=True)
class Failure:
    """What is said of an exception.

    Attributes:
        sentence: what, where and what to do.
        code: with which the process ends.
        foreseen: False where the program itself is at fault.
    """

    sentence: str
    code: int
    foreseen: bool = True


def describe(error: BaseException) -> Failure:
    """Return what to say of an exception, and with which code to end.

    Args:
        error: anything but an interruption.
    """
    for cause in _chain(error):
        match cause:
            case MachineError():
                return Failure(one_line(str(cause)), MACHINE)
            case InputError():
                return Failure(one_line(str(cause)), INPUT)
            case RunFailedError():
                return Failure(one_line(f"the run ended without a result: {cause}"), RUN_FAILED)
            case MemoryError():
                remedy = "there is not enough memory; close other programs, or take a smaller case or mesh"
                return Failure(f"{remedy}.", MACHINE)
            case OSError() if cause.errno in _MACHINE or cause.errno in _INPUT:
                return _of_system(cause)
    if full := _FULL_DISK.search(str(error)):
        what = _place(error) if isinstance(error, OSError) else "something "
        return Failure(f"{what}cannot be written ({full.group()}): {_MACHINE[errno.ENOSPC]}.", MACHINE)
    match error:
        case ValueError() if "null" in str(error):
            return Failure(
                "a name holds a zero byte, which no disk takes; check the words of the command.", INPUT
            )
        case UnicodeError():
            return Failure(f"a text is not in UTF-8 ({_brief(error)}); save the file as UTF-8.", INPUT)
        case OSError():
            remedy = "check the path and the disk"
            return Failure(f"{_place(error)}cannot be used ({_brief(error)}); {remedy}.", MACHINE)
    return Failure(f"the program is at fault ({type(error).__name__}: {_brief(error)})", UNFORESEEN, False)


def keep_traceback(error: BaseException, folder: Path | None = None) -> Path | None:
    """Write the traceback of an exception into a file; None where no folder takes it.

    Args:
        error: the exception.
        folder: where the file is to lie; the present folder, else that of temporary files, if not given.
    """
    import tempfile
    import time
    import traceback

    text = "".join(traceback.format_exception(error))
    words = f"chemomech {' '.join(sys.argv[1:])}\nPython {sys.version}\n\n{text}"
    name = f"chemomech-traceback-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
    for place in (folder,) if folder is not None else (Path.cwd(), Path(tempfile.gettempdir())):
        try:
            (place / name).write_text(words, encoding="utf-8", errors="replace")
        except OSError:
            continue
        return place / name
    return None


def one_line(text: str) -> str:
    """Return a text as one printable line, its middle left out where it is long."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    plain = " ".join(plain.split())
    half = LONGEST // 2
    return plain if len(plain) <= LONGEST else f"{plain[:half]} ... {plain[-half:]}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, and what it was raised from or while handling, newest first."""
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield at
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)


def _of_system(error: OSError) -> Failure:
    assert error.errno is not None
    code = MACHINE if error.errno in _MACHINE else INPUT
    remedy = {**_MACHINE, **_INPUT}[error.errno]
    return Failure(f"{_place(error)}cannot be used: {remedy}.", code)


def _place(error: OSError) -> str:
    names = [one_line(repr(os.fsdecode(name))) for name in (error.filename, error.filename2) if name]
    return f"{' -> '.join(names)} " if names else "a file "


def _brief(error: BaseException) -> str:
    return one_line(str(error))[:300] or type(error).__name__
