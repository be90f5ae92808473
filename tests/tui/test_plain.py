"""The review line by line: the same decisions as on the screen, asked for in full sentences, from a pipe too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from exchange import language
from exchange.review.sources import Sources
from tests.tui.memory_desk import WHEN, MemoryDesk, finding, month_of_findings, words
from tests.tui.reviewing import HOSTILE, MemorySources
from tui.dossier import Dossiers
from tui.plain import PlainReview
from tui.room import NoSources
from tui.spoken import finding_lines, in_speech
from tui.text import UNICODE
from tui.view_actions import EVERY_ACTION


class FillingDesk(MemoryDesk):
    """A desk whose disk is full at one of its writes, and has room again at the next."""

    fills_at = 0

    def _write(self, events: list[tuple[str, str, str, str | None]]) -> None:
        self.fills_at -= 1
        self.full = self.fills_at == 0
        super()._write(events)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English, and leave the language as it was."""
    before = language.current()
    language.use("en")
    yield
    language.use(before)


def talk(desk: MemoryDesk, *said: str, sources: Sources | None = None) -> list[str]:
    """Say these lines and return what was told, questions among it."""
    told: list[str] = []
    lines = iter(said)

    def ask(question: str) -> str | None:
        told.append(question)
        return next(lines, None)

    found = sources or NoSources()
    PlainReview(desk, Dossiers(words(), UNICODE), "Jobcenter Gladsaxe", ask, told.append, found).run()
    return told


def test_it_begins_with_how_many_there_are_and_the_first_and_ends_when_nobody_says_more() -> None:
    told = talk(MemoryDesk([finding(number=1), finding(number=2)]))

    assert told[:5] == [
        "Jobcenter Gladsaxe",
        "There are 2 findings, 2 of them undecided.",
        "Say a letter and press Enter: h tells all letters, q ends.",
        "Finding 1 of 2, open",
        "error R03 Hours differ",
    ]
    assert f"id {finding(number=1).finding_id[:12]}" in told
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
        (("r",), "Nothing failed that could be tried again."),
        (("p 999",), "“999” is none of them."),
        (("o",), "No file stands behind this value."),
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


@pytest.mark.parametrize(
    ("said", "write"),
    [(("x why",), 1), (("A", "why", "1"), 1), (("c see",), 1), (("u",), 1), (("x no", "u", "U"), 3)],
)
def test_r_tries_again_what_could_not_be_written(said: Sequence[str], write: int) -> None:
    desk = FillingDesk([finding()])
    desk.decide(desk.findings[0].finding_id, "accept", "")
    desk.fills_at = write
    told = talk(desk, *said, "r", "r")
    there = MemoryDesk([finding()])
    there.decide(there.findings[0].finding_id, "accept", "")
    talk(there, *said)

    assert told.count("NOT saved: No space left on device. Nothing was changed.") == 1
    assert told.count("Nothing failed that could be tried again.") == 1
    assert desk.events == there.events


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


def test_one_party_week_or_rule_is_asked_for_by_name() -> None:
    desk = MemoryDesk(month_of_findings())
    told = talk(
        desk, "R", "c02", "0", "W 2016-W01", "W", "", "p", "159", "x gone", "s asked", "0", "Q", "n", "N", "Q"
    )

    counts = [line for line in told if line.startswith("There ") and "undecided" in line]
    assert counts == [
        "There are 30 findings, 30 of them undecided.",
        "There is 1 finding, 1 of them undecided.",
        "There are 30 findings, 30 of them undecided.",
        "There is 1 finding, 1 of them undecided.",
        "There are 30 findings, 30 of them undecided.",
        "There are 30 findings, 30 of them undecided.",
        "There are 30 findings, 30 of them undecided.",
        "There is 1 finding, 1 of them undecided.",
        "There are 30 findings, 30 of them undecided.",
    ]
    assert "There are: C02, G02, M01, R03." in told


def test_it_tells_the_rows_around_each_cell_as_they_stand_in_the_file() -> None:
    told = talk(MemoryDesk([finding()]), "o", sources=MemorySources())

    at = told.index("falck.xlsx, Timer, D17")
    assert (
        told[at + 4]
        == "Row 17, with the cell D17: A 17, B 18-03-2016, C M-01, D 3,00, E samtale, F 2,50, H ja"
    )
    assert told[at + 5] == "Row 18: A 18, B 19-03-2016, C M-01, D 3,00, E samtale, F 2,50, H ja"
    locked = talk(MemoryDesk([finding()]), "o", sources=MemorySources(gone="locked"))
    assert "The file is encrypted: end, and begin again with --passphrase-fd N." in locked


def test_it_speaks_words_alone_no_shapes_and_no_fingerprints() -> None:
    desk = MemoryDesk(month_of_findings())
    entry = desk.entries()[0]
    key = " ".join(["9f2c"] * 16)
    told = talk(desk, "x because", "")
    spoken = list(finding_lines(replace(entry, decision=None), 1, 1, Dossiers(words(), UNICODE)))

    assert not [line for line in told if set(line) & set("▲◆○✓✎✗⇄↻●›")]
    assert in_speech(f"{WHEN} · Jobcenter Gladsaxe (159) {key}") == f"{WHEN} · Jobcenter Gladsaxe (159)"
    assert all(line == line.strip() and "  " not in line for line in spoken)


def test_an_amount_ends_its_sentence_with_one_stop() -> None:
    language.use("da")
    told = talk(MemoryDesk([finding()]), "a", "")

    assert "Afregning og refusionskrav ville ændre sig med -137,50 kr." in told


def test_hostile_text_is_told_and_not_obeyed() -> None:
    text = "".join(HOSTILE)
    bad = replace(finding(), rule=text, message=text, cure=text, subject=(("agreement_id", text),))
    told = talk(MemoryDesk([bad]), text, "a", text, "H")

    assert all(line.isprintable() for line in told)
    assert any("<U+001B>]52" in line for line in told)


def test_it_hears_the_screen_s_key_for_all_that_decides_or_narrows() -> None:
    plain = PlainReview(MemoryDesk([]), Dossiers(words(), UNICODE), "", lambda _question: None, print)
    here = [
        action
        for action in EVERY_ACTION
        if action.command == "enblanket review --plain" and action.place == "screen"
    ]
    unheard = {
        action.id
        for action in here
        if action.group in ("decide", "find") and plain._commands().keys().isdisjoint(action.keys)
    }

    # A menu is for eyes, and so is an order; what it offers has letters of its own.
    assert unheard == {"filter.menu", "filter.save", "filter.saved", "filter.sort"}
