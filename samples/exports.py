"""What each party sends: six local layouts for the five-jobcentre agreement, canonical CSV files for the two others.

In: the (spoilt) books. Out: file names and bytes per party. The words in the sheets are those of municipal forms; the layouts
that read them back are ``schemas/layouts/*.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from openpyxl import Workbook

from exchange.form.canonical import write_csv
from exchange.form.tables import table
from samples.facts import Books, Claim, DayRow, HourRow, Placement
from samples.papers import Row, conversations, extensions, final_reports, grants
from samples.tabular import (
    Cell,
    clock,
    comma,
    csv_bytes,
    headings,
    kroner,
    long_date,
    month_name,
    short_weekday_date,
    title,
    weekday_date,
    workbook_bytes,
    write_cell,
    write_rows,
)

Files = dict[str, bytes]

ACTIVITY = {
    "conversation": "Samtale",
    "training": "Oplæring",
    "workplace-support": "Støtte på arbejdspladsen",
    "progress-review": "Progressionsmåling",
    "coordination": "Koordinering",
}
ABSENCE = {
    "": "",
    "sick": "Syg",
    "child-sick": "Barn syg",
    "no-show": "Udeblivelse",
    "agreed-leave": "Aftalt fri",
    "holiday": "Ferie",
}
LETTER = {"sick": "S", "child-sick": "BS", "no-show": "U", "agreed-leave": "A", "holiday": "F"}
BENEFIT = {
    "cash-benefit-activity-ready": "Kontanthjælp, aktivitetsparat",
    "cash-benefit-job-ready": "Kontanthjælp, jobparat",
    "education-benefit-education-ready": "Uddannelsesydelse, uddannelsesparat",
    "education-benefit-activity-ready": "Uddannelsesydelse, aktivitetsparat",
    "sickness-benefit": "Sygedagpenge",
    "unemployment-benefit-flexjob": "Ledighedsydelse",
    "resource-programme": "Ressourceforløb",
    "spouse-supported": "Ægtefælleforsørget",
}
AGE = {"under-30": "Under 30 år", "30-plus": "30 år og derover"}
GENDER = {"f": "Kvinde", "m": "Mand", "x": "Andet"}
OUTCOME = {
    "": "",
    "ordinary-job": "Ordinært job",
    "education": "Uddannelse",
    "placement-elsewhere": "Praktik i anden virksomhed",
}
MENTORS = {"RED-M1": ("Asta", "Eksempel"), "RED-M2": ("Bent", "Opdigtet")}
PURPOSE = "Afklaring af arbejdsevne"


def mentor_name(mentor: str, sender: str) -> str:
    """Return the mentor as this sender writes the name."""
    first, last = MENTORS[mentor]
    return {
        "159": f"{first} {last}",
        "151": f"{first[0]}. {last}",
        "153": f"{last}, {first}",
        "165": f"{first} {last}".upper(),
        "167": first,
    }.get(sender, f"{first[:2]}{last[:2]}".upper())


def rescue_files(books: Books) -> dict[str, Files]:
    """Return what the six parties of the five-jobcentre agreement send."""
    files = {
        "151": _ballerup(books),
        "153": _broendby(books),
        "159": _gladsaxe(books),
        "165": _albertslund(books),
        "167": _hvidovre(books),
        books.terms.company: _company(books),
    }
    for jobcentre in ("151", "153", "159", "165", "167"):
        files[jobcentre] |= _papers(books, jobcentre)
    return files


def canonical_files(books: Books) -> dict[str, Files]:
    """Return what the parties send who keep the form's own tables: a folder of canonical CSV files each."""
    parties: dict[str, Files] = {}
    for jobcentre in sorted({placement.jobcentre for placement in books.placements}):
        parties[jobcentre] = _papers(books, jobcentre) | {
            "placements.csv": _canonical("placements", [_placement_row(books, placement) for placement in books.jobcentre_placements(jobcentre)]),
            "mentor_hours.csv": _canonical("mentor_hours", [_hour_row(row) for row in _hours_of(books, jobcentre)]),
        }  # fmt: skip
        parties[jobcentre] |= _unless_empty(
            "attendance", [_day_row(row) for row in _days_of(books, jobcentre)]
        )
        parties[jobcentre] |= _unless_empty(
            "claims", [_claim_row(books, claim) for claim in books.claims if claim.jobcentre == jobcentre]
        )
    company = books.terms.company
    parties[company] = _unless_empty("attendance", [_day_row(row) for row in _days_of(books, company)])
    parties[company] |= _unless_empty("mentor_hours", [_hour_row(row) for row in _hours_of(books, company)])
    return parties


