"""``seal``: what a workspace holds out of the house, one signed package per recipient, agreement and jobcentre.

The shell around :mod:`exchange.sealing.package`: it gathers the facts, issues the sequence, signs, and writes. All packages
of one order are made before the first is signed, so that one blocking finding stops all of them. The bytes are stored
and the event is written before the file appears: a process that dies in between may leave a sequence without its
file, never one sequence with two.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from exchange import __version__
from exchange.errors import SealRefused
from exchange.form.tables import Table, form_version, tables
from exchange.language import current
from exchange.language import translate as _
from exchange.ledger.events import stamp
from exchange.parties import Party
from exchange.periods import Period
from exchange.sealing.changes import NAME as CHANGES
from exchange.sealing.cut import Held, HeldRow, Share
from exchange.sealing.descriptor import Descriptor, Former
from exchange.sealing.package import Facts, make_payload
from exchange.sealing.signing import Passphrase, SigningKey
from exchange.workspace.chronicle import SEAL, Sealed
from exchange.workspace.envelopes import Envelope, envelope_for
from exchange.workspace.folder import Workspace
from exchange.workspace.witness import heads_seen, history_for

if TYPE_CHECKING:
    from exchange.sealing.files import Files

DRAFT = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What ``seal`` is asked to do.

    Attributes:
        recipient: a jobcentre, which gets its own rows, or an audit firm, which gets those of each jobcentre that names it.
        jobcentre, agreement_id: narrow it; None takes all.
        encrypt: to the recipient's trusted card; encrypt_to: to those of these parties too.
        package_passphrase: encrypts instead, for who has no key; None does not.
        folder: where the files are written.
        passphrase: asked for only when the signing key has one.
    """

    period: Period
    recipient: Party
    jobcentre: str | None = None
    agreement_id: str | None = None
    draft: bool = False
    encrypt: bool = False
    encrypt_to: tuple[str, ...] = ()
    package_passphrase: Passphrase | None = None
    folder: Path
    passphrase: Passphrase

    @property
    def readers(self) -> tuple[str, ...]:
        """The parties whose cards it is encrypted to."""
        return (self.recipient.id, *self.encrypt_to) if self.encrypt or self.encrypt_to else ()


@dataclass(frozen=True, slots=True)
class Dispatched:
    """One package that left the desk.

    Attributes:
        sha256: of the signed package, before it was encrypted.
        lists_changes: it replaces none, or says what it changes; not so where retention took the one it replaces.
    """

    path: Path
    sha256: str
    descriptor: Descriptor
    lists_changes: bool = True


def seal(workspace: Workspace, *orders: Order) -> list[Dispatched]:
    """Seal the packages of one or more orders, each in the order of agreement and jobcentre.

    Raises:
        SealRefused: the ledger is broken, a period is not whole months, nobody here is meant, or a finding blocks;
            nothing was sealed.
        KeyRefused: no key, a wrong passphrase, or no trusted card to encrypt to; nothing was sealed.
        RuleError: a rule or profile cannot be used.
    """
    from exchange.sealing.keys import unlock_signing_key

    _refuse_broken_history(workspace)
    for order in orders:
        _refuse_order(order, workspace.owner.party.id)
        workspace.refuse_purged(order.period)
    envelopes = [envelope_for(workspace, order.readers, order.package_passphrase) for order in orders]
    made = _made(workspace, orders)
    key = unlock_signing_key(workspace.keys, orders[0].passphrase)
    return [
        _dispatch(workspace, order.folder, package, key, envelope)
        for order, envelope, packages in zip(orders, envelopes, made, strict=True)
        for package in packages
    ]


def _made(
    workspace: Workspace, orders: Sequence[Order]
) -> list[list[tuple[Descriptor, Mapping[str, bytes]]]]:
    at = workspace.clock()
    facts = _facts(workspace, {order.period for order in orders})
    shown = {party: history_for(workspace, party) for party in {order.recipient.id for order in orders}}
    return [
        [
            (
                descriptor,
                make_payload(
                    facts[order.period],
                    descriptor,
                    shown[order.recipient.id],
                    _former_files(workspace, descriptor),
                ),
            )
            for descriptor in _descriptors(workspace, order, facts[order.period], at)
        ]
        for order in orders
    ]


