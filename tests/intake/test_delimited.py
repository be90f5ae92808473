"""CSV as systems write it: encoding, delimiter and quotes found, record numbers kept."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.errors import IntakeRefused
from exchange.intake import delimited
from exchange.intake.delimited import read_delimited
from exchange.intake.encodings import detect_encoding
from exchange.intake.layout import CsvStyle

DANISH = "Forløb;Mentor;Dato;Timer\r\n159-1;Åse Sjöberg;03-03-2016;7,5\r\n159-2;Ærø Kjær;04-03-2016;0,75\r\n"
NO_STYLE = CsvStyle()


def texts(content: bytes, style: CsvStyle = NO_STYLE) -> list[list[str]]:
    rows = read_delimited("a.csv", content, style).sheets[0].rows
    return [[cell.text for cell in row.cells.values()] for row in rows]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
        ("mac-roman", "mac-roman"),
        ("cp850", "cp850"),
        ("latin-1", "cp1252"),
    ],
)
def test_danish_letters_come_whole_out_of_every_encoding(encoding: str, found: str) -> None:
    content = DANISH.encode(encoding)
    assert detect_encoding(content) == found
    assert texts(content)[1] == ["159-1", "Åse Sjöberg", "03-03-2016", "7,5"]
    assert texts(content)[2][1] == "Ærø Kjær"


@pytest.mark.parametrize(
    ("text", "record", "cells"),
    [
        (DANISH, 1, ["159-1", "Åse Sjöberg", "03-03-2016", "7,5"]),
        (DANISH.replace(";", "\t"), 1, ["159-1", "Åse Sjöberg", "03-03-2016", "7,5"]),
        (DANISH.replace(";", "|"), 1, ["159-1", "Åse Sjöberg", "03-03-2016", "7,5"]),
        ("a,b\n1,2\n3,4\n", 1, ["1", "2"]),
        ("Dato,Timer\n03-03-2016,7.5\n04-03-2016,7.5\n", 1, ["03-03-2016", "7.5"]),
        ('Dato,Timer\n03-03-2016,"7,5"\n04-03-2016,"7,5"\n', 1, ["03-03-2016", "7,5"]),
        ("Dato;Timer;Løn\n1;7,5;1,5\n2;7,5;2,5\n", 2, ["2", "7,5", "2,5"]),
        ("sep=,\na,b\n1;2,3\n", 2, ["1;2", "3"]),
        ("\ufeffsep=;\na;b\n1,5;2\n", 2, ["1,5", "2"]),
        ('a;b\n"x;y";2\n"z\nz";3\n', 2, ["z\nz", "3"]),
        ("a;b\n'x;y';2\n'z';3\n", 1, ["x;y", "2"]),
        ("a;b\n“x;y”;2\n“z”;3\n", 1, ["x;y", "2"]),
        ('a;b\n5" skærm;2\nz;3\n', 1, ['5" skærm', "2"]),
        ('a;b\n"uden slut;2\nz;3\n', 2, ["z", "3"]),
        ("a\n1\n2\n", 2, ["2"]),
        ("a;b\r1;2\r3;4\r", 2, ["3", "4"]),
    ],
)
def test_cells_are_cut_where_the_writer_cut_them(text: str, record: int, cells: list[str]) -> None:
    assert texts(text.encode())[record] == cells


def test_blank_lines_a_sep_line_and_a_preamble_are_counted() -> None:
    rows = read_delimited("a.csv", b"sep=;\nRapport\n\nDato;Timer\n\n1;2\n", NO_STYLE).sheets[0].rows
    assert [(row.number, len(row.cells)) for row in rows] == [(1, 1), (2, 1), (3, 0), (4, 2), (5, 0), (6, 2)]


def test_what_was_detected_is_said_and_what_the_layout_fixes_is_not() -> None:
    content = DANISH.encode("cp1252")
    assert read_delimited("a.csv", content, NO_STYLE).notices == (
        'a.csv was read as cp1252, with ; between cells and " as quotation mark (detected).',
    )
    assert (
        read_delimited("a.csv", content, CsvStyle(encoding="cp1252", delimiter=";", quote='"')).notices == ()
    )


@pytest.mark.parametrize(
    ("content", "style", "sentence"),
    [
        (
            b"a;\xe6\n",
            CsvStyle(encoding="utf-8"),
            "a.csv is not written in utf-8 (byte 3): correct the layout's encoding.",
        ),
        (
            b"a;b\x00c\n1;2\n" * 20,
            NO_STYLE,
            "a.csv is neither text nor a workbook: ask the sender for the file again.",
        ),
        (
            b'a;b\n1;2\n"x;3\n',
            CsvStyle(quote='"', delimiter=";"),
            "a.csv, record 3, has a quotation mark that does not close: mend that line or fix the quote in the layout.",
        ),
        (
            b"a;b\n" + b"x" * 40_000 + b";2\n",
            NO_STYLE,
            "a.csv, record 2, holds a longer text than any sheet does: mend that line.",
        ),
    ],
)
def test_what_is_no_csv_is_refused_with_a_cure(content: bytes, style: CsvStyle, sentence: str) -> None:
    with pytest.raises(IntakeRefused) as refusal:
        read_delimited("a.csv", content, style)
    assert str(refusal.value) == sentence


CELLS = st.text(st.sampled_from('abæøå ,"\n1x'), min_size=1, max_size=8).filter(
    lambda text: text.strip() != ""
)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6))
def test_what_the_csv_module_writes_is_read_back(rows: list[list[str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=";", lineterminator="\n").writerows(rows)
    assert texts(file.getvalue().encode(), CsvStyle(encoding="utf-8", delimiter=";", quote='"')) == rows


HEAD = ["Forløb", "Mentor", "Dato", "Timer"]
ONE = ["159-1", "Åse Sjöberg", "03-03-2016", "7,5"]
TWO = ["159-2", "Ærø Kjær", "04-03-2016", "0,75"]
TABLE = [HEAD, ONE, TWO]


def joined(rows: list[list[str]], cut: str = ";", end: str = "\r\n") -> str:
    return end.join(cut.join(row) for row in rows) + end


def quoted_all(rows: list[list[str]], cut: str, mark: str = '""', end: str = "\n") -> str:
    return end.join(cut.join(f"{mark[0]}{cell}{mark[1]}" for cell in row) for row in rows) + end


TRICKY: dict[str, tuple[bytes, list[list[str]]]] = {
    "UTF-8 with a byte order mark": (joined(TABLE).encode("utf-8-sig"), TABLE),
    "UTF-16 little-endian with a mark, tabs": (joined(TABLE, "\t").encode("utf-16"), TABLE),
    "UTF-16 big-endian without a mark": (joined(TABLE).encode("utf-16-be"), TABLE),
    "cp1252": (joined(TABLE).encode("cp1252"), TABLE),
    "mac-roman with lone carriage returns": (joined(TABLE, end="\r").encode("mac-roman"), TABLE),
    "cp850 out of a DOS system": (joined(TABLE).encode("cp850"), TABLE),
    "cp1252 whose only letters are an apostrophe and a dash": (
        "Forløb;Note\n159-1;Mentor’s bil – fri\n159-2;’x’\n".replace("ø", "o").encode("cp1252"),
        [["Forlob", "Note"], ["159-1", "Mentor’s bil – fri"], ["159-2", "’x’"]],
    ),
    "a sep= line against the look of the rows": (
        b"sep=,\na,b\n1;5,2;5\n",
        [["sep=", ""], ["a", "b"], ["1;5", "2;5"]],
    ),
    "decimal commas between semicolons": (
        joined([["Dato", "Timer", "Kr."], ["1", "7,5", "1.234,50"], ["2", "0,25", "99,00"]]).encode(),
        [["Dato", "Timer", "Kr."], ["1", "7,5", "1.234,50"], ["2", "0,25", "99,00"]],
    ),
    "a comma in every row of a file of semicolons": (
        joined([["Navn", "Timer"], ["Hansen, Ole", "7,5"], ["Kjær, Åse", "2,5"]] * 1).encode(),
        [["Navn", "Timer"], ["Hansen, Ole", "7,5"], ["Kjær, Åse", "2,5"]],
    ),
    "semicolons in every note of a file of commas": (
        b'id,note,timer\n1,"a;b;c",7.5\n2,"d;e;f",8\n',
        [["id", "note", "timer"], ["1", "a;b;c", "7.5"], ["2", "d;e;f", "8"]],
    ),
    "decimal commas in quotes between commas": (
        quoted_all(TABLE, ",").encode(),
        TABLE,
    ),
    "one column of words": ("Forløb\n159-1\n159-2\n".encode(), [["Forløb"], ["159-1"], ["159-2"]]),
    "one column of decimal commas": (
        b"Timer\n7,5\n8,25\n0,75\n",
        [["Timer"], ["7,5"], ["8,25"], ["0,75"]],
    ),
    "pipes": (joined(TABLE, "|").encode(), TABLE),
    "quoted line breaks and delimiters": (
        b'a;b\n"x\ny;z";1\n"w";2\n',
        [["a", "b"], ["x\ny;z", "1"], ["w", "2"]],
    ),
    "doubled quotes": (b'a;b\n"han sagde ""hej""";1\n', [["a", "b"], ['han sagde "hej"', "1"]]),
    "typographic quotes": (
        quoted_all([["a", "b"], ["x;y", "1,5"], ["z", "2,5"]], ";", "“”").encode("cp1252"),
        [["a", "b"], ["x;y", "1,5"], ["z", "2,5"]],
    ),
    "German-looking quotes": (
        quoted_all([["a", "b"], ["x;y", "1,5"], ["z", "2,5"]], ";", "„“").encode(),
        [["a", "b"], ["x;y", "1,5"], ["z", "2,5"]],
    ),
    "single quotes": (b"a;b\n'x;y';1\n'z';2\n", [["a", "b"], ["x;y", "1"], ["z", "2"]]),
    "an inch mark": (
        'a;b\n5" skærm;1\n7" skærm;2\n'.encode(),
        [["a", "b"], ['5" skærm', "1"], ['7" skærm', "2"]],
    ),
    "blanks before the quotes": (
        b'a; b; c\n"x; y"; "1,5"; 2\n"z"; "2,5"; 3\n',
        [["a", "b", "c"], ["x; y", "1,5", "2"], ["z", "2,5", "3"]],
    ),
    "blank lines and a preamble": (
        "Udtræk af mentortimer, marts 2016\n\nForløb;Timer\n\n159-1;7,5\n159-2;8\n".encode(),
        [
            ["Udtræk af mentortimer, marts 2016"],
            [],
            ["Forløb", "Timer"],
            [],
            ["159-1", "7,5"],
            ["159-2", "8"],
        ],
    ),
    "mixed line ends": (
        b"a;b\r\n1;2\n3;4\r5;6\r\n",
        [["a", "b"], ["1", "2"], ["3", "4"], ["5", "6"]],
    ),
    "no line end at the end": (b"a;b\n1;2", [["a", "b"], ["1", "2"]]),
    "cells that lack at the ends of rows": (
        b"a;b;c\n1;2;3\n4;5\n6;7;8;\n9;10;11\n",
        [["a", "b", "c"], ["1", "2", "3"], ["4", "5"], ["6", "7", "8", ""], ["9", "10", "11"]],
    ),
    "a stray NUL": (
        ("a;b\n1;7\x005\n" + "2;3\n" * 100).encode(),
        [["a", "b"], ["1", "7\ufffd5"], *[["2", "3"]] * 100],
    ),
    "dates with slashes, no word in the first row": (
        b"03/03-2016;7,5;08:00\n04/03-2016;8,0;09:00\n",
        [["03/03-2016", "7,5", "08:00"], ["04/03-2016", "8,0", "09:00"]],
    ),
}


