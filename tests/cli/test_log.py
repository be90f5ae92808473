"""``log --prove``: papers that others hold tell where a history was rewritten, cut or lived two lives."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from exchange.ledger.events import Event
from exchange.ledger.ledger import FILE, Ledger
from exchange.workspace.folder import open_workspace
from tests.conftest import CommandLine, opened
from tests.small_town import PERIOD, Town


@pytest.fixture
def lead(town: Town, tmp_path: Path) -> CommandLine:
    return CommandLine(Path(shutil.copytree(town.folder, tmp_path / "lead")))


@pytest.fixture
def auditor(town: Town, tmp_path: Path) -> CommandLine:
    """Somebody whose workspace trusts the lead, and who has received nothing."""
    outside = CommandLine(tmp_path)
    assert outside("init", "nord", "--party", "aud-nord", "--name", "Revision Nord", "--role", "auditor", "--no-passphrase").code == 0  # fmt: skip
    enblanket = CommandLine(tmp_path / "nord")
    fingerprint = str(CommandLine(town.folder)("keys", "show", "--format", "json").records[0]["fingerprint"])
    assert enblanket("keys", "trust", str(town.card), "--fingerprint", fingerprint).code == 0
    return enblanket


def copied(lead: CommandLine, name: str) -> CommandLine:
    """Return a copy of the whole workspace, an hour later."""
    folder = shutil.copytree(lead.here, lead.here.parent / name)
    return CommandLine(Path(folder), lead.clock)


def sealed(enblanket: CommandLine) -> Path:
    said = enblanket("seal", "--period", PERIOD, "--to", "aud-nord", "--out", str(enblanket.here / "sent"))
    assert said.code == 0, said.err
    return Path(said.out.strip())


def went_on(enblanket: CommandLine) -> str:
    """Let something happen that changes no row and no finding, and return the id of its event."""
    return open_workspace(enblanket.here, enblanket.clock).record("remark", {}).id


def events(enblanket: CommandLine) -> list[Event]:
    return opened(enblanket.here).ledger.events()


def rebuilt(enblanket: CommandLine, change: Callable[[list[Event]], list[Event]]) -> None:
    """Write the ledger anew, every hash right, as somebody with the program's own code would."""
    path = enblanket.here / FILE
    changed = change(events(enblanket))
    path.unlink()
    Ledger.create(path)
    names: dict[str, str] = {}
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        parent: tuple[str, ...] = ()
        for event in changed:
            new = replace(event, parents=parent)
            names[event.id] = new.id
            connection.execute("INSERT INTO events (id, canonical) VALUES (?, ?)", (new.id, new.canonical()))
            for one in parent:
                connection.execute("INSERT INTO parents (child, parent) VALUES (?, ?)", (new.id, one))
            parent = (new.id,)
    assert Ledger(path).verify() == []


def faults(enblanket: CommandLine, *files: Path) -> dict[str, list[dict[str, object]]]:
    said = enblanket("log", "--prove", *map(str, files), "--format", "json")
    histories = [one["history"] for one in said.records if "history" in one]
    assert said.code == int(any(one["faults"] for one in histories) or len(histories) < len(said.records))  # type: ignore[index]
    return {str(one["party"]): one["faults"] for one in histories}  # type: ignore[index]


def test_a_history_that_only_grew_is_proven_by_what_was_sealed(lead: CommandLine) -> None:
    went_on(lead)
    package = sealed(lead)
    head = opened(lead.here).ledger.head()[0]

    said = lead("log", "--prove", str(package))

    assert (said.code, said.err) == (0, "")
    assert said.out == f"159, our own history: 3 documents show it, and all fit; head {head[:12]}.\n"


