"""``fetch``: what lies for us on any way comes into the house, is judged as ``receive`` does, and is put aside over there.

Offers in, events and receipts out. The order keeps everything: the bytes are on our disk under ``inbox/post/`` before the event
*came*; they are judged, in the order of their numbers; only then is the offer moved aside. A process that dies at any point
leaves what the next ``fetch`` finishes, and the same bytes by two ways are one file. What does not verify lies in
``inbox/quarantine``. An encrypted file that is damaged may be half copied: it is moved aside when a second look finds the same.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Literal

from exchange.atomic import write_atomically, write_pieces_atomically
from exchange.errors import KeyRefused, PackageRefused, WayFailed
from exchange.post.kinds import HEAD, TAIL, Sort, sort_of
from exchange.post.opening import Password, Source, collecting, files
from exchange.post.states import CAME, JUDGED, Arrival, Judgement, arrivals, came_body, judged_body
from exchange.post.ways import Collector, Kind, Meter, Offer, Progress, unwatched
from exchange.workspace.folder import Workspace
from exchange.workspace.inquiries import QuestionsCame
from exchange.workspace.posting import house_of
from exchange.workspace.receiving import (
    QUARANTINE,
    AnswersCame,
    Came,
    Keys,
    PackageCame,
    ReceiptCame,
    receive,
)

STAGED = "post"

Result = Literal["came", "known", "refused", "waiting", "part", "left", "unfinished", "failed"]

# Our own names say no more than agreement, jobcentre, period, party and number; another name may be a person's.
_WORD = r"[A-Za-z0-9.-]{1,60}"
_OURS = re.compile(
    rf"({_WORD}(_{_WORD}){{4}}(\.receipt)?|{_WORD}_{_WORD}_[0-9]{{1,9}}\.(questions|answers))\.asice(\.age)?"
)
_NUMBER = re.compile(r"_([0-9]{1,9})\.")
# One sentence for a connection that ended, and not one for each file behind it.
_GONE = ("way-cut", "way-unreachable")
_DAMAGED = ("encryption-altered", "encryption-cut")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of one file.

    Attributes:
        name: for people, as the other side says it; hostile.
        by: the kind of way.
        came: what ``receive`` says of it, where it could be judged.
        code, detail: why it was not taken in, where it was not.
    """

    name: str
    by: str
    result: Result
    came: Came | None = None
    code: str = ""
    detail: str = ""


@dataclass(slots=True)
class _Looked:
    """One offer whose bytes we hold.

    Attributes:
        sha256s: of the files in it; again: which of them had come before this fetch.
    """

    source: Source
    way: Collector
    offer: Offer
    sha256s: list[str] = field(default_factory=list)
    again: set[str] = field(default_factory=set)


def fetch(
    workspace: Workspace,
    keys: Keys,
    password: Password,
    given: Sequence[Path] = (),
    meter: Meter = unwatched,
) -> Iterator[Fetched]:
    """Look at every place, take in what lies there, and give what came of each file.

    Args:
        workspace: whose.
        keys: asked only when something came.
        password: asks for that of a mail server.
        given: files to take in instead of looking anywhere; they stay where they lie.
        meter: shown how far each file is.

    Raises:
        KeyRefused: our keys cannot be opened; what came lies in ``inbox/post`` and is judged by the next fetch.
        WorkspaceError: ``post.toml`` is not understood, or the ledger cannot be written.
        RuleError: our own rules cannot be run.
    """
    _sweep(workspace)
    with ExitStack() as ways:
        collection = _Collection(workspace, ways, arrivals(workspace.ledger.events()), meter)
        house = house_of(workspace, password)
        for source in files(given) if given else collecting(house):
            if isinstance(source, WayFailed):
                yield _failed("", "", source)
            else:
                yield from collection.collect(source)
        results: dict[str, Fetched] = {}
        for sha256, fetched in _judged(workspace, keys):
            results[sha256] = fetched
            yield fetched
        fresh = {sha256 for one in collection.looked for sha256 in set(one.sha256s) - one.again}
        for one in collection.looked:
            yield from _put_aside(one, results, fresh, collection.gone)


