"""Keys in; the list, the panes and the raw terminal output out. Deciding stands in test_review_deciding.py."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from textual.widgets import Input

from exchange import language
from exchange.checks.findings import Evidence, Proposal
from exchange.review.filtering import Filter
from exchange.review.sources import NotShown, SourcePage, SourceRow
from tests.tui.memory_desk import MemoryDesk, finding, hours, month_of_findings, words
from tests.tui.reviewing import (
    BRIEF,
    HOSTILE,
    NARROW,
    WIDE,
    MemoryShelf,
    MemorySources,
    app_of,
    burst,
    line,
    listed,
    press,
    shown,
    statuses,
)
from tests.tui.terminal import KeepingDriver
from tui.action import Place
from tui.actions import ACTIONS, Action, bindings
from tui.app import ReviewApp
from tui.screens.batch import BatchDialog
from tui.screens.decision import DecisionDialog
from tui.screens.filtering import FilterMenu
from tui.screens.leaving import LeavingDialog
from tui.screens.one_line import OneLineDialog
from tui.screens.review import ReviewScreen
from tui.screens.sheet import SheetScreen
from tui.widgets.choices import Choices
from tui.widgets.evidence import Evidence as EvidencePane


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English, whatever the machine speaks."""
    before = language.current()
    language.use("en")
    yield
    language.use(before)


async def test_the_list_moves() -> None:
    app = app_of(MemoryDesk(month_of_findings()))
    async with app.run_test(size=WIDE) as pilot:
        for keys, cursor in (
            (("j", "down", "k"), 1),
            (("k", "k"), 0),
            (("G",), 29),
            (("end", "down"), 29),
            (("end", "home"), 0),
            (("pagedown", "pageup"), 0),
            (("ctrl+d",), 13),
            (("ctrl+u", "g"), 0),
            (("a", "J"), 1),
            (("a", "j", "K"), 2),
            (("a", "g", "K"), 0),
            (("J", "K"), 3),
        ):
            await press(pilot, *keys)

            assert listed(app).cursor == cursor, keys


async def test_the_evidence_follows_the_cursor_and_an_empty_filter_empties_it() -> None:
    app = app_of(MemoryDesk([finding(number=1), finding(number=2)]))
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "j")
        assert "falck.xlsx › Timer › D18" in shown(app)

        await press(pilot, "slash", *"zzz")

        assert "falck.xlsx" not in shown(app)
        assert "0 of 2 findings fit." in shown(app)

        await press(pilot, "escape")

        assert len(listed(app).entries) == 2


async def test_a_search_looks_into_cells_and_is_kept_by_enter() -> None:
    app = app_of(MemoryDesk(month_of_findings()))
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "slash", *"refusion e9", "enter", "a")

        assert [entry.finding.rule for entry in listed(app).entries] == ["C02"]
        assert statuses(app) == ["accepted"]


async def test_filters_show_errors_only_and_undecided_only() -> None:
    app = app_of(MemoryDesk(month_of_findings()))
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "exclamation_mark")
        assert {entry.finding.severity for entry in listed(app).entries} == {"error"}
        await press(pilot, "O", "a")
        assert len(listed(app).entries) == 27
        await press(pilot, "escape")
        assert len(listed(app).entries) == 30


async def test_when_all_is_decided_the_list_says_so() -> None:
    app = app_of(MemoryDesk([finding()]))
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "a", "O")

        assert "✓ The one finding is decided." in shown(app)


async def test_a_review_without_findings_says_so_and_its_decision_keys_do_nothing() -> None:
    desk = MemoryDesk([])
    app = app_of(desk)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "a", "e", "x", "s", "enter", "j", "G")

        assert "No findings in what was taken in." in shown(app)
        assert desk.events == []
        assert "Accept" not in line(app, "keys")


