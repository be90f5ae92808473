"""Whether an event of a kind that is known here says what our own desks write: asked before a copy's events are united with ours.

A merged event is linked and not signed, and every later command reads it; what is not in its form would stop them all, or lead
them to files outside the workspace. An event in, a yes or no out. Kinds that ``chronicle`` and ``correspondence`` hold to their
form are not here, nor are those that are not known: they are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from exchange.errors import SettlementError
from exchange.ledger.events import Event
from exchange.periods import parse_period

_HASH = re.compile(r"[0-9a-f]{64}")
_MOST_PACKAGES = 999_999
Check = Callable[[object], bool]


def is_plain_name(name: object) -> bool:
    """Whether a text names a file in a folder, and not one elsewhere."""
    return isinstance(name, str) and bool(name) and not set(name) & set("/\\:\0") and name not in (".", "..")


def _text(value: object) -> bool:
    return isinstance(value, str)


def _hash(value: object) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def _hashes(value: object) -> bool:
    return isinstance(value, list) and all(map(_hash, value))


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _number(value: object) -> bool:
    return type(value) is int and 0 <= value <= _MOST_PACKAGES


def _heads(value: object) -> bool:
    return isinstance(value, dict) and all(map(_text, value)) and all(map(_hashes, value.values()))


def _day(value: object) -> bool:
    return isinstance(value, str) and date.fromisoformat(value).isoformat() == value


def _period(value: object) -> bool:
    return isinstance(value, str) and bool(parse_period(value))


def _changes(value: object) -> bool:
    return isinstance(value, dict) and all(
        is_plain_name(name) and (digest is None or _hash(digest)) for name, digest in value.items()
    )


def _tables(value: object) -> bool:
    return isinstance(value, dict) and all(_hash(one["address"]) for one in value.values())


def _files(value: object) -> bool:
    return isinstance(value, list) and all(_hash(one["source"]) and _hash(one["sha256"]) for one in value)


def _ready(value: object) -> bool:
    return isinstance(value, dict) and is_plain_name(value["name"]) and _hash(value["sha256"])


def _one_of(*words: object) -> Check:
    return lambda value: value in words


def _or_none(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _or_empty(check: Check) -> Check:
    return lambda value: value == "" or check(value)


_STREAM = {"recipient": _text, "agreement_id": _text, "jobcentre": _text}
_PACKAGE = {
    **_STREAM, "name": is_plain_name, "sha256": _hash, "period": _period, "sequence": _number, "supersedes": _or_none(_hash),
    "ledger_head": _hashes,
}  # fmt: skip
_POSTED = {
    "kind": _one_of("package", "receipt", "questions", "answers"),
    "key": _hash,
    "to": _text,
    "by": _text,
}
_TRUST = {"file": is_plain_name, "changes": _changes}
_FORMS: Mapping[str, Mapping[str, Check]] = {
    "agreement": {"file": is_plain_name, "sha256": _hash, "tables": _tables},
    "take": {"files": _files, "tables": _tables, "details": _hash},
    "seal": _PACKAGE,
    "found": _PACKAGE,
    "draft": _PACKAGE,
    "countersign": {"name": is_plain_name, "sha256": _hash, "package_sha256": _hash, "sender": _text, "recipient": _text, "period": _period},
    "receive": {
        **_STREAM, "name": _text, "sender": _text, "sha256": _hash, "stored": _hash, "period": _period, "sequence": _number,
        "supersedes": _or_none(_hash), "verdict": _text, "codes": _texts, "ledger_head": _hashes, "heads_seen": _heads,
        "receipt": is_plain_name, "created": _text, "history": _or_empty(_hash),
    },
    "receipt": {
        "package_sha256": _hash, "from": _text, "verdict": _text, "codes": _texts, "at": _text, "how": _text, "note": _text,
        "sha256": _or_empty(_hash), "ledger_head": _hashes, "heads_seen": _heads, "history": _or_empty(_hash),
    },
    "queue": _POSTED,
    "sent": {**_POSTED, "name": _text},
    "came": {"sha256": _hash, "name": is_plain_name, "size": lambda value: type(value) is int, "by": _text},
    "judged": {
        "sha256": _hash, "state": _one_of("verified", "quarantined"), "package": _or_empty(_hash),
        "kind": _one_of("package", "receipt", "questions", "answers", None),
    },
    "asked": {"from": _text, "bundle": _number, "due": _day, "file": is_plain_name, "sha256": _hash, "question_ids": _hashes},
    "reply": {"to": _text, "bundle": _number, "sha256": _hash, "ready": _ready, "question_ids": _hashes},
    "purge": {"before": _day, "objects": _hashes, "packages": _hashes, "files": _texts},
    "acknowledge": {"party": _text, "reason": _text, "lost": _hashes, "packages": _hashes},
    "trust": {**_TRUST, "party": _or_none(_text), "sha256": _hash, "store": _hash},
    "distrust": {**_TRUST, "store": _hash},
    "revoke": {"party": _text, "sha256": _hash, "from_date": _day, "note": _hash},
    "directory": {"lead": _text, "agreement_id": _text, "sequence": _number, "sha256": _hash},
    "rotate": {"old": _or_empty(_hash), "new": _hash, "sequence": _number},
    "keys": {"new": _hash, "sequence": _number},
}  # fmt: skip


def is_strange(event: Event) -> bool:
    """Whether no desk of ours writes such an event."""
    body = event.body
    try:
        fits = all(check(body[name]) for name, check in _FORMS.get(event.kind, {}).items())
        fits = fits and ("ready" not in body or _ready(body["ready"]))
        return not (fits and _changes(body.get("changes", {})))
    except (KeyError, TypeError, ValueError, SettlementError):
        return True