def _papers(books: Books, jobcentre: str) -> Files:
    return (
        _unless_empty("conversations", conversations(books, jobcentre))
        | _unless_empty("final_reports", final_reports(books, jobcentre))
        | _unless_empty("extensions", extensions(books, jobcentre))
        | _unless_empty("mentor_grants", grants(books, jobcentre))
    )


def _unless_empty(name: str, rows: Sequence[Row]) -> Files:
    return {f"{name}.csv": _canonical(name, rows)} if rows else {}


def _canonical(name: str, rows: Sequence[Row]) -> bytes:
    return write_csv(table(name), rows)


def _hours_of(books: Books, sender: str) -> list[HourRow]:
    return sorted(
        (row for row in books.hours if row.sender == sender),
        key=lambda row: (row.day, row.placement, row.local_id),
    )


def _days_of(books: Books, sender: str) -> list[DayRow]:
    """Return a sender's attendance; a jobcentre reports its own placements, the company all."""
    company = sender == books.terms.company
    return sorted(
        (
            row
            for row in books.days
            if (row.side == "company") == company and (company or row.placement.startswith(sender))
        ),
        key=lambda row: (row.placement, row.day),
    )


def _placement_row(books: Books, placement: Placement) -> Row:
    return {
        "placement_id": placement.id,
        "agreement_id": books.terms.id,
        "jobcentre": placement.jobcentre,
        "site_id": placement.site,
        "trainee_ref": placement.trainee,
        "benefit": placement.benefit,
        "age_group": placement.age_group,
        "gender": placement.gender,
        "start": placement.start.isoformat(),
        "planned_end": placement.planned_end.isoformat(),
        "actual_end": placement.actual_end.isoformat() if placement.actual_end else "",
        "weekly_hours": f"{placement.planned * 5:.2f}",
        "outcome": placement.outcome,
        "purpose": PURPOSE,
    }


def _hour_row(row: HourRow) -> Row:
    return {
        "reporter": row.side,
        "entry_id": row.entry_id,
        "placement_id": row.placement,
        "mentor_id": row.mentor,
        "date": row.day.isoformat(),
        "hours": f"{row.hours:.2f}",
        "activity": row.activity,
        "registered_on": row.registered_on.isoformat(),
        "note": row.note,
    }


def _day_row(row: DayRow) -> Row:
    return {
        "reporter": row.side,
        "placement_id": row.placement,
        "date": row.day.isoformat(),
        "planned_hours": f"{row.planned:.2f}",
        "attended_hours": f"{row.attended:.2f}",
        "absence": row.absence,
    }


def _claim_row(books: Books, claim: Claim) -> Row:
    return {
        "claim_id": claim.id,
        "agreement_id": books.terms.id,
        "jobcentre": claim.jobcentre,
        "period_start": claim.start.isoformat(),
        "period_end": claim.end.isoformat(),
        "hours": f"{claim.hours:.2f}",
        "hourly_rate": f"{claim.rate:.2f}" if claim.rate is not None else "",
        "amount": f"{claim.amount:.2f}",
        "submitted_on": claim.submitted_on.isoformat(),
    }


