"""An e-mail that somebody still has to send: RFC 5322 with one attachment, the same bytes for the same draft.

A draft comes in, the bytes of an ``.eml`` go out. ``X-Unsent`` makes Outlook open it for editing; there is no Date and no Message-ID, which
whoever sends it adds. Refuses nothing: header values pass the standard library's own checks.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP

_XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be sent.

    Attributes:
        sender, to: addresses; None leaves the header out.
        attachment: the file's name; content: its bytes.
    """

    sender: str | None
    to: str | None
    subject: str
    text: str
    attachment: str
    content: bytes = field(repr=False)


def write_draft(draft: Draft) -> bytes:
    """Return the bytes of the ``.eml``."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = draft.subject
    if draft.sender:
        mail["From"] = draft.sender
    if draft.to:
        mail["To"] = draft.to
    mail["X-Unsent"] = "1"
    mail.set_content(draft.text, cte="quoted-printable")
    mail.add_attachment(draft.content, maintype=_XLSX[0], subtype=_XLSX[1], filename=draft.attachment)
    # A boundary of the library's own is random.
    mail.set_boundary(f"enblanket-{hashlib.sha256(draft.content).hexdigest()[:32]}")
    return mail.as_bytes()
