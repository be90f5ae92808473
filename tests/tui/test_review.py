"""Keys in; events, screens and raw terminal output out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input, Static

from exchange import language
from exchange.checks.findings import Evidence, Proposal
from exchange.review.open_list import Entry
from tests.tui.memory_desk import MemoryDesk, finding, hours, in_danish, month_of_findings, words
from tests.tui.terminal import KeepingDriver, screen_text
from tui.actions import ACTIONS, Action, bindings
from tui.app import ReviewApp
from tui.screens.decision import DecisionDialog
from tui.screens.help import HelpScreen
from tui.screens.review import ReviewScreen
from tui.widgets.evidence import Evidence as EvidencePane
from tui.widgets.finding_list import FindingList

GOLDEN = Path(__file__).parent / "screens"
WIDE, NARROW = (120, 36), (80, 24)

HOSTILE = [
    "\x1b]52;c;cHduZWQ=\x07",
    "\x1b[6n\x1b[2J",
    "\x9b31337m",
    "\x9d52;c;cHduZWQ=\x9c",
    "[/b][@click=app.quit]quit[/]",
    "\u202e0001\u2066\u200b\ufeff",
    "line\r\n\tnext\u2028",
    "\ud800\U000e0041\u00ad",
]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English, whatever the machine speaks."""
    before = language.current()
    language.use("en")
    yield
    language.use(before)


def app_of(desk: MemoryDesk, *, ascii_only: bool = False) -> ReviewApp:
    return ReviewApp(desk, words(), heading="Jobcenter Gladsaxe", ascii_only=ascii_only)


def listed(app: ReviewApp) -> FindingList:
    return app.screen_stack[1].query_one("#findings", FindingList)


