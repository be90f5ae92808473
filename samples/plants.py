"""What is wrong in the samples, planted one by one, with what follows from it by the words of rules.md.

In: books in which nothing is wrong. Out: the same books with the discrepancies in them, and the answer key. An answer is
reasoned here from the row that was changed, never read from what the product finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from samples.facts import Books, Claim, DayRow, HourRow, Side, week_of
from samples.schedule import Plan, Presence

RATE = Decimal("275.00")
MENTOR_DAY_LIMIT = Decimal(12)
MENTOR_WEEK_LIMIT = Decimal(37)

RESCUE_PLAN: Plan = {
    ("159-00001", "2016-W06"): (
        (2, "1.50", "training"),
        (3, "1.25", "conversation"),
        (5, "0.25", "conversation"),
    ),
    ("159-00002", "2016-W09"): (
        (1, "0.60", "conversation"),
        (3, "1.20", "conversation"),
        (5, "1.20", "conversation"),
    ),
    ("159-00002", "2016-W14"): ((1, "1.50", "conversation"), (4, "1.50", "conversation")),
    ("159-00002", "2016-W18"): ((1, "2.00", "conversation"), (3, "1.00", "conversation")),
    ("151-00001", "2016-W07"): ((2, "1.50", "conversation"), (4, "1.50", "conversation")),
    ("153-00001", "2016-W10"): ((2, "1.50", "conversation"), (4, "1.50", "conversation")),
    ("153-00001", "2016-W19"): ((1, "2.00", "conversation"), (3, "1.00", "conversation")),
    ("153-00003", "2016-W21"): ((2, "1.50", "conversation"), (4, "1.50", "conversation")),
    ("165-00001", "2016-W05"): ((2, "1.50", "conversation"), (4, "1.50", "conversation")),
    ("165-00002", "2016-W05"): ((1, "1.50", "conversation"), (3, "1.50", "conversation")),
    ("167-00001", "2016-W08"): ((1, "2.00", "conversation"), (3, "1.00", "conversation")),
    ("167-00001", "2016-W11"): ((2, "1.50", "conversation"), (4, "1.50", "conversation")),
    ("167-00001", "2016-W16"): ((1, "2.00", "conversation"), (3, "1.00", "conversation")),
    ("167-00002", "2016-W04"): ((1, "2.00", "conversation"), (4, "1.00", "conversation")),
    ("167-00002", "2016-W15"): ((2, "1.50", "conversation"), (5, "1.50", "conversation")),
    ("167-00003", "2016-W20"): (),
}
"""Weeks in which the story needs exactly these sessions; in week 20 one trainee meets no mentor at all."""

CREDIT_PLAN: Plan = {("157-10001", "2016-W10"): ((2, "2.00", "conversation"), (4, "2.00", "conversation"))}

RESCUE_PRESENCE: Presence = {
    ("153-00001", date(2016, 5, 11)): (Decimal("0.00"), "sick"),
    ("153-00001", date(2016, 3, 8)): (Decimal("4.00"), ""),
    ("159-00003", date(2016, 2, 24)): (Decimal("0.00"), "sick"),
    ("167-00003", date(2016, 4, 13)): (Decimal("4.00"), ""),
    ("151-00001", date(2016, 4, 20)): (Decimal("5.00"), ""),
}
FACTORY_PRESENCE: Presence = {("540-20003", date(2016, 3, 2)): (Decimal("1.50"), "agreed-leave")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One finding that must be there.

    Attributes:
        story: which plant it belongs to; findings of one story have one cause.
        amount: the finding's worth in kroner as rules.md reckons it; None without a rate.
    """

    rule: str
    subject: Mapping[str, str]
    story: str
    da: str
    en: str
    likely_cause: str | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """What an answer says beside its subject: a sentence in both languages, a cause, a worth in kroner."""

    da: str
    en: str
    cause: str | None = None
    amount: Decimal | None = None


