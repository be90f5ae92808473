"""The folder way: a shared drive or a USB stick with one letterbox for each party, ``<folder>/<party>/``.

A parcel appears in the recipient's letterbox under its name when its last byte is on the disk; before, it has a name that
begins with a dot and that nobody reads. We read our own letterbox alone, so many parties share one folder. What was taken
moves to ``taken/`` inside the letterbox and is never deleted; where the medium cannot be written it stays and is known again
by its hash. Names and links that lie there are another's: a link is never followed, a name never leads out.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Generator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from exchange.errors import WayFailed
from exchange.language import translate as _
from exchange.post.ways import CHUNK, Delivery, Offer, Parcel, Progress, Way

TAKEN = "taken"
LARGEST = 4 * 10**9
MOST = 10_000

# How browsers, copy programs and sync clients call what they have not finished.
_UNFINISHED = (".part", ".tmp", ".temp", ".crdownload", ".filepart", ".download", ".!sync", ".bak", "~")
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}
_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
# A USB stick (FAT) and some shared drives know no hard links.
_NO_LINKS = {errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EMLINK, errno.EINVAL, errno.ENOTSUP}


def opened(path: Path, us: str) -> AbstractContextManager[Way]:
    """Return what opens the folder.

    Raises:
        WayFailed: ``way-folder``: it is not there, so a drive or stick is not connected.
    """
    if not path.is_dir():
        raise WayFailed(
            "way-folder",
            _("The folder {path} is not there; connect the drive or the stick, or mend post.toml.").format(
                path=path
            ),
        )
    return nullcontext(Folder(path, us))


@dataclass(frozen=True, slots=True)
class Folder:
    """A shared folder.

    Attributes:
        us: the party whose letterbox is read.
    """

    path: Path
    us: str

    def deliver(self, parcel: Parcel, progress: Progress) -> Delivery:
        """Lay the parcel into its recipient's letterbox."""
        box = self._letterbox(parcel.recipient)
        try:
            box.mkdir(exist_ok=True)
            for name in parcel.names():
                if _lies_there(box, name, parcel):
                    return Delivery(name)
                # A link that leads nowhere lies there too.
                if not os.path.lexists(box / name):
                    _copy(parcel, box, name, progress)
                    return Delivery(name)
        except OSError as error:
            raise _failed(error, box) from None
        raise WayFailed(
            "way-name-taken",
            _("{folder} holds other files under the name {name}; move them away.").format(
                folder=box, name=parcel.name
            ),
            lasting=True,
        )

    def offers(self) -> list[Offer]:
        """Return the finished files in our letterbox."""
        box = self._letterbox(self.us)
        if not box.is_dir():
            return []
        try:
            with os.scandir(box) as entries:
                found = [offer for entry in entries if (offer := _offer(entry)) is not None]
        except OSError as error:
            raise _failed(error, box) from None
        return sorted(found, key=lambda one: os.fsencode(one.mark))[:MOST]

    def read(self, offer: Offer) -> Generator[bytes, None, None]:
        """Give a file's bytes; a file that grew or changed meanwhile is not finished."""
        path = self._letterbox(self.us) / offer.mark
        try:
            with os.fdopen(_without_links(path), "rb") as file:
                before, count = _state(os.fstat(file.fileno())), 0
                _refuse_size(before[0], offer)
                while chunk := file.read(CHUNK):
                    count += len(chunk)
                    _refuse_size(count, offer)
                    yield chunk
                after = _state(os.fstat(file.fileno()))
        except OSError as error:
            raise _failed(error, path) from None
        if before != after or count != before[0]:
            raise unfinished(offer)

    def take(self, offer: Offer) -> bool:
        """Move a file into ``taken/``; False on a medium that cannot be written."""
        box = self._letterbox(self.us)
        try:
            (box / TAKEN).mkdir(exist_ok=True)
            if (box / TAKEN).is_symlink():
                return False
            (box / offer.mark).rename(_free(box / TAKEN, offer.mark))
        except FileNotFoundError:
            return True
        except OSError as error:
            if error.errno in _READ_ONLY:
                return False
            raise _failed(error, box) from None
        return True

    def leave(self, _offer: Offer) -> None:
        """Leave a file; looking at it again costs little."""

    def _letterbox(self, party: str) -> Path:
        box = self.path / party
        if box.is_symlink():
            raise WayFailed(
                "way-link",
                _("{path} is a link and no folder; remove it, it may lead anywhere.").format(path=box),
                lasting=True,
            )
        return box


