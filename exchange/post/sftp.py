"""The SFTP way: a folder on a server with one letterbox for each party, ``<path>/<party>/``, as the folder way has it.

A parcel is written under a name that begins with a dot, reaches the server's disk where it can be asked to, and gets its name by
a rename that takes no other file's place. What was taken moves to ``taken/``; nothing is deleted but our own half-written
files. Names, sizes and links over there are the server's words: a link is never followed, and sizes are bounded.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import aclosing, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import asyncssh

from exchange.errors import WayFailed
from exchange.language import translate as _
from exchange.post.folder import LARGEST, MOST, TAKEN, is_unfinished, too_large, unfinished
from exchange.post.marks import Mark, mark_in
from exchange.post.sftp_places import Place
from exchange.post.sftp_remote import Remote, State
from exchange.post.sftp_transfer import FULL, TAIL, Upload, pulled, same_until
from exchange.post.spool import ENDING, drop_spool, open_spool
from exchange.post.ssh_connection import PATIENCE, Session, Tally, connected
from exchange.post.ssh_failures import said as reason_of
from exchange.post.ssh_login import login_for
from exchange.post.ways import Delivery, Offer, Parcel, Progress

if TYPE_CHECKING:
    from exchange.post.settings import SshAccount

# What is smaller comes again faster than it is looked up.
_SPOOLED = 2**20
_TRIES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Ourselves:
    """Who sends and reads.

    Attributes:
        us: our party, whose letterbox is read.
        folder: the workspace; ``outbox/sftp`` and ``inbox/sftp`` keep how far a transfer had come.
        lies_open: a package may lie there as it was sealed.
    """

    us: str
    folder: Path
    lies_open: bool = False


@contextmanager
def opened(
    place: Place, ourselves: Ourselves, ask: Callable[[SshAccount], str], patience: float = PATIENCE
) -> Iterator[Sftp]:
    """Connect and log in, and leave.

    Raises:
        WayFailed: ``way-login``, ``way-host-key``, ``way-unreachable``, ``way-ssh``, ``way-folder`` or ``way-cut``.
    """
    with connected(place, login_for(place, ask), patience) as session:
        found = Sftp(place, ourselves, session, Remote(session.client, patience))
        session.run(found.refuse_missing())
        yield found


@dataclass(frozen=True, slots=True)
class Sftp:
    """An open connection to a server with letterboxes."""

    place: Place
    ourselves: Ourselves
    session: Session
    remote: Remote

    async def refuse_missing(self) -> None:
        """Refuse a server without the folder that the letterboxes lie in."""
        if self.place.path and await self.remote.state(self.place.path.encode()) is None:
            raise WayFailed(
                "way-folder",
                _(
                    "{host} has no folder {path}; mend “path” in {place} of post.toml, or ask its owner."
                ).format(host=self.place.host, path=self.place.path, place=self.place.where),
                lasting=True,
            )

    def deliver(self, parcel: Parcel, progress: Progress) -> Delivery:
        """Lay the parcel into its recipient's letterbox."""
        if parcel.kind != "receipt" and not (parcel.is_encrypted or self.ourselves.lies_open):
            raise WayFailed(
                "way-not-encrypted",
                _(
                    "{name} is not encrypted and would lie open on {host}; trust its recipient’s card, or agree on “lies_open”."
                ).format(name=parcel.name, host=self.place.host),
                lasting=True,
            )
        tally = Tally()
        return Delivery(self.session.run(self._delivered(parcel, tally), tally, progress))

    def offers(self) -> list[Offer]:
        """Return the finished files in our letterbox."""
        found = self.session.run(self._offers())
        spools = self._spools()
        if spools.is_dir():
            wanted = {self._mark(one).path.name for one in found}
            for path in list(spools.iterdir()):
                if path.name.removesuffix(ENDING) not in wanted:
                    path.unlink()
        return found

    def read(self, offer: Offer) -> Generator[bytes, None, None]:
        """Give a file's bytes; a file that grew or changed meanwhile is not finished."""
        path, before = self._path(offer), self._file(offer)
        if before.size > LARGEST:
            raise too_large(offer, LARGEST)
        count, is_large = 0, before.size > _SPOOLED
        with closing(
            self._spooled(offer, before) if is_large else self._pulled(path, 0, before.size)
        ) as pieces:
            for piece in pieces:
                count += len(piece)
                yield piece
        if count != before.size or self._file(offer) != before:
            raise unfinished(offer)

    def take(self, offer: Offer) -> bool:
        """Move a file into ``taken/``; False where we may not."""
        return self.session.run(self._taken(_bytes(offer.mark)))

    def leave(self, _offer: Offer) -> None:
        """Leave a file; looking at it again costs little."""

    async def _delivered(self, parcel: Parcel, tally: Tally) -> str:
        box = await self._ready(parcel.recipient)
        mark = mark_in(
            self.ourselves.folder / "outbox" / "sftp", self.place.name, parcel.recipient, parcel.sha256
        )
        for name in parcel.names():
            if await self._lies_there(box, name.encode(), parcel, mark) or (
                await self.remote.state(box + b"/" + name.encode()) is None
                and await self._brought(box, name.encode(), parcel, mark, tally)
            ):
                mark.drop()
                return name
        await self._withdrawn(_temporary(box, parcel), mark)
        raise WayFailed(
            "way-name-taken",
            _("{folder} holds other files under the name {name}; move them away.").format(
                folder=f"{self.place.host}:{box.decode()}", name=parcel.name
            ),
            lasting=True,
        )

    async def _ready(self, party: str) -> bytes:
        """Return a party's letterbox, made where it is missing."""
        box = self._letterbox(party)
        state = await self.remote.state(box)
        if state is None:
            state = await self.remote.make_folder(box)
        if state.sort != "folder":
            raise self._link(box)
        return box

    async def _lies_there(self, box: bytes, name: bytes, parcel: Parcel, mark: Mark) -> bool:
        """Whether the parcel's bytes lie there under the name, waiting or taken already."""
        for path in (box + b"/" + name, b"/".join((box, TAKEN.encode(), name))):
            state = await self.remote.state(path)
            if state is None or state.sort != "file" or state.size != parcel.size:
                continue
            # Ours was whole when it got its name; then its end tells it from any other.
            begins = max(0, parcel.size - TAIL) if mark.offset() == parcel.size else 0
            with parcel.path.open("rb") as ours:
                async with self.remote.reading(path) as file:
                    if await same_until(self.remote, file, ours, begins, parcel.size) == parcel.size:
                        return True
        return False

    async def _brought(self, box: bytes, name: bytes, parcel: Parcel, mark: Mark, tally: Tally) -> bool:
        """Write the parcel and give it its name; False where another file has got the name meanwhile."""
        temporary = _temporary(box, parcel)
        if (state := await self.remote.state(temporary)) is not None and state.sort != "file":
            raise self._link(temporary)
        try:
            with parcel.path.open("rb") as ours:
                async with self.remote.writing(temporary) as file:
                    await Upload(self.remote, parcel, ours, file, mark, tally).finish()
        except FULL as error:
            await self._withdrawn(temporary, mark)
            raise self._full(parcel, error) from None
        except WayFailed:
            await self._withdrawn(temporary, mark)
            raise
        if not await self.remote.rename(temporary, box + b"/" + name):
            return False
        state = await self.remote.state(box + b"/" + name)
        # A receiver that looks just now may have taken it already.
        if state is not None and (state.sort, state.size) != ("file", parcel.size):
            raise self._lies(parcel)
        return True

    async def _withdrawn(self, temporary: bytes, mark: Mark) -> None:
        """Take away what cannot be finished, so that it fills nobody's disk."""
        mark.drop()
        with suppress(asyncssh.Error, OSError):
            await self.remote.remove(temporary)

    async def _offers(self) -> list[Offer]:
        box = self._letterbox(self.ourselves.us)
        state = await self.remote.state(box)
        if state is None:
            return []
        if state.sort != "folder":
            raise self._link(box)
        found: list[Offer] = []
        for name, said in await self.remote.entries(box):
            # Not every server says in its listing what is a file.
            state = await self.remote.state(box + b"/" + name) if said.sort == "unsaid" else said
            is_file = state is not None and state.sort == "file" and state.size > 0
            if state is not None and is_file and not is_unfinished(name.decode("utf-8", "replace")):
                found.append(_offer(name, state))
        return sorted(found, key=lambda one: _bytes(one.mark))[:MOST]

    async def _taken(self, name: bytes) -> bool:
        box = self._letterbox(self.ourselves.us)
        folder = box + b"/" + TAKEN.encode()
        try:
            state = await self.remote.state(folder) or await self.remote.make_folder(folder)
            if state.sort != "folder":
                return False
            for number in range(1, _TRIES):
                target = name if number == 1 else b"%d_%s" % (number, name)
                if await self.remote.rename(box + b"/" + name, folder + b"/" + target):
                    return True
        except asyncssh.SFTPNoSuchFile:
            return True
        except asyncssh.SFTPPermissionDenied:
            return False
        return False

    def _file(self, offer: Offer) -> State:
        """Return what lies there under an offer's name, which must be a file itself."""
        state = self.session.run(self.remote.state(self._path(offer)))
        if state is None:
            raise unfinished(offer)
        if state.sort != "file":
            raise self._link(self._path(offer))
        return state

    def _spooled(self, offer: Offer, before: State) -> Generator[bytes, None, None]:
        """Give a large file's bytes: first what had come before a cut, then the rest."""
        path, mark = self._path(offer), self._mark(offer)
        try:
            with open_spool(mark) as spool:
                if spool.length and not self._fits(path, spool.tail(TAIL), spool.length):
                    spool.cut(0)
                yield from spool.pieces()
                with closing(self._pulled(path, spool.length, before.size)) as rest:
                    for piece in rest:
                        spool.add(piece)
                        yield piece
        except WayFailed:
            raise
        except BaseException:
            # Whoever reads wants no more of it, or cannot keep it.
            drop_spool(mark)
            raise
        drop_spool(mark)

    def _fits(self, path: bytes, tail: bytes, ends: int) -> bool:
        return b"".join(self._pulled(path, ends - len(tail), ends)) == tail

    def _pulled(self, path: bytes, begins: int, ends: int) -> Generator[bytes, None, None]:
        """Give the bytes between two offsets; the session works ahead while they are written here."""
        pieces = self._pieces(path, begins, ends)

        async def next_one() -> bytes | None:
            return await anext(pieces, None)

        async def no_more() -> None:
            await pieces.aclose()

        try:
            while (piece := self.session.run(next_one())) is not None:
                yield piece
        finally:
            with suppress(WayFailed):
                self.session.run(no_more())

    async def _pieces(self, path: bytes, begins: int, ends: int) -> AsyncGenerator[bytes, None]:
        async with (
            self.remote.reading(path) as file,
            aclosing(pulled(self.remote, file, begins, ends)) as pieces,
        ):
            async for piece in pieces:
                yield piece

    def _path(self, offer: Offer) -> bytes:
        return self._letterbox(self.ourselves.us) + b"/" + _bytes(offer.mark)

    def _letterbox(self, party: str) -> bytes:
        path = self.place.path
        return (f"{path.rstrip('/')}/{party}" if path else party).encode()

    def _spools(self) -> Path:
        return mark_in(self.ourselves.folder / "inbox" / "sftp", self.place.name).path

    def _mark(self, offer: Offer) -> Mark:
        return mark_in(self._spools(), offer.mark, str(offer.size), str(offer.changed))

    def _link(self, path: bytes) -> WayFailed:
        return WayFailed(
            "way-link",
            _("{path} is a link and no folder or file; remove it, it may lead anywhere.").format(
                path=f"{self.place.host}:{path.decode('utf-8', 'replace')}"
            ),
            lasting=True,
        )

    def _full(self, parcel: Parcel, error: Exception) -> WayFailed:
        return WayFailed(
            "way-full",
            _(
                "{host} takes no more of {name} ({reason}): its disk or our share of it is full; it is sent again when there is room."
            ).format(host=self.place.host, name=parcel.name, reason=reason_of(error)),
        )

    def _lies(self, parcel: Parcel) -> WayFailed:
        return WayFailed(
            "way-broken",
            _("{host} does not hold {name} as it was sent; ask its owner.").format(
                host=self.place.host, name=parcel.name
            ),
        )


def _temporary(box: bytes, parcel: Parcel) -> bytes:
    # The same for each try, so that the next one goes on from there.
    return box + b"/." + parcel.sha256[:32].encode() + b".part"


def _offer(name: bytes, state: State) -> Offer:
    changed = None if state.changed is None else datetime.fromtimestamp(max(0, state.changed), UTC)
    mark = name.decode("utf-8", "surrogateescape")
    return Offer(mark=mark, name=name.decode("utf-8", "replace"), size=state.size, changed=changed)


def _bytes(mark: str) -> bytes:
    return mark.encode("utf-8", "surrogateescape")
