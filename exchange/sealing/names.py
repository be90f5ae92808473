"""Names of entries in a container: what unpacks to the same file, and only there, on every system.

``archive`` and ``manifest`` ask it before any name is used. Windows decides most of it: drives, devices, trailing
dots, and letters without case (Microsoft, "Naming Files, Paths, and Namespaces"); NFC is what macOS compares by.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from exchange.errors import PackageRefused
from exchange.language import translate as _
from exchange.sanitise import visible

LONGEST_NAME = 180
DEEPEST = 4

_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9]|lpt[0-9]|clock\$) *(\..*)?", re.IGNORECASE)
_SEEN = re.compile(r"[\x20-\x7e]+")
# The tilde is legal, and DATAPA~1.JSO is datapackage.json where Windows gives short names.
_RESERVED = frozenset('<>"|?*~')


def refuse_names(names: Iterable[str]) -> None:
    """Refuse entry names that could unpack elsewhere, over each other, or unseen.

    Raises:
        PackageRefused: ``name-duplicate``, ``name-conflict`` (a file is also a folder), or a code of
            :func:`fault_of_name`.
    """
    names = list(names)
    folded = [_folded(name) for name in names]
    files = set(folded)
    if len(files) < len(folded):
        twice = next(name for name, key in zip(names, folded, strict=True) if folded.count(key) > 1)
        raise _refused("name-duplicate", twice)
    for name in names:
        fault = fault_of_name(name)
        if fault:
            raise _refused(fault, name)
        if any(_folded(folder) in files for folder in _folders(name)):
            raise _refused("name-conflict", name)


def fault_of_name(name: str) -> str | None:
    """Return the stable code of what is wrong with one name, or None.

    Codes: ``name-empty``, ``name-too-long``, ``name-control``, ``name-invisible``, ``name-not-ascii``,
    ``name-backslash``, ``name-drive``, ``name-absolute``, ``name-traversal``, ``name-reserved-character``,
    ``name-trailing-dot-or-blank``, ``name-device``, ``name-too-deep``.
    """
    return _fault_of_text(name) or _fault_of_path(name)


def _fault_of_text(name: str) -> str | None:
    if not name:
        return "name-empty"
    if len(name) > LONGEST_NAME:
        return "name-too-long"
    if any(unicodedata.category(character) == "Cc" for character in name):
        return "name-control"
    if any(unicodedata.category(character) in {"Cf", "Zl", "Zp"} for character in name):
        return "name-invisible"
    return None if _SEEN.fullmatch(name) else "name-not-ascii"


def _fault_of_path(name: str) -> str | None:
    parts = name.split("/")
    if "\\" in name:
        return "name-backslash"
    if ":" in name:
        return "name-drive"
    if name.startswith("/"):
        return "name-absolute"
    if ".." in parts:
        return "name-traversal"
    if len(parts) > DEEPEST:
        return "name-too-deep"
    return next((fault for part in parts if (fault := _fault_of_part(part))), None)


def _fault_of_part(part: str) -> str | None:
    if not part:
        return "name-empty"
    if part[-1] in ". " or part[0] == " ":
        return "name-trailing-dot-or-blank"
    if _RESERVED & set(part):
        return "name-reserved-character"
    return "name-device" if _DEVICE.fullmatch(part) else None


def _folders(name: str) -> list[str]:
    parts = name.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _refused(code: str, name: str) -> PackageRefused:
    return PackageRefused(
        code,
        _(
            "The package has an entry “{name}” that is refused ({code}); ask the sender for a new package."
        ).format(name=visible(name[:LONGEST_NAME]), code=code),
    )
