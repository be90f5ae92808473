"""Files like the six messy ones, drawn anew: other years, widths, orders, headings, totals and hidden parts.

Each comes with the records that stand in it and the cell of every value, noted while it is written.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.intake.workbooks import saved

Record = Mapping[str, tuple[str, str]]
"""Field to its value and cell."""

PLACEMENTS = tuple(f"F2016-{number}" for number in (1393, 4148, 6767, 7011, 9751))
MENTORS = {"Åse Thomsen": "M-01", "Lars Højgaard": "M-02", "Ruth Sjöberg": "M-03", "Ærling Bæk": "M-04"}
TRAINEES = {"Hanne Kjær": "T-0000000000000001", "Carl-Emil Høj": "T-0000000000000002"}
ABSENCE = {"S": "sick", "B": "child-sick", "F": "holiday", "U": "no-show", "H": "public-holiday"}
WEEKDAYS = ("Mandag", "Tirsdag", "Onsdag", "Torsdag", "Fredag")
MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
SHORT_DAYS = ("man", "tir", "ons", "tor", "fre", "lør", "søn")


@dataclass(frozen=True, slots=True)
class Variant:
    """A file and what stands in it."""

    name: str
    content: bytes
    records: list[Record] = field(default_factory=list)


def day_of(draw: random.Random) -> dt.date:
    return dt.date(draw.randint(2012, 2026), 1, 4) + dt.timedelta(days=draw.randint(0, 355))


def hours_of(draw: random.Random) -> str:
    return draw.choice(["0.25", "0.50", "0.75", "1.00", "1.25", "2.50", "3.00", "7.40"])


def danish(hours: str, draw: random.Random) -> str:
    text = hours.replace(".", ",")
    return draw.choice([text, text.rstrip("0").rstrip(","), f" {text}", f"{text} "])


def padded(word: str, draw: random.Random) -> str:
    return draw.choice([word, word, f"{word} ", word.upper(), f"{word}:"])


def title_of(draw: random.Random, sheet: Worksheet, first: str, left: int = 1) -> int:
    """Write some lines above the heading and return its row."""
    sheet.cell(1, left, first)
    if draw.random() < 0.5:
        sheet.cell(2, left, "Jobcenter:")
        sheet.cell(2, left + 1, "Jobcenter Søby")
    return draw.randint(3, 9)


def hide_some(draw: random.Random, sheet: Worksheet, first: int) -> None:
    for number in range(first, sheet.max_row + 1):
        if draw.random() < 0.2:
            sheet.row_dimensions[number].hidden = True
    if draw.random() < 0.5:
        sheet.column_dimensions[get_column_letter(draw.randint(1, sheet.max_column))].hidden = True


def new_sheet(title: str) -> tuple[openpyxl.Workbook, Worksheet]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    return book, sheet


def at(file: str, sheet: str, row: int, column: int) -> str:
    return f"{file}#{sheet}!{get_column_letter(column)}{row}"


def mentor_account(draw: random.Random) -> Variant:
    """L01: columns in any order, totals between, a footer, master data on a second sheet."""
    book, sheet = new_sheet("Mentortimer")
    left = draw.randint(1, 4)
    row = title_of(draw, sheet, "Mentorregnskab 2016", left)
    names = {
        "placement_id": draw.choice(["Forløbsnr", "Sagsnr", "Forløb"]),
        "date": draw.choice(["Dato", "Dato for samtale", "Dag"]),
        "mentor_id": draw.choice(["Mentor", "Mentors navn", "Navn på mentor"]),
        "hours": draw.choice(["Timer", "Antal timer", "Mentortimer"]),
        "note": draw.choice(["Bemærkning", "Kommentar", "Noter"]),
    }
    fields = draw.sample([*names, "extra"], len(names) + 1)
    columns = {name: left + index for index, name in enumerate(fields)}
    for name, column in columns.items():
        sheet.cell(row, column, padded(names.get(name, "Team"), draw))
    records: list[Record] = []
    for _entry in range(draw.randint(1, 12)):
        row += 1
        if draw.random() < 0.2:
            sheet.cell(row, columns["placement_id"], draw.choice(["I alt", "I alt marts", "I ALT:"]))
            sheet.cell(row, columns["hours"], 9)
            row += draw.randint(1, 2)
        day, hours, mentor = day_of(draw), hours_of(draw), draw.choice(list(MENTORS))
        ways: list[dt.date | str] = [day, f"{day.day}-{day.month}-{day.year}", day.isoformat()]
        figures: list[float | str] = [float(hours), danish(hours, draw)]
        written = draw.choice(ways)
        placement, note = draw.choice(PLACEMENTS), draw.choice(["", "Opfølgning", "Kørsel – aftalt"])
        shown = draw.choice(figures)
        said: dict[str, str | float | dt.date | None] = {
            "placement_id": placement,
            "date": written,
            "mentor_id": f" {mentor} ",
            "hours": shown,
            "note": note or None,
        }
        for name, value in said.items():
            sheet.cell(row, columns[name], value)
        facts = {"placement_id": placement, "date": day.isoformat(), "mentor_id": MENTORS[mentor]}
        facts |= {"hours": hours} | ({"note": note} if note else {})
        records.append(
            {name: (text, at("L01.xlsx", sheet.title, row, columns[name])) for name, text in facts.items()}
        )
    hide_some(draw, sheet, 3)
    sheet.cell(row + 1, columns["placement_id"], "I alt")
    sheet.cell(row + 3, left, "Rapporten er dannet automatisk.")
    master = book.create_sheet("Stamdata")
    master.append(["Forløbsnr", "Borger", "Jobcenter", "Virksomhed", "Startdato", "Slutdato"])
    return Variant("L01.xlsx", saved(book), records)


def conversations(draw: random.Random) -> Variant:
    """L02: semicolons, any encoding, columns in any order, blank lines, a footer."""
    names = {
        "placement_id": draw.choice(["Forløbsnr.", "Sagsnr", "Forløb"]),
        "date": draw.choice(["Dato", "Dato for samtale", "Dag"]),
        "mentor_id": draw.choice(["Mentor", "Mentors navn", "Navn på mentor"]),
        "start_time": draw.choice(["Start", "Fra kl."]),
        "end_time": draw.choice(["Slut", "Til kl."]),
        "hours": draw.choice(["Timer", "Antal timer", "Mentortimer"]),
    }
    fields = draw.sample(list(names), len(names))
    style = draw.choice(
        ["{0.day}.{0.month:02}.{0.year}", "{0.day}/{0.month}-{0.year}", "{0.day}.{0.month}.{0.year}"]
    )
    lines = [";".join(names[name] for name in fields)]
    records: list[Record] = []
    for _entry in range(draw.randint(1, 12)):
        if draw.random() < 0.2:
            lines.append("")
        day, hours = day_of(draw), hours_of(draw)
        facts = {
            "placement_id": draw.choice(PLACEMENTS),
            "date": day.isoformat(),
            "mentor_id": draw.choice(list(MENTORS)),
            "start_time": "09:30:00",
            "end_time": "10:15:00",
            "hours": hours,
        }
        said = facts | {
            "date": style.format(day) + draw.choice(["", " "]),
            "start_time": draw.choice(["09:30", "9.30"]),
            "end_time": "10:15",
            "hours": danish(hours, draw),
        }
        lines.append(";".join(said[name] for name in fields))
        facts["mentor_id"] = MENTORS[facts["mentor_id"]]
        records.append(
            {
                name: (text, f"L02.csv#{get_column_letter(fields.index(name) + 1)}{len(lines)}")
                for name, text in facts.items()
            }
        )
    lines += ["", f"Antal rækker: {len(records)}", "Udskrevet af systemet"]
    text = draw.choice(["\r\n", "\n"]).join(lines)
    return Variant("L02.csv", text.encode(draw.choice(["cp1252", "utf-8", "utf-8-sig", "utf-16"])), records)


def placement_sheets(draw: random.Random) -> Variant:
    """L03: a sheet per placement, its number in the title, sums below, hidden stale copies."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    records: list[Record] = []
    for placement in draw.sample(PLACEMENTS, draw.randint(1, 5)):
        sheet = book.create_sheet(placement)
        sheet.append(["Forløb", placement])
        sheet.append(["Borger", "Hanne Kjær"])
        row = draw.randint(4, 8)
        fields = draw.sample(["date", "mentor_id", "hours"], 3)
        names = {
            "date": draw.choice(["Dato", "Dato for samtale", "Dag"]),
            "mentor_id": draw.choice(["Mentor", "Mentors navn", "Navn på mentor"]),
            "hours": draw.choice(["Timer", "Antal timer", "Mentortimer"]),
        }
        for column, name in enumerate(fields, 1):
            sheet.cell(row, column, padded(names[name], draw))
        for _entry in range(draw.randint(1, 8)):
            row += 1
            day, hours, mentor = day_of(draw), hours_of(draw), draw.choice(list(MENTORS))
            written = f"{SHORT_DAYS[day.weekday()]}. d. {day.day}. {MONTHS[day.month - 1]}. {day.year}"
            said = {"date": written, "mentor_id": f" {mentor}", "hours": danish(hours, draw)}
            for column, name in enumerate(fields, 1):
                sheet.cell(row, column, said[name])
            facts = {"date": day.isoformat(), "mentor_id": MENTORS[mentor], "hours": hours}
            own = {
                name: (text, at("L03.xlsx", placement, row, fields.index(name) + 1))
                for name, text in facts.items()
            }
            records.append({**own, "placement_id": (placement, at("L03.xlsx", placement, 1, 2))})
        sheet.cell(row + 2, 4 if fields[0] == "hours" else 1, "Sum")
        sheet.cell(row + 2, fields.index("hours") + 1, "19,75 timer")
        hide_some(draw, sheet, 4)
    stale = book.copy_worksheet(book.worksheets[0])
    stale.title = "Kopi"
    stale.sheet_state = "hidden"
    lists = book.create_sheet("Lister")
    lists["A1"] = "Åse Thomsen"
    lists.sheet_state = "veryHidden"
    return Variant("L03.xlsx", saved(book), records)


