"""Small random worlds around nasty dates, drawn so that every rule's boundary is met often. A seed repeats itself."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tests.checks.oracle.days import DAY, same_day_six_months_on, week
from tests.checks.oracle.demands import QUESTIONS
from tests.checks.oracle.facts import CENT, SIDES, Demands, Facts
from tests.checks.oracle.rows import KEYS, Cells
from tests.checks.oracle.settlement import total
from tests.checks.oracle.totals import counted

PROFILES: Mapping[str, Demands] = {
    "strict": Demands(
        grants_required=True,
        final_report_days=0,
        attendance_tolerance=Decimal("0.00"),
        conversation_every_weeks=1,
        registration_days=0,
        note_required_for=("home-support", "other"),
        attendance_daily=True,
        responsibilities_required=True,
        both_sides=True,
        closed_period=True,
        severities={"C07": "error", "D02": "info", "D05": "info", "D06": "error"},
    ),
    "mild": Demands(
        final_report_days=28,
        attendance_tolerance=Decimal("1.00"),
        claim_tolerance=Decimal("0.01"),
        conversation_every_weeks=2,
        registration_days=3,
        both_sides=True,
        severities={"D01": "error"},
    ),
    "daily": Demands(
        attendance_daily=True,
        responsibilities_required=True,
        claim_tolerance=Decimal("100.00"),
        note_required_for=("training",),
        severities={"D05": "error", "D04": "info"},
    ),
    "grants": Demands(grants_required=True, closed_period=True),
}

_NASTY = [
    (2015, 12, 21), (2016, 2, 22), (2016, 3, 14), (2016, 4, 25), (2016, 5, 30), (2020, 12, 21), (2017, 12, 18),
    (2023, 4, 24), (2024, 4, 15), (2024, 2, 19), (2021, 12, 27), (2019, 1, 28), (2016, 1, 4), (2022, 12, 26),
    (2015, 8, 27), (2023, 8, 28), (2019, 10, 28), (2016, 6, 27), (2024, 12, 23), (2010, 1, 1), (2040, 12, 3),
]  # fmt: skip
_JOBCENTRES = ("157", "159", "173", "540")
_HOURS = [
    "0.01",
    "0.25",
    "0.50",
    "0.75",
    "1.00",
    "1.30",
    "1.50",
    "2.00",
    "3.00",
    "5.00",
    "7.45",
    "10.00",
    "12.00",
    "15.00",
]
_ATTENDED = [
    "0.00",
    "0.00",
    "0.29",
    "0.30",
    "1.00",
    "1.50",
    "2.00",
    "3.00",
    "3.50",
    "4.00",
    "4.50",
    "4.51",
    "8.00",
    "20.00",
]
_ACTIVITIES = [
    "conversation",
    "training",
    "workplace-support",
    "home-support",
    "coordination",
    "reporting",
    "other",
]
_NOTES: list[str | None] = [
    None, None, None, "", "  ", "Samtale", "010190-1234", "300290-1234", "290201 0000", "310490-1234", "31 12 99 - 0000",
    "a01 01 90-0000b", "1010190-1234", "010190-12345", "01\u00a001\u200990\u20111234", "0101901234", "010190\u22121234",
    "010190 -1234", "010190- 1234", "010190\u00ad1234", "01-01-90-1234", "01  0190-1234", "010190--1234", "000190-1234",
    "01\t01901234", "3201901234 0101901234", "=1+1", "+45", "-", "-3,5", "+3.5", "@her", "-3,5,", "\tnote", "+45 12 34 56 78",
    "tlf 12345678", "tlf. 12 34 56 78", "0045 12345678", "tlf aftales", "skriv til a.b@example.dk", "kl. 8 @ Falck",
]  # fmt: skip


def _money(value: Decimal) -> str:
    return str(value.quantize(CENT, ROUND_HALF_UP))


_ODD_NUMBERS = [
    "0",
    "0.00",
    "-0.50",
    "3",
    "2.5",
    "1,5",
    "1e1",
    "2.555",
    "-0.00",
    "+1.00",
    " 1.00",
    "168.00",
    "0007.50",
]
_ODD_DATES = [
    "2016-02-30",
    "2016-2-3",
    "20160229",
    "2016-W09-1",
    "29.02.2016",
    "2016-02-29 ",
    "2009-12-31",
    "2039-12-31",
]
_ODD: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(("hours", "attended_hours", "planned_hours", "mentor_hours_confirmed", "hours_per_week"), _ODD_NUMBERS),
    **dict.fromkeys(("hourly_rate", "place_rate_per_week", "amount"), (*_ODD_NUMBERS, "999999999999999.99", "-275.25")),
    "mentor_hours_per_week": [*_ODD_NUMBERS, "9999999.99", "-3.33"],
    "proration": ["Weekdays"],
    **dict.fromkeys(("date", "registered_on", "start", "planned_end", "actual_end", "valid_to", "valid_from"), _ODD_DATES),
    "places": ["0", "2.0", "03", "x", "-2", "999999999"],
    "max_weeks": ["0", "2.5", "x", "999999999"],
    "reporter": ["Company", "mentor"],
    "basis": ["Trainee"],
    "funding": ["Per-place"],
    "places_are": ["EXACT"],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Told:
    """What one side says of mentor hours; ``number`` tells its entries apart."""

    place: str | None
    mentor: str
    day: date
    hours: str
    number: int


class World:
    """Draws one world; ``name`` keeps its keys apart from those of other worlds."""

    def __init__(self, seed: str, name: str) -> None:
        self._draw = random.Random(seed)  # noqa: S311 (a world that repeats itself)
        self._name = name
        self.first = date(*self._draw.choice(_NASTY))
        self._span = self._draw.choice([14, 28, 42])
        self._dates = [self._day() for _ in range(self._draw.randint(3, 8))]
        self.tables: dict[str, list[dict[str, str | None]]] = {table: [] for table in KEYS}

    def drawn(self) -> dict[str, list[dict[str, str | None]]]:
        """Fill the tables in the order in which they lead to one another."""
        for number in range(self._draw.randint(1, 3)):
            self._agreement(f"{self._name}A{number}")
        self._mentors()
        for number in range(self._draw.randint(2, 6)):
            self._placement(number)
        for place in self.tables["placements"]:
            self._around(place)
            self._hours(place)
            self._attendance(place)
        self._confirmed()
        self._duplicates()
        self._claims()
        if self._chance(0.3):
            self._holes()
        if self._chance(0.3):
            self._dangling()
        if self._chance(0.3):
            self._odd_values()
        return self.tables

    def _chance(self, share: float) -> bool:
        return self._draw.random() < share

    def _day(self, spread: int | None = None) -> date:
        return self.first + self._draw.randint(-3, spread or self._span) * DAY

    def _maybe(self, share: float, day: date) -> str | None:
        return str(day) if self._chance(share) else None

    def _one_of(self, table: str, key: str) -> str:
        return self._draw.choice(self.tables[table])[key] or ""

    def _add(self, table: str, **cells: object) -> None:
        row = {name: None if value is None else str(value) for name, value in cells.items()}
        key = [row[name] for name in KEYS[table]]
        if all([other[name] for name in KEYS[table]] != key for other in self.tables[table]):
            self.tables[table].append(row)

    def _agreement(self, name: str) -> None:
        choice, start = self._draw.choice, self._day(10)
        self._add(
            "agreements",
            agreement_id=name,
            title="Aftale",
            company_cvr="10000002",
            company_name="Eksempel A/S",
            lead_jobcentre="159",
            mentor_model="shared-mentor",
            funding=choice(["per-place", "per-occupied-place", "per-occupied-place", "none"]),
            places=choice([1, 1, 2, 3, 4]),
            places_are=choice(["exact", "minimum"]),
            mentor_hours_per_week=choice([None, "3.00", "2.50", "0.01", "4.35", "0.00", "3.33"]),
            hourly_rate=choice([None, "275.00", "275.25", "0.01", "333.33", "0.00", "0.50"]),
            place_rate_per_week=choice([None, "1850.00", "1233.35", "0.03"]),
            max_weeks=choice([1, 2, 3, 26, None]),
            proration=choice(["weekdays", "whole-weeks"]),
            valid_from=start,
            valid_to=self._maybe(0.6, start + self._draw.randint(0, 50) * DAY),
        )
        for jobcentre in self._draw.sample(_JOBCENTRES, self._draw.choice([1, 2, 2, 3])):
            self._add(
                "parties",
                agreement_id=name,
                jobcentre=jobcentre,
                role="lead",
                places=choice([None, 1, 1, 2, 3]),
                auditor_profile=choice([*PROFILES, *PROFILES, None, "unknown"]),
                contact_mailbox="a@example.dk",
            )
        for question in QUESTIONS[: self._draw.choice([0, 9, 10, 11, 11])]:
            self._add(
                "responsibilities", agreement_id=name, question=question, responsible="company", contact="x"
            )
        self._add("sites", site_id=f"{name}-S", agreement_id=name, name="Sted", postcode="2800")

    def _mentors(self) -> None:
        for number in range(self._draw.randint(2, 3)):
            start = self._day(5) - self._draw.choice([0, 365]) * DAY
            self._add(
                "mentors",
                mentor_id=f"{self._name}M{number}",
                agreement_id=self._one_of("agreements", "agreement_id"),
                employer="company",
                valid_from=start,
                valid_to=self._maybe(0.3, self._day()),
            )

    def _placement(self, number: int) -> None:
        agreement, start = self._one_of("agreements", "agreement_id"), self._day(14)
        jobcentre = self._draw.choice([*(row["jobcentre"] or "" for row in self.tables["parties"]), "999"])
        planned = start + self._draw.choice([-1, 0, 6, 7, 13, 14, 20, 21, 27, 34, 181, 182]) * DAY
        self._add(
            "placements",
            placement_id=f"{jobcentre}-{self._name}{number}",
            agreement_id=agreement,
            jobcentre=jobcentre,
            site_id=f"{agreement}-S",
            trainee_ref=f"{self._name}t{self._draw.randint(0, 3)}",
            benefit="unknown",
            age_group=self._draw.choice(["under-30", "30-plus"]),
            gender=self._draw.choice(["f", "m", "x"]),
            start=start,
            planned_end=planned,
            actual_end=self._maybe(0.4, planned + self._draw.choice([-14, -7, -1, 0, 1, 7]) * DAY),
            weekly_hours="15.00",
            outcome=self._draw.choice([None, "", "education", "flexjob"]),
            purpose=self._draw.choice(_NOTES),
        )

    def _around(self, place: Cells) -> None:
        """Extensions, grants, conversations, a final report and confirmations."""
        name, end = (
            place["placement_id"],
            date.fromisoformat(place["actual_end"] or place["planned_end"] or ""),
        )
        for _ in range(self._draw.choice([0, 0, 1, 2])):
            near = self._draw.choice([-7, -1, 0, 1, 7])
            self._add("extensions", placement_id=name, decided_on=end + self._draw.choice([-1, 0, 1]) * DAY,
                      new_planned_end=end + near * DAY, reason=self._draw.choice(["Behov", "tlf 12345678"]))  # fmt: skip
        for number in range(self._draw.choice([0, 1, 1, 2])):
            self._grant(place, number)
        talk = date.fromisoformat(place["start"] or "")
        for number in range(self._draw.choice([0, 1, 3])):
            talk += self._draw.choice([-1, 0, 7, 7, 8, 14, 15]) * DAY
            self._add("conversations", conversation_id=f"{name}-{number}", placement_id=name, date=talk,
                      kind=self._draw.choice(["visitation", "start", "progress"]), held_by="159",
                      next_step=self._draw.choice(_NOTES))  # fmt: skip
        if self._chance(0.6):
            self._add("final_reports", placement_id=name, recommendation="flexjob",
                      delivered_on=end + self._draw.choice([-1, 0, 1, 14, 15, 28, 29]) * DAY)  # fmt: skip

    def _confirmed(self) -> None:
        """Weeks that trainees confirmed, half of them to what a side reported, give or take a hundredth."""
        sums: dict[tuple[str | None, str], Decimal] = {}
        for entry in self.tables["mentor_hours"]:
            if entry["reporter"] == "company" and entry["activity"] not in {"coordination", "reporting"}:
                key = entry["placement_id"], week(date.fromisoformat(entry["date"] or ""))
                sums[key] = sums.get(key, Decimal(0)) + Decimal(entry["hours"] or 0)
        for place in self.tables["placements"]:
            for _ in range(self._draw.choice([0, 1, 2])):
                key = place["placement_id"], week(self._draw.choice(self._dates))
                near = sums.get(key, Decimal(1)) + self._draw.choice([Decimal("-0.01"), Decimal(0), CENT])
                told = self._draw.choice([_money(max(Decimal(0), near)), *_HOURS[:4]])
                self._add("confirmations", placement_id=key[0], week=key[1], mentor_hours_confirmed=told,
                          confirmed_on=self._day())  # fmt: skip

    def _grant(self, place: Cells, number: int) -> None:
        choice, start = self._draw.choice, self._day()
        basis = choice(["trainee", "place"])
        half_year = same_day_six_months_on(start)
        ends = [*(start + days * DAY for days in (0, 5, 12)), half_year - DAY, half_year, half_year + DAY]
        self._add(
            "mentor_grants",
            grant_id=f"{place['placement_id']}-{number}",
            agreement_id=place["agreement_id"]
            if self._chance(0.8)
            else self._one_of("agreements", "agreement_id"),
            basis=basis,
            placement_id=place["placement_id"] if basis == "trainee" else None,
            jobcentre=place["jobcentre"],
            goal=choice(["Mål", "Mål", "Mål", " ", None]),
            tasks=choice(["Opgaver", "Opgaver", ""]),
            hours_per_week=choice(["0.00", "1.00", "3.00", "3.01", None]),
            appeal_guidance_given=choice(["true", "true", "false", None]),
            signed_on=self._maybe(0.8, start),
            valid_from=start,
            valid_to=choice([*ends, *ends, None]),
        )

    def _hours(self, place: Cells) -> None:
        """Cells that both sides tell alike, and the ways in which they do not."""
        for number in range(self._draw.choice([0, 2, 4, 7])):
            side, other = self._draw.sample(SIDES, 2)
            mentor, day = self._one_of("mentors", "mentor_id"), self._draw.choice(self._dates)
            told = _Told(place["placement_id"], mentor, day, self._draw.choice(_HOURS), number)
            self._entry(side, told)
            if self._chance(0.8):
                self._entry(other, self._otherwise(told))

    def _otherwise(self, told: _Told) -> _Told:
        """What the other side says of the same hours."""
        match self._draw.choice(["same", "hours", "date", "mentor", "placement"]):
            case "hours":
                return replace(told, hours=self._near(Decimal(told.hours)))
            case "date":
                return replace(told, day=self._shifted(told.day))
            case "mentor":
                return replace(told, mentor=self._one_of("mentors", "mentor_id"))
            case "placement":
                return replace(told, place=self._one_of("placements", "placement_id"))
        return told

    def _near(self, hours: Decimal) -> str:
        whole, decimals = divmod(hours, 1)
        clock = whole + decimals * 100 / 60
        almost = self._draw.choice([Decimal("-0.01"), Decimal(0), Decimal(0), Decimal("0.01")])
        near = [
            hours * 10,
            hours * 100,
            hours / 60,
            hours * 60,
            hours * 2,
            clock,
            hours + Decimal("0.25"),
            hours / 2,
        ]
        return _money(max(CENT, self._draw.choice(near) + almost))

    def _shifted(self, day: date) -> date:
        shifted = [day + DAY, day - DAY, day + 2 * DAY]
        if day.day <= 12:
            shifted += [date(day.year, day.day, day.month)] * 2
        steps = (-4, 4, 8) if (day.month, day.day) == (2, 29) else (-1, 1, 2)
        shifted += [date(day.year + step, day.month, day.day) for step in steps]
        return self._draw.choice(shifted)

    def _entry(self, side: str, told: _Told) -> None:
        self._add(
            "mentor_hours",
            reporter=side,
            entry_id=f"{told.place}:{told.number}:{self._draw.randint(0, 99)}",
            placement_id=told.place,
            mentor_id=told.mentor,
            date=told.day,
            hours=told.hours,
            activity=self._draw.choice(_ACTIVITIES),
            registered_on=self._maybe(0.8, told.day + self._draw.choice([-1, 0, 0, 1, 3, 4]) * DAY),
            note=self._draw.choice(_NOTES),
        )

    def _duplicates(self) -> None:
        entries = self.tables["mentor_hours"]
        for entry in self._draw.sample(entries, min(len(entries), self._draw.choice([0, 1, 3]))):
            other = self._draw.choice(["", "9", "10", "z", "A", "!"])
            changed = {"hours": self._draw.choice([entry["hours"], "1.00"])} if self._chance(0.3) else {}
            self._add(
                "mentor_hours", **{**entry, **changed, "entry_id": f"{self._name}:{other}{entry['entry_id']}"}
            )

    def _attendance(self, place: Cells) -> None:
        sides = self._draw.choice([(), SIDES, SIDES, SIDES[:1], SIDES[1:]])
        skipped = self._draw.choice([0.0, 0.3, 0.9])
        for number in range(-3, self._span):
            day, hours = self.first + number * DAY, self._draw.choice(_ATTENDED)
            for side in sides:
                if self._chance(skipped) or (day.isoweekday() > 5 and self._chance(0.8)):
                    continue
                told = (
                    hours
                    if self._chance(0.5)
                    else self._draw.choice([*_ATTENDED, self._near(Decimal(hours))])
                )
                self._add("attendance", reporter=side, placement_id=place["placement_id"], date=day,
                          planned_hours=self._planned(told), attended_hours=told,
                          absence=self._draw.choice([None, " ", "sick"]))  # fmt: skip

    def _planned(self, attended: str) -> str:
        """Hours as planned, often an auditor's tolerance from what was attended, give or take a hundredth."""
        tolerance = self._draw.choice(["-1.00", "-0.50", "0.00", "0.50", "1.00"])
        near = Decimal(attended) + Decimal(tolerance) + self._draw.choice([-CENT, Decimal(0), CENT])
        return self._draw.choice(["0.00", "4.00", attended, _money(max(Decimal(0), near))])

    def _claims(self) -> None:
        facts = Facts(self.tables, PROFILES)
        for number in range(self._draw.choice([0, 2, 5])):
            agreement = self._draw.choice(self.tables["agreements"])
            before = [date.fromisoformat(row["period_end"] or "") for row in self.tables["claims"][-1:]]
            start = self._draw.choice(
                [self.first, self.first.replace(day=1), self._day(), *before, *(day + DAY for day in before)]
            )
            end = start + self._draw.choice([0, 6, 13, 27, 30]) * DAY
            jobcentre = self._draw.choice(
                [*(row["jobcentre"] or "" for row in self.tables["placements"]), "157"]
            )
            settled = total(facts, agreement["agreement_id"] or "", jobcentre, start, end) or Decimal(0)
            rate, hours = (
                self._draw.choice([None, "0.33", agreement["hourly_rate"]]),
                self._draw.choice([*_HOURS, *self._told_in(jobcentre, start, end)]),
            )
            computed = Decimal(hours) * Decimal(rate or 0)
            amount = self._draw.choice([settled, settled, computed, computed, Decimal(-5), Decimal(0)])
            near = self._draw.choice(["0", "0", "0.01", "-0.01", "0.02", "100", "100.01", "-100.01"])
            self._add("claims", claim_id=f"{self._name}C{number}", agreement_id=agreement["agreement_id"],
                      jobcentre=jobcentre, period_start=start, period_end=end, hours=hours, hourly_rate=rate,
                      amount=_money(amount + Decimal(near)),
                      submitted_on=end + self._draw.choice([-1, 0, 1]) * DAY)  # fmt: skip

    def _told_in(self, jobcentre: str, start: date, end: date) -> list[str]:
        """What each side reported of a jobcentre's placements in a period, and a hundredth more."""
        own = {row["placement_id"] for row in self.tables["placements"] if row["jobcentre"] == jobcentre}
        found = []
        for side in SIDES:
            hours = [
                Decimal(row["hours"] or 0)
                for row in self.tables["mentor_hours"]
                if row["reporter"] == side and row["placement_id"] in own
                and start <= date.fromisoformat(row["date"] or "") <= end
            ]  # fmt: skip
            found += [_money(sum(hours, CENT)), _money(sum(hours, Decimal(0)))]
        return found

    def _holes(self) -> None:
        for table, rows in self.tables.items():
            for row in rows:
                for column in sorted(row.keys() - {*KEYS[table]}):
                    if self._chance(0.01):
                        row[column] = self._draw.choice([None, "", " "])

    def _dangling(self) -> None:
        for table, column in [
            ("mentor_hours", "placement_id"), ("mentor_hours", "mentor_id"), ("attendance", "placement_id"),
            ("placements", "site_id"), ("mentors", "agreement_id"), ("placements", "agreement_id"),
            ("mentor_grants", "placement_id"), ("extensions", "placement_id"), ("claims", "agreement_id"),
        ]:  # fmt: skip
            if self.tables[table] and self._chance(0.3):
                self._draw.choice(self.tables[table])[column] = f"{self._name}-nowhere"

    def _odd_values(self) -> None:
        """Values that the form refuses or that nobody would write: the rules read them all the same."""
        for table, rows in self.tables.items():
            for row in rows:
                for column in sorted(row.keys() & _ODD.keys() - set(KEYS[table])):
                    if self._chance(0.02):
                        row[column] = self._draw.choice(_ODD[column])


