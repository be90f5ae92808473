"""Receipts: what a receiver found in, one small signed container out; and back, held against whom we trust.

Whoever takes a package signs what came of it. The package's sender keeps the receipt as proof of delivery and of the
day; the heads in it make each side a witness of the other's ledger. A receipt is a container with ``receipt.json`` alone,
so every tool that opens a package opens it. Bytes in any other form than the writer's are refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, cast

from exchange.checks.findings import SEVERITIES
from exchange.errors import PackageRefused, SettlementError, WorkspaceError
from exchange.language import translate as _
from exchange.ledger.lineage import Link
from exchange.parties import parse_party
from exchange.periods import Period, parse_period
from exchange.sealing.archive import ReadAt
from exchange.sealing.container import Container, open_container
from exchange.sealing.trust import Trust
from exchange.sealing.verdict import Verdict, Word
from exchange.sealing.witness import links_json, read_links

NAME = "receipt.json"
FORMAT = "enblanket-receipt/1"
ENDING = ".receipt.asice"

Answer = Literal["accepted", "delivered", "returned"]
ANSWERS: tuple[Answer, ...] = ("accepted", "delivered", "returned")

# A link of the history takes a quarter of a kilobyte: room for a ledger of 60 000 events that nobody has seen.
_LONGEST = 16 * 1024 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[a-z0-9-]{1,60}")
_OF_WORD: Mapping[Word, Answer] = {
    "accepted": "accepted",
    "needs-attention": "delivered",
    "refused": "returned",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a receiver says of one package.

    Attributes:
        package_sha256: of the package as its sender signed it, without countersignatures.
        sender, recipient: of the package; the recipient signs the receipt.
        verdict: accepted, delivered (it is here, and something in it needs attention) or returned.
        codes: why, where it was not accepted.
        counts: open findings by severity.
        at: when it was judged, aware.
        ledger_head: the receiver's tips, its receiving included; heads_seen: by party, the tips it last saw.
        history: the links before these tips that the sender has not seen yet.
    """

    package_sha256: str
    sender: str
    recipient: str
    agreement_id: str
    jobcentre: str
    period: Period
    sequence: int
    verdict: Answer
    codes: tuple[str, ...]
    counts: Mapping[str, int]
    at: datetime
    ledger_head: tuple[str, ...]
    heads_seen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    history: tuple[Link, ...] = ()


def answer_of(word: Word) -> Answer:
    """Return what a receipt says of a package with this verdict."""
    return _OF_WORD[word]


def counts_of(verdict: Verdict) -> dict[str, int]:
    """Return how many findings are open in a package, by severity; none where it could not be read."""
    entries = () if verdict.package is None else verdict.package.entries
    return {
        severity: sum(entry.is_open and entry.finding.severity == severity for entry in entries)
        for severity in SEVERITIES
    }


def write_receipt(receipt: Receipt) -> bytes:
    """Return ``receipt.json``; the same values give the same bytes."""
    whole = {
        "format": FORMAT,
        "package_sha256": receipt.package_sha256,
        "sender": receipt.sender,
        "recipient": receipt.recipient,
        "agreement_id": receipt.agreement_id,
        "jobcentre": receipt.jobcentre,
        "period": str(receipt.period),
        "sequence": receipt.sequence,
        "verdict": receipt.verdict,
        "codes": list(receipt.codes),
        "counts": {severity: receipt.counts.get(severity, 0) for severity in SEVERITIES},
        "at": receipt.at.isoformat(),
        "ledger_head": list(receipt.ledger_head),
        "heads_seen": {party: list(tips) for party, tips in sorted(receipt.heads_seen.items())},
        "history": links_json(receipt.history),
    }
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def read_receipt(content: bytes) -> Receipt:
    """Read ``receipt.json``.

    Raises:
        PackageRefused: ``receipt-form``.
    """
    try:
        receipt = _receipt(json.loads(content[:_LONGEST].decode("utf-8")))
        same = write_receipt(receipt) == content
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
        SettlementError,
        WorkspaceError,
    ):
        same = False
    if not same:
        raise _unfit()
    return receipt


def _unfit() -> PackageRefused:
    return PackageRefused(
        "receipt-form", _("The receipt does not say what it must; ask its sender for a new one.")
    )


def is_receipt(container: Container) -> bool:
    """Whether a container holds a receipt and nothing else."""
    return list(container.files) == [NAME]


def open_receipt(read_at: ReadAt, size: int, trust: Trust, now: datetime) -> tuple[Container, Receipt] | None:
    """Open a receipt whose signature holds; None where the container is no receipt.

    Raises:
        PackageRefused: the container is not one whole, ``receipt-signature`` (its signer is not known here, or the
            signature does not hold), ``receipt-signer`` (somebody else than the package's recipient signed) or
            ``receipt-form``.
    """
    container = open_container(read_at, size, trust, now=now)
    return (container, receipt_in(container)) if is_receipt(container) else None


def receipt_in(container: Container) -> Receipt:
    """Return the receipt that an opened container holds, where its signature does.

    Raises:
        PackageRefused: ``receipt-signature``, ``receipt-form`` or ``receipt-signer``, as :func:`open_receipt`.
    """
    if not container.ok:
        detail = " ".join(one.detail for one in container.signatures)
        raise PackageRefused("receipt-signature", detail)
    receipt = read_receipt(container.files[NAME])
    pin, signed = container.sender.pin, container.sender.at
    if signed is None or receipt.at > signed:
        # The order of histories rests on that moment, and a signature from the future does not hold.
        raise _unfit()
    if pin is not None and pin.party not in (None, receipt.recipient):
        raise PackageRefused(
            "receipt-signer",
            _("The receipt is in the name of {recipient} and {party} signed it; do not rely on it.").format(
                recipient=receipt.recipient, party=pin.party
            ),
        )
    return receipt


def _receipt(whole: Mapping[str, object]) -> Receipt:
    if whole["format"] != FORMAT:
        raise ValueError
    counts = cast("Mapping[str, int]", whole["counts"])
    heads = cast("Mapping[str, list[str]]", whole["heads_seen"])
    return Receipt(
        package_sha256=_matching(_SHA256, whole["package_sha256"]),
        sender=parse_party(_text(whole["sender"])).id,
        recipient=parse_party(_text(whole["recipient"])).id,
        agreement_id=_text(whole["agreement_id"]),
        jobcentre=parse_party(_text(whole["jobcentre"])).id,
        period=parse_period(_text(whole["period"])),
        sequence=_count(whole["sequence"]),
        verdict=_answer(whole["verdict"]),
        codes=tuple(_matching(_CODE, code) for code in cast("list[object]", whole["codes"])),
        counts={severity: _count(counts[severity]) for severity in SEVERITIES},
        at=_moment(_text(whole["at"])),
        ledger_head=_tips(whole["ledger_head"]),
        heads_seen={parse_party(party).id: _tips(tips) for party, tips in heads.items()},
        history=read_links(whole["history"], _tips(whole["ledger_head"])),
    )


def _tips(value: object) -> tuple[str, ...]:
    return tuple(_matching(_SHA256, tip) for tip in cast("list[object]", value))


def _matching(form: re.Pattern[str], value: object) -> str:
    text = _text(value)
    if not form.fullmatch(text):
        raise ValueError
    return text


def _text(value: object) -> str:
    if not isinstance(value, str) or not value or not value.isprintable():
        raise TypeError
    return value


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value < 10**9:
        raise TypeError
    return value


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment


def _answer(value: object) -> Answer:
    if value in ANSWERS:
        return value
    raise ValueError
