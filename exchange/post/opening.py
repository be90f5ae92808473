"""Which ways a house has: settings in, opened ways out; the modules behind them are loaded when they are used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from exchange.errors import WayFailed
from exchange.language import translate as _
from exchange.post.settings import PostSettings, Server, SftpSettings, SshAccount, WaySettings
from exchange.post.sftp_places import Contact, Place, place_of
from exchange.post.ways import Collector, Sender, Way

INBOX = "inbox"
Account = Server | SshAccount
Password = Callable[[Account], str]
"""Asks for the password of a server, or of an SSH key; raises WayFailed where nobody can be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Who sends and fetches.

    Attributes:
        folder: the workspace; relative paths in ``post.toml`` start from it.
        us: our party; name: of our house, under letters.
        clock: gives now, aware.
        password: asks for that of a mail or SFTP server.
        contact: gives what a party's trusted card says, and our own card of us.
    """

    folder: Path
    us: str
    name: str
    settings: PostSettings
    clock: Callable[[], datetime]
    password: Password
    contact: Callable[[str], Contact]


@dataclass(frozen=True, slots=True)
class Source:
    """One place where things lie for us.

    Attributes:
        by: the kind of way; place: in ``post.toml``, for messages.
    """

    by: str
    place: str
    open: AbstractContextManager[Collector]


def sending(house: House, way: WaySettings) -> AbstractContextManager[Sender]:
    """Return what opens the way to a party.

    Raises:
        WayFailed: it cannot be opened.
    """
    if way.by == "folder":
        from exchange.post import folder

        return folder.opened(house.folder / Path(way.path).expanduser(), house.us)
    if way.by == "sftp":
        return _sftp(house, _place(house, way), lies_open=way.lies_open)
    return _by_letter(house, way)


def _by_letter(house: House, way: WaySettings) -> AbstractContextManager[Sender]:
    from exchange.post.drafts import FOLDER, Drafts
    from exchange.post.letters import Envelope

    address = way.address or house.contact(way.party).mailbox
    if not address:
        raise WayFailed(
            "way-no-address",
            _("No e-mail address of {party} is known; write “to” in {place} of post.toml.").format(
                party=way.party, place=way.place
            ),
            lasting=True,
        )
    envelope = Envelope(
        sender=house.settings.mailbox.address,
        recipient=address,
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


def _place(house: House, way: WaySettings) -> Place:
    return place_of(way.sftp, house.contact(way.party), house.folder, party=way.party, where=way.place)


def _own_place(house: House, settings: SftpSettings) -> Place:
    return place_of(settings, house.contact(house.us), house.folder, party=house.us, where="sftp")


def _sftp(house: House, place: Place, *, lies_open: bool = False) -> AbstractContextManager[Way]:
    from exchange.post import sftp

    ourselves = sftp.Ourselves(us=house.us, folder=house.folder, lies_open=lies_open)
    return sftp.opened(place, ourselves, house.password)


def collecting(house: House) -> Iterator[Source | WayFailed]:
    """Give every place to look at, each once; a place that cannot be looked at as why.

    What a person put into ``inbox/`` comes first, our mailbox last; many parties may share one folder or server.
    """
    from exchange.post import folder

    yield Source(INBOX, INBOX, folder.opened(house.folder, INBOX))
    yield from _folders(house)
    for place in sftp_places(house):
        yield place if isinstance(place, WayFailed) else Source("sftp", place.where, _sftp(house, place))
    server = house.settings.mailbox.imap
    if server is not None:
        from exchange.post import imap

        try:
            password = house.password(server)
            yield Source("imap", "mail.imap", imap.opened(house.settings.mailbox, server, password))
        except WayFailed as failure:
            yield failure


def sftp_places(house: House) -> Iterator[Place | WayFailed]:
    """Give every folder on a server where something may lie for us, each once, our own first; or why it is not known."""
    seen = set()
    asked: list[Callable[[], Place]] = []
    if house.settings.sftp is not None:
        asked.append(partial(_own_place, house, house.settings.sftp))
    asked += [partial(_place, house, way) for way in house.settings.ways if way.by == "sftp"]
    for one in asked:
        try:
            place = one()
        except WayFailed as failure:
            yield failure
            continue
        if place.folder not in seen:
            seen.add(place.folder)
            yield place


def accounts_of(house: House) -> list[Account]:
    """Return whose passwords are asked for: of the mail servers, the SFTP servers without a key and the locked SSH keys.

    Raises:
        WayFailed: an SSH key cannot be read, or a server is not known.
    """
    from exchange.post.ssh_login import asks_for_password

    mailbox = house.settings.mailbox
    found: list[Account] = [one for one in (mailbox.smtp, mailbox.imap) if one is not None]
    for place in sftp_places(house):
        if isinstance(place, WayFailed):
            raise place
        if asks_for_password(place):
            found.append(place.account)
    return list(dict.fromkeys(found))


def _folders(house: House) -> Iterator[Source | WayFailed]:
    from exchange.post import folder

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