def line(app: ReviewApp, name: str) -> str:
    return str(app.screen_stack[1].query_one(f"#{name}", Static).content)


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, each when what the one before began is done."""
    for key in keys:
        await pilot.press(key)
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def statuses(app: ReviewApp) -> list[str]:
    return [entry.status for entry in listed(app).entries]


async def test_accepting_writes_one_event_and_says_saved_after_it() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=WIDE) as pilot:
        assert line(app, "saved") == ""
        await press(pilot, "a")

        assert desk.events == [("R03", "accept", "", None)]
        assert statuses(app) == ["accepted"]
        assert re.fullmatch(
            r"✓ Saved 2016-04-13 10:02 UTC in the ledger \([0-9a-f]{8}\): R03 accepted", line(app, "saved")
        )


async def test_what_could_not_be_written_is_not_called_saved() -> None:
    desk = MemoryDesk([finding()])
    desk.full = True
    app = app_of(desk)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "a")

        assert statuses(app) == ["open"]
        assert line(app, "saved") == "NOT saved: No space left on device. Nothing was changed."


async def test_a_rejection_needs_a_reason() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "x", "enter")

        assert isinstance(app.screen, DecisionDialog)
        assert str(app.screen.query_one("#fault", Static).content) == (
            "Write a reason: it stands in the ledger and in the package."
        )
        assert desk.events == []

        await press(pilot, *"mentor", "enter")

        assert desk.events == [("R03", "reject", "mentor", None)]
        assert statuses(app) == ["rejected"]


async def test_escape_leaves_a_dialog_without_an_event() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "x", *"no", "escape")

        assert not isinstance(app.screen, DecisionDialog)
        assert desk.events == []


async def test_correcting_takes_a_value_and_a_reason() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "e")
        assert app.screen.query_one("#value", Input).value == "2.50"
        app.screen.query_one("#value", Input).value = "2.75"
        await press(pilot, "enter", *"mail", "f10")

        assert desk.events == [("R03", "correct", "mail", "2.75")]
        assert desk.decisions[0].corrections[0].corrected == "2.75"


async def test_the_other_side_s_cell_can_be_corrected() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "e")
        assert app.screen.query_one("#cell", Input).value == "1"
        app.screen.query_one("#cell", Input).value = "2"
        await press(pilot, "enter", *"mail", "enter")

    (correction,) = desk.decisions[0].corrections
    assert (correction.key, correction.reported) == ("jobcentre|159:1", "2.50")


async def test_a_number_that_is_no_cell_is_asked_for_again() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "e")
        app.screen.query_one("#cell", Input).value = "3"
        await press(pilot, "enter", *"mail", "enter")

        assert (
            str(app.screen.query_one("#fault", Static).content) == "Write the number of the cell to correct."
        )
        assert desk.events == []


async def test_a_correction_that_settles_another_finding_shows_it() -> None:
    class Settling(MemoryDesk):
        def entries(self) -> list[Entry]:
            return [
                replace(one, status="settled") if self.decisions and not one.decision else one
                for one in super().entries()
            ]

    app = app_of(Settling([finding(number=1), finding(number=2)]))
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "a")

        assert statuses(app) == ["accepted", "settled"]


async def test_a_refused_correction_keeps_the_dialog_open_and_says_why() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "e")
        app.screen.query_one("#value", Input).value = "abc"
        await press(pilot, "enter", *"mail", "f10")

        assert isinstance(app.screen, DecisionDialog)
        assert str(app.screen.query_one("#fault", Static).content).startswith(
            "NOT saved: “abc” is no hours; write it as"
        )
        assert desk.events == []


async def test_a_question_leaves_the_finding_open() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "s", *"why", "enter")

        assert desk.events == [("R03", "ask", "why", None)]
        assert line(app, "heading").endswith("0 of 1 decided")


async def test_undo_is_an_event_and_restores_the_finding_under_the_cursor() -> None:
    desk = MemoryDesk([finding(number=1), finding(number=2)])
    app = app_of(desk)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "a", "j", "u")

        assert desk.events == [("R03", "accept", "", None), ("R03", "undo", "", None)]
        assert statuses(app) == ["open", "open"]
        assert listed(app).cursor == 0
        assert line(app, "saved") == "Undone in the ledger: R03 Hours differ is open again."


async def test_undo_without_a_decision_says_so() -> None:
    app = app_of(MemoryDesk([finding()]))
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "u")

        assert line(app, "saved") == "There is nothing to undo."


@pytest.mark.parametrize(
    ("keys", "cursor"),
    [
        (("j", "down", "k"), 1),
        (("k",), 0),
        (("G",), 29),
        (("end", "down"), 29),
        (("end", "home"), 0),
        (("a", "a", "J"), 1),
        (("j", "a", "j", "K"), 0),
        (("pagedown", "pageup"), 0),
    ],
)
async def test_the_list_moves(keys: tuple[str, ...], cursor: int) -> None:
    app = app_of(MemoryDesk(month_of_findings()))
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, *keys)

        assert listed(app).cursor == cursor


async def test_the_evidence_follows_the_cursor_and_an_empty_filter_empties_it() -> None:
    app = app_of(MemoryDesk([finding(number=1), finding(number=2)]))
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "j")
        assert "falck.xlsx › Timer › D18" in screen_text(app)

        await press(pilot, "slash", *"zzz")

        assert "falck.xlsx" not in screen_text(app)
        assert "0 of 2 findings fit." in screen_text(app)

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

        assert "✓ The one finding is decided." in screen_text(app)


async def test_a_review_without_findings_says_so_and_its_decision_keys_do_nothing() -> None:
    desk = MemoryDesk([])
    app = app_of(desk)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "a", "e", "x", "s", "enter", "j", "G")

        assert "No findings: everything agrees." in screen_text(app)
        assert desk.events == []
        assert "Accept" not in line(app, "keys")


async def test_at_80_cells_enter_shows_the_evidence_in_the_list_s_place() -> None:
    app = app_of(MemoryDesk(month_of_findings()))
    async with app.run_test(size=NARROW) as pilot:
        assert not app.screen.query_one(EvidencePane).display
        await press(pilot, "enter")
        assert app.screen.query_one(EvidencePane).display
        assert not listed(app).region
        await press(pilot, "j", "a")
        assert statuses(app)[1] == "accepted"
        await press(pilot, "escape")
        assert listed(app).region


async def test_a_small_terminal_is_told_its_size_and_the_way_out() -> None:
    app = app_of(MemoryDesk([finding()]))
    async with app.run_test(size=(59, 18)):
        assert screen_text(app).split() == (
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


async def test_a_hundred_thousand_findings_open_and_reach_the_last() -> None:
    template = finding()
    findings = [replace(template, finding_id=f"{number:064x}") for number in range(100_000)]
    app = app_of(MemoryDesk(findings))
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "G")

        assert listed(app).cursor == 99_999
        assert "100000 of 100000" in screen_text(app)


SCREENS: dict[str, tuple[tuple[int, int], tuple[str, ...], bool]] = {
    "list-120x36": (WIDE, (), False),
    "decided-120x36": (WIDE, ("a", "j"), False),
    "accepted-evidence-120x36": (WIDE, ("j", "j", "j", "a"), False),
    "reject-120x36": (WIDE, ("x",), False),
    "correct-120x36": (WIDE, ("e",), False),
    "help-120x36": (WIDE, ("f1",), False),
    "no-hits-120x36": (WIDE, ("slash", "z", "z"), False),
    "ascii-120x36": (WIDE, (), True),
    "list-80x24": (NARROW, (), False),
    "evidence-80x24": (NARROW, ("j", "j", "j", "j", "enter"), False),
    "correct-80x24": (NARROW, ("j", "j", "e"), False),
    "reject-80x24": (NARROW, ("x",), False),
    "help-80x24": (NARROW, ("f1",), False),
}


@pytest.mark.parametrize("name", SCREENS)
async def test_a_screen_is_the_committed_one(name: str, tmp_path: Path) -> None:
    size, keys, ascii_only = SCREENS[name]
    app = app_of(MemoryDesk(month_of_findings()), ascii_only=ascii_only)
    async with app.run_test(size=size) as pilot:
        await press(pilot, *keys)
        await pilot.pause()
        shown = screen_text(app)
    (tmp_path / f"{name}.txt").write_text(shown, encoding="utf-8")

    golden = GOLDEN / f"{name}.txt"
    assert golden.read_text(encoding="utf-8") == shown, f"look at {tmp_path / golden.name}"


IN_DANISH = (
    "list-120x36",
    "decided-120x36",
    "correct-120x36",
    "help-120x36",
    "list-80x24",
    "evidence-80x24",
    "reject-80x24",
)


@pytest.mark.parametrize("name", IN_DANISH)
async def test_a_danish_screen_is_the_committed_one(name: str, tmp_path: Path) -> None:
    language.use("da")
    size, keys, ascii_only = SCREENS[name]
    app = app_of(MemoryDesk(in_danish(month_of_findings())), ascii_only=ascii_only)
    async with app.run_test(size=size) as pilot:
        await press(pilot, *keys)
        await pilot.pause()
        shown = screen_text(app)
    (tmp_path / f"{name}.da.txt").write_text(shown, encoding="utf-8")

    golden = GOLDEN / f"{name}.da.txt"
    assert golden.read_text(encoding="utf-8") == shown, f"look at {tmp_path / golden.name}"


@pytest.mark.parametrize("name", [name for name, (_, _, ascii_only) in SCREENS.items() if ascii_only])
def test_an_ascii_screen_holds_nothing_but_ascii_and_danish_letters(name: str) -> None:
    text = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")

    assert set(re.findall(r"[^\x20-\x7e\n]", text)) <= set("æøåÆØÅ")


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
    app = ReviewApp(MemoryDesk([bad]), words(), heading=text)
    app.driver_class = KeepingDriver
    async with app.run_test(size=WIDE, headless=False) as pilot:
        await press(pilot, "enter", "G", "escape", "e", "escape", "x", *"no", "enter", "j", "enter")
        await pilot.resize_terminal(*NARROW)
        await pilot.pause()
        driver = app._driver
        assert isinstance(driver, KeepingDriver)
        written = driver.written

    harmless = re.sub(
        r"\x1b\[[0-9;]*[mH]|\x1b\[\?[0-9;]+[hl]|\x1b\[[<>=][0-9;]*u|\x1b\]22;default\x07|\n", "", written
    )
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


def test_every_action_can_be_done_where_its_key_works() -> None:
    places = {"screen": ReviewScreen, "evidence": EvidencePane, "dialog": DecisionDialog, "help": HelpScreen}

    assert [
        action.id for action in ACTIONS if not hasattr(places[action.place], f"action_{action.does}")
    ] == []


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

    assert [action.label for action in ACTIONS if action.group == "decide"] == [
        "Accepter",
        "Ret",
        "Afvis",
        "Spørg",
        "Fortryd",
    ]


def burst(app: ReviewApp, text: str) -> None:
    """Have keys arrive together, as a fast hand, a paste or a slow machine sends them."""
    for character in text:
        app.post_message(Key(_key_named(character), character))


def _key_named(character: str) -> str:
    return {"/": "slash", "\r": "enter"}.get(character, character)


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
