"""The packages of a workspace, for a person to look at: what came, what waits in the inbox, what went out.

A workspace in, lines out, and on demand everything that is known of one file. What waits is looked at no further than its
signature; judging it is :func:`examine`, taking it in is :mod:`exchange.workspace.receiving`. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from exchange.errors import EnblanketError, KeyRefused, PackageRefused
from exchange.language import translate as _
from exchange.workspace.acquaintance import judged, knowledge_of, opened_file, openers_of
from exchange.workspace.deliveries import Received
from exchange.workspace.outgoing import Outgoing, outgoing
from exchange.workspace.receiving import QUARANTINE, Came, Keys, receive
from exchange.workspace.trust_desk import standing, trust_and_ourselves, trust_pin

if TYPE_CHECKING:
    from exchange.sealing.container import SignatureFacts
    from exchange.sealing.trust import Pin, Standing, Trust
    from exchange.sealing.verdict import Verdict
    from exchange.workspace.folder import Workspace

Kind = Literal["received", "waiting", "card", "quarantine", "sent"]
State = Literal["valid", "unknown-key", "invalid", "unsigned", "key-expired", "locked", "card", "out"]

_UNSIGNED = frozenset({"container-signature-missing", "container-manifest-missing"})
_ENDINGS = (".asice", ".age")
_CARDS = (".card", ".pem", ".crt")
_NO_LONGER = frozenset(
    {"card-not-valid-then", "card-replaced", "signer-revoked", "signing-time-unproven", "signing-time-future"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageLine:
    """One package, receipt or card.

    Attributes:
        state: of its signature; of one that was received, as it was judged when it came.
        name: of the file; may hold anything.
        party: whom it came from, or goes to; "" where the file does not say it yet.
        at: when it came or was sealed, ISO 8601; "" while it waits.
        path: where its bytes lie; None where they lie here no more.
        word: what was judged or answered, as :func:`exchange.workspace.wording.answer_word` reads it; "" while it waits.
        codes: why it was not accepted.
        receipt: where our receipt of it lies; None where there is none.
    """

    kind: Kind
    state: State
    name: str
    party: str = ""
    period: str = ""
    sequence: int = 0
    at: str = ""
    sha256: str = ""
    path: Path | None = None
    word: str = ""
    codes: tuple[str, ...] = ()
    receipt: Path | None = None


@dataclass(frozen=True, slots=True)
class PackageBook:
    """All lines: what waits first, then what came, newest first; what went out apart.

    Attributes:
        inbox: the folder that was looked through.
    """

    came: tuple[PackageLine, ...]
    sent: tuple[PackageLine, ...]
    inbox: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """Everything that can be said of one package file here.

    Attributes:
        signatures: the sender's first; empty where none could be read.
        files: name and size of each file inside, in its order.
        former: the sequence of the package before it in its stream that is known here; None where none is.
    """

    verdict: Verdict
    signatures: tuple[SignatureFacts, ...]
    files: tuple[tuple[str, int], ...]
    former: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A card or certificate that somebody may come to trust.

    Attributes:
        standing: what it is to those trusted here.
    """

    pin: Pin
    content: bytes
    standing: Standing


def package_book(workspace: Workspace, today: date) -> PackageBook:
    """Return every package of the workspace.

    Raises:
        KeyRefused: the trust folder was changed by hand.
        WorkspaceError: the ledger cannot be read.
    """
    chronicle = workspace.chronicle()
    trust, inbox = trust_and_ourselves(workspace), workspace.folder / "inbox"
    known = {one.stored for one in chronicle.received}
    waiting = [_waiting(workspace, path, trust) for path in _files(inbox)]
    quarantined = [_quarantined(path, chronicle.received) for path in _files(inbox / QUARANTINE)]
    received = [_received(workspace, one) for one in reversed(chronicle.received)]
    return PackageBook(
        (*(one for one in waiting if one.sha256 not in known), *quarantined, *received),
        tuple(_sent(workspace, one) for one in reversed(outgoing(chronicle, today))),
        inbox,
    )


def examine(workspace: Workspace, path: Path) -> Examined:
    """Judge the package in a file; nothing is stored. A package that is encrypted is opened with keys that are bare.

    Raises:
        EnblanketError: the file cannot be read.
        KeyRefused: it is encrypted, and not to a key that can be opened without asking.
        PackageRefused: its encryption was altered or cut off.
        RuleError: our own rules cannot be run on its rows.
    """
    from exchange.sealing.container import open_container

    knowledge = knowledge_of(workspace, [], None, workspace.clock())
    with opened_file(path, openers_of(workspace, _nobody, None)) as (read_at, size):
        verdict = judged(read_at, size, knowledge, path)
        try:
            container = open_container(read_at, size, knowledge.trust, now=knowledge.now)
        except PackageRefused:
            return Examined(verdict=verdict, signatures=(), files=(), former=None)
        files = tuple((name, container.files.measure(name).size) for name in container.files)
    return Examined(
        verdict=verdict, signatures=container.signatures, files=files, former=_former(workspace, verdict)
    )


