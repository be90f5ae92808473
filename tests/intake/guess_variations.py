"""Sheets as other jobcentres might send them, each made with its truth: other words, orders, units, languages and shapes.

None of them was looked at when the vocabulary was written but for the ones that it failed on: then a general cause was mended.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
from openpyxl.utils import get_column_letter

from tests.intake.guess_score import Wanted

MENTORS = {"Åse Thomsen": "M-01", "Lars Højgaard": "M-02", "Pia Nybøl": "M-03"}
CASES = ("159-00012", "159-00017", "157-00003")
ACTIVITIES = {"Samtale": "conversation", "Oplæring": "training", "Koordinering": "coordination"}
MONDAY = date(2016, 3, 7)


@dataclass
class Sheet:
    """A grid being written, and the records that stand on it."""

    file: str
    name: str = ""
    rows: list[list[object]] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)

    def add(self, *cells: object) -> int:
        self.rows.append(list(cells))
        return len(self.rows)

    def cell(self, row: int, column: int) -> str:
        address = f"{get_column_letter(column)}{row}"
        return f"{self.file}#{self.name}!{address}" if self.name else f"{self.file}#{address}"

    def want(self, table: str, **fields: tuple[str | None, str]) -> None:
        self.wanted.append(
            Wanted(
                table,
                {name: value for name, (value, _at) in fields.items()},
                {name: at for name, (_value, at) in fields.items()},
            )
        )


@dataclass(frozen=True)
class Variation:
    """A file, its truth, and the fields that a guess must ask about and not read."""

    file: str
    content: bytes
    wanted: Sequence[Wanted]
    asked: frozenset[str] = frozenset()
    sender: str = "159"


def workbook(*sheets: Sheet, change: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        for row in sheet.rows:
            page.append(row)
    if change:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv_bytes(sheet: Sheet, cut: str, encoding: str) -> bytes:
    return "\r\n".join(
        cut.join("" if cell is None else str(cell) for cell in row) for row in sheet.rows
    ).encode(encoding)


def hours(count: int = 24, seed: int = 1) -> Iterator[tuple[str, date, str, Decimal, str, str | None]]:
    """Give case, day, mentor, hours, activity and note."""
    chance = random.Random(seed)  # noqa: S311
    for number in range(count):
        day = MONDAY + timedelta(days=number + number // 5 * 2)
        worth = Decimal(chance.choice(("0.5", "0.75", "1", "1.5", "2.25")))
        note = chance.choice((None, "Opfølgning på ugens plan", None, "Talt om mødetider"))
        yield (
            CASES[number % 3],
            day,
            chance.choice(sorted(MENTORS)),
            worth,
            chance.choice(sorted(ACTIVITIES)),
            note,
        )


def days(count: int = 20, seed: int = 2) -> Iterator[tuple[str, date, Decimal, Decimal, str | None]]:
    """Give case, day, planned and attended hours, and an absence."""
    chance = random.Random(seed)  # noqa: S311
    for case in CASES:
        for number in range(count):
            day = MONDAY + timedelta(days=number + number // 5 * 2)
            absence = chance.choice((None, None, None, None, "Syg", "Barn syg", "Udeblevet"))
            plan = Decimal("4.50") if case == CASES[0] else Decimal(5)
            yield (
                case,
                day,
                plan,
                Decimal(0) if absence else plan - chance.choice((Decimal(0), Decimal("0.25"))),
                absence,
            )


ABSENCES = {"Syg": "sick", "Barn syg": "child-sick", "Udeblevet": "no-show"}


def two(value: Decimal) -> str:
    return f"{value:.2f}"


def comma(value: Decimal) -> str:
    return f"{value:f}".replace(".", ",")


def english_csv() -> Variation:
    sheet = Sheet("timesheet_march.csv")
    sheet.add(
        "Case no",
        "Mentor name",
        "Session date",
        "From",
        "To",
        "Hours given",
        "Kind of support",
        "Remarks",
        "Approved by",
    )
    for case, day, mentor, worth, activity, note in hours():
        end = f"{9 + int(worth):02}:{int(worth % 1 * 60):02}"
        words = {"Samtale": "Conversation", "Oplæring": "Training", "Koordinering": "Coordination"}
        row = sheet.add(
            case,
            mentor,
            day.isoformat(),
            "09:00",
            end,
            f"{worth:f}",
            words[activity],
            note,
            "K. Holm",
        )
        sheet.want(
            "mentor_hours", placement_id=(case, sheet.cell(row, 1)), mentor_id=(MENTORS[mentor], sheet.cell(row, 2)),
            date=(day.isoformat(), sheet.cell(row, 3)), start_time=("09:00:00", sheet.cell(row, 4)), end_time=(f"{end}:00", sheet.cell(row, 5)),
            hours=(two(worth), sheet.cell(row, 6)), activity=(ACTIVITIES[activity], sheet.cell(row, 7)), note=(note, sheet.cell(row, 8)),
        )  # fmt: skip
    return Variation(sheet.file, csv_bytes(sheet, ",", "utf-8"), sheet.wanted)


def minutes_long() -> Variation:
    sheet = Sheet("registrering.xlsx", "Ark1")
    sheet.add("Registrering af fremmøde, marts 2016")
    sheet.add()
    sheet.add(
        "Dato for fremmøde",
        "Sagsref.",
        "Skemalagt (min.)",
        "Tilstede (min.)",
        "Grund til fravær",
        "Sagsbehandler",
    )
    for case, day, plan, attended, absence in days():
        row = sheet.add(
            day,
            case,
            int(plan * 60),
            int(attended * 60),
            absence,
            "Mette Holm",
        )
        sheet.want(
            "attendance", date=(day.isoformat(), sheet.cell(row, 1)), placement_id=(case, sheet.cell(row, 2)), planned_hours=(two(plan), sheet.cell(row, 3)),
            attended_hours=(two(attended), sheet.cell(row, 4)), absence=(ABSENCES.get(absence or ""), sheet.cell(row, 5)),
        )  # fmt: skip
    sheet.add("I alt", None, 9999, 9999)
    return Variation(sheet.file, workbook(sheet), sheet.wanted)


def mistyped_cp1252() -> Variation:
    sheet = Sheet("udtræk.csv")
    sheet.add("Udtræk fra fagsystem")
    sheet.add("Kommune:", "Gladsaxe")
    sheet.add()
    sheet.add("Forløbsnumer", "Mentorr", "Dtao", "Antl timer", "Aktivitt", "Bemærkn.")
    for case, day, mentor, worth, activity, note in hours(seed=4):
        row = sheet.add(case, mentor, f"{day:%d.%m.%Y}", comma(worth), activity, note)
        sheet.want(
            "mentor_hours", placement_id=(case, sheet.cell(row, 1)), mentor_id=(MENTORS[mentor], sheet.cell(row, 2)),
            date=(day.isoformat(), sheet.cell(row, 3)), hours=(two(worth), sheet.cell(row, 4)),
            activity=(ACTIVITIES[activity], sheet.cell(row, 5)), note=(note, sheet.cell(row, 6)),
        )  # fmt: skip
    sheet.add("Antal rækker: 24")
    return Variation(sheet.file, csv_bytes(sheet, ";", "cp1252"), sheet.wanted)


def weeks_over_weekdays() -> Variation:
    sheet = Sheet("fremmoedeliste.xlsx", "Liste")
    sheet.add("Fremmødeliste 2016")
    sheet.add(None, None, "Uge 10", None, None, None, None, "Uge 11", None, None, None, None)
    sheet.add("Sag nr.", "Planlagt pr. dag", *("Man", "Tir", "Ons", "Tor", "Fre") * 2)
    by_case: dict[str, list[tuple[date, Decimal, Decimal, str | None]]] = {}
    for case, day, plan, attended, absence in days(10):
        by_case.setdefault(case, []).append((day, plan, attended, absence))
    short = {"Syg": "S", "Barn syg": "BS", "Udeblevet": "U"}
    for case, own in by_case.items():
        row = sheet.add(
            case,
            float(own[0][1]),
            *(short[absence] if absence else float(attended) for _day, _plan, attended, absence in own),
        )
        for place, (day, plan, attended, absence) in enumerate(own):
            at = sheet.cell(row, 3 + place)
            when = f"{sheet.cell(1, 1)}+{sheet.cell(2, 3 if place < 5 else 8)}+{sheet.cell(3, 3 + place)}"
            sheet.want(
                "attendance", placement_id=(case, sheet.cell(row, 1)), planned_hours=(two(plan), sheet.cell(row, 2)),
                date=(day.isoformat(), when), attended_hours=(two(attended), at), absence=(ABSENCES.get(absence or ""), at if absence else ""),
            )  # fmt: skip
    sheet.add("S = syg, BS = barn syg, U = udeblevet")

    def merged(book: openpyxl.Workbook) -> None:
        book.worksheets[0].merge_cells("C2:G2")
        book.worksheets[0].merge_cells("H2:L2")

    return Variation(sheet.file, workbook(sheet, change=merged), sheet.wanted)


def month_sheets_of_mentor_hours() -> Variation:
    sheets = []
    for month, title in ((3, "Marts 2016"), (4, "April 2016")):
        sheet = Sheet("mentor_pr_maaned.xlsx", title)
        sheet.add(f"Mentortimer {title.lower()}")
        sheet.add()
        sheet.add("Forløbs-id", "Mentor", "Aktivitet", *range(1, 32), "I alt")
        for number, case in enumerate(CASES):
            mentor = sorted(MENTORS)[number]
            cells = [Decimal("1.5") if day % (5 + number) == 0 and day < 30 else None for day in range(1, 32)]
            row = sheet.add(
                case, mentor, "Samtale", *(None if cell is None else float(cell) for cell in cells), 12
            )
            for place, cell in enumerate(cells):
                if cell is not None:
                    sheet.want(
                        "mentor_hours", placement_id=(case, sheet.cell(row, 1)), mentor_id=(MENTORS[mentor], sheet.cell(row, 2)),
                        activity=("conversation", sheet.cell(row, 3)), date=(date(2016, month, place + 1).isoformat(), f"{sheet.file}#{title}+{sheet.cell(3, 4 + place)}"),
                        hours=(two(cell), sheet.cell(row, 4 + place)),
                    )  # fmt: skip
        sheets.append(sheet)
    return Variation(sheets[0].file, workbook(*sheets), [one for sheet in sheets for one in sheet.wanted])


def two_tables_below() -> Variation:
    sheet = Sheet("samlet.xlsx", "Rapport")
    sheet.add("Mentortimer")
    sheet.add("Sagsnr.", "Dato", "Mentor", "Timer", "Indsats")
    for case, day, mentor, worth, activity, _note in hours(12, seed=6):
        row = sheet.add(
            case, f"{day.day}. {('marts', 'april')[day.month - 3]} {day.year}", mentor, comma(worth), activity
        )
        sheet.want(
            "mentor_hours", placement_id=(case, sheet.cell(row, 1)), date=(day.isoformat(), sheet.cell(row, 2)),
            mentor_id=(MENTORS[mentor], sheet.cell(row, 3)), hours=(two(worth), sheet.cell(row, 4)), activity=(ACTIVITIES[activity], sheet.cell(row, 5)),
        )  # fmt: skip
    sheet.add("I alt", None, None, "15,5")
    sheet.add()
    sheet.add("Fremmøde")
    sheet.add("Sagsnr.", "Dag", "Norm", "Mødt", "Årsag")
    for case, day, plan, attended, absence in days(6, seed=7):
        row = sheet.add(case, f"{day:%d-%m-%Y}", comma(plan), comma(attended), absence)
        sheet.want(
            "attendance", placement_id=(case, sheet.cell(row, 1)), date=(day.isoformat(), sheet.cell(row, 2)), planned_hours=(two(plan), sheet.cell(row, 3)),
            attended_hours=(two(attended), sheet.cell(row, 4)), absence=(ABSENCES.get(absence or ""), sheet.cell(row, 5)),
        )  # fmt: skip
    return Variation(sheet.file, workbook(sheet), sheet.wanted)


def week_sheets() -> Variation:
    sheets = []
    for week in (10, 11, 12):
        sheet = Sheet("ugesedler.xlsx", f"Uge {week}")
        sheet.add("Ugeseddel, fremmøde i timer, 2016")
        sheet.add()
        sheet.add("Journalnr.", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "Sum")
        for case in CASES:
            values = [Decimal(5), Decimal("4.75"), Decimal(0), Decimal(5), Decimal("3.5")]
            row = sheet.add(case, *(float(value) for value in values), 18.25)
            for place, value in enumerate(values):
                day = date.fromisocalendar(2016, week, place + 1)
                when = f"{sheet.cell(1, 1)}+{sheet.file}#Uge {week}+{sheet.cell(3, 2 + place)}"
                sheet.want(
                    "attendance",
                    placement_id=(case, sheet.cell(row, 1)),
                    date=(day.isoformat(), when),
                    attended_hours=(two(value), sheet.cell(row, 2 + place)),
                )
        sheets.append(sheet)
    return Variation(sheets[0].file, workbook(*sheets), [one for sheet in sheets for one in sheet.wanted])


def some_headings_missing() -> Variation:
    sheet = Sheet("uden_navne.xlsx", "Ark1")
    sheet.add("Forløb", None, "Mentor", "Timer", None, "Note")
    for case, day, mentor, worth, activity, note in hours(seed=8):
        row = sheet.add(case, day, mentor, float(worth), activity, note)
        sheet.want(
            "mentor_hours", placement_id=(case, sheet.cell(row, 1)), date=(day.isoformat(), sheet.cell(row, 2)), mentor_id=(MENTORS[mentor], sheet.cell(row, 3)),
            hours=(two(worth), sheet.cell(row, 4)), activity=(ACTIVITIES[activity], sheet.cell(row, 5)), note=(note, sheet.cell(row, 6)),
        )  # fmt: skip
    return Variation(sheet.file, workbook(sheet), sheet.wanted)


def two_readings() -> Variation:
    """Every date before the 13th, and two columns of hours."""
    sheet = Sheet("tvivl.csv")
    sheet.add("Sagsnr", "Dato", "Mentor", "Timer", "Antal timer", "Indsats")
    for number, (case, _day, mentor, worth, activity, _note) in enumerate(hours(20, seed=9)):
        day = date(2016, 3 + number // 10, 1 + number % 10)
        row = sheet.add(case, f"{day:%d/%m-%y}", mentor, comma(worth), comma(worth * 2), activity)
        sheet.want(
            "mentor_hours", placement_id=(case, sheet.cell(row, 1)), mentor_id=(MENTORS[mentor], sheet.cell(row, 3)),
            activity=(ACTIVITIES[activity], sheet.cell(row, 6)),
        )  # fmt: skip
    return Variation(sheet.file, csv_bytes(sheet, ";", "utf-8"), sheet.wanted, frozenset({"date", "hours"}))


def durations_and_title() -> Variation:
    sheets = []
    for number, case in enumerate(CASES):
        sheet = Sheet("pr_borger.xlsx", f"Borger {number + 1}")
        sheet.add("Timeseddel")
        sheet.add(f"Forløb: {case}")
        sheet.add("Mentor", sorted(MENTORS)[number])
        sheet.add()
        sheet.add("Den", "Varighed", "Emne for samtalen", "Type")
        for _case, day, _mentor, worth, activity, note in hours(8, seed=10 + number):
            row = sheet.add(day, timedelta(hours=float(worth)), note, activity)
            sheet.want(
                "mentor_hours", placement_id=(case, sheet.cell(2, 1)), mentor_id=(MENTORS[sorted(MENTORS)[number]], sheet.cell(3, 2)),
                date=(day.isoformat(), sheet.cell(row, 1)), hours=(two(worth), sheet.cell(row, 2)), activity=(ACTIVITIES[activity], sheet.cell(row, 4)),
            )  # fmt: skip
        sheets.append(sheet)
    return Variation(sheets[0].file, workbook(*sheets), [one for sheet in sheets for one in sheet.wanted])


def carried_down() -> Variation:
    sheet = Sheet("grupperet.xlsx", "Fremmøde")
    sheet.add("Praktikforløb", "Dato", "Forventet tid", "Faktisk tid", "Fraværstype")
    last, start = "", 0
    for case, day, plan, attended, absence in days(8, seed=12):
        row = sheet.add(
            case if case != last else None,
            day,
            float(plan),
            float(attended),
            absence,
        )
        start = row if case != last else start
        last = case
        sheet.want(
            "attendance", placement_id=(case, sheet.cell(start, 1)), date=(day.isoformat(), sheet.cell(row, 2)), planned_hours=(two(plan), sheet.cell(row, 3)),
            attended_hours=(two(attended), sheet.cell(row, 4)), absence=(ABSENCES.get(absence or ""), sheet.cell(row, 5)),
        )  # fmt: skip
        if day == MONDAY + timedelta(days=9):
            sheet.add("Delsum", None, 40, 38)

    def hidden(book: openpyxl.Workbook) -> None:
        book.worksheets[0].row_dimensions[4].hidden = True

    return Variation(sheet.file, workbook(sheet, change=hidden), sheet.wanted)


def minutes_or_hours() -> Variation:
    """``Varighed`` of 5, 10, 15, 20: hours or minutes."""
    sheet = Sheet("varighed.csv")
    sheet.add("Sagsnr", "Dato", "Mentor", "Varighed", "Aktivitet")
    for number, (case, day, mentor, _worth, activity, _note) in enumerate(hours(20, seed=13)):
        row = sheet.add(case, day.isoformat(), mentor, 5 * (1 + number % 4), activity)
        sheet.want(
            "mentor_hours", placement_id=(case, sheet.cell(row, 1)), date=(day.isoformat(), sheet.cell(row, 2)),
            mentor_id=(MENTORS[mentor], sheet.cell(row, 3)), activity=(ACTIVITIES[activity], sheet.cell(row, 5)),
        )  # fmt: skip
    return Variation(sheet.file, csv_bytes(sheet, ";", "utf-8"), sheet.wanted, frozenset({"hours"}))


def claims_in_thousands() -> Variation:
    """Amounts as ``12.450`` alone: thousands or decimals."""
    sheet = Sheet("refusion.csv")
    sheet.add("Krav nr.", "Periode fra", "Periode til", "Timer", "Sats pr. time", "Beløb", "Indsendt den")
    for number in range(6):
        row = sheet.add(
            f"K-{number + 1:03}",
            f"01-0{number + 1}-2016",
            f"28-0{number + 1}-2016",
            "45,50",
            "275,00",
            "12.513",
            f"15-0{number + 2}-2016",
        )
        sheet.want(
            "claims", period_start=(f"2016-0{number + 1}-01", sheet.cell(row, 2)), period_end=(f"2016-0{number + 1}-28", sheet.cell(row, 3)),
            hours=("45.50", sheet.cell(row, 4)), hourly_rate=("275.00", sheet.cell(row, 5)), submitted_on=(f"2016-0{number + 2}-15", sheet.cell(row, 7)),
        )  # fmt: skip
    return Variation(sheet.file, csv_bytes(sheet, ";", "utf-8"), sheet.wanted, frozenset({"amount"}))


def pointed_clock() -> Variation:
    """``1.45`` beside the unit ``(tt:mm)``."""
    sheet = Sheet("klokketid.csv")
    sheet.add("Sagsnr", "Dato", "Mentor", "Tid (tt:mm)", "Art", "Løbenr.")
    for number, (case, day, mentor, worth, activity, _note) in enumerate(hours(20, seed=14)):
        clock = f"{int(worth)}.{int(worth % 1 * 60):02}"
        row = sheet.add(
            case, f"{day.day}/{day.month} {day.year}".replace(" ", "-"), mentor, clock, activity, number + 1
        )
        sheet.want(
            "mentor_hours", placement_id=(case, sheet.cell(row, 1)), date=(day.isoformat(), sheet.cell(row, 2)), mentor_id=(MENTORS[mentor], sheet.cell(row, 3)),
            hours=(two(worth), sheet.cell(row, 4)), activity=(ACTIVITIES[activity], sheet.cell(row, 5)), entry_id=(f"159:{number + 1}", sheet.cell(row, 6)),
        )  # fmt: skip
    return Variation(sheet.file, csv_bytes(sheet, ";", "utf-8"), sheet.wanted)


def month_first() -> Variation:
    """American dates, with days beyond the 12th to tell it."""
    sheet = Sheet("export_us.csv")
    sheet.add("Day", "File number", "Staff", "Hrs", "Task")
    words = {"Samtale": "Conversation", "Oplæring": "Training", "Koordinering": "Coordination"}
    for case, day, mentor, worth, activity, _note in hours(seed=15):
        row = sheet.add(f"{day.month}/{day.day}/{day.year}", case, mentor, f"{worth:.2f}", words[activity])
        sheet.want(
            "mentor_hours", date=(day.isoformat(), sheet.cell(row, 1)), placement_id=(case, sheet.cell(row, 2)), mentor_id=(MENTORS[mentor], sheet.cell(row, 3)),
            hours=(two(worth), sheet.cell(row, 4)), activity=(ACTIVITIES[activity], sheet.cell(row, 5)),
        )  # fmt: skip
    return Variation(sheet.file, csv_bytes(sheet, ",", "utf-8"), sheet.wanted)


def both_sides_in_one_row() -> Variation:
    sheet = Sheet("samlet_liste.xlsx", "Liste")
    sheet.add(
        "Sagsnummer",
        "Dato",
        "Planlagte timer",
        "Fremmødte timer",
        "Fravær",
        "Mentornavn",
        "Mentortimer",
        "Aktivitet",
    )
    chance = random.Random(16)  # noqa: S311
    for case, day, plan, attended, absence in days(8, seed=17):
        mentor, activity, worth = (
            chance.choice(sorted(MENTORS)),
            chance.choice(sorted(ACTIVITIES)),
            chance.choice((None, Decimal("0.5"), Decimal(1))),
        )
        row = sheet.add(
            case, day, float(plan), float(attended), absence,
            *((mentor, float(worth), activity) if worth else (None, None, None)),
        )  # fmt: skip
        sheet.want(
            "attendance", placement_id=(case, sheet.cell(row, 1)), date=(day.isoformat(), sheet.cell(row, 2)), planned_hours=(two(plan), sheet.cell(row, 3)),
            attended_hours=(two(attended), sheet.cell(row, 4)), absence=(ABSENCES.get(absence or ""), sheet.cell(row, 5)),
        )  # fmt: skip
        if worth:
            sheet.want(
                "mentor_hours", placement_id=(case, sheet.cell(row, 1)), date=(day.isoformat(), sheet.cell(row, 2)), mentor_id=(MENTORS[mentor], sheet.cell(row, 6)),
                hours=(two(worth), sheet.cell(row, 7)), activity=(ACTIVITIES[activity], sheet.cell(row, 8)),
            )  # fmt: skip
    return Variation(sheet.file, workbook(sheet), sheet.wanted)


def upper_heading_of_two() -> Variation:
    """The case and the day stand in the upper heading row only, merged down."""
    sheet = Sheet("to_raekker.xlsx", "Data")
    sheet.add("Forløb", "Dag", "Fremmøde", None, None)
    sheet.add(None, None, "Skal møde", "Mødt", "Årsag")
    for case, day, plan, attended, absence in days(8, seed=18):
        row = sheet.add(case, day, float(plan), float(attended), absence)
        sheet.want(
            "attendance", placement_id=(case, sheet.cell(row, 1)), date=(day.isoformat(), sheet.cell(row, 2)), planned_hours=(two(plan), sheet.cell(row, 3)),
            attended_hours=(two(attended), sheet.cell(row, 4)), absence=(ABSENCES.get(absence or ""), sheet.cell(row, 5)),
        )  # fmt: skip

    def merged(book: openpyxl.Workbook) -> None:
        for cells in ("A1:A2", "B1:B2", "C1:E1"):
            book.worksheets[0].merge_cells(cells)

    return Variation(sheet.file, workbook(sheet, change=merged), sheet.wanted)


def sections_under_labels() -> Variation:
    """One table for each case, its number on a line above, the headings again each time."""
    sheet = Sheet("alle_forloeb.xlsx", "Samlet")
    sheet.add("Mentorindsats, 1. kvartal")
    for number, case in enumerate(CASES):
        sheet.add()
        said = sheet.add("Forløb:", case)
        sheet.add("Dato", "Mentor", "Timer", "Opgave")
        for _case, day, mentor, worth, activity, _note in hours(6, seed=20 + number):
            row = sheet.add(day, mentor, float(worth), activity)
            sheet.want(
                "mentor_hours", placement_id=(case, sheet.cell(said, 2)), date=(day.isoformat(), sheet.cell(row, 1)), mentor_id=(MENTORS[mentor], sheet.cell(row, 2)),
                hours=(two(worth), sheet.cell(row, 3)), activity=(ACTIVITIES[activity], sheet.cell(row, 4)),
            )  # fmt: skip
        sheet.add("I alt", None, 6.5)
    return Variation(sheet.file, workbook(sheet), sheet.wanted)


def weeks_on_lines_of_their_own() -> Variation:
    sheet = Sheet("ugeliste.csv")
    sheet.add("Fremmøde 2016")
    sheet.add("Sagsnr", "Ugedag", "Planlagt tid", "Mødt tid", "Fraværsgrund")
    for week in (10, 11, 12):
        said = sheet.add(f"Uge {week}")
        for number, (case, _day, plan, attended, absence) in enumerate(days(5, seed=23)):
            day = date.fromisocalendar(2016, week, number % 5 + 1)
            row = sheet.add(
                case,
                ("mandag", "tirsdag", "onsdag", "torsdag", "fredag")[number % 5],
                comma(plan),
                comma(attended),
                absence,
            )
            when = f"{sheet.cell(1, 1)}+{sheet.cell(said, 1)}+{sheet.cell(row, 2)}"
            sheet.want(
                "attendance", placement_id=(case, sheet.cell(row, 1)), date=(day.isoformat(), when), planned_hours=(two(plan), sheet.cell(row, 3)),
                attended_hours=(two(attended), sheet.cell(row, 4)), absence=(ABSENCES.get(absence or ""), sheet.cell(row, 5)),
            )  # fmt: skip
    return Variation(sheet.file, csv_bytes(sheet, ";", "utf-8"), sheet.wanted)


def two_mentors_side_by_side() -> Variation:
    sheet = Sheet("to_mentorer.xlsx", "Timer")
    sheet.add("Dato", "Forløbsnr.", "Mentor 1", "Timer 1", "Mentor 2", "Timer 2")
    for case, day, mentor, worth, _activity, _note in hours(20, seed=24):
        other = sorted(set(MENTORS) - {mentor})[0]
        second = Decimal(2) if day.day % 3 == 0 else None
        row = sheet.add(day, case, mentor, float(worth), other if second else None, 2 if second else None)
        for name, value, column in ((mentor, worth, 3), (other, second, 5)):
            if value is not None:
                sheet.want(
                    "mentor_hours", date=(day.isoformat(), sheet.cell(row, 1)), placement_id=(case, sheet.cell(row, 2)),
                    mentor_id=(MENTORS[name], sheet.cell(row, column)), hours=(two(value), sheet.cell(row, column + 1)),
                )  # fmt: skip
    return Variation(sheet.file, workbook(sheet), sheet.wanted)


def attendance_by_the_clock() -> Variation:
    sheet = Sheet("stempel.csv")
    sheet.add("Sagsnr.", "Dato", "Mødt kl.", "Gået kl.", "Norm")
    for case, day, _plan, _attended, _absence in days(8, seed=25):
        row = sheet.add(case, f"{day:%d-%m-%Y}", "08:15", "12:45", "5,00")
        sheet.want(
            "attendance", placement_id=(case, sheet.cell(row, 1)), date=(day.isoformat(), sheet.cell(row, 2)),
            attended_hours=("4.50", f"{sheet.cell(row, 3)}+{sheet.cell(row, 4)}"), planned_hours=("5.00", sheet.cell(row, 5)),
        )  # fmt: skip
    return Variation(sheet.file, csv_bytes(sheet, ";", "utf-8"), sheet.wanted)


def mentors_as_headings() -> Variation:
    sheet = Sheet("mentor_kolonner.xlsx", "Mentortimer")
    names = sorted(MENTORS)
    sheet.add("Forløb", "Dato", *names, "I alt")
    chance = random.Random(26)  # noqa: S311
    for case, day, _mentor, worth, _activity, _note in hours(20, seed=26):
        who = chance.randrange(3)
        row = sheet.add(
            case, day, *(float(worth) if place == who else None for place in range(3)), float(worth)
        )
        sheet.want(
            "mentor_hours", placement_id=(case, sheet.cell(row, 1)), date=(day.isoformat(), sheet.cell(row, 2)),
            mentor_id=(MENTORS[names[who]], sheet.cell(1, 3 + who)), hours=(two(worth), sheet.cell(row, 3 + who)),
        )  # fmt: skip
    return Variation(sheet.file, workbook(sheet), sheet.wanted)


def brackets() -> Variation:
    sheet = Sheet("parentes.csv")
    sheet.add("Sagsnr.", "Dato", "Planlagt", "Fremmødt")
    for number, (case, day, plan, attended, _absence) in enumerate(days(8, seed=27)):
        ill = number % 4 == 0
        row = sheet.add(case, f"{day:%d-%m-%Y}", comma(plan), "0 (syg)" if ill else comma(attended))
        sheet.want(
            "attendance", placement_id=(case, sheet.cell(row, 1)), date=(day.isoformat(), sheet.cell(row, 2)), planned_hours=(two(plan), sheet.cell(row, 3)),
            attended_hours=("0.00" if ill else two(attended), sheet.cell(row, 4)), absence=("sick" if ill else None, sheet.cell(row, 4) if ill else ""),
        )  # fmt: skip
    return Variation(sheet.file, csv_bytes(sheet, ";", "utf-8"), sheet.wanted)


def utf16_with_money() -> Variation:
    """What the hours cost stands beside them, and when they were written down."""
    sheet = Sheet("oekonomi.txt.csv")
    sheet.add(
        "Bilagsnr",
        "Udført den",
        "Sagsnr",
        "Borgers navn",
        "Medarbejder",
        "Antal timer",
        "Timesats",
        "Beløb",
        "Indtastet",
        "Indsatstype",
    )
    for number, (case, day, mentor, worth, activity, _note) in enumerate(hours(20, seed=28)):
        typed = day + timedelta(days=2)
        row = sheet.add(
            f"B{number:04}", f"{['man', 'tir', 'ons', 'tor', 'fre', 'lør', 'søn'][day.weekday()]} {day:%d-%m-%Y}", case, "Hanne Kjær", mentor, comma(worth), "620,40",
            comma((worth * Decimal("620.40")).quantize(Decimal("0.01"))), f"{typed:%d-%m-%Y}", activity,
        )  # fmt: skip
        sheet.want(
            "mentor_hours", entry_id=(f"159:B{number:04}", sheet.cell(row, 1)), date=(day.isoformat(), sheet.cell(row, 2)), placement_id=(case, sheet.cell(row, 3)),
            mentor_id=(MENTORS[mentor], sheet.cell(row, 5)), hours=(two(worth), sheet.cell(row, 6)), registered_on=(typed.isoformat(), sheet.cell(row, 9)),
            activity=(ACTIVITIES[activity], sheet.cell(row, 10)),
        )  # fmt: skip
    return Variation(sheet.file, csv_bytes(sheet, "\t", "utf-16"), sheet.wanted)


def days_without_year() -> Variation:
    """``7/3`` over each column; the year stands in the title."""
    sheet = Sheet("mentor_dage.xlsx", "Oversigt")
    sheet.add("Fremmødeoversigt marts 2016")
    sheet.add()
    own = [MONDAY + timedelta(days=place) for place in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]
    sheet.add("Sag", "Plan/dag", *(f"{day.day}/{day.month}" for day in own))
    for case in CASES:
        row = sheet.add(case, 5, *(4.5 if place % 3 else 5 for place in range(10)))
        for place, day in enumerate(own):
            sheet.want(
                "attendance", placement_id=(case, sheet.cell(row, 1)), planned_hours=("5.00", sheet.cell(row, 2)),
                date=(day.isoformat(), sheet.cell(3, 3 + place)), attended_hours=("4.50" if place % 3 else "5.00", sheet.cell(row, 3 + place)),
            )  # fmt: skip
    return Variation(sheet.file, workbook(sheet), sheet.wanted)


def only_names() -> Variation:
    """No number of the case, only the person: whose placement that is must be asked."""
    sheet = Sheet("navneliste.csv")
    sheet.add("Navn", "Dato", "Planlagt", "Fremmødt", "Fravær")
    for case, day, plan, attended, absence in days(8, seed=29):
        name = ("Hanne Kjær", "Ib Månsson", "Lone Værum")[CASES.index(case)]
        row = sheet.add(name, f"{day:%d-%m-%Y}", comma(plan), comma(attended), absence)
        sheet.want(
            "attendance", date=(day.isoformat(), sheet.cell(row, 2)), planned_hours=(two(plan), sheet.cell(row, 3)),
            attended_hours=(two(attended), sheet.cell(row, 4)), absence=(ABSENCES.get(absence or ""), sheet.cell(row, 5)),
        )  # fmt: skip
    return Variation(sheet.file, csv_bytes(sheet, ";", "utf-8"), sheet.wanted, frozenset({"placement_id"}))


def running_total_beside() -> Variation:
    sheet = Sheet("akkumuleret.xlsx", "Ark1")
    sheet.add("Dato", "Sag nr.", "Mentor", "Timer", "Timer i alt", "Aktivitet", "Km")
    total = Decimal(0)
    for case, day, mentor, worth, activity, _note in hours(20, seed=30):
        total += worth
        row = sheet.add(day, case, mentor, float(worth), float(total), activity, 12)
        sheet.want(
            "mentor_hours", date=(day.isoformat(), sheet.cell(row, 1)), placement_id=(case, sheet.cell(row, 2)), mentor_id=(MENTORS[mentor], sheet.cell(row, 3)),
            hours=(two(worth), sheet.cell(row, 4)), activity=(ACTIVITIES[activity], sheet.cell(row, 6)),
        )  # fmt: skip
    return Variation(sheet.file, workbook(sheet), sheet.wanted)


VARIATIONS: Mapping[str, Callable[[], Variation]] = {
    made.__name__: made
    for made in (
        english_csv, minutes_long, mistyped_cp1252, weeks_over_weekdays, month_sheets_of_mentor_hours, two_tables_below, week_sheets,
        some_headings_missing, two_readings, durations_and_title, carried_down, minutes_or_hours, claims_in_thousands, pointed_clock,
        month_first, both_sides_in_one_row, upper_heading_of_two, sections_under_labels, weeks_on_lines_of_their_own, two_mentors_side_by_side,
        attendance_by_the_clock, mentors_as_headings, brackets, utf16_with_money, days_without_year, only_names, running_total_beside,
    )
}  # fmt: skip
