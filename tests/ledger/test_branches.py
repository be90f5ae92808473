"""United histories: one order whatever file they lie in, and who had what before them, held to a plain search."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.ledger.branches import Branches, in_common_order, is_line
from exchange.ledger.events import Event
from exchange.ledger.ledger import Ledger

AT = datetime(2016, 4, 1, tzinfo=UTC)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """A history of up to 14 events, each upon one or more of those before it, its seconds in no order."""
    events: list[Event] = []
    for number in range(draw(st.integers(1, 14))):
        parents = (
            draw(st.sets(st.sampled_from([one.id for one in events]), min_size=1, max_size=3))
            if events
            else set()
        )
        second = draw(st.integers(0, 4))
        events.append(
            Event(parents=tuple(sorted(parents)), kind="x", at=f"2016-04-01T00:00:0{second}+00:00", who="w", body={"number": number})
        )  # fmt: skip
    return events


def before(events: list[Event], one: Event) -> set[str]:
    by_id = {event.id: event for event in events}
    found = {one.id}
    for parent in one.parents:
        found |= before(events, by_id[parent])
    return found


@settings(max_examples=40, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_is_that_of_the_events_and_not_of_the_file(
    history: list[Event], chance: random.Random
) -> None:
    shuffled = list(history)
    chance.shuffle(shuffled)

    ordered = in_common_order(history)

    assert [event.id for event in in_common_order(shuffled)] == [event.id for event in ordered] or is_line(
        history
    )
    places = {event.id: place for place, event in enumerate(ordered)}
    assert len(places) == len(history)
    assert all(places[parent] < places[event.id] for event in ordered for parent in event.parents)


@settings(max_examples=40, deadline=None)
@given(histories())
def test_who_had_what_before_them_is_what_a_plain_search_finds(history: list[Event]) -> None:
    branches = Branches(history)

    for event in history:
        known = before(history, event)
        assert {one.id for one in history if branches.stands_upon(event.id, one.id)} == known


def test_a_history_that_never_branched_keeps_the_order_of_its_file(tmp_path: Path) -> None:
    ledger = Ledger.create(tmp_path / "ledger.sqlite")
    # The clock went back: what was written later says an earlier second.
    written = [ledger.append("x", {}, who="w", at=AT.replace(second=60 - n)) for n in range(1, 5)]

    assert [event.id for event in ledger.events()] == [event.id for event in written]
    assert is_line(ledger.events())


def test_uniting_adds_what_is_not_here_once_and_the_next_event_stands_upon_both(tmp_path: Path) -> None:
    ours, theirs = Ledger.create(tmp_path / "ours"), Ledger.create(tmp_path / "theirs")
    first = ours.append("x", {}, who="w", at=AT)
    theirs.unite([first])
    mine = ours.append("x", {"mine": 1}, who="w", at=AT)
    yours = theirs.append("x", {"yours": 1}, who="w", at=AT)

    assert ours.unite(theirs.events()) == [yours]
    assert ours.unite(theirs.events()) == []
    assert theirs.unite(ours.events()) == [mine]
    assert ours.head() == theirs.head() == tuple(sorted((mine.id, yours.id)))
    assert [event.id for event in ours.events()] == [event.id for event in theirs.events()]
    assert ours.append("x", {}, who="w", at=AT).parents == theirs.head()
    assert (ours.verify(), theirs.verify()) == ([], [])