def _former_files(workspace: Workspace, descriptor: Descriptor) -> Files | None:
    """Return the files of the package that is replaced; None where there is none, or retention took its bytes."""
    from exchange.workspace.acquaintance import files_of

    former = descriptor.supersedes
    return None if former is None else files_of(workspace, former.sha256)


def _refuse_broken_history(workspace: Workspace) -> None:
    # A package vouches for the decisions in the ledger, so none leaves on an event that somebody altered.
    if workspace.ledger.verify():
        raise SealRefused(
            _(
                "The ledger does not fit itself; “enblanket log” says where, and a copy of the workspace mends it."
            )
        )


def _refuse_order(order: Order, us: str) -> None:
    if not order.period.whole_months:
        raise SealRefused(
            _(
                "{period} is not whole months; give a period from a first to a last day, as 2016-01-01..2016-06-30."
            ).format(period=order.period)
        )
    if order.recipient.role == "company":
        raise SealRefused(
            _("{party} is a company; a package goes to a jobcentre or an audit firm.").format(
                party=order.recipient.id
            )
        )
    if order.recipient.id == us:
        raise SealRefused(
            _("{party} is our own party, and nobody sends a package to itself; say whom it is for.").format(
                party=us
            )
        )


def _facts(workspace: Workspace, periods: Collection[Period]) -> dict[Period, Facts]:
    """Judge, settle and read out what is held, all upon the rows as they were loaded once."""
    from exchange.checks.rules import load_rules
    from exchange.settlement.settle import settle_on

    rule_set, names = load_rules(), workspace.names()
    with workspace.judging() as (bench, holdings):
        review = workspace.review_on(bench)
        database = bench.database(review.corrections)
        database.add_periods(sorted(periods, key=str))
        settlements = {period: settle_on(database, period) for period in periods}
        held = {name: _rows(tables()[name], rows) for name, rows in holdings.held()}
    return {
        period: Facts(
            held=held,
            entries=review.entries,
            decisions=workspace.decisions(),
            settlement=settlement,
            rule_set=rule_set,
            profiles=_profile_texts(workspace),
            local_names=(*names.placements, *names.mentors, *names.trainees),
        )
        for period, settlement in settlements.items()
    }


def _rows(form: Table, found: Iterable[Sequence[str | None]]) -> list[HeldRow]:
    return [
        HeldRow(dict(zip(form.field_names, values, strict=True)), sender or "", sha256 or "")
        for *values, sender, sha256 in found
    ]


def _profile_texts(workspace: Workspace) -> dict[str, bytes]:
    """Return the text of each profile by id; our own count."""
    from importlib.resources import files

    from exchange.checks.profiles import read_profile

    found: dict[str, bytes] = {}
    for folder in (files("schemas") / "auditors", workspace.folder / "auditors"):
        for item in sorted(folder.iterdir(), key=lambda item: item.name):
            if item.name.endswith(".toml"):
                content = item.read_bytes()
                found[read_profile(content.decode("utf-8"), item.name).id] = content
    return found


def _descriptors(workspace: Workspace, order: Order, facts: Facts, at: datetime) -> Iterator[Descriptor]:
    shares = sorted(_shares(order, facts.held), key=lambda share: (share.agreement_id, share.jobcentre))
    if not shares:
        raise SealRefused(
            _(
                "No agreement here has {party} as jobcentre or auditor as asked; see the parties in the agreement file."
            ).format(party=order.recipient.id)
        )
    head = workspace.ledger.head()
    for share in shares:
        former = [one for one in workspace.chronicle().sealed if _is_of(one, order, share)]
        yield Descriptor(
            sender=workspace.owner.party.id,
            recipient=order.recipient.id,
            agreement_id=share.agreement_id,
            jobcentre=share.jobcentre,
            period=order.period,
            sequence=0 if order.draft else 1 + max((_sequence(one) for one in former), default=0),
            supersedes=_superseded(former, order.period),
            form_version=form_version(),
            rule_set_version=facts.rule_set.version,
            rule_set_sha256=facts.rule_set.sha256,
            software_version=__version__,
            ledger_head=head,
            heads_seen=heads_seen(workspace),
            retained_from=workspace.chronicle().retained_from,
            draft=order.draft,
            countersignatures=workspace.chronicle().agreements[share.agreement_id].exchange.countersignatures
            if share.agreement_id in workspace.chronicle().agreements
            else 0,
            language=current(),
            created=stamp(at),
        )


