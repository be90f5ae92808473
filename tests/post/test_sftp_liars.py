"""SFTP servers that lie about names, sizes and what they hold, and one that asks for a password: bounded, and one sentence each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from exchange.post import sftp
from exchange.post.settings import SshAccount
from exchange.post.sftp_places import Place
from exchange.post.ways import Offer, nothing
from tests.post.faults import fault
from tests.post.ssh_liars import (
    PASSWORD,
    USER,
    EndlessListing,
    Forgetful,
    Full,
    HostileNames,
    Huge,
    Liar,
    Loud,
    NeverEnough,
    TooMuch,
    lying,
)
from tests.post.test_letters import NAME, parcel
from tests.post.test_sftp import failing


@pytest.fixture(autouse=True)
def _english(in_english: None) -> None:
    """Sentences are asserted in English."""


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """Our letterbox on the server's disk."""
    path = tmp_path / "server" / "159"
    path.mkdir(parents=True)
    return path


@contextmanager
def at(
    kind: type[Liar],
    box: Path,
    ask: Callable[[SshAccount], str] = lambda _account: PASSWORD,
    patience: float = 30.0,
) -> Iterator[sftp.Sftp]:
    with lying(kind, box.parent) as (port, host_key):
        place = Place(
            host="127.0.0.1", port=port, user=USER, path="/", host_key=host_key, key=None, certificate=None, where="way[1]"
        )  # fmt: skip
        ourselves = sftp.Ourselves(us="159", folder=box.parents[1] / "house")
        with sftp.opened(place, ourselves, ask, patience) as way:
            yield way


def test_a_password_goes_only_to_the_server_with_the_pinned_key(box: Path, tmp_path: Path) -> None:
    asked: list[SshAccount] = []

    def ask(account: SshAccount) -> str:
        asked.append(account)
        return PASSWORD

    one = parcel(tmp_path, os.urandom(300_000))
    with at(Liar, box, ask) as way:
        assert way.deliver(one, nothing).name == NAME
        account = way.place.account
    wrong = failing("way-login", at(Liar, box, lambda _account: "wrong").__enter__)

    assert asked == [account]
    assert (account.user, account.key) == (USER, "")
    assert (box.parent / "173" / NAME).read_bytes() == one.path.read_bytes()
    assert wrong == "127.0.0.1 does not let aft in; see user and key or password in way[1] of post.toml."


def test_a_listing_without_an_end_is_cut(box: Path) -> None:
    with at(EndlessListing, box) as way:
        offers = way.offers()

    assert len(offers) == 10_000


def test_names_that_lead_elsewhere_are_no_names(box: Path) -> None:
    with at(HostileNames, box) as way:
        assert [one.name for one in way.offers()] == ["good.asice"]


@fault("a server that lies about size", "sftp", seen="more bytes than were asked for")
def test_more_bytes_than_were_asked_for_are_refused(box: Path) -> None:
    (box / "a.asice").write_bytes(bytes(1000))
    with at(TooMuch, box) as way:
        (offer,) = way.offers()
        said = failing("way-broken", lambda: list(way.read(offer)))

    assert said == (
        "127.0.0.1 gives an error (more bytes than were asked for); try again, and ask its owner where it stays."
    )


@fault("a server that lies about size", "sftp", seen="fewer bytes than it says")
def test_a_file_that_is_smaller_than_is_said_is_not_whole(box: Path) -> None:
    (box / "a.asice").write_bytes(bytes(1000))
    with at(NeverEnough, box) as way:
        (offer,) = way.offers()
        said = failing("way-unfinished", lambda: list(way.read(offer)))

    assert (offer.size, said) == (4000, "a.asice is still being copied; it is taken when it is whole.")


@fault("a server that lies about size", "sftp", seen="a size beyond all limits")
def test_a_size_beyond_all_limits_is_not_read(box: Path) -> None:
    (box / "a.asice").write_bytes(bytes(1000))
    with at(Huge, box) as way:
        said = failing("way-too-large", lambda: list(way.read(Offer(mark="a.asice", name="a.asice"))))

    assert said == "a.asice is larger than 4000 MB and is left where it is."


@fault("disk full over there", "sftp", seen="a server that says it fails")
@fault("quota exceeded", "sftp", seen="the same answer: the protocol knows no other")
def test_a_full_disk_is_a_sentence_and_nothing_half_lies_there(box: Path, tmp_path: Path) -> None:
    with at(Full, box) as way:
        said = failing("way-full", lambda: way.deliver(parcel(tmp_path, os.urandom(900_000)), nothing))

    assert said == (
        f"127.0.0.1 takes no more of {NAME} (Failure): its disk or our share of it is full; it is sent again when there is room."
    )
    assert list((box.parent / "173").iterdir()) == []


@fault("a server that lies about size", "sftp", seen="it says it holds nothing")
def test_a_server_that_keeps_nothing_delivers_nothing(box: Path, tmp_path: Path) -> None:
    with at(Forgetful, box) as way:
        said = failing("way-broken", lambda: way.deliver(parcel(tmp_path, bytes(5000)), nothing))

    assert said == f"The server says that it holds 0 bytes of {NAME} and was given 5000; ask its owner."
    assert list((box.parent / "173").iterdir()) == []


@fault("remote names and words with escapes", "sftp", seen="what it says of itself")
def test_what_a_server_says_of_itself_obeys_no_terminal(box: Path, tmp_path: Path) -> None:
    with at(Loud, box) as way:
        said = failing("way-broken", lambda: way.deliver(parcel(tmp_path, b"x"), nothing))

    assert "\x1b" not in said
    assert "<U+001B>[2Jdisk <U+202E>on fire xxx" in said
    assert len(said) < 400
