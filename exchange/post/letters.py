"""Letters: a parcel as e-mail messages, with a Danish subject and text and the file, or its parts, attached.

A parcel, two addresses and the limit of the recipient's server in, messages out, one for each part. The subject tells agreement,
jobcentre and period and never a person. An open package is refused unless both sides have agreed on forced TLS.
The same parcel gives the same Message-ID, so that a message that was sent twice is seen to be one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from exchange.errors import WayFailed
from exchange.language import choose
from exchange.language import translate as _
from exchange.periods import parse_period
from exchange.post.parts import MOST, Part, parts_of
from exchange.post.ways import Parcel
from exchange.sanitise import visible

_ENCRYPTED_TYPE, _PACKAGE_TYPE = ("application", "octet-stream"), ("application", "vnd.etsi.asic-e+zip")
_MONTHS_DA = (
    "januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who writes to whom.

    Attributes:
        sender, recipient: e-mail addresses; a draft may have no sender, the mail program fills it in.
        name: of our house, under the text.
        largest: bytes that a message may have.
        forced_tls: an open package may leave.
    """

    sender: str
    recipient: str
    name: str
    largest: int
    forced_tls: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """One message, the name of what is attached, and its bytes before they became letters."""

    message: EmailMessage
    attached: str
    size: int


def letters(parcel: Parcel, envelope: Envelope, at: datetime | None) -> Iterator[Letter]:
    """Give the messages that carry a parcel, in order; ``at`` is None for a draft.

    Raises:
        WayFailed: ``way-not-encrypted``, or ``way-too-large`` for more parts than anybody sends.
    """
    if parcel.kind != "receipt" and not parcel.is_encrypted and not envelope.forced_tls:
        raise WayFailed(
            "way-not-encrypted",
            _(
                "{name} is not encrypted, and only encrypted packages leave by e-mail; trust its recipient’s card or agree on forced TLS."
            ).format(name=parcel.name),
            lasting=True,
        )
    for part, content in parts_of(parcel, envelope.largest):
        if part is not None and part.count > MOST:
            raise WayFailed(
                "way-too-large",
                _("{name} would take {count} messages; send it by another way.").format(
                    name=parcel.name, count=part.count
                ),
                lasting=True,
            )
        yield _letter(parcel, envelope, at, part, content)


def _letter(
    parcel: Parcel, envelope: Envelope, at: datetime | None, part: Part | None, content: bytes
) -> Letter:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _subject(parcel, part)
    message["To"] = Address(addr_spec=envelope.recipient)
    if envelope.sender:
        message["From"] = Address(addr_spec=envelope.sender)
    if at is None:
        # Outlook opens it as a message that is still to be sent.
        message["X-Unsent"] = "1"
    else:
        message["Date"] = format_datetime(at)
        message["Message-ID"] = _message_id(parcel, part, envelope.sender)
    message.set_content(_text(parcel, envelope, part), cte="quoted-printable")
    attached = parcel.name if part is None else f"{parcel.name}.{part.number:03}-of-{part.count:03}"
    kind = _ENCRYPTED_TYPE if part is not None or parcel.is_encrypted else _PACKAGE_TYPE
    message.add_attachment(content, *kind, filename=attached)
    return Letter(message, attached, len(content))


def _message_id(parcel: Parcel, part: Part | None, sender: str) -> str:
    number = 0 if part is None else part.number
    return f"<{parcel.sha256[:32]}.{number}@{sender.rpartition('@')[2] or 'enblanket.invalid'}>"


def _subject(parcel: Parcel, part: Part | None) -> str:
    what = {
        "package": choose("pakke nr. {number}", "package no. {number}"),
        "receipt": choose("kvittering for pakke nr. {number}", "receipt for package no. {number}"),
        "questions": choose("Spørgsmål nr. {number} fra {sender}", "Questions no. {number} from {sender}"),
        "answers": choose("Svar på spørgsmål nr. {number}", "Answers to questions no. {number}"),
    }[parcel.kind].format(number=parcel.sequence, sender=parcel.sender)
    about = choose(
        "{agreement}, jobcenter {jobcentre}, {period}: {what}",
        "{agreement}, jobcentre {jobcentre}, {period}: {what}",
    )
    subject = what
    if parcel.period:
        subject = about.format(
            agreement=visible(parcel.agreement_id),
            jobcentre=parcel.jobcentre,
            period=_months(parcel.period),
            what=what,
        )
    if part is None:
        return subject
    of = choose(" (del {number} af {count})", " (part {number} of {count})")
    return subject + of.format(number=part.number, count=part.count)


def _months(text: str) -> str:
    period = parse_period(text)
    names = choose(" ".join(_MONTHS_DA), " ".join(_MONTHS_EN)).split()
    first, last = period.start, period.end
    if (first.year, first.month) == (last.year, last.month):
        return f"{names[first.month - 1]} {first.year}"
    before = "" if first.year == last.year else f" {first.year}"
    return f"{names[first.month - 1]}{before} – {names[last.month - 1]} {last.year}"


def _text(parcel: Parcel, envelope: Envelope, part: Part | None) -> str:
    lines = [
        _what_it_is(parcel),
        "",
        _what_to_do(),
        "",
        f"{parcel.name}",
        f"sha256 {parcel.sha256}",
    ]
    if part is not None:
        told = choose(
            "Filen er for stor til én mail. Dette er del {number} af {count}; hent dem alle, i hvilken rækkefølge det skal være.",
            "The file is too large for one message. This is part {number} of {count}; fetch all of them, in any order.",
        )
        lines += ["", told.format(number=part.number, count=part.count)]
    return "\n".join([*lines, "", choose("Venlig hilsen", "Kind regards"), visible(envelope.name), ""])


def _what_it_is(parcel: Parcel) -> str:
    if parcel.kind == "receipt":
        return choose(
            "Vedhæftet er vores underskrevne kvittering for jeres pakke.",
            "Our signed receipt for your package is attached.",
        )
    if parcel.kind == "questions":
        return choose(
            "Vedhæftet er vores spørgsmål, underskrevet og krypteret til jer. Når I har kørt ”enblanket fetch”, ligger de som en "
            "Excel-fil i inbox/questions.",
            "Our questions, signed and encrypted to you, are attached. After “enblanket fetch” they lie in inbox/questions as an "
            "Excel file.",
        )
    if parcel.kind == "answers":
        return choose(
            "Vedhæftet er vores svar på jeres spørgsmål, underskrevet og krypteret til jer.",
            "Our answers to your questions, signed and encrypted to you, are attached.",
        )
    if parcel.is_encrypted:
        return choose(
            "Vedhæftet er en underskrevet pakke, krypteret til jer. Den har ét jobcenters oplysninger efter aftalen.",
            "A signed package, encrypted to you, is attached. It holds one jobcentre’s rows under the agreement.",
        )
    return choose(
        "Vedhæftet er en underskrevet pakke. Den har ét jobcenters oplysninger efter aftalen.",
        "A signed package is attached. It holds one jobcentre’s rows under the agreement.",
    )


def _what_to_do() -> str:
    return choose(
        "Gem mailen eller den vedhæftede fil i mappen inbox i jeres arbejdsmappe, og kør ”enblanket fetch”. "
        "Filen skal ikke åbnes på anden måde og må gerne hedde noget andet.",
        "Save the message or the attached file into the folder inbox of your workspace, and run “enblanket fetch”. "
        "The file needs no other opening, and it may be renamed.",
    )