def _shares(order: Order, held: Held) -> Iterator[Share]:
    column = "auditor" if order.recipient.role == "auditor" else "jobcentre"
    for row in held["parties"]:
        agreement_id, jobcentre = row.values.get("agreement_id"), row.values.get("jobcentre")
        wanted = order.jobcentre in (None, jobcentre) and order.agreement_id in (None, agreement_id)
        if row.values.get(column) == order.recipient.id and wanted and agreement_id and jobcentre:
            yield Share(agreement_id, jobcentre)


def _is_of(sealed: Sealed, order: Order, share: Share) -> bool:
    said = (sealed.body.get("recipient"), sealed.body.get("agreement_id"), sealed.body.get("jobcentre"))
    return said == (order.recipient.id, share.agreement_id, share.jobcentre)


def _sequence(sealed: Sealed) -> int:
    return cast("int", sealed.body["sequence"])


def _superseded(former: Iterable[Sealed], period: Period) -> Former | None:
    same = [one for one in former if one.body.get("period") == str(period)]
    # Of a number that was given out again after a loss, the first package is the one that its recipient holds.
    last = max(same, key=lambda one: (_sequence(one), one.body.get("found") is True), default=None)
    return None if last is None else Former(_sequence(last), str(last.body["sha256"]))


def _dispatch(
    workspace: Workspace,
    folder: Path,
    made: tuple[Descriptor, Mapping[str, bytes]],
    key: SigningKey,
    envelope: Envelope,
) -> Dispatched:
    from exchange.sealing.container import sealed_pieces

    descriptor, payload = made
    sha256 = workspace.objects.put_pieces(
        sealed_pieces(payload, signer=key, at=datetime.fromisoformat(descriptor.created))
    )
    name = f"{descriptor.stem}{envelope.ending}"
    event = workspace.record(
        DRAFT if descriptor.draft else SEAL,
        {
            "name": name,
            "sha256": sha256,
            "recipient": descriptor.recipient,
            "agreement_id": descriptor.agreement_id,
            "jobcentre": descriptor.jobcentre,
            "period": str(descriptor.period),
            "sequence": descriptor.sequence,
            "supersedes": None if descriptor.supersedes is None else descriptor.supersedes.sha256,
            "ledger_head": list(descriptor.ledger_head),
        },
    )
    if not descriptor.draft:
        _refuse_second(workspace, descriptor, event.id)
    path = folder / name
    envelope.write(workspace.objects.path(sha256), path)
    return Dispatched(path, sha256, descriptor, descriptor.supersedes is None or CHANGES in payload)


def _refuse_second(workspace: Workspace, descriptor: Descriptor, event_id: str) -> None:
    """A sequence is issued once: of two processes that sealed at the same time, the first in the ledger has it."""
    stream = (descriptor.recipient, descriptor.agreement_id, descriptor.jobcentre, descriptor.sequence)
    names = ("recipient", "agreement_id", "jobcentre", "sequence")
    same = [one for one in workspace.chronicle().sealed if tuple(one.body[name] for name in names) == stream]
    if same[0].event != event_id:
        raise SealRefused(
            _(
                "Another enblanket sealed number {sequence} for {recipient} at the same time; seal again."
            ).format(sequence=descriptor.sequence, recipient=descriptor.recipient)
        )
