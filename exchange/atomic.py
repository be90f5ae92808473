"""Atomic writing: a file is there whole or not at all, also when the machine dies in between."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Write to a temporary name beside ``path``, fsync, rename over it.

    Raises:
        OSError: the folder cannot be written; the old file, if any, is untouched.
    """
    write_pieces_atomically(path, (content,))


def write_pieces_atomically(path: Path, pieces: Iterable[bytes]) -> None:
    """Write what comes piece by piece as :func:`write_atomically` does; where the pieces fail, nothing is visible.

    Raises:
        OSError: the folder cannot be written; the old file, if any, is untouched.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:
            # A full disk tells no name, and the sentence about it needs one.
            error.filename = str(path)
        raise
