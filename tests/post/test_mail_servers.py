"""SMTP and IMAP against Postfix and Dovecot: nothing without TLS, nothing deleted, nothing twice; and against servers that lie."""

from __future__ import annotations

import io
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exchange.errors import WayFailed
from exchange.post import imap, smtp
from exchange.post.letters import Envelope
from exchange.post.settings import Mailbox, Server
from exchange.post.ways import Parcel, nothing
from tests.cli.test_keys import ERRORS, KEYRING
from tests.conftest import CommandLine, Said
from tests.post.conftest import SECOND, Three, well
from tests.post.faults import fault
from tests.post.mail_servers import (
    LARGEST,
    PASSWORD,
    Servers,
    until,
)
from tests.post.test_letters import parcel
from tests.post.test_month import came, states
from tests.post.wire import Wire, silent, speaking

ENVELOPE = Envelope(
    sender="aft159@example.dk", recipient="aft173@example.dk", name="Gladsaxe", largest=20_000_000, forced_tls=False
)  # fmt: skip
AT = datetime(2016, 4, 3, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english(in_english: None) -> None:
    """Sentences are asserted in English."""


def outgoing(servers: Servers, port: int | None = None) -> Server:
    return Server(
        host="localhost", port=port or servers.smtp, security="starttls", user="aft159", authority=str(servers.authority)
    )  # fmt: skip


def incoming(servers: Servers, port: int | None = None, user: str = "aft173") -> Server:
    return Server(
        host="localhost", port=port or servers.imap, security="starttls", user=user, authority=str(servers.authority)
    )  # fmt: skip


def send(server: Server, one: Parcel, password: str = PASSWORD, patience: float = 20) -> None:
    with smtp.opened(server, password, ENVELOPE, lambda: AT, patience) as way:
        way.deliver(one, nothing)


def read(server: Server, password: str = PASSWORD, patience: float = 20) -> list[bytes]:
    with imap.opened(Mailbox(), server, password, patience) as way:
        return [b"".join(way.read(offer)) for offer in way.offers()]


def with_password(house: CommandLine, *words: str, password: str = PASSWORD) -> Said:
    """Run a command with the mail password on a descriptor."""
    reads, writes = os.pipe()
    os.write(writes, password.encode())
    os.close(writes)
    said = house(*words, "--mail-password-fd", str(reads))
    os.close(reads)
    return said


def test_a_package_and_its_receipt_go_round_by_real_servers(by_server: Three, empty: Servers) -> None:
    three = by_server

    well(with_password(three.lead, "send", "--to", "aud-nord"))
    until(lambda: len(empty.folder("nord")) == 1)
    empty.lay("nord", b"From: chef@example.dk\r\nSubject: Ferie\r\n\r\nHusk ferien.\r\n")
    well(with_password(three.auditor, "fetch"))
    again = well(with_password(three.auditor, "fetch"))
    well(with_password(three.auditor, "send"))
    until(lambda: len(empty.folder("aft159")) == 1)
    well(with_password(three.lead, "fetch"))

    assert (states(three.lead)[SECOND], [state for _name, state in came(three.auditor)]) == (
        "accepted",
        ["verified"],
    )
    assert (again.out, again.err) == ("", "Nothing new has come.\n")
    # Ordinary mail is still there and unread; what was taken has moved and is not deleted.
    (holiday,) = empty.folder("nord")
    assert b"Husk ferien." in holiday.read_bytes()
    assert "S" not in holiday.name.partition(":2,")[2]
    (package,) = empty.folder("nord", "enblanket")
    assert "\nSubject: AFT-1, jobcentre 159, " in package.read_text()
    assert "X-Unsent" not in package.read_text()


@fault("larger than the server takes", "smtp", seen="two parts")
def test_what_is_larger_than_the_server_takes_goes_in_parts(empty: Servers, tmp_path: Path) -> None:
    send(outgoing(empty), parcel(tmp_path, b"age-encryption.org/v1\n" + bytes(1_200_000)))
    until(lambda: len(empty.folder("aft173")) == 2)

    found = read(incoming(empty))

    assert len(found) == 2
    assert all(len(one) <= LARGEST for one in found)


def test_a_password_that_does_not_fit_is_a_sentence(empty: Servers, tmp_path: Path) -> None:
    with pytest.raises(WayFailed) as out:
        send(outgoing(empty), parcel(tmp_path, b"x"), "wrong")
    with pytest.raises(WayFailed) as back:
        read(incoming(empty), "forkært")

    assert str(out.value) == "localhost does not let aft159 in; see user and password."
    assert str(back.value) == "localhost does not let aft173 in; see user and password."
    assert (out.value.code, back.value.code, out.value.lasting) == ("way-login", "way-login", True)


def test_an_address_that_the_server_refuses_is_a_sentence(empty: Servers, tmp_path: Path) -> None:
    envelope = Envelope(sender="aft159@example.dk", recipient="nobody@example.dk", name="x", largest=10**6, forced_tls=False)  # fmt: skip
    with (
        pytest.raises(WayFailed) as failed,
        smtp.opened(outgoing(empty), PASSWORD, envelope, lambda: AT) as way,
    ):
        way.deliver(parcel(tmp_path, b"x"), nothing)

    assert (failed.value.code, failed.value.lasting) == ("way-refused", True)
    assert str(failed.value).startswith("localhost refuses the message to nobody@example.dk (550 ")


@fault("TLS certificate unknown, or of another host", "smtp", seen="nobody’s authority")
@fault("TLS certificate unknown, or of another host", "imap", seen="of another host")
def test_a_certificate_that_nobody_knows_is_refused(empty: Servers, tmp_path: Path) -> None:
    stranger = Server(host="localhost", port=empty.smtps, security="tls", user="aft159")
    renamed = Server(
        host="127.0.0.1", port=empty.imaps, security="tls", user="x", authority=str(empty.authority)
    )

    with pytest.raises(WayFailed) as out:
        send(stranger, parcel(tmp_path, b"x"))
    with pytest.raises(WayFailed) as back:
        read(renamed)

    assert str(out.value) == (
        "The certificate of localhost does not hold (self-signed certificate); "
        "ask who runs the server, nothing was sent or read."
    )
    assert str(back.value) == (
        "The certificate of 127.0.0.1 does not hold (IP address mismatch, certificate is not valid for '127.0.0.1'); "
        "ask who runs the server, nothing was sent or read."
    )


@fault("TLS taken out on the way", "smtp", "imap", seen="no STARTTLS; not even a name is said")
def test_tls_that_somebody_takes_out_on_the_way_stops_everything(empty: Servers, tmp_path: Path) -> None:
    def without(said: bytes) -> bytes:
        return said.replace(b"STARTTLS", b"XXXXXXXX")

    with Wire(empty.smtp, change=without).laid() as wire, pytest.raises(WayFailed) as out:
        send(outgoing(empty, wire.port), parcel(tmp_path, b"x"))
    with Wire(empty.imap, change=without).laid() as other, pytest.raises(WayFailed) as back:
        read(incoming(empty, other.port))

    sentence = (
        "localhost does not offer STARTTLS, so nothing goes to it; use implicit TLS, or another server."
    )
    assert (str(out.value), str(back.value)) == (sentence, sentence)
    for heard in (wire.heard, other.heard):
        assert b"AUTH" not in heard.upper()
        assert PASSWORD.encode() not in heard


def test_a_literal_that_is_larger_than_anything_asked_for_is_not_read() -> None:
    lines = [
        b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n",
        b"* CAPABILITY IMAP4rev1 LOGIN\r\nTAG OK done\r\n",
        b"* LIST {99999999999}\r\n",
    ]
    with speaking(lines) as port:
        connection = imap.Bounded("localhost", port, 20)
        with pytest.raises(connection.abort):
            connection.login("x", "y")
        connection.shutdown()


@fault("nothing may be written over there", "imap", seen="a server that cannot move copies once")
def test_where_a_server_cannot_move_the_original_stays_and_is_offered_no_more(empty: Servers) -> None:
    from dataclasses import replace

    empty.lay("aft173", b"Subject: a\r\n\r\nb\r\n")
    server = incoming(empty)
    with imap.opened(Mailbox(taken="Modtaget & læst"), server, PASSWORD) as way:
        old = replace(way, can_move=False)
        (offer,) = old.offers()
        assert old.take(offer)
        assert old.offers() == []

    assert len(empty.folder("aft173")) == 1
    assert len(empty.folder("aft173", "Modtaget &- l&AOY-st")) == 1


def test_a_folder_that_is_not_there_is_a_sentence(empty: Servers) -> None:
    with pytest.raises(WayFailed) as failed, imap.opened(Mailbox(folder="Pakker"), incoming(empty), PASSWORD):
        pass

    assert str(failed.value) == "localhost has no folder “Pakker”; mend “folder” in post.toml."


def test_a_password_that_the_keyring_keeps_is_asked_for_no_more(
    by_server: Three, empty: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's keyring is a small package of the same name here; ours imports whatever is installed."""
    (tmp_path / "keyring").mkdir()
    (tmp_path / "keyring" / "__init__.py").write_text(KEYRING, encoding="utf-8")
    (tmp_path / "keyring" / "errors.py").write_text(ERRORS, encoding="utf-8")
    house = by_server.lead
    monkeypatch.setattr("sys.stdin", io.StringIO())

    nobody = house("send", "--to", "aud-nord")
    with monkeypatch.context() as installed:
        installed.syspath_prepend(str(tmp_path))
        kept = with_password(house, "post", "remember")
        sent = house("send", "--to", "aud-nord")
    for name in ("keyring", "keyring.errors"):
        sys.modules.pop(name, None)

    assert (nobody.code, nobody.err) == (
        1,
        "enblanket: Nobody can be asked for the password of aft159 at localhost; give --mail-password-fd N.\n",
    )
    assert kept.err == "The keyring keeps the password of aft159 at localhost.\n" * 2
    assert (sent.code, sent.out) == (0, f"{SECOND}: sent to aud-nord by smtp\n")
    marker = (house.here / "keys" / "mail-keyring").read_text(encoding="utf-8").splitlines()
    assert set(marker) == {f"mail aft159@localhost:{port}" for port in (empty.imap, empty.smtps)}


def test_a_server_that_never_answers_is_given_up() -> None:
    with silent() as port:
        out = smtp.opened(
            Server(host="localhost", port=port, security="starttls", user="x"), "y", ENVELOPE, lambda: AT, 0.5
        )
        with pytest.raises(WayFailed) as sending:
            out.__enter__()
        back = imap.opened(Mailbox(), Server(host="localhost", port=port, security="tls", user="x"), "y", 0.5)
        with pytest.raises(WayFailed) as fetching:
            back.__enter__()

    assert (sending.value.code, fetching.value.code) == ("way-cut", "way-unreachable")
    assert not sending.value.lasting
    assert not fetching.value.lasting
