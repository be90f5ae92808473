"""Marks, search, filters, their menu and those that are kept: keys in, what the list shows out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from textual.widgets import Input

from exchange import language
from exchange.checks.findings import Finding
from exchange.errors import WorkspaceError
from exchange.review.filtering import Filter, Week
from exchange.review.saved_filters import read_filters, write_filters
from exchange.workspace.filter_shelf import FilterShelf
from tests.tui.memory_desk import MemoryDesk, finding, month_of_findings
from tests.tui.reviewing import (
    BRIEF,
    MemoryShelf,
    app_of,
    dialog_line,
    line,
    listed,
    press,
    rules,
    shown,
)
from tui.app import ReviewApp
from tui.filter_lines import Choice, switched
from tui.screens.filtering import FilterMenu
from tui.screens.review import ReviewScreen


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English, whatever the machine speaks."""
    before = language.current()
    language.use("en")
    yield
    language.use(before)


def marked(app: ReviewApp) -> set[str]:
    review = app.screen_stack[1]
    assert isinstance(review, ReviewScreen)
    return review.marks.ids


def wanted(app: ReviewApp) -> Filter:
    review = app.screen_stack[1]
    assert isinstance(review, ReviewScreen)
    return review.wanted


async def test_marks_are_set_by_one_by_range_by_kind_and_all_and_are_counted_with_both_sides_hours() -> None:
    app = app_of(MemoryDesk(month_of_findings()))
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "space")
        assert (len(marked(app)), listed(app).cursor) == (1, 1)
        assert "1 marked (C 3.00 J 2.50)" in line(app, "progress")
        await press(pilot, "k", "space")
        assert marked(app) == set()

        await press(pilot, "g", "v")
        assert line(app, "saved") == "The range begins here; v at its end marks it."
        await press(pilot, "j", "j", "v")
        assert len(marked(app)) == 3
        assert "●" in shown(app)

        await press(pilot, "M")
        assert (marked(app), line(app, "saved")) == (set(), "No finding is marked.")

        await press(pilot, "asterisk")
        assert len(marked(app)) == 30
        await press(pilot, "M", "G", "k", "k", "equals_sign")
        alike = {
            entry.finding.rule for entry in listed(app).entries if entry.finding.finding_id in marked(app)
        }
        assert len(alike) == 1


async def test_marks_stay_when_the_filter_leaves_them_out_and_new_ones_take_what_it_shows() -> None:
    app = app_of(MemoryDesk(month_of_findings()))
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "space", "slash", *"C02", "enter", "asterisk", "escape")

        assert len(marked(app)) == 2
        assert listed(app).count == 30


async def test_n_goes_through_what_the_search_found() -> None:
    app = app_of(MemoryDesk(month_of_findings()))
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "n")
        assert line(app, "saved") == "Search first, with /."

        await press(pilot, "slash", *"R03", "enter")
        assert rules(app) == ["R03", "R03"]
        await press(pilot, "n")
        assert listed(app).cursor == 1
        await press(pilot, "n")
        assert listed(app).cursor == 0
        await press(pilot, "N")
        assert listed(app).cursor == 1


async def test_the_list_is_sorted_by_another_thing_at_each_press() -> None:
    app = app_of(MemoryDesk(month_of_findings()))
    async with app.run_test(size=BRIEF) as pilot:
        told = []
        for _press in range(6):
            await press(pilot, "greater_than_sign")
            told.append(line(app, "saved"))

        assert told == [
            f"Sorted by {key}." for key in ("week", "party", "rule", "kroner", "status", "severity")
        ]
        assert wanted(app).sort == ("severity", "status", "amount")


async def test_escape_clears_the_search_then_the_filter() -> None:
    app = app_of(MemoryDesk(month_of_findings()))
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "exclamation_mark", "slash", *"M01", "enter", "escape")
        assert (wanted(app).search, len(wanted(app).severities)) == ("", 1)
        await press(pilot, "escape")
        assert not wanted(app).narrows


async def test_the_menu_switches_line_by_line_and_the_list_follows() -> None:
    app = app_of(MemoryDesk(month_of_findings()))
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "f", "space")
        assert isinstance(app.screen, FilterMenu)
        assert wanted(app).severities == {"warning", "info"}
        assert dialog_line(app, "fits") == "2 of 30 findings fit"
        await press(pilot, "escape")
        assert not wanted(app).narrows

        await press(pilot, "f", "space", "enter")
        assert wanted(app).severities == {"warning", "info"}
        assert listed(app).count == 2
        await press(pilot, "f", "c", "G", "k", "space", "f")
        assert wanted(app) == Filter(sort=("amount", "severity", "week"))