class Planter:
    """The books being spoilt, and the answers so far."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.answers: list[Answer] = []
        self.agreement = books.terms.id

    def hour(self, side: Side, placement: str, day: date) -> HourRow:
        """Return a side's only row of a placement and date."""
        (row,) = [
            row for row in self.books.hours if (row.side, row.placement, row.day) == (side, placement, day)
        ]
        return row

    def put(self, old: HourRow, new: HourRow) -> HourRow:
        """Replace a row of mentor hours."""
        self.books.hours[self.books.hours.index(old)] = new
        return new

    def day(self, side: Side, placement: str, day: date, **changes: object) -> DayRow:
        """Change a side's attendance of a placement and date."""
        (row,) = [
            row for row in self.books.days if (row.side, row.placement, row.day) == (side, placement, day)
        ]
        new = replace(row, **changes)  # type: ignore[arg-type]
        self.books.days[self.books.days.index(row)] = new
        return new

    def claim(self, claim_id: str, **changes: object) -> Claim:
        """Change a claim."""
        (row,) = [claim for claim in self.books.claims if claim.id == claim_id]
        new = replace(row, **changes)  # type: ignore[arg-type]
        self.books.claims[self.books.claims.index(row)] = new
        return new

    def tell(self, rule: str, subject: Mapping[str, str], story: str, telling: Telling) -> None:
        """Write an answer; kroner with two decimals."""
        amount = None if telling.amount is None else telling.amount.quantize(Decimal("0.01"))
        self.answers.append(
            Answer(
                rule=rule,
                subject=subject,
                story=story,
                da=telling.da,
                en=telling.en,
                likely_cause=telling.cause,
                amount=amount,
            )
        )

    def entry(self, row: HourRow) -> dict[str, str]:
        """Return the subject of M01, M03, M06 to M08."""
        return {
            "agreement_id": self.agreement,
            "placement_id": row.placement,
            "reporter": row.side,
            "entry_id": row.entry_id,
        }

    def cell(self, row: HourRow) -> dict[str, str]:
        """Return the subject of R01 to R03."""
        return {
            "agreement_id": self.agreement,
            "placement_id": row.placement,
            "mentor_id": row.mentor,
            "date": row.day.isoformat(),
        }

    def of_placement(self, placement: str) -> dict[str, str]:
        """Return the subject of most P-rules."""
        return {"agreement_id": self.agreement, "placement_id": placement}

    def of_day(self, row: DayRow) -> dict[str, str]:
        """Return the subject of A01 to A04."""
        return {
            "agreement_id": self.agreement,
            "placement_id": row.placement,
            "reporter": row.side,
            "date": row.day.isoformat(),
        }

    def of_claim(self, claim: Claim) -> dict[str, str]:
        """Return the subject of most C-rules."""
        return {"agreement_id": self.agreement, "claim_id": claim.id}

    def over_week(self, row: HourRow, story: str) -> None:
        """M02 follows: the row's side, placement and week now add up to more than is agreed."""
        week = week_of(row.day)
        total = hours_of(
            other
            for other in self.books.hours
            if (other.side, other.placement, week_of(other.day)) == (row.side, row.placement, week)
        )
        excess = over(total, self.books.terms.hours_per_week)
        subject = self.of_placement(row.placement) | {"reporter": row.side, "week": week}
        self.tell(
            "M02",
            subject,
            story,
            Telling(
                f"Følger af det samme: ugen giver {_da(total)} timer mod aftalte {_da(self.books.terms.hours_per_week)}.",
                f"Follows from the same: the week adds up to {total} hours, agreed are {self.books.terms.hours_per_week}.",
                amount=excess * RATE,
            ),
        )


def hours_of(rows: Iterable[HourRow]) -> Decimal:
    """Add up hours; a line whose date cannot be read is in no week."""
    return sum((row.hours for row in rows if not row.written_date), Decimal(0))


def over(total: Decimal, limit: Decimal) -> Decimal:
    """Return what lies over the limit.

    Raises:
        ValueError: nothing does, so the plant would not be found.
    """
    if total <= limit:
        raise ValueError(f"{total} hours are not over {limit}: this plant plants nothing")
    return total - limit


def _da(number: Decimal) -> str:
    return f"{number:.2f}".replace(".", ",")


