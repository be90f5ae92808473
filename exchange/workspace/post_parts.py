"""Parts of packages that came in several messages, on our own disk until all of them are there.

``inbox/parts/<sha256 of the whole>/<number>``: a part is kept when its own hash fits, in any order and however often it comes.
The last one gives the whole, which counts only when its hash fits. Parts are signed by nobody, so there are limits.
"""

from __future__ import annotations

import hashlib
import shutil
from io import BufferedReader
from pathlib import Path

from exchange.atomic import write_pieces_atomically
from exchange.errors import WayFailed
from exchange.language import translate as _
from exchange.post.folder import LARGEST
from exchange.post.parts import LONGEST_LINE, Part, joined, read_line

FOLDER = "parts"
MOST_WAITING = 100


def keep_part(folder: Path, written: Path) -> Part:
    """Keep a part that lies on the disk.

    Args:
        folder: ``inbox/parts``.
        written: the part as it came.

    Raises:
        WayFailed: ``way-part``: it is damaged, or too much waits already.
    """
    with written.open("rb") as file:
        found = read_line(file.read(LONGEST_LINE))
        if found is None or found[0].size > LARGEST or not _fits(file, *found):
            raise WayFailed(
                "way-part",
                _("A part of a package is damaged; ask its sender to send that message again."),
                lasting=True,
            )
    part, _at = found
    place = folder / part.whole
    if not place.exists():
        _refuse_too_many(folder)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    written.replace(place / _name(part))
    return part


def whole_of(folder: Path, part: Part, target: Path) -> bool:
    """Write the whole where all parts are there, and return whether they are.

    Raises:
        WayFailed: ``way-part``: they are all there and do not give the whole; they are dropped, to come again.
    """
    place = folder / part.whole
    pieces = [place / f"{number:03}-{part.count:03}" for number in range(1, part.count + 1)]
    if not all(path.is_file() for path in pieces):
        return False
    write_pieces_atomically(target, joined(pieces))
    with target.open("rb") as file:
        fits = hashlib.file_digest(file, "sha256").hexdigest() == part.whole
    if not fits:
        target.unlink()
        shutil.rmtree(place)
        raise WayFailed(
            "way-part",
            _("The parts of {name} do not fit together; ask its sender to send all of them again.").format(
                name=part.name
            ),
            lasting=True,
        )
    return True


def count_of(folder: Path, part: Part) -> int:
    """Return how many parts of the same file are there."""
    return len(list((folder / part.whole).glob(f"*-{part.count:03}")))


def drop_parts(folder: Path, whole: str) -> None:
    """Delete the parts of a file that is there whole."""
    shutil.rmtree(folder / whole, ignore_errors=True)


def _name(part: Part) -> str:
    return f"{part.number:03}-{part.count:03}"


def _fits(file: BufferedReader, part: Part, begins: int) -> bool:
    file.seek(begins)
    return hashlib.file_digest(file, "sha256").hexdigest() == part.sha256


def _refuse_too_many(folder: Path) -> None:
    if folder.exists() and sum(1 for _one in folder.iterdir()) >= MOST_WAITING:
        raise WayFailed(
            "way-part",
            _("{count} packages in parts wait in {path}; delete those that are expected no more.").format(
                count=MOST_WAITING, path=folder
            ),
            lasting=True,
        )
