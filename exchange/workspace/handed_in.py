"""The bytes of a file that somebody handed in, read once and whole.

In: a path as the user named it. Out: its bytes. Refused with one sentence: no such file, a folder, a pipe or a device (which may never
end), a file larger than any that is taken, one that cannot be read.
"""

from __future__ import annotations

import stat
from pathlib import Path

from exchange.errors import IntakeRefused
from exchange.intake.preflight import MAX_FILE
from exchange.language import translate as _


def bytes_of(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        IntakeRefused: names the file and the cure.
    """
    try:
        _refuse_others(path)
        return path.read_bytes()
    except FileNotFoundError:
        raise IntakeRefused(_("{path} does not exist; check the name.").format(path=path)) from None
    except OSError as error:
        raise IntakeRefused(
            _("{path} cannot be read ({reason}); close it in other programs.").format(
                path=path, reason=error.strerror
            )
        ) from None


def _refuse_others(path: Path) -> None:
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise IntakeRefused(_("{path} is a folder; name the file in it.").format(path=path))
    if not stat.S_ISREG(found.st_mode):
        raise IntakeRefused(
            _("{path} is a pipe or a device and no file; save it to a file and name that.").format(path=path)
        )
    if found.st_size > MAX_FILE:
        raise IntakeRefused(
            _("{file} is larger than {limit} MB: split it by month.").format(
                file=path.name, limit=MAX_FILE >> 20
            )
        )