def plant_rescue(books: Books) -> list[Answer]:
    """Spoil the five-jobcentre agreement and return its answers."""
    planter = Planter(books)
    for plants in (
        _hours_written_wrongly,
        _dates_written_wrongly,
        _wrong_people,
        _one_side_only,
        _lines_out_of_order,
        _attendance,
        _placements,
        _claims,
        _cells,
    ):
        plants(planter)
    return planter.answers


def _hours_written_wrongly(planter: Planter) -> None:
    row = planter.hour("company", "159-00001", date(2016, 2, 12))
    row = planter.put(row, replace(row, hours=Decimal("15.00")))
    story = "minutes-as-hours"
    planter.tell(
        "R03",
        planter.cell(row),
        story,
        Telling(
            "Virksomheden har skrevet et kvarters samtale som 15:00 timer; jobcenteret har 0,25.",
            "The company wrote a talk of 15 minutes as 15:00 hours; the jobcentre has 0.25.",
            cause="minutes-as-hours",
            amount=(row.hours - Decimal("0.25")) * RATE,
        ),
    )
    planter.over_week(row, story)
    _mentor_over_limits(planter, row, story)
    own = planter.hour("jobcentre", "153-00001", date(2016, 3, 10))
    planter.put(own, replace(own, hours=Decimal("1.30")))
    planter.tell(
        "R03",
        planter.cell(own),
        "clock-as-decimal",
        Telling(
            "Jobcenteret har skrevet 1 time og 30 minutter som 1,30; virksomheden har 1:30, altså 1,50.",
            "The jobcentre wrote 1 hour 30 minutes as 1.30; the company has 1:30, which is 1.50.",
            cause="clock-as-decimal",
            amount=(own.hours - Decimal("1.30")) * RATE,
        ),
    )


def _mentor_over_limits(planter: Planter, row: HourRow, story: str) -> None:
    """M04 and M09 follow: the mentor's day and week are over the rule set's limits."""
    same = [other for other in planter.books.hours if (other.side, other.mentor) == (row.side, row.mentor)]
    day = hours_of(other for other in same if other.day == row.day)
    week = hours_of(other for other in same if week_of(other.day) == week_of(row.day))
    who = {"reporter": row.side, "mentor_id": row.mentor}
    planter.tell(
        "M04",
        who | {"date": row.day.isoformat()},
        story,
        Telling(
            f"Følger af det samme: mentoren får {_da(day)} timer på en dag.",
            f"Follows from the same: the mentor gets {day} hours on one day.",
            amount=over(day, MENTOR_DAY_LIMIT) * RATE,
        ),
    )
    planter.tell(
        "M09",
        who | {"week": week_of(row.day)},
        story,
        Telling(
            f"Følger af det samme: mentoren får {_da(week)} timer på en uge.",
            f"Follows from the same: the mentor gets {week} hours in one week.",
            amount=over(week, MENTOR_WEEK_LIMIT) * RATE,
        ),
    )


def _dates_written_wrongly(planter: Planter) -> None:
    true = planter.hour("company", "159-00002", date(2016, 5, 4))
    row = planter.put(true, replace(true, day=date(2016, 4, 5)))
    _shifted(
        planter,
        row,
        true.day,
        Telling(
            "Virksomhedens fil har dag og måned byttet om: 04-05 er blevet til 5. april.",
            "The company's file has day and month swapped: 4 May became 5 April.",
            cause="day-month-swapped",
        ),
    )
    planter.over_week(row, "day-month-swapped")
    true = planter.hour("company", "167-00002", date(2016, 4, 12))
    row = planter.put(
        true,
        replace(true, day=date(2016, 4, 13), registered_on=date(2016, 4, 14)),
    )
    _shifted(
        planter,
        row,
        true.day,
        Telling(
            "Virksomheden har skrevet samtalen på dagen efter.",
            "The company wrote the talk on the day after.",
            cause="day-after",
        ),
    )


def _shifted(planter: Planter, row: HourRow, true: date, telling: Telling) -> None:
    subject = planter.of_placement(row.placement) | {
        "mentor_id": row.mentor,
        "company_date": row.day.isoformat(),
        "jobcentre_date": true.isoformat(),
    }
    planter.tell("R04", subject, telling.cause or "", telling)


