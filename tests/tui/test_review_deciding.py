"""What is decided by keys: one finding or the marked ones, with dialogs that save only what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from textual.widgets import Input, Static

from exchange import language
from exchange.review.desk import ReadOnly
from exchange.review.open_list import Entry
from exchange.review.questions import Offer
from tests.tui.memory_desk import MemoryDesk, finding, month_of_findings
from tests.tui.reviewing import (
    BRIEF,
    NARROW,
    MemorySources,
    app_of,
    dialog_line,
    line,
    listed,
    pane,
    press,
    put,
    statuses,
    typed,
)
from tui.screens.batch import BatchDialog
from tui.screens.decision import DecisionDialog
from tui.screens.leaving import LeavingDialog
from tui.screens.one_line import OneLineDialog


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English, whatever the machine speaks."""
    before = language.current()
    language.use("en")
    yield
    language.use(before)


async def test_accepting_writes_one_event_and_says_saved_after_it() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
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
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "a")

        assert statuses(app) == ["open"]
        assert line(app, "saved") == (
            "✗ NOT saved, r tries again: No space left on device. The finding is as it was."
        )

        desk.full = False
        await press(pilot, "r")

        assert statuses(app) == ["accepted"]
        assert desk.events == [("R03", "accept", "", None)]
        assert line(app, "saved").startswith("✓ Saved ")

        await press(pilot, "r")
        assert line(app, "saved") == "Nothing failed that could be tried again."


async def test_a_rejection_needs_a_reason() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "x", "enter")

        assert isinstance(app.screen, DecisionDialog)
        assert dialog_line(app, "fault") == ("Write a reason: it stands in the ledger and in the package.")
        assert desk.events == []

        await press(pilot, *"mentor", "enter")

        assert desk.events == [("R03", "reject", "mentor", None)]
        assert statuses(app) == ["rejected"]


async def test_escape_leaves_a_dialog_without_an_event() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "x", *"no", "escape")

        assert not isinstance(app.screen, DecisionDialog)
        assert desk.events == []


async def test_correcting_takes_a_value_and_a_reason() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "e")
        assert app.screen.query_one("#value", Input).value == "2.50"
        put(app, "value", "2.75")
        await press(pilot, "enter", "enter", *"mail", "f10")

        assert desk.events == [("R03", "correct", "mail", "2.75")]
        assert desk.decisions[0].corrections[0].corrected == "2.75"


async def test_the_other_side_s_cell_can_be_corrected() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "e")
        assert app.screen.query_one("#cell", Input).value == "1"
        put(app, "cell", "2")
        await press(pilot, "enter", "enter", *"mail", "enter")

    (correction,) = desk.decisions[0].corrections
    assert (correction.key, correction.reported) == ("jobcentre|159:1", "2.50")


async def test_a_number_that_is_no_cell_is_asked_for_again() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "e")
        put(app, "cell", "3")
        await press(pilot, "enter", "enter", *"mail", "enter")

        assert dialog_line(app, "fault") == "Write the number of the cell to correct."
        assert desk.events == []


async def test_a_correction_that_settles_another_finding_shows_it() -> None:
    class Settling(MemoryDesk):
        def entries(self) -> list[Entry]:
            return [
                replace(one, status="settled") if self.decisions and not one.decision else one
                for one in super().entries()
            ]

        def rejudge(self) -> bool:
            return True

    desk = Settling([finding(number=1), finding(number=2)])
    desk.is_stale = True
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "a")

        assert statuses(app) == ["accepted", "settled"]


async def test_a_refused_correction_keeps_the_dialog_open_and_says_why() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "e")
        put(app, "value", "abc")
        await press(pilot, "enter", "enter", *"mail", "f10")

        assert isinstance(app.screen, DecisionDialog)
        assert dialog_line(app, "fault").startswith("NOT saved: “abc” is no hours; write it as")
        assert desk.events == []


async def test_a_question_leaves_the_finding_open() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "s", *"why", "enter")

        assert desk.events == [("R03", "ask", "why", None)]
        assert line(app, "heading").endswith("0/1 · 1 unsent · ↶ 1")


