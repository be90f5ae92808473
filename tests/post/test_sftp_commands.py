"""``send`` and ``fetch`` by SFTP from the command line: addresses on cards, a server of our own, passphrases, and what fails."""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.cli.test_keys import ERRORS, KEYRING
from tests.conftest import CommandLine, Said, SteppingClock
from tests.post.conftest import SECOND, SUMMER, Three, well
from tests.post.ssh_servers import PASSPHRASE, SshServer
from tests.post.test_month import came, states
from tests.post.wire import Wire
from tests.secrets_watch import Watch


@pytest.fixture(autouse=True)
def _english(in_english: None) -> None:
    """Sentences are asserted in English."""


@pytest.fixture
def by_card(with_second: Path, tmp_path: Path, server: SshServer) -> Three:
    """The auditor has a server, which stands on its card; whoever writes to it says only which key they log in with."""
    shutil.copytree(with_second, tmp_path / "three")
    three = Three(tmp_path / "three", SteppingClock(SUMMER))
    host_key = str(server.root / "keys" / "host.pub")
    made = well(
        three.auditor("keys", "card", "--sftp", server.url(), "--sftp-host-key", host_key, "--format", "json")
    )
    well(three.lead("keys", "trust", str(made.records[0]["card"]), "--yes"))
    for house, party in ((three.lead, "aud-nord"), (three.auditor, "159")):
        known = (
            ""
            if house.here == three.lead.here
            else (
                f'host = "127.0.0.1"\nport = {server.port}\nuser = "{server.user}"\npath = "{server.path}"\nhost_key = "{server.host_key}"\n'
            )
        )
        own = f'[sftp]\nkey = "{server.key}"\n' if known else ""
        text = f'[[way]]\nparty = "{party}"\nby = "sftp"\nkey = "{server.key}"\n{known}{own}'
        (house.here / "post.toml").write_text(text, encoding="utf-8")
    return three


def with_passphrase(house: CommandLine, *words: str, passphrase: str = PASSPHRASE) -> Said:
    """Run a command with the SSH key's passphrase on a descriptor."""
    reads, writes = os.pipe()
    os.write(writes, passphrase.encode())
    os.close(writes)
    said = house(*words, "--sftp-password-fd", str(reads))
    os.close(reads)
    return said


def test_a_package_and_its_receipt_go_round_by_the_server_on_a_card(
    by_card: Three, server: SshServer
) -> None:
    three = by_card

    sent = well(three.lead("send", "--to", "aud-nord"))
    lying = [path.name for path in (server.box / "aud-nord").iterdir()]
    well(three.auditor("fetch"))
    again = well(three.auditor("fetch"))
    answered = well(three.auditor("send"))
    well(three.lead("fetch"))

    assert sent.out == f"{SECOND}: sent to aud-nord by sftp\n"
    assert lying == [f"{SECOND}.age"]
    assert [state for _name, state in came(three.auditor)] == ["verified"]
    assert again.err == "Nothing new has come.\n"
    assert answered.out.endswith(": sent to 159 by sftp\n")
    assert states(three.lead)[SECOND] == "accepted"
    assert [path.name for path in (server.box / "aud-nord" / "taken").iterdir()] == [f"{SECOND}.age"]


def test_without_a_card_that_is_trusted_nothing_leaves(by_card: Three) -> None:
    three = by_card
    well(three.lead("keys", "distrust", "aud-nord-2.card"))

    said = three.lead("send", "--to", "aud-nord", "--format", "json")

    assert said.code == 1
    assert [(one["result"], one["code"], one["detail"]) for one in said.records] == [
        (
            "failed",
            "way-no-address",
            "No SFTP server of aud-nord is known; trust its newest card if that names one, or write “host” in way[1] of post.toml.",
        )
    ]
    assert states(three.lead)[SECOND] == "queued"


def test_a_server_is_not_trusted_on_first_sight(by_card: Three, server: SshServer) -> None:
    three = by_card
    well(three.lead("keys", "distrust", "aud-nord-2.card"))
    text = (three.lead.here / "post.toml").read_text(encoding="utf-8")
    address = f'host = "127.0.0.1"\nport = {server.port}\nuser = "{server.user}"\npath = "{server.path}"\n'
    (three.lead.here / "post.toml").write_text(text + address, encoding="utf-8")

    unknown = three.lead("send", "--to", "aud-nord")
    other = server.host_key[:-6] + "AAAAAA"
    (three.lead.here / "post.toml").write_text(f'{text}{address}host_key = "{other}"\n', encoding="utf-8")
    wrong = three.lead("send", "--to", "aud-nord", "--format", "json")

    assert (unknown.code, unknown.err) == (
        1,
        "enblanket: The key of aud-nord’s SFTP server is not known; trust a card that has it, or write “host_key” in way[1] of post.toml as its owner reads it out.\n",
    )
    assert [one["code"] for one in wrong.records] == ["way-host-key"]
    assert list(server.box.iterdir()) == []