def test_a_rewritten_event_is_named_though_every_hash_is_right(lead: CommandLine) -> None:
    kept = copied(lead, "kept")
    package = sealed(kept)
    before = events(lead)
    place = next(place for place, one in enumerate(before) if one.kind == "decision")
    rebuilt(
        lead,
        lambda found: [
            replace(one, body={**one.body, "reason": "Noget andet."}) if at == place else one
            for at, one in enumerate(found)
        ],
    )
    shutil.rmtree(lead.here / "outbox")
    after = events(lead)

    assert lead("log").code == 0
    found = next(one for one in faults(lead, package)["159"] if one["file"] == package.name)

    assert (found["code"], found["common"]) == ("rewritten", [before[place - 1].id])
    assert (found["lost"], found["instead"]) == ([before[place].id], [after[place].id])
    line = next(one for one in lead("log", "--prove", str(package)).out.splitlines() if package.name in one)
    at = f"{after[place].at} decision"
    assert line == (
        f"✗ {package.name} of 2016-04-01, by 159, shows event {str(found['event'])[:12]}: "
        f"after {before[place - 1].id[:12]} ({before[place - 1].at} {before[place - 1].kind}) came {before[place].id[:12]}, "
        f"and now {after[place].id[:12]} ({at}) stands there; the history was rewritten, or went on from an older copy. [rewritten]"
    )


def test_a_cut_off_end_is_named(lead: CommandLine) -> None:
    whole = copied(lead, "whole")
    event = went_on(whole)
    package = sealed(whole)

    (found,) = faults(lead, package)["159"]

    last = events(lead)[-1].id
    assert (found["code"], found["common"], found["lost"], found["instead"]) == ("cut", [last], [event], [])
    assert "and now nothing does" in lead("log", "--prove", str(package)).out


def test_two_copies_that_seal_are_told_by_each_others_packages_and_by_an_auditor(
    lead: CommandLine, auditor: CommandLine
) -> None:
    copy = copied(lead, "copy")
    first = went_on(lead)
    own = sealed(lead)
    other = went_on(copy)
    foreign = sealed(copy)
    lead.clock.now = copy.clock.now
    again = sealed(lead)
    last = events(lead)

    said = lead("log", "--prove", str(foreign), "--format", "json")
    ours = faults(lead, foreign)["159"]
    theirs = faults(auditor, own, foreign, again)["159"]

    assert said.code == 1
    assert [one["code"] for one in ours] == ["rewritten"]
    assert (ours[0]["lost"], ours[0]["instead"]) == ([other], [first])
    assert [one["code"] for one in theirs] == ["forked"]
    assert theirs[0]["common"] == ours[0]["common"]
    assert (theirs[0]["lost"], theirs[0]["instead"]) == ([other], [first])
    twice = [one["twice"] for one in said.records if "twice" in one]
    assert [(one["sequence"], one["recipient"]) for one in twice] == [(2, "aud-nord")]  # type: ignore[index]
    unlisted = [one["unlisted"] for one in said.records if "unlisted" in one]
    assert [one["file"] for one in unlisted] == [foreign.name]  # type: ignore[index]
    assert last[-1].kind == "seal"


def test_the_words_for_a_fork_name_both_lives(lead: CommandLine, auditor: CommandLine) -> None:
    copy = copied(lead, "copy")
    first, own = went_on(lead), sealed(lead)
    copy.clock.now = lead.clock.now
    other, foreign = went_on(copy), sealed(copy)
    lead.clock.now = copy.clock.now
    again = sealed(lead)

    lines = auditor("log", "--prove", str(own), str(foreign), str(again)).out.splitlines()

    common = opened(lead.here).ledger.links()
    before = next(link.parents[0] for link in common if link.event == first)
    shown = opened(copy.here).ledger.events()[-2].id
    head = opened(lead.here).ledger.events()[-2].id
    assert lines[1:] == [
        f"159: its history does not fit what was shown of it; head {head[:12]}.",
        (
            f"✗ {foreign.name} of 2016-04-01, by 159, shows event {shown[:12]}: after {before[:12]} comes {other[:12]} in one copy "
            f"and {first[:12]} in another, and both went on; decide which workspace counts and put the other away. [forked]"
        ),
        (
            f"✗ Number 2 from 159 to aud-nord stands on different packages ({own.name}, {foreign.name}): "
            "two workspaces of 159 seal. [sealed-twice]"
        ),
    ]