def _person(placement: Placement) -> tuple[str, str, str]:
    return BENEFIT[placement.benefit], AGE[placement.age_group], GENDER[placement.gender]


def _gladsaxe(books: Books) -> Files:
    """Merged titles, subtotals by month and by case, Danish dates in words, a footer."""
    book = Workbook()
    _gladsaxe_placements(book, books)
    _gladsaxe_hours(book, books)
    _gladsaxe_days(book, books)
    _gladsaxe_claims(book, books)
    return {"gladsaxe_mentorafregning_1halvaar_2016.xlsx": workbook_bytes(book)}


def _gladsaxe_placements(book: Workbook, books: Books) -> None:
    sheet = book.worksheets[0]
    sheet.title = "Forløb"
    names = ("Sagsnr.", "Borgernøgle", "Arbejdssted", "Forsørgelse", "Aldersgruppe", "Køn", "Startdato",
             "Planlagt slutdato", "Faktisk slutdato", "Timer pr. uge", "Resultat", "Formål")  # fmt: skip
    title(sheet, 1, "Jobcenter Gladsaxe · forløb hos Redningskorpset Eksempel A/S (opdigtet)", len(names))
    title(sheet, 2, "Udskrevet d. 11. juli 2016", len(names))
    headings(sheet, 4, names, (13, 12, 12, 34, 17, 9, 20, 20, 20, 13, 18, 26))
    placements = books.jobcentre_placements("159")
    end = write_rows(sheet, 5, ([
        placement.case, placement.person, placement.site, *_person(placement), long_date(placement.start),
        long_date(placement.planned_end), long_date(placement.actual_end) if placement.actual_end else None,
        placement.planned * 5, OUTCOME[placement.outcome], PURPOSE,
    ] for placement in placements))  # fmt: skip
    write_rows(sheet, end, [[f"Antal forløb: {len(placements)}"]])


def _gladsaxe_hours(book: Workbook, books: Books) -> None:
    sheet = book.create_sheet("Mentortimer")
    names = ("Bilag nr.", "Dato", "Sagsnr.", "Mentor", "Timer", "Indsats", "Registreret", "Bemærkning")
    title(sheet, 1, "Mentortimer 1. halvår 2016", len(names))
    title(sheet, 2, "Aftale RED-2016 · alle borgere i kommunen", len(names))
    headings(sheet, 4, names, (10, 22, 13, 17, 8, 24, 22, 40))
    row, total = 5, Decimal(0)
    for month, entries in groupby(_hours_of(books, "159"), key=lambda entry: entry.day.month):
        of_month = list(entries)
        subtotal = Decimal(sum(entry.hours for entry in of_month))
        row = write_rows(sheet, row, ([
            entry.local_id, long_date(entry.day), books.placement(entry.placement).case,
            mentor_name(entry.mentor, "159"), entry.hours, ACTIVITY[entry.activity],
            long_date(entry.registered_on), entry.note,
        ] for entry in of_month))  # fmt: skip
        row = write_rows(sheet, row, [[f"Subtotal {month_name(month)} 2016", None, None, None, subtotal], []])
        total += subtotal
    write_rows(
        sheet,
        row,
        [["I alt", None, None, None, total], [], ["Udarbejdet af Jobcenter Gladsaxe, tovholder for aftalen"]],
    )


def _gladsaxe_days(book: Workbook, books: Books) -> None:
    sheet = book.create_sheet("Fremmøde")
    names = ("Sagsnr.", "Dag", "Planlagt", "Mødt", "Fravær")
    title(sheet, 1, "Fremmøde 1. halvår 2016", len(names))
    headings(sheet, 3, names, (14, 30, 10, 10, 14))
    row = 4
    for placement, days in groupby(_days_of(books, "159"), key=lambda day: day.placement):
        of_case, case = list(days), books.placement(placement).case
        row = write_rows(sheet, row, (
            [case if number == 0 else None, weekday_date(day.day), day.planned, day.attended, ABSENCE[day.absence]]
            for number, day in enumerate(of_case)
        ))  # fmt: skip
        planned, attended = sum(day.planned for day in of_case), sum(day.attended for day in of_case)
        row = write_rows(sheet, row, [[f"Subtotal {case}", None, Decimal(planned), Decimal(attended)]])


