"""Faults by SFTP, injected by a wire before OpenSSH's own server: nothing lost, nothing twice, nothing half-visible."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from exchange.errors import WayFailed
from exchange.post import sftp
from exchange.post.ways import nothing
from tests.conftest import SteppingClock, opened
from tests.post.conftest import SECOND, SUMMER, Three, well
from tests.post.faults import fault
from tests.post.finished import assert_finished, kill_again_and_again, small_disk
from tests.post.ssh_servers import SshServer
from tests.post.test_faults_folder import NO_ROOM
from tests.post.test_killed import visible
from tests.post.test_letters import parcel
from tests.post.test_month import came, states
from tests.post.test_sftp import nobody, place
from tests.post.wire import Wire

NAME = f"{SECOND}.age"
ENDED = (
    r"enblanket: The connection to 127\.0\.0\.1 ended \(.+\); the next send or fetch goes on from there\.\n"
)
NOT_MADE = r"enblanket: 127\.0\.0\.1 (cannot be reached at port \d+ \(.+\); what waits stays queued|speaks no SSH at port \d+ that we do \(.+\); mend post\.toml, or ask its owner)\.\n"


@pytest.fixture(autouse=True)
def _english(in_english: None) -> None:
    """Sentences are asserted in English."""


def configure(three: Three, server: SshServer, *parties: str, port: int = 0, **words: object) -> None:
    """Write post.toml of these houses, or of all: everything by the server, or by a wire to it."""
    values = {
        "host": "127.0.0.1",
        "port": port or server.port,
        "user": server.user,
        "path": server.path,
        "host_key": server.host_key,
        "key": str(server.key),
        **words,
    }
    told = "\n".join(
        f"{key} = {value}" if isinstance(value, int) else f'{key} = "{value}"'
        for key, value in values.items()
    )
    three.configure(f'by = "sftp"\n{told}', *parties)


@pytest.fixture
def by_sftp(with_second: Path, tmp_path: Path, server: SshServer) -> Three:
    shutil.copytree(with_second, tmp_path / "three")
    three = Three(tmp_path / "three", SteppingClock(SUMMER))
    configure(three, server)
    return three


@pytest.fixture
def sent(by_sftp: Three) -> Three:
    """The lead's package lies in the auditor's letterbox."""
    well(by_sftp.lead("send", "--to", "aud-nord"))
    return by_sftp


@contextmanager
def behind(three: Three, party: str, server: SshServer, wire: Wire) -> Iterator[Wire]:
    """Put a wire between a house and the server."""
    with wire.laid():
        configure(three, server, party, port=wire.port)
        yield wire
    configure(three, server, party)


def finish(three: Three, server: SshServer) -> None:
    """Send and fetch without a fault, and see that all is there once."""
    well(three.lead("send", "--to", "aud-nord"))
    well(three.auditor("fetch"))
    assert_finished(three, SECOND)
    assert visible(server.box) == [server.box / "aud-nord" / "taken" / NAME]


@fault(
    "cut at every tenth of a transfer", "sftp", seen="tenths 1–9 of what we say and of what the server says"
)
def test_an_upload_that_is_cut_is_not_there_and_the_next_one_finishes_it(
    by_sftp: Three, server: SshServer
) -> None:
    three = by_sftp
    copy = Three(Path(shutil.copytree(three.root, three.root.with_name("copy"))), three.clock)
    with behind(copy, "159", server, Wire(server.port)) as wire:
        well(copy.lead("send", "--to", "aud-nord"))
    server.empty()
    cuts = [Wire(server.port, cut_after=len(wire.heard) * tenth // 10) for tenth in range(1, 10)]
    cuts += [Wire(server.port, cut_back_after=len(wire.answered) * tenth // 10) for tenth in range(1, 10)]

    for number, cut in enumerate(cuts):
        server.empty()
        three = Three(Path(shutil.copytree(by_sftp.root, by_sftp.root.with_name(str(number)))), by_sftp.clock)
        with behind(three, "159", server, cut):
            said = three.lead("send", "--to", "aud-nord")
        # How many answers come depends on how fast the line is: the last cuts may come after the end.
        assert said.code == 0 or re.fullmatch(f"{ENDED}|{NOT_MADE}", said.err)
        assert states(three.lead)[SECOND] == ("queued" if said.code else "sent")
        assert said.code or visible(server.box)
        for path in visible(server.box):
            assert path.read_bytes() == (three.lead.here / "outbox" / NAME).read_bytes()
        well(three.lead("send", "--to", "aud-nord"))
        (delivered,) = (server.box / "aud-nord").iterdir()
        assert delivered.read_bytes() == (three.lead.here / "outbox" / NAME).read_bytes()

    finish(three, server)


@fault(
    "cut at every tenth of a transfer", "sftp", seen="tenths 1–9 of what we say and of what the server says"
)
def test_a_fetch_that_is_cut_takes_in_nothing_half_and_the_next_one_all(
    sent: Three, server: SshServer
) -> None:
    three = sent
    copy = Three(Path(shutil.copytree(three.root, three.root.with_name("copy"))), three.clock)
    content = (server.box / "aud-nord" / NAME).read_bytes()
    with behind(copy, "aud-nord", server, Wire(server.port)) as wire:
        well(copy.auditor("fetch"))
    server.empty()
    server.lay("aud-nord", NAME, content)
    cuts = [Wire(server.port, cut_back_after=len(wire.answered) * tenth // 10) for tenth in range(1, 10)]
    cuts += [Wire(server.port, cut_after=len(wire.heard) * tenth // 10) for tenth in range(1, 10)]

    for cut in cuts:
        with behind(three, "aud-nord", server, cut):
            said = three.auditor("fetch")
        assert said.code == 0 or re.match(f"{ENDED}|{NOT_MADE}", said.err)
        assert len(visible(server.box)) == 1
        assert [state for _name, state in came(three.auditor)] in ([], ["verified"])
        assert visible(three.auditor.here / "inbox" / "post") == []

    finish(three, server)


@fault("slow link, 10 kB/s", "sftp", seen="60 kB out and back")
def test_a_slow_link_is_not_a_dead_one(server: SshServer, tmp_path: Path) -> None:
    one = parcel(tmp_path, b"age-encryption.org/v1\n" + os.urandom(60_000))
    ourselves = sftp.Ourselves(us="173", folder=tmp_path)
    with (
        Wire(server.port, rate=10_000).laid() as wire,
        sftp.opened(place(server, port=wire.port), ourselves, nobody, 20) as way,
    ):
        way.deliver(one, nothing)
        (offer,) = way.offers()
        assert b"".join(way.read(offer)) == one.path.read_bytes()


@fault("half-open connection", "sftp", seen="silent before the login, in a file and after it")
@pytest.mark.parametrize("part", [0.002, 0.5, 0.99])
def test_a_server_that_falls_silent_is_given_up_and_the_next_upload_finishes_it(
    server: SshServer, tmp_path: Path, part: float
) -> None:
    one = parcel(tmp_path, b"age-encryption.org/v1\n" + os.urandom(500_000))
    ourselves = sftp.Ourselves(us="159", folder=tmp_path)
    with (
        Wire(server.port).laid() as wire,
        sftp.opened(place(server, port=wire.port), ourselves, nobody, 20) as way,
    ):
        way.deliver(one, nothing)
    server.empty()
    size = len(wire.heard) + len(wire.answered)
    with (
        Wire(server.port, silent_after=int(size * part)).laid() as wire,
        pytest.raises(WayFailed) as failed,
        sftp.opened(place(server, port=wire.port), ourselves, nobody, 1) as way,
    ):
        way.deliver(one, nothing)

    assert (failed.value.code in ("way-cut", "way-unreachable"), failed.value.lasting) == (True, False)
    assert visible(server.box) == []
    with sftp.opened(place(server), ourselves, nobody, 20) as way:
        way.deliver(one, nothing)
    (delivered,) = visible(server.box)
    assert delivered.read_bytes() == one.path.read_bytes()


@fault("disk full over there", "sftp", seen="room for 9, 5 and 1 tenths of a package")
def test_a_server_without_room_holds_nothing_half_and_takes_it_when_there_is(
    by_sftp: Three, server: SshServer
) -> None:
    three = by_sftp
    with small_disk(server.box / "aud-nord", 4_000_000) as disk:
        server.give(disk.folder)
        disk.folder.chmod(0o755)
        for room in (620_000, 350_000, 70_000) if disk.is_mounted else ():
            disk.fill(room)
            said = three.lead("send", "--to", "aud-nord")
            disk.free()
            assert said.err == (
                f"enblanket: 127.0.0.1 takes no more of {NAME} (Failure): its disk or our share of it is full; "
                "it is sent again when there is room.\n"
            )
            assert list(disk.folder.iterdir()) == []
        finish(three, server)


@fault(
    "disk full here", "sftp", seen="no room for the encrypted copy; for what came, the package or the ledger"
)
def test_without_room_here_nothing_goes_and_nothing_is_lost(by_sftp: Three, server: SshServer) -> None:
    three = by_sftp
    for party, words in (("159", ("send", "--to", "aud-nord")), ("aud-nord", ("fetch",))):
        house = three.house(party)
        away = house.here.rename(three.root / f"away-{party}")
        with small_disk(house.here, 8_000_000) as disk:
            shutil.copytree(away, house.here, dirs_exist_ok=True)
            for room in (40_000, 500_000, 800_000, 1_300_000):
                disk.fill(room)
                said = house(*words)
                disk.free()
                if said.code:
                    assert re.fullmatch(NO_ROOM, said.err)
                    assert not (server.box / "aud-nord" / "taken").exists()
            well(house(*words))
            back = shutil.copytree(house.here, three.root / f"back-{party}")
        house.here.rmdir()
        Path(back).rename(house.here)
    finish(three, server)


@fault("wrong host key", "sftp", seen="nothing is sent or read; with the right key all goes")
def test_where_the_host_key_is_another_everything_waits_for_the_right_one(
    by_sftp: Three, server: SshServer
) -> None:
    three = by_sftp
    kind, key, _name = (server.root / "keys" / "stranger.pub").read_text(encoding="utf-8").split()
    configure(three, server, "159", "aud-nord", host_key=f"{kind} {key}")

    out, back = three.lead("send", "--to", "aud-nord"), three.auditor("fetch")
    configure(three, server)

    sentence = (
        "enblanket: 127.0.0.1 shows another key than the one that is trusted; nothing was sent or read: "
        "ask its owner on the phone.\n"
    )
    assert (out.code, out.err, back.code, back.err) == (1, sentence, 1, f"{sentence}Nothing new has come.\n")
    finish(three, server)


@fault("login refused", "sftp", seen="a key that may not, then the right one")
def test_where_a_key_is_refused_everything_waits_for_the_right_one(by_sftp: Three, server: SshServer) -> None:
    three = by_sftp
    configure(three, server, key=str(server.stranger))

    out, back = three.lead("send", "--to", "aud-nord"), three.auditor("fetch")
    configure(three, server)

    sentence = f"enblanket: 127.0.0.1 does not let {server.user} in; see user and key or password in way[2] of post.toml.\n"
    assert (out.code, out.err) == (1, sentence)
    assert (back.code, back.out) == (1, "")
    finish(three, server)


@fault("delivered twice, or by two ways", "sftp", seen="under two names, and by hand from a third place")
@fault("delivered out of order", "sftp", seen="number 3 a day before number 2, which is superseded then")
def test_what_comes_twice_and_out_of_order_counts_once(by_sftp: Three, server: SshServer) -> None:
    three = by_sftp
    well(three.lead("send", "--to", "aud-nord"))
    three.seal().unlink()
    well(three.lead("send", "--to", "aud-nord"))
    early, late = sorted(visible(server.box))
    later = Path(shutil.copy(early, three.root / "later.age"))
    copy = Path(shutil.copy(late, three.root / "Kopi.age"))
    early.unlink()
    server.lay("aud-nord", "Kopi af pakken.age", late.read_bytes())

    well(three.auditor("fetch"))
    server.lay("aud-nord", NAME, later.read_bytes())
    three.auditor("fetch")
    again = three.auditor("fetch", str(copy), "--format", "json").records

    assert [one["kind"] for one in again] == ["known"]
    received = opened(three.auditor.here).chronicle().received
    assert [(one.sequence, one.counts) for one in received] == [(3, True), (2, False)]
    assert len(visible(server.box)) == len(visible(server.box / "aud-nord" / "taken")) == 3


@fault("not connected, not reached", "sftp", seen="nobody listens at the port")
def test_a_server_that_cannot_be_reached_leaves_everything_queued(by_sftp: Three, server: SshServer) -> None:
    three = by_sftp
    configure(three, server, port=1)

    out, back = three.lead("send", "--to", "aud-nord"), three.auditor("fetch")
    configure(three, server)

    sentence = r"enblanket: 127\.0\.0\.1 cannot be reached at port 1 \(Connection refused\); what waits stays queued\.\n"
    assert (out.code, back.code) == (1, 1)
    assert re.fullmatch(sentence, out.err)
    assert re.fullmatch(f"{sentence}Nothing new has come\\.\n", back.err)
    finish(three, server)


@fault("kill -9 at random moments", "sftp", seen="send and fetch, later and later until one lives")
def test_killed_at_random_moments_everything_goes_once(by_sftp: Three, server: SshServer) -> None:
    three = by_sftp

    kill_again_and_again(lambda: three.lead("send", "--to", "aud-nord"), 1)
    well(three.lead("send", "--to", "aud-nord"))
    kill_again_and_again(lambda: three.auditor("fetch"), 2)

    finish(three, server)