def control_totals(tables: Mapping[str, Sequence[Cells]], seed: str) -> list[Cells]:
    """Totals with every kind of measure and filter, half of them stated rightly."""
    draw = random.Random(seed)  # noqa: S311
    measures = {
        "placements": ["placements.count", "outcomes.finished", "outcomes.all", "outcomes.flexjob", "genders.f",
                       "benefits.all", "age_groups.30-plus"],
        "mentor_hours": ["mentor_hours.sum", "mentor_hours.count"],
        "attendance": ["attendance.attended", "attendance.planned", "attendance.count"],
        "claims": ["claims.amount", "claims.hours", "claims.count"],
    }  # fmt: skip
    found: list[Cells] = []
    for number in range(40):
        table = draw.choice([name for name in measures if tables[name]])
        row, place = draw.choice(tables[table]), draw.choice(tables["placements"])
        filters = {
            "agreement": row.get("agreement_id") or place["agreement_id"],
            "jobcentre": row.get("jobcentre") or place["jobcentre"],
            "placement": row.get("placement_id"),
            "reporter": row.get("reporter"),
            "mentor": row.get("mentor_id"),
            "month": (row.get("date") or "")[:7] if "date" in row else None,
        }
        chosen = [
            f"{name}={value}"
            for name, value in filters.items()
            if value and value.strip() and draw.random() < 0.4
        ]
        measure = draw.choice(measures[table]) + (f"[{';'.join(chosen)}]" if chosen else "")
        stated = str(draw.choice([0, 1, 2, "12.50", counted(tables, measure), counted(tables, measure)]))
        found.append({"source": f"kilde{number}", "measure": measure, "stated": stated})
    return found
