"""A lineage tells what stands before what, and which part of it somebody has not seen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from exchange.ledger.lineage import Link, ancestry, first_of, lineage_of, since, tips_of

A = Link.of((), "a")
B = Link.of((A.event,), "b")
LEFT, RIGHT = Link.of((B.event,), "left"), Link.of((B.event,), "right")
JOINED = Link.of(tuple(sorted((LEFT.event, RIGHT.event))), "joined")
ALL = (A, B, LEFT, RIGHT, JOINED)


def test_the_ancestry_is_the_heads_and_everything_before_them() -> None:
    lineage = lineage_of(ALL)

    assert ancestry(lineage, [LEFT.event]) == {A.event, B.event, LEFT.event}
    assert ancestry(lineage, [JOINED.event]) == {link.event for link in ALL}
    assert ancestry(lineage, ["elsewhere"]) == {"elsewhere"}
    assert ancestry(lineage, []) == set()


def test_what_somebody_has_seen_is_not_shown_again() -> None:
    assert since(ALL, [JOINED.event], []) == ALL
    assert since(ALL, [JOINED.event], [LEFT.event]) == (RIGHT, JOINED)
    assert since(ALL, [RIGHT.event], [B.event]) == (RIGHT,)
    assert since(ALL, [RIGHT.event], [JOINED.event]) == ()
    assert since(ALL, [RIGHT.event], ["not ours"]) == (A, B, RIGHT)


def test_first_and_last_of_some_events() -> None:
    lineage = lineage_of(ALL)

    assert first_of(lineage, {LEFT.event, RIGHT.event, JOINED.event}) == tuple(
        sorted((LEFT.event, RIGHT.event))
    )
    assert tips_of(lineage, {A.event, B.event, LEFT.event}) == (LEFT.event,)


@given(st.lists(st.lists(st.integers(0, 30), max_size=3), max_size=30), st.data())
def test_what_is_known_and_what_is_shown_are_together_everything_before_the_head(
    shape: list[list[int]], data: st.DataObject
) -> None:
    links: list[Link] = []
    for number, picks in enumerate(shape):
        parents = sorted({links[pick % number].event for pick in picks} if number else set())
        links.append(Link.of(tuple(parents), str(number)))
    events = [link.event for link in links]
    head, known = (
        data.draw(st.lists(st.sampled_from(events), max_size=2) if events else st.just([])) for _ in range(2)
    )
    lineage = lineage_of(links)

    shown = [link.event for link in since(links, head, known)]

    assert set(shown) == ancestry(lineage, head) - ancestry(lineage, known)
    assert shown == [event for event in events if event in shown]