async def test_undo_is_an_event_and_restores_the_finding_under_the_cursor() -> None:
    desk = MemoryDesk([finding(number=1), finding(number=2)])
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "a", "j", "u")

        assert desk.events == [("R03", "accept", "", None), ("R03", "undo", "", None)]
        assert statuses(app) == ["open", "open"]
        assert listed(app).cursor == 0
        assert line(app, "saved") == "Undone in the ledger: R03 Hours differ is open again."


async def test_undo_without_a_decision_says_so() -> None:
    app = app_of(MemoryDesk([finding()]))
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "u")

        assert line(app, "saved") == "There is nothing to undo."


async def test_a_reason_of_two_letters_is_asked_for_again() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "x", *"no", "enter")

        assert dialog_line(app, "fault") == "Write a reason of at least 3 characters."
        assert desk.events == []


async def test_a_digit_takes_a_side_s_value_for_the_other_cell_and_more_digits_make_one_s_own() -> None:
    app = app_of(MemoryDesk([finding()]))
    async with app.run_test(size=BRIEF) as pilot:
        for keys, value, cell in (
            (("1",), "3.00", "2"),
            (("2",), "2.50", "1"),
            (("3",), "3.00", "2"),
            (("2", "full_stop", "7", "5"), "2.75", "1"),
            (("4", "full_stop", "5"), "4.5", "1"),
            (("2", "backspace"), "2.5", "1"),
        ):
            await press(pilot, "e", *keys)
            assert (typed(app, "value"), typed(app, "cell")) == (value, cell)
            await press(pilot, "escape")


async def test_the_effect_is_told_before_it_is_saved() -> None:
    app = app_of(MemoryDesk([finding()]))
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "e")
        assert dialog_line(app, "effect") == "Effect  Hours 3.00 → 2.50 (-0.50) · DKK -137.50"
        put(app, "value", "2.75")
        await press(pilot)
        assert dialog_line(app, "effect") == "Effect  Hours 3.00 → 2.75 (-0.25) · DKK -68.75"
        put(app, "cell", "2")
        await press(pilot)
        assert dialog_line(app, "effect") == "Effect  Hours 2.50 → 2.75 (+0.25) · kroner not known"
        put(app, "value", "abc")
        await press(pilot)
        assert dialog_line(app, "effect").startswith("Effect  “abc” is no hours; write it as")


async def test_a_cause_stands_before_the_reason() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "e", "2", "enter", *"see D17", "tab", "right", "f10")

        assert desk.events == [("R03", "correct", "typing error: see D17", "2.50")]


async def test_a_note_is_stored_and_decides_nothing() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "c", *"called", "enter")

        assert desk.events == [("R03", "note", "called", None)]
        assert statuses(app) == ["open"]
        assert line(app, "saved") == "✓ The note is saved in the ledger."
        await press(pilot)
        assert "note “called”" in pane(app)

        await press(pilot, "c", "enter")
        assert dialog_line(app, "fault") == "Write something, or cancel with Esc."
        await press(pilot, "escape")
        assert not isinstance(app.screen, OneLineDialog)


async def test_what_was_undone_is_decided_anew_by_redo() -> None:
    desk = MemoryDesk([finding(number=1), finding(number=2)])
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "a", "u", "U")

        assert statuses(app) == ["accepted", "open"]
        assert line(app, "saved") == "Decided anew in the ledger: R03 Hours differ is accepted."

        await press(pilot, "U")
        assert line(app, "saved") == "There is nothing to redo."


async def test_the_history_says_what_became_of_each_word() -> None:
    app = app_of(MemoryDesk([finding()]))
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "a", "u", "x", *"rounded", "enter")
        await press(pilot)

        assert "HISTORY    2016-04-13 10:02 UTC · Jobcenter Gladsaxe: accepted → undone" in pane(app)
        assert "rejected “rounded” → ✗ rejected" in " ".join(pane(app).split())


async def test_the_marked_are_accepted_after_the_dialog_and_undone_as_one() -> None:
    desk = MemoryDesk(month_of_findings())
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "space", "space", "space", "A")

        assert isinstance(app.screen, BatchDialog)
        assert desk.events == []
        assert dialog_line(app, "title") == "DECIDE 3 MARKED · Accept what each proposes"
        assert "Settlement and claims change by DKK" in dialog_line(app, "remarks")

        await press(pilot, "y")

        assert [verb for _rule, verb, _reason, _value in desk.events] == ["accept"] * 3
        assert not isinstance(app.screen, BatchDialog)
        assert line(app, "saved") == "✓ 3 findings decided in the ledger."
        assert "marked" not in line(app, "progress")

        await press(pilot, "u")
        assert line(app, "saved") == "Undone in the ledger: 3 findings are as they were before."
        assert line(app, "heading").endswith("0/30")