def _gladsaxe_claims(book: Workbook, books: Books) -> None:
    sheet = book.create_sheet("Refusion")
    names = ("Krav nr.", "Fra", "Til", "Timer", "Timesats", "Beløb", "Indsendt")
    title(sheet, 1, "Krav om mentorrefusion, måned for måned", len(names))
    headings(sheet, 3, names, (12, 22, 22, 10, 10, 14, 22))
    own = [claim for claim in books.claims if claim.jobcentre == "159"]
    row = write_rows(sheet, 4, (
        [claim.local_id, long_date(claim.start), long_date(claim.end), claim.hours, claim.rate, f"{kroner(claim.amount)} kr.",
         long_date(claim.submitted_on)]
        for claim in own
    ))  # fmt: skip
    total = kroner(Decimal(sum(claim.amount for claim in own)))
    write_rows(sheet, row, [["I alt", None, None, None, None, f"{total} kr."]])


def _ballerup(books: Books) -> Files:
    """A sheet a month with a column a day; letters for absence; CPR numbers (invented) in the list of people."""
    book = Workbook()
    _ballerup_people(book, books)
    for month in range(1, 8):
        _ballerup_month(book, books, month)
    _ballerup_hours(book, books)
    _ballerup_claims(book, books)
    return {"ballerup_fremmoede_og_timer_2016.xlsx": workbook_bytes(book)}


def _ballerup_people(book: Workbook, books: Books) -> None:
    sheet = book.worksheets[0]
    sheet.title = "Borgere"
    names = ("Sagsnummer", "CPR (opdigtet)", "Sted", "Ydelse", "Alder", "Køn", "Start", "Forventet slut", "Sluttet",
             "Ugetimer", "Afsluttet til", "Formål")  # fmt: skip
    headings(sheet, 1, names, (14, 15, 9, 34, 17, 9, 12, 14, 12, 10, 26, 26))
    write_rows(sheet, 2, (
        [placement.case, placement.cpr, placement.site, *_person(placement), placement.start, placement.planned_end,
         placement.actual_end, placement.planned * 5, OUTCOME[placement.outcome], PURPOSE]
        for placement in books.jobcentre_placements("151")
    ))  # fmt: skip


def _ballerup_month(book: Workbook, books: Books, month: int) -> None:
    name = month_name(month)
    sheet = book.create_sheet(f"{name[:3].capitalize()} 2016")
    title(sheet, 1, f"Fremmøde hos Redningskorpset Eksempel A/S (opdigtet) – {name} 2016", 34)
    write_rows(
        sheet,
        2,
        [["Måned:", f"{name} 2016", None, "S syg · BS barn syg · U udeblevet · A aftalt fri · F ferie"]],
    )
    headings(sheet, 4, ["Sagsnummer", "Plan pr. dag", *range(1, 32), "Sum"], (14, 12, *[5] * 31, 8))
    row = 5
    for placement in books.jobcentre_placements("151"):
        days = [
            day for day in _days_of(books, "151") if day.placement == placement.id and day.day.month == month
        ]
        if not days:
            continue
        write_rows(sheet, row, [[placement.case, placement.planned]])
        for day in days:
            write_cell(sheet, row, day.day.day + 2, LETTER[day.absence] if day.absence else day.attended)
        write_cell(sheet, row, 34, Decimal(sum(day.attended for day in days)))
        row += 1