async def test_at_80_cells_enter_shows_the_evidence_in_the_list_s_place() -> None:
    app = app_of(MemoryDesk(month_of_findings()))
    async with app.run_test(size=NARROW) as pilot:
        assert not app.screen.query_one("#evidence").region
        await press(pilot, "enter")
        assert app.screen.query_one("#evidence").region
        assert not listed(app).region
        await press(pilot, "j", "a")
        assert statuses(app)[1] == "accepted"
        await press(pilot, "escape")
        assert listed(app).region


async def test_a_small_terminal_is_told_its_size_and_the_way_out() -> None:
    app = app_of(MemoryDesk([finding()]))
    async with app.run_test(size=(59, 18)):
        assert shown(app).split() == (
            [
                "The",
                "terminal",
                "is",
                "too",
                "small:",
                "at",
                "least",
                "60x18,",
                "now",
                "59x18.",
                "Or",
                "use:",
                "enblanket",
                "review",
                "--plain",
            ]
        )


async def test_thousands_of_findings_open_and_reach_the_last() -> None:
    template = finding()
    findings = [replace(template, finding_id=f"{number:064x}") for number in range(5_000)]
    app = app_of(MemoryDesk(findings))
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "G")

        assert listed(app).cursor == 4_999
        assert "5,000 of 5,000" in shown(app)


class HostileSources(MemorySources):
    """A sheet of what should reach no terminal: escapes, a megabyte in a cell, a letter under a thousand accents."""

    def page(self, item: Evidence, above: int, below: int) -> SourcePage | NotShown:
        self.asked.append((item.cell or "", above, below))
        cells = ("".join(HOSTILE), "z" * 1_000_000, "e" + "\u0301" * 1_000)
        return SourcePage(
            file="".join(HOSTILE),
            sheet="".join(HOSTILE),
            columns=("A", "B", "C"),
            rows=tuple(SourceRow(number, cells) for number in (1, 2)),
            row=1,
            column=above % 3,
            sha256="0" * 64,
        )


async def test_hostile_text_reaches_no_terminal() -> None:
    text = "".join(HOSTILE)
    bad = replace(
        finding(),
        rule=text,
        message=text,
        cure=text,
        likely_cause=text,
        subject=(("agreement_id", text), ("placement_id", text)),
        proposal=Proposal("mentor_hours", f"company|{text}", "note", text),
        evidence=(
            hours("company", text, text, file=text, sheet=text, cell=text),
            Evidence(text, (("reporter", text),), text, text, None, text, text),
        ),
        finding_id="f" * 64,
    )
    desk = MemoryDesk([bad])
    desk.decide(bad.finding_id, "reject", text)
    desk.note(bad.finding_id, text)
    shelf = MemoryShelf()
    shelf.save(text[:40], Filter(search=text))
    app = ReviewApp(desk, words(), heading=text, sources=HostileSources(), shelf=shelf)
    app.driver_class = KeepingDriver
    async with app.run_test(size=WIDE, headless=False) as pilot:
        await press(pilot, "enter", "G", "escape", "e", "escape", "x", *"nothing", "enter", "j", "enter")
        await press(pilot, "escape", "t", "o", "right", "j", "escape", "y", "c", *"note", "enter")
        await press(pilot, "space", "A", "escape", "E", "escape", "f", "space", "enter", "f", "escape")
        await pilot.resize_terminal(*NARROW)
        await pilot.pause()
        driver = app._driver
        assert isinstance(driver, KeepingDriver)
        written = driver.written

    harmless = re.sub(
        r"\x1b\[[0-9;]*[mH]|\x1b\[\?[0-9;]+[hl]|\x1b\[[<>=][0-9;]*u|\x1b\]22;default\x07|\n"
        # The reference that was copied, as base64.
        r"|\x1b\]52;c;[A-Za-z0-9+/=]*\x07",
        "",
        written,
    )
    assert "\u0301" * 4 not in harmless
    assert "z" * 5_000 not in harmless
    assert "<U+001B>]52;c;cHduZWQ=<U+0007>" in harmless
    assert "[/b][@click=app.quit]quit[/]" in harmless
    assert (
        set(
            re.findall(
                r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]",
                harmless,
            )
        )
        == set()
    )