async def test_no_key_but_the_one_for_it_confirms_a_batch() -> None:
    desk = MemoryDesk(month_of_findings())
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "space", "A", "j", "k", "down", "a", "A", "n", "space")
        assert isinstance(app.screen, BatchDialog)
        await press(pilot, "enter")
        assert not isinstance(app.screen, BatchDialog)
        await press(pilot, "A", "escape")

        assert not isinstance(app.screen, BatchDialog)
        assert desk.events == []


async def test_the_button_that_confirms_is_reached_by_an_arrow() -> None:
    desk = MemoryDesk(month_of_findings())
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "space", "A", "right", "enter")

        assert len(desk.events) == 1


async def test_above_25_the_number_of_findings_must_be_typed() -> None:
    desk = MemoryDesk(month_of_findings())
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "asterisk", "A", *"26", "enter", "y")

        assert dialog_line(app, "fault") == "Type 30 to confirm that so many findings are decided."
        assert desk.events == []

        put(app, "count", "30")
        await press(pilot, "y")
        assert len(desk.events) == 30


async def test_a_batch_that_needs_a_reason_asks_for_one() -> None:
    desk = MemoryDesk(month_of_findings())
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        for key, verb in (("X", "reject"), ("S", "ask")):
            await press(pilot, "g", "space", "space", key, "enter", "y")
            assert dialog_line(app, "fault") == "Write a reason of at least 3 characters."

            put(app, "reason", "rounded")
            await press(pilot, "y")

            told = [(said, reason) for _rule, said, reason, _value in desk.events[-2:]]
            assert told == [(verb, "rounded")] * 2


async def test_a_batch_is_corrected_to_one_value_and_tells_what_it_left() -> None:
    claim = next(one for one in month_of_findings() if one.rule == "C02")
    no_proposal = replace(claim, finding_id="d" * 64, proposal=None, evidence=())
    desk = MemoryDesk([finding(number=1), no_proposal])
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "asterisk", "E")
        put(app, "value", "2.75")
        put(app, "reason", "mail")
        await press(pilot, "tab", "tab", "y")

        assert desk.events == [("R03", "correct", "mail", "2.75")]
        assert line(app, "saved").startswith("✓ 1 finding decided in the ledger. 1 is left as it was: ")


async def test_a_batch_that_could_not_be_written_stays_open() -> None:
    desk = MemoryDesk(month_of_findings())
    desk.full = True
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "space", "A", "y")

        assert isinstance(app.screen, BatchDialog)
        assert dialog_line(app, "fault") == (
            "NOT saved, r tries again: No space left on device. The finding is as it was."
        )
        assert set(statuses(app)) == {"open"}


async def test_a_batch_without_marks_says_how_to_mark() -> None:
    app = app_of(MemoryDesk(month_of_findings()))
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "A")

        assert line(app, "saved") == "No finding is marked; Space marks one, * all in the filter."


async def test_the_batch_says_what_stands_out() -> None:
    desk = MemoryDesk(month_of_findings())
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "a", "asterisk", "A")

        remarks = dialog_line(app, "remarks").splitlines()
        assert remarks[0] == "They differ: M01 × 26, R03 × 2, C02 × 1, G02 × 1"
        assert remarks[-2:] == [
            "1 proposes no value: it is acknowledged.",
            "1 is decided already, and is decided anew.",
        ]
        # 28 × -137.50 and -0.01; G02 changes nothing.
        assert (
            remarks[1]
            == f"Settlement and claims change by DKK {Decimal('-137.50') * 28 - Decimal('0.01'):,.2f}."
        )


READ_ONLY = ReadOnly("Jobcenter Gladsaxe (159) e84d", "pc-14", 4711, "2016-04-13T11:40:00+00:00")


