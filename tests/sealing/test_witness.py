"""The witness tells a history that goes on from one that was rewritten, cut or forked, and says where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.ledger.events import Event
from exchange.ledger.lineage import Link, ancestry, lineage_of, since
from exchange.sealing.witness import (
    Statement,
    Unfit,
    latest_of,
    links_json,
    lost,
    read_links,
    unfit,
    unfit_between,
)

START = datetime(2016, 4, 1, 8, tzinfo=UTC)


def grown(links: Sequence[Link], names: str) -> list[Link]:
    """Return the history with one more event for each letter."""
    found = list(links)
    for name in names:
        parents = (found[-1].event,) if found else ()
        found.append(Event(parents=parents, kind=name, at="t", who="w").link)
    return found


def shown(
    history: Sequence[Link],
    at: int,
    *,
    by: str = "159",
    links: Sequence[Link] | None = None,
    at_home: bool = False,
) -> Statement:
    """Return what a document of that hour says of the history: all links where they stand in it, none from others."""
    told = history if links is None and by == "159" else links or ()
    return Statement(
        party="159",
        heads=(history[-1].event,),
        links=tuple(told),
        at=START + timedelta(hours=at),
        by=by,
        source=f"document {at}",
        at_home=at_home,
    )


def told(found: Sequence[Unfit]) -> list[tuple[object, ...]]:
    return [(one.code, one.shown.source, one.common, one.lost, one.instead) for one in found]


OLD = grown([], "abcdef")


def ids(*links: Link) -> tuple[str, ...]:
    return tuple(sorted(link.event for link in links))


def test_a_history_that_only_grew_fits() -> None:
    statements = [shown(OLD[:count], count) for count in range(1, 7)]

    assert unfit(statements, shown(OLD, 9)) == []
    assert latest_of(statements) == statements[-1]


def test_events_missing_at_the_end_are_a_cut() -> None:
    statements = [shown(OLD[:3], 3), shown(OLD, 6)]

    assert told(unfit(statements, shown(OLD[:4], 9))) == [("cut", "document 6", ids(OLD[3]), ids(OLD[4]), ())]


def test_other_events_in_their_place_are_rewriting() -> None:
    new = grown(OLD[:2], "CDEFGH")

    assert told(unfit([shown(OLD[:2], 2), shown(OLD[:4], 4), shown(OLD, 6)], shown(new, 9))) == [
        ("rewritten", "document 4", ids(OLD[1]), ids(OLD[2]), ids(new[2]))
    ]


def test_a_history_rewritten_from_its_first_event_has_nothing_in_common() -> None:
    new = grown([], "ABC")

    assert told(unfit([shown(OLD, 6)], shown(new, 9))) == [
        ("rewritten", "document 6", (), ids(OLD[0]), ids(new[0]))
    ]


def test_two_lines_that_both_went_on_are_a_fork() -> None:
    copy = grown(OLD[:3], "XYZ")
    statements = [shown(OLD[:5], 5), shown(copy[:5], 6), shown(OLD, 7)]

    assert told(unfit(statements, shown(OLD, 9))) == [
        ("forked", "document 6", ids(OLD[2]), ids(copy[3]), ids(OLD[3]))
    ]
    assert told(unfit(statements, shown(copy, 9))) == [
        ("forked", "document 7", ids(OLD[2]), ids(OLD[3]), ids(copy[3]))
    ]


def test_what_never_left_the_house_makes_no_fork() -> None:
    copy = grown(OLD[:3], "XYZ")
    statements = [shown(OLD[:5], 5, at_home=True), shown(copy[:5], 6)]

    assert told(unfit(statements, shown(OLD, 9)))[0][0] == "rewritten"


def test_another_s_word_is_old_and_makes_a_fork_only_against_its_own_earlier_one() -> None:
    """159 rewrote at five o'clock; 173 tells at seven of what it had seen at three."""
    new = grown(OLD[:2], "CDE")
    statements = [shown(OLD[:3], 3), shown(new[:4], 6), shown(OLD[:3], 7, by="173")]
    twice = [shown(new[:4], 6, by="173"), *statements]

    assert told(unfit(statements, shown(new, 9)))[0][0] == "rewritten"
    assert told(unfit(twice, shown(new, 9)))[0][0] == "forked"