async def test_a_pasted_escape_is_shown_in_the_dialog_and_stored_as_shown() -> None:
    from textual.events import Paste

    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "x")
        app.screen.query_one("#reason", Input).post_message(Paste("see \x1b]52;c;eA==\x07"))
        await pilot.pause()
        await press(pilot, "enter")

        assert desk.events == [("R03", "reject", "see <U+001B>]52;c;eA==<U+0007>", None)]


async def test_a_picture_of_the_screen_links_nowhere() -> None:
    app = app_of(MemoryDesk(month_of_findings()))
    async with app.run_test(size=WIDE):
        svg = app.export_screenshot()

    assert set(re.findall(r"""https?://[^\s"')]+""", svg)) == {"http://www.w3.org/2000/svg"}
    assert "url(" not in svg.replace("url(#", "")


PLACES: dict[Place, type] = {
    "app": ReviewApp,
    "screen": ReviewScreen,
    "evidence": EvidencePane,
    "dialog": DecisionDialog,
    "choices": Choices,
    "batch": BatchDialog,
    "filters": FilterMenu,
    "sheet": SheetScreen,
    "leave": LeavingDialog,
}


def test_every_action_of_the_review_can_be_done_where_its_key_works() -> None:
    assert [
        action.id
        for action in ACTIONS
        if action.place in PLACES and not hasattr(PLACES[action.place], f"action_{action.does}")
    ] == []
    assert hasattr(OneLineDialog, "action_save")


def test_action_ids_are_unique_and_both_languages_have_a_label() -> None:
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)
    assert [action.id for action in ACTIONS if not (action.da and action.en)] == []


def test_two_actions_on_one_key_are_refused() -> None:
    accept = Action(id="one", does="accept", keys=("a",), da="a", en="a", group="decide")
    other = Action(id="two", does="ask", keys=("s", "a"), da="b", en="b", group="decide")

    with pytest.raises(ValueError, match=r"^key a belongs to both one and two$"):
        bindings("screen", (accept, other))


def test_no_key_needs_altgr_on_a_danish_keyboard() -> None:
    assert not {key for action in ACTIONS for key in action.keys} & set("[]{}\\|@~$")


def test_danish_is_spoken_where_danish_is_chosen() -> None:
    language.use("da")

    assert [action.label for action in ACTIONS if action.id.startswith("decide.")] == [
        "Accepter",
        "Ret",
        "Afvis",
        "Spørg",
        "Brug svaret",
    ]


async def test_keys_that_arrive_together_with_the_search_key_are_searched_for_and_not_obeyed() -> None:
    desk = MemoryDesk(month_of_findings())
    app = app_of(desk)
    async with app.run_test(size=WIDE) as pilot:
        burst(app, "/excess")
        await press(pilot)

        assert app.screen.query_one("#search", Input).value == "excess"
        assert desk.events == []


async def test_keys_that_arrive_together_with_a_decision_key_are_typed_into_its_dialog() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=WIDE) as pilot:
        burst(app, "xasked\r")
        await press(pilot)

        assert desk.events == [("R03", "reject", "asked", None)]


async def test_keys_that_arrive_together_with_enter_or_escape_in_a_field_act_on_the_list() -> None:
    desk = MemoryDesk(month_of_findings())
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        burst(app, "/R03\rj")
        await press(pilot)
        assert app.screen.query_one("#search", Input).value == "R03"
        assert listed(app).cursor == 1

        burst(app, "/1\x1bgj")
        await press(pilot)
        assert app.screen.query_one("#search", Input).value == ""
        assert listed(app).cursor == 1


async def test_two_q_at_once_leave_past_the_question_of_what_is_unsent() -> None:
    app = app_of(MemoryDesk([finding()]))
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "a")
        burst(app, "qq")
        await pilot.pause()
        assert app._exit