def records(content: bytes, style: CsvStyle = NO_STYLE) -> list[dict[int, str]]:
    rows = read_delimited("a.csv", content, style).sheets[0].rows
    return [{column: cell.text for column, cell in row.cells.items()} for row in rows]


@pytest.mark.parametrize(("content", "expected"), TRICKY.values(), ids=TRICKY.keys())
def test_tricky_files_are_cut_record_by_record_as_they_were_written(
    content: bytes, expected: list[list[str]]
) -> None:
    assert records(content) == [
        {column: text for column, text in enumerate(row, 1) if text.strip()} for row in expected
    ]


def test_the_rows_may_be_gone_through_again_and_keep_their_numbers() -> None:
    rows = read_delimited("a.csv", b'a;b\n\n"x\ny";1\n', NO_STYLE).sheets[0].rows
    assert [row.number for row in rows] == [row.number for row in rows] == [1, 2, 3]


@pytest.mark.parametrize(
    ("content", "style", "expected"),
    [
        (b"a;b\n1,5;2\n", CsvStyle(delimiter=","), [{1: "a;b"}, {1: "1", 2: "5;2"}]),
        (b'a;b\n"1";2\n', CsvStyle(quote="none"), [{1: "a", 2: "b"}, {1: '"1"', 2: "2"}]),
        ("å;b\n".encode("cp850"), CsvStyle(encoding="mac-roman"), [{1: "Ü", 2: "b"}]),
        (b"sep=;\na;b,c\n", CsvStyle(delimiter=","), [{1: "sep=;"}, {1: "a;b", 2: "c"}]),
    ],
)
def test_what_a_layout_fixes_is_not_detected(
    content: bytes, style: CsvStyle, expected: list[dict[int, str]]
) -> None:
    assert records(content, style) == expected


