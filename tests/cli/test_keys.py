"""``keys``: two houses that exchange cards, rotate, revoke and share a directory, all by the command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest

from exchange.cli.vault import MARKER
from exchange.errors import KeyRefused
from exchange.sealing import locking
from exchange.sealing.cards import read_card, write_card
from exchange.sealing.keys import open_signing_key, unlock_age
from exchange.sealing.locking import MARK, finish_change
from exchange.sealing.revocation import write_revocation
from exchange.sealing.rotation import finish_rotation, stage, unlock_key_of_card
from tests.conftest import CommandLine, Said, SteppingClock
from tests.sealing.issued import P256, Authority
from tests.secrets_watch import Watch, leaks_of_processes

WORDS = b"kornblomst og kamille"
AGREEMENT = """
[agreement]
agreement_id = "AFT-1"
title = "Et opdigtet partnerskab"
company_cvr = "12345678"
company_name = "Opdigtet Service A/S"
lead_jobcentre = "159"
mentor_model = "shared-mentor"
funding = "per-occupied-place"
places = 4
places_are = "exact"
mentor_hours_per_week = "3.00"
hourly_rate = "275.00"
proration = "weekdays"
valid_from = 2016-01-01
[[parties]]
jobcentre = "159"
role = "lead"
auditor = "aud-nord"
contact_mailbox = "aft@opdigtet.example"
[[parties]]
jobcentre = "173"
role = "participant"
auditor = "aud-nord"
contact_mailbox = "aft@opdigtet.example"
"""


@pytest.fixture(scope="session")
def houses(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lead 159, and 173 and 167, each a workspace of its own."""
    root = tmp_path_factory.mktemp("houses")
    shutil.copytree(founded, root / "159")
    for party in ("173", "167"):
        founding = (
            "--party",
            party,
            "--name",
            f"Jobcenter {party}",
            "--role",
            "jobcentre",
            "--no-passphrase",
        )
        assert CommandLine(root)("init", party, *founding).code == 0
    return root


@pytest.fixture
def house(houses: Path, tmp_path: Path) -> Callable[[str], CommandLine]:
    shutil.copytree(houses, tmp_path / "houses")
    clock = SteppingClock()
    return lambda party: CommandLine(tmp_path / "houses" / party, clock)


def card(of: CommandLine) -> Path:
    return of.here / "keys" / f"{of.here.name}.card"


def fingerprint(of: CommandLine) -> str:
    return str(of("keys", "show", "--format", "json").records[0]["fingerprint"])


def trust(us: CommandLine, them: CommandLine) -> None:
    said = us("keys", "trust", str(card(them)), "--fingerprint", fingerprint(them))
    assert said.code == 0, said.err


def shown(us: CommandLine) -> list[tuple[object, ...]]:
    records = us("keys", "show", "--format", "json").records
    return [(one["own"], one["party"], one["sequence"], one["revoked"]) for one in records]


def sent(of: CommandLine, path: Path, name: str) -> Path:
    """Keep what was handed over, since a rotation writes over it."""
    return Path(shutil.copy(path, of.here.parent / name))


def piped(content: bytes) -> int:
    reading, writing = os.pipe()
    os.write(writing, content)
    os.close(writing)
    return reading


@pytest.fixture
def words() -> Iterator[Callable[[bytes], str]]:
    """Give passphrases as the file descriptors that a shell opens."""
    opened: list[int] = []

    def give(content: bytes) -> str:
        opened.append(piped(content))
        return str(opened[-1])

    yield give
    for descriptor in opened:
        os.close(descriptor)


def refused(said: Said) -> str:
    assert said.code == 2
    assert said.out == "" or not said.out.startswith("enblanket")
    return said.err.splitlines()[-1].removeprefix("enblanket: ")


# ---- the trust and the hands on it


def test_a_file_that_is_put_into_the_trust_by_hand_is_refused_wherever_the_trust_is_used(
    house: Callable[[str], CommandLine],
) -> None:
    lead, other = house("159"), house("173")
    put = lead.here / "trust" / "173-1.card"
    shutil.copy(card(other), put)
    said = f"{put} was put there by hand and is not trusted; move it out of the folder and use “enblanket keys trust”."

    assert refused(lead("keys", "show")) == said
    assert refused(lead("keys", "trust", str(card(other)), "--fingerprint", fingerprint(other))) == said
    assert refused(lead("verify", str(card(other)))) == said
    restored = lead("keys", "restore")
    assert (restored.code, restored.out) == (1, "173-1.card is nobody’s: move it out of the trust folder.\n")
    put.unlink()
    assert lead("keys", "show").code == 0


