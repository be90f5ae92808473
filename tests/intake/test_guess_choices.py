"""Readings that look alike: what settles them is chosen, what does not is asked and left out."""

from __future__ import annotations

import csv
import io
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.errors import IntakeRefused
from exchange.intake.guessing.guess import Guess, guess_layout
from exchange.intake.guessing.matching import least_cost
from exchange.intake.guessing.vocabulary import heading_likeness
from exchange.intake.layout import read_layout
from exchange.parties import parse_party


def sheet(heading: str, *rows: str) -> Guess:
    return guess_layout("fil.csv", "\n".join((heading, *rows)).encode(), parse_party("159"))


def dated(texts: list[str]) -> Guess:
    return sheet(
        "Forløb;Dato;Mentor;Timer",
        *(f"159-0001{number % 3};{text};Åse Thomsen;1,5" for number, text in enumerate(texts)),
    )


def counted(heading: str, texts: list[str]) -> Guess:
    return sheet(
        f"Forløb;Dato;Mentor;{heading}",
        *(f"159-00012;{number + 10}-03-2016;Åse Thomsen;{text}" for number, text in enumerate(texts)),
    )


def reading(guess: Guess, field: str) -> tuple[object, ...]:
    (found,) = [one for one in guess.proposal.tables[0].fields if one.field == field]
    return (
        *found.choice.dates,
        *filter(None, (found.choice.numbers, found.choice.unit)),
        *("?" for _one in found.left_out),
    )


@pytest.mark.parametrize(
    ("texts", "styles"),
    [
        (["03/04-16", "05/04-16", "07/04-16"], ("?",)),
        (["03/04-16", "15/04-16", "07/04-16"], ("d/m-yy",)),
        (["3/14/2016", "3/4/2016", "4/5/2016"], ("m/d/yyyy",)),
        (["03/04/2016", "05/06/2016", "07/08/2016"], ("?",)),
        (["søn 03/04-16", "tir 05/04-16", "tor 07/04-16"], ("d/m-yy",)),
        (["03-04-2016", "05-04-2016", "07-04-2016"], ()),
        (["03.04.2016", "05.04.2016", "07.04.2016"], ()),
        (["16-04-03", "16-04-05", "16-04-07"], ("yy-m-d",)),
        (["03-04-16", "15-04-16", "27-04-16"], ("d-m-yy",)),
        (["2016-04-03", "2016-04-05", "2016-04-07"], ()),
        (["42463", "42465", "42467"], ("excel-serial",)),
        (["d. 3. april 2016", "d. 5. april 2016", "d. 7. april 2016"], ()),
    ],
)
def test_the_order_of_a_date_is_told_by_its_texts_or_asked(texts: list[str], styles: tuple[str, ...]) -> None:
    assert reading(dated(texts), "date") == styles


@pytest.mark.parametrize(
    ("heading", "texts", "found"),
    [
        ("Timer", ["1,5", "2,25", "3"], ()),
        ("Timer", ["1.5", "2.25", "3"], ("point",)),
        ("Timer", ["1,5", "2.5", "3"], ("?",)),
        ("Timer", ["1.234", "1.250", "2.125"], ("?",)),
        ("Varighed", ["60", "90", "45"], ("minutes",)),
        ("Timer", ["60", "90", "45"], ("?",)),
        ("Minutter", ["60", "90", "15"], ("minutes",)),
        ("Varighed", ["5", "10", "15"], ("?",)),
        ("Timer", ["7.30", "6.45", "7.15"], ("?",)),
        ("Tid (tt:mm)", ["7.30", "6.45", "7.15"], ("hh:mm",)),
        ("Tid", ["7:30", "6:45", "7:15"], ()),
    ],
)
def test_numbers_and_units_are_told_by_heading_and_cells_or_asked(
    heading: str, texts: list[str], found: tuple[str, ...]
) -> None:
    assert reading(counted(heading, texts), "hours") == found