def is_unfinished(name: str) -> bool:
    """Whether a name is hidden, or one that programs give to what they are still writing."""
    return name.startswith((".", "~")) or name.lower().endswith(_UNFINISHED)


def unfinished(offer: Offer) -> WayFailed:
    """Return that a file grew or shrank while it was read."""
    return WayFailed(
        "way-unfinished",
        _("{name} is still being copied; it is taken when it is whole.").format(name=offer.name),
    )


def too_large(offer: Offer, most: int) -> WayFailed:
    """Return that a file is larger than a way takes."""
    return WayFailed(
        "way-too-large",
        _("{name} is larger than {most} MB and is left where it is.").format(
            name=offer.name, most=most // 10**6
        ),
        lasting=True,
    )


def _refuse_size(size: int, offer: Offer) -> None:
    if size > LARGEST:
        raise too_large(offer, LARGEST)


def _offer(entry: os.DirEntry[str]) -> Offer | None:
    """Return a finished file as an offer; links, folders and names of unfinished files are none."""
    if is_unfinished(entry.name) or not entry.is_file(follow_symlinks=False):
        return None
    state = entry.stat(follow_symlinks=False)
    if not state.st_size:
        return None
    changed = datetime.fromtimestamp(max(0, state.st_mtime), UTC)
    return Offer(mark=entry.name, name=_shown(entry.name), size=state.st_size, changed=changed)


def _shown(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "replace")


def _state(found: os.stat_result) -> tuple[int, int]:
    return found.st_size, found.st_mtime_ns


def _without_links(path: Path) -> int:
    """Open a file itself: where a link or a pipe has taken its place since it was listed, that is refused."""
    special = [getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")]
    handle = os.open(path, os.O_RDONLY | special[0] | special[1] | special[2])
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
    return handle


def _lies_there(box: Path, name: str, parcel: Parcel) -> bool:
    """Whether the parcel's bytes lie there under the name, waiting or taken already."""
    return any(
        path.is_file()
        and not path.is_symlink()
        and path.stat().st_size == parcel.size
        and _sha256(path) == parcel.sha256
        for path in (box / name, box / TAKEN / name)
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(parcel: Parcel, box: Path, name: str, progress: Progress) -> None:
    # One name for each parcel: what a process that died left is written over by the next one.
    temporary = box / f".{parcel.sha256[:16]}.part"
    try:
        digest = _copied(parcel.path, temporary, progress)
        if digest != parcel.sha256:
            raise WayFailed(
                "way-changed", _("{path} changed while it was sent; send again.").format(path=parcel.path)
            )
        _appear(temporary, box / name)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _reach_the_disk(box)


def _copied(source: Path, temporary: Path, progress: Progress) -> str:
    digest = hashlib.sha256()
    temporary.unlink(missing_ok=True)
    with source.open("rb") as file, temporary.open("xb") as target:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            target.write(chunk)
            progress(len(chunk))
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest()


def _appear(temporary: Path, target: Path) -> None:
    """Give the file its name, and never in the place of another that came meanwhile."""
    try:
        os.link(temporary, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        temporary.rename(target)
    else:
        temporary.unlink()


def _reach_the_disk(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network drives know no fsync of a folder; the file itself is on the disk.
        if error.errno not in (errno.EINVAL, errno.EBADF, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def _free(folder: Path, name: str) -> Path:
    """Return a name in the folder that nothing has: what was taken before stays."""
    path, count = folder / name, 1
    while path.exists():
        count += 1
        path = folder / f"{count}_{name}"
    return path


def _failed(error: OSError, path: Path) -> WayFailed:
    if error.errno in _FULL:
        text = _("{path} is full; make room there, and send or fetch again.")
        return WayFailed("way-full", text.format(path=path))
    if error.errno in _READ_ONLY:
        text = _("{path} cannot be written or read by us; see who may, or whether it is read-only.")
        return WayFailed("way-denied", text.format(path=path))
    return WayFailed(
        "way-broken",
        _("{path} gives an error ({reason}); see that it is connected, and try again.").format(
            path=path, reason=error.strerror or error
        ),
    )