def attendance_list(draw: random.Random) -> Variant:
    """L04: a sep= line, a row per day, absence in words."""
    words = {"Sygdom": "sick", "Barn syg": "child-sick", "Ferie": "holiday", "Ej mødt": "no-show"}
    names = {
        "placement_id": draw.choice(["Forløbsnr", "Sagsnr", "Forløb"]),
        "navn": "Navn",
        "date": draw.choice(["Dato", "Dag"]),
        "planned_hours": draw.choice(["Planlagt", "Planlagte timer"]),
        "attended_hours": draw.choice(["Fremmødt", "Mødt"]),
        "absence": draw.choice(["Fraværsårsag", "Fraværskode", "Fravær"]),
    }
    fields = draw.sample(list(names), len(names))
    cut = draw.choice([";", "\t"])
    lines = [f"sep={cut}", cut.join(names[name] for name in fields)]
    records: list[Record] = []
    for _entry in range(draw.randint(1, 20)):
        day, word = day_of(draw), draw.choice(["", "", *words])
        planned, attended = hours_of(draw), hours_of(draw)
        facts = {
            "placement_id": draw.choice(PLACEMENTS),
            "date": day.isoformat(),
            "planned_hours": planned,
            "attended_hours": "0.00" if word else attended,
            "absence": words.get(word, ""),
        }
        said = {
            "placement_id": facts["placement_id"],
            "navn": "Hanne Kjær",
            "date": f"{day.day:02}/{day.month:02}/{day.year % 100:02}",
            "planned_hours": planned.replace(".", ","),
            "attended_hours": draw.choice(["0,00", "-", ""]) if word else attended.replace(".", ","),
            "absence": word,
        }
        lines.append(cut.join(said[name] for name in fields))
        place = {name: f"L04.csv#{get_column_letter(fields.index(name) + 1)}{len(lines)}" for name in facts}
        records.append({name: (text, place[name]) for name, text in facts.items() if text})
    text = "\n".join(lines) + "\n"
    return Variant("L04.csv", text.encode(draw.choice(["utf-8-sig", "utf-8", "cp1252"])), records)


