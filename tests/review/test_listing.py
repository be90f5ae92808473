"""A listing over a file gives what a listing over entries in memory gives, whatever the filter and the decisions."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.checks.findings import SEVERITIES, Evidence, Finding, Proposal, Severity, finding_id, in_order
from exchange.review.decisions import VERBS, Correction, Decision
from exchange.review.filtering import SORT_KEYS, STATUSES, Filter, Week, read_week, text_of, week_of
from exchange.review.listing import MemoryListing, Tally
from exchange.review.open_list import Entry, decided, latest_of, open_list
from exchange.review.page_file import write_pages
from exchange.review.paged import PagedListing
from tests.tui.memory_desk import MemoryDesk, month_of_findings

DAY = date(2015, 12, 21)
RULES = ("R03", "M01", "C02")
PARTIES = ("159", "163", "")
WORDS = ("ærø", "STRASSE", "straße", "d17", "3.00", "159", "r03", "\ud800", "zzz", "·", "İ")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def cell(reporter: str, value: str | None, place: str) -> Evidence:
    key = (("reporter", reporter), ("entry_id", f"{reporter}:1"))
    return Evidence("mentor_hours", key, "hours", "Ærø timer.xlsx", "Uge 31", place, value)


VALUES = st.sampled_from([None, "3.00", "2.505", "-0.25", "abc", "9" * 30, "\ud800x", "Straße\n17"])


@st.composite
def findings(draw: st.DrawFn, number: int) -> Finding:
    rule = draw(st.sampled_from(RULES))
    days = draw(st.none() | st.integers(0, 30))
    sides = draw(st.lists(st.sampled_from(["company", "jobcentre", "auditor"]), max_size=3))
    return Finding(
        finding_id=finding_id(rule, [str(number)]),
        rule=rule,
        severity=draw(st.sampled_from(SEVERITIES)),
        subject=(
            ("agreement_id", "AFT-1"),
            ("placement_id", f"159-{number % 7:05d}"),
            ("number", str(number)),
        ),
        message=draw(st.sampled_from(["Ærø har 3,00 timer.", "x" * 400, ""])),
        cure="Ask.",
        amount_dkk=draw(st.sampled_from([None, Decimal("0.00"), Decimal("10725.01"), Decimal("9" * 20)])),
        effect_dkk=draw(st.sampled_from([None, Decimal("-137.50")])),
        proposal=draw(st.sampled_from([None, Proposal("mentor_hours", "company|1", "hours", "2.50")])),
        likely_cause=draw(st.sampled_from([None, "rounded", "shifted"])),
        evidence=tuple(cell(side, draw(VALUES), f"D{number}") for side in sides),
        judged=digest(f"judged {number}"),
        dated=None if days is None else DAY + timedelta(days=days),
        owners=tuple(("AFT-1", draw(st.sampled_from(PARTIES))) for _owner in range(draw(st.integers(0, 2)))),
    )


@st.composite
def entry_lists(draw: st.DrawFn) -> list[Entry]:
    """Entries as an open list has them, undecided."""
    found = in_order([draw(findings(number)) for number in range(draw(st.integers(0, 14)))])
    return [
        Entry(one, "open", stands=True)
        if draw(st.integers(0, 4))
        else Entry(one, "settled", stands=False, first_judged=draw(st.sampled_from([None, digest("other")])))
        for one in found
    ]


@st.composite
def decision_lists(draw: st.DrawFn, entries: Sequence[Entry]) -> list[Decision]:
    made = []
    for number, entry in enumerate(draw(st.lists(st.sampled_from(entries), max_size=8)) if entries else ()):
        one = decision(entry, number, verb=draw(st.integers(0, 3)), lapsed=not draw(st.integers(0, 3)))
        rival = replace(one, event=digest(f"rival {number}"), verb=VERBS[draw(st.integers(0, 3))])
        made.append(replace(one, rivals=(rival,)) if not draw(st.integers(0, 3)) else one)
    stranger = replace(decision(EMPTY, 99, verb=0, lapsed=False), finding_id=digest("nobody's"))
    return [*made, stranger]


def decision(entry: Entry, number: int, *, verb: int, lapsed: bool) -> Decision:
    return Decision(
        event=digest(str(number)),
        finding_id=entry.finding.finding_id,
        rule=entry.finding.rule,
        verb=VERBS[verb],
        reason="",
        value=None,
        judged=digest("before") if lapsed else entry.judged,
        who="w",
        when="t",
    )


EMPTY = Entry(
    Finding(finding_id="0" * 64, rule="R03", severity="error", subject=(), message="", cure=""), "open"
)
WEEKS = st.integers(0, 6).map(lambda weeks: week_of(DAY + timedelta(weeks=weeks)))
FILTERS = st.builds(
    Filter,
    severities=st.frozensets(st.sampled_from(SEVERITIES), min_size=1),
    statuses=st.none() | st.frozensets(st.sampled_from(STATUSES)),
    parties=st.lists(st.sampled_from(["159", "163", "AFT-1", "none"]), max_size=2).map(tuple),
    weeks=st.none() | st.tuples(WEEKS, WEEKS),
    rules=st.lists(st.sampled_from((*RULES, "X99")), max_size=2).map(tuple),
    search=st.lists(st.sampled_from(WORDS), max_size=2).map(" ".join),
    sort=st.lists(st.sampled_from(SORT_KEYS), max_size=3, unique=True).map(tuple)
    | st.just(("severity", "week")),
)


def in_memory(entries: Sequence[Entry], decisions: Sequence[Decision]) -> MemoryListing:
    latest = latest_of(decisions)
    return MemoryListing([decided(entry, latest.get(entry.finding.finding_id)) for entry in entries])


def everything(
    listing: MemoryListing | PagedListing, wanted: Filter, entries: Sequence[Entry]
) -> Iterator[object]:
    """Yield all that a listing says."""
    ids = [entry.finding.finding_id for entry in entries]
    count = listing.count(wanted)
    yield count
    yield listing.tally(wanted)
    yield listing.tally(wanted, ids[::2])
    yield list(listing.rows(wanted, 0, 100))
    yield list(listing.rows(wanted, 3, 2))
    yield list(listing.ids(wanted)), list(listing.ids(wanted, 2, 3))
    yield [listing.place_of(one, wanted) for one in (*ids, digest("nobody's"))]
    yield [listing.next_open(wanted, place, step) for place in range(-1, count + 1) for step in (1, -1)]
    yield [list(listing.alike(one)) for one in ids[:3]]
    yield [listing.entry(one) for one in (*ids[:3], digest("nobody's"))]
    yield [list(listing.starting(one)) for one in ("", "0", ids[0][:6] if ids else "f", "no id")]
    yield [list(listing.choices(field)) for field in ("party", "rule", "week")]


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_a_file_says_what_memory_says(data: st.DataObject) -> None:
    entries = data.draw(entry_lists())
    first, later = data.draw(decision_lists(entries)), data.draw(decision_lists(entries))
    filters = data.draw(st.lists(FILTERS, min_size=1, max_size=3))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "findings.sqlite"
        write_pages(path, entries)
        paged = PagedListing(path, first)
        for words in ([], first, [*first, *later], later):
            paged.lay({one.finding.finding_id: None for one in entries})
            paged.lay(latest_of(words))
            expected = in_memory(entries, words)
            for wanted in [
                *filters,
                *(replace(one, search=f"{one.search}{more}") for one in filters for more in ("3", " d")),
            ]:
                assert list(everything(paged, wanted, entries)) == list(everything(expected, wanted, entries))
        paged.close()


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Filter(), [2, 1, 0, 3]),
        (Filter(sort=()), [0, 1, 2, 3]),
        (Filter(sort=("amount",)), [0, 1, 3, 2]),
        (Filter(severities=frozenset({"error"})), [2, 1]),
        (Filter(weeks=(Week(2015, 53), Week(2016, 1))), [1, 0]),
        (Filter(search="ÆRØ 31"), [2, 1, 0, 3]),
        (Filter(search="ærø d0"), [0]),
    ],
)
def test_a_filter_chooses_and_sorts(wanted: Filter, numbers: list[int]) -> None:
    def one(number: int, severity: Severity, day: date | None, amount: str | None) -> Entry:
        finding = replace(
            EMPTY.finding,
            finding_id=finding_id("R03", [str(number)]),
            severity=severity,
            dated=day,
            amount_dkk=None if amount is None else Decimal(amount),
            evidence=(cell("company", "3.00", f"D{number}"),),
        )
        return Entry(finding, "open")

    entries = [
        one(0, "warning", date(2015, 12, 28), "5.00"),
        one(1, "error", date(2016, 1, 4), "1.00"),
        one(2, "error", date(2015, 12, 27), None),
        one(3, "info", None, "0.00"),
    ]
    shown = MemoryListing(entries).rows(wanted, 0, 10)

    assert [entries.index(entry) for entry in shown] == numbers


def test_a_conflict_stands_first_whatever_the_order() -> None:
    entries = [
        replace(EMPTY, finding=replace(EMPTY.finding, finding_id=digest(str(number)))) for number in range(3)
    ]
    word = decision(entries[2], 1, verb=0, lapsed=False)
    contradicted = replace(word, rivals=(replace(word, event=digest("2"), verb="reject"),))

    listing = in_memory(entries, [contradicted])

    assert [one.status for one in listing.rows(Filter(sort=()), 0, 3)] == ["conflict", "open", "open"]
    assert listing.tally(Filter()) == Tally(count=3, open=3)


def test_hours_are_summed_for_each_side_in_hundredths() -> None:
    evidence = (
        cell("company", "27.50", "D1"),
        cell("jobcentre", "24.50", "D2"),
        cell("jobcentre", "abc", "D3"),
    )
    entries = [
        Entry(replace(EMPTY.finding, finding_id=digest(str(number)), evidence=evidence), "open")
        for number in (1, 2)
    ]

    tally = MemoryListing(entries).tally(Filter())

    assert (tally.company_hours, tally.jobcentre_hours) == (Decimal("55.00"), Decimal("49.00"))
    assert tally.amount_dkk is None


def test_what_a_correction_left_behind_is_kept_apart_from_what_stands() -> None:
    first, second = (
        replace(EMPTY.finding, finding_id=digest(name), rule=name, judged=digest(name)) for name in ("A", "B")
    )
    correction = Correction(
        table="t",
        key="k",
        field="f",
        reported="1",
        corrected="2",
        finding_id=first.finding_id,
        who="w",
        when="t",
    )
    word = replace(decision(Entry(first, "open"), 1, verb=0, lapsed=False), corrections=(correction,))
    changed = replace(first, judged=digest("after"))

    listed = open_list(lambda corrections: [changed] if corrections else [first, second], [word])

    assert [(one.status, one.stands, one.judged) for one in listed.entries] == [
        ("accepted", True, first.judged),
        ("settled", False, second.judged),
    ]


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\0" * 100])
def test_a_file_of_another_form_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "findings.sqlite").write_bytes(content)

    with pytest.raises(sqlite3.Error):
        PagedListing(tmp_path / "findings.sqlite")


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("2016-W09", Week(2016, 9)),
        ("2015-W53", Week(2015, 53)),
        ("2016-W53", None),
        ("2016-W9", None),
        ("2016-03-01", None),
        ("", None),
    ],
)
def test_a_week_is_read_as_iso_writes_it(text: str, week: Week | None) -> None:
    assert read_week(text) == week


def test_a_search_reads_each_text_once() -> None:
    twice = replace(EMPTY.finding, evidence=(cell("company", "3.00", "D1"), cell("jobcentre", "3.00", "D1")))

    assert text_of(twice) == "r03\nærø timer.xlsx\nuge 31\nd1\n3.00"


@pytest.mark.parametrize(
    ("wanted", "rules"),
    [
        (Filter(), ["M01", "R03", "C02", "G02"]),
        (Filter(search="G02"), ["G02"]),
        (Filter(search="REFUSION e9"), ["C02"]),
        (Filter(search="falck 159-00017"), ["R03"]),
        (Filter(search="tømrer"), []),
        (Filter(statuses=frozenset({"accepted"})), ["C02"]),
    ],
)
def test_a_month_is_searched_in_its_cells(wanted: Filter, rules: list[str]) -> None:
    desk = MemoryDesk(month_of_findings())
    desk.decide("c" * 64, "accept", "")

    found = [entry.finding.rule for entry in desk.listing.rows(wanted, 0, 100)]

    assert list(dict.fromkeys(found)) == rules
