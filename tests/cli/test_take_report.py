"""What ``take`` says of a file: read, mapped, skipped and why, guessed, doubtful; in both languages and as JSON."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from exchange import language
from exchange.cli.take_progress import asking, watching
from exchange.cli.terminal import Terminal
from tests.conftest import CommandLine, SteppingClock

LAYOUT = """
name = "timeseddel"
title_da = "Timeseddel"
title_en = "Time sheet"
[match]
kind = "KIND"
[[table]]
table = "mentor_hours"
column = [
  { field = "placement_id", names = ["Forløb"] },
  { field = "date", names = ["Dato"] },
  { field = "mentor_id", names = ["Mentor"] },
  { field = "hours", names = ["Timer"] },
]
constants = { activity = "conversation" }
skip = [
  { why = "total", first = ["I alt*"] },
  { why = "footer", first = ["Udskrevet*"], ends = true },
]
"""
CSV = (
    "Forlob;Dato;Mentor;Timer\r\n"
    "159-00012;01-03-2016;M-01;1,5\r\n"
    "159-00012;man 02-03-2016;M-01;2\r\n"
    "I alt;;;3,5\r\n"
    "\r\n"
    "159-00012;03/04-16;M-01;1\r\n"
    "159-00012;04-03-2016;M-01;1.234\r\n"
    "159-00012;05-03-2016;M-01;hele dagen\r\n"
    "Sag æøå;06-03-2016;M-01;1\r\n"
    "I alt;;;9\r\n"
    "Udskrevet 1/4\r\n"
    "Side 1\r\n"
    "Side 2\r\n"
)
REPORT_EN = """\
timer.csv: layout timeseddel, 12 rows read, 6 mapped, 6 skipped.
  mentor_hours     6
  skipped 2 × total: timer.csv rows 4, 10
  skipped 1 × blank row: timer.csv row 5
  skipped 3 × footer: timer.csv rows 11-13
  guessed: timer.csv was read as cp1252, with ; between cells and " as quotation mark (detected).
  guessed: timer.csv#A1: the heading “Forlob” was read as “Forløb”.
  doubtful 1 × a weekday that does not fit the date: B3
  doubtful 2 × can be meant in two ways: B6, D7
  doubtful 1 × cannot be read: D8
  doubtful 1 × a name or number that nobody knows: A9
"""
REPORT_DA = """\
timer.csv: layout timeseddel, 12 rækker læst, 6 omsat, 6 sprunget over.
  mentor_hours     6
  sprunget over 2 × sum: timer.csv række 4, 10
  sprunget over 1 × tom række: timer.csv række 5
  sprunget over 3 × bundtekst: timer.csv række 11-13
  gættet: timer.csv blev læst som cp1252, med ; mellem cellerne og " som anførselstegn (fundet i filen).
  gættet: timer.csv#A1: overskriften ”Forlob” er læst som ”Forløb”.
  tvivlsomt 1 × en ugedag, der ikke passer til datoen: B3
  tvivlsomt 2 × kan forstås på to måder: B6, D7
  tvivlsomt 1 × kan ikke læses: D8
  tvivlsomt 1 × et navn eller nummer, som ingen kender: A9
