"""What is attached to a message, however it was forwarded, renamed or nested: the files that may be ours, and nothing else.

A saved message in (``.eml``, or Outlook's ``.msg``), the bytes of its attachments out that begin like a package, a receipt
or a part of one. Names of attachments are the sender's words: they never become a path, and no header is obeyed. Limits on
size, attachments and nesting are looked at before the parser, whose work grows with the nesting; a message beyond them is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from pathlib import Path
from typing import cast

from exchange.errors import WayFailed
from exchange.language import translate as _
from exchange.post.kinds import HEAD, TAIL, Sort, sort_of

LARGEST_MESSAGE = 100 * 10**6
MOST_ATTACHMENTS = 10_000
DEEPEST = 50
# A message in a message needs two containers at each level.
_MOST_CONTAINERS = 4 * DEEPEST
_CONTAINER = re.compile(rb"^content-type:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
_ANY_TYPE = re.compile(rb"^content-(?:type|disposition):", re.IGNORECASE | re.MULTILINE)
# [MS-OXPROPS] 2.580 PidTagAttachDataBinary; an attached message is a storage, whose attachments have paths of their own.
_ATTACHED = "__substg1.0_37010102"
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Attached:
    """One file that was in a message.

    Attributes:
        name: as the sender says; hostile.
    """

    name: str
    content: bytes
    sort: Sort


def attached(path: Path, sort: Sort, name: str) -> Iterator[Attached]:
    """Give what may be ours in a message that lies on the disk.

    Args:
        path: of the message.
        sort: ``mail`` or ``outlook``.
        name: for the sentence that refuses it.

    Raises:
        WayFailed: ``way-message``: it is beyond the limits or cannot be read.
    """
    if path.stat().st_size > LARGEST_MESSAGE:
        raise _refused(
            name,
            _("it is larger than {most} MB").format(most=LARGEST_MESSAGE // 10**6),
        )
    yield from _Unpacking(name).unpack(path.read_bytes(), sort.content == "outlook", 0)


@dataclass(slots=True)
class _Unpacking:
    """One message being unpacked; what it holds is counted over all levels."""

    name: str
    count: int = 0

    def unpack(self, content: bytes, is_outlook: bool, depth: int) -> Iterator[Attached]:
        self._refuse_depth(depth)
        files = (
            ((depth, *one) for one in self._outlook(content)) if is_outlook else self._mail(content, depth)
        )
        for level, found, inner in files:
            self.count += 1
            if self.count > MOST_ATTACHMENTS:
                raise _refused(
                    self.name, _("it holds more than {most} attachments").format(most=MOST_ATTACHMENTS)
                )
            sort = sort_of(inner[:HEAD], inner[-TAIL:], found)
            if sort.content in ("mail", "outlook"):
                yield from self.unpack(inner, sort.content == "outlook", level + 1)
            elif sort.content != "foreign":
                yield Attached(found, inner, sort)

    def _refuse_depth(self, depth: int) -> None:
        if depth > DEEPEST:
            raise _refused(self.name, _("messages lie in it deeper than {most}").format(most=DEEPEST))

    def _mail(self, content: bytes, depth: int) -> Iterator[tuple[int, str, bytes]]:
        """Give of each part how deep it lies, its name and its bytes."""
        if len(_CONTAINER.findall(content)) > _MOST_CONTAINERS:
            self._refuse_depth(DEEPEST + 1)
        if len(_ANY_TYPE.findall(content)) > 2 * MOST_ATTACHMENTS + _MOST_CONTAINERS:
            raise _refused(
                self.name, _("it holds more than {most} attachments").format(most=MOST_ATTACHMENTS)
            )
        waiting = [(depth, message_from_bytes(content, policy=compat32))]
        while waiting:
            level, part = waiting.pop()
            self._refuse_depth(level)
            if part.is_multipart():
                below = level + (part.get_content_maintype() == "message")
                waiting += [(below, one) for one in reversed(cast("list[Message]", part.get_payload()))]
                continue
            inner = part.get_payload(decode=True)
            if isinstance(inner, bytes) and inner:
                yield level, _name_of(part), inner

    def _outlook(self, content: bytes) -> Iterator[tuple[str, bytes]]:
        import olefile

        try:
            with olefile.OleFileIO(content) as ole:
                for place in ole.listdir(streams=True, storages=False):
                    if place[-1] == _ATTACHED:
                        yield "", ole.openstream(place).read()
        except (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError):
            # What olefile meets in a damaged file comes out as any of these.
            raise _refused(self.name, _("it is a damaged Outlook message")) from None


def _name_of(part: Message) -> str:
    try:
        found = part.get_filename()
    except (LookupError, ValueError, TypeError, AttributeError):
        # Headers of a hostile sender: an unknown character set, a name in parts that do not fit.
        return ""
    return "" if found is None else str(found)[:_LONGEST_NAME]


def _refused(name: str, problem: str) -> WayFailed:
    return WayFailed(
        "way-message",
        _("{name} cannot be read as a message: {problem}; save the attached file itself into inbox.").format(
            name=name, problem=problem
        ),
        lasting=True,
    )