def day_columns(draw: random.Random) -> Variant:
    """L05: a column per day under a line per week, sums between them, any number of weeks."""
    book, sheet = new_sheet("Fremmøde")
    row = title_of(draw, sheet, "FREMMØDESKEMA")
    lead = draw.sample(["placement_id", "borger", "planned_hours"], 3)
    names = {"placement_id": "Forløb", "borger": "Borger", "planned_hours": "Planlagt pr. dag"}
    for column, name in enumerate(lead, 1):
        sheet.cell(row, column, names[name])
    monday = day_of(draw)
    monday -= dt.timedelta(days=monday.weekday())
    days: dict[int, dt.date] = {}
    column = 4
    for week in range(draw.randint(1, 14)):
        sheet.cell(row - 1, column, f"Uge {(monday + dt.timedelta(weeks=week)).isocalendar().week}")
        for weekday in range(5):
            days[column] = monday + dt.timedelta(weeks=week, days=weekday)
            sheet.cell(row, column, days[column])
            column += 1
        sheet.cell(row, column, "Sum")
        column += 1
    records: list[Record] = []
    heading = row
    for placement in draw.sample(PLACEMENTS, draw.randint(1, 5)):
        row += 1
        planned = hours_of(draw)
        for number, name in enumerate(lead, 1):
            said: dict[str, str | float] = {
                "placement_id": placement,
                "borger": "Hanne Kjær",
                "planned_hours": float(planned),
            }
            sheet.cell(row, number, said[name])
        for column, day in days.items():
            code = draw.choice(["", "", "", "S", "B", "F", "U"])
            hours = hours_of(draw)
            if draw.random() < 0.2:
                continue
            sheet.cell(row, column, code or float(hours))
            own = at("L05.xlsx", "Fremmøde", row, column)
            record = {
                "placement_id": (placement, at("L05.xlsx", "Fremmøde", row, lead.index("placement_id") + 1)),
                "planned_hours": (planned, at("L05.xlsx", "Fremmøde", row, lead.index("planned_hours") + 1)),
                "date": (day.isoformat(), at("L05.xlsx", "Fremmøde", heading, column)),
                "attended_hours": ("0.00" if code else hours, own),
            }
            records.append(record | ({"absence": (ABSENCE[code], own)} if code else {}))
        sheet.cell(row, max(days) + 1, f"=SUM(D{row}:H{row})")
    sheet.cell(row + 2, 1, "S = syg, F = ferie")
    hide_some(draw, sheet, heading + 1)
    return Variant("L05.xlsx", saved(book), records)


