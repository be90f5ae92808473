"""A house of fixed values, behind the production protocol: what the screens beside the review show in tests."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from exchange.checks.demands import DEMANDS
from exchange.checks.profiles import shipped_profiles
from exchange.errors import KeyRefused
from exchange.ledger.events import Body, Event
from exchange.reports.coverage import Auditor, Cell, Coverage, State
from exchange.reports.weeks import SIDES, PlacementWeeks, Reported, Week
from exchange.sealing.trust import Standing, pin_from_bytes
from exchange.workspace.journal import Happened, Proof
from exchange.workspace.package_book import Examined, Offered, PackageBook, PackageLine
from exchange.workspace.receiving import Came
from tests.tui.memory_desk import finding

WHO = "Jobcenter Gladsaxe (159) 9f2c 11d0"
CARD = "173.card"
MONDAY = date(2016, 6, 13)


def packages() -> PackageBook:
    """Return one line of each state."""
    line = PackageLine(
        kind="received",
        state="valid",
        name="RED-2016_173_2016-01--2016-06_aud-nord_1.asice",
        party="173",
        period="2016-01-01..2016-06-30",
        sequence=1,
        at="2016-07-04T10:02:00+00:00",
        sha256="9f2c" * 16,
        word="accepted",
        receipt=Path("RED-2016_173_1.kvittering.asice"),
    )
    waiting = replace(
        line, kind="waiting", name="nyt.asice", path=Path("inbox") / "nyt.asice", at="", word="", receipt=None
    )
    return PackageBook(
        (
            PackageLine(kind="card", state="card", name=CARD, path=Path("inbox") / CARD),
            replace(waiting, state="unknown-key", party="", codes=("signer-unknown",)),
            replace(
                waiting,
                state="invalid",
                name="brudt.asice",
                path=Path("inbox") / "brudt.asice",
                codes=("container-altered",),
            ),
            replace(waiting, state="key-expired", name="gammel.asice", codes=("card-not-valid-then",)),
            replace(waiting, state="locked", name="lukket.asice.age", sha256=""),
            replace(waiting, state="unsigned", name="uden.asice"),
            line,
            replace(line, name="tvivl.asice", word="needs-attention", codes=("rules-differ",), receipt=None),
        ),
        (
            replace(line, kind="sent", state="out", name="svar_2.asice", word="overdue", party="aud-nord"),
            replace(line, kind="sent", state="out", name="svar_1.asice", word="superseded", party="aud-nord"),
        ),
        Path("inbox"),
    )


def weeks() -> list[PlacementWeeks]:
    """Return two placements: one with differences, a week over the agreement and a gap, one where all agrees."""
    hours: dict[int, tuple[str | None, str | None]] = {
        0: ("20.00", "20.00"),
        1: ("22.20", "23.70"),
        2: ("28.80", "28.80"),
        3: ("14.10", "13.60"),
        5: ("8.00", None),
    }
    agreed = Decimal("25.00")
    found = [_week(step, hours.get(step, (None, None)), agreed) for step in range(6)]
    return [
        PlacementWeeks(agreement_id="AFT-1", jobcentre="159", placement_id="159-001", weeks=tuple(found)),
        PlacementWeeks(
            agreement_id="AFT-1",
            jobcentre="173",
            placement_id="173-901",
            weeks=(_week(0, ("3.00", "3.00"), None), _week(1, ("3.00", "3.00"), None)),
        ),
    ]


def _week(step: int, hours: tuple[str | None, str | None], agreed: Decimal | None) -> Week:
    return Week(
        MONDAY + timedelta(weeks=step),
        {
            side: Reported(Decimal(text), agreed)
            for side, text in zip(SIDES, hours, strict=True)
            if text is not None
        },
    )


def happenings() -> list[Happened]:
    """Return five events, oldest first."""
    said: tuple[tuple[str, Body, str, str, str], ...] = (
        ("init", {}, "workspace made", "", ""),
        ("take", {"sender": "159", "files": [{"name": "a.csv"}]}, "1 file taken from 159", "", ""),
        ("decision", {"rule": "R03"}, "R03 111111111111: accepted", "1" * 64, "called the mentor"),
        ("undo", {"cancels": "2" * 64}, "decision on 111111111111 undone", "1" * 64, ""),
        ("seal", {"sequence": 1, "recipient": "aud-nord"}, "package 1 sealed for aud-nord [sealed]", "", ""),
    )
    found: list[Happened] = []
    for number, (kind, body, what, finding_id, reason) in enumerate(said):
        parents = (found[-1].event.id,) if found else ()
        event = Event(
            parents=parents, kind=kind, at=f"2016-07-0{number + 1}T10:02:00+00:00", who=WHO, body=body
        )
        found.append(Happened(event=event, what=what, finding_id=finding_id, reason=reason))
    return found


def coverage() -> list[Coverage]:
    """Return an auditor with a profile, and one whose profile nobody has."""
    profiles = shipped_profiles()
    profile = profiles[sorted(profiles)[0]]
    known = Auditor(
        agreement_id="AFT-1", jobcentre="159", name="aud-nord", profile_id=profile.id, profile=profile
    )
    strange = replace(known, jobcentre="173", name="aud-syd", profile_id="ukendt", profile=None)
    cells = []
    for at, demand in enumerate(DEMANDS):
        unmet = (finding("D01", 1),) if at == 1 else ()
        state: State = "not-met" if unmet else "met" if profile.asks(demand) else "not-asked"
        cells.append(Cell(demand=demand, state=state, unmet=unmet, decided=2 if at == 2 else 0))
    return [
        Coverage(known, tuple(cells)),
        Coverage(strange, tuple(Cell(demand=demand, state="unknown") for demand in DEMANDS)),
    ]


@dataclass
class MemoryHouse:
    """Everything fixed; what was asked for is kept in ``asked``."""

    book: PackageBook = field(default_factory=packages)
    found_weeks: list[PlacementWeeks] = field(default_factory=weeks)
    events: list[Happened] = field(default_factory=happenings)
    covered: list[Coverage] = field(default_factory=coverage)
    proof: Proof = field(default_factory=lambda: Proof(5, ("a" * 64,), ()))
    asked: list[tuple[str, str]] = field(default_factory=list)
    locked: bool = False

    def packages(self) -> PackageBook:
        self.asked.append(("packages", ""))
        return self.book

    def examine(self, path: Path) -> Examined:
        self.asked.append(("examine", path.name))
        raise KeyRefused(f"{path.name} cannot be opened here; ask for the passphrase.")

    def needs_passphrase(self) -> bool:
        return self.locked

    def take_in(self, path: Path, passphrase: str | None) -> Came:
        self.asked.append(("take in", f"{path.name} {passphrase}"))
        raise KeyRefused("The passphrase is not that of the key; try again.")

    def refuse(self, path: Path, passphrase: str | None) -> Came:
        self.asked.append(("refuse", f"{path.name} {passphrase}"))
        raise KeyRefused("The passphrase is not that of the key; try again.")

    def recipients(self) -> list[str]:
        return ["173", "aud-nord"]

    def seal(
        self, period: str, recipient: str, passphrase: str | None, *, encrypted: bool = False
    ) -> list[Path]:
        self.asked.append(("seal", f"{period} {recipient} {passphrase} {encrypted}"))
        return [Path("x.asice")]

    def fault_report(self) -> dict[str, object]:
        return {"enblanket": "0", "findings by rule": "R03 2"}

    def offered(self, path: Path) -> Offered:
        self.asked.append(("offered", path.name))
        if path.name == CARD:
            content = (Path(__file__).parents[1] / "data" / "tui" / "nord.pem").read_bytes()
            return Offered(pin=pin_from_bytes(CARD, content), content=content, standing=Standing.NEW)
        raise KeyRefused(f"{path.name} is no card; name a card.")

    def trust(self, offered: Offered, read_out: str) -> None:
        self.asked.append((f"trust {offered.pin.source}", read_out))

    def weeks(self) -> list[PlacementWeeks]:
        return self.found_weeks

    def journal(self) -> list[Happened]:
        return self.events

    def prove(self) -> Proof:
        return self.proof

    def coverage(self) -> list[Coverage]:
        return self.covered
