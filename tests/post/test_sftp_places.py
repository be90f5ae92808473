"""Where an SFTP server is: what stands on a card, what post.toml says otherwise, and what is no address."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import WayFailed, WorkspaceError
from exchange.post.settings import SftpSettings, SshAccount, parse_settings
from exchange.post.sftp_places import Address, Contact, is_host_key, parse_address, place_of

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0h8sQnWmVwJ2bCjKrWrJ8m0q6u3r3m0bF6X0lJ0nQp"
OTHER = KEY.replace("J0h8", "J0h9")
CARD = Contact(sftp="sftp://aft@post.example:2222/aft", sftp_host_key=f"{KEY} root@post")


@pytest.fixture(autouse=True)
def _english(in_english: None) -> None:
    """Sentences are asserted in English."""


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("sftp://aft@post.example:2222/aft", Address("post.example", 2222, "aft", "/aft")),
        ("sftp://post.example", Address("post.example", 22, "", "")),
        ("sftp://aft@post.example/", Address("post.example", 22, "aft", "/")),
        ("sftp://aft@post.example/~/aft", Address("post.example", 22, "aft", "aft")),
        ("sftp://aft@post.example/~", Address("post.example", 22, "aft", "")),
        ("sftp://aft@[::1]:2222/r%C3%B8d%20mappe", Address("::1", 2222, "aft", "/rød mappe")),
        ("sftp://aft:hunter2@post.example/aft", None),
        ("sftp://aft@post.example:70000/aft", None),
        ("sftp://aft@post.example:0/aft", None),
        ("https://aft@post.example/aft", None),
        ("sftp:///aft", None),
        ("sftp://aft@post.example/a%0Ab", None),
        ("sftp://aft@post.example/a%1B[2J", None),
        ("sftp://aft@post .example/a", None),
        ("sftp://aft@-oProxyCommand=x/a", None),
        ("sftp://aft@post.example/a?b", None),
        ("sftp://[", None),
        ("", None),
    ],
)
def test_an_address_says_who_and_where(text: str, address: Address | None) -> None:
    assert parse_address(text) == address


@given(st.text(max_size=60))
def test_whatever_stands_there_is_an_address_or_none(text: str) -> None:
    for one in (text, f"sftp://{text}", f"sftp://a@b/{quote(text)}"):
        found = parse_address(one)
        assert found is None or (found.user + found.path).isprintable()


def test_what_the_card_says_counts_and_what_a_person_writes_counts_more() -> None:
    ours = SftpSettings(key="id", certificate="~/id-cert.pub")
    others = SftpSettings(host="10.0.0.1", port=22, user="we", path="box", host_key=OTHER)

    by_card = place_of(ours, CARD, Path("/w"), party="173", where="way[1]")
    by_hand = place_of(others, CARD, Path("/w"), party="173", where="way[1]")

    assert (by_card.host, by_card.port, by_card.user, by_card.path, by_card.host_key) == (
        "post.example",
        2222,
        "aft",
        "/aft",
        KEY,
    )
    assert (by_card.key, by_card.certificate) == (Path("/w/id"), Path("~/id-cert.pub").expanduser())
    assert by_card.account == SshAccount(host="post.example", port=2222, user="aft", key="/w/id")
    assert (by_hand.host, by_hand.port, by_hand.user, by_hand.path, by_hand.host_key, by_hand.key) == (
        "10.0.0.1",
        22,
        "we",
        "box",
        OTHER,
        None,
    )
    assert by_hand.account.kept_as == "sftp we@10.0.0.1:22"


@pytest.mark.parametrize(
    ("settings", "contact", "code", "sentence"),
    [
        (
            SftpSettings(user="we"),
            Contact(),
            "way-no-address",
            "No SFTP server of 173 is known; trust its newest card if that names one, or write “host” in way[1] of post.toml.",
        ),
        (
            SftpSettings(host="-oProxyCommand=x y", user="we"),
            Contact(),
            "way-no-address",
            "No SFTP server of 173 is known; trust its newest card if that names one, or write “host” in way[1] of post.toml.",
        ),
        (
            SftpSettings(),
            Contact(sftp="sftp://post.example/aft", sftp_host_key=KEY),
            "way-no-address",
            "Nobody says who we are at 173’s SFTP server; write “user” in way[1] of post.toml.",
        ),
        (
            SftpSettings(),
            Contact(sftp=CARD.sftp),
            "way-host-key",
            "The key of 173’s SFTP server is not known; trust a card that has it, or write “host_key” in way[1] of post.toml as its owner reads it out.",
        ),
    ],
    ids=["nothing", "no-host", "no-user", "no-key"],
)
def test_what_is_missing_is_said(settings: SftpSettings, contact: Contact, code: str, sentence: str) -> None:
    with pytest.raises(WayFailed) as failed:
        place_of(settings, contact, Path("/w"), party="173", where="way[1]")

    assert (failed.value.code, str(failed.value), failed.value.lasting) == (code, sentence, True)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        (KEY, True),
        (f"{KEY} root@post", True),
        ("ecdsa-sha2-nistp256 " + "A" * 140 + "=", True),
        ("SHA256:v2JoDQKVgtRo5JotGpxriSJFEFOJao8WIL4r", False),
        ("ssh-ed25519", False),
        (f"post.example {KEY}", False),
        ("ssh-ed25519 " + "A" * 4000, False),
        ("", False),
    ],
)
def test_a_host_key_is_the_key_itself(text: str, fits: bool) -> None:
    assert is_host_key(text) is fits


def test_post_toml_takes_sftp_for_a_way_and_for_ourselves() -> None:
    found = parse_settings(
        b'[[way]]\nparty = "173"\nby = "sftp"\nkey = "id"\nport = 2222\nlies_open = true\n[sftp]\nuser = "aft"\n'
    )

    assert (found.ways[0].sftp, found.ways[0].carries_open) == (SftpSettings(key="id", port=2222), True)
    assert found.sftp == SftpSettings(user="aft")
    assert not parse_settings(b'[[way]]\nparty = "173"\nby = "sftp"\n').ways[0].carries_open


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('password = "x"', "“password” means nothing here"),
        ("port = 70000", "“port” must be a whole number from 1 to 65535"),
        ('to = "a@b.dk"', "“to” means nothing here"),
        ('path = "a\\u001bb"', "“path” must be a text of one line"),
    ],
)
def test_what_means_nothing_for_sftp_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(WorkspaceError) as refused:
        parse_settings(f'[[way]]\nparty = "173"\nby = "sftp"\n{text}\n'.encode())

    assert str(refused.value) == f"post.toml, way[1]: {sentence}; mend that line."