def test_what_a_hand_took_or_rolled_back_is_refused_and_restored(house: Callable[[str], CommandLine]) -> None:
    lead, other = house("159"), house("173")
    trust(lead, other)
    first = sent(other, card(other), "first.card")
    assert other("keys", "rotate").code == 0
    assert lead("keys", "trust", str(card(other)), "--yes").code == 0
    kept = lead.here / "trust" / "173-2.card"
    kept.unlink()
    assert refused(lead("keys", "show")) == (
        f"{kept} was taken away by hand; put it back with “enblanket keys restore”."
    )
    shutil.copy(first, kept)
    assert refused(lead("keys", "show")) == (
        f"{kept} is not what was trusted: it was replaced by hand; put it back with “enblanket keys restore”."
    )
    restored = lead("keys", "restore")
    assert (restored.code, restored.out) == (0, "173-2.card was put back.\n")
    assert kept.read_bytes() == card(other).read_bytes()
    assert shown(lead) == [(True, "159", 1, None), (False, "173", 1, None), (False, "173", 2, None)]


def test_an_older_folder_of_trust_does_not_bring_back_what_was_taken_out(
    house: Callable[[str], CommandLine],
) -> None:
    lead, other = house("159"), house("173")
    trust(lead, other)
    shutil.copytree(lead.here / "trust", lead.here.parent / "older")
    assert lead("keys", "distrust", "173-1.card").code == 0
    assert shown(lead) == [(True, "159", 1, None)]
    shutil.rmtree(lead.here / "trust")
    shutil.copytree(lead.here.parent / "older", lead.here / "trust")

    assert "was put there by hand and is not trusted" in refused(lead("keys", "show"))
    assert refused(lead("keys", "distrust", "173-1.card")) == (
        "173-1.card is not trusted here; “enblanket keys show” tells what is."
    )


def test_every_change_of_the_trust_stands_in_the_ledger_with_the_hash_of_the_whole(
    house: Callable[[str], CommandLine],
) -> None:
    lead = house("159")
    for party in ("173", "167"):
        trust(lead, house(party))
    events = [one for one in lead("log", "--format", "json").records if one.get("kind") == "trust"]
    bodies = [one["body"] for one in events if isinstance(one["body"], dict)]
    listed = subprocess.run(
        ["sha256sum", "167-1.card", "173-1.card"], cwd=lead.here / "trust", capture_output=True, check=True
    )
    whole = subprocess.run(["sha256sum"], input=listed.stdout, capture_output=True, check=True)

    assert bodies[-1]["store"] == whole.stdout.split()[0].decode()
    assert [list(body["changes"]) for body in bodies] == [["173-1.card"], ["167-1.card"]]


# ---- cards that replace cards


def test_a_rotated_card_is_accepted_because_the_old_key_signed_it_and_is_still_confirmed(
    house: Callable[[str], CommandLine],
) -> None:
    lead, other = house("159"), house("173")
    trust(lead, other)
    old, before = fingerprint(other), sent(other, card(other), "before.card")
    rotated = other("keys", "rotate", "--format", "json").records[0]
    unconfirmed = lead("keys", "trust", str(card(other)))
    assert refused(unconfirmed) == "Nobody can be asked here; look at what is shown and say --yes."
    assert f"The key that is trusted here already signed this card: {old}" in unconfirmed.err
    accepted = lead("keys", "trust", str(card(other)), "--yes")

    assert (rotated["sequence"], rotated["fingerprint"]) == (2, fingerprint(other))
    assert accepted.code == 0
    assert shown(lead)[1:] == [(False, "173", 1, None), (False, "173", 2, None)]
    assert shown(other) == [(True, "173", 2, None), (True, "173", 1, None)]
    again = lead("keys", "trust", str(before))
    assert (again.code, again.err) == (0, "Jobcenter 173 is trusted already.\n")


def test_who_missed_a_card_must_hear_the_fingerprint_and_older_cards_do_not_come_back(
    house: Callable[[str], CommandLine],
) -> None:
    lead, other = house("159"), house("173")
    trust(lead, other)
    assert other("keys", "rotate").code == 0
    second = sent(other, card(other), "second.card")
    assert other("keys", "rotate").code == 0
    said = lead("keys", "trust", str(card(other)), "--yes")
    assert refused(said) == "Nobody can be asked here; give --fingerprint with what the other side read out."
    assert "whose key did not sign it: ask its owner why" in said.err
    trust(lead, other)

    assert refused(lead("keys", "trust", str(second), "--yes")) == (
        "second.card is older than 173-3.card, which is trusted here; ask 173 for its newest card."
    )


# ---- revocation


def test_a_revocation_travels_and_its_key_counts_no_more(house: Callable[[str], CommandLine]) -> None:
    lead, other = house("159"), house("173")
    trust(lead, other)
    assert (
        refused(other("keys", "revoke")) == "Nobody can be asked here; look at what is shown and say --yes."
    )
    note = other("keys", "revoke", "--since", "2016-03-01", "--yes", "--format", "json").records[0]
    told = lead("keys", "trust", str(note["note"]))

    assert told.out == "173 revoked its key: nothing it signed from 2016-03-01 on counts.\n"
    assert lead("keys", "revoke", str(note["note"])).code == 0
    assert shown(lead)[1:] == [(False, "173", 1, "2016-03-01")]
    assert shown(other) == [(True, "173", 1, "2016-03-01")]
    assert "revoked from 2016-03-01" in lead("keys", "show").out
    other_seals = other("keys", "directory", "make", "--agreement", "X")
    assert refused(other_seals) == "Our signing key was revoked; make a new one with “enblanket keys rotate”."
    rotated = other("keys", "rotate")
    assert "vouches for nothing: read out the new fingerprint to everybody" in rotated.err
    assert "--fingerprint" in refused(lead("keys", "trust", str(card(other)), "--yes"))
    trust(lead, other)
    assert shown(lead)[1:] == [(False, "173", 1, "2016-03-01"), (False, "173", 2, None)]


