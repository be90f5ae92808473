"""The review line by line: the same decisions as on the screen, asked for in full sentences, from a pipe too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from exchange import language
from tests.tui.memory_desk import MemoryDesk, finding, month_of_findings, words
from tests.tui.reviewing import HOSTILE
from tui.dossier import Dossiers
from tui.plain import PlainReview
from tui.text import UNICODE


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English, and leave the language as it was."""
    before = language.current()
    language.use("en")
    yield
    language.use(before)


def talk(desk: MemoryDesk, *said: str) -> list[str]:
    """Say these lines and return what was told, questions among it."""
    told: list[str] = []
    lines = iter(said)

    def ask(question: str) -> str | None:
        told.append(question)
        return next(lines, None)

    PlainReview(desk, Dossiers(words(), UNICODE), "Jobcenter Gladsaxe", ask, told.append).run()
    return told


def test_it_begins_with_how_many_there_are_and_the_first_and_ends_when_nobody_says_more() -> None:
    told = talk(MemoryDesk([finding(number=1), finding(number=2)]))

    assert told[:5] == [
        "Jobcenter Gladsaxe",
        "There are 2 findings, 2 of them undecided.",
        "Say a letter and press Enter: h tells all letters, q ends.",
        "Finding 1 of 2, open",
        f"id {finding(number=1).finding_id}",
    ]
    assert told[-2:] == ["What now?", "The review has ended; everything decided is saved."]


@pytest.mark.parametrize(
    ("said", "events"),
    [
        (("a", ""), [("R03", "accept", "", None)]),
        (("a because",), [("R03", "accept", "because", None)]),
        (("x", "mentor"), [("R03", "reject", "mentor", None)]),
        (("s", "why"), [("R03", "ask", "why", None)]),
        (("e", "1", "2.75", "mail"), [("R03", "correct", "mail", "2.75")]),
        (("x", "mentor", "u"), [("R03", "reject", "mentor", None), ("R03", "undo", "", None)]),
    ],
)
def test_a_decision_is_the_one_that_the_screen_makes(
    said: Sequence[str], events: Sequence[tuple[str, str, str, str | None]]
) -> None:
    desk = MemoryDesk([finding()])
    told = talk(desk, *said)

    assert desk.events == events
    assert any(line.startswith("Saved in the ledger: finding 1 is ") for line in told)


def test_the_other_side_s_cell_is_corrected_where_its_number_is_said() -> None:
    desk = MemoryDesk([finding()])
    told = talk(desk, "e", "2", "3.00", "mail")

    assert desk.decisions[0].corrections[0].key == "jobcentre|159:1"
    assert "Which cell is wrong? Say its number; an empty line takes the proposed one." in told
    assert "Which value is right? Write it as it shall stand." in told


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (("x", ""), "NOT saved: "),
        (("e", "7"), "NOT saved: “7” is the number of no cell. Nothing was changed."),
        (("e", "1", "abc", "mail"), "NOT saved: "),
        (("zz",), "“zz” is no letter that is known here; h tells all of them."),
        ((": 9",), "No one finding here is called “9”."),
        (("k",), "That was the first one."),
        (("j",), "That was the last one."),
        (("u",), "There is nothing to undo."),
        (("U",), "There is nothing to do again."),
        (("H",), "Nothing was said of it yet."),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_stored(said: Sequence[str], why: str) -> None:
    desk = MemoryDesk([finding()])
    told = talk(desk, *said)

    assert any(line.startswith(why) for line in told)
    assert desk.events == []


def test_what_could_not_be_written_is_not_called_saved() -> None:
    desk = MemoryDesk([finding()])
    desk.full = True

    assert "NOT saved: No space left on device. Nothing was changed." in talk(desk, "a", "")


def test_all_that_fit_are_decided_only_when_their_number_is_said() -> None:
    desk = MemoryDesk(month_of_findings())
    told = talk(desk, "/ gladsaxe F20", "A", "agreed", "yes", "A", "agreed", "1")

    question = "This decides all 1 findings that fit. Say 1 to do it; anything else does nothing."
    assert told.count(question) == 2
    assert "Nothing was changed." in told
    assert desk.events == [("R03", "accept", "agreed", None)]
    assert "Saved in the ledger: 1 decided, 0 refused." in told


def test_one_moves_and_narrows_with_the_screen_s_letters() -> None:
    desk = MemoryDesk(month_of_findings())
    told = talk(
        desk,
        "G",
        "g",
        "j",
        "J",
        "!",
        "O",
        ": 3",
        f": {finding('R03', 17).finding_id[:12]}",
        "/",
        "refusion",
        "h",
        "?",
    )

    heads = [line for line in told if line.startswith("Finding ")]
    assert heads[:4] == [f"Finding {at} of 30, open" for at in (1, 30, 1, 2)]
    assert "There is 1 finding, 1 of them undecided." in told
    assert told.count("q: end") == 2


def test_hostile_text_is_told_and_not_obeyed() -> None:
    text = "".join(HOSTILE)
    bad = replace(finding(), rule=text, message=text, cure=text, subject=(("agreement_id", text),))
    told = talk(MemoryDesk([bad]), text, "a", text, "H")

    assert all(line.isprintable() for line in told)
    assert any("<U+001B>]52" in line for line in told)
