"""The workspace: a folder that a person can copy, and everything that one party knows about its agreements.

::

    enblanket.toml    who we are          ledger.sqlite    what happened      objects/    rows and sources
    agreements/       the agreement files, with their crosswalks of names; they stay here, as does
    crosswalk.csv     our own crosswalk of names      filters.toml    filters that people keep under names
    auditors/ layouts/    profiles and layouts of our own      keys/ trust/    ours and theirs      inbox/ outbox/
    .review/          findings in pages, made anew when they are missing, and who reviews now

Commands and screens come in with a clock; values and events go out. Taking files, adding agreements and deciding
stand in modules of their own (:mod:`exchange.workspace.taking`, :mod:`exchange.workspace.agreement_book`, :mod:`exchange.workspace.decision_desk`);
they change the workspace through :meth:`Workspace.record` alone. It refuses a folder that is no workspace.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.checks.findings import in_order
from exchange.errors import RuleError, SettlementError, WorkspaceError
from exchange.language import Language, current
from exchange.language import translate as _
from exchange.ledger.events import Body, Event
from exchange.ledger.ledger import FILE as LEDGER
from exchange.ledger.ledger import Ledger
from exchange.ledger.objects import Objects
from exchange.review.open_list import OpenList, open_list
from exchange.workspace.agreements import Names
from exchange.workspace.chronicle import (
    AGREEMENT,
    DECISION,
    PURGE,
    TAKE,
    UNDO,
    WITHDRAW,
    Chronicle,
    Take,
    read_chronicle,
)
from exchange.workspace.details import Details, WaitingRow, read_details
from exchange.workspace.finding_files import forget_pages
from exchange.workspace.holdings import Holdings
from exchange.workspace.local_names import NameSource, name_sources
from exchange.workspace.owner import CONFIG, Owner, read_owner
from exchange.workspace.standing import Batch

if TYPE_CHECKING:
    from exchange.checks.engine import Bench
    from exchange.checks.findings import Finding
    from exchange.checks.profiles import Profile
    from exchange.checks.source import Locator, TableSource
    from exchange.form.corrections import Correction
    from exchange.form.faults import Fault
    from exchange.intake.layout import Layout
    from exchange.periods import Period
    from exchange.review.decisions import Decision
    from exchange.settlement.settle import Line, Missing, Total

FOLDERS = ("objects", "inbox", "outbox", "keys", "trust", "agreements", "auditors", "layouts")

Clock = Callable[[], datetime]
_Judged = tuple[str | None, Language]


@dataclass(slots=True)
class Workspace:
    """One opened workspace.

    Attributes:
        clock: gives now, aware; read once per event.
    """

    folder: Path
    owner: Owner
    clock: Clock
    _chronicle: Chronicle | None = field(default=None, repr=False)
    _reported: dict[_Judged, list[Finding]] = field(default_factory=dict, repr=False)
    _reviews: dict[_Judged, OpenList] = field(default_factory=dict, repr=False)

    @property
    def ledger(self) -> Ledger:
        """The history."""
        return Ledger(self.folder / LEDGER)

    @property
    def objects(self) -> Objects:
        """The content-addressed store."""
        return Objects(self.folder / "objects")

    @property
    def keys(self) -> Path:
        """The folder of our own keys."""
        return self.folder / "keys"

    @property
    def trust(self) -> Path:
        """The folder of the cards and certificates we trust."""
        return self.folder / "trust"

    @property
    def outbox(self) -> Path:
        """Where packages and receipts wait to be sent."""
        return self.folder / "outbox"

    def chronicle(self) -> Chronicle:
        """Return everything that happened; read once and again after each event of our own."""
        if self._chronicle is None:
            self._chronicle = read_chronicle(self.ledger.events())
        return self._chronicle

    def look_again(self) -> None:
        """Read the ledger anew when it is next asked for: another process may have added to it."""
        before = None if self._chronicle is None else _brought(self._chronicle)
        self._chronicle = None
        self._reviews.clear()
        if before != _brought(self.chronicle()):
            self._reported.clear()

    def record(self, kind: str, body: Body) -> Event:
        """Add one event in our name and return it when it is on the disk.

        Raises:
            WorkspaceError: it could not be added; nothing happened.
            KeyRefused: we have no certificate.
        """
        (event,) = self.record_all([(kind, body)])
        return event

    def record_all(self, said: Sequence[tuple[str, Body]]) -> list[Event]:
        """Add events in our name, all or none, and return them when they are on the disk.

        Raises:
            WorkspaceError: they could not be added; nothing happened.
            KeyRefused: we have no certificate.
        """
        events = self.ledger.append_all(said, who=self.who(), at=self.clock())
        self._chronicle = None
        kinds = {event.kind for event in events}
        if not kinds.isdisjoint((AGREEMENT, TAKE, WITHDRAW, PURGE)):
            self._reported.clear()
            forget_pages(self.folder)
        if not kinds.isdisjoint((AGREEMENT, TAKE, WITHDRAW, PURGE, DECISION, UNDO)):
            self._reviews.clear()
        return events

    def unite(self, events: Sequence[Event]) -> list[Event]:
        """Add events of a copy of this workspace, all or none, and return those that were not here.

        Raises:
            WorkspaceError: they could not be added; nothing happened.
        """
        new = self.ledger.unite(events)
        forget_pages(self.folder)
        self._chronicle = None
        self._reported.clear()
        self._reviews.clear()
        return new

    def who(self) -> str:
        """Return who writes events here: name, party and key fingerprint."""
        from exchange.sealing.keys import own_certificate

        return f"{self.owner.name} ({self.owner.party.id}) {own_certificate(self.keys).fingerprint}"

    def holdings(self, auditor: str | None = None) -> Holdings:
        """Return the rows that stand; ``auditor`` names a profile that judges instead of each party's own."""
        return Holdings(self.objects, tuple(self._batches()), auditor, self.chronicle().retained_from)

    def source(self) -> TableSource:
        """Return the rows that stand, for checks and settlement."""
        return self.holdings()

    def locator(self) -> Locator:
        """Return what knows the source cell of every reported value."""
        return self.holdings()

    def decisions(self) -> tuple[Decision, ...]:
        """Return the decisions that nobody has undone, oldest first; some may have lapsed."""
        return self.chronicle().decisions

    def profiles(self) -> Mapping[str, Profile]:
        """Return the shipped auditor profiles and our own from ``auditors/``, by id; our own count.

        Raises:
            RuleError: a file there is no profile, or two have one id.
        """
        from exchange.checks.profiles import read_profile, shipped_profiles

        own: dict[str, Profile] = {}
        for path in sorted((self.folder / "auditors").glob("*.toml")):
            profile = read_profile(_text(path), path.name)
            if profile.id in own:
                why = _("{file}: another file of auditors/ has the id “{id}” too; give each profile its own.")
                raise RuleError(why.format(file=path.name, id=profile.id))
            own[profile.id] = profile
        return {**shipped_profiles(), **own}

    def unknown_profiles(self) -> list[str]:
        """Return the profiles that parties name and nobody has here; their demands are not judged."""
        named = {row["auditor_profile"] for row in self.holdings().records("parties")}
        return sorted(name for name in named if name and name not in self.profiles())

    def layouts(self) -> Sequence[Layout]:
        """Return our own layouts from ``layouts/``, then the shipped ones.

        Raises:
            LayoutError: a file there is no layout.
        """
        from exchange.intake.layout import read_layout, shipped_layouts

        own = [
            read_layout(_text(path), path.name) for path in sorted((self.folder / "layouts").glob("*.toml"))
        ]
        return [*own, *shipped_layouts()]

    def names(self) -> Names:
        """Return the crosswalk of local names, its sources united.

        Raises:
            AgreementError: a copy there can no longer be read.
        """
        found = Names()
        for source in self.name_sources():
            found = found.joined(source.names)
        return found

    def name_sources(self) -> list[NameSource]:
        """Return what tells local names, each counting before those above it.

        Raises:
            AgreementError: a copy there can no longer be read.
        """
        return name_sources(self.folder, [one.file for one in self.chronicle().agreements.values()])

    def faults(self) -> list[Fault]:
        """Return the faults of form that intake saw on rows and files that stand."""
        from exchange.form.faults import Fault

        by_file: dict[str, list[Fault]] = {}
        for take, file in self.chronicle().standing_files():
            if file.faults:
                faults = self.details(take).faults.get(file.sha256, ())
                by_file[file.sha256] = [Fault(*fault) for fault in faults]
        return self.holdings().standing_faults(by_file) if by_file else []

    def details(self, take: Take) -> Details:
        """Return what a take saw beside the rows it stored."""
        return read_details(self.objects.get(take.details))

    def waiting(self) -> list[tuple[Take, WaitingRow]]:
        """Return the rows that wait outside the tables for a placement or mentor that is not known."""
        return [
            (take, row)
            for take, file in self.chronicle().standing_files()
            if file.waiting
            for row in self.details(take).waiting
            if row.sha256 == file.sha256
        ]

    def check(
        self,
        corrections: Sequence[Correction] = (),
        auditor: str | None = None,
        only: Collection[str] | None = None,
    ) -> list[Finding]:
        """Judge the rows that stand, as corrected so, by all rules or some.

        Raises:
            RuleError: a rule or profile cannot be used.
        """
        with self.judging(auditor) as (bench, _holdings):
            return self._retained(bench.findings(corrections, only=only))

    @contextmanager
    def judging(self, auditor: str | None = None) -> Iterator[tuple[Bench, Holdings]]:
        """Give a bench on the rows that stand, and these rows, which read what the bench has loaded."""
        from exchange.checks.engine import Bench
        from exchange.checks.rules import load_rules

        holdings = self.holdings(auditor)
        bench = Bench(
            holdings,
            rule_set=load_rules(),
            profiles=self.profiles(),
            faults=self.faults(),
            locator=holdings,
        )
        with bench:
            yield bench, holdings

    def review(self, auditor: str | None = None) -> OpenList:
        """Weigh the decisions against the findings; one check, and one more where decisions corrected something.

        Kept until the next event of our own; what was found on the reported rows until one that brings rows.
        """
        if (auditor, current()) not in self._reviews:
            with self.judging(auditor) as (bench, _holdings):
                return self.review_on(bench, auditor)
        return self._reviews[auditor, current()]

    def review_on(self, bench: Bench, auditor: str | None = None) -> OpenList:
        """Return :meth:`review` by a bench that is open (:meth:`judging`, for the same auditor)."""
        mark = (auditor, current())
        if mark not in self._reviews:
            self._reviews[mark] = open_list(
                lambda corrections: self._as_corrected(bench, corrections, mark), self.decisions()
            )
        return self._reviews[mark]

    def _as_corrected(self, bench: Bench, corrections: Sequence[Correction], mark: _Judged) -> list[Finding]:
        from exchange.checks.rules import load_rules

        if mark not in self._reported:
            self._reported[mark] = self._retained(bench.findings(()))
        reported = self._reported[mark]
        if not corrections:
            return reported
        again = frozenset(rule for rule in load_rules().rules if not _reads_reported(rule))
        kept = [finding for finding in reported if _reads_reported(finding.rule)]
        return in_order([*kept, *self._retained(bench.findings(corrections, only=again))])

    def _retained(self, found: list[Finding]) -> list[Finding]:
        """Leave out what is about days before retention ended: what is missing there was purged."""
        from exchange.checks.spans import is_since

        day = self.chronicle().retained_from
        return found if day is None else [one for one in found if is_since(one, day)]

    def corrections(self) -> tuple[Correction, ...]:
        """Return the corrections of the decisions in force."""
        if not any(decision.corrections for decision in self.decisions()):
            return ()
        return self.review().corrections

    def settle(self, period: Period) -> Sequence[Line | Missing | Total]:
        """Settle a period on the corrected rows.

        Raises:
            SettlementError: the period cannot be settled.
        """
        from exchange.checks.rules import load_rules
        from exchange.settlement.settle import settle

        self.refuse_purged(period)
        return settle(
            self.source(),
            period,
            rule_set=load_rules(),
            profiles=self.profiles(),
            corrections=self.corrections(),
        )

    def refuse_purged(self, period: Period) -> None:
        """Refuse a period that retention has ended for, in whole or in part.

        Raises:
            SettlementError: rows of it are gone.
        """
        day = self.chronicle().retained_from
        if day is not None and period.start < day:
            raise SettlementError(
                _("The rows before {day} were purged; give a period that starts then or later.").format(
                    day=day
                )
            )

    def _batches(self) -> Iterable[Batch]:
        chronicle = self.chronicle()
        places = {take.event: at for at, take in enumerate(chronicle.takes)}
        for take in chronicle.takes:
            yield Batch(
                sender=take.sender,
                objects={name: stored.address for name, stored in take.tables.items()},
                files=frozenset(one.sha256 for one in take.files),
                complete=take.complete,
                place=places[take.place],
                withdrawn=take.withdrawn,
            )
        for agreement in chronicle.agreements.values():
            objects = {name: stored.address for name, stored in agreement.tables.items()}
            yield Batch(sender=self.owner.party.id, objects=objects, rules=True)


