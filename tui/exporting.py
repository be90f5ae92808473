"""Files that a person asks for on the screen: the list as CSV or JSON, a report, a picture, an error report.

Comes in: what is shown, and a folder. Goes out: a file of a name that none there has yet, whole or not at all; nothing is ever
written over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Literal

from exchange.atomic import write_pieces_atomically
from exchange.errors import EnblanketError
from exchange.language import translate as _
from exchange.reports.findings import csv_heading, csv_lines, json_lines
from exchange.review.filtering import Filter
from exchange.review.listing import Listing
from exchange.review.open_list import Entry

Form = Literal["csv", "json"]
_PAGE = 256
_MOST = 1000
# A spreadsheet takes a file without it for the system's old encoding.
_MARK = "\ufeff"


def new_path(folder: Path | None, name: str) -> Path:
    """Return a path in the folder that nothing has yet; ``name`` holds ``{number}``.

    Raises:
        EnblanketError: there is no folder, or it is full of such files.
    """
    if folder is None:
        raise EnblanketError(_("There is no folder for files here."))
    paths = (folder / name.format(number=number) for number in range(1, _MOST))
    path = next((one for one in paths if not one.exists()), None)
    if path is None:
        raise EnblanketError(_("{folder} is full of such files; move some away.").format(folder=folder))
    return path


def write_list(listing: Listing, wanted: Filter, form: Form, path: Path) -> int:
    """Write what a filter lets through, in its order, page by page; return how many entries.

    Raises:
        OSError: the file cannot be written; nothing is left of it.
    """
    entries = _entries(listing, wanted)
    lines = json_lines(entries) if form == "json" else chain((_MARK + csv_heading(),), csv_lines(entries))
    write_lines(lines, path)
    return listing.count(wanted)


def write_lines(lines: Iterable[str], path: Path) -> None:
    """Write lines, each with its end.

    Raises:
        OSError: the file cannot be written; nothing is left of it.
    """
    write_pieces_atomically(path, (line.encode("utf-8", "backslashreplace") for line in lines))


def copy_into(folder: Path, file: Path) -> Path:
    """Copy a file into a folder under its own name; return where it lies.

    Raises:
        EnblanketError: there is no such folder, or a file of that name lies there.
        OSError: it cannot be read or written.
    """
    path = folder / file.name
    if not folder.is_dir():
        raise EnblanketError(_("{folder} is no folder; name one that exists.").format(folder=folder))
    if path.exists():
        raise EnblanketError(_("{path} lies there already; name another folder.").format(path=path))
    write_pieces_atomically(path, (file.read_bytes(),))
    return path


def _entries(listing: Listing, wanted: Filter) -> Iterator[Entry]:
    for first in range(0, listing.count(wanted), _PAGE):
        yield from listing.rows(wanted, first, _PAGE)