def test_after_a_rotation_the_former_key_can_still_be_revoked(house: Callable[[str], CommandLine]) -> None:
    lead, other = house("159"), house("173")
    trust(lead, other)
    assert other("keys", "rotate").code == 0
    assert lead("keys", "trust", str(card(other)), "--yes").code == 0
    said = other("keys", "revoke", "--card", "1", "--since", "2016-02-01", "--yes", "--format", "json")
    assert lead("keys", "trust", str(said.records[0]["note"])).code == 0

    assert shown(lead)[1:] == [(False, "173", 1, "2016-02-01"), (False, "173", 2, None)]
    for asked in (("--yes",), ()):
        assert refused(other("keys", "revoke", "--card", "9", *asked)) == (
            f"{other.here / 'keys'} holds no key of card 9; “enblanket keys show” lists ours."
        )


@pytest.mark.parametrize("asked", [("--yes",), ()])
def test_a_key_is_not_revoked_from_a_day_to_come(
    house: Callable[[str], CommandLine], asked: tuple[str, ...]
) -> None:
    us = house("173")

    assert refused(us("keys", "revoke", "--since", "2016-04-02", *asked)) == (
        "2016-04-02 has not come yet, and a key that is revoked seals nothing from now on; "
        "give 2016-04-01 or a day before."
    )
    assert shown(us) == [(True, "173", 1, None)]
    assert us("keys", "revoke", "--since", "2016-04-01", "--yes").code == 0


def test_a_note_of_somebody_else_or_altered_or_no_note_is_refused(
    house: Callable[[str], CommandLine],
) -> None:
    lead, other, third = house("159"), house("173"), house("167")
    trust(lead, other)
    theirs = Path(str(third("keys", "revoke", "--yes", "--format", "json").records[0]["note"]))
    assert refused(lead("keys", "trust", str(theirs))) == (
        f"{theirs.name} revokes a certificate that is not trusted here; there is nothing to do."
    )
    note = Path(str(other("keys", "revoke", "--yes", "--format", "json").records[0]["note"]))
    note.write_bytes(note.read_bytes().replace(b"2016-04-01", b"2016-01-01"))
    assert refused(lead("keys", "trust", str(note))) == (
        f"{note.name} is no revocation signed by the key it revokes, or was altered; ask its owner for it again."
    )
    assert refused(lead("keys", "revoke", str(card(other)))) == (
        "173.card is no revocation; our own key is revoked with “enblanket keys revoke” alone."
    )
    assert (
        refused(lead("keys", "revoke", "--since", "31/3", "--yes"))
        == "“31/3” is no day; write it as 2016-03-31."
    )


def test_a_key_takes_back_and_speaks_for_its_own_party_alone(house: Callable[[str], CommandLine]) -> None:
    lead, other = house("159"), house("173")
    trust(lead, other)
    key = open_signing_key(other.here / "keys", lambda: None)
    note = lead.here.parent / "x.revocation"
    note.write_bytes(write_revocation("167", date(2016, 4, 1), key))
    second = lead.here.parent / "x.card"
    own = read_card(card(other).read_bytes())
    second.write_bytes(write_card(replace(own, party="167"), key))

    assert refused(lead("keys", "trust", str(note))) == (
        "x.revocation takes back a key of 173 in the name of 167; ask 173 for another."
    )
    assert refused(lead("keys", "trust", str(second), "--fingerprint", own.fingerprint)) == (
        "The certificate of x.card is that of 173-1.card, which is trusted here, and one key does not speak for two parties; "
        "ask 167 for a card of its own key."
    )
    assert shown(lead)[1:] == [(False, "173", 1, None)]


def test_the_log_tells_what_became_of_keys_and_trust(house: Callable[[str], CommandLine]) -> None:
    lead, other = house("159"), house("173")
    trust(lead, other)
    assert lead("keys", "distrust", "173-1.card").code == 0
    assert lead("keys", "rotate").code == 0
    assert lead("keys", "revoke", "--card", "1", "--since", "2016-04-01", "--yes").code == 0
    told = [line.split("  ")[2] for line in lead("log").out.splitlines()[1:-1]]

    assert told == [
        "173-1.card trusted", "173-1.card trusted no more", "our key rotated: card 2", "key of 159 revoked from 2016-04-01",
    ]  # fmt: skip


@pytest.mark.parametrize("number", ["-3", "987654"])
def test_a_descriptor_that_is_not_open_is_told_by_its_number(number: str, locked: Path) -> None:
    assert refused(CommandLine(locked)("keys", "rotate", f"--passphrase-fd={number}")) == (
        f"File descriptor {number} cannot be read; open it in the shell, as 3<passphrase.txt."
    )


