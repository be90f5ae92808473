"""``enblanket.toml``: whose workspace it is. Bytes in, a frozen owner out, and back; it refuses another format.

Opening a workspace (:mod:`exchange.workspace.folder`) reads it, ``init`` writes it.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from exchange.errors import WorkspaceError
from exchange.language import Language
from exchange.language import translate as _
from exchange.parties import Party, Role, parse_party

CONFIG = "enblanket.toml"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose workspace it is, as ``enblanket.toml`` says.

    Attributes:
        language: the language of its people; None leaves it to the locale.
    """

    party: Party
    name: str
    language: Language | None = None


def read_owner(content: bytes, path: Path) -> Owner:
    """Read ``enblanket.toml``.

    Raises:
        WorkspaceError: it says something else than whose workspace it is.
    """
    try:
        found = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise WorkspaceError(
            _("{path} cannot be read: {reason}; mend that line.").format(path=path, reason=error)
        ) from None
    party, name, language = found.get("party"), found.get("name"), found.get("language")
    if found.get("format") != FORMAT:
        raise WorkspaceError(
            _("{path}: format is not {number}; use the enblanket that made it.").format(
                path=path, number=FORMAT
            )
        )
    if not isinstance(party, str) or not isinstance(name, str) or language not in (None, "da", "en"):
        raise WorkspaceError(
            _("{path}: party and name must be texts in quotes, and language da or en.").format(path=path)
        )
    return Owner(parse_party(party), name, cast("Language | None", language))


def write_owner(owner: Owner, role: Role) -> bytes:
    """Return the bytes of ``enblanket.toml``."""
    lines = [
        f"format = {FORMAT}",
        f"party = {json.dumps(owner.party.id)}",
        f"name = {json.dumps(owner.name, ensure_ascii=False)}",
        f"role = {json.dumps(role)}",
    ]
    if owner.language:
        lines.append(f"language = {json.dumps(owner.language)}")
    return ("\n".join(lines) + "\n").encode()
