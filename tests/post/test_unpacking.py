"""Saved messages: what is ours is found however it was forwarded and renamed; hostile ones are refused or neutralised."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from exchange.errors import WayFailed
from exchange.post.kinds import HEAD, TAIL, sort_of
from exchange.post.unpacking import attached
from tests.post.compound import compound, message
from tests.post.faults import fault

AGE = b"age-encryption.org/v1\n-> X25519 x\n" + bytes(5000)
ZIP = (
    b"PK\x03\x04"
    + bytes(26)
    + b"mimetypeapplication/vnd.etsi.asic-e+zip"
    + bytes(5000)
    + b"PK\x05\x06"
    + bytes(18)
)


@pytest.fixture(autouse=True)
def _english(in_english: None) -> None:
    """Sentences are asserted in English."""


def unpacked(folder: Path, content: bytes, name: str = "mail.eml") -> list[tuple[str, bytes]]:
    path = folder / "message"
    path.write_bytes(content)
    sort = sort_of(content[:HEAD], content[-TAIL:], name)
    assert sort.content in ("mail", "outlook")
    return [(one.name, one.content) for one in attached(path, sort, name)]


def mail(*attachments: tuple[bytes, str], text: str = "Hej\n") -> EmailMessage:
    found = EmailMessage(policy=SMTP)
    found["Subject"], found["From"] = "Pakke", "a@b.dk"
    found.set_content(text)
    for content, name in attachments:
        found.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return found


def test_packages_are_found_by_their_bytes_and_never_by_their_names(tmp_path: Path) -> None:
    found = mail((AGE, "faktura.pdf"), (ZIP, "Kopi (2) af pakke.zip"), (b"%PDF-1.4", "pakke.asice"))

    assert unpacked(tmp_path, found.as_bytes()) == [("faktura.pdf", AGE), ("Kopi (2) af pakke.zip", ZIP)]


def test_a_forwarded_message_is_opened_also_when_it_is_attached_as_a_file(tmp_path: Path) -> None:
    inner = mail((AGE, "a.age"))
    forwarded = mail()
    forwarded.add_attachment(inner)
    as_file = mail((forwarded.as_bytes(), "Videresendt.eml"), (compound(message(ZIP)), "Gammel mail.msg"))

    assert unpacked(tmp_path, forwarded.as_bytes()) == [("a.age", AGE)]
    assert unpacked(tmp_path, as_file.as_bytes()) == [("a.age", AGE), ("", ZIP)]


def nested(depth: int) -> bytes:
    found = mail((AGE, "a.age"))
    for _level in range(depth):
        outer = mail()
        outer.add_attachment(found)
        found = outer
    return found.as_bytes()


@fault("messages 50 deep in one another", "draft", seen="more are refused")
def test_fifty_messages_in_one_another_are_opened_and_more_are_refused(tmp_path: Path) -> None:
    assert unpacked(tmp_path, nested(50)) == [("a.age", AGE)]
    inner = mail((AGE, "a.age")).as_bytes()
    deep = b"Content-Type: message/rfc822\r\n\r\n" * 5000 + inner
    with pytest.raises(WayFailed, match="deeper than 50"):
        unpacked(tmp_path, nested(51))
    sentence = (
        r"mail\.eml cannot be read as a message: messages lie in it deeper than 50; "
        r"save the attached file itself into inbox\."
    )
    with pytest.raises(WayFailed, match=sentence):
        unpacked(tmp_path, deep)
    content = b"From: a@b.dk\r\n\r\nx"
    for _level in range(60):
        content = (
            b"Content-Type: application/octet-stream; name=x.eml\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            + content
        )
    with pytest.raises(WayFailed, match="deeper than 50"):
        unpacked(tmp_path, content)


def many(count: int) -> bytes:
    part = (
        b"--b\r\nContent-Type: application/octet-stream; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.b64encode(AGE[:60])
        + b"\r\n"
    )
    return b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * count + b"--b--\r\n"


@fault("10 000 attachments", "draft", seen="one more is refused")
def test_ten_thousand_attachments_are_read_and_one_more_is_not(tmp_path: Path) -> None:
    assert len(unpacked(tmp_path, many(10_000))) == 10_000
    with pytest.raises(WayFailed) as failed:
        unpacked(tmp_path, many(10_001))
    assert str(failed.value) == (
        "mail.eml cannot be read as a message: it holds more than 10000 attachments; save the attached file itself into inbox."
    )


@fault("names of attachments that are paths", "draft", seen="and names that are too long or no text")
@pytest.mark.parametrize(
    "disposition",
    [
        'filename="../../../../etc/cron.d/x"',
        'filename="C:\\\\Windows\\\\x.asice"',
        'filename="a\\r\\nBcc: spy@example.com.asice"',
        "filename*=no-such-charset''%ff%fe",
        "filename*0*=utf-8''a; filename*2*=b",
        'filename="=?utf-8?q?=1B[2J?="',
        f'filename="{"x" * 5000}"',
    ],
)
def test_a_name_is_only_a_word(tmp_path: Path, disposition: str) -> None:
    content = (
        "Content-Type: application/octet-stream\r\n"
        f"Content-Disposition: attachment; {disposition}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    ).encode() + base64.encodebytes(AGE)

    ((name, inner),) = unpacked(tmp_path, content)

    assert inner == AGE
    assert len(name) <= 200


def test_outlooks_own_messages_are_opened_with_those_inside(tmp_path: Path) -> None:
    content = compound(message(b"%PDF" + bytes(5000), ZIP, message(AGE, message(ZIP))))

    assert [inner for _name, inner in unpacked(tmp_path, content, "mail.msg")] == [ZIP, AGE, ZIP]


@pytest.mark.parametrize("at", [60, 76, 520, 700, 5000, 9000])
def test_a_damaged_outlook_message_is_a_sentence_or_read_as_far_as_it_goes(tmp_path: Path, at: int) -> None:
    content = bytearray(compound(message(AGE, ZIP)))
    content[at : at + 8] = b"\xff" * 8

    try:
        found = unpacked(tmp_path, bytes(content), "mail.msg")
    except WayFailed as failed:
        assert str(failed) == (  # noqa: PT017 (either outcome is right)
            "mail.msg cannot be read as a message: it is a damaged Outlook message; "
            "save the attached file itself into inbox."
        )
    else:
        assert len(found) <= 2
    with pytest.raises(WayFailed, match="it is a damaged Outlook message"):
        unpacked(tmp_path, bytes(content[:600]), "mail.msg")


def test_a_message_without_anything_of_ours_gives_nothing(tmp_path: Path) -> None:
    assert unpacked(tmp_path, mail((b"%PDF-1.4", "ferie.pdf")).as_bytes()) == []