"""


def sent(enblanket: CommandLine, content: bytes, name: str, kind: str) -> Path:
    layouts = enblanket.here / "layouts"
    layouts.mkdir(exist_ok=True)
    (layouts / "timeseddel.toml").write_text(LAYOUT.replace("KIND", kind), encoding="utf-8")
    path = enblanket.here.parent / name
    path.write_bytes(content)
    return path


def test_the_whole_report_of_a_sample(filled: CommandLine) -> None:
    path = sent(filled, CSV.encode("cp1252"), "timer.csv", "csv")
    said = filled("take", str(path), "--from", "159", "--dry-run")
    assert said.out.startswith(REPORT_EN)
    assert said.code == 1
    assert said.err == (
        "timer.csv#B3: the weekday does not fit the date 2016-03-02, which was taken as written.\n"
        "Nothing was stored (--dry-run).\n"
    )


def test_the_whole_report_in_danish(filled: CommandLine) -> None:
    path = sent(filled, CSV.encode("cp1252"), "timer.csv", "csv")
    said = filled("take", str(path), "--from", "159", "--dry-run", "--lang", "da")
    assert said.out.startswith(REPORT_DA)


def test_the_report_for_programs_holds_every_row_and_cell(filled: CommandLine) -> None:
    path = sent(filled, CSV.encode("cp1252"), "timer.csv", "csv")
    said = filled("take", str(path), "--from", "159", "--format", "json")
    (report,) = said.records[-1]["summary"]["reports"]  # type: ignore[index]
    assert report == {
        "file": "timer.csv",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "layout": "timeseddel",
        "rows_read": 12,
        "rows_mapped": 6,
        "rows_skipped": 6,
        "tables": {"mentor_hours": 6},
        "skipped": [
            {"why": "total", "sheet": "", "count": 2, "rows": [4, 10]},
            {"why": "blank-row", "sheet": "", "count": 1, "rows": [5]},
            {"why": "footer", "sheet": "", "count": 3, "rows": [11, 12, 13]},
        ],
        "guessed": [
            'timer.csv was read as cp1252, with ; between cells and " as quotation mark (detected).',
            "timer.csv#A1: the heading “Forlob” was read as “Forløb”.",
        ],
        "doubtful": [
            {"why": "weekday", "cell": "timer.csv#B3", "field": "date"},
            {"why": "ambiguous", "cell": "timer.csv#B6", "field": "date"},
            {"why": "ambiguous", "cell": "timer.csv#D7", "field": "hours"},
            {"why": "unreadable", "cell": "timer.csv#D8", "field": "hours"},
            {"why": "unknown-name", "cell": "timer.csv#A9", "field": "placement_id"},
        ],
        "notices": [
            'timer.csv was read as cp1252, with ; between cells and " as quotation mark (detected).',
            "timer.csv#A1: the heading “Forlob” was read as “Forløb”.",
            "timer.csv#B3: the weekday does not fit the date 2016-03-02, which was taken as written.",
        ],
        "already_taken": False,
    }
    assert said.records[-1]["summary"]["rows_read"] == 12  # type: ignore[index]


def test_the_counts_are_stored_with_the_file(filled: CommandLine) -> None:
    from tests.conftest import opened

    path = sent(filled, CSV.encode("cp1252"), "timer.csv", "csv")
    filled("take", str(path), "--from", "159")
    (file,) = opened(filled.here).chronicle().takes[-1].files
    assert (file.rows_read, file.rows_mapped, file.rows_skipped) == (12, 6, 6)


def test_formulas_without_a_value_and_errors_are_doubtful_by_name(filled: CommandLine) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Marts"
    for row in (
        ["Forløb", "Dato", "Mentor", "Timer"],
        ["159-00012", "01-03-2016", "M-01", "=1+1"],
        ["159-00012", "02-03-2016", "M-01", "#REF!"],
    ):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    path = sent(filled, stream.getvalue(), "timer.xlsx", "xlsx")
    said = filled("take", str(path), "--from", "159", "--dry-run")
    assert "  doubtful 1 × a formula that was never computed: Marts!D2\n" in said.out
    assert "  doubtful 1 × an error of the spreadsheet: Marts!D3\n" in said.out


class Screen(io.BytesIO):
    """A stderr that somebody looks at; says when it was written to."""

    def __init__(self, terminal: bool = True) -> None:
        super().__init__()
        self.looked_at = terminal
        self.written = threading.Event()

    def isatty(self) -> bool:
        return self.looked_at

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        self.written.set()
        return super().write(data)


def terminal_of(screen: Screen, *, quiet: bool = False, json: bool = False) -> Terminal:
    return Terminal(io.BytesIO(), screen, SteppingClock(), Path(), quiet=quiet, json=json)


@pytest.fixture
def english() -> Iterator[None]:
    before = language.current()
    language.use("en")
    yield
    language.use(before)


@pytest.mark.usefixtures("english")
def test_a_file_that_takes_its_time_gets_a_bar_that_goes_when_it_is_read() -> None:
    screen = Screen()
    with watching(terminal_of(screen), patience=0.0) as watch:
        watch("stor\x1b[2J.csv", 0)
        assert screen.written.wait(20)
        watch("stor\x1b[2J.csv", 5000)
    drawn = screen.getvalue().decode()
    assert "stor" in drawn
    assert "5000 rows" in drawn
    assert "\x1b[2J" not in drawn
    assert not screen.closed


@pytest.mark.parametrize("options", [{"quiet": True}, {"json": True}])
def test_nobody_who_is_quiet_or_a_program_gets_a_bar(options: dict[str, bool]) -> None:
    screen = Screen()
    with watching(terminal_of(screen, **options), patience=0.0) as watch:
        watch("a.csv", 0)
        watch("a.csv", 1000)
    assert screen.getvalue() == b""


def test_a_pipe_gets_no_bar() -> None:
    screen = Screen(terminal=False)
    with watching(terminal_of(screen), patience=0.0) as watch:
        watch("a.csv", 0)
        watch("a.csv", 1000)
    assert screen.getvalue() == b""


def test_a_file_that_is_read_at_once_gets_no_bar() -> None:
    screen = Screen()
    with watching(terminal_of(screen), patience=3600.0) as watch:
        watch("a.csv", 0)
        watch("a.csv", 1000)
    assert screen.getvalue() == b""


def test_the_bar_stands_aside_for_a_question() -> None:
    screen = Screen()
    with watching(terminal_of(screen), patience=0.0) as watch:
        watch("a.csv", 0)
        assert screen.written.wait(20)
        ask = asking(lambda: screen.getvalue()[-200:], watch)
        last = ask()
        assert last is not None
        assert ask() == last
