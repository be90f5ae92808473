"""``post watch``: news is told once, failures are asked less often, and a person works beside it."""

from __future__ import annotations

import argparse
from io import BytesIO

import pytest

from exchange.cli.post_watch import watch
from exchange.cli.terminal import Terminal
from exchange.post.lock import held
from exchange.post.rounds import LONGEST, News, pause_after
from tests.post.conftest import FIRST, Three, well
from tests.post.test_month import came, states


@pytest.fixture(autouse=True)
def _english(in_english: None) -> None:
    """Sentences are asserted in English."""


def arguments(three: Three, party: str, rounds: int) -> tuple[argparse.Namespace, Terminal]:
    house = three.house(party)
    terminal = Terminal(BytesIO(), BytesIO(), house.clock, house.here)
    line = argparse.Namespace(
        rounds=rounds, every=60, passphrase_fd=None, package_passphrase_fd=None, mail_password_fd=None, sftp_password_fd=None,
        here=house.here,
        workspace=None,
    )  # fmt: skip
    return line, terminal


def said(terminal: Terminal) -> tuple[str, str]:
    assert isinstance(terminal.out, BytesIO)
    assert isinstance(terminal.err, BytesIO)
    return terminal.out.getvalue().decode(), terminal.err.getvalue().decode()


@pytest.mark.parametrize(
    ("every", "failures", "pause"),
    [(300, 0, 300), (300, 1, 600), (300, 2, 1200), (300, 3, 2400), (300, 4, LONGEST), (300, 10**6, LONGEST), (7200, 5, 7200)],
)  # fmt: skip
def test_what_fails_is_asked_less_and_less_often_up_to_an_hour(
    every: float, failures: int, pause: float
) -> None:
    assert pause_after(every, failures) == pause


def test_news_is_what_the_last_look_did_not_say() -> None:
    news = News()
    told = []
    for words in (["a", "a"], ["a", "b"], [], ["a"]):
        news.turn()
        told.append([word for word in words if news.is_new(word)])

    assert told == [["a"], ["b"], [], ["a"]]


def test_a_month_without_a_network_is_one_line_and_then_everything_goes(by_folder: Three) -> None:
    three = by_folder
    (three.drive / "other.txt").write_text("x")
    away = three.drive.rename(three.root / "away")
    line, terminal = arguments(three, "159", 5)
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            away.rename(three.drive)

    code = watch(line, terminal, pause)

    out, err = said(terminal)
    assert (code, pauses) == (0, [120, 240, 480, 60])
    assert out.count("stays queued") == 1
    assert err.count("is not there; connect the drive") == 2  # once for fetch, once for send
    assert out.endswith(f"{FIRST}: sent to aud-nord by folder\n")
    assert states(three.lead)[FIRST] == "sent"


def test_a_watch_takes_in_and_answers(by_folder: Three) -> None:
    three = by_folder
    well(three.lead("send"))
    line, terminal = arguments(three, "aud-nord", 2)

    code = watch(line, terminal, lambda _seconds: None)

    assert code == 0
    assert [state for _name, state in came(three.auditor)] == ["verified"]
    assert set(states(three.auditor).values()) == {"sent"}
    assert len(said(terminal)[0].splitlines()) == 3


def test_a_look_that_finds_the_post_busy_is_left_out(by_folder: Three) -> None:
    line, terminal = arguments(by_folder, "159", 1)
    with held(by_folder.lead.here):
        code = watch(line, terminal)

    assert (code, said(terminal)) == (0, ("", ""))


def test_a_watch_that_cannot_begin_says_why(by_folder: Three) -> None:
    (by_folder.lead.here / "post.toml").write_text("x")

    first = by_folder.lead("post", "watch", "--rounds", "1")
    wrong = by_folder.lead("post", "watch", "--every", "0")

    assert first.code == 2
    assert first.err.startswith("enblanket: post.toml cannot be read: ")
    assert (wrong.code, wrong.err.startswith("enblanket: Argument --every: ")) == (2, True)
