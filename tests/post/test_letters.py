"""E-mail without a server: drafts that mail programs open, in parts where they must be, and packages only encrypted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange import language
from exchange.errors import WayFailed
from exchange.post.drafts import Drafts
from exchange.post.letters import Envelope, letters
from exchange.post.parts import parts_of, read_line, room_for
from exchange.post.ways import Parcel, nothing
from exchange.workspace.post_parts import count_of, keep_part, whole_of
from tests.post.faults import fault

NAME = "AFT-1_173_2016-01--2016-03_173_1.asice.age"
ENVELOPE = Envelope(
    sender="aft@159.example", recipient="aft@173.example", name="Jobcenter Gladsaxe", largest=20_000, forced_tls=False
)  # fmt: skip
AT = datetime(2016, 4, 3, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _danish() -> Iterator[None]:
    before = language.current()
    language.use("da")
    yield
    language.use(before)


def parcel(folder: Path, content: bytes, name: str = NAME, **other: object) -> Parcel:
    path = folder / "outgoing"
    path.write_bytes(content)
    values: dict[str, object] = {
        "kind": "package",
        "name": name,
        "path": path,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "sender": "159",
        "recipient": "173",
        "agreement_id": "AFT-1",
        "jobcentre": "173",
        "period": "2016-01-01..2016-03-31",
        "sequence": 1,
        **other,
    }
    return Parcel(**values)  # type: ignore[arg-type]


def read(path: Path) -> EmailMessage:
    found = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_draft_is_danish_and_waits_for_a_person(tmp_path: Path) -> None:
    one = parcel(tmp_path, b"\0\xff" * 1000)

    delivery = Drafts(tmp_path / "mail", ENVELOPE).deliver(one, nothing)

    assert (delivery.by_hand, Path(delivery.name).name) == (True, f"{NAME}.eml")
    message = read(Path(delivery.name))
    assert message["Subject"] == "AFT-1, jobcenter 173, januar – marts 2016: pakke nr. 1"
    assert (message["To"], message["From"], message["X-Unsent"]) == (
        "aft@173.example",
        "aft@159.example",
        "1",
    )
    assert (message["Date"], message["Message-ID"]) == (None, None)
    body = message.get_body()
    assert body is not None
    assert body.get_content().splitlines() == [
        "Vedhæftet er en underskrevet pakke, krypteret til jer. Den har ét jobcenters oplysninger efter aftalen.",
        "",
        (
            "Gem mailen eller den vedhæftede fil i mappen inbox i jeres arbejdsmappe, og kør ”enblanket fetch”. "
            "Filen skal ikke åbnes på anden måde og må gerne hedde noget andet."
        ),
        "",
        NAME,
        f"sha256 {one.sha256}",
        "",
        "Venlig hilsen",
        "Jobcenter Gladsaxe",
    ]
    (attachment,) = message.iter_attachments()
    assert (attachment.get_filename(), attachment.get_content_type()) == (NAME, "application/octet-stream")
    assert attachment.get_content() == b"\0\xff" * 1000
    content = Path(delivery.name).read_bytes()
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_a_sent_letter_has_a_date_and_the_same_id_each_time(tmp_path: Path) -> None:
    one = parcel(tmp_path, b"x")

    first, second = (next(letters(one, ENVELOPE, AT)).message for _time in range(2))

    assert first["Message-ID"] == f"<{one.sha256[:32]}.0@159.example>" == second["Message-ID"]
    assert (first["Date"], first["X-Unsent"]) == ("Sun, 03 Apr 2016 08:00:00 +0000", None)


@pytest.mark.parametrize(
    ("period", "kind", "subject"),
    [
        ("2016-03-01..2016-03-31", "package", "AFT-1, jobcenter 173, marts 2016: pakke nr. 1"),
        (
            "2015-12-01..2016-01-31",
            "package",
            "AFT-1, jobcenter 173, december 2015 – januar 2016: pakke nr. 1",
        ),
        ("2016-03-01..2016-03-31", "receipt", "AFT-1, jobcenter 173, marts 2016: kvittering for pakke nr. 1"),
    ],
)
def test_the_subject_tells_agreement_jobcentre_and_months(
    tmp_path: Path, period: str, kind: str, subject: str
) -> None:
    (letter,) = letters(parcel(tmp_path, b"x", period=period, kind=kind), ENVELOPE, AT)

    assert letter.message["Subject"] == subject


@fault("headers that end headers", "draft", "smtp", seen="an agreement’s id of two lines")
def test_an_agreement_that_would_end_the_header_cannot(tmp_path: Path) -> None:
    one = parcel(tmp_path, b"x", agreement_id="AFT\r\nBcc: spy@example.com")

    (letter,) = letters(one, ENVELOPE, AT)

    assert message_from_bytes(letter.message.as_bytes())["Bcc"] is None
    assert "<U+000D><U+000A>Bcc" in str(letter.message["Subject"])


def test_an_open_package_leaves_only_where_forced_tls_is_agreed(tmp_path: Path) -> None:
    language.use("en")
    name = NAME.removesuffix(".age")
    one, receipt = parcel(tmp_path, b"x", name), parcel(tmp_path, b"x", name, kind="receipt")
    agreed = Envelope(sender="", recipient="a@b.dk", name="x", largest=20_000, forced_tls=True)

    with pytest.raises(WayFailed) as failed:
        list(letters(one, ENVELOPE, AT))

    assert (failed.value.code, str(failed.value)) == (
        "way-not-encrypted",
        (
            f"{name} is not encrypted, and only encrypted packages leave by e-mail; "
            "trust its recipient’s card or agree on forced TLS."
        ),
    )
    assert len(list(letters(one, agreed, AT))) == 1
    assert len(list(letters(receipt, ENVELOPE, AT))) == 1


@fault("delivered out of order", "draft", seen="parts backwards")
@given(size=st.integers(1, 60_000), largest=st.integers(18_000, 50_000))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_parts_fit_into_messages_and_come_together_in_any_order(
    tmp_path: Path, size: int, largest: int
) -> None:
    content = hashlib.shake_128(b"seed").digest(size)
    one = parcel(tmp_path, content)
    envelope = Envelope(
        sender="a@b.dk", recipient="c@d.dk", name="Jobcenter", largest=largest, forced_tls=False
    )
    written = [letter.message for letter in letters(one, envelope, AT)]

    assert all(len(message.as_bytes()) <= largest for message in written)
    assert len({message["Message-ID"] for message in written}) == len(written)
    if size <= room_for(largest):
        assert len(written) == 1
        return
    folder, pieces = tmp_path / f"parts-{size}-{largest}", []
    for number, message in enumerate(reversed(written)):
        (attachment,) = message.iter_attachments()
        path = tmp_path / f"piece-{number}"
        path.write_bytes(attachment.get_content())
        part = keep_part(folder, path)
        done = whole_of(folder, part, tmp_path / "whole")
        pieces.append(done)
        assert count_of(folder, part) == number + 1
    assert pieces == [False] * (len(written) - 1) + [True]
    assert (tmp_path / "whole").read_bytes() == content


def test_without_us_the_parts_are_joined_by_leaving_out_their_first_lines(tmp_path: Path) -> None:
    content = bytes(range(256)) * 100
    pieces = [piece for _part, piece in parts_of(parcel(tmp_path, content), 40_000)]

    assert len(pieces) == 2
    assert b"".join(piece.partition(b"\n")[2] for piece in pieces) == content


@pytest.mark.parametrize(
    "line",
    [
        b"enblanket-part/2 " + b"0" * 64 + b" 1 1/1 " + b"0" * 64 + b" a\n",
        b"enblanket-part/1 " + b"0" * 63 + b" 1 1/1 " + b"0" * 64 + b" a\n",
        b"enblanket-part/1 " + b"0" * 64 + b" 1 2/1 " + b"0" * 64 + b" a\n",
        b"enblanket-part/1 " + b"0" * 64 + b" 1 1/1000 " + b"0" * 64 + b" a\n",
        b"enblanket-part/1 " + b"0" * 64 + b" 01 1/1 " + b"0" * 64 + b" a\n",
        b"enblanket-part/1 " + b"0" * 64 + b" 1 1/1 " + b"0" * 64 + b" a\xc3\xa5\n",
        b"enblanket-part/1 " + b"0" * 64 + b" 1 1/1 " + b"0" * 64 + b" a",
    ],
)
def test_a_line_that_is_no_parts_is_none(line: bytes) -> None:
    assert read_line(line) is None


@fault("a damaged or false part", "draft", seen="both")
def test_damaged_and_foreign_parts_are_refused(tmp_path: Path) -> None:
    language.use("en")
    content = bytes(range(256)) * 100
    pieces = [piece for _part, piece in parts_of(parcel(tmp_path, content), 40_000)]
    path = tmp_path / "piece"
    path.write_bytes(pieces[0][:-1] + b"?")

    with pytest.raises(WayFailed, match="A part of a package is damaged; ask its sender"):
        keep_part(tmp_path / "parts", path)
    # A part of somebody who made its own hash fit, under the whole's.
    found = read_line(pieces[0])
    assert found is not None
    forged = pieces[0].replace(found[0].sha256.encode(), hashlib.sha256(b"forged").hexdigest().encode())
    path.write_bytes(forged.partition(b"\n")[0] + b"\nforged")
    keep_part(tmp_path / "parts", path)
    path.write_bytes(pieces[1])
    last = keep_part(tmp_path / "parts", path)
    with pytest.raises(WayFailed, match="do not fit together; ask its sender to send all of them again"):
        whole_of(tmp_path / "parts", last, tmp_path / "whole")
    assert not (tmp_path / "whole").exists()