def test_a_package_that_was_sealed_open_leaves_encrypted_unless_both_have_agreed(
    three: Three, server: SshServer
) -> None:
    way = (
        f'by = "sftp"\nhost = "127.0.0.1"\nport = {server.port}\nuser = "{server.user}"\npath = "{server.path}"\n'
        f'host_key = "{server.host_key}"\nkey = "{server.key}"\n'
    )
    three.configure(way, "159")
    first = well(three.lead("send", "--to", "aud-nord"))
    three.configure(f"{way}lies_open = true\n", "159")
    three.seal()
    second = well(three.lead("send", "--to", "aud-nord"))

    names = sorted(path.name for path in (server.box / "aud-nord").iterdir())
    assert (len(first.out.splitlines()), len(second.out.splitlines())) == (1, 1)
    assert [name.rpartition(".")[2] for name in names] == ["age", "asice"]


def test_the_passphrase_of_a_key_comes_by_descriptor_or_keyring(
    by_card: Three, server: SshServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, watch: Watch
) -> None:
    """The system's keyring is a small package of the same name here; ours imports whatever is installed."""
    watch.learn("the passphrase of an SSH key", [PASSPHRASE.encode()])
    (tmp_path / "keyring").mkdir()
    (tmp_path / "keyring" / "__init__.py").write_text(KEYRING, encoding="utf-8")
    (tmp_path / "keyring" / "errors.py").write_text(ERRORS, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    house = by_card.lead
    text = (house.here / "post.toml").read_text(encoding="utf-8")
    (house.here / "post.toml").write_text(
        text.replace(str(server.key), str(server.locked_key)), encoding="utf-8"
    )

    nobody = house("send", "--to", "aud-nord")
    wrong = with_passphrase(house, "send", "--to", "aud-nord", passphrase="another-one")
    looked = with_passphrase(house, "fetch")
    with monkeypatch.context() as installed:
        installed.syspath_prepend(str(tmp_path))
        kept = with_passphrase(house, "post", "remember")
        sent = house("send", "--to", "aud-nord")
    for name in ("keyring", "keyring.errors"):
        sys.modules.pop(name, None)

    assert (nobody.code, nobody.err) == (
        1,
        f"enblanket: Nobody can be asked for the passphrase of {server.locked_key}; give --sftp-password-fd N.\n",
    )
    assert (wrong.code, wrong.err) == (
        1,
        f"enblanket: The passphrase does not open {server.locked_key}; try again.\n",
    )
    assert looked.code == 0
    assert kept.err == f"The keyring keeps the passphrase of {server.locked_key}.\n"
    assert (sent.code, sent.out) == (0, f"{SECOND}: sent to aud-nord by sftp\n")
    assert (house.here / "keys" / "mail-keyring").read_text(
        encoding="utf-8"
    ) == f"ssh-key {server.locked_key}\n"


def test_a_folder_on_a_server_is_looked_at_once_however_many_ways_lead_there(
    by_card: Three, server: SshServer
) -> None:
    house = by_card.auditor
    with (house.here / "post.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'[[way]]\nparty = "173"\nby = "sftp"\nhost = "127.0.0.1"\nport = {server.port}\nuser = "{server.user}"\n'
            f'path = "{server.path}"\nhost_key = "{server.host_key}"\nkey = "{server.key}"\n'
        )
    before = server.log.count("Accepted publickey")

    well(house("fetch"))

    assert server.log.count("Accepted publickey") == before + 1


def test_what_lies_there_and_is_none_of_ours_is_left(by_card: Three, server: SshServer) -> None:
    server.lay("aud-nord", "holiday.jpg", os.urandom(3_000_000))
    server.lay("aud-nord", b"../../\x1b[2J.asice".replace(b"/", b"-"), b"PK no package")

    said = by_card.auditor("fetch")

    assert said.code == 0
    assert "\x1b" not in said.err + said.out
    assert "holiday.jpg: no package, no receipt and no message; it is left where it is." in said.err
    assert len(list((server.box / "aud-nord").iterdir())) == 2


def test_a_connection_that_ends_while_many_files_come_is_told_once(by_card: Three, server: SshServer) -> None:
    house = by_card.auditor
    for number in range(5):
        server.lay("aud-nord", f"{number}.jpg", os.urandom(50_000))
    with Wire(server.port, cut_back_after=60_000).laid() as wire:
        text = (house.here / "post.toml").read_text(encoding="utf-8")
        ways = text.replace(f"port = {server.port}", f"port = {wire.port}").partition("[sftp]")[0]
        (house.here / "post.toml").write_text(ways, encoding="utf-8")
        said = house("fetch")

    assert said.code == 1
    assert said.err.count("The connection to 127.0.0.1 ended (") == 1
