"""The streams: answers to stdout through one writer, messages to stderr, both UTF-8 whatever the system says.

Comes in: finished sentences, lines and JSON values of the commands. Goes out: bytes. Every text passes
:func:`~exchange.sanitise.visible`, so that a cell cannot move the cursor; JSON escapes what is not printable.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from exchange.sanitise import visible

if TYPE_CHECKING:
    from exchange.workspace.folder import Workspace

_UNPRINTABLE = re.compile(r"[^ -~\u00a1-\u00ac\u00ae-\u024f]")


class Exit(IntEnum):
    """What a script learns from a command."""

    HOLDS = 0
    """Everything holds; findings are info at most."""
    OPEN = 1
    """An error or warning is open, or a package was refused."""
    FAILED = 2
    """It could not run; nothing was stored."""


@dataclass(slots=True)
class Terminal:
    """Where a command reads who it is for, and writes.

    Attributes:
        here: the current folder; paths on the command line start from it.
        workspace_option: what ``--workspace`` named.
    """

    out: BinaryIO
    err: BinaryIO
    clock: Callable[[], datetime]
    here: Path
    json: bool = False
    quiet: bool = False
    workspace_option: Path | None = None

    def line(self, text: str = "") -> None:
        """Write one line of an answer."""
        self.out.write(f"{visible(text)}\n".encode("utf-8", "backslashreplace"))

    def record(self, value: Mapping[str, object]) -> None:
        """Write one JSON line."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if not text.isascii():
            text = _UNPRINTABLE.sub(_escaped, text)
        self.out.write(f"{text}\n".encode())

    def note(self, text: str) -> None:
        """Write a message beside the answer; silent under ``--quiet``."""
        if not self.quiet:
            self._say(text)

    def error(self, text: str) -> None:
        """Write why a command failed: one sentence."""
        self._say(f"enblanket: {text}")

    def workspace(self) -> Workspace:
        """Open the workspace named by ``--workspace``, or the nearest from here upwards.

        Raises:
            WorkspaceError: there is none.
        """
        from exchange.workspace.folder import find_workspace, open_workspace

        folder = (
            find_workspace(self.here) if self.workspace_option is None else self.here / self.workspace_option
        )
        return open_workspace(folder, self.clock)

    def _say(self, text: str) -> None:
        self.out.flush()
        self.err.write(f"{visible(text)}\n".encode("utf-8", "backslashreplace"))
        self.err.flush()


def system_terminal() -> Terminal:
    """Return the terminal of this process."""
    return Terminal(sys.stdout.buffer, sys.stderr.buffer, lambda: datetime.now(UTC), Path.cwd())


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if character.isprintable():
        return character
    return json.dumps(character)[1:-1]
