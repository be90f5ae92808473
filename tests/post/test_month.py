"""A month by folder between three houses: packages, a correction, a return, receipts; every loop closes, nothing counts twice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from exchange import language
from tests.conftest import CommandLine, opened
from tests.post.conftest import FIRST, Three, well
from tests.small_town import AGREEMENT


def states(house: CommandLine) -> dict[str, str]:
    """Return where everything that a house sent stands, by name."""
    records = well(house("post", "status", "--format", "json")).records
    return {str(one["name"]): str(one["state"]) for one in records if one["direction"] == "out"}


def came(house: CommandLine) -> list[tuple[str, str]]:
    """Return what came to a house by post, and what became of it."""
    records = well(house("post", "status", "--format", "json")).records
    return [(str(one["name"]), str(one["state"])) for one in records if one["direction"] == "in"]


def test_a_month_goes_round_between_three_houses(by_folder: Three) -> None:
    three = by_folder
    three.seal(to="173")
    well(three.lead("send"))
    backup = Path(shutil.copytree(three.lead.here, three.root / "backup"))

    for house in (three.auditor, three.participant):
        well(house("fetch"))
        well(house("send"))
    well(three.lead("fetch"))
    hours = three.root / "mentor_hours.csv"
    hours.write_text(
        "reporter,entry_id,placement_id,mentor_id,date,start_time,end_time,hours,activity,registered_on,note\n"
        "jobcentre,159:2,159-001,M-01,2016-02-09,,,1.75,training,2016-02-10,\n"
    )
    well(three.lead("take", str(hours), "--from", "159"))
    for one in three.lead("check", "--format", "json").records:
        if one["status"] in ("open", "lapsed") and one["severity"] == "error":
            three.lead("decide", str(one["finding_id"]), "reject", "--reason", "Set.")
    second = three.seal().name
    well(three.lead("send"))
    assert three.auditor("fetch").code in (0, 1)
    well(three.auditor("send"))
    three.lead("fetch")

    after = states(three.lead)
    assert after[FIRST] == "accepted"
    assert after["AFT-1_173_2016-01--2016-03_173_1.asice"] == "accepted"
    assert after[second] in ("accepted", "delivered")
    assert [state for _name, state in came(three.auditor)] == ["verified", "verified"]
    assert set(states(three.auditor).values()) == {"sent"}

    restored = CommandLine(backup, three.clock)
    other = Path(well(restored("seal", "--period", "2016-01-01..2016-03-31", "--to", "aud-nord")).out.strip())
    assert other.name == second
    well(restored("send"))
    returned = three.auditor("fetch")
    well(three.auditor("send"))
    told = restored("fetch")

    assert (returned.code, told.code) == (1, 1)
    assert "[sequence-replayed]" in returned.out
    assert states(restored)[second] == "returned"
    assert three.lead("fetch").code == 0


def test_the_same_package_by_two_ways_is_one(by_folder: Three) -> None:
    three = by_folder
    well(three.lead("send"))
    other_stick = three.root / "stick"
    (other_stick / "aud-nord").mkdir(parents=True)
    shutil.copy(three.drive / "aud-nord" / FIRST, other_stick / "aud-nord" / "Kopi af pakken.zip")
    saved = Path(shutil.copy(three.drive / "aud-nord" / FIRST, three.root / "renamed.bin"))
    three.configure('by = "folder"\npath = "../drive"', "aud-nord")
    with (three.auditor.here / "post.toml").open("a") as file:
        file.write('[[way]]\nparty = "159"\nby = "folder"\npath = "../stick"\n')

    said = [
        *well(three.auditor("fetch", "--format", "json")).records,
        *well(three.auditor("fetch", str(saved), "--format", "json")).records,
    ]

    assert [(one["kind"], one.get("verdict")) for one in said] == [
        ("package", "accepted"),
        ("known", None),
        ("known", None),
    ]
    assert len(opened(three.auditor.here).chronicle().received) == 1
    assert len(came(three.auditor)) == 1
    assert saved.exists()
    assert len(list((three.auditor.here / "outbox").iterdir())) == 1


def test_sending_and_fetching_again_change_nothing(by_folder: Three) -> None:
    three = by_folder
    well(three.lead("send"))
    well(three.auditor("fetch"))
    heads = opened(three.lead.here).ledger.head(), opened(three.auditor.here).ledger.head()

    sent, fetched = three.lead("send", "--to", "aud-nord"), three.auditor("fetch")

    assert (sent.code, sent.err) == (0, "Nothing waits to be sent.\n")
    assert (fetched.code, fetched.err) == (0, "Nothing new has come.\n")
    assert heads == (opened(three.lead.here).ledger.head(), opened(three.auditor.here).ledger.head())


def test_numbers_are_judged_in_their_order_and_not_in_that_of_their_letters() -> None:
    from exchange.workspace.fetching import order_of

    names = ["A_159_p_aud_10.asice", "A_159_p_aud_9.asice.age", "0f3a.asice", "A_159_p_aud_2.receipt.asice"]

    assert sorted(names, key=order_of) == [names[2], names[3], names[1], names[0]]


def test_half_a_package_is_left_until_it_is_whole(by_folder: Three) -> None:
    three = by_folder
    well(three.lead("send"))
    path = three.drive / "aud-nord" / FIRST
    whole = path.read_bytes()
    path.write_bytes(whole[:-100] + bytes(100))

    early = three.auditor("fetch")
    path.write_bytes(whole)
    late = three.auditor("fetch")

    assert (early.code, early.out) == (0, "")
    assert early.err == f"{FIRST}: not whole yet; it is taken when it is.\nNothing new has come.\n"
    assert (late.code, late.out.splitlines()[0]) == (0, f"{FIRST}: accepted")


def test_half_an_encrypted_package_is_put_aside_at_a_second_look_and_the_whole_one_still_comes(
    by_folder: Three,
) -> None:
    three = by_folder
    name = three.seal("--encrypt").name
    well(three.lead("send"))
    (three.drive / "aud-nord" / FIRST).unlink()
    path = three.drive / "aud-nord" / name
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    early = three.auditor("fetch", "--format", "json")
    left = path.exists()
    three.auditor("fetch")
    aside = (path.parent / "taken" / name).exists()
    path.write_bytes(whole)
    late = three.auditor("fetch", "--format", "json")

    assert (early.code, early.records[0]["code"]) == (1, "encryption-altered")
    assert (left, aside, path.exists()) == (True, True, False)
    assert (late.records[0]["verdict"], late.records[0]["stored"]) == ("accepted", True)
    assert len(list((three.auditor.here / "inbox" / "quarantine").iterdir())) == 1


def test_what_is_nothing_of_ours_is_left_where_it_lies(by_folder: Three) -> None:
    three = by_folder
    box = three.drive / "aud-nord"
    box.mkdir()
    (box / "\x1b[31mferie.docx").write_bytes(b"PK\x03\x04" + bytes(600))

    said = three.auditor("fetch")

    assert said.code == 0
    assert said.err.splitlines()[0] == (
        "<U+001B>[31mferie.docx: no package, no receipt and no message; it is left where it is."
    )
    assert len(list(box.iterdir())) == 1


def test_what_does_not_verify_is_quarantined_with_its_reason(by_folder: Three) -> None:
    three = by_folder
    well(three.lead("send"))
    path = three.drive / "aud-nord" / FIRST
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    said = three.auditor("fetch", "--format", "json")

    assert (said.code, said.records[0]["verdict"], said.records[0]["stored"]) == (1, "refused", False)
    assert came(three.auditor) == [(FIRST, "quarantined")]
    (kept,) = (three.auditor.here / "inbox" / "quarantine").iterdir()
    assert kept.read_bytes() == bytes(content)
    assert not path.exists()
    assert not list((three.auditor.here / "inbox" / "post").iterdir())


def test_what_was_refused_for_an_unknown_signer_verifies_when_it_comes_again(by_folder: Three) -> None:
    three = by_folder
    well(three.lead("send"))
    well(three.auditor("keys", "distrust", "159-1.card"))
    three.auditor("fetch")
    before = came(three.auditor)
    own = three.lead("keys", "show", "--format", "json").records[0]
    well(
        three.auditor(
            "keys",
            "trust",
            str(three.lead.here / "keys" / "159.card"),
            "--fingerprint",
            str(own["fingerprint"]),
        )
    )
    shutil.copy(three.drive / "aud-nord" / "taken" / FIRST, three.drive / "aud-nord")

    well(three.auditor("fetch"))

    assert (before, came(three.auditor)) == ([(FIRST, "quarantined")], [(FIRST, "verified")])


def test_a_process_that_died_before_it_could_say_sent_delivers_once(by_folder: Three) -> None:
    three = by_folder
    # What it had done until then: the file lies there, and the ledger does not say so.
    (three.drive / "aud-nord").mkdir()
    shutil.copy(three.lead.here / "objects" / _object(three), three.drive / "aud-nord" / FIRST)

    well(three.lead("send"))

    assert [path.name for path in (three.drive / "aud-nord").iterdir()] == [FIRST]
    assert states(three.lead)[FIRST] == "sent"


def test_a_process_that_died_before_it_judged_is_finished_by_the_next(by_folder: Three) -> None:
    from exchange.workspace.fetching import fetch
    from exchange.workspace.receiving import Keys

    three = by_folder
    well(three.lead("send"))
    (three.drive / "aud-nord" / "other.txt").write_text("x")
    workspace = opened(three.auditor.here)
    dying = fetch(workspace, Keys(own=lambda: None, package=lambda: None), lambda _server: "")
    next(dying)
    del dying
    assert came(three.auditor) == [(FIRST, "received")]
    (three.drive / "aud-nord" / FIRST).unlink()

    said = well(three.auditor("fetch"))

    assert said.out.splitlines()[0] == f"{FIRST}: accepted"
    assert came(three.auditor) == [(FIRST, "verified")]


def _object(three: Three) -> str:
    sealed = opened(three.lead.here).chronicle().sealed[0].body["sha256"]
    return f"{str(sealed)[:2]}/{str(sealed)[2:]}"


def test_a_drive_that_is_not_connected_leaves_everything_queued(by_folder: Three) -> None:
    three = by_folder
    three.drive.rmdir()

    first, again = three.lead("send", "--to", "aud-nord"), three.lead("send", "--to", "aud-nord")
    fetched = three.auditor("fetch")
    queued = states(three.lead)[FIRST]
    three.drive.mkdir()
    well(three.lead("send"))

    assert (first.code, first.out) == (1, f"{FIRST}: stays queued for aud-nord\n")
    drive = three.lead.here / "../drive"
    assert first.err == (
        f"enblanket: The folder {drive} is not there; connect the drive or the stick, or mend post.toml.\n"
    )
    assert (again.code, fetched.code, queued) == (1, 1, "queued")
    kinds = [event.kind for event in opened(three.lead.here).ledger.events()]
    assert (kinds.count("queue"), kinds.count("sent"), states(three.lead)[FIRST]) == (1, 1, "sent")


def test_the_overdue_come_first(by_folder: Three) -> None:
    three = by_folder
    agreed = three.root / "aft-1.toml"
    agreed.write_text(
        AGREEMENT.replace("[crosswalk]", "[exchange]\ndeliver_by_day = 10\n[crosswalk]"), encoding="utf-8"
    )
    well(three.lead("agreement", "add", str(agreed)))
    well(three.lead("send"))
    three.seal(to="173", period="2016-01-01..2016-04-30")
    three.clock.now = three.clock.now.replace(day=11)

    said = well(three.lead("post", "status"))

    assert [line.split()[:3] for line in said.out.splitlines()] == [
        ["Out:"],
        ["overdue", "2016-04-10", "aud-syd"],
        ["overdue", "2016-04-10", "aud-nord"],
        ["sealed", "2016-05-10", "173"],
    ]


@pytest.fixture
def english() -> Iterator[None]:
    before = language.current()
    language.use("en")
    yield
    language.use(before)


@pytest.mark.usefixtures("english")
def test_two_who_send_at_once_wait_for_each_other(by_folder: Three) -> None:
    from exchange.errors import WorkspaceError
    from exchange.post.lock import held

    with held(by_folder.lead.here):
        with pytest.raises(WorkspaceError) as busy, held(by_folder.lead.here, patience=0.05):
            pass
        waits: list[float] = []
        with pytest.raises(WorkspaceError), held(by_folder.lead.here, patience=0.5, pause=waits.append):
            pass
    with held(by_folder.lead.here):
        assert len(waits) == 5
    assert str(busy.value) == (
        "Another enblanket sends or fetches here; wait until it has finished and try again."
    )


def test_a_party_without_a_way_is_a_sentence(three: Three) -> None:
    everyone, named = three.lead("send"), three.lead("send", "--to", "aud-nord", "--by", "folder")

    assert (everyone.code, everyone.err.splitlines()[0]) == (
        0,
        f"{FIRST}: post.toml names no way to aud-nord",
    )
    assert (named.code, named.err) == (
        2,
        "enblanket: post.toml names no way to aud-nord by folder; add one as docs/post.md shows.\n",
    )


def test_the_log_tells_what_went_and_came(by_folder: Three) -> None:
    well(by_folder.lead("send", "--to", "aud-nord"))
    well(by_folder.auditor("fetch"))

    sent, came_in = by_folder.lead("log").out, by_folder.auditor("log").out

    key = str(opened(by_folder.lead.here).chronicle().sealed[0].body["sha256"])[:12]
    assert f"  package {key} queued for aud-nord by folder  – " in sent
    assert f"  package {key} sent to aud-nord by folder  – " in sent
    assert "package 1 sealed for aud-nord [sent]" in sent
    assert f"  {FIRST} came by folder  – " in came_in
    assert f"  what came as {key}: verified  – " in came_in


def test_status_names_send_as_the_next_command_while_something_waits(by_folder: Three) -> None:
    from exchange.cli import status
    from exchange.periods import parse_period

    period, today = parse_period("2016-01-01..2016-03-31"), date(2016, 4, 3)
    # As if somebody had decided on everything.
    glance = replace(status._look(opened(by_folder.lead.here), period, today), entries=())
    well(by_folder.lead("send"))
    after = replace(glance, to_send=status._waits_for_the_post(opened(by_folder.lead.here)))

    assert (status._next(glance), status._next(after)) == (
        "enblanket send",
        "enblanket take FILE... --from PARTY",
    )