def _ballerup_hours(book: Workbook, books: Books) -> None:
    sheet = book.create_sheet("Mentortimer")
    names = ("Nr.", "Dag", "Sagsnummer", "Mentor", "Antal timer", "Art", "Tastet", "Note")
    headings(sheet, 1, names, (8, 16, 14, 14, 12, 24, 16, 40))
    write_rows(sheet, 2, (
        [entry.local_id, short_weekday_date(entry.day), books.placement(entry.placement).case,
         mentor_name(entry.mentor, "151"), comma(entry.hours), ACTIVITY[entry.activity],
         short_weekday_date(entry.registered_on), entry.note]
        for entry in _hours_of(books, "151")
    ))  # fmt: skip


def _ballerup_claims(book: Workbook, books: Books) -> None:
    sheet = book.create_sheet("Krav")
    headings(
        sheet, 1, ("Kravnr.", "Første dag", "Sidste dag", "Timer", "Sats", "Beløb i kr.", "Sendt"), (12,) * 7
    )
    write_rows(sheet, 2, (
        [claim.local_id, claim.start, claim.end, claim.hours, claim.rate, claim.amount, claim.submitted_on]
        for claim in books.claims
        if claim.jobcentre == "151"
    ))  # fmt: skip


def _broendby(books: Books) -> Files:
    """A sheet per placement with two heading rows: attendance on the left, the mentor's hours on the right."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Oversigt"
    names = ("Sag", "Borger-id", "Station", "Forsørgelsesgrundlag", "Aldersgruppe", "Køn", "Begyndt", "Planlagt til",
             "Ophørt", "Timer/uge", "Resultat", "Formål")  # fmt: skip
    headings(sheet, 1, names, (14, 11, 9, 34, 17, 9, 12, 12, 12, 10, 18, 26))
    write_rows(sheet, 2, (
        [placement.case, placement.person, placement.site, *_person(placement), placement.start, placement.planned_end,
         placement.actual_end, placement.planned * 5, OUTCOME[placement.outcome], PURPOSE]
        for placement in books.jobcentre_placements("153")
    ))  # fmt: skip
    for placement in books.jobcentre_placements("153"):
        _broendby_case(book, books, placement)
    claims = book.create_sheet("Refusionskrav")
    headings(
        claims,
        1,
        ("Nr.", "Periode fra", "Periode til", "Mentortimer", "Timepris", "Krav i alt", "Afsendt"),
        (12,) * 7,
    )
    write_rows(claims, 2, (
        [claim.local_id, claim.start, claim.end, claim.hours, claim.rate, claim.amount, claim.submitted_on]
        for claim in books.claims
        if claim.jobcentre == "153"
    ))  # fmt: skip
    return {"broendby_forloebsark_2016.xlsx": workbook_bytes(book)}


def _broendby_case(book: Workbook, books: Books, placement: Placement) -> None:
    sheet = book.create_sheet(placement.case)
    title(sheet, 1, f"Forløbsark – {placement.case}", 10)
    write_rows(sheet, 3, [["Sag:", placement.case, None, "Station:", placement.site]])
    headings(sheet, 5, [None, "Fremmøde", None, None, "Mentor", None, None, None, None, None])
    sheet.merge_cells("B5:D5")
    sheet.merge_cells("E5:J5")
    names = ("Dato", "Plan", "Mødt", "Årsag", "Bilag", "Navn", "Timer", "Opgave", "Noteret", "Tekst")
    headings(sheet, 6, names, (12, 8, 8, 14, 8, 18, 8, 24, 12, 40))
    entries = {entry.day: entry for entry in _hours_of(books, "153") if entry.placement == placement.id}
    days = [day for day in _days_of(books, "153") if day.placement == placement.id]
    write_rows(sheet, 7, (_broendby_line(day, entries.get(day.day)) for day in days))


def _broendby_line(day: DayRow, entry: HourRow | None) -> list[Cell]:
    line: list[Cell] = [day.day, day.planned, day.written_hours or day.attended, ABSENCE[day.absence]]
    if entry is None:
        return line
    return [*line, entry.local_id, mentor_name(entry.mentor, "153"), entry.hours, ACTIVITY[entry.activity],
            entry.registered_on, entry.note]  # fmt: skip


def _albertslund(books: Books) -> Files:
    """Four semicolon files in cp1252 with decimal commas, as an older case system writes them."""
    return {
        "albertslund_borgere.csv": _cp1252(_albertslund_people(books)),
        "albertslund_mentortimer.csv": _cp1252(_albertslund_hours(books)),
        "albertslund_fremmoede.csv": _cp1252(_albertslund_days(books)),
        "albertslund_krav.csv": _cp1252(_albertslund_claims(books)),
    }


def _cp1252(rows: Iterator[Sequence[str]]) -> bytes:
    return csv_bytes(rows, delimiter=";", encoding="cp1252")


def _dots(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""


def _albertslund_people(books: Books) -> Iterator[Sequence[str]]:
    yield ("Journalnr", "CPR-nr (opdigtet)", "Tjenestested", "Ydelsesgruppe", "Alder", "Køn", "Påbegyndt", "Planlagt afsluttet",
           "Afsluttet", "Ugentligt timetal", "Udfald", "Formål")  # fmt: skip
    for placement in books.jobcentre_placements("165"):
        yield (placement.case, placement.cpr, placement.site, *_person(placement), _dots(placement.start),
               _dots(placement.planned_end), _dots(placement.actual_end), comma(placement.planned * 5),
               OUTCOME[placement.outcome], PURPOSE)  # fmt: skip


def _albertslund_hours(books: Books) -> Iterator[Sequence[str]]:
    yield (
        "Løbenr",
        "Dato",
        "Journalnr",
        "Mentornavn",
        "Timeforbrug",
        "Ydelsesart",
        "Indberettet",
        "Bemærkninger",
    )
    for entry in _hours_of(books, "165"):
        yield (entry.local_id, _dots(entry.day), books.placement(entry.placement).case, mentor_name(entry.mentor, "165"),
               comma(entry.hours), ACTIVITY[entry.activity], _dots(entry.registered_on), entry.note)  # fmt: skip


def _albertslund_days(books: Books) -> Iterator[Sequence[str]]:
    yield "Journalnr", "Dato", "Normtid", "Mødetid", "Fraværsårsag"
    for day in _days_of(books, "165"):
        yield (books.placement(day.placement).case, _dots(day.day), comma(day.planned), comma(day.attended),
               ABSENCE[day.absence])  # fmt: skip


def _albertslund_claims(books: Books) -> Iterator[Sequence[str]]:
    yield "Kravnr", "Periodestart", "Periodeslut", "Timer", "Timesats", "Kravbeløb", "Indsendt den"
    for claim in books.claims:
        if claim.jobcentre == "165":
            yield (claim.local_id, _dots(claim.start), _dots(claim.end), comma(claim.hours), comma(claim.rate or Decimal(0)),
                   kroner(claim.amount), _dots(claim.submitted_on))  # fmt: skip


def _hvidovre(books: Books) -> Files:
    """Comma files in UTF-8 with a byte order mark, ISO dates and points, as a newer system writes them."""
    return {
        "hvidovre_sager.csv": _utf8(_hvidovre_people(books)),
        "hvidovre_mentor.csv": _utf8(_hvidovre_hours(books)),
        "hvidovre_fremmoede.csv": _utf8(_hvidovre_days(books)),
        "hvidovre_refusion.csv": _utf8(_hvidovre_claims(books)),
    }


def _utf8(rows: Iterator[Sequence[str]]) -> bytes:
    return csv_bytes(rows, delimiter=",", encoding="utf-8-sig")


def _hvidovre_people(books: Books) -> Iterator[Sequence[str]]:
    yield ("sag", "borgerreference", "arbejdssted", "forsørgelse", "aldersgruppe", "køn", "startdato", "slutdato_plan",
           "slutdato_faktisk", "timer_uge", "resultat", "formål")  # fmt: skip
    for placement in books.jobcentre_placements("167"):
        yield (placement.case, placement.person, placement.site, *_person(placement), placement.start.isoformat(),
               placement.planned_end.isoformat(), placement.actual_end.isoformat() if placement.actual_end else "",
               f"{placement.planned * 5:.2f}", OUTCOME[placement.outcome], PURPOSE)  # fmt: skip


def _hvidovre_hours(books: Books) -> Iterator[Sequence[str]]:
    yield "post", "dag", "sag", "mentor", "varighed", "type", "oprettet", "tekst"
    for entry in _hours_of(books, "167"):
        yield (entry.local_id, entry.day.isoformat(), books.placement(entry.placement).case,
               mentor_name(entry.mentor, "167"), f"{entry.hours:.2f}", ACTIVITY[entry.activity],
               entry.registered_on.isoformat(), entry.note)  # fmt: skip


def _hvidovre_days(books: Books) -> Iterator[Sequence[str]]:
    yield "sag", "dag", "planlagt", "fremmødt", "fravær"
    for day in _days_of(books, "167"):
        yield (books.placement(day.placement).case, day.day.isoformat(), f"{day.planned:.2f}", f"{day.attended:.2f}",
               ABSENCE[day.absence])  # fmt: skip


def _hvidovre_claims(books: Books) -> Iterator[Sequence[str]]:
    yield "krav", "fra", "til", "mentortimer", "timesats", "beløb", "indsendt"
    for claim in books.claims:
        if claim.jobcentre == "167":
            yield (claim.local_id, claim.start.isoformat(), claim.end.isoformat(), f"{claim.hours:.2f}",
                   f"{claim.rate:.2f}", f"{claim.amount:.2f}", claim.submitted_on.isoformat())  # fmt: skip


def _company(books: Books) -> Files:
    """The company's own time registration: places instead of cases, initials instead of names, hours as hh:mm."""
    return {
        "redning_timer.csv": _semicolons(_company_hours(books)),
        "redning_fremmoede.csv": _semicolons(_company_days(books)),
    }