@dataclass(slots=True)
class _Collection:
    """The first half of a fetch: from everywhere onto our own disk.

    Attributes:
        known: what had come before, by its sha256.
        gone: places whose connection ended; what lies there is not asked for again in this fetch.
    """

    workspace: Workspace
    ways: ExitStack
    known: dict[str, Arrival]
    meter: Meter
    looked: list[_Looked] = field(default_factory=list)
    gone: list[Source] = field(default_factory=list)

    def collect(self, source: Source) -> Iterator[Fetched]:
        """Bring over what one place offers, and give what is not for us or cannot be had."""
        try:
            way = self.ways.enter_context(source.open)
            offers = way.offers()
        except WayFailed as failure:
            yield _failed("", source.by, failure)
            return
        for offer in offers:
            one = _Looked(source, way, offer)
            try:
                refused = self._stage(one)
                if refused == "left":
                    way.leave(offer)
            except WayFailed as failure:
                yield _failed(offer.name, source.by, failure)
                if failure.code in _GONE:
                    self.gone.append(source)
                    return
                continue
            if refused is not None:
                yield Fetched(name=offer.name, by=source.by, result=refused)
            if refused in (None, "part"):
                self.looked.append(one)

    def _stage(self, one: _Looked) -> Result | None:
        """Bring what an offer holds onto our disk and into the ledger; return why not, where it is nothing for us."""
        folder = _staging(self.workspace)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Where our own disk is full nothing else would end it while its way is still open.
        with closing(one.way.read(one.offer)) as pieces:
            return self._staged(one, folder / ".coming", pieces)

    def _staged(self, one: _Looked, temporary: Path, pieces: Iterator[bytes]) -> Result | None:
        head = next(pieces, b"")
        # Whatever else lies there is not copied to be looked at; its beginning tells.
        if sort_of(head[:HEAD], b"", one.offer.name).content == "foreign":
            return "left"
        progress = self.meter(one.offer.name, one.offer.size)
        write_pieces_atomically(temporary, _counted(chain((head,), pieces), progress))
        try:
            sort = _sort(temporary, one.offer.name)
            if sort.content in ("mail", "outlook"):
                return self._unpack(temporary, sort, one)
            if not sort.whole:
                return "unfinished"
            return self._keep(temporary, sort, one.offer.name, one)
        finally:
            temporary.unlink(missing_ok=True)

    def _unpack(self, message: Path, sort: Sort, one: _Looked) -> Result | None:
        from exchange.post.unpacking import attached

        temporary, results, is_cut = message.with_name(".attached"), [], False
        try:
            # All of it before any of it: a message beyond the limits leaves nothing behind.
            for found in list(attached(message, sort, one.offer.name)):
                is_cut |= not found.sort.whole
                if found.sort.whole:
                    write_atomically(temporary, found.content)
                    results.append(self._keep(temporary, found.sort, found.name, one))
        finally:
            temporary.unlink(missing_ok=True)
        if not results:
            return "unfinished" if is_cut else "left"
        return "part" if all(result == "part" for result in results) else None

    def _keep(self, written: Path, sort: Sort, name: str, one: _Looked) -> Result | None:
        """Keep one file that may be ours; ``part`` where more of it has to come."""
        if sort.content == "part":
            return self._keep_part(written, one)
        sha256, size = _sha256(written), written.stat().st_size
        one.sha256s.append(sha256)
        known = self.known.get(sha256)
        if known is not None:
            one.again.add(sha256)
            if known.state == "verified":
                return None
        name = _own_name(name, sha256, encrypted=sort.content == "encrypted")
        place = _staging(self.workspace) / sha256
        place.mkdir(mode=0o700, exist_ok=True)
        if not any(place.iterdir()):
            written.replace(place / name)
        if known is None:
            arrival = Arrival(sha256=sha256, name=name, size=size, by=one.source.by, at="")
            self.workspace.record(CAME, came_body(arrival))
            self.known[sha256] = arrival
        return None

    def _keep_part(self, written: Path, one: _Looked) -> Result | None:
        from exchange.workspace.post_parts import FOLDER, drop_parts, keep_part, whole_of

        folder = self.workspace.folder / "inbox" / FOLDER
        part = keep_part(folder, written)
        whole = written.with_name(".whole")
        known = self.known.get(part.whole)
        if known is None or known.state != "verified":
            if not whole_of(folder, part, whole):
                return "part"
            sort = _sort(whole, part.name)
            if sort.content not in ("package", "encrypted"):
                whole.unlink()
                drop_parts(folder, part.whole)
                return "left"
            self._keep(whole, sort, part.name, one)
            whole.unlink(missing_ok=True)
        else:
            one.sha256s.append(part.whole)
            one.again.add(part.whole)
        drop_parts(folder, part.whole)
        return None


