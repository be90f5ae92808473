"""One part of a workbook, item by item: those written plainly are cut out of expat's input by a pattern, the rest goes through expat.

In: a part that is a long list of like elements (rows, shared strings), what takes expat's events, and what reads a plain item. Out: the
items in order. What expat is fed is a whole document with fewer items, so it still judges all that stands around and between them.
An item is cut out only where expat would be between two of them: a comment that holds a closing tag ends the cutting for good.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Generic, Protocol, TypeVar

from exchange.intake.workbook_parts import Content, Feed, Parts

_MAX_PENDING = 4 * 2**20
# A tag costs expat's events so much more than the pattern.
_COST_OF_EVENTS = 4
# All but markup and what expat would refuse, or change (a carriage return), or that may end a CDATA section.
_PLAIN = r"<>&\x00-\x08\x0b-\x1f\ufffe\uffff"
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
_ENTITY = re.compile("|".join(_ENTITIES))
ATTRIBUTES = rf'(?: [A-Za-z0-9:]+="[^"{_PLAIN}]*")*'
TEXT = rf"[^{_PLAIN}]*(?:(?:{'|'.join(_ENTITIES)})[^{_PLAIN}]*)*"

Item = TypeVar("Item")
_Item_co = TypeVar("_Item_co", covariant=True)


class Events(Content, Protocol[_Item_co]):
    """What takes expat's events and makes items of them.

    Attributes:
        between: what was fed last ended an item, or began the list.
    """

    between: bool

    def drain(self) -> Sequence[_Item_co]:
        """Return the items that have ended since the last time."""


class PlainStream(Generic[Item]):
    """One pass over one part.

    Args:
        parts: the workbook.
        part: the part's name.
        events: what takes the items that are not plain.
        begin: the tag that begins the list.
        end: the tag that ends an item.
    """

    def __init__(
        self, parts: Parts, part: str, events: Events[Item], *, begin: re.Pattern[bytes], end: str
    ) -> None:
        self._parts, self._part, self._events = parts, part, events
        self._begin, self._end = begin, end
        self._feed = Feed(parts, events)
        self._plain = False
        self._pending = b""
        self._spent = 0

    def items(self, plain: Callable[[str], Item | None]) -> Iterator[Item]:
        """Give the items.

        Args:
            plain: reads the text between the item before and this one's closing tag; None where it is not plain.
        """
        return self._stream(lambda data: self._cut(data, plain))

    def around(self) -> None:
        """Feed the events with all but the plain-looking items, which are not read."""
        for _item in self._stream(lambda _data: iter(())):
            pass

    def _stream(self, take: Callable[[bytes], Iterator[Item]]) -> Iterator[Item]:
        with self._parts.damage_said():
            chunks = self._parts.chunks(self._part)
            head = self._up_to_items(chunks)
            for chunk in chain((head,), chunks):
                if self._plain:
                    yield from take(self._ended(chunk))
                    if len(self._pending) > _MAX_PENDING:
                        yield from self._all_by_events(())
                else:
                    yield from self._by_events(chunk)
            yield from self._by_events(self._pending)
            self._feed.close()

    def _up_to_items(self, chunks: Iterator[bytes]) -> bytes:
        """Feed all that comes before the items and return what was read beyond it."""
        head = next(chunks, b"")
        begin = self._begin.search(head)
        if begin is None:
            return head
        self._feed.feed(head[: begin.end()])
        self._plain = self._events.between and (self._feed.encoding or "utf-8").lower() == "utf-8"
        return head[begin.end() :]

    def _by_events(self, data: bytes) -> Iterator[Item]:
        self._spent += _COST_OF_EVENTS * data.count(b"<")
        self._parts.spend(f"{self._part}#events", self._spent)
        self._feed.feed(data)
        yield from self._events.drain()

    def _ended(self, chunk: bytes) -> bytes:
        """Return the bytes up to the last item that has ended; keep the rest."""
        self._pending += chunk
        tag = self._end.encode()
        end = self._pending.rfind(tag) + len(tag)
        if end < len(tag):
            end = 0
        data, self._pending = self._pending[:end], self._pending[end:]
        return data

    def _cut(self, data: bytes, plain: Callable[[str], Item | None]) -> Iterator[Item]:
        pieces = data.decode().split(self._end)[:-1]
        for place, piece in enumerate(pieces):
            item = plain(piece)
            if item is not None:
                yield item
                continue
            self._events.between = False
            yield from self._by_events(f"{piece}{self._end}".encode())
            if not self._events.between:
                yield from self._all_by_events(pieces[place + 1 :])
                return

    def _all_by_events(self, pieces: Sequence[str]) -> Iterator[Item]:
        """Leave all that follows to expat: something swallowed an item's end, or an item has none."""
        self._plain = False
        rest, self._pending = self._pending, b""
        yield from self._by_events("".join(piece + self._end for piece in pieces).encode())
        yield from self._by_events(rest)


def plain_text(raw: str) -> str:
    """Return what a plain text says, its entities undone."""
    return _ENTITY.sub(lambda found: _ENTITIES[found[0]], raw) if "&" in raw else raw
