"""SFTP against OpenSSH's own server: whole or not there, never over another file, and nobody's word but the pinned key's."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from errno import ECONNREFUSED, EHOSTUNREACH
from pathlib import Path

import asyncssh
import pytest

from exchange.errors import WayFailed
from exchange.post import sftp, ssh_failures
from exchange.post.marks import Mark, mark_in
from exchange.post.settings import SshAccount
from exchange.post.sftp_places import Place
from exchange.post.ways import Offer, Parcel, nothing
from tests.post.faults import fault
from tests.post.ssh_servers import PASSPHRASE, SshServer, running
from tests.post.test_letters import NAME, parcel
from tests.post.wire import Wire, silent


@pytest.fixture(autouse=True)
def _english(in_english: None) -> None:
    """Sentences are asserted in English."""


def place(server: SshServer, **others: object) -> Place:
    found = Place(
        host="127.0.0.1",
        port=server.port,
        user=server.user,
        path=server.path,
        host_key=server.host_key,
        key=server.key,
        certificate=None,
        where="way[1]",
    )
    return replace(found, **others)  # type: ignore[arg-type]


def nobody(_account: SshAccount) -> str:
    raise AssertionError


@contextmanager
def at(
    there: Place,
    folder: Path,
    us: str = "159",
    ask: Callable[[SshAccount], str] = nobody,
    patience: float = 30.0,
) -> Iterator[sftp.Sftp]:
    with sftp.opened(there, sftp.Ourselves(us=us, folder=folder), ask, patience) as way:
        yield way


def deliver(server: SshServer, folder: Path, one: Parcel, **others: object) -> str:
    with at(place(server, **others), folder) as way:
        return way.deliver(one, nothing).name


def lying(server: SshServer, party: str = "173") -> list[str]:
    box = server.box / party
    return sorted(path.name for path in box.iterdir()) if box.is_dir() else []


def failing(code: str, work: Callable[[], object]) -> str:
    with pytest.raises(WayFailed) as failed:
        work()
    assert failed.value.code == code, str(failed.value)
    return str(failed.value)


# ---- out


def test_a_parcel_lies_there_whole_and_once(server: SshServer, tmp_path: Path) -> None:
    one = parcel(tmp_path, os.urandom(3_000_000))
    counted: list[int] = []

    with at(place(server), tmp_path) as way:
        first = way.deliver(one, counted.append)
        again = way.deliver(one, nothing)

    assert (first.name, again.name, lying(server)) == (NAME, NAME, [NAME])
    assert (server.box / "173" / NAME).read_bytes() == one.path.read_bytes()
    assert sum(counted) == one.size
    assert list((tmp_path / "outbox" / "sftp").iterdir()) == []


def test_what_was_taken_already_is_not_delivered_again(server: SshServer, tmp_path: Path) -> None:
    one = parcel(tmp_path, b"once")
    deliver(server, tmp_path, one)
    with at(place(server), tmp_path, us="173") as way:
        (offer,) = way.offers()
        assert way.take(offer)

    assert deliver(server, tmp_path, one) == NAME
    assert lying(server) == ["taken"]


def test_other_bytes_under_the_name_stay_and_ours_get_another(server: SshServer, tmp_path: Path) -> None:
    one = parcel(tmp_path, b"ours")
    theirs = server.lay("173", NAME, b"them")
    other = f"{one.sha256[:16]}_{NAME}"

    assert deliver(server, tmp_path, one) == other
    assert (theirs.read_bytes(), lying(server)) == (b"them", [NAME, other])

    (server.box / "173" / other).write_bytes(b"they")
    assert failing("way-name-taken", lambda: deliver(server, tmp_path, one)) == (
        f"127.0.0.1:{server.path}/173 holds other files under the name {NAME}; move them away."
    )
    assert lying(server) == [NAME, other]


@fault("a file that grows or changes under way", "sftp", seen="while it is sent")
def test_a_file_that_changes_while_it_is_sent_does_not_appear(server: SshServer, tmp_path: Path) -> None:
    one = parcel(tmp_path, b"whole")
    one.path.write_bytes(b"other")

    assert failing("way-changed", lambda: deliver(server, tmp_path, one)) == (
        f"{one.path} changed while it was sent; send again."
    )
    assert lying(server) == []


def test_an_open_package_stays_unless_both_have_agreed(server: SshServer, tmp_path: Path) -> None:
    one = parcel(tmp_path, b"open", name="a.asice")

    assert failing("way-not-encrypted", lambda: deliver(server, tmp_path, one)) == (
        "a.asice is not encrypted and would lie open on 127.0.0.1; trust its recipient’s card, or agree on “lies_open”."
    )
    assert deliver(server, tmp_path, replace(one, kind="receipt")) == "a.asice"
    with sftp.opened(place(server), sftp.Ourselves(us="159", folder=tmp_path, lies_open=True), nobody) as way:
        assert way.deliver(replace(one, recipient="175"), nothing).name == "a.asice"


# ---- going on after a cut


def cut_in_the_middle(server: SshServer, folder: Path, one: Parcel) -> int:
    """Cut an upload in its middle, and return how many bytes lie there."""
    with Wire(server.port, cut_after=one.size // 2).laid() as wire:
        said = failing("way-cut", lambda: deliver(server, folder, one, port=wire.port))
    assert said.startswith("The connection to 127.0.0.1 ended (")
    server.settle()
    (temporary,) = lying(server)
    assert temporary == f".{one.sha256[:32]}.part"
    return (server.box / "173" / temporary).stat().st_size


def test_an_upload_goes_on_where_it_was_cut(server: SshServer, tmp_path: Path) -> None:
    one = parcel(tmp_path, os.urandom(6_000_000))
    there = cut_in_the_middle(server, tmp_path, one)

    with Wire(server.port).laid() as wire:
        assert deliver(server, tmp_path, one, port=wire.port) == NAME

    # How much of what went over the wire had reached the file is the server's; what lies there is not sent again.
    assert 0 < there < one.size
    assert len(wire.heard) < one.size - there + 400_000
    assert lying(server) == [NAME]
    assert (server.box / "173" / NAME).read_bytes() == one.path.read_bytes()


def mark_of(server: SshServer, folder: Path, one: Parcel) -> Mark:
    return mark_in(folder / "outbox" / "sftp", place(server).name, one.recipient, one.sha256)


def test_bytes_that_were_noted_as_safe_are_not_read_back(server: SshServer, tmp_path: Path) -> None:
    one = parcel(tmp_path, os.urandom(4_000_000))
    server.lay("173", f".{one.sha256[:32]}.part", one.path.read_bytes()[:3_500_000])
    with Wire(server.port).laid() as wire, at(place(server, port=wire.port), tmp_path) as way:
        mark_in(tmp_path / "outbox" / "sftp", way.place.name, one.recipient, one.sha256).keep(3_400_000)
        assert way.deliver(one, nothing).name == NAME

    assert len(wire.answered) < 200_000
    assert (server.box / "173" / NAME).read_bytes() == one.path.read_bytes()


@pytest.mark.parametrize(
    ("there", "noted"),
    [
        (b"x" * 500_000, 0),
        (b"x" * 500_000, 400_000),
        (b"x" * 5_000_000, 0),
        (b"", 900_000),
        (b"x" * 10, 900_000),
    ],
    ids=["other-bytes", "other-bytes-noted", "longer", "gone", "shorter"],
)
def test_what_lies_there_and_is_not_ours_is_written_anew(
    server: SshServer, tmp_path: Path, there: bytes, noted: int
) -> None:
    one = parcel(tmp_path, os.urandom(1_000_000))
    server.lay("173", f".{one.sha256[:32]}.part", there)
    mark_of(server, tmp_path, one).keep(noted)

    assert deliver(server, tmp_path, one) == NAME
    assert (server.box / "173" / NAME).read_bytes() == one.path.read_bytes()


def test_a_rename_whose_answer_was_lost_is_found_done(server: SshServer, tmp_path: Path) -> None:
    one = parcel(tmp_path, os.urandom(2_000_000))
    server.lay("173", NAME, one.path.read_bytes())
    with Wire(server.port).laid() as wire, at(place(server, port=wire.port), tmp_path) as way:
        mark_in(tmp_path / "outbox" / "sftp", way.place.name, one.recipient, one.sha256).keep(one.size)
        assert way.deliver(one, nothing).name == NAME

    assert len(wire.heard) + len(wire.answered) < 150_000


def test_a_download_goes_on_where_it_was_cut(server: SshServer, tmp_path: Path) -> None:
    content = os.urandom(6_000_000)
    server.lay("159", "a.asice.age", content)
    spools = tmp_path / "inbox" / "sftp"
    with Wire(server.port, cut_back_after=3_000_000).laid() as wire:
        with at(place(server, port=wire.port), tmp_path) as way:
            (offer,) = way.offers()
            failing("way-cut", lambda: list(way.read(offer)))
        (part,) = spools.glob("*/*.part")
        came = part.stat().st_size
        wire.cut_back_after = None
        before = len(wire.answered)
        with at(place(server, port=wire.port), tmp_path) as way:
            (offer,) = way.offers()
            assert b"".join(way.read(offer)) == content

    assert 0 < came < len(content)
    assert len(wire.answered) - before < len(content) - came + 400_000
    assert list(spools.glob("*/*")) == []


def test_what_came_before_a_cut_is_dropped_where_another_file_lies_there_now(
    server: SshServer, tmp_path: Path
) -> None:
    path = server.lay("159", "a.asice.age", os.urandom(6_000_000))
    with Wire(server.port, cut_back_after=3_000_000).laid() as wire:
        with at(place(server, port=wire.port), tmp_path) as way:
            (offer,) = way.offers()
            failing("way-cut", lambda: list(way.read(offer)))
        wire.cut_back_after = None
        times, content = path.stat(), os.urandom(6_000_000)
        path.write_bytes(content)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        with at(place(server, port=wire.port), tmp_path) as way:
            (offer,) = way.offers()
            assert b"".join(way.read(offer)) == content


def test_what_came_of_a_file_that_is_offered_no_more_is_taken_away(server: SshServer, tmp_path: Path) -> None:
    server.lay("159", "a.asice.age", os.urandom(6_000_000))
    with Wire(server.port, cut_back_after=3_000_000).laid() as wire:
        with at(place(server, port=wire.port), tmp_path) as way:
            (offer,) = way.offers()
            failing("way-cut", lambda: list(way.read(offer)))
        wire.cut_back_after = None
        server.empty()
        with at(place(server, port=wire.port), tmp_path) as way:
            assert way.offers() == []

    assert list((tmp_path / "inbox" / "sftp").glob("*/*")) == []


def test_who_reads_only_the_beginning_keeps_nothing(server: SshServer, tmp_path: Path) -> None:
    server.lay("159", "foreign.bin", bytes(3_000_000))
    with at(place(server), tmp_path) as way:
        (offer,) = way.offers()
        pieces = way.read(offer)
        assert len(next(pieces)) > 0
        del pieces

        assert list((tmp_path / "inbox" / "sftp").glob("*/*")) == []


# ---- in


def test_finished_files_of_our_letterbox_are_offered_read_and_put_aside(
    server: SshServer, tmp_path: Path
) -> None:
    server.lay("159", "b.asice", b"second")
    server.lay("159", "a.asice", b"first")
    server.lay("159", "c.asice.part", b"half")
    server.lay("159", ".hidden", b"half")
    server.lay("159", "empty.asice", b"")
    server.lay("173", "theirs.asice", b"theirs")

    with at(place(server), tmp_path) as way:
        offers = way.offers()
        contents = [b"".join(way.read(one)) for one in offers]
        taken = [way.take(one) for one in (*offers, offers[0])]
        left = way.offers()
        server.lay("159", "a.asice", b"another")
        (again,) = way.offers()
        assert way.take(again)

    assert [(one.name, one.size) for one in offers] == [("a.asice", 5), ("b.asice", 6)]
    assert contents == [b"first", b"second"]
    assert (taken, left) == ([True, True, True], [])
    assert lying(server, "159/taken") == ["2_a.asice", "a.asice", "b.asice"]
    assert (server.box / "159" / "taken" / "a.asice").read_bytes() == b"first"


def test_a_server_without_our_letterbox_has_nothing_for_us(server: SshServer, tmp_path: Path) -> None:
    with at(place(server), tmp_path) as way:
        assert way.offers() == []


@fault("a file that grows or changes under way", "sftp", seen="while it is read")
def test_a_file_that_grows_while_it_is_read_is_left(server: SshServer, tmp_path: Path) -> None:
    path = server.lay("159", "a.asice", bytes(600_000))
    with at(place(server), tmp_path) as way:
        (offer,) = way.offers()
        pieces = way.read(offer)
        next(pieces)
        with path.open("ab") as file:
            file.write(b"more")
        said = failing("way-unfinished", lambda: list(pieces))

    assert said == "a.asice is still being copied; it is taken when it is whole."


@fault("remote names and words with escapes", "sftp", seen="names with an escape and no UTF-8")
def test_names_with_escapes_or_no_text_are_read_and_put_aside(server: SshServer, tmp_path: Path) -> None:
    hostile = b"\x1b[2J\xff\n.asice"
    server.lay("159", hostile, b"x")
    with at(place(server), tmp_path) as way:
        (offer,) = way.offers()

        assert offer.name == "\x1b[2J\ufffd\n.asice"
        assert b"".join(way.read(offer)) == b"x"
        assert way.take(offer)
        assert way.offers() == []


@fault("a link in the place of a file or folder", "sftp", seen="links, and a letterbox that is one")
def test_links_are_never_followed(server: SshServer, tmp_path: Path) -> None:
    secret = server.box.parent / "secret"
    secret.write_bytes(b"secret")
    server.lay("159", "file.asice", b"x")
    (server.box / "159" / "link.asice").symlink_to("../../secret")
    (server.box / "159" / "taken").symlink_to("../173")
    with at(place(server), tmp_path) as way:
        (offer,) = way.offers()
        assert offer.name == "file.asice"
        assert way.take(offer) is False
        said = failing("way-link", lambda: list(way.read(Offer(mark="link.asice", name="link.asice"))))
        (server.box / "173").symlink_to("159")
        box = failing("way-link", lambda: way.deliver(parcel(tmp_path, b"x"), nothing))
        one = parcel(tmp_path, b"y", recipient="175")
        server.lay("175", "x", b"x")
        (server.box / "175" / f".{one.sha256[:32]}.part").symlink_to("../../secret")
        failing("way-link", lambda: way.deliver(one, nothing))
    secret_after = secret.read_bytes()
    secret.unlink()

    ends = "is a link and no folder or file; remove it, it may lead anywhere."
    assert said == f"127.0.0.1:{server.path}/159/link.asice {ends}"
    assert box == f"127.0.0.1:{server.path}/173 {ends}"
    assert secret_after == b"secret"


# ---- getting in


@fault("wrong host key", "sftp", seen="a key of the same kind, and of another")
@pytest.mark.parametrize("kind", ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"])
def test_a_server_with_another_key_gets_nothing(server: SshServer, tmp_path: Path, kind: str) -> None:
    other = asyncssh.generate_private_key(kind).export_public_key().decode().strip()

    with Wire(server.port).laid() as wire:
        said = failing(
            "way-host-key",
            lambda: deliver(server, tmp_path, parcel(tmp_path, b"x"), port=wire.port, host_key=other),
        )

    assert said == (
        "127.0.0.1 shows another key than the one that is trusted; nothing was sent or read: ask its owner on the phone."
    )
    assert server.user.encode() not in bytes(wire.heard)


def test_what_is_no_key_is_a_sentence(server: SshServer, tmp_path: Path) -> None:
    for text in ("ssh-ed25519 " + "A" * 68, "ssh-dss " + "A" * 68):
        there = place(server, host_key=text)
        assert failing("way-host-key", at(there, tmp_path).__enter__) == (
            "What stands as the key of 127.0.0.1 is no public key; mend “host_key” in way[1] of post.toml, or ask for a new card."
        )


def test_a_key_that_may_not_and_one_with_a_certificate_that_may(server: SshServer, tmp_path: Path) -> None:
    one = parcel(tmp_path, b"x")

    said = failing("way-login", lambda: deliver(server, tmp_path, one, key=server.stranger))
    name = deliver(server, tmp_path, one, key=server.stranger, certificate=server.certificate)

    assert (said, name) == (
        f"127.0.0.1 does not let {server.user} in; see user and key or password in way[1] of post.toml.",
        NAME,
    )


def test_a_locked_key_asks_for_its_passphrase(server: SshServer, tmp_path: Path) -> None:
    asked: list[SshAccount] = []

    def ask(account: SshAccount) -> str:
        asked.append(account)
        return PASSPHRASE

    there = place(server, key=server.locked_key)
    with at(there, tmp_path, ask=ask) as way:
        assert way.offers() == []
    wrong = failing("way-login", at(there, tmp_path, ask=lambda _account: "wrong").__enter__)

    assert asked == [
        SshAccount(host="127.0.0.1", port=server.port, user=server.user, key=str(server.locked_key))
    ]
    assert wrong == f"The passphrase does not open {server.locked_key}; try again."


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("missing", None, "{path} cannot be read (No such file or directory); mend way[1] of post.toml."),
        ("note.txt", b"hello", "{path} holds no private SSH key; mend “key” in way[1]."),
    ],
)
def test_a_key_that_is_none_is_a_sentence(
    server: SshServer, tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    assert failing("way-login", at(place(server, key=path), tmp_path).__enter__) == sentence.format(path=path)


def test_a_key_in_the_form_of_openssh_opens_with_its_passphrase(server: SshServer, tmp_path: Path) -> None:
    path = tmp_path / "id_ecdsa"
    shutil.copyfile(server.key, path)
    path.chmod(0o600)
    # ssh-keygen writes its own form, whatever it read.
    subprocess.run(["ssh-keygen", "-q", "-p", "-P", "", "-N", PASSPHRASE, "-f", str(path)], check=True)
    assert path.read_bytes().startswith(b"-----BEGIN OPENSSH PRIVATE KEY-----")

    with at(place(server, key=path), tmp_path, ask=lambda _account: PASSPHRASE) as way:
        assert way.offers() == []


def test_nothing_of_the_users_own_ssh_is_read(
    server: SshServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home" / ".ssh"
    home.mkdir(parents=True)
    (home / "config").write_text("Host *\n  Port 1\n  User somebody\n  ProxyCommand false\n")
    (home / "known_hosts").write_text("")
    (home / "id_ed25519").write_bytes(server.key.read_bytes())
    monkeypatch.setenv("HOME", str(home.parent))
    monkeypatch.setenv("USERPROFILE", str(home.parent))
    asked: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as agent:
        agent.bind(str(tmp_path / "agent"))
        agent.listen()
        agent.settimeout(0.01)
        monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))

        name = deliver(server, tmp_path, parcel(tmp_path, b"x"))
        failing("way-login", lambda: deliver(server, tmp_path, parcel(tmp_path, b"y"), key=server.stranger))
        with pytest.raises(TimeoutError):
            agent.accept()

    assert (name, asked) == (NAME, [])


def test_a_server_that_is_not_there_or_never_answers_is_a_sentence(server: SshServer, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    said = failing("way-unreachable", lambda: deliver(server, tmp_path, parcel(tmp_path, b"x"), port=port))
    with silent() as mute:
        late = failing("way-unreachable", at(place(server, port=mute), tmp_path, patience=0.5).__enter__)

    assert (
        said == f"127.0.0.1 cannot be reached at port {port} (Connection refused); what waits stays queued."
    )
    assert late == f"127.0.0.1 cannot be reached at port {mute} (no answer); what waits stays queued."


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(ECONNREFUSED, "Connect call failed ('127.0.0.1', 1)"), "Connection refused"),
        (
            OSError(
                f"Multiple exceptions: [Errno {EHOSTUNREACH}] Connect call failed ('::1', 1, 0, 0), "
                f"[Errno {ECONNREFUSED}] Connect call failed ('127.0.0.1', 1)"
            ),
            "No route to host",
        ),
        (socket.gaierror(-2, "Name or service not known"), "Name or service not known"),
    ],
)
def test_why_nobody_answers_is_said_in_the_words_of_the_system(error: OSError, reason: str) -> None:
    assert ssh_failures.said(error) == reason


def test_a_connection_that_falls_silent_is_given_up(server: SshServer, tmp_path: Path) -> None:
    one = parcel(tmp_path, os.urandom(3_000_000))
    with (
        Wire(server.port, silent_after=1_500_000).laid() as wire,
        at(place(server, port=wire.port), tmp_path, patience=2) as way,
    ):
        said = failing("way-cut", lambda: way.deliver(one, nothing))

    assert said.startswith("The connection to 127.0.0.1 ended (")


def test_a_folder_that_the_server_has_not_is_a_sentence(server: SshServer, tmp_path: Path) -> None:
    assert failing("way-folder", at(place(server, path="/nowhere"), tmp_path).__enter__) == (
        "127.0.0.1 has no folder /nowhere; mend “path” in way[1] of post.toml, or ask its owner."
    )


# ---- other servers


@fault("nothing may be written over there", "sftp", seen="a server that is read-only")
def test_where_nothing_may_be_written_we_read_and_leave(tmp_path: Path) -> None:
    with running(sftp="-R") as server:
        server.lay("159", "a.asice", b"x")
        with at(place(server), tmp_path) as way:
            (offer,) = way.offers()

            assert b"".join(way.read(offer)) == b"x"
            assert way.take(offer) is False
            said = failing("way-denied", lambda: way.deliver(parcel(tmp_path, b"x"), nothing))

    assert (
        said
        == f"127.0.0.1 does not let {server.user} read or write there (Permission denied); ask its owner."
    )


def test_a_server_without_extensions_is_written_to_all_the_same(tmp_path: Path) -> None:
    one = parcel(tmp_path, os.urandom(2_000_000))
    with running(sftp="-P fsync,hardlink,limits,posix-rename,statvfs") as server:
        there = cut_in_the_middle(server, tmp_path, one)
        assert deliver(server, tmp_path, one) == NAME
        content = (server.box / "173" / NAME).read_bytes()

    assert there > 0
    assert content == one.path.read_bytes()
    assert list((tmp_path / "outbox").rglob("*")) == []