def _counted(pieces: Iterable[bytes], progress: Progress) -> Iterator[bytes]:
    for piece in pieces:
        progress(len(piece))
        yield piece


def _judged(workspace: Workspace, keys: Keys) -> Iterator[tuple[str, Fetched]]:
    """Judge everything that lies on our disk and was not judged, each stream in the order of its numbers."""
    staged = sorted(
        (path for path in _staging(workspace).glob("*/*") if path.is_file()),
        key=lambda path: order_of(path.name),
    )
    if not staged:
        return
    _refuse_locked(workspace, keys)
    for path in staged:
        sha256 = path.parent.name
        known = arrivals(workspace.ledger.events()).get(sha256)
        if known is None or _sha256(path) != sha256:
            # A process died between the bytes and the event: the offer still lies where it came from.
            shutil.rmtree(path.parent)
            continue
        yield sha256, _judge(workspace, keys, path, known)


def _refuse_locked(workspace: Workspace, keys: Keys) -> None:
    """Open our keys and our trust once, so that nothing is judged halfway."""
    from exchange.sealing.keys import unlock_age, unlock_signing_key
    from exchange.workspace.trust_desk import trust_and_ourselves

    unlock_signing_key(workspace.keys, keys.own)
    unlock_age(workspace.keys, keys.own)
    trust_and_ourselves(workspace)


def _judge(workspace: Workspace, keys: Keys, path: Path, known: Arrival) -> Fetched:
    try:
        refused = _locked(workspace, keys, path)
        if refused is not None:
            return _refused(workspace, path, known, "", refused)
        came = receive(workspace, path, keys)
    except _Waits as waits:
        return Fetched(name=path.name, by=known.by, result="waiting", detail=str(waits))
    except PackageRefused as refusal:
        return _refused(workspace, path, known, refusal.code, str(refusal))
    if isinstance(came, PackageCame):
        came = _settled_package(workspace, path, known, came)
    else:
        _settle(workspace, known, "verified", *_told_by(came))
    shutil.rmtree(path.parent)
    return Fetched(name=path.name, by=known.by, result="came", came=came)


class _Waits(KeyRefused):
    """A package was encrypted with a passphrase that nobody gave, or with another."""


def _locked(workspace: Workspace, keys: Keys, path: Path) -> str | None:
    """Return why an encrypted file is not for us; None where we can open it.

    Raises:
        _Waits: it asks for a passphrase that is not here.
        PackageRefused: its header cannot be read.
    """
    from exchange.sealing.age import key_by_identity, key_by_passphrase, read_header
    from exchange.sealing.encryption import naming
    from exchange.sealing.keys import unlock_age

    if not path.name.endswith(".age"):
        return None
    with path.open("rb") as file, naming(path.name):

        def read_at(offset: int, count: int) -> bytes:
            file.seek(offset)
            return file.read(count)

        header = read_header(read_at, path.stat().st_size)
    if header.asks_for_passphrase:
        try:
            key_by_passphrase(header, keys.package() or b"")
        except KeyRefused as refused:
            raise _Waits(str(refused)) from None
        return None
    identity = unlock_age(workspace.keys, keys.own)
    try:
        key_by_identity(header, identity.secret, *identity.former)
    except KeyRefused as refused:
        return str(refused)
    return None