@pytest.mark.parametrize(
    ("heading", "left_out"),
    [
        ("Forløb;Dato;Mentor;Timer;Antal timer", {"Timer", "Antal timer"}),
        ("Forløb;Dato;Mødedato;Mentor;Timer", {"Dato", "Mødedato"}),
        ("Forløb;Dato;Navn;Timer", {"Navn"}),
    ],
)
def test_columns_that_could_each_be_it_are_all_left_out(heading: str, left_out: set[str]) -> None:
    values = {
        "Forløb": "159-00012",
        "Dato": "{}-03-2016",
        "Mødedato": "{}-03-2016",
        "Mentor": "Åse Thomsen",
        "Navn": "Hanne Kjær",
        "Timer": "1,5",
        "Antal timer": "2,5",
    }
    rows = [";".join(values[name].format(number + 10) for name in heading.split(";")) for number in range(9)]

    columns = sheet(heading, *rows).proposal.tables[0].columns

    assert {column.heading for column in columns if column.field is None} == left_out


def test_a_company_s_sheet_from_a_jobcentre_is_asked_about() -> None:
    guess = sheet(
        "Virksomhedens timeseddel",
        "",
        "Forløb;Dato;Mentor;Timer;Aktivitet",
        *(f"159-00012;{day}-03-2016;Åse Thomsen;1,5;Samtale" for day in range(10, 20)),
    )

    assert [(doubt.what, doubt.alternatives, doubt.required) for doubt in guess.proposal.doubts] == [
        ("reporter", ("company", "jobcentre"), True)
    ]


def test_a_word_that_senders_use_for_two_codes_is_a_finding_until_it_is_settled() -> None:
    rows = [
        f"159-00012;{day}-03-2016;5,0;{'0,0' if day % 2 else '5,0'};{'Fri' if day % 2 else ''}"
        for day in range(10, 20)
    ]

    guess = sheet("Forløb;Dato;Planlagt;Fremmødt;Fravær", *rows)

    assert {row.values["absence"] for row in guess.intake.rows} == {"?", None}
    assert [(doubt.text, doubt.alternatives) for doubt in guess.proposal.doubts] == [
        ("Fri", ("holiday", "agreed-leave"))
    ]


@pytest.mark.parametrize(
    ("heading", "table", "field"),
    [
        ("Forl. nr.", "mentor_hours", "placement_id"),
        ("Pl. timer", "attendance", "planned_hours"),
        ("FREMMØDTE TIMER", "attendance", "attended_hours"),
        ("Fravaersaarsag", "attendance", "absence"),
        ("Bemærkninnger", "mentor_hours", "note"),
        ("Date of session", "mentor_hours", "date"),
        ("Kommunekode", "placements", "jobcentre"),
    ],
)
def test_abbreviations_typos_and_other_spellings_come_near(heading: str, table: str, field: str) -> None:
    assert heading_likeness(heading, table, field) >= 0.8


WORDS = st.sampled_from(
    ["Dato", "Timer", "Forløb:", "Mentor", "Uge 10", "Uge 11", "mandag", "Tirsdag", "I alt", "Fravær", "159-00012", "Åse Thomsen", "Sum", "S = syg", "S",
     "1.234", "7,5", "03/04-16", "2016-03-04", "08:00-15:30", "7:30", "0", "31", "2016", "", "", "Planlagt", "Mødt", 'a"b', "\\", "#", "x" * 90, "010190-4102"]
)  # fmt: skip


@settings(max_examples=70, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(WORDS, st.text(max_size=6).filter(lambda text: "\x00" not in text)),
            min_size=1,
            max_size=9,
        ),
        min_size=1,
        max_size=12,
    )
)
def test_whatever_stands_on_a_sheet_is_refused_or_gives_a_layout_that_reads_it(rows: list[list[str]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=";").writerows(rows)
    try:
        guess = guess_layout("fil.csv", stream.getvalue().encode("utf-8", "replace"), parse_party("159"))
    except IntakeRefused:
        return

    assert read_layout(guess.text, "fil.toml") == guess.layout
    assert guess.intake.rows_read == len(guess.intake.rows) + len(guess.intake.skipped)
    assert "010190" not in guess.text


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_assignment_is_the_best_of_all(data: st.DataObject) -> None:
    height = data.draw(st.integers(1, 4))
    width = data.draw(st.integers(height, 6))
    costs = data.draw(
        st.lists(
            st.lists(st.integers(-9, 9), min_size=width, max_size=width), min_size=height, max_size=height
        )
    )

    chosen = least_cost(costs, width)

    assert len(set(chosen)) == height
    best = min(
        sum(row[place] for row, place in zip(costs, places, strict=True))
        for places in itertools.permutations(range(width), height)
    )
    assert sum(row[place] for row, place in zip(costs, chosen, strict=True)) == best
