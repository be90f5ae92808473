"""Faults by SMTP and IMAP, injected by a wire before Postfix and Dovecot: nothing lost, nothing twice, nothing half-visible."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from exchange.errors import WayFailed
from exchange.post import imap
from exchange.post.settings import Mailbox
from exchange.post.ways import Offer
from tests.post.conftest import SECOND, Three, configure_mail, well
from tests.post.faults import fault
from tests.post.finished import assert_finished, kill_again_and_again, small_disk
from tests.post.mail_servers import PASSWORD, QUOTA, Servers, certificate, until
from tests.post.test_faults_folder import NO_ROOM
from tests.post.test_killed import visible
from tests.post.test_letters import parcel
from tests.post.test_mail_servers import incoming, outgoing, read, send, with_password
from tests.post.test_month import came, states
from tests.post.test_unpacking import many, nested
from tests.post.wire import Terminated, Wire, speaking

ENDED = (
    r"(enblanket: The connection to localhost ended "
    r"\((closed on the way|no answer|Connection reset by peer|Broken pipe)\); "
    r"the next send or fetch goes on from there\.\n)"
)


LETTER = b"From: chef@example.dk\r\nSubject: Ferie\r\n\r\nHusk ferien.\r\n"


@pytest.fixture(autouse=True)
def _english(in_english: None) -> None:
    """Sentences are asserted in English."""


@pytest.fixture
def sent(by_server: Three, empty: Servers) -> Three:
    """The lead's package lies in the auditor's mailbox."""
    well(with_password(by_server.lead, "send", "--to", "aud-nord"))
    until(lambda: len(empty.folder("nord")) == 1)
    return by_server


@contextmanager
def behind(three: Three, party: str, servers: Servers, wire: Wire) -> Iterator[Wire]:
    """Put a wire between a house and the server that it goes to."""
    kind = {servers.imap: "imap", servers.imaps: "imaps"}.get(wire.target, "smtps")
    with wire.laid():
        configure_mail(three, party, servers, **{kind: wire.port})
        yield wire
    configure_mail(three, party, servers)


def reword(three: Three, party: str, old: str, new: str) -> None:
    """Change a word of a house's post.toml."""
    path = three.house(party).here / "post.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def terminated(servers: Servers) -> Terminated:
    """Return TLS that ends in the wire, which shows the servers' own certificate."""
    return Terminated(servers.root, servers.authority)


def unanswered(wire: Wire) -> tuple[str, str]:
    """Return what is said of a server that fell silent, before and after the connection was made."""
    return (
        f"localhost cannot be reached at port {wire.port} (no answer); what waits stays queued.",
        "The connection to localhost ended (no answer); the next send or fetch goes on from there.",
    )


def finish(three: Three, servers: Servers) -> None:
    """Send and fetch without a fault, and see that all is there once."""
    well(with_password(three.lead, "send", "--to", "aud-nord"))
    servers.rest()
    well(with_password(three.auditor, "fetch"))
    assert_finished(three, SECOND)
    assert servers.folder("nord") == []