# ---- directories


def with_agreement(lead: CommandLine) -> None:
    (lead.here.parent / "aft-1.toml").write_text(AGREEMENT, encoding="utf-8")
    said = lead("agreement", "add", str(lead.here.parent / "aft-1.toml"))
    assert said.code == 0, said.err


def made_directory(lead: CommandLine) -> Path:
    said = lead("keys", "directory", "make", "--agreement", "AFT-1")
    assert said.code == 0, said.err
    return Path(said.out.strip())


def test_a_directory_of_the_lead_spares_the_others_their_phone_calls(
    house: Callable[[str], CommandLine],
) -> None:
    lead, other, third = house("159"), house("173"), house("167")
    with_agreement(lead)
    trust(lead, other)
    trust(lead, third)
    said = lead("keys", "directory", "make", "--agreement", "AFT-1")
    directory = Path(said.out.strip())
    assert directory.name == "159-AFT-1-1.directory"
    # 167 is trusted and no party of the agreement; of company and auditor there is no card yet.
    assert said.err == "Nobody’s card yet: 12345678, aud-nord\n"
    assert refused(third("keys", "directory", "trust", str(directory), "--yes")) == (
        "159-AFT-1-1.directory is signed by 159, whose card is not trusted here; trust that card first, by its fingerprint."
    )
    trust(third, lead)
    assert "say --yes" in refused(third("keys", "directory", "trust", str(directory)))
    accepted = third("keys", "directory", "trust", str(directory), "--yes")
    assert accepted.code == 0
    assert accepted.err == (
        "Directory 1 for AFT-1, signed by 159; new here: 1\n"
        "The agreement AFT-1 is not known here, so that 159 leads it is its own word; see whether you expect that.\n"
    )
    assert shown(third)[1:] == [(False, "159", 1, None), (False, "173", 1, None)]
    trust(other, lead)
    assert other("keys", "trust", str(directory)).code == 0  # nothing new in it but our own card
    assert shown(other)[1:] == [(False, "159", 1, None)]


def test_an_older_or_another_directory_of_the_same_number_is_refused(
    house: Callable[[str], CommandLine],
) -> None:
    lead, other, third = house("159"), house("173"), house("167")
    with_agreement(lead)
    trust(lead, other)
    trust(third, lead)
    first = made_directory(lead)
    second = made_directory(lead)
    assert third("keys", "directory", "trust", str(second), "--yes").code == 0
    assert third("keys", "directory", "trust", str(second), "--yes").code == 0
    assert refused(third("keys", "directory", "trust", str(first), "--yes")) == (
        "159-AFT-1-1.directory is number 1 of the directories for AFT-1, and number 2 is known here; ask 159 for the newest."
    )
    altered = second.with_name("x.directory")
    altered.write_bytes(second.read_bytes().replace(b'"sequence": 2', b'"sequence": 9'))
    assert refused(third("keys", "directory", "trust", str(altered), "--yes")) == (
        "x.directory is no directory signed by its lead's card, or was altered; ask the lead jobcentre for it again."
    )


def test_a_directory_that_contradicts_a_trusted_card_is_refused_whole(
    house: Callable[[str], CommandLine],
) -> None:
    lead, other, third = house("159"), house("173"), house("167")
    with_agreement(lead)
    trust(lead, other)
    trust(third, lead)
    directory = made_directory(lead)
    impostor = house("173")
    shutil.rmtree(impostor.here)
    founding = ("--party", "173", "--name", "Jobcenter 173", "--role", "jobcentre", "--no-passphrase")
    assert CommandLine(impostor.here.parent)("init", "173", *founding).code == 0
    trust(third, impostor)

    assert refused(third("keys", "directory", "trust", str(directory), "--yes")) == (
        "The directory's card of Jobcenter 173 (173) contradicts the one that is trusted here; "
        "nothing of it is taken, ask 173 for its card and compare the fingerprint."
    )
    assert refused(third("keys", "trust", str(lead.here / "trust" / "173-1.card"), "--yes")) == (
        "173-1.card contradicts 173-1.card, which is trusted here with the same number; "
        "ask 173 which is right, and take the wrong one out with “enblanket keys distrust 173-1.card”."
    )


def test_only_the_lead_makes_a_directory(house: Callable[[str], CommandLine]) -> None:
    assert refused(house("173")("keys", "directory", "make", "--agreement", "AFT-1")) == (
        "We do not lead “AFT-1” by any agreement that was added here; its lead makes the directory."
    )
    assert refused(house("173")("keys", "directory", "eat")).startswith(
        "Say which way: enblanket keys directory"
    )


# ---- keys of our own


