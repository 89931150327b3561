"""Files of moving pictures: frames go in one by one, and the ending of the name says what becomes of them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError, MachineError
from chemomech.solver.results.folder import replacing

Frame = npt.NDArray[np.uint8]
AddFrame = Callable[[Frame], None]
"""Takes the next frame, shape (height, width, 3)."""

PER_SECOND: Final = 12
"""Frames shown in a second."""


@contextlib.contextmanager
def film(target: Path) -> Iterator[AddFrame]:
    """Write a film, whole or not at all.

    Args:
        target: where; it ends in ``.gif``, ``.mp4`` or, for its last frame, ``.png``; an old file
            is replaced.

    Yields:
        What takes the frames, all of the same size.

    Raises:
        InputError: for another ending, or an MP4 without the package that makes it.
        MachineError: when the film cannot be written.
    """
    writer = _WRITERS.get(target.suffix.lower())
    if writer is None:
        raise InputError(f"the film {str(target)!r} ends in {target.suffix!r}; give it .gif, .mp4 or .png.")
    with replacing(target) as temporary, writer(temporary) as add:
        yield add


@contextlib.contextmanager
def _gif(path: Path) -> Iterator[AddFrame]:
    from PIL import Image

    frames: list[Image.Image] = []

    def add(frame: Frame) -> None:
        frames.append(Image.fromarray(frame).quantize(256, dither=Image.Dither.NONE))  # a byte a pixel

    yield add
    if not frames:
        raise ValueError("a film needs a frame")
    # Equal frames in a row become one that is shown longer.
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=int(1000 / PER_SECOND), loop=0)


@contextlib.contextmanager
def _mp4(path: Path) -> Iterator[AddFrame]:
    try:
        import imageio_ffmpeg
    except ImportError:
        raise InputError(
            "an MP4 needs the package imageio-ffmpeg, which is not installed; install it by pip install "
            '"chemomech[app]", or give a name that ends in .gif.'
        ) from None
    stream: Any = None

    def add(frame: Frame) -> None:
        nonlocal stream
        # The encoder takes even sizes alone.
        even = np.ascontiguousarray(frame[: frame.shape[0] // 2 * 2, : frame.shape[1] // 2 * 2])
        if stream is None:
            size = (even.shape[1], even.shape[0])
            stream = imageio_ffmpeg.write_frames(
                str(path), size, fps=PER_SECOND, quality=8, macro_block_size=2, ffmpeg_log_level="error"
            )
            stream.send(None)
        stream.send(even)

    try:
        yield add
        if stream is not None:
            stream.close()
    except OSError as error:
        raise MachineError(
            f"the film {path.name!r} cannot be written ({str(error).splitlines()[0]}), as on a full disk; "
            "free some space, or write to another disk."
        ) from error
    if not path.is_file() or not path.stat().st_size:
        raise MachineError(
            f"the film {path.name!r} came out empty, as on a disk that is full; free some space, or write to "
            "another disk."
        )


@contextlib.contextmanager
def _png(path: Path) -> Iterator[AddFrame]:
    from PIL import Image

    last: list[Frame] = []

    def add(frame: Frame) -> None:
        last[:] = [frame]

    yield add
    Image.fromarray(last[0]).save(path)


STILL: Final = ".png"
"""Ending of a picture that does not move: the last frame."""
_WRITERS: Final = {".gif": _gif, ".mp4": _mp4, STILL: _png}
FILMS: Final = (".gif", ".mp4")
"""Endings of films."""
