"""What a file that came is, told by its first and last bytes; its name is the other side's word and counts for nothing.

Head, tail and size in, a kind out, and whether the end is there. What is no package, message or part of a package is
foreign, and foreign files are left where they lie.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Content = Literal["package", "encrypted", "part", "mail", "outlook", "foreign"]

HEAD, TAIL = 512, 22
PART_LINE = b"enblanket-part/1 "

_ZIP, _MIMETYPE = b"PK\x03\x04", b"mimetypeapplication/vnd.etsi.asic-e+zip"
_AGE = b"age-encryption.org/v1\n"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The end-of-central-directory record without a comment, which no package has (APPNOTE 4.3.16).
_ZIP_END, _NO_COMMENT = b"PK\x05\x06", b"\0\0"
_HEADER_LINE = re.compile(rb"(?:From |[!-9;-~]{1,60}:[ \t]?[\t -\xff]*\r?\n)")


@dataclass(frozen=True, slots=True)
class Sort:
    """What a file is.

    Attributes:
        whole: as far as its last bytes tell; of an encrypted file only opening it tells.
    """

    content: Content
    whole: bool


def sort_of(head: bytes, tail: bytes, name: str = "") -> Sort:
    """Return what a file is.

    Args:
        head: its first :data:`HEAD` bytes, or all of a shorter one.
        tail: its last :data:`TAIL` bytes.
        name: asked only for messages, which begin with any word.
    """
    if head.startswith(_ZIP) and head[30:].startswith(_MIMETYPE):
        return Sort("package", tail.startswith(_ZIP_END) and tail.endswith(_NO_COMMENT))
    if head.startswith(_AGE):
        return Sort("encrypted", whole=True)
    if head.startswith(PART_LINE):
        return Sort("part", whole=True)
    if head.startswith(_OLE):
        return Sort("outlook", whole=True)
    if name.lower().endswith(".eml") and _HEADER_LINE.match(head.removeprefix(b"\xef\xbb\xbf").lstrip()):
        return Sort("mail", whole=True)
    return Sort("foreign", whole=True)