def _brought(chronicle: Chronicle) -> tuple[object, ...]:
    """Return what the reported rows depend on."""
    return chronicle.agreements, chronicle.takes, chronicle.retained_from


def _reads_reported(rule: str) -> bool:
    """Whether corrections change nothing of what the rule says (rules.md, Corrected)."""
    return rule.startswith(("F-", "K")) or rule in {"T01", "C01"}


def find_workspace(start: Path) -> Path:
    """Return the folder itself or the nearest above it that is a workspace.

    Raises:
        WorkspaceError: there is none.
    """
    for folder in (start, *start.parents):
        if (folder / CONFIG).is_file():
            return folder
    raise WorkspaceError(
        _(
            "{folder} is no workspace: make one with “enblanket init DIR”, or name one with --workspace."
        ).format(folder=start)
    )


def open_workspace(folder: Path, clock: Clock) -> Workspace:
    """Open the workspace that lies in the folder.

    Raises:
        WorkspaceError: there is none, or its ``enblanket.toml`` says something else.
    """
    path = folder / CONFIG
    if not path.is_file():
        raise WorkspaceError(
            _(
                "{folder} is no workspace: it holds no {file}; make one with “enblanket init {folder}”."
            ).format(folder=folder, file=CONFIG)
        )
    return Workspace(folder, read_owner(path.read_bytes(), path), clock)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise WorkspaceError(_("{path} is not UTF-8 text; save it as UTF-8.").format(path=path)) from None
