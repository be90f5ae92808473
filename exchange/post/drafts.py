"""The way without a mail server: a ``.eml`` draft for each message, which a person opens in Outlook, Thunderbird or Mail and sends.

A parcel in, files in ``outbox/mail/`` out. It counts as sent when a person says so (``post sent``) or a receipt comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from exchange.atomic import write_atomically
from exchange.post.letters import Envelope, letters
from exchange.post.ways import Delivery, Parcel, Progress

FOLDER = "mail"


@dataclass(frozen=True, slots=True)
class Drafts:
    """The folder that drafts are written to."""

    folder: Path
    envelope: Envelope

    def deliver(self, parcel: Parcel, progress: Progress) -> Delivery:
        """Write the drafts that are not there yet; the first one's path is told."""
        first: Path | None = None
        self.folder.mkdir(parents=True, exist_ok=True)
        for letter in letters(parcel, self.envelope, None):
            path = self.folder / f"{letter.attached}.eml"
            if not path.exists():
                write_atomically(path, letter.message.as_bytes())
            progress(letter.size)
            first = first or path
        return Delivery(str(first), by_hand=True)