async def test_nothing_is_decided_while_somebody_else_has_the_review_open() -> None:
    desk = MemoryDesk([finding()])
    desk.read_only = READ_ONLY
    app = app_of(desk)
    async with app.run_test(size=BRIEF) as pilot:
        said = "Read-only, a e x s are off: Jobcenter Gladsaxe has the review open (pc-14, since 2016-04-13 11:40 UTC)."
        assert line(app, "saved") == said
        assert "READ-ONLY" in line(app, "filter")
        assert "Accept" not in line(app, "keys")
        for key in ("a", "e", "x", "s", "c", "u", "U", "space", "A"):
            app.screen_stack[1].query_one("#saved", Static).update("")
            await press(pilot, key)

            assert len(app.screen_stack) == 2
            assert key == "space" or line(app, "saved") == said
        assert desk.events == []


async def test_a_finding_whose_stored_source_was_altered_cannot_be_decided() -> None:
    desk = MemoryDesk([finding()])
    app = app_of(desk, sources=MemorySources(gone="altered"))
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "a", "e", "x", "s")

        assert desk.events == []
        assert len(app.screen_stack) == 2
        assert line(app, "saved") == (
            "falck.xlsx in the store is missing or has been altered since it was taken (sha256): decisions are locked."
        )
        assert "The stored file is missing or has been altered since it was taken (sha256)." in pane(app)


async def test_what_a_party_answered_is_decided_by_its_key_which_the_footer_shows_only_there() -> None:
    desk = MemoryDesk([finding(number=1), finding(number=2)])
    first, second = (one.finding.finding_id for one in desk.entries())
    desk.answer(second, Offer("correct", "2.25"), "2.25")
    app = app_of(desk)
    async with app.run_test(size=(160, 24)) as pilot:
        await press(pilot, "b")
        assert (
            line(app, "saved") == f"NOT saved: Nobody has answered about {first[:12]}. Nothing was changed."
        )
        assert "b By the answer" not in line(app, "keys")

        await press(pilot, "j")
        assert "b By the answer" in line(app, "keys")
        await press(pilot, "b")
        assert desk.events == [("R03", "correct", "as 156 answered", "2.25")]
        assert "· ↶ 1" in line(app, "heading")


async def test_leaving_asks_while_decisions_are_unsent_and_staying_is_the_answer_at_hand() -> None:
    app = app_of(MemoryDesk([finding()]))
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "a", "q")
        assert isinstance(app.screen, LeavingDialog)
        assert dialog_line(app, "title") == "1 decision is saved, but not sent."

        await press(pilot, "enter")
        assert not isinstance(app.screen, LeavingDialog)
        assert app.is_running

        await pilot.press("q")
        await pilot.pause()
        await pilot.press("q")
        await pilot.pause()
        assert app._exit


async def test_leaving_without_unsent_decisions_asks_nothing() -> None:
    app = app_of(MemoryDesk([finding()]))
    async with app.run_test(size=BRIEF) as pilot:
        await pilot.press("q")
        await pilot.pause()

        assert app._exit


async def test_a_conflict_stands_first_with_both_reasons_and_a_new_decision_settles_it() -> None:
    class Merged(MemoryDesk):
        def entries(self) -> list[Entry]:
            found = super().entries()
            said = [one for one in found if one.decision is not None]
            if len(said) < 2:
                return found
            mine, theirs = said[0].decision, said[1].decision
            assert mine is not None
            assert theirs is not None
            clash = Entry(said[0].finding, "conflict", replace(mine, rivals=(theirs,)))
            return [clash if one is said[0] else one for one in found if one is not said[1]]

    app = app_of(Merged([finding(number=1), finding(number=2), finding(number=3)]))
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "j", "x", *"ours", "enter", "j", "x", *"theirs", "enter", "g")

        assert statuses(app) == ["conflict", "open"]
        told = pane(app)
        assert "DECISION   ⇄ conflict" in told
        assert "“ours”" in told
        assert "“theirs”" in told
        assert "in another copy" in told


async def test_the_dialogs_fit_24_lines() -> None:
    app = app_of(MemoryDesk(month_of_findings()))
    async with app.run_test(size=NARROW) as pilot:
        await press(pilot, "e")
        assert app.screen.query_one("#dialog").size.height <= 24
        assert app.screen.query_one("#reason", Input).region.bottom <= 24
        await press(pilot, "escape", "asterisk", "A")
        assert app.screen.query_one("#buttons").region.bottom <= 24


def test_nothing_but_the_dialog_that_is_open_takes_its_keys() -> None:
    assert {one.key for one in DecisionDialog.BINDINGS if not isinstance(one, tuple)} == {"f10", "escape"}