async def test_a_filter_is_kept_under_a_name_taken_again_and_forgotten() -> None:
    shelf = MemoryShelf()
    app = app_of(MemoryDesk(month_of_findings()), shelf=shelf)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "exclamation_mark", "f", "s", *"urgent", "enter")
        assert dict(shelf.saved()) == {"urgent": Filter(severities=frozenset({"error"}))}
        assert "urgent" in shown(app)

        await press(pilot, "c", "g", "enter")
        assert wanted(app).severities == {"error"}

        await press(pilot, "f", "g", "d", "escape")
        assert shelf.saved() == {}


async def test_a_search_for_a_cpr_number_is_not_kept() -> None:
    shelf = MemoryShelf()
    app = app_of(MemoryDesk(month_of_findings()), shelf=shelf)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "slash")
        app.screen_stack[1].query_one("#search", Input).value = "010203-1234"
        await press(pilot, "enter", "f", "s", *"one", "enter")

        assert dialog_line(app, "fault") == (
            "The filter holds what looks like a CPR number and is not kept; search for something else."
        )
        assert shelf.text == ""


def test_every_line_of_the_menu_is_switched_there_and_back() -> None:
    plain = Filter()
    for kind, key in (
        ("severity", "info"),
        ("status", "open"),
        ("party", "159"),
        ("rule", "R03"),
        ("week", "2016-W09"),
    ):
        choice = Choice(kind, key, "")  # type: ignore[arg-type]
        assert switched(choice, plain) != plain
        assert switched(choice, switched(choice, plain)) == plain


def test_weeks_span_from_the_first_to_the_last_that_is_switched_on() -> None:
    now = Filter()
    for number in (9, 12, 10):
        now = switched(Choice("week", f"2016-W{number:02d}", ""), now)
    assert now.weeks == (Week(2016, 9), Week(2016, 12))
    assert switched(Choice("week", "2016-W12", ""), now).weeks == (Week(2016, 9), Week(2016, 9))


def test_the_last_severity_cannot_be_switched_off() -> None:
    errors = Filter(severities=frozenset({"error"}))
    assert switched(Choice("severity", "error", ""), errors) == errors


FILTERS = {
    "all": Filter(),
    "much “asked”": Filter(
        severities=frozenset({"error", "info"}),
        statuses=frozenset({"open", "conflict"}),
        parties=("159", "FAB-2016"),
        weeks=(Week(2015, 53), Week(2016, 9)),
        rules=("R03", "F-type-error"),
        search='a "quoted" \\ back\x7fslash\t',
        sort=("amount", "week"),
    ),
}


def test_kept_filters_come_back_as_they_were() -> None:
    assert read_filters(write_filters(FILTERS), "filters.toml") == FILTERS


def test_what_a_later_version_wrote_lets_everything_through() -> None:
    text = (
        '[[filter]]\nname = "new"\nseverities = ["fatal"]\nstatuses = 3\nsort = ["colour"]\nweeks = ["?"]\n'
    )
    assert read_filters(text, "filters.toml") == {"new": Filter()}


@pytest.mark.parametrize("text", ["filter = 3", "[[filter", "filter = [1]"])
def test_a_file_that_is_no_list_of_filters_is_refused_with_its_name(text: str) -> None:
    with pytest.raises(WorkspaceError, match=r"^filters\.toml cannot be read: .+; mend that line\.$"):
        read_filters(text, "filters.toml")


def test_filters_lie_in_the_workspace(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("workspace")
    shelf = FilterShelf(folder)
    assert shelf.saved() == {}
    shelf.save("all", Filter())
    shelf.save("errors", Filter(severities=frozenset({"error"})))
    assert list(FilterShelf(folder).saved()) == ["all", "errors"]
    shelf.remove("all")
    assert list(shelf.saved()) == ["errors"]
    (folder / "filters.toml").write_bytes(b"\xff")
    with pytest.raises(WorkspaceError, match=r"^filters\.toml is not UTF-8 text; save it as UTF-8\.$"):
        shelf.saved()


def undated(one: Finding) -> Finding:
    return replace(one, dated=None)


async def test_a_week_that_is_asked_for_leaves_out_what_no_date_is_bound_to() -> None:
    findings = [finding(number=1), undated(finding(number=2)), finding(number=3, dated=date(2016, 5, 2))]
    app = app_of(MemoryDesk(findings))
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "f", "G", *("k",) * 6, "space", "enter")

        assert wanted(app).weeks is not None
        assert listed(app).count == 1
