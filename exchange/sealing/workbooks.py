"""Workbooks on their way between houses, questions there and answers back: one small signed container out, and back.

A workbook's bytes and what it is come in, the container goes out; and back, held against whom we trust. It holds
``workbook.json`` and the workbook itself, so every tool that opens a package opens it. Refused: a signer who is not the party that
it comes from, ``workbook.json`` in any other form than the writer's, a container that holds anything else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from exchange.errors import PackageRefused, WorkspaceError
from exchange.language import translate as _
from exchange.parties import parse_party
from exchange.sealing.container import Container, sealed_pieces
from exchange.sealing.signing import SigningKey

NAME = "workbook.json"
FORMAT = "enblanket-workbook/1"
LARGEST = 16 * 2**20
ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods")

What = Literal["questions", "answers"]

_LONGEST = 4096
_FILE = re.compile(r"(?:questions|answers)\.(?:xlsx|xlsm|xls|ods)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """What the workbook in a container is.

    Attributes:
        sender: signs the container; recipient: whom it is for.
        bundle: the number of the questions among those of the asking house to the asked one.
        due: the day the answers are wanted by; of answers None.
        file: the workbook's name in the container.
        at: when it was made, aware.
    """

    what: What
    sender: str
    recipient: str
    bundle: int
    due: date | None
    file: str
    at: datetime


def workbook_pieces(enclosed: Enclosed, workbook: bytes, signer: SigningKey) -> Iterator[bytes]:
    """Give the signed container piece by piece.

    Raises:
        KeyRefused: the signer's certificate is not valid now.
    """
    payload = {NAME: write_enclosed(enclosed), enclosed.file: workbook}
    return sealed_pieces(payload, signer=signer, at=enclosed.at)


def holds_workbook(container: Container) -> bool:
    """Whether a container says that it holds such a workbook."""
    return NAME in container.files


def workbook_in(container: Container) -> tuple[Enclosed, bytes]:
    """Return what a container encloses, where its signature holds and the sender made it.

    Raises:
        PackageRefused: ``workbook-signature`` (its signer is not known here, or the signature does not hold),
            ``workbook-signer`` (somebody else than the sender signed) or ``workbook-form``.
    """
    if not container.ok:
        raise PackageRefused("workbook-signature", " ".join(one.detail for one in container.signatures))
    enclosed = read_enclosed(container.files[NAME] if _fits(container, NAME, _LONGEST) else b"")
    pin = container.sender.pin
    # A bare certificate says of no party that it is its.
    if pin is None or pin.party != enclosed.sender:
        raise PackageRefused(
            "workbook-signer",
            _(
                "The workbook is in the name of {sender}, and no card of theirs signed it; do not rely on it."
            ).format(sender=enclosed.sender),
        )
    if list(container.files) != [NAME, enclosed.file] or not _fits(container, enclosed.file, LARGEST):
        raise _formless()
    return enclosed, container.files[enclosed.file]


def write_enclosed(enclosed: Enclosed) -> bytes:
    """Return ``workbook.json``; the same values give the same bytes."""
    whole = {
        "format": FORMAT,
        "what": enclosed.what,
        "sender": enclosed.sender,
        "recipient": enclosed.recipient,
        "bundle": enclosed.bundle,
        "due": None if enclosed.due is None else enclosed.due.isoformat(),
        "file": enclosed.file,
        "at": enclosed.at.isoformat(),
    }
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def read_enclosed(content: bytes) -> Enclosed:
    """Read ``workbook.json``.

    Raises:
        PackageRefused: ``workbook-form``.
    """
    try:
        enclosed = _enclosed(json.loads(content.decode("utf-8")))
        same = write_enclosed(enclosed) == content
    except (ValueError, KeyError, TypeError, RecursionError, WorkspaceError):
        same = False
    if not same:
        raise _formless()
    return enclosed


def _fits(container: Container, name: str, most: int) -> bool:
    return name in container.files and container.files.measure(name).size <= most


def _formless() -> PackageRefused:
    return PackageRefused(
        "workbook-form", _("The workbook does not come as it must; ask its sender to send it again.")
    )


def _enclosed(whole: Mapping[str, object]) -> Enclosed:
    what, due, bundle, file = whole["what"], whole["due"], whole["bundle"], whole["file"]
    if whole["format"] != FORMAT or what not in ("questions", "answers"):
        raise ValueError
    if type(bundle) is not int or not 1 <= bundle < 10**9:
        raise ValueError
    if not isinstance(file, str) or not _FILE.fullmatch(file) or (due is None) is (what == "questions"):
        raise ValueError
    at = datetime.fromisoformat(_text(whole["at"]))
    if at.tzinfo is None:
        raise ValueError
    return Enclosed(
        what=what,
        sender=parse_party(_text(whole["sender"])).id,
        recipient=parse_party(_text(whole["recipient"])).id,
        bundle=bundle,
        due=None if due is None else date.fromisoformat(_text(due)),
        file=file,
        at=at,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
