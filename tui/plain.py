"""The review as running text, for a screen reader, a pipe or a terminal that is too small. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exchange.language import translate as _
from exchange.language import translate_plural
from exchange.review.open_list import Entry
from tui.dossier import Dossiers
from tui.text import status_word


def plain_lines(entries: Sequence[Entry], dossiers: Dossiers, heading: str) -> Iterator[str]:
    """Yield the whole open list, one finding after the other, each with its number and id."""
    yield dossiers.script.show(heading)
    yield translate_plural("{count} finding", "{count} findings", len(entries)).format(count=len(entries))
    for number, entry in enumerate(entries, start=1):
        yield ""
        yield _("Finding {number} of {count}, {status}").format(
            number=number, count=len(entries), status=status_word(entry.status)
        )
        yield f"id {entry.finding.finding_id}"
        yield from (paragraph.text.rstrip() for paragraph in dossiers.of(entry) if paragraph.pieces)
    if entries:
        yield ""
        yield _("Decide with: enblanket decide ID accept|correct|reject|ask --reason TEXT")