def _semicolons(rows: Iterator[Sequence[str]]) -> bytes:
    return csv_bytes(rows, delimiter=";", encoding="utf-8")


def _company_hours(books: Books) -> Iterator[Sequence[str]]:
    yield "Linje", "Dato", "Plads", "Medarbejder", "Tid (tt:mm)", "Opgavetype", "Indtastet", "Notat"
    for entry in _hours_of(books, books.terms.company):
        yield (entry.local_id, entry.written_date or f"{entry.day:%d-%m-%Y}", books.placement(entry.placement).slot,
               mentor_name(entry.mentor, entry.sender), clock(entry.hours), ACTIVITY[entry.activity],
               f"{entry.registered_on:%d-%m-%Y}", entry.note)  # fmt: skip


def _company_days(books: Books) -> Iterator[Sequence[str]]:
    yield "Plads", "Dato", "Vagt", "Mødt", "Fraværskode"
    for day in _days_of(books, books.terms.company):
        yield (books.placement(day.placement).slot, f"{day.day:%d-%m-%Y}", clock(day.planned), clock(day.attended),
               ABSENCE[day.absence])  # fmt: skip


def crosswalk(books: Books) -> Mapping[str, Mapping[str, str]]:
    """Return the parties' own numbers and names of placements, mentors and trainees, and what they stand for."""
    placements = {
        name: placement.id
        for placement in books.placements
        for name in (placement.case, placement.slot)
        if name
    }
    senders = ("151", "153", "159", "165", "167", books.terms.company)
    mentors = {mentor_name(mentor, sender): mentor for mentor in MENTORS for sender in senders}
    trainees = {placement.person: placement.trainee for placement in books.placements if placement.trainee}
    return {"placements": placements, "mentors": mentors, "trainees": trainees}
