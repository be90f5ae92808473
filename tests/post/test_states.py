"""Where things stand: nothing goes back, saying it twice changes nothing, two ways make one package."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.ledger.events import Body, Event
from exchange.post.states import (
    CAME,
    JUDGED,
    QUEUE,
    SENT,
    Happening,
    Out,
    arrivals,
    moves,
    state_of,
    step,
)

HAPPENINGS: tuple[Happening, ...] = ("queue", "sent", "delivered", "accepted", "returned")


def event(kind: str, body: Body, at: str = "2016-04-01T08:00:00+00:00") -> Event:
    return Event(parents=(), kind=kind, at=at, who="x", body=body)


def moved(kind: str, by: str = "folder") -> Event:
    body: Body = {"kind": "package", "key": "k", "to": "173", "by": by}
    return event(kind, {**body, "name": "a.asice"} if kind == SENT else body)


@pytest.mark.parametrize(
    ("happened", "state"),
    [
        ((), "sealed"),
        (("queue",), "queued"),
        (("queue", "sent"), "sent"),
        (("sent", "queue"), "sent"),
        (("queue", "delivered", "sent"), "delivered"),
        (("sent", "delivered", "accepted"), "accepted"),
        (("sent", "returned", "queue"), "returned"),
        (("sent", "returned", "accepted"), "accepted"),
        (("accepted",), "accepted"),
    ],
)
def test_a_package_goes_from_sealed_to_answered(happened: tuple[Happening, ...], state: Out) -> None:
    found: Out = "sealed"
    for one in happened:
        found = step(found, one)

    assert found == state


@given(st.lists(st.sampled_from(HAPPENINGS), max_size=8))
@settings(max_examples=200)
def test_what_happens_twice_in_a_row_happened_once(happened: list[Happening]) -> None:
    once: Out = "sealed"
    twice: Out = "sealed"
    for one in happened:
        once = step(once, one)
        twice = step(step(twice, one), one)

    assert once == twice


def test_posting_in_any_order_and_by_two_ways_ends_in_sent() -> None:
    happened = [moved(QUEUE), moved(SENT), moved(QUEUE, "eml"), moved(SENT, "eml")]

    for order in permutations(happened):
        found = moves(order)
        assert list(found) == ["k"]
        assert state_of(found["k"]) == "sent"


def test_what_verified_once_is_verified_whatever_comes_later() -> None:
    came = event(CAME, {"sha256": "s", "name": "a.asice", "size": 3, "by": "folder"})
    again = event(CAME, {"sha256": "s", "name": "b.asice", "size": 3, "by": "imap"})
    bad = event(JUDGED, {"sha256": "s", "state": "quarantined", "kind": None, "package": ""})
    good = event(JUDGED, {"sha256": "s", "state": "verified", "kind": "package", "package": "p"})

    first = arrivals([came])["s"]
    assert (first.state, first.name, first.by) == ("received", "a.asice", "folder")
    assert arrivals([came, bad])["s"].state == "quarantined"
    assert arrivals([came, bad, again, good])["s"].package == "p"
    assert arrivals([came, good, again, bad])["s"].state == "verified"
    assert len(arrivals([came, good, again, bad])) == 1