def _wrong_people(planter: Planter) -> None:
    true = planter.hour("company", "165-00001", date(2016, 2, 2))
    row = planter.put(true, replace(true, placement="165-00002"))
    planter.tell(
        "R06",
        _wrong_person(planter, row, true),
        "other-trainee",
        Telling(
            "Virksomheden har skrevet samtalen på naboen på listen.",
            "The company wrote the talk on the next trainee of the list.",
            cause="other-trainee",
            amount=row.hours * RATE,
        ),
    )
    planter.over_week(row, "other-trainee")
    true = planter.hour("company", "151-00001", date(2016, 2, 16))
    row = planter.put(true, replace(true, mentor="RED-M1"))
    planter.tell(
        "R06",
        _wrong_person(planter, row, true),
        "other-mentor",
        Telling(
            "Virksomheden har skrevet den faste mentor i den uge, hvor vikaren var der.",
            "The company wrote the fixed mentor in the week when the substitute was there.",
            cause="other-mentor",
            amount=row.hours * RATE,
        ),
    )


def _wrong_person(planter: Planter, company: HourRow, jobcentre: HourRow) -> dict[str, str]:
    return {
        "agreement_id": planter.agreement,
        "date": company.day.isoformat(),
        "company_placement_id": company.placement,
        "company_mentor_id": company.mentor,
        "jobcentre_placement_id": jobcentre.placement,
        "jobcentre_mentor_id": jobcentre.mentor,
    }


def _one_side_only(planter: Planter) -> None:
    near = planter.hour("company", "167-00002", date(2016, 1, 28))
    row = replace(
        near,
        local_id="9001",
        day=date(2016, 1, 27),
        hours=Decimal("1.00"),
        registered_on=date(2016, 1, 28),
        note="",
    )
    planter.books.hours.append(row)
    planter.tell(
        "R01",
        planter.cell(row),
        "only-company",
        Telling(
            "Virksomheden har en samtale, som jobcenteret ikke kender; den blev aflyst.",
            "The company has a talk that the jobcentre does not know; it was called off.",
            amount=row.hours * RATE,
        ),
    )
    planter.over_week(row, "only-company")
    gone = planter.hour("company", "167-00001", date(2016, 3, 15))
    planter.books.hours.remove(gone)
    planter.tell(
        "R02",
        planter.cell(gone),
        "only-jobcentre",
        Telling(
            "Virksomheden har glemt en samtale, som jobcenteret har.",
            "The company forgot a talk that the jobcentre has.",
            amount=gone.hours * RATE,
        ),
    )


def _lines_out_of_order(planter: Planter) -> None:
    first = planter.hour("company", "167-00001", date(2016, 4, 20))
    twin = replace(first, local_id="9002")
    planter.books.hours.append(twin)
    planter.tell(
        "M03",
        planter.entry(twin),
        "duplicate",
        Telling(
            "Den samme linje er tastet to gange.", "The same line was typed twice.", amount=twin.hours * RATE
        ),
    )
    row = planter.hour("company", "153-00001", date(2016, 5, 11))
    row = planter.put(row, replace(row, activity="workplace-support"))
    planter.tell(
        "M06",
        planter.entry(row),
        "support-while-sick",
        Telling(
            "Støtte på arbejdspladsen på en dag, hvor begge sider har meldt borgeren syg.",
            "Support at the workplace on a day when both sides report the trainee sick.",
            amount=row.hours * RATE,
        ),
    )
    row = planter.hour("company", "153-00003", date(2016, 5, 26))
    row = planter.put(row, replace(row, registered_on=row.day - timedelta(days=2)))
    planter.tell(
        "M07",
        planter.entry(row),
        "registered-before",
        Telling(
            "Timerne er registreret to dage før, de fandt sted.",
            "The hours were registered two days before they took place.",
            amount=row.hours * RATE,
        ),
    )
    for row in _talk_after_the_end(planter):
        planter.books.hours.append(row)
        planter.tell(
            "M01",
            planter.entry(row),
            "after-the-end",
            Telling(
                "Opfølgende samtale efter forløbets sidste dag; begge sider har den med.",
                "A follow-up talk after the placement's last day; both sides have it.",
                amount=row.hours * RATE,
            ),
        )


