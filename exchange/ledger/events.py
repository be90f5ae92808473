"""Events: what happened in a workspace, each naming the events before it by their hash (package.md, Receipts, corrections, history).

The canonical bytes are UTF-8 JSON with sorted keys and no blanks. An event's id is the sha256 of its parents and of the sha256 of
the rest (:class:`exchange.ledger.lineage.Link`), so an id vouches for the event and for everything before it, and
others can check what stands upon what without reading it. Bodies hold ids, counts and decisions: never a cell's text
but a corrected value, never a name or number of a trainee.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

from exchange.errors import WorkspaceError
from exchange.language import translate as _
from exchange.ledger.lineage import Link

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"
Body: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    Attributes:
        parents: ids of the tips it was written upon, sorted; none for the first event of all.
        kind: a stable word: ``init``, ``agreement``, ``take``, ``decision``, ``undo``, ``seal``, …
        at: UTC, ISO 8601.
        who: the party and the fingerprint of its key.
        body: what the kind says; JSON values without floats.
    """

    parents: tuple[str, ...]
    kind: str
    at: str
    who: str
    body: Body = field(default_factory=dict)

    def canonical(self) -> bytes:
        """Return the bytes that the ledger keeps."""
        return _canonical({**self._content(), "parents": list(self.parents)})

    @property
    def link(self) -> Link:
        """What others may see of it."""
        return Link.of(self.parents, hashlib.sha256(_canonical(self._content())).hexdigest())

    @property
    def id(self) -> str:
        """The id, 64 hex digits."""
        return self.link.event

    def _content(self) -> dict[str, Json]:
        return {"at": self.at, "body": self.body, "kind": self.kind, "who": self.who}


def _canonical(whole: Body) -> bytes:
    return json.dumps(
        whole, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    ).encode("utf-8", "surrogatepass")


def read_event(canonical: bytes) -> Event:
    """Return the event of its canonical bytes.

    Raises:
        WorkspaceError: the bytes are no event.
    """
    try:
        whole = json.loads(
            canonical.decode("utf-8", "surrogatepass"), parse_constant=_refuse, parse_float=_refuse
        )
        return Event(
            parents=tuple(_word(parent) for parent in whole["parents"]),
            kind=_word(whole["kind"]),
            at=_word(whole["at"]),
            who=_word(whole["who"]),
            body=dict(whole["body"].items()),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise WorkspaceError(
            _("The ledger holds an event that cannot be read; restore ledger.sqlite from a copy.")
        ) from None


def _word(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _refuse(number: str) -> Json:
    """Refuse NaN, Infinity and fractions, which no event is written with."""
    raise ValueError(number)


def stamp(moment: datetime) -> str:
    """Return an aware moment as UTC ISO 8601 with seconds, ``2016-03-31T10:02:00+00:00``."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()