def test_an_event_that_somebody_saw_and_nobody_can_link_is_named() -> None:
    strange = grown(OLD[:3], "XYZ")
    (found,) = unfit([shown(strange, 6, by="173")], shown(OLD, 9))

    assert (found.code, found.event, found.common) == ("unknown-event", strange[-1].event, ())


def test_what_others_saw_after_the_latest_document_waits_for_the_next_one() -> None:
    assert unfit([shown(OLD, 8, by="173")], shown(OLD[:4], 6)) == []


def test_an_older_document_that_comes_late_is_no_cut_and_a_newer_one_no_rewriting() -> None:
    assert unfit([shown(OLD[:3], 3)], shown(OLD, 9)) == []
    assert unfit([shown(OLD, 9)], shown(OLD[:3], 3)) == []
    assert unfit([shown(OLD, 9)], shown(OLD[:3], 9)) == []


def test_links_since_what_was_seen_are_enough() -> None:
    head = [OLD[3].event]
    rest = since(OLD, [OLD[5].event], head)
    statements = [shown(OLD[:4], 4)]
    new = grown(OLD[:5], "F")
    hidden = since(new, [new[-1].event], [OLD[4].event])

    assert unfit(statements, shown(OLD, 9, links=rest)) == []
    assert unfit(
        [*statements, shown(OLD, 8, links=rest)], shown(new, 9, links=since(new, [new[-1].event], head))
    )
    assert told(unfit(statements, shown(new, 9, links=hidden))) == [("unconnected", "document 4", (), (), ())]


def test_a_merged_history_holds_both_lines() -> None:
    left, right = grown(OLD[:2], "L"), grown(OLD[:2], "R")
    tips = ids(left[-1], right[-1])
    merged = Event(parents=tips, kind="merge", at="t", who="w").link
    whole = [*left, right[-1], merged]
    two = Statement(party="159", heads=tips, links=tuple(whole[:-1]), at=START, by="159", source="two tips")

    assert unfit([shown(left, 3), shown(right, 4), two], shown(whole, 9)) == []
    assert told(unfit([two], shown(left, 9))) == [("cut", "two tips", ids(OLD[1]), ids(right[-1]), ())]


@given(
    length=st.integers(1, 12),
    harm=st.sampled_from(["none", "cut", "rewrite", "fork"]),
    data=st.data(),
)
@settings(max_examples=150, deadline=None)
def test_whatever_is_done_to_a_history_is_found_where_it_was_done(
    length: int, harm: str, data: st.DataObject
) -> None:
    """The harm is known beforehand: the place, and what each side holds there."""
    honest = grown([], "".join(chr(97 + n) for n in range(length)))
    times = data.draw(st.lists(st.integers(1, length), min_size=1, max_size=4).map(sorted), label="shown at")
    at = data.draw(st.integers(0, length - 1), label="harm at")
    before = [shown(honest[:count], hour) for hour, count in enumerate(times, 1)]
    partial = data.draw(st.booleans(), label="links since the last")
    if partial:
        before = [
            shown(honest[:count], hour, links=honest[last:count])
            for hour, (last, count) in enumerate(zip([0, *times], times, strict=False), 1)
        ]
    more = data.draw(st.integers(1, 4), label="events after")
    other = grown(honest[:at], "ABCD"[:more])
    first_seen = next((hour for hour, count in enumerate(times, 1) if count > at), None)
    hour = len(times) + 1
    common, lost = ids(*honest[at - 1 : at]), ids(honest[at])

    if harm == "none":
        assert unfit(before, shown(grown(honest, "z"), hour)) == []
    elif harm == "cut" and at > 0:
        expected: list[tuple[object, ...]] = (
            [] if first_seen is None else [("cut", f"document {first_seen}", common, lost, ())]
        )
        assert told(unfit(before, shown(honest[:at], hour))) == expected
    elif harm == "rewrite":
        expected = (
            []
            if first_seen is None
            else [("rewritten", f"document {first_seen}", common, lost, ids(other[at]))]
        )
        assert told(unfit(before, shown(other, hour))) == expected
    elif harm == "fork" and first_seen is not None:
        lines = [*before, shown(other, hour)]
        expected = [("forked", f"document {hour}", common, ids(other[at]), lost)]
        assert told(unfit(lines, shown(grown(honest, "z"), hour + 1))) == expected