def _talk_after_the_end(planter: Planter) -> Iterator[HourRow]:
    day = date(2016, 4, 6)
    for side, sender in (("company", planter.books.terms.company), ("jobcentre", "159")):
        yield HourRow(
            side="company" if side == "company" else "jobcentre",
            sender=sender,
            local_id="9003",
            placement="159-00003",
            mentor="RED-M1",
            day=day,
            hours=Decimal("0.50"),
            activity="conversation",
            registered_on=day,
        )


def _attendance(planter: Planter) -> None:
    row = DayRow(
        side="company",
        placement="159-00003",
        day=date(2016, 4, 4),
        planned=Decimal("4.00"),
        attended=Decimal("4.00"),
    )
    planter.books.days.append(row)
    planter.tell(
        "A01",
        planter.of_day(row),
        "after-the-end",
        Telling(
            "Fremmøde skrevet efter forløbets sidste dag.",
            "Attendance written after the placement's last day.",
        ),
    )
    row = planter.day("jobcentre", "167-00003", date(2016, 4, 13), planned=Decimal("3.00"))
    planter.tell(
        "A02",
        planter.of_day(row),
        "planned-too-low",
        Telling(
            "Jobcenteret har skrevet 3 planlagte timer i stedet for 4.",
            "The jobcentre wrote 3 planned hours instead of 4.",
        ),
    )
    row = planter.day("company", "159-00003", date(2016, 2, 24), absence="")
    planter.tell(
        "A03",
        planter.of_day(row),
        "no-absence-code",
        Telling(
            "Virksomheden har ikke skrevet, hvorfor borgeren ikke kom.",
            "The company did not write why the trainee did not come.",
        ),
    )
    _missing_week(planter)
    _half_day(planter)


def _half_day(planter: Planter) -> None:
    row = planter.day(
        "company", "151-00001", date(2016, 4, 20), attended=Decimal("2.50"), absence="agreed-leave"
    )
    planter.tell(
        "R05",
        planter.of_placement(row.placement) | {"date": row.day.isoformat()},
        "half-day",
        Telling(
            "Virksomheden har en halv dag, jobcenteret en hel: eftermiddagen var møde på jobcenteret.",
            "The company has half a day, the jobcentre a whole one: the afternoon was a meeting at the jobcentre.",
            cause="doubled",
        ),
    )


def _missing_week(planter: Planter) -> None:
    monday, sunday = date(2016, 6, 6), date(2016, 6, 12)
    planter.books.days[:] = [
        row
        for row in planter.books.days
        if not (row.side == "jobcentre" and row.placement == "151-00003" and monday <= row.day <= sunday)
    ]
    planter.tell(
        "A05",
        planter.of_placement("151-00003")
        | {"reporter": "jobcentre", "from": monday.isoformat(), "to": sunday.isoformat()},
        "missing-week",
        Telling(
            "En uge mangler i jobcenterets fremmødeark.",
            "A week is missing in the jobcentre's attendance sheet.",
        ),
    )


def _placements(planter: Planter) -> None:
    planter.tell(
        "P03",
        planter.of_placement("167-00003"),
        "too-long",
        Telling(
            "Forløbet er planlagt til 28 uger; aftalen siger højst 26.",
            "The placement is planned for 28 weeks; the agreement says 26 at most.",
        ),
    )
    planter.tell(
        "P04",
        {"placement_id": "151-00002", "other_placement_id": "165-00003"},
        "same-person",
        Telling(
            "Samme borger i Ballerup og Albertslund i to uger: borgeren flyttede, og det gamle forløb blev ikke lukket.",
            "The same person in Ballerup and Albertslund for two weeks: they moved, and the old placement was not closed.",
        ),
    )
    planter.tell(
        "P06",
        planter.of_placement("153-00002"),
        "no-outcome",
        Telling(
            "Forløbet er slut, men resultatet mangler.",
            "The placement has ended, but its outcome is missing.",
        ),
    )
    planter.tell(
        "P07",
        planter.of_placement("151-00002"),
        "late-report",
        Telling(
            "Afrapporteringen kom otte uger efter forløbets slutning.",
            "The final report came eight weeks after the placement's end.",
        ),
    )
    planter.tell(
        "P09",
        planter.of_placement("165-00002"),
        "no-extension",
        Telling(
            "Forløbet løb to uger over uden en afgørelse om forlængelse.",
            "The placement ran two weeks over without a decision to extend it.",
        ),
    )