def test_keys_are_never_made_over_others_and_can_be_made_where_they_are_lost(
    house: Callable[[str], CommandLine],
) -> None:
    lead, other = house("159"), house("173")
    trust(lead, other)
    before = {path.name: path.read_bytes() for path in (other.here / "keys").iterdir()}
    assert refused(other("keys", "new", "--no-passphrase")) == (
        f"{other.here / 'keys'} already holds signing.pem; nothing is overwritten, “enblanket keys rotate” makes a new key."
    )
    assert {path.name: path.read_bytes() for path in (other.here / "keys").iterdir()} == before
    shutil.rmtree(other.here / "keys")
    (other.here / "keys").mkdir()
    made = other("keys", "new", "--no-passphrase", "--format", "json")

    assert made.records[0]["sequence"] == 2
    trust(lead, other)
    assert other("log").code == 0


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.founded(tmp_path_factory.mktemp("authority"))


def test_a_house_may_begin_with_or_rotate_to_an_issued_certificate(
    authority: Authority, house: Callable[[str], CommandLine], tmp_path: Path, words: Callable[[bytes], str]
) -> None:
    leaf = authority.issue("leaf", P256)
    content = leaf.pkcs12(WORDS.decode(), "-certfile", authority.of("intermediate").certificate)
    (tmp_path / "oces.p12").write_bytes(content)
    today = SteppingClock(datetime.now(UTC))
    other = house("173")
    rotated = CommandLine(other.here, today)(
        "keys", "rotate", "--from", str(tmp_path / "oces.p12"), "--file-passphrase-fd", words(WORDS)
    )
    founding = ("--party", "167", "--name", "Jobcenter 167", "--role", "jobcentre")
    begun = CommandLine(tmp_path, today)(
        *("init", "new", *founding, "--from", "oces.p12", "--passphrase-fd", words(b"our own words\n")),
        *("--file-passphrase-fd", words(WORDS + b"\r\n"), "--format", "json"),
    )

    assert rotated.code == 0, rotated.err
    assert begun.code == 0, begun.err
    assert begun.records[0]["fingerprint"] == fingerprint(other)
    assert (tmp_path / "new" / "keys" / "chain.pem").read_bytes() == (
        authority.of("intermediate").certificate.read_bytes()
    )


@pytest.mark.parametrize(
    ("name", "given", "when", "said"),
    [
        ("oces.p12", b"wrong", None, "The passphrase does not open oces.p12; type it again."),
        ("old.p12", WORDS, None, "old.p12 is locked with an old cipher"),
        ("oces.p12", WORDS, datetime(2016, 1, 1, tzinfo=UTC), "The certificate in oces.p12 is valid from"),
        ("oces.p12", WORDS, datetime(2096, 1, 1, tzinfo=UTC), "The certificate in oces.p12 expired on"),
        ("none.p12", WORDS, None, "none.p12 cannot be read (No such file or directory)."),
        ("oces.toml", WORDS, None, "oces.toml is no PKCS#12 and no PEM that can be read"),
    ],
)
def test_nothing_is_stored_where_an_issued_key_is_refused(  # noqa: PLR0917 (one column each)
    name: str,
    given: bytes,
    when: datetime | None,
    said: str,
    authority: Authority,
    tmp_path: Path,
    words: Callable[[bytes], str],
) -> None:
    leaf = authority.issue("leaf", P256)
    (tmp_path / "oces.p12").write_bytes(leaf.pkcs12(WORDS.decode()))
    (tmp_path / "old.p12").write_bytes(leaf.pkcs12(WORDS.decode(), "-legacy"))
    (tmp_path / "oces.toml").write_text("[agreement]\n", encoding="utf-8")
    founding = ("--party", "167", "--name", "Jobcenter 167", "--role", "jobcentre", "--no-passphrase")
    answer = CommandLine(tmp_path, SteppingClock(when or datetime.now(UTC)))(
        "init", "new", *founding, "--from", name, "--file-passphrase-fd", words(given)
    )

    assert said in refused(answer)
    assert not (tmp_path / "new").exists()


# ---- the register key


def test_the_register_key_travels_to_a_trusted_card_alone(house: Callable[[str], CommandLine]) -> None:
    lead, other, third = house("159"), house("173"), house("167")
    assert refused(lead("keys", "register", "export", "--to", "173")).startswith(
        "No card of 173 is trusted here"
    )
    trust(lead, other)
    sent_off = lead("keys", "register", "export", "--to", "173")
    file = Path(sent_off.out.strip())
    assert refused(other("keys", "register", "import", str(file))).startswith("Signed on 2016-04-01 ")
    trust(other, lead)
    assert other("keys", "register", "import", str(file)).err == (
        "Trainees’ numbers are coded with the register key of Jobcenter Gladsaxe from now on.\n"
    )
    assert register(other) == register(lead) != register(third)
    trust(third, lead)
    assert refused(third("keys", "register", "import", str(file))) == (
        "The content was not encrypted to this key, or was altered; ask the sender for it again."
    )
    assert other("keys", "rotate").code == 0
    assert register(other) == register(lead)
    assert refused(other("keys", "register")).startswith("Say which way: enblanket keys register export")


def register(of: CommandLine) -> bytes:
    from exchange.sealing.keys import register_key, unlock_age

    return register_key(of.here / "keys", unlock_age(of.here / "keys", lambda: None))