def _told_by(came: ReceiptCame | QuestionsCame | AnswersCame) -> tuple[Kind, str]:
    """Return what came and of what it is: of a receipt the package, of a workbook the container."""
    if isinstance(came, ReceiptCame):
        return "receipt", came.answered.package
    if isinstance(came, QuestionsCame):
        return "questions", came.inquiry.sha256
    return "answers", came.sha256


def _settled_package(workspace: Workspace, path: Path, known: Arrival, came: PackageCame) -> PackageCame:
    if not came.stored and came.quarantined is None:
        came = replace(came, quarantined=_quarantine(workspace, path))
    state: Judgement = "verified" if came.stored else "quarantined"
    _settle(workspace, known, state, "package", came.verdict.origin)
    return came


def _refused(workspace: Workspace, path: Path, known: Arrival, code: str, detail: str) -> Fetched:
    _quarantine(workspace, path)
    _settle(workspace, known, "quarantined", None, "")
    shutil.rmtree(path.parent)
    return Fetched(name=path.name, by=known.by, result="refused", code=code, detail=detail)


def _settle(workspace: Workspace, known: Arrival, state: Judgement, kind: Kind | None, package: str) -> None:
    if (known.state, known.kind, known.package) != (state, kind, package):
        workspace.record(JUDGED, judged_body(known.sha256, state, kind, package))


def _quarantine(workspace: Workspace, path: Path) -> Path:
    folder = workspace.folder / "inbox" / QUARANTINE
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ending = ".asice.age" if path.name.endswith(".age") else ".asice"
    return path.replace(folder / f"{path.parent.name}{ending}")


def _put_aside(
    one: _Looked, results: Mapping[str, Fetched], fresh: set[str], gone: list[Source]
) -> Iterator[Fetched]:
    """Move an offer aside; what may be half copied stays until a second look finds the same."""
    damaged = {sha256 for sha256, fetched in results.items() if fetched.code in _DAMAGED}
    if damaged & set(one.sha256s) - one.again:
        return
    # What a process that died had left was judged just now, and is told already.
    if one.sha256s and set(one.sha256s) <= one.again - (results.keys() - fresh):
        yield Fetched(name=one.offer.name, by=one.source.by, result="known")
    if one.source in gone:
        return
    try:
        one.way.take(one.offer)
    except WayFailed as failure:
        yield _failed(one.offer.name, one.source.by, failure)
        if failure.code in _GONE:
            gone.append(one.source)


def _failed(name: str, by: str, failure: WayFailed) -> Fetched:
    result: Result = "unfinished" if failure.code == "way-unfinished" else "failed"
    return Fetched(name=name, by=by, result=result, code=failure.code, detail=str(failure))


def _sweep(workspace: Workspace) -> None:
    """Take what a process that died was still writing; the post is ours alone while we fetch."""
    for path in _staging(workspace).glob(".*"):
        path.unlink()


def _staging(workspace: Workspace) -> Path:
    return workspace.folder / "inbox" / STAGED


def _sort(path: Path, name: str) -> Sort:
    with path.open("rb") as file:
        head = file.read(HEAD)
        file.seek(-min(TAIL, path.stat().st_size), 2)
        return sort_of(head, file.read(TAIL), name)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def order_of(name: str) -> tuple[str, int]:
    """Return what sorts number 9 before number 10 of the same stream."""
    number = _NUMBER.search(name)
    return (name, 0) if number is None else (name[: number.start()], int(number[1]))


def _own_name(name: str, sha256: str, *, encrypted: bool) -> str:
    ending = ".asice.age" if encrypted else ".asice"
    return name if _OURS.fullmatch(name) and name.endswith(ending) else f"{sha256[:16]}{ending}"