def _claims(planter: Planter) -> None:
    _transposed(planter)
    _other_rate(planter)
    _vacant_place(planter)
    first = next(claim for claim in planter.books.claims if claim.id == "167:K-2016-04")
    twin = replace(first, local_id="K-2016-04B", submitted_on=first.submitted_on + timedelta(days=12))
    planter.books.claims.append(twin)
    planter.tell(
        "C06",
        planter.of_claim(first) | {"other_claim_id": twin.id},
        "claimed-twice",
        Telling("April er søgt to gange.", "April was claimed twice.", amount=twin.amount),
    )
    may = next(claim for claim in planter.books.claims if claim.id == "167:K-2016-05")
    planter.tell(
        "C07",
        planter.of_claim(may),
        "week-without-mentor",
        Telling(
            "Uge 20: ingen af siderne har mentortimer for den tredje borger; der er søgt om 3 timer for meget.",
            "Week 20: neither side has mentor hours for the third trainee; 3 hours too many were claimed.",
            amount=Decimal("3.00") * RATE,
        ),
    )


def _transposed(planter: Planter) -> None:
    right = next(claim for claim in planter.books.claims if claim.id == "151:K-2016-1")
    claim = planter.claim(right.id, amount=Decimal("24150.00"))
    over = claim.amount - right.amount
    for rule, da, en in (
        ("C01", "To cifre er byttet om i beløbet: 24.150 i stedet for 21.450 kr.", "Two digits of the amount are swapped: 24 150 instead of 21 450."),
        ("C02", "Følger af det samme: der er søgt om mere, end afregningen giver.", "Follows from the same: more is claimed than the settlement gives."),
    ):  # fmt: skip
        planter.tell(rule, planter.of_claim(claim), "transposed-digits", Telling(da, en, amount=over))


def _other_rate(planter: Planter) -> None:
    right = next(claim for claim in planter.books.claims if claim.id == "153:K-2016-2")
    rate = Decimal("285.00")
    claim = planter.claim(right.id, rate=rate, amount=right.hours * rate)
    over = claim.amount - right.amount
    for rule, da, en in (
        ("C04", "Kravet regner med 285 kr. i timen; aftalen siger 275.", "The claim reckons with 285 kr. an hour; the agreement says 275."),
        ("C02", "Følger af det samme: der er søgt om mere, end afregningen giver.", "Follows from the same: more is claimed than the settlement gives."),
    ):  # fmt: skip
        planter.tell(rule, planter.of_claim(claim), "other-rate", Telling(da, en, amount=over))


def _vacant_place(planter: Planter) -> None:
    right = next(claim for claim in planter.books.claims if claim.id == "165:K-2016-2")
    hours = right.hours + 39
    claim = planter.claim(right.id, hours=hours, amount=hours * RATE)
    over = claim.amount - right.amount
    for rule, da, en in (
        ("C02", "Der er søgt for tre pladser i 13 uger; den ene stod tom efter 1. april.", "Three places are claimed for 13 weeks; one was vacant after 1 April."),
        ("C07", "Følger af det samme: 39 af timerne findes hos ingen af siderne.", "Follows from the same: neither side has 39 of the hours."),
    ):  # fmt: skip
        planter.tell(rule, planter.of_claim(claim), "vacant-place", Telling(da, en, amount=over))


