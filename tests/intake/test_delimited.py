"""CSV as systems write it: encoding, delimiter and quotes found, record numbers kept."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import IntakeRefused
from exchange.intake.delimited import detect_encoding, read_delimited
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
