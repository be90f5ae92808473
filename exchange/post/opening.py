"""Which ways a house has: settings in, opened ways out; the modules behind them are loaded when they are used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from exchange.errors import WayFailed
from exchange.language import translate as _
from exchange.post.settings import PostSettings, Server, WaySettings
from exchange.post.ways import Collector, Sender

INBOX = "inbox"
Password = Callable[[Server], str]
"""Asks for the password of a mail server; raises WayFailed where nobody can be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Who sends and fetches.

    Attributes:
        folder: the workspace; relative paths in ``post.toml`` start from it.
        us: our party; name: of our house, under letters.
        clock: gives now, aware.
        password: asks for that of a mail server.
    """

    folder: Path
    us: str
    name: str
    settings: PostSettings
    clock: Callable[[], datetime]
    password: Password


@dataclass(frozen=True, slots=True)
class Source:
    """One place where things lie for us.

    Attributes:
        by: the kind of way; place: in ``post.toml``, for messages.
    """

    by: str
    place: str
    open: AbstractContextManager[Collector]


def sending(house: House, way: WaySettings, address: str) -> AbstractContextManager[Sender]:
    """Return what opens the way to a party.

    Args:
        house: who sends.
        way: to whom.
        address: the party's e-mail address on its card, "" where it has none.

    Raises:
        WayFailed: it cannot be opened.
    """
    if way.by == "folder":
        from exchange.post import folder

        return folder.opened(house.folder / Path(way.path).expanduser(), house.us)
    from exchange.post.drafts import FOLDER, Drafts
    from exchange.post.letters import Envelope

    if not (way.address or address):
        raise WayFailed(
            "way-no-address",
            _("No e-mail address of {party} is known; write “to” in {place} of post.toml.").format(
                party=way.party, place=way.place
            ),
            lasting=True,
        )
    envelope = Envelope(
        sender=house.settings.mailbox.address,
        recipient=way.address or address,
        name=house.name,
        largest=way.largest,
        forced_tls=way.forced_tls,
    )
    if way.by == "eml":
        return nullcontext(Drafts(house.folder / "outbox" / FOLDER, envelope))
    from exchange.post import smtp

    server = house.settings.mailbox.smtp
    if server is None or not envelope.sender:
        raise WayFailed(
            "way-unknown",
            _("{place} of post.toml goes by smtp; write “from” in [mail], and [mail.smtp].").format(
                place=way.place
            ),
            lasting=True,
        )
    return smtp.opened(server, house.password(server), envelope, house.clock)


def collecting(house: House) -> Iterator[Source | WayFailed]:
    """Give every place to look at, each once; a place that cannot be looked at as why.

    What a person put into ``inbox/`` comes first, our mailbox last; many parties may share one folder.
    """
    from exchange.post import folder

    yield Source(INBOX, INBOX, folder.opened(house.folder, INBOX))
    seen: set[Path] = set()
    for way in house.settings.ways:
        path = house.folder / Path(way.path).expanduser()
        if way.by != "folder" or path in seen:
            continue
        seen.add(path)
        try:
            yield Source(way.by, way.place, folder.opened(path, house.us))
        except WayFailed as failure:
            yield failure
    server = house.settings.mailbox.imap
    if server is not None:
        from exchange.post import imap

        try:
            password = house.password(server)
            yield Source("imap", "mail.imap", imap.opened(house.settings.mailbox, server, password))
        except WayFailed as failure:
            yield failure


def files(paths: Sequence[Path]) -> Iterator[Source]:
    """Give the one place that files of a person's choice are."""
    from exchange.post.given import Given

    yield Source("file", "", nullcontext(Given(tuple(paths))))


def refuse_unknown(house: House, party: str, by: str | None) -> WaySettings:
    """Return the way to a party.

    Raises:
        WayFailed: ``way-unknown``: post.toml names none.
    """
    found = house.settings.way_to(party, by)
    if found is None:
        raise WayFailed(
            "way-unknown",
            _("post.toml names no way to {party}; add one as docs/post.md shows.").format(party=party)
            if by is None
            else _("post.toml names no way to {party} by {by}; add one as docs/post.md shows.").format(
                party=party, by=by
            ),
            lasting=True,
        )
    return found
