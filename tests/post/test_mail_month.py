"""By e-mail without a server: drafts that a person sends, messages that a person saves; a month of it stands in test_month.py."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from exchange.post.settings import parse_settings
from tests.conftest import CommandLine, SteppingClock
from tests.post.conftest import FIRST, SECOND, SUMMER, Three, well
from tests.post.faults import fault
from tests.post.test_month import states

RECEIPT = SECOND.replace(".asice", ".receipt.asice")


@pytest.fixture
def by_mail(with_second: Path, tmp_path: Path) -> Three:
    shutil.copytree(with_second, tmp_path / "three")
    three = Three(tmp_path / "three", SteppingClock(SUMMER))
    three.configure('by = "eml"\nto = "aft@example.dk"')
    return three


def drafts(house: CommandLine) -> list[Path]:
    return sorted((house.here / "outbox" / "mail").iterdir())


def test_a_draft_waits_for_a_person_who_says_that_it_was_sent(by_mail: Three) -> None:
    three = by_mail
    said = three.lead("send", "--to", "aud-nord")
    (draft,) = drafts(three.lead)

    assert (said.code, said.out) == (
        0,
        f"{SECOND}: open {draft}, send it, and say “enblanket post sent {SECOND}”\n",
    )
    assert (draft.name, states(three.lead)[SECOND]) == (f"{SECOND}.age.eml", "queued")
    again = three.lead("send", "--to", "aud-nord", "--format", "json").records
    assert (again[0]["result"], drafts(three.lead)) == ("draft", [draft])

    noted = three.lead("post", "sent", f"{SECOND}.age.eml")
    assert (noted.code, noted.err) == (0, f"{SECOND}: sent to aud-nord, noted.\n")
    assert states(three.lead)[SECOND] == "sent"
    assert well(three.lead("send", "--to", "aud-nord")).err == "Nothing waits to be sent.\n"


def test_a_saved_message_moves_aside_in_the_inbox_and_a_named_one_stays(by_mail: Three) -> None:
    three = by_mail
    well(three.lead("send", "--to", "aud-nord"))
    (draft,) = drafts(three.lead)
    shutil.copy(draft, three.auditor.here / "inbox" / "FW Pakke fra Gladsaxe.eml")
    well(three.auditor("fetch"))
    well(three.auditor("send"))
    (answer,) = drafts(three.auditor)

    well(three.lead("fetch", str(answer)))

    taken = three.auditor.here / "inbox" / "taken"
    assert [path.name for path in taken.iterdir()] == ["FW Pakke fra Gladsaxe.eml"]
    assert (answer.name, answer.exists()) == (f"{RECEIPT}.eml", True)
    assert states(three.lead)[SECOND] == "accepted"


def test_a_package_that_lies_open_is_encrypted_before_it_leaves(by_mail: Three) -> None:
    three = by_mail
    well(three.lead("send", "--to", "aud-nord"))
    (draft,) = drafts(three.lead)
    content = (three.lead.here / "outbox" / f"{SECOND}.age").read_bytes()

    assert content.startswith(b"age-encryption.org/v1\n")
    assert b"PK\x03\x04" not in content
    three.configure('by = "eml"\nto = "aft@example.dk"\nforced_tls = true')
    draft.unlink()
    well(three.lead("send", "--to", "aud-nord"))
    assert [path.name for path in drafts(three.lead)] == [f"{SECOND}.eml"]


def test_nobody_without_a_card_gets_a_package_by_mail(by_mail: Three) -> None:
    three = by_mail
    with (three.lead.here / "post.toml").open("a") as file:
        file.write('[[way]]\nparty = "aud-syd"\nby = "eml"\nto = "syd@example.dk"\n')

    said = three.lead("send", "--to", "aud-syd")

    name = FIRST.replace("_159_", "_173_").replace("aud-nord", "aud-syd")
    assert (said.code, said.out) == (1, f"{name}: stays queued for aud-syd\n")
    assert said.err == (
        "enblanket: No card of aud-syd is trusted here, so nothing can be encrypted to it; "
        "add it with “enblanket keys trust”.\n"
    )
    assert not (three.lead.here / "outbox" / "mail").exists()


def test_an_address_that_nobody_knows_is_asked_for(by_mail: Three) -> None:
    three = by_mail
    three.configure('by = "eml"')

    nothing, said = three.lead("send", "--to", "173"), three.lead("send", "--to", "aud-nord")

    assert (nothing.code, nothing.err) == (0, "Nothing waits to be sent.\n")
    assert (said.code, said.err) == (
        1,
        "enblanket: No e-mail address of aud-nord is known; write “to” in way[2] of post.toml.\n",
    )


def test_a_saved_message_without_a_package_is_left(by_mail: Three) -> None:
    path = by_mail.lead.here / "inbox" / "ferie.eml"
    path.write_bytes(b"Subject: Ferie\r\n\r\nHej\r\n")

    said = by_mail.lead("fetch")

    assert (said.code, path.exists()) == (0, True)
    assert said.err.splitlines()[0] == (
        "ferie.eml: no package, no receipt and no message; it is left where it is."
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[way]]", "post.toml, way[1]: “by” is missing; mend that line."),
        (
            '[[way]]\nby = "fax"\nparty = "159"',
            "post.toml, way[1]: “by” must be one of folder, eml, smtp, sftp; mend that line.",
        ),
        ('[[way]]\nby = "folder"\nparty = "159"', "post.toml, way[1]: “path” is missing; mend that line."),
        (
            '[[way]]\nby = "folder"\nparty = "x"\npath = "y"',
            (
                "post.toml, way[1]: “x” is no party: give a municipality code (159), a CVR number (12345678) "
                "or an audit firm (aud-nord); mend that line."
            ),
        ),
        pytest.param(
            '[[way]]\nby = "eml"\nparty = "159"\nto = "a@b.dk>\\nBcc: x@y.dk"',
            "post.toml, way[1]: “to” must be a text of one line; mend that line.",
            marks=fault("headers that end headers", "smtp", seen="an address of two lines in post.toml"),
        ),
        (
            '[[way]]\nby = "eml"\nparty = "159"\nto = "a b@c.dk"',
            "post.toml, way[1]: “to” is no e-mail address, as mentor@gladsaxe.example; mend that line.",
        ),
        (
            '[[way]]\nby = "eml"\nparty = "159"\nlargest_mb = true',
            "post.toml, way[1]: “largest_mb” must be a whole number from 1 to 1000; mend that line.",
        ),
        (
            '[[way]]\nby = "eml"\nparty = "159"\npassword = "x"',
            "post.toml, way[1]: “password” means nothing here; mend that line.",
        ),
        ("weg = 1", "post.toml: “weg” means nothing here; mend that line."),
        (
            '[mail.smtp]\nhost = "h"\nuser = "u"\nsecurity = "none"',
            "post.toml, mail.smtp: “security” must be one of starttls, tls; mend that line.",
        ),
        ("way = 1", "post.toml: “way” must be sections with two brackets, [[way]]; mend that line."),
        ("mail = 1", "post.toml: “mail” must be a section; mend that line."),
        ("x", "post.toml cannot be read: Expected '=' after a key in a key/value pair (at end of document); mend that line."),
    ],
)  # fmt: skip
def test_a_post_toml_that_says_something_else_is_one_sentence(
    by_mail: Three, text: str, sentence: str
) -> None:
    (by_mail.lead.here / "post.toml").write_text(text, encoding="utf-8")

    said = by_mail.lead("send")

    assert (said.code, said.err) == (2, f"enblanket: {sentence}\n")


def test_a_whole_post_toml_is_read() -> None:
    found = parse_settings(
        b'[mail]\nfrom = "aft@159.example"\n'
        b'[mail.smtp]\nhost = "smtp.159.example"\nsecurity = "starttls"\nuser = "aft"\n'
        b'[mail.imap]\nhost = "imap.159.example"\nsecurity = "tls"\nuser = "aft"\nport = 1993\n'
        b'[[way]]\nparty = "0173"\nby = "smtp"\nto = "aft@173.example"\nlargest_mb = 10\nforced_tls = true\n'
        b'[[way]]\nparty = "173"\nby = "folder"\npath = "F:/AFT"\n'
    )

    assert found.mailbox.smtp is not None
    assert found.mailbox.imap is not None
    assert (found.mailbox.smtp.port, found.mailbox.imap.port) == (587, 1993)
    assert (found.mailbox.folder, found.mailbox.taken) == ("INBOX", "enblanket")
    first, second = found.ways
    assert (first.party, first.largest, first.forced_tls) == ("173", 10_000_000, True)
    assert (second.by, second.path) == ("folder", "F:/AFT")
    assert (found.way_to("173"), found.way_to("173", "folder"), found.way_to("159")) == (first, second, None)


def test_when_retention_ends_drafts_encrypted_copies_and_quarantine_go_too(by_mail: Three) -> None:
    three = by_mail
    well(three.lead("send", "--to", "aud-nord"))
    (draft,) = drafts(three.lead)
    damaged = three.auditor.here / "inbox" / "x.eml"
    damaged.write_bytes(draft.read_bytes().replace(b"\r\nAAAA", b"\r\nBBBB")[:-400])
    three.auditor("fetch")
    quarantine = three.auditor.here / "inbox" / "quarantine"
    before = len(list(quarantine.iterdir())), len(list((three.lead.here / "outbox").rglob("*.age")))
    three.clock.now = three.clock.now.replace(year=2022)

    for house in (three.lead, three.auditor):
        well(house("purge", "--before", "2021-01-01", "--yes"))

    assert before == (1, 1)
    assert [path for path in (three.lead.here / "outbox").rglob("*") if path.is_file()] == []
    assert list(quarantine.iterdir()) == []