def test_a_few_characters_that_are_none_are_said() -> None:
    book = read_delimited("a.csv", ("a;b\n1;7\x005\n" + "2;3\n" * 100).encode(), NO_STYLE)
    assert book.notices[1:] == (
        "a.csv holds characters that are none (NUL, 1 of them); each was read as “\ufffd”.",
    )
    assert book.guessed == book.notices[:1]


WORDS = st.sampled_from(
    [
        "Åse Sjöberg",
        "Jørgen Æbelø",
        "møde; kaffe",
        "Hansen, Ole",
        'han sagde "nej"',
        "to\nlinjer",
        "a|b",
        "Ørsted’s",
        "kørsel – fri",
        "x",
    ]
)
NUMBERS = st.decimals(0, 999, places=2).map(lambda value: f"{value}".replace(".", ","))
DATES = st.dates(dt.date(2010, 1, 1), dt.date(2030, 12, 31)).map(lambda day: f"{day:%d-%m-%Y}")
ENDS = {"utf-8": "–’", "utf-8-sig": "–’", "utf-16": "–’", "cp1252": "–’", "mac-roman": "–’", "cp850": ""}


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.tuples(WORDS, DATES, NUMBERS, WORDS), min_size=2, max_size=8),
    encoding=st.sampled_from(sorted(ENDS)),
    delimiter=st.sampled_from(";,\t|"),
    quoting=st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
    mark=st.sampled_from(['"', "'"]),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    blank=st.booleans(),
)
def test_tables_come_back_whole_whatever_wrote_them(  # noqa: PLR0917 (what a file varies in)
    rows: list[tuple[str, str, str, str]],
    encoding: str,
    delimiter: str,
    quoting: Literal[0, 1],
    mark: str,
    newline: str,
    blank: bool,
) -> None:
    table = [("Mentor på stedet", "Dato", "Timer", "Bemærkning"), *rows]
    # The csv module quotes a line break only where it is the file's own.
    table = [tuple(cell.replace("\n", newline) for cell in row) for row in table]  # type: ignore[misc]
    if encoding == "cp850":
        table = [tuple(cell.replace("’", "").replace("–", "-") for cell in row) for row in table]  # type: ignore[misc]
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quotechar=mark, quoting=quoting, lineterminator=newline)
    writer.writerow(table[0])
    if blank:
        file.write(newline)
    writer.writerows(table[1:])
    expected = [*table[:1], *([()] if blank else []), *table[1:]]
    assert records(file.getvalue().encode(encoding)) == [dict(enumerate(row, 1)) for row in expected]


