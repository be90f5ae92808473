"""The values of a verdict: what it says, and what it is given with. ``verifier`` makes it, commands and screens show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from exchange.checks.profiles import Profile
from exchange.checks.rules import RuleSet
from exchange.sealing.contents import Package
from exchange.sealing.files import Files
from exchange.sealing.stream import Stream
from exchange.sealing.trust import Trust
from exchange.sealing.witness import Statement
from exchange.sealing.zip_entries import LIMITS, Limits

Word = Literal["accepted", "refused", "needs-attention"]

CHECKS = (
    "container", "signatures", "recipient", "sequence", "form", "rules", "settlement", "decisions", "demands", "history",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a verdict.

    Attributes:
        ok: None where it cannot be judged here.
        code: the stable reason; None where there is none.
        detail: one sentence for people.
    """

    check: str
    ok: bool | None
    code: str | None = None
    detail: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the machine contract's object."""
        return {"check": self.check, "ok": self.ok, "code": self.code, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be thought of a package.

    Attributes:
        package: its contents, where they could be read.
        fingerprint: of the first signer's certificate, where it could be read; it vouches for nothing by itself.
        origin: sha256 of the package as its sender signed it, without countersignatures; "" where it could not be read.
    """

    sha256: str
    verdict: Word
    checks: tuple[Check, ...]
    package: Package | None = field(default=None, repr=False)
    fingerprint: str | None = None
    origin: str = ""

    def as_json(self, file: str) -> dict[str, object]:
        """Return the machine contract's object for the file of that name."""
        return {
            "file": file,
            "sha256": self.sha256,
            "verdict": self.verdict,
            "checks": [check.as_json() for check in self.checks],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is remembered of one package.

    Attributes:
        period: as text.
        ledger_head: its sender's tips; heads_seen: the tips of ours that its sender had seen.
        since: when it was sealed or received here, aware: it existed by then.
    """

    period: str
    ledger_head: tuple[str, ...] = ()
    heads_seen: tuple[str, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What a workspace remembers.

    Attributes:
        party: whose workspace it is.
        events: the ids of its ledger; parents: of each event.
        packages: of each stream, sha256 by sequence, without countersignatures.
        superseded: sha256 of packages that later ones replace.
        held: what is remembered of the packages, by sha256.
        statements: what packages and receipts have said of histories.
        acknowledged: events of anybody's ledger that are lost, and of which a person here said so.
    """

    party: str
    events: frozenset[str]
    packages: Mapping[Stream, Mapping[int, str]]
    superseded: frozenset[str] = frozenset()
    held: Mapping[str, Held] = field(default_factory=dict)
    parents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    acknowledged: frozenset[str] = frozenset()


def _nowhere(_sha256: str) -> Files | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What a verdict is given with.

    Attributes:
        us: the party that asks; None where nobody said.
        rule_sets: our own copies, by SHA-256.
        profiles: the auditor profiles known here, by id.
        memory: None without a workspace.
        countersignatures: how many our own copy of each agreement asks for.
        former: gives the files of an earlier package by its sha256; None where it is not at hand.
        scratch: an empty folder for the rows of a large package, gone when the verdict is given; "" keeps all in memory.
        in_memory: what their database may hold beside it at first, as DuckDB writes it; where a rule needs more, it gets more.
    """

    trust: Trust
    now: datetime
    us: str | None = None
    rule_sets: Mapping[str, RuleSet]
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    memory: Memory | None = None
    countersignatures: Mapping[str, int] = field(default_factory=dict)
    former: Callable[[str], Files | None] = _nowhere
    limits: Limits = LIMITS
    scratch: str = ""
    # What the whole verdict on a large package may hold is 200 MB; the program itself takes more than half of them.
    in_memory: str = "60MB"


def holds(check: str, detail: str) -> Check:
    """Return the line of a check that holds."""
    return Check(check, True, None, detail)  # noqa: FBT003 - the machine contract's own value


def fails(check: str, code: str, detail: str) -> Check:
    """Return the line of a check that does not hold."""
    return Check(check, False, code, detail)  # noqa: FBT003 - as above


def unknown(check: str, detail: str) -> Check:
    """Return the line of a check that cannot be judged here."""
    return Check(check, None, None, detail)
