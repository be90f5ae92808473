"""What every way offers: bring a file to the other side whole, list what lies there for us, read it, put it aside.

A parcel (a file of ours with its hash) goes in, and lies at the other side under a name, whole or not at all; offers come out,
whose names and sizes are the other side's words and hostile. A way never deletes: what was taken is moved aside. It refuses
with :class:`~exchange.errors.WayFailed`, whose code says whether trying again may help.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

Kind = Literal["package", "receipt", "questions", "answers"]
Progress = Callable[[int], None]
"""Called with the number of bytes that went over since the last call."""
Meter = Callable[[str, int | None], Progress]
"""Called when a file begins, with its name (hostile where it is another's) and its bytes, None where nobody knows."""

CHUNK = 2**18


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One finished file on its way out.

    Attributes:
        name: a name that every system takes (:func:`exchange.sealing.names.fault_of_name` finds nothing in it).
        size, sha256: of the file's bytes.
        sender, recipient: who sends the file to whom; of a receipt, who answers.
        agreement_id, jobcentre, period, sequence: of the package that it is or answers; of a workbook its number alone.
    """

    kind: Kind
    name: str
    path: Path
    size: int
    sha256: str
    sender: str
    recipient: str
    agreement_id: str
    jobcentre: str
    period: str
    sequence: int

    @property
    def is_encrypted(self) -> bool:
        """Whether nobody reads it on the way."""
        return self.name.endswith(".age")

    def names(self) -> tuple[str, str]:
        """Return the name to deliver under, and the one for when other bytes lie there already."""
        return self.name, f"{self.sha256[:16]}_{self.name}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a parcel.

    Attributes:
        name: under which it lies at the other side, or of the draft.
        by_hand: a person has to send it; until then it counts as queued.
    """

    name: str
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What lies at the other side for us.

    Attributes:
        mark: what the way finds it again by; nobody else reads it.
        name: as the other side says it, for people; hostile.
        size: bytes, as the other side says; None where it does not.
        changed: by the other side's clock, aware; None where it does not say.
    """

    mark: str
    name: str
    size: int | None = None
    changed: datetime | None = None


class Sender(Protocol):
    """The half of a way that goes out."""

    def deliver(self, parcel: Parcel, progress: Progress) -> Delivery:
        """Bring the parcel over; on return the other side holds all of its bytes, and before it saw none of them.

        Delivering again what lies there adds nothing. Where other bytes lie under the name, they stay and the second of
        :meth:`Parcel.names` is taken.

        Raises:
            WayFailed: it is not there, or nobody knows; delivering again finishes the work.
        """
        ...


class Collector(Protocol):
    """The half of a way that comes in."""

    def offers(self) -> list[Offer]:
        """Return what lies there for us and may be whole; unfinished and foreign files are left out.

        Raises:
            WayFailed: nobody can look.
        """
        ...

    def read(self, offer: Offer) -> Generator[bytes, None, None]:
        """Give the bytes of an offer in pieces; never more than the way's limit.

        Raises:
            WayFailed: it is cut, changed meanwhile, larger than the limit or gone.
        """
        ...

    def take(self, offer: Offer) -> bool:
        """Move an offer aside, so that it is offered no more; taking it again does nothing.

        Returns:
            Whether it is aside: False where the medium cannot be written, and the offer will be seen again.

        Raises:
            WayFailed: it could not be moved for now.
        """
        ...

    def leave(self, offer: Offer) -> None:
        """Remember, where the place can, that an offer holds nothing of ours; it lies where it lay.

        Raises:
            WayFailed: the place cannot be reached any more.
        """
        ...


class Way(Sender, Collector, Protocol):
    """An opened way that goes both out and in, as a folder does; each way's module has a function that opens it."""


def nothing(_count: int) -> None:
    """Show no progress."""


def unwatched(_name: str, _size: int | None) -> Progress:
    """Show nothing of any file."""
    return nothing
