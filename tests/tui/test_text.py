"""Text on its way to a screen: shown not obeyed, cut to cells, wrapped without loss; and the plain listing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from exchange import language
from exchange.checks.findings import Proposal
from exchange.sanitise import visible
from tests.tui.memory_desk import MemoryDesk, finding, hours, words
from tui.dossier import Dossiers
from tui.paragraphs import Paragraph, Piece
from tui.plain import plain_lines
from tui.text import ASCII, UNICODE, fit, fit_right, moment_text, week_text
from tui.widgets.finding_list import Columns
from tui.wrapping import wrapped

DOSSIERS = Dossiers(words(), UNICODE)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English, whatever the machine speaks."""
    before = language.current()
    language.use("en")
    yield
    language.use(before)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ærø Æg I/S, 27,50 – “ok”", "Ærø Æg I/S, 27,50 – “ok”"),
        ("\x1b]52;c;eA==\x07", "<U+001B>]52;c;eA==<U+0007>"),
        ("a\tb\r\nc", "a<U+0009>b<U+000D><U+000A>c"),
        ("\x9b31m", "<U+009B>31m"),
        ("abc\u202edef", "abc<U+202E>def"),
        ("D\u200b17", "D<U+200B>17"),
        ("x\u3164y\ufe0fz", "x<U+3164>y<U+FE0F>z"),
        ("\U000e0041\ud800\u2028", "<U+E0041><U+D800><U+2028>"),
        ("[b]D17[/b]", "[b]D17[/b]"),
    ],
)
def test_what_would_not_be_seen_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_nothing_unseen_is_left_and_a_second_time_changes_nothing(text: str) -> None:
    shown = visible(text)

    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert visible(shown) == shown


@given(st.text())
def test_the_ascii_script_shows_ascii_and_danish_letters_only(text: str) -> None:
    assert all((c.isascii() and c.isprintable()) or c in "æøåÆØÅ" for c in ASCII.show(text))


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_a_fitted_text_has_exactly_its_cells(text: str, width: int) -> None:
    assert cell_len(fit(visible(text), width)) == width
    assert cell_len(fit_right(visible(text), width)) == width


@given(st.lists(st.text(st.sampled_from("ab æ日 -"))), st.integers(min_value=8, max_value=40))
def test_wrapping_keeps_every_letter_and_the_width(texts: list[str], width: int) -> None:
    paragraph = Paragraph(tuple(Piece(text) for text in texts), 4)
    lines = ["".join(piece.text for piece in line) for line in wrapped(paragraph, width)]

    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(texts).replace(" ", "")


def test_a_path_breaks_at_its_separators_only_where_a_line_is_too_short_for_it() -> None:
    place = "file.xlsx\u00a0›\u00a0Timer\u00a0›\u00a0D17"
    paragraph = Paragraph((Piece("Hours: "), Piece(place)), 2)

    assert told(paragraph, 29) == ["Hours: ", "  file.xlsx › Timer › D17"]
    assert told(paragraph, 20) == ["Hours: file.xlsx › ", "  Timer › D17"]


def told(paragraph: Paragraph, width: int) -> list[str]:
    return ["".join(piece.text for piece in line) for line in wrapped(paragraph, width)]


@pytest.mark.parametrize("width", range(40, 200))
def test_the_columns_fill_the_line_exactly(width: int) -> None:
    columns = Columns.for_width(width)

    assert (
        4 + 4 + sum((columns.week, columns.subject, columns.title, columns.figures, columns.status)) == width
    )
    assert min(columns.subject, columns.title) > 0


@pytest.mark.parametrize(
    ("spoken", "week", "moment"),
    [("da", "U53/15", "13.04.2016 10:02 UTC"), ("en", "W53/15", "2016-04-13 10:02 UTC")],
)
def test_weeks_and_moments_follow_the_language(spoken: language.Language, week: str, moment: str) -> None:
    language.use(spoken)

    assert week_text(date(2016, 1, 3)) == week
    assert moment_text("2016-04-13T10:02:00+00:00") == moment


def test_both_sides_cells_stand_with_file_sheet_and_cell_and_differ() -> None:
    told = [paragraph.text for paragraph in DOSSIERS.of(MemoryDesk([finding()]).entries()[0])]

    assert "C company · Mentor hours" in told
    assert "  Hours: 3.00 ≠  falck.xlsx › Timer › D17" in told
    assert "J jobcentre · Mentor hours" in told
    assert "  Hours: 2.50 ≠  gladsaxe_2016.csv › F4" in told


@pytest.mark.parametrize(
    ("proposal", "told"),
    [
        (None, "the finding is acknowledged, no value changes"),
        (Proposal("mentor_hours", "company|1", "*", None), "the row is left out (Mentor hours company|1)"),
        (Proposal("mentor_hours", "company|1", "hours", "1031.25"), "Hours becomes 1,031.25"),
        (Proposal("mentor_hours", "company|1", "date", "2016-03-02"), "Date becomes 2016-03-02"),
        (Proposal("mentor_hours", "company|1", "note", None), "Note becomes empty"),
        (Proposal("mentor_hours", "company|1", "hours", "?abc"), "Hours becomes ?abc"),
    ],
)
def test_the_proposal_says_what_accepting_writes(proposal: Proposal | None, told: str) -> None:
    assert DOSSIERS.proposed(finding(proposal=proposal)) == told


def test_cells_of_one_side_are_not_marked_as_differing() -> None:
    one = hours("company", "1", "3.00", file="falck.xlsx", sheet="Timer", cell="D1")
    other = hours("company", "2", "2.00", file="falck.xlsx", sheet="Timer", cell="D2")
    told = [
        paragraph.text for paragraph in DOSSIERS.of(MemoryDesk([finding(evidence=(one, other))]).entries()[0])
    ]

    assert not [text for text in told if "≠" in text]


def test_the_plain_listing_is_the_committed_one() -> None:
    desk = MemoryDesk([finding(amount_dkk=Decimal("137.50")), finding("M01", 2, message="a\x1b[2Jb")])
    desk.decide(desk.findings[0].finding_id, "accept", "")
    listing = "\n".join(plain_lines(desk.entries(), DOSSIERS, "Jobcenter Gladsaxe")) + "\n"

    golden = Path(__file__).parent / "screens" / "plain.txt"
    assert listing == golden.read_text(encoding="utf-8")