@fault(
    "cut at every tenth of a transfer", "smtp", seen="tenths 1–9 of what we say and of what the server says"
)
def test_a_message_that_is_cut_is_not_there_and_the_next_one_is_whole(
    by_server: Three, empty: Servers
) -> None:
    three = by_server
    copy = Three(Path(shutil.copytree(three.root, three.root.with_name("copy"))), three.clock)
    with behind(copy, "159", empty, Wire(empty.smtps)) as wire:
        well(with_password(copy.lead, "send", "--to", "aud-nord"))
    empty.rest()
    shutil.rmtree(empty.root / "mail" / "nord")
    cuts = [Wire(empty.smtps, cut_after=len(wire.heard) * tenth // 10) for tenth in range(1, 10)]
    cuts += [Wire(empty.smtps, cut_back_after=len(wire.answered) * tenth // 10) for tenth in range(1, 10)]

    for cut in cuts:
        with behind(three, "159", empty, cut):
            said = with_password(three.lead, "send", "--to", "aud-nord")
        assert (said.code, said.out) == (1, f"{SECOND}: stays queued for aud-nord\n")
        assert re.fullmatch(ENDED, said.err)
        assert states(three.lead)[SECOND] == "queued"

    assert empty.folder("nord") == []
    finish(three, empty)


@fault(
    "cut at every tenth of a transfer", "imap", seen="tenths 1–9 of what we say and of what the server says"
)
def test_a_fetch_that_is_cut_takes_in_nothing_half_and_the_next_one_all(sent: Three, empty: Servers) -> None:
    three = sent
    copy = Three(Path(shutil.copytree(three.root, three.root.with_name("copy"))), three.clock)
    (message,) = empty.folder("nord")
    content = message.read_bytes()
    with behind(copy, "aud-nord", empty, Wire(empty.imap)) as wire:
        well(with_password(copy.auditor, "fetch"))
    shutil.rmtree(empty.root / "mail" / "nord")
    empty.lay("nord", content)
    backwards = [Wire(empty.imap, cut_back_after=len(wire.answered) * tenth // 10) for tenth in range(1, 10)]
    onwards = [Wire(empty.imap, cut_after=len(wire.heard) * tenth // 10) for tenth in range(1, 10)]

    for cut in backwards:
        with behind(three, "aud-nord", empty, cut):
            said = with_password(three.auditor, "fetch")
        assert (said.code, said.out, came(three.auditor)) == (1, "", [])
        assert re.fullmatch(f"{ENDED}Nothing new has come.\n", said.err)
        assert visible(three.auditor.here / "inbox") == []
    for cut in onwards:
        with behind(three, "aud-nord", empty, cut):
            with_password(three.auditor, "fetch")
        assert len(empty.folder("nord")) + len(empty.folder("nord", "enblanket")) == 1

    finish(three, empty)


@fault("delivered twice, or by two ways", "imap", seen="the server has it and its last word is cut")
def test_a_message_whose_last_answer_is_cut_comes_twice_and_counts_once(
    by_server: Three, empty: Servers
) -> None:
    three = by_server
    copy = Three(Path(shutil.copytree(three.root, three.root.with_name("copy"))), three.clock)
    with behind(copy, "159", empty, Wire(empty.smtps, tls=terminated(empty))) as wire:
        well(with_password(copy.lead, "send", "--to", "aud-nord"))
    last = wire.answered.index(b"250 2.0.0 Ok: queued")
    empty.rest()
    shutil.rmtree(empty.root / "mail" / "nord")

    with behind(three, "159", empty, Wire(empty.smtps, tls=terminated(empty), cut_back_after=last)):
        said = with_password(three.lead, "send", "--to", "aud-nord")
    assert (said.code, states(three.lead)[SECOND]) == (1, "queued")
    well(with_password(three.lead, "send", "--to", "aud-nord"))
    empty.rest()

    assert len(empty.folder("nord")) == 2
    finish(three, empty)


@fault(
    "half-open connection", "smtp", seen="silent in the handshake, in the message and before the last word"
)
@pytest.mark.parametrize("part", [0, 0.5, 0.99])
def test_a_server_that_falls_silent_is_given_up_and_the_next_message_is_whole(
    empty: Servers, tmp_path: Path, part: float
) -> None:
    one = parcel(tmp_path, b"age-encryption.org/v1\n" + os.urandom(50_000))
    with Wire(empty.smtp).laid() as wire:
        send(outgoing(empty, wire.port), one)
    size = len(wire.heard) + len(wire.answered)
    with Wire(empty.smtp, silent_after=int(size * part)).laid() as wire, pytest.raises(WayFailed) as failed:
        send(outgoing(empty, wire.port), one, patience=1)

    assert failed.value.lasting is False
    assert str(failed.value) in unanswered(wire)
    empty.rest()
    send(outgoing(empty), one)
    empty.rest()
    assert {one.sha256.encode() in message for message in read(incoming(empty))} == {True}


@fault("half-open connection", "imap", seen="silent in the handshake, in the message and after it")
@pytest.mark.parametrize("part", [0.01, 0.5, 0.9])
def test_a_mailbox_that_falls_silent_is_given_up_and_read_by_the_next(empty: Servers, part: float) -> None:
    content = b"Subject: x\r\n\r\n" + b"y" * 76 * 1000
    empty.lay("aft173", content)
    with Wire(empty.imap).laid() as wire:
        read(incoming(empty, wire.port))
    size = len(wire.heard) + len(wire.answered)
    with Wire(empty.imap, silent_after=int(size * part)).laid() as wire, pytest.raises(WayFailed) as failed:
        read(incoming(empty, wire.port), patience=1)

    assert failed.value.lasting is False
    assert str(failed.value) in unanswered(wire)
    assert read(incoming(empty)) == [content]


@fault("slow link, 10 kB/s", "smtp", seen="100 kB, with a time-out shorter than the whole")
def test_a_slow_link_is_not_a_dead_one_for_what_goes(empty: Servers, tmp_path: Path) -> None:
    one = parcel(tmp_path, b"age-encryption.org/v1\n" + os.urandom(100_000))
    with Wire(empty.smtp, rate=10_000).laid() as wire:
        send(outgoing(empty, wire.port), one, patience=8)
    empty.rest()

    (found,) = read(incoming(empty))
    assert one.sha256.encode() in found


@fault("slow link, 10 kB/s", "imap", seen="125 kB, with a time-out shorter than the whole")
def test_a_slow_link_is_not_a_dead_one_for_what_comes(empty: Servers) -> None:
    content = b"Subject: x\r\n\r\n" + (b"y" * 76 + b"\r\n") * 1600
    empty.lay("aft173", content)

    with Wire(empty.imap, rate=10_000).laid() as wire:
        assert read(incoming(empty, wire.port), patience=8) == [content]


@fault("disk full over there", "smtp", seen="the server says so (452)")
def test_a_server_without_room_is_a_sentence_and_the_package_goes_later(
    by_server: Three, empty: Servers
) -> None:
    three = by_server
    configure_mail(three, "159", empty, smtps=empty.full)
    said = with_password(three.lead, "send", "--to", "aud-nord")
    configure_mail(three, "159", empty)

    assert (said.code, said.out) == (1, f"{SECOND}: stays queued for aud-nord\n")
    assert said.err == (
        "enblanket: localhost has no room for nord@example.dk now (452 4.3.1 Insufficient system storage); "
        "it is tried again.\n"
    )
    finish(three, empty)


@fault("quota exceeded", "smtp", seen="Dovecot’s quota at the recipient’s server (552 5.2.2)")
def test_a_full_mailbox_is_a_sentence_and_the_package_goes_when_there_is_room(
    by_server: Three, empty: Servers
) -> None:
    three = by_server
    empty.lay("small", b"Subject: ferie\r\n\r\n" + (b"y" * 76 + b"\r\n") * (QUOTA // 78))
    configure_mail(three, "159", empty, smtps=empty.counting)
    reword(three, "159", "nord@example.dk", "small@example.dk")

    full = with_password(three.lead, "send", "--to", "aud-nord")
    shutil.rmtree(empty.root / "mail" / "small")
    well(with_password(three.lead, "send", "--to", "aud-nord"))
    empty.rest()

    assert (full.code, full.out) == (1, f"{SECOND}: stays queued for aud-nord\n")
    assert full.err == (
        "enblanket: localhost has no room for small@example.dk now (552 5.2.2 <small@example.dk>: "
        "Recipient address rejected: Mailbox is full); it is tried again.\n"
    )
    reword(three, "aud-nord", 'user = "nord"', 'user = "small"')
    finish(three, empty)


@fault(
    "quota exceeded", "imap", seen="a mailbox beyond its quota is read and moved from; a copy waits for room"
)
def test_a_full_mailbox_is_read_and_what_was_taken_is_put_aside(sent: Three, empty: Servers) -> None:
    three = sent
    (message,) = empty.folder("nord")
    for content in (message.read_bytes(), LETTER, b"Subject: ferie\r\n\r\n" + b"y" * QUOTA):
        empty.lay("small", content)
    message.unlink()
    configure_mail(three, "aud-nord", empty)
    reword(three, "aud-nord", 'user = "nord"', 'user = "small"')

    well(with_password(three.auditor, "fetch"))
    with imap.opened(Mailbox(), incoming(empty, user="small"), PASSWORD) as way:
        old = replace(way, can_move=False)
        letter = Offer(mark="2", name="2.eml")
        assert old.take(letter) is False
        (large,) = (path for path in empty.folder("small") if path.stat().st_size > QUOTA)
        large.unlink()
        assert old.take(letter) is True

    assert len(empty.folder("small", "enblanket")) == 2
    finish(three, empty)


@fault("disk full over there", "imap", seen="the mailbox’s disk has no room left")
def test_a_mailbox_on_a_full_disk_is_a_sentence_and_is_read_later(by_server: Three, empty: Servers) -> None:
    three = by_server
    well(with_password(three.lead, "send", "--to", "aud-nord"))
    empty.rest()
    (message,) = empty.folder("nord")
    content = message.read_bytes()
    shutil.rmtree(empty.root / "mail" / "nord")
    with small_disk(empty.root / "mail" / "nord", 8 * len(content)) as disk:
        empty.lay("nord", content)
        disk.fill(0)
        full = with_password(three.auditor, "fetch")
        kept = len(empty.folder("nord") + empty.folder("nord", "enblanket"))
        disk.free()
        finish(three, empty)

    assert kept == 1
    if disk.is_mounted:
        assert (full.code, full.out, full.err) == (
            1,
            "",
            (
                "enblanket: localhost does not do what was asked (SELECT INBOX); the next fetch asks again.\n"
                "Nothing new has come.\n"
            ),
        )


@fault("disk full here", "smtp", seen="no room for the encrypted copy, or for the ledger")
@fault("disk full here", "imap", seen="no room for the message, the package, or the ledger")
def test_without_room_here_nothing_goes_and_nothing_is_lost(by_server: Three, empty: Servers) -> None:
    three = by_server
    for party, words in (("159", ("send", "--to", "aud-nord")), ("aud-nord", ("fetch",))):
        house = three.house(party)
        away = house.here.rename(three.root / f"away-{party}")
        with small_disk(house.here, 8_000_000) as disk:
            shutil.copytree(away, house.here, dirs_exist_ok=True)
            for room in (40_000, 500_000, 800_000, 1_300_000):
                disk.fill(room)
                said = with_password(house, *words)
                disk.free()
                if said.code:
                    assert re.fullmatch(NO_ROOM, said.err)
                    assert empty.folder("nord", "enblanket") == []
            well(with_password(house, *words))
            back = shutil.copytree(house.here, three.root / f"back-{party}")
        house.here.rmdir()
        Path(back).rename(house.here)
        empty.rest()
    finish(three, empty)


def lying(truth: bytes, lie: bytes) -> Callable[[bytes], bytes]:
    """Return what changes words on a wire."""
    return lambda said: re.sub(truth, lie, said)


@fault("a server that lies about size", "smtp", seen="it says it takes 100 bytes, then 400 kB")
def test_a_server_that_says_it_takes_little_gets_parts_or_nothing(by_server: Three, empty: Servers) -> None:
    three = by_server
    nothing_at_all = Wire(empty.smtps, tls=terminated(empty), change=lying(rb"SIZE [0-9]+", b"SIZE 100"))
    with behind(three, "159", empty, nothing_at_all):
        refused = with_password(three.lead, "send", "--to", "aud-nord")
    size = (three.lead.here / "outbox" / f"{SECOND}.age").stat().st_size
    assert (refused.code, refused.out) == (1, f"{SECOND}: stays queued for aud-nord\n")
    assert refused.err == (f"enblanket: {SECOND}.age would take {size} messages; send it by another way.\n")

    little = Wire(empty.smtps, tls=terminated(empty), change=lying(rb"SIZE [0-9]+", b"SIZE 400000"))
    with behind(three, "159", empty, little):
        well(with_password(three.lead, "send", "--to", "aud-nord"))
    empty.rest()
    assert len(empty.folder("nord")) == 3
    finish(three, empty)


@fault("a server that lies about size", "smtp", seen="it says it takes more than it does")
@fault("larger than the server takes", "smtp", seen="refused with 552, in parts when the size is true")
def test_a_server_that_takes_less_than_it_says_is_a_sentence(empty: Servers, tmp_path: Path) -> None:
    one = parcel(tmp_path, b"age-encryption.org/v1\n" + os.urandom(1_200_000))
    much = Wire(empty.smtps, tls=terminated(empty), change=lying(rb"SIZE [0-9]+", b"SIZE 90000000"))
    with much.laid() as wire, pytest.raises(WayFailed) as failed:
        send(replace(outgoing(empty, wire.port), security="tls"), one)

    assert (failed.value.code, failed.value.lasting) == ("way-too-large", True)
    assert str(failed.value) == (
        "localhost finds the message to aft173@example.dk too large (552 5.3.4 Message size exceeds fixed limit); "
        "lower largest_mb in post.toml."
    )
    send(outgoing(empty), one)
    empty.rest()
    assert len(read(incoming(empty))) == 2


@fault(
    "a server that lies about size",
    "imap",
    seen="sizes too large and too small, literals too long, pieces cut short",
)
@pytest.mark.parametrize(
    ("change", "rewrite", "takes"),
    [
        (lying(rb"RFC822.SIZE [0-9]+", b"RFC822.SIZE 9"), lying(b"", b""), True),
        (lying(rb"RFC822.SIZE [0-9]+", b"RFC822.SIZE 99999999"), lying(b"", b""), True),
        (lying(rb"<0> \{[0-9]+", b"<0> {1000"), lying(b"", b""), False),
        (lying(rb"<0> \{[0-9]+", b"<0> {99999999999"), lying(b"", b""), False),
        (lying(b"", b""), lying(rb"<0\.[0-9]+>", b"<0.5000>"), True),
        # The end comes early, and the server stays with it.
        (lying(b"", b""), lambda said: lying(rb"<[1-9][0-9]*\.[0-9]+>", b"<99999999.1>")(lying(rb"<0\.[0-9]+>", b"<0.700>")(said)), False),
    ],
    ids=["too small", "too large", "short literal", "long literal", "short piece", "short message"],
)  # fmt: skip
def test_a_server_that_lies_about_size_loses_nothing(
    sent: Three,
    empty: Servers,
    change: Callable[[bytes], bytes],
    rewrite: Callable[[bytes], bytes],
    *,
    takes: bool,
) -> None:
    three = sent
    with behind(
        three, "aud-nord", empty, Wire(empty.imaps, tls=terminated(empty), change=change, rewrite=rewrite)
    ):
        said = with_password(three.auditor, "fetch")
    assert (said.code == 0, len(came(three.auditor)), len(empty.folder("nord"))) == (
        (True, 1, 0) if takes else (said.code == 0, 0, 1)
    )

    finish(three, empty)


@fault("TLS certificate ended", "smtp", "imap", seen="at a server that was good before")
def test_where_a_certificate_ends_nothing_goes_until_it_is_renewed(
    by_server: Three, empty: Servers, tmp_path: Path
) -> None:
    three = by_server
    certificate(tmp_path, ended=True)
    ended = Terminated(tmp_path, empty.authority)
    sentence = (
        "enblanket: The certificate of localhost does not hold (certificate has expired); "
        "ask who runs the server, nothing was sent or read.\n"
    )
    for party, target, words in (
        ("159", empty.smtps, ("send", "--to", "aud-nord")),
        ("aud-nord", empty.imaps, ("fetch",)),
    ):
        with behind(three, party, empty, Wire(target, tls=ended)) as wire:
            reword(three, party, str(empty.authority), str(tmp_path / "cert.pem"))
            said = with_password(three.house(party), *words)
        assert (said.code, said.err.splitlines(keepends=True)[0]) == (1, sentence)
        assert wire.heard == b""

    assert states(three.lead)[SECOND] == "queued"
    finish(three, empty)


@fault("login refused", "smtp", "imap", seen="a wrong password, then the right one")
def test_where_a_password_is_refused_everything_waits_for_the_right_one(
    by_server: Three, empty: Servers
) -> None:
    three = by_server

    out = with_password(three.lead, "send", "--to", "aud-nord", password="wrong")
    well(with_password(three.lead, "send", "--to", "aud-nord"))
    empty.rest()
    back = with_password(three.auditor, "fetch", password="wrong")

    assert (out.code, out.err) == (
        1,
        "enblanket: localhost does not let aft159 in; see user and password.\n",
    )
    assert (back.code, back.err) == (
        1,
        "enblanket: localhost does not let nord in; see user and password.\nNothing new has come.\n",
    )
    finish(three, empty)


@fault("kill -9 at random moments", "smtp", "imap", seen="send and fetch, later and later until one lives")
def test_killed_at_random_moments_everything_goes_once(by_server: Three, empty: Servers) -> None:
    three = by_server

    kill_again_and_again(lambda: with_password(three.lead, "send", "--to", "aud-nord"), 1)
    well(with_password(three.lead, "send", "--to", "aud-nord"))
    empty.rest()
    kill_again_and_again(lambda: with_password(three.auditor, "fetch"), 2)

    finish(three, empty)


@fault("nothing may be written over there", "imap", seen="a mailbox that may be read and no more")
def test_a_mailbox_that_may_only_be_read_is_read_once(sent: Three, empty: Servers) -> None:
    three = sent
    box = empty.root / "mail" / "nord"
    with imap.opened(Mailbox(), incoming(empty, user="nord"), PASSWORD) as way:
        assert len(way.offers()) == 1
    for path in (box, box / "cur", box / "new", box / "tmp"):
        path.chmod(0o555)

    first, again = with_password(three.auditor, "fetch"), with_password(three.auditor, "fetch")
    kept = len(empty.folder("nord"))
    for path in (box, box / "cur", box / "new", box / "tmp"):
        path.chmod(0o755)

    assert first.out.startswith(f"{SECOND}.age: accepted\n")
    assert (again.out, kept) == ("", 1)
    finish(three, empty)


@fault("not connected, not reached", "smtp", "imap", seen="nobody listens at the port")
def test_a_server_that_cannot_be_reached_leaves_everything_queued(by_server: Three, empty: Servers) -> None:
    three = by_server
    sentence = (
        "enblanket: localhost cannot be reached at port 1 (Connection refused); what waits stays queued.\n"
    )
    for party in ("159", "aud-nord"):
        configure_mail(three, party, empty, smtps=1, imap=1)

    out = with_password(three.lead, "send", "--to", "aud-nord")
    back = with_password(three.auditor, "fetch")
    for party in ("159", "aud-nord"):
        configure_mail(three, party, empty)

    assert (out.code, out.out, out.err) == (1, f"{SECOND}: stays queued for aud-nord\n", sentence)
    assert (back.code, back.out, back.err) == (1, "", f"{sentence}Nothing new has come.\n")
    finish(three, empty)


@fault("delivered out of order", "imap", seen="parts backwards, and one of them twice")
def test_parts_that_come_backwards_and_twice_are_one_package(by_server: Three, empty: Servers) -> None:
    three = by_server
    little = Wire(empty.smtps, tls=terminated(empty), change=lying(rb"SIZE [0-9]+", b"SIZE 400000"))
    with behind(three, "159", empty, little):
        well(with_password(three.lead, "send", "--to", "aud-nord"))
    empty.rest()
    parts = sorted(
        (path.read_bytes() for path in empty.folder("nord")),
        key=lambda one: (
            re.findall(rb"-of-003", one) and one[one.index(b"-of-003") - 3 : one.index(b"-of-003")]
        ),
    )
    shutil.rmtree(empty.root / "mail" / "nord")

    said = []
    for content in (parts[2], parts[1], parts[1]):
        empty.lay("nord", content)
        said.append(well(with_password(three.auditor, "fetch")).err)
    assert came(three.auditor) == []
    assert said[0].splitlines()[0].endswith(": a part of a package is kept; the others have not all come.")
    for content in (parts[0], parts[0]):
        empty.lay("nord", content)
    finish(three, empty)


@fault("a damaged or false part", "imap", seen="a part whose bytes changed; the true one is taken")
def test_a_part_that_was_changed_is_refused_and_the_true_one_is_taken(
    by_server: Three, empty: Servers
) -> None:
    three = by_server
    little = Wire(empty.smtps, tls=terminated(empty), change=lying(rb"SIZE [0-9]+", b"SIZE 400000"))
    with behind(three, "159", empty, little):
        well(with_password(three.lead, "send", "--to", "aud-nord"))
    empty.rest()
    first = empty.folder("nord")[0]
    content = first.read_bytes()
    lines = content.split(b"\n")
    lines[len(lines) // 2] = b"A" * 76
    empty.lay("nord", b"\n".join(lines))
    first.unlink()

    said = with_password(three.auditor, "fetch")

    assert (said.code, came(three.auditor)) == (1, [])
    assert (
        "enblanket: A part of a package is damaged; ask its sender to send that message again.\n" in said.err
    )
    (damaged,) = empty.folder("nord")
    damaged.unlink()
    empty.lay("nord", content)
    finish(three, empty)


@fault("remote names and words with escapes", "smtp", "imap", seen="what the server says reaches no terminal")
def test_what_a_server_says_moves_no_cursor(by_server: Three, empty: Servers) -> None:
    three = by_server
    red = lying(rb"Insufficient", b"\x1b[2J\x1b[31mInsufficient")
    with behind(three, "159", empty, Wire(empty.full, tls=terminated(empty), change=red)):
        out = with_password(three.lead, "send", "--to", "aud-nord")
    with speaking([b"* \x1b[2JBYE\r\n"]) as port:
        configure_mail(three, "aud-nord", empty, imap=port)
        back = with_password(three.auditor, "fetch")
    configure_mail(three, "aud-nord", empty)

    assert out.err == (
        "enblanket: localhost has no room for nord@example.dk now (452 4.3.1 <U+001B>[2J<U+001B>[31mInsufficient "
        "system storage); it is tried again.\n"
    )
    assert (back.code, "\x1b" in back.err) == (1, False)
    finish(three, empty)


@fault("names of attachments that are paths", "imap", seen="taken under a name of ours")
@fault("headers that end headers", "imap", seen="a name that would begin a header is a word")
@fault("10 000 attachments", "imap", seen="one more is refused")
@fault("messages 50 deep in one another", "imap", seen="more are refused")
def test_hostile_messages_are_refused_or_neutralised_beside_a_good_one(sent: Three, empty: Servers) -> None:
    three = sent
    (good,) = empty.folder("nord")
    content = good.read_bytes()
    good.unlink()
    name = f'filename="{SECOND}.age"'.encode()
    assert name in content
    path = content.replace(name, b'filename="../../../../keys/signing.pem\\r\\nBcc: spy@example.com"')
    for hostile in (many(10_001), nested(51), path):
        empty.lay("nord", hostile)

    said = with_password(three.auditor, "fetch")

    assert said.err == (
        "enblanket: 1.eml cannot be read as a message: it holds more than 10000 attachments; "
        "save the attached file itself into inbox.\n"
        "enblanket: 2.eml cannot be read as a message: messages lie in it deeper than 50; "
        "save the attached file itself into inbox.\n"
    )
    assert re.match(r"[0-9a-f]{16}\.asice\.age: accepted\n", said.out)
    assert (three.auditor.here / "keys" / "signing.pem").read_bytes().startswith(b"-----BEGIN")
    assert len(empty.folder("nord")) == 2
    for left in empty.folder("nord"):
        left.unlink()
    finish(three, empty)