# ---- passphrases


KEYRING = """
import json, pathlib
from keyring import errors
_FILE = pathlib.Path(__file__).parent.parent.parent / "vault.json"
def _all():
    return json.loads(_FILE.read_text()) if _FILE.exists() else {}
def get_password(service, account):
    if (_FILE.parent / "shut").exists():
        raise errors.KeyringLocked()
    return _all().get(service + "/" + account)
def set_password(service, account, password):
    _FILE.write_text(json.dumps({**_all(), service + "/" + account: password}))
def delete_password(service, account):
    kept = _all(); del kept[service + "/" + account]; _FILE.write_text(json.dumps(kept))
"""
ERRORS = "class KeyringError(Exception): pass\nclass KeyringLocked(KeyringError): pass\n"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root, descriptor = tmp_path_factory.mktemp("locked"), piped(WORDS + b"\n")
    founding = ("--party", "173", "--name", "Jobcenter 173", "--role", "jobcentre")
    said = CommandLine(root)("init", "173", *founding, "--passphrase-fd", str(descriptor))
    os.close(descriptor)
    assert said.code == 0, said.err
    return root / "173"


def real(
    folder: Path, *line: str, env: dict[str, str] | None = None, pass_fds: Sequence[int] = ()
) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own, with nobody at the keyboard."""
    return subprocess.run(
        [sys.executable, "-c", "from exchange.cli.main import run; run()", *line, "--lang", "en"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=120,
        env=env,
        pass_fds=pass_fds,
    )


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bool], None]]:
    """Install and take away a small package of the name that ours imports; there is none at first."""
    (tmp_path / "site" / "keyring").mkdir(parents=True)
    (tmp_path / "site" / "keyring" / "__init__.py").write_text(KEYRING, encoding="utf-8")
    (tmp_path / "site" / "keyring" / "errors.py").write_text(ERRORS, encoding="utf-8")

    def install(there: bool) -> None:
        for name in ("keyring", "keyring.errors"):
            sys.modules.pop(name, None)
        monkeypatch.undo()
        if there:
            monkeypatch.syspath_prepend(str(tmp_path / "site"))

    yield install
    install(False)  # noqa: FBT003 - as above


def test_the_keyring_is_asked_only_where_it_was_told_to_remember(
    locked: Path, tmp_path: Path, words: Callable[[bytes], str], keyring: Callable[[bool], None]
) -> None:
    us = CommandLine(Path(shutil.copytree(locked, tmp_path / "173")))
    locked_said = "is locked; give its passphrase at the prompt or with --passphrase-fd.\n"
    vault = tmp_path / "vault.json"

    keyring(True)  # noqa: FBT003 - it is installed
    assert us("keys", "revoke", "--yes").err.endswith(locked_said)
    told = us("keys", "remember", "--passphrase-fd", words(WORDS))
    assert told.err == "The system’s keyring has the passphrase; it is asked for no more.\n"
    assert WORDS not in (us.here / "keys" / MARKER).read_bytes()
    assert us("keys", "revoke", "--yes").code == 0
    keyring(False)  # noqa: FBT003 - it is not
    assert us("keys", "revoke", "--yes").err == (
        "enblanket: The passphrase lies in the system's keyring, and the package for it is missing; "
        "install “enblanket[keyring]”, or give --passphrase-fd.\n"
    )
    keyring(True)  # noqa: FBT003 - it is installed
    (tmp_path / "shut").touch()
    assert us("keys", "revoke", "--yes").err == (
        "enblanket: The system's keyring gives no answer; unlock it, or give --passphrase-fd.\n"
    )
    (tmp_path / "shut").unlink()
    changed = us("keys", "passphrase", "--new-passphrase-fd", words(NEW))
    assert changed.err == (
        "The keys have their new passphrase.\nThe system’s keyring has the new passphrase too.\n"
    )
    assert list(json.loads(vault.read_text(encoding="utf-8")).values()) == [NEW.decode()]
    (tmp_path / "shut").touch()
    changed = us("keys", "passphrase", "--passphrase-fd", words(NEW), "--new-passphrase-fd", words(WORDS))
    assert changed.err == (
        "The keys have their new passphrase.\n"
        "The system’s keyring gave no answer: it may hold the old passphrase still, and is not asked for it; "
        "“enblanket keys remember” gives it the new one.\n"
    )
    (tmp_path / "shut").unlink()
    assert us("keys", "revoke", "--yes").err.endswith(locked_said)
    assert us("keys", "remember", "--passphrase-fd", words(WORDS)).code == 0
    assert us("keys", "forget").code == 0
    assert list(json.loads(vault.read_text(encoding="utf-8")).values()) == [NEW.decode()]
    assert us("keys", "revoke", "--yes").err.endswith(locked_said)


def opened_by(folder: Path, passphrase: bytes) -> bool:
    """Whether the passphrase opens every private key of the folder: to sign, of before, and to read."""
    try:
        unlock_key_of_card(folder, "173", 1, passphrase)
        open_signing_key(folder, lambda: passphrase)
        unlock_age(folder, lambda: passphrase)
    except KeyRefused:
        return False
    return True


NEW = b"rejnfan og regnfang"


@pytest.fixture(scope="module")
def rotated(locked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A locked house with a key of before."""
    folder = Path(shutil.copytree(locked, tmp_path_factory.mktemp("rotated") / "173"))
    descriptor = piped(WORDS)
    assert CommandLine(folder)("keys", "rotate", "--passphrase-fd", str(descriptor)).code == 0
    os.close(descriptor)
    return folder


