"""``log --prove``: papers that others hold tell where a history was rewritten, cut or lived two lives."""

from __future__ import annotations

import itertools
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from exchange.ledger.events import Event
from exchange.ledger.ledger import FILE, Ledger
from exchange.sealing.receipts import read_receipt
from exchange.workspace.folder import open_workspace
from tests.conftest import CommandLine, Said, SteppingClock, opened
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


@dataclass
class Three:
    """The lead, a participant and the lead's auditor, who trust one another; their clocks are one."""

    lead: CommandLine
    participant: CommandLine
    auditor: CommandLine

    def deliver(self, recipient: CommandLine, party: str) -> Path:
        """Seal, receive, and bring the receipt back; return the receipt."""
        before = set((recipient.here / "outbox").iterdir())
        sent = self.lead("seal", "--period", PERIOD, "--to", party)
        assert sent.code == 0, sent.err
        assert recipient("receive", sent.out.strip()).code == 0
        (receipt,) = set((recipient.here / "outbox").iterdir()) - before
        assert self.lead("receive", str(receipt)).code == 0
        return receipt


@pytest.fixture
def three(town: Town, tmp_path: Path) -> Three:
    return introduced(town, tmp_path)


def introduced(town: Town, folder: Path) -> Three:
    clock = SteppingClock()
    outside = CommandLine(folder, clock)
    shutil.copytree(town.folder, folder / "lead")
    for name, party, role in (("syd", "173", "jobcentre"), ("nord", "aud-nord", "auditor")):
        assert outside("init", name, "--party", party, "--name", f"{party} (opdigtet)", "--role", role, "--no-passphrase").code == 0  # fmt: skip
    all_three = [CommandLine(folder / name, clock) for name in ("lead", "syd", "nord")]
    for one, other in itertools.permutations(all_three, 2):
        own = other("keys", "show", "--format", "json").records[0]
        card = other.here / "keys" / f"{own['party']}.card"
        trusted = one("keys", "trust", str(card), "--fingerprint", str(own["fingerprint"]))
        assert trusted.code == 0, trusted.err
    return Three(*all_three)


def history_of(said: Said) -> tuple[bool | None, str | None]:
    checks = said.records[0]["checks"]
    assert isinstance(checks, list)
    (found,) = [(check["ok"], check["code"]) for check in checks if check["check"] == "history"]
    return found


def test_three_houses_witness_one_another(three: Three, tmp_path: Path) -> None:
    """A month goes well; then the lead's PC dies, an old copy is put back, and all three see it."""
    old = shutil.copytree(three.lead.here, tmp_path / "old")
    three.deliver(three.auditor, "aud-nord")
    three.deliver(three.participant, "173")
    receipt = three.deliver(three.auditor, "aud-nord")
    for house in (three.lead, three.participant, three.auditor):
        assert not any(faults(house).values())
    lived = events(three.lead)
    fork = len(opened(Path(old)).ledger.events())

    restored = CommandLine(Path(old), three.lead.clock)
    went_on(restored)
    said = restored("seal", "--period", PERIOD, "--to", "aud-nord")
    assert said.code == 0, said.err
    package = Path(said.out.strip())

    # The auditor, who has seen the first life.
    verdict = three.auditor("verify", str(package), "--format", "json")
    assert history_of(verdict) == (False, "history-rewritten")
    assert verdict.records[0]["verdict"] == "refused"
    (found,) = faults(three.auditor, package)["159"]
    assert (found["code"], found["common"]) == ("rewritten", [lived[fork - 1].id])
    assert found["lost"] == [lived[fork].id]
    assert found["instead"] == [events(restored)[fork].id]

    # The participant, who has one package of the first life, and is shown the new one.
    (found,) = faults(three.participant, package)["159"]
    assert (found["code"], found["lost"]) == ("rewritten", [lived[fork].id])

    # The lead itself, from the auditor's receipt alone, and then with the package that it answers.
    refused = restored("receive", str(receipt), "--format", "json")
    assert refused.code != 0
    assert [one["code"] for one in faults(restored, receipt)["159"]] == ["unknown-event"]
    answered = next((three.lead.here / "outbox").glob("*_aud-nord_3.asice"))
    assert [one["code"] for one in faults(restored, receipt, answered)["159"]] == ["rewritten"]

    # The old copy is put away, and the month goes on.
    assert not any(faults(three.lead).values())
    three.deliver(three.auditor, "aud-nord")
    assert not any(faults(three.auditor).values())


def test_a_moment_of_long_ago_hides_no_other_history(three: Three, tmp_path: Path) -> None:
    """The old copy's clock stands before everything that the auditor was shown."""
    old = shutil.copytree(three.lead.here, tmp_path / "old")
    went_on(three.lead)
    three.deliver(three.auditor, "aud-nord")
    restored = CommandLine(Path(old), SteppingClock())
    went_on(restored)
    said = restored("seal", "--period", PERIOD, "--to", "aud-nord")
    assert said.code == 0, said.err

    verdict = three.auditor("verify", said.out.strip(), "--format", "json")

    assert history_of(verdict) == (False, "history-rewritten")


def test_only_what_was_not_seen_yet_travels(three: Three) -> None:
    receipt = three.deliver(three.auditor, "aud-nord")
    with ZipFile(receipt) as archive:
        seen = read_receipt(archive.read("receipt.json")).heads_seen["159"]
    three.deliver(three.auditor, "aud-nord")
    last = next((three.lead.here / "outbox").glob("*_aud-nord_3.asice"))
    with ZipFile(last) as archive:
        rows = archive.read("history.csv").decode().splitlines()[1:]

    ours = events(three.lead)
    places = {one.id: place for place, one in enumerate(ours)}
    shown = [row.split(",")[1] for row in rows]
    assert shown == [one.id for one in ours[places[seen[0]] + 1 : places[shown[-1]] + 1]]
    assert len(shown) < len(ours) / 2
    assert history_of(three.auditor("verify", str(last), "--format", "json")) == (True, None)