def take_in(workspace: Workspace, path: Path, passphrase: str | None) -> Came:
    """Receive a file, with the passphrase of our keys where they have one.

    Raises:
        EnblanketError: as :func:`exchange.workspace.receiving.receive`; nothing was stored.
    """
    said = None if passphrase is None else passphrase.encode()
    return receive(workspace, path, Keys(own=lambda: said, package=lambda: said))


def offered(workspace: Workspace, path: Path) -> Offered:
    """Return the card or certificate in a file.

    Raises:
        KeyRefused: it is none, is our own, or contradicts what is trusted here.
    """
    from exchange.sealing.trust import pin_from_bytes

    try:
        content = path.read_bytes()
    except OSError:
        raise KeyRefused(
            _("{path} cannot be read; name a card or a PEM certificate.").format(path=path)
        ) from None
    pin = pin_from_bytes(path.name, content)
    return Offered(pin=pin, content=content, standing=standing(workspace, pin))


def trust_offered(workspace: Workspace, one: Offered, read_out: str) -> None:
    """Trust a card whose fingerprint was read out in full, as digits or as words.

    Raises:
        KeyRefused: what was read out is another fingerprint, or the card's standing changed; nothing is trusted.
    """
    if not is_fingerprint_of(one.pin, read_out):
        raise KeyRefused(
            _(
                "What was read out is not the fingerprint of {file}; nothing is trusted, ask its owner for the card again."
            ).format(file=one.pin.source)
        )
    standing(workspace, one.pin)
    trust_pin(workspace, one.pin, one.content)


def is_fingerprint_of(pin: Pin, read_out: str) -> bool:
    """Whether the digits or words are the whole fingerprint of the card."""
    from exchange.sealing.fingerprint_words import said_digits

    return said_digits(read_out) == pin.certificate.sha256


def _nobody() -> None:
    return None


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.suffix.lower() in (*_ENDINGS, *_CARDS):
                yield path


def _waiting(workspace: Workspace, path: Path, trust: Trust) -> PackageLine:
    if path.suffix.lower() in _CARDS:
        return PackageLine(kind="card", state="card", name=path.name, path=path)
    try:
        with opened_file(path, openers_of(workspace, _nobody, None)) as (read_at, size):
            from exchange.sealing.container import open_container

            container = open_container(read_at, size, trust, now=workspace.clock())
            pin = container.sender.pin
            return PackageLine(
                kind="waiting",
                state=state_of(one.code for one in container.signatures),
                name=path.name,
                party=(pin.party or pin.name) if pin else "",
                sha256=container.sha256,
                path=path,
                codes=tuple(one.code for one in container.signatures if one.code),
            )
    except PackageRefused as refusal:
        return PackageLine(
            kind="waiting", state=state_of([refusal.code]), name=path.name, path=path, codes=(refusal.code,)
        )
    except EnblanketError:
        return PackageLine(kind="waiting", state="locked", name=path.name, path=path)


def state_of(codes: Iterable[str | None]) -> State:
    """Return what the faults of all signatures come to; the worst counts."""
    faults = {code for code in codes if code is not None}
    if not faults:
        return "valid"
    if faults <= _NO_LONGER:
        return "key-expired"
    if faults <= _NO_LONGER | {"signer-unknown"}:
        return "unknown-key"
    return "unsigned" if faults <= _UNSIGNED else "invalid"


def _quarantined(path: Path, received: Iterable[Received]) -> PackageLine:
    found = [one for one in received if one.stored == path.name.partition(".")[0]]
    name, party = (found[-1].name, found[-1].stream.sender) if found else (path.name, "")
    codes = found[-1].codes if found else ()
    return PackageLine(
        kind="quarantine",
        state="invalid",
        name=name,
        party=party,
        path=path,
        word="refused",
        codes=codes,
        sha256=path.name.partition(".")[0],
    )


def _received(workspace: Workspace, one: Received) -> PackageLine:
    path, receipt = workspace.objects.path(one.stored), workspace.outbox / one.receipt
    return PackageLine(
        kind="received",
        state=_state_when_it_came(one),
        name=one.name,
        party=one.stream.sender,
        period=one.period,
        sequence=one.sequence,
        at=one.at,
        sha256=one.sha256,
        path=path if one.counts and path.is_file() else None,
        word=one.verdict,
        codes=one.codes,
        receipt=receipt if one.receipt and receipt.is_file() else None,
    )


def _state_when_it_came(one: Received) -> State:
    # What was taken in had signatures that held; a word of doubt is about what it says.
    return "valid" if one.counts else "invalid"


def _sent(workspace: Workspace, one: Outgoing) -> PackageLine:
    path = workspace.outbox / one.name
    return PackageLine(
        kind="sent",
        state="out",
        name=one.name,
        party=one.recipient,
        period=one.period,
        sequence=one.sequence,
        at=one.answered or "",
        sha256=one.sha256,
        path=path if path.is_file() else None,
        word="superseded" if one.superseded else one.standing,
    )


def _former(workspace: Workspace, verdict: Verdict) -> int | None:
    from exchange.sealing.sequence import stream_of
    from exchange.workspace.acquaintance import memory_of

    if verdict.package is None:
        return None
    descriptor = verdict.package.descriptor
    known = memory_of(workspace).packages.get(stream_of(descriptor), {})
    return max((number for number in known if number < descriptor.sequence), default=None)