def public(folder: Path) -> dict[str, bytes]:
    """Return what others may see of the keys, and what only they open."""
    kept = (".card", ".crt", "register.age", "recipient.txt")
    return {path.name: path.read_bytes() for path in (folder / "keys").iterdir() if path.name.endswith(kept)}


def test_the_passphrase_of_all_keys_is_changed_taken_away_and_set_again(
    rotated: Path, tmp_path: Path, words: Callable[[bytes], str]
) -> None:
    us = CommandLine(Path(shutil.copytree(rotated, tmp_path / "173")))
    keys, before = us.here / "keys", public(us.here)

    changed = us("keys", "passphrase", "--passphrase-fd", words(WORDS), "--new-passphrase-fd", words(NEW))

    assert (changed.code, changed.out, changed.err) == (0, "", "The keys have their new passphrase.\n")
    assert opened_by(keys, NEW)
    assert not opened_by(keys, WORDS)
    bared = us("keys", "passphrase", "--passphrase-fd", words(NEW), "--no-passphrase")
    assert (bared.code, bared.err) == (0, "The keys lie bare now.\n")
    assert not (keys / "identity.age").exists()
    assert us("keys", "passphrase", "--no-passphrase").err == (
        "enblanket: The keys lie bare already; nothing was changed.\n"
    )
    again = us("keys", "passphrase", "--new-passphrase-fd", words(WORDS))
    assert (again.code, again.err) == (0, "The keys have their new passphrase.\n")
    assert not (keys / "identity.txt").exists()
    assert not (keys / "rotating").exists()
    assert public(us.here) == before
    assert not [path for path in keys.iterdir() if b"BEGIN PRIVATE KEY" in path.read_bytes()]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"hindbaer-uden-torne-73", NEW, "The passphrase does not open signing.pem; type it again."),
        (None, NEW, "signing.pem is locked; give its passphrase at the prompt or with --passphrase-fd."),
        (WORDS, WORDS, "The new passphrase is the old one; choose another."),
        (WORDS, b"\n", "The passphrase is empty; give one, or choose --no-passphrase."),
        (WORDS, b"\xff\xfe en", "The passphrase is not UTF-8 text; type it again."),
        (
            WORDS,
            None,
            "Nobody can be asked for a passphrase here; give --new-passphrase-fd N, or choose --no-passphrase.",
        ),
    ],
)
def test_a_passphrase_that_cannot_be_changed_stays(  # noqa: PLR0917 (one column each)
    old: bytes | None,
    new: bytes | None,
    said: str,
    rotated: Path,
    tmp_path: Path,
    words: Callable[[bytes], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    us = CommandLine(Path(shutil.copytree(rotated, tmp_path / "173")))
    before = {path.name: path.read_bytes() for path in (us.here / "keys").iterdir()}
    monkeypatch.setattr("sys.stdin", StringIO())
    line = [] if old is None else ["--passphrase-fd", words(old)]
    line += [] if new is None else ["--new-passphrase-fd", words(new)]

    refused = us("keys", "passphrase", *line)

    assert (refused.code, refused.out, refused.err) == (2, "", f"enblanket: {said}\n")
    assert {path.name: path.read_bytes() for path in (us.here / "keys").iterdir()} == before


class Died(BaseException):
    """A machine that dies."""


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, at: int) -> Iterator[list[str]]:
    """Let the machine die before that step on the disk; 0 is never. Gives the steps."""
    steps: list[str] = []
    with monkeypatch.context() as patched:
        for name in ("mkdir", "replace", "unlink", "rmdir"):
            original = getattr(Path, name)

            def step(
                self: Path, *words: object, _own: Callable[..., object] = original, **named: object
            ) -> object:
                steps.append(f"{_own.__name__} {self.name}")
                if len(steps) == at:
                    raise Died
                return _own(self, *words, **named)

            patched.setattr(Path, name, step)
        yield steps


def test_a_change_that_dies_anywhere_leaves_the_old_passphrase_or_is_finished(
    house: Callable[[str], CommandLine],
    tmp_path: Path,
    words: Callable[[bytes], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    us = house("173")
    before = files_of(us.here / "keys")
    bare = Path(shutil.copytree(us.here / "keys", tmp_path / "bare"))
    assert us("keys", "passphrase", "--new-passphrase-fd", words(NEW)).code == 0
    after = files_of(us.here / "keys")
    new = {name: content for name, content in after.items() if before.get(name) != content}
    new["identity.txt"] = b""
    with dying(monkeypatch, 0) as steps:
        put_in_place(Path(shutil.copytree(bare, tmp_path / "0")), new)
    assert files_of(tmp_path / "0") == after
    ended = []
    for at in range(1, len(steps) + 1):
        folder = Path(shutil.copytree(bare, tmp_path / str(at)))
        with pytest.raises(Died), dying(monkeypatch, at):
            put_in_place(folder, new)
        if finish_change(folder):
            ended.append(files_of(folder) == after)
        else:
            left = files_of(folder)
            ended.append(left in (before, after))
    assert ended == [True] * len(steps)
    assert len(steps) > 8


def test_an_interrupted_change_is_said_and_finished(
    house: Callable[[str], CommandLine], words: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    us = house("173")
    monkeypatch.setattr(locking, "finish_rotation", dies)
    with pytest.raises(Died):
        us("keys", "passphrase", "--new-passphrase-fd", words(NEW))
    monkeypatch.undo()
    said = "A change of the passphrase was interrupted; finish it with “enblanket keys passphrase”.\n"
    assert us("keys", "revoke", "--yes").err == f"enblanket: {said}"

    finished = us("keys", "passphrase")

    assert (finished.code, finished.err) == (
        0,
        "The change that was interrupted is finished: the new passphrase counts.\n",
    )
    assert us("keys", "revoke", "--yes", "--passphrase-fd", words(NEW)).code == 0


def put_in_place(folder: Path, files: dict[str, bytes]) -> None:
    stage(folder, files, MARK)
    finish_rotation(folder)


def dies(*_: object) -> None:
    raise Died


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_person_types_the_old_passphrase_once_and_the_new_one_twice(locked: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(locked, tmp_path / "173"))
    ours, theirs = os.openpty()
    line = ["keys", "passphrase", "--lang", "en"]
    process = subprocess.Popen(
        [sys.executable, "-c", "from exchange.cli.main import run; run()", *line],
        cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    os.close(theirs)
    screen = b""
    for prompt, typed in ((b"Passphrase: ", WORDS), (b"New passphrase: ", NEW), (b"Once more: ", NEW)):
        while not screen.endswith(prompt):
            screen += os.read(ours, 4096)
        os.write(ours, typed + b"\n")
    while b"have their new" not in screen:
        screen += os.read(ours, 4096)
    assert process.wait() == 0
    os.close(ours)
    assert WORDS not in screen
    assert NEW not in screen
    unlock_age(folder / "keys", lambda: NEW)


def test_no_secret_stands_on_a_command_line_or_in_an_environment_while_commands_run(
    locked: Path, tmp_path: Path, watch: Watch, words: Callable[[bytes], str]
) -> None:
    folder = Path(shutil.copytree(locked, tmp_path / "173"))
    seen: list[str] = []
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.005):
            seen.extend(leaks_of_processes(watch))

    looker = threading.Thread(target=look)
    looker.start()
    try:
        old, new = words(WORDS), words(NEW)
        for line, descriptors in (
            (("keys", "passphrase", "--passphrase-fd", old, "--new-passphrase-fd", new), (old, new)),
            (("keys", "rotate", "--passphrase-fd", third := words(NEW)), (third,)),
        ):
            said = real(folder, *line, pass_fds=[int(one) for one in descriptors])
            assert said.returncode == 0, said.stderr.decode()
            watch.said += [("stdout", said.stdout), ("stderr", said.stderr)]
    finally:
        done.set()
        looker.join()

    assert WORDS in {form for secret in watch.secrets for form in secret.forms}
    assert seen == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("trust",), "Name the card or certificate to trust: enblanket keys trust FILE."),
        (("trust", "a", "b"), "Name the card or certificate to trust: enblanket keys trust FILE."),
        (("trust", "missing.card"), "{here}/missing.card cannot be read; name a card or a PEM certificate."),
        (("trust", "keys"), "{here}/keys cannot be read; name a card or a PEM certificate."),
        (("trust", "ledger.sqlite"), "ledger.sqlite: this is not exactly one readable certificate; use another certificate."),
        (("distrust",), "Name what “enblanket keys show --format json” calls its file: keys distrust 173-1.card."),
        (("distrust", "../keys/signing.pem"), "signing.pem is not trusted here; “enblanket keys show” tells what is."),
        (("trust", "keys/159.card"), "159.card is a card of our own party; our own keys need no trust."),
        (("remember",), "The keys lie bare, so there is no passphrase to remember."),
        (("rotate", "--from", "keys/159.card"), "159.card is no PKCS#12 and no PEM that can be read, or it is damaged; export key and certificate again."),
        (("new", "--passphrase-fd", "987"), "{here}/keys already holds signing.pem; nothing is overwritten, “enblanket keys rotate” makes a new key."),
        (("revoke", "--card", "1", "--since", "2016-13-01", "--yes"), "“2016-13-01” is no day; write it as 2016-03-31."),
    ],
)  # fmt: skip
def test_a_slip_is_told_in_one_sentence(line: tuple[str, ...], said: str, enblanket: CommandLine) -> None:
    assert refused(enblanket("keys", *line)) == said.format(here=enblanket.here)