@given(st.lists(st.lists(st.integers(0, 30), max_size=3), min_size=1, max_size=20))
def test_links_written_and_read_are_the_same(shape: list[list[int]]) -> None:
    links: list[Link] = []
    for number, picks in enumerate(shape):
        parents = sorted({links[pick % number].event for pick in picks} if number else set())
        links.append(Event(parents=tuple(parents), kind=str(number), at="t", who="w").link)
    kept = since(links, [links[-1].event], [])

    assert read_links(links_json(kept), [links[-1].event]) == kept
    assert {link.event for link in kept} == ancestry(lineage_of(links), [links[-1].event])


FAKE = Link(OLD[2].event, (OLD[0].event,), OLD[2].content)


@pytest.mark.parametrize(
    ("found", "head"),
    [
        (None, OLD[0]),
        ({}, OLD[0]),
        (["abc"], OLD[0]),
        ([[]], OLD[0]),
        ([[OLD[0].event]], OLD[0]),
        ([[OLD[0].event, OLD[0].content, 7]], OLD[0]),
        ([[OLD[0].event, OLD[0].content.upper()]], OLD[0]),
        (links_json([OLD[0], OLD[0]]), OLD[0]),
        (links_json([OLD[1], OLD[0]]), OLD[1]),
        (links_json(OLD[:3]), OLD[1]),
        (links_json([*OLD[:2], FAKE]), OLD[2]),
        ([[OLD[0].event, OLD[1].content]], OLD[0]),
    ],
)
def test_links_that_no_ledger_writes_are_refused(found: object, head: Link) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the caller says what it means
        read_links(found, [head.event])


def test_a_head_that_is_no_hash_is_refused() -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - as above
        read_links([], ["head"])


@settings(max_examples=60)
@given(st.integers(1, 5), st.integers(0, 3), st.integers(1, 3))
def test_what_was_acknowledged_is_missed_no_more_and_what_comes_after_it_is(
    common: int, instead: int, after: int
) -> None:
    new = grown(OLD[:common], "UVW"[:instead])
    latest, statements = shown(new, 9), [shown(OLD[:count], count) for count in range(1, 7)]

    gone = lost(statements, latest)

    assert gone == {link.event for link in OLD[common:]}
    assert unfit(statements, latest, gone) == []
    later = [*statements, shown(grown(OLD, "xyz"[:after]), 8)]
    assert [one.shown.source for one in unfit(later, latest, gone)] == ["document 8"]
    assert unfit([*statements, latest], shown(grown(OLD[:common], "Z"), 10), gone) == unfit(
        [latest], shown(grown(OLD[:common], "Z"), 10)
    )


def test_a_document_of_an_earlier_moment_stands_before_the_latest_or_goes_on_from_it() -> None:
    """The sender's clock ran ahead once; or somebody puts it back to hide another history."""
    latest = shown(OLD[:4], 9)
    other = grown(OLD[:2], "XYZ")

    assert unfit_between(shown(OLD[:2], 3), [latest], latest) == []
    assert unfit_between(shown(OLD, 3), [latest], latest) == []
    assert told(unfit_between(shown(other, 3), [latest], latest)) == [
        ("rewritten", "document 3", ids(OLD[1]), ids(other[2]), ids(OLD[2]))
    ]