def test_a_ledger_swapped_with_all_its_copies_is_betrayed_by_a_package_that_somebody_kept(
    lead: CommandLine, town: Town
) -> None:
    """Nothing in the house remembers: ledger, objects and outbox are all of the new life."""
    kept = town.packages["aud-syd"]
    rebuilt(lead, lambda found: [one for one in found if one.kind != "seal"][:-1])
    shutil.rmtree(lead.here / "outbox")
    (lead.here / "outbox").mkdir()

    assert faults(lead) == {"159": []}
    found = faults(lead, kept)["159"]

    assert [one["code"] for one in found] == ["cut"]
    assert (
        "is in our name and our ledger does not name it. [not-in-ledger]"
        in lead("log", "--prove", str(kept)).out
    )


def test_what_is_no_evidence_is_said_and_proves_nothing(
    lead: CommandLine, town: Town, tmp_path: Path
) -> None:
    content = bytearray(town.content())
    content[len(content) // 2] ^= 1
    (tmp_path / "flipped.asice").write_bytes(content)
    stranger = CommandLine(tmp_path)
    assert stranger("init", "fremmed", "--party", "aud-vest", "--name", "V", "--role", "auditor", "--no-passphrase").code == 0  # fmt: skip

    flipped = lead("log", "--prove", str(tmp_path / "flipped.asice"))
    unknown = CommandLine(tmp_path / "fremmed")(
        "log", "--prove", str(town.packages["aud-nord"]), "--format", "json"
    )

    assert flipped.code == 1
    assert flipped.out.startswith("flipped.asice proves nothing: ")
    assert flipped.out.splitlines()[0].endswith("[entry-crc]")
    assert unknown.code == 1
    assert unknown.records[0]["evidence"]["code"] == "signer-unknown"  # type: ignore[index]
    missing = lead("log", "--prove", "nowhere.asice")
    assert (missing.code, missing.out) == (2, "")


def test_on_an_altered_ledger_nothing_is_proven(lead: CommandLine, town: Town) -> None:
    with closing(sqlite3.connect(lead.here / FILE, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(
            "UPDATE events SET canonical = CAST(replace(CAST(canonical AS TEXT), 'Jobcenter', 'Jobcentre') AS BLOB) WHERE position = 2"
        )
    second = opened(lead.here).ledger.verify()[0].event_id

    said = lead("log", "--prove", str(town.packages["aud-nord"]))

    assert (said.code, said.out) == (1, f"Event 2 ({second[:12]}) does not fit: altered\n")


DIES = """
import os, sys
from datetime import datetime
from pathlib import Path
from exchange.workspace import dispatch
from tests.conftest import CommandLine, SteppingClock
original = getattr(dispatch, sys.argv[1])
def dies(*words, **named):
    if sys.argv[2] == "after":
        original(*words, **named)
    os.kill(os.getpid(), 9)
setattr(dispatch, sys.argv[1], dies)
CommandLine(Path(sys.argv[3]), SteppingClock(datetime.fromisoformat(sys.argv[4])))(*sys.argv[5:])
"""


@pytest.mark.parametrize(("function", "when"), [("_refuse_second", "before"), ("_refuse_second", "after")])
def test_a_seal_killed_between_its_event_and_its_file_leaves_a_history_that_fits(
    lead: CommandLine, function: str, when: str
) -> None:
    """The number is used up, its bytes are stored, and no history parts from it."""
    words = ["seal", "--period", PERIOD, "--to", "aud-nord"]
    at = lead.clock().isoformat()
    done = subprocess.run(
        [sys.executable, "-c", DIES, function, when, str(lead.here), at, *words],
        cwd=Path(__file__).parents[2], capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()

    last = events(lead)[-1]
    assert (last.kind, last.body["sequence"]) == ("seal", 2)
    assert not (lead.here / "outbox" / str(last.body["name"])).exists()
    assert opened(lead.here).objects.get(str(last.body["sha256"]))
    assert lead("log", "--prove").code == 0
    assert sealed(lead).name.endswith("_aud-nord_3.asice")
    assert lead("log", "--prove").code == 0
