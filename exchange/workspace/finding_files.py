"""Where the findings of a check lie in pages: ``.review/`` of a workspace, which may be deleted at any time.

A file there is derived from rows and decisions, named by the sha256 of what it was derived from, and readable by its owner
alone. It says no more than ``objects/`` does, and goes with every event that brings or takes rows, so that nothing which
retention ended for outlives it here.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

FOLDER = ".review"
SUFFIX = ".findings"


def pages_file(workspace: Path, key: str, language: str) -> Path:
    """Return where the pages of that key lie, whether they are there or not; one language's do not displace another's."""
    return workspace / FOLDER / f"{key[:32]}.{language}{SUFFIX}"


def make_folder(workspace: Path) -> Path:
    """Return the folder, made where it is missing, for its owner alone.

    Raises:
        OSError: it cannot be made.
    """
    folder = workspace / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def forget_pages(workspace: Path, but: Path | None = None) -> None:
    """Delete the files, or those that one displaces; what somebody reads on Windows stays until the next time, read no more."""
    for path in (workspace / FOLDER).glob(f"*{SUFFIX}" if but is None else f"*{''.join(but.suffixes)}"):
        if path != but:
            with suppress(OSError):
                path.unlink()
    if but is None:
        # What a process left that was killed while it wrote.
        for path in (workspace / FOLDER).glob(f".*/*{SUFFIX}"):
            with suppress(OSError):
                path.unlink()
                path.parent.rmdir()