def _cells(planter: Planter) -> None:
    row = planter.hour("company", "159-00002", date(2016, 2, 29))
    row = planter.put(row, replace(row, written_date="31-02-2016"))
    planter.tell(
        "F-type-error",
        {"table": "mentor_hours", "key": row.key, "field": "date"},
        "no-such-day",
        Telling("Datoen 31-02-2016 findes ikke.", "There is no day 31-02-2016."),
    )
    planter.tell(
        "R02",
        planter.cell(row),
        "no-such-day",
        Telling(
            "Følger af det samme: jobcenterets samtale 29. februar står uden modpart.",
            "Follows from the same: the jobcentre's talk of 29 February has no counterpart.",
            amount=row.hours * RATE,
        ),
    )
    day = planter.day("jobcentre", "153-00001", date(2016, 3, 8), written_hours="abc")
    planter.tell(
        "F-type-error",
        {"table": "attendance", "key": day.key, "field": "attended_hours"},
        "no-number",
        Telling("Der står abc, hvor der skulle stå timer.", "It says abc where hours should stand."),
    )
    note = planter.hour("jobcentre", "167-00001", date(2016, 2, 24))
    note = planter.put(
        note, replace(note, note="Borger 010187-4116 ringede afbud, samtalen tog vi i telefonen")
    )
    planter.tell(
        "K01",
        {"table": "mentor_hours", "key": note.key, "column": "note"},
        "number-in-note",
        Telling(
            "Et CPR-lignende nummer (opdigtet) i en bemærkning.",
            "A number like a CPR number (invented) in a note.",
        ),
    )
    formula = planter.hour("jobcentre", "165-00001", date(2016, 2, 4))
    formula = planter.put(formula, replace(formula, note="=SUM(F2:F14)"))
    planter.tell(
        "K02",
        {"table": "mentor_hours", "key": formula.key, "column": "note"},
        "formula-in-note",
        Telling("En formel står som tekst i en bemærkning.", "A formula stands as text in a note."),
    )


def plant_credit(books: Books) -> list[Answer]:
    """Spoil the agreement with a fixed price per place and return its answers."""
    planter = Planter(books)
    planter.tell(
        "P02",
        {"agreement_id": books.terms.id, "from": "2016-04-04", "to": "2016-04-15"},
        "seven-on-six",
        Telling("I to uger er syv borgere på seks pladser.", "For two weeks seven people are on six places."),
    )
    planter.tell(
        "P07",
        planter.of_placement("173-10003"),
        "no-report",
        Telling(
            "Forløbet er slut, og afrapporteringen er aldrig kommet.",
            "The placement has ended, and its final report never came.",
        ),
    )
    row = planter.hour("jobcentre", "157-10001", date(2016, 3, 10))
    planter.put(row, replace(row, hours=Decimal("1.00")))
    planter.tell(
        "R03",
        planter.cell(row),
        "doubled",
        Telling(
            "Virksomheden har 2 timer, jobcenteret 1.",
            "The company has 2 hours, the jobcentre 1.",
            cause="doubled",
        ),
    )
    right = next(claim for claim in books.claims if claim.id == "157:K-2016-1")
    claim = planter.claim(right.id, amount=right.amount / 3 * 4)
    planter.tell(
        "C02",
        planter.of_claim(claim),
        "four-places",
        Telling(
            "Der er søgt for fire pladser; jobcenteret har tre.",
            "Four places are claimed; the jobcentre has three.",
            amount=claim.amount - right.amount,
        ),
    )
    return planter.answers


def plant_factory(books: Books) -> list[Answer]:
    """Spoil the agreement without money and return its answers."""
    planter = Planter(books)
    claim = Claim(
        local_id="K-2016-1",
        jobcentre="540",
        start=date(2016, 1, 1),
        end=date(2016, 3, 31),
        hours=Decimal("6.00"),
        rate=None,
        amount=Decimal("1500.00"),
        submitted_on=date(2016, 4, 8),
    )
    books.claims.append(claim)
    planter.tell(
        "C05",
        planter.of_claim(claim),
        "no-money",
        Telling(
            "Der er søgt om penge i en aftale uden økonomi.",
            "Money is claimed under an agreement without any.",
            amount=claim.amount,
        ),
    )
    row = planter.day("company", "540-20003", date(2016, 3, 2), absence="")
    planter.tell(
        "A03",
        planter.of_day(row),
        "left-early",
        Telling(
            "Borgeren gik tidligt, og årsagen er ikke skrevet.",
            "The trainee left early, and the reason is not written.",
        ),
    )
    return planter.answers
