"""``keys card``: addresses come onto our card, and who trusts us confirms them without a call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_keys import card, house, houses, refused, trust
from tests.conftest import CommandLine

__all__ = ["house", "houses"]

HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0h8sQnWmVwJ2bCjKrWrJ8m0q6u3r3m0bF6X0lJ0nQp"
URL = "sftp://aft@post.173.example:2222/aft"


def key_file(folder: Path, content: str = f"{HOST_KEY} root@post\n") -> str:
    path = folder / "ssh_host_ed25519_key.pub"
    path.write_text(content, encoding="utf-8")
    return str(path)


def test_an_address_comes_onto_the_card_and_is_confirmed_because_the_same_key_signed_it(
    house: Callable[[str], CommandLine],
) -> None:
    lead, other = house("159"), house("173")
    trust(lead, other)

    made = other("keys", "card", "--sftp", URL, "--sftp-host-key", key_file(other.here), "--format", "json")
    assert made.code == 0, made.err
    confirmed = lead("keys", "trust", str(card(other)), "--yes")
    known = lead("keys", "show", "--format", "json").records[-1]
    later = other("keys", "card", "--mailbox", "aft@173.example", "--format", "json").records[0]
    without = other("keys", "card", "--sftp", "", "--format", "json").records[0]
    rotated = other("keys", "rotate", "--format", "json").records[0]

    assert made.records[0]["sequence"] == 2
    assert confirmed.code == 0
    assert (known["sftp"], known["sftp_host_key"], known["mailbox"]) == (URL, HOST_KEY, "")
    assert (later["sequence"], later["sftp"], later["mailbox"]) == (3, URL, "aft@173.example")
    assert (without["sequence"], without["sftp"], without["sftp_host_key"]) == (4, "", "")
    assert rotated["sequence"] == 5
    assert f"  {URL}\n  {HOST_KEY}\n" in confirmed.out
    assert "our card has other addresses: card 2" in other("log").out


def test_what_ssh_keyscan_writes_is_read_too(house: Callable[[str], CommandLine]) -> None:
    ours = house("159")
    scanned = f"# post.example:22 SSH-2.0-OpenSSH_9.2p1\npost.example {HOST_KEY}\n"

    made = ours(
        "keys", "card", "--sftp", URL, "--sftp-host-key", key_file(ours.here, scanned), "--format", "json"
    )

    assert made.records[0]["sftp_host_key"] == HOST_KEY


@pytest.mark.parametrize(
    ("words", "content", "sentence"),
    [
        ((), "", "Say what shall stand on the card: --mailbox, or --sftp with --sftp-host-key."),
        (
            ("--sftp", URL),
            "",
            "An SFTP server is of use only with its key; give --sftp-host-key with the server’s ssh_host_ed25519_key.pub.",
        ),
        (
            ("--sftp", "sftp://aft:hunter2@post.example/aft", "--sftp-host-key", "FILE"),
            HOST_KEY,
            "That is no SFTP address; write it as sftp://aft@post.example:22/aft, without a password.",
        ),
        (
            ("--sftp", URL, "--sftp-host-key", "FILE"),
            "-----BEGIN OPENSSH PRIVATE KEY-----\n",
            "FILE holds no public SSH key; take the server’s ssh_host_ed25519_key.pub.",
        ),
        (
            ("--sftp", "sftp://aft@post.example/rødovre", "--sftp-host-key", "FILE"),
            HOST_KEY,
            "That is no SFTP address; write it as sftp://aft@post.example:22/aft, without a password.",
        ),
        (("--mailbox", "nobody"), "", "“nobody” is no e-mail address."),
    ],
    ids=["nothing", "no-key", "password", "private-key", "letters", "mailbox"],
)
def test_an_address_that_nobody_could_use_is_refused_and_the_card_stays(
    house: Callable[[str], CommandLine], words: tuple[str, ...], content: str, sentence: str
) -> None:
    ours = house("159")
    before, file = card(ours).read_bytes(), key_file(ours.here, content)

    said = ours("keys", "card", *(file if word == "FILE" else word for word in words))

    assert refused(said).replace(file, "FILE") == sentence
    assert card(ours).read_bytes() == before