def week_rows(draw: random.Random) -> Variant:
    """L06: a row per week, two blocks of weekdays under group headings, subtotals between."""
    book, sheet = new_sheet("Ugesedler")
    row = title_of(draw, sheet, "Ugesedler")
    blocks = draw.sample(["attended_hours", "absence"], 2)
    groups = {"attended_hours": draw.choice(["Mødt (timer)", "Fremmødt"]), "absence": "Fravær"}
    first = {blocks[0]: 4, blocks[1]: 9}
    for name, column in first.items():
        sheet.cell(row - 1, column, groups[name])
        for number, weekday in enumerate(WEEKDAYS):
            sheet.cell(row, column + number, weekday)
    lead = draw.sample(["placement_id", "_year", "_week"], 3)
    names = {"placement_id": draw.choice(["Forløbsnr", "Sagsnr"]), "_year": "År", "_week": "Uge nr."}
    for column, name in enumerate(lead, 1):
        sheet.cell(row, column, names[name])
    sheet.cell(row, 14, "I alt")
    heading = row
    records: list[Record] = []
    for placement in draw.sample(PLACEMENTS, draw.randint(1, 4)):
        year, week = draw.randint(2012, 2026), draw.randint(1, 40)
        for number in range(draw.randint(1, 8)):
            row += 1
            said: dict[str, str | int] = {"placement_id": placement, "_year": year, "_week": week + number}
            place = {name: at("L06.xlsx", "Ugesedler", row, lead.index(name) + 1) for name in said}
            for column, name in enumerate(lead, 1):
                sheet.cell(row, column, said[name])
            for day in range(5):
                code, hours = draw.choice(["", "", "S", "B", "F"]), hours_of(draw)
                sheet.cell(row, first["attended_hours"] + day, 0 if code else float(hours))
                sheet.cell(row, first["absence"] + day, code or None)
                attended = first["attended_hours"] + day
                record = {
                    "placement_id": (placement, place["placement_id"]),
                    "date": (
                        dt.date.fromisocalendar(year, week + number, day + 1).isoformat(),
                        f"{place['_year']}+{place['_week']}+"
                        + at("L06.xlsx", "Ugesedler", heading, first["attended_hours"] + day),
                    ),
                    "attended_hours": (
                        "0.00" if code else hours,
                        at("L06.xlsx", "Ugesedler", row, attended),
                    ),
                }
                away = at("L06.xlsx", "Ugesedler", row, first["absence"] + day)
                records.append(record | ({"absence": (ABSENCE[code], away)} if code else {}))
        row += 1
        sheet.cell(row, 1, f"I alt {placement}")
    hide_some(draw, sheet, heading + 1)
    return Variant("L06.xlsx", saved(book), records)


VARIANTS: Mapping[str, Callable[[random.Random], Variant]] = {
    "L01": mentor_account,
    "L02": conversations,
    "L03": placement_sheets,
    "L04": attendance_list,
    "L05": day_columns,
    "L06": week_rows,
}