def test_a_large_file_is_gone_through_without_being_held() -> None:
    import tracemalloc

    content = b"a;b;c\r\n" + b"159-00012;03-03-2016;7,5\r\n" * 20_000
    rows = read_delimited("a.csv", content, NO_STYLE).sheets[0].rows
    tracemalloc.start()
    try:
        count = sum(1 for _row in rows)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 20_001
    assert peak < len(content)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            ("Forløb;Mentor på stedet\n" * 9).encode() + b"\xc3(;x\n",
            "a.csv is written in utf-8, but is damaged at byte 235: ask the sender for the file again.",
        ),
        (
            "a;b\n1;2\n".encode("utf-16-le")[:-1],
            "a.csv is written in utf-16-le, but is damaged at byte 15: ask the sender for the file again.",
        ),
        (
            b";" * 20_000 + b"\n1;2\n",
            "a.csv, record 1, holds more cells than any sheet does: mend that line.",
        ),
        (
            b'a;b\n"' + b"x\n" * 6_000,
            "a.csv, record 2, has a quotation mark that does not close: mend that line or fix the quote in the layout.",
        ),
    ],
)
def test_damage_and_excess_are_refused_in_one_sentence(content: bytes, sentence: str) -> None:
    style = NO_STYLE if b"x\n" * 9 not in content else CsvStyle(delimiter=";", quote='"')
    with pytest.raises(IntakeRefused) as refusal:
        read_delimited("a.csv", content, style)
    assert str(refusal.value) == sentence


def test_more_records_than_can_be_taken_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MAX_RECORDS", 10)
    assert len(records(b"a;b\n" * 10)) == 10
    with pytest.raises(IntakeRefused) as refusal:
        read_delimited("a.csv", b"a;b\n" + b"\n" * 10, NO_STYLE)
    assert str(refusal.value) == "a.csv holds more cells than can be taken at once: split it by month."
