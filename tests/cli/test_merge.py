"""``merge``: two coordinators who worked on copies of one workspace, and what is no copy of it."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from exchange.checks.findings import finding_id
from exchange.ledger.events import Json
from exchange.ledger.ledger import Ledger
from tests.cli import small
from tests.cli.test_crosswalk import HOURS, LAYOUT
from tests.conftest import START, CommandLine, SteppingClock, opened

ROOT = Path(__file__).parents[2]
DIFFER = finding_id("R03", ["AFT-1", "159-00012", "M-01", "2016-03-03"])


def copied(enblanket: CommandLine, name: str, *, minutes: int) -> CommandLine:
    """A copy on another desk, whose clock is some minutes ahead."""
    folder = Path(shutil.copytree(enblanket.here, enblanket.here.parent / name))
    return CommandLine(folder, SteppingClock(START + timedelta(minutes=minutes)))


def found(enblanket: CommandLine) -> list[dict[str, object]]:
    return enblanket("check", "--format", "json").records


def the(enblanket: CommandLine, finding: str = DIFFER) -> dict[str, object]:
    (entry,) = [one for one in found(enblanket) if one["finding_id"] == finding]
    return entry


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def pair(filled: CommandLine) -> tuple[CommandLine, CommandLine]:
    return filled, copied(filled, "other", minutes=5)


@pytest.fixture(scope="session")
def parted_folders(filled_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two copies that decided one finding otherwise, the second five minutes later."""
    folder = tmp_path_factory.mktemp("parted")
    here = CommandLine(Path(shutil.copytree(filled_folder, folder / "here")))
    other = copied(here, "other", minutes=5)
    assert here("decide", DIFFER, "accept", "--reason", "the company wrote so").code == 0
    assert other("decide", DIFFER, "reject", "--reason", "two visits").code == 0
    return folder


@pytest.fixture
def parted(parted_folders: Path, tmp_path: Path) -> tuple[CommandLine, CommandLine]:
    shutil.copytree(parted_folders, tmp_path / "parted")
    later = SteppingClock(START + timedelta(hours=1))
    return CommandLine(tmp_path / "parted" / "here", later), CommandLine(tmp_path / "parted" / "other", later)


def test_two_that_decided_otherwise_see_both_words_and_one_more_ends_it(
    parted: tuple[CommandLine, CommandLine],
) -> None:
    here, other = parted

    said = here("merge", str(other.here))

    assert said.code == 1, said.err
    assert re.sub(r"[0-9a-f]{4} [0-9a-f]{4}, (\S+):[0-9]{2}\+00:00", r"KEY, \1", said.out) == (
        "1 event of the other copy is here now.\n"
        "1 finding was decided differently in the two copies, and blocks sealing until it is decided again:\n"
        f"  R03 {DIFFER[:12]}\n"
        "    here: accepted → 1.50 “the company wrote so” – Jobcenter Gladsaxe (159) KEY, 2016-04-01T08:00\n"
        "    in the other copy: rejected “two visits” – Jobcenter Gladsaxe (159) KEY, 2016-04-01T08:05\n"
        "“enblanket review” shows them first; “enblanket decide ID VERB” ends them.\n"
    )
    entry = the(here)
    assert entry["status"] == "conflict"
    rivals = entry["rivals"]
    assert isinstance(rivals, list)
    assert [one["reason"] for one in rivals] == ["the company wrote so"]

    assert here("agreement", "add", str(small.audited_agreement_file(here.here.parent / "terms"))).code == 0
    refused = here("seal", "--period", "2016-01-01..2016-01-31", "--to", "aud-nord")
    assert refused.code == 1
    assert refused.err.endswith(
        f"the first is R03, decide it with “enblanket decide {DIFFER} accept|correct|reject”.\n"
    )

    assert here("decide", DIFFER, "accept", "--reason", "phoned").code == 0
    assert other("merge", str(here.here)).code == 0
    (decision,) = [one for one in opened(other.here).decisions() if one.reason == "phoned"]
    assert decision.rivals == ()


def test_what_came_and_what_is_in_conflict_is_told_in_danish_too(
    parted: tuple[CommandLine, CommandLine],
) -> None:
    here, other = parted
    (other.here / "layouts" / "ours.toml").write_text("x", encoding="utf-8")
    (other.here / "auditors" / "mine.toml").write_text("y", encoding="utf-8")
    (here.here / "auditors" / "mine.toml").write_text("z", encoding="utf-8")

    said = here("merge", str(other.here), "--lang", "da")
    again = here("merge", str(other.here), "--lang", "da")

    assert re.sub(r"[0-9a-f]{4} [0-9a-f]{4}, (\S+):[0-9]{2}\+00:00", r"KEY, \1", said.out) == (
        "1 hændelse fra den anden kopi er her nu.\n"
        "Fulgte med: layouts/ours.toml.\n"
        "Begge kopier har disse, og de er forskellige; vores gælder: auditors/mine.toml.\n"
        "1 fund er afgjort forskelligt i de to kopier og spærrer for forsegling, til det afgøres igen:\n"
        f"  R03 {DIFFER[:12]}\n"
        "    her: accepteret → 1.50 ”the company wrote so” – Jobcenter Gladsaxe (159) KEY, 2016-04-01T08:00\n"
        "    i den anden kopi: afvist ”two visits” – Jobcenter Gladsaxe (159) KEY, 2016-04-01T08:05\n"
        "”enblanket review” viser dem først; ”enblanket decide ID VERB” afslutter dem.\n"
    )
    assert again.out == (
        "Alt, hvad der er sket i den anden kopi, var her allerede.\n"
        "Begge kopier har disse, og de er forskellige; vores gælder: auditors/mine.toml.\n"
    )


def test_it_does_not_matter_who_merges_whom_nor_how_often(pair: tuple[CommandLine, CommandLine]) -> None:
    here, other = pair
    here("decide", DIFFER, "ask", "--reason", "who?")
    newer = small.write(
        here.here.parent / "newer", mentor_hours=small.COMPANY_HOURS.replace("15.00", "16.00")
    )
    assert other("take", str(newer), "--from", "12345678").code == 0
    other("decide", DIFFER, "reject", "--reason", "y")
    third = copied(here, "third", minutes=9)

    assert here("merge", str(other.here), "--format", "json").records[0]["events"] == 2
    assert (
        here("merge", str(other.here)).out == "Everything that happened in the other copy was here already.\n"
    )
    assert other("merge", str(third.here)).code == 0

    assert found(here) == found(other)
    assert the(here)["status"] == "rejected"
    assert opened(here.here).ledger.head() == opened(other.here).ledger.head()
    assert opened(here.here).ledger.verify() == []


def test_what_lies_beside_the_ledger_comes_along_and_no_key(pair: tuple[CommandLine, CommandLine]) -> None:
    here, other = pair
    second = small.agreement_file(other.here.parent / "second")
    second.write_text(second.read_text(encoding="utf-8").replace("AFT-1", "AFT-2"), encoding="utf-8")
    assert other("agreement", "add", str(second)).code == 0
    (other.here / "auditors" / "mine.toml").write_text(
        'id = "mine"\ntitle_da = "x"\ntitle_en = "x"\n', encoding="utf-8"
    )
    (other.here / "crosswalk.csv").write_text(
        "kind,name,id\nmentor,Ib,M-01\nmentor,Bo,M-01\n", encoding="utf-8"
    )
    (here.here / "crosswalk.csv").write_text("kind,name,id\nmentor,Bo,M-02\n", encoding="utf-8")
    (other.here / "keys" / "stray.pem").write_text("x", encoding="utf-8")
    keys = files_of(here.here / "keys")

    said = here("merge", str(other.here))

    assert said.code == 0, said.err
    assert said.out == (
        "1 event of the other copy is here now.\n"
        "Came along: agreements/AFT-2.toml, auditors/mine.toml.\n"
        "1 local name of the other copy came into crosswalk.csv.\n"
    )
    assert said.err == (
        "1 local name stands for another id in the other copy; ours stands, look at it with “enblanket crosswalk list”.\n"
    )
    assert files_of(here.here / "keys") == keys
    assert sorted(opened(here.here).chronicle().agreements) == ["AFT-1", "AFT-2"]
    assert opened(here.here).names().mentors == {"Ib": "M-01", "Bo": "M-02"}


def another_party(folder: Path) -> None:
    path = folder / "enblanket.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"159"', '"167"'), encoding="utf-8")


def no_workspace(folder: Path) -> None:
    (folder / "enblanket.toml").unlink()


def altered(folder: Path) -> None:
    with sqlite3.connect(folder / "ledger.sqlite") as connection:
        connection.execute("DROP TRIGGER events_update")
        connection.execute(
            "UPDATE events SET canonical = CAST(replace(CAST(canonical AS TEXT), '\"who\"', '\"wha\"') AS BLOB) WHERE position = 3"
        )


def rewritten(folder: Path) -> None:
    """Change the second event and write everything after it anew upon it, so that all hashes fit."""
    path = folder / "ledger.sqlite"
    events = Ledger(path).events()
    path.unlink()
    anew = Ledger.create(path)
    anew.unite(events[:1])
    for place, event in enumerate(events[1:], 1):
        body = {**event.body, "agreement_id": "AFT-9"} if place == 1 else event.body
        anew.append(event.kind, body, who=event.who, at=START.fromisoformat(event.at))


def cut(folder: Path) -> None:
    """Lose an object that the last take needs."""
    last = Ledger(folder / "ledger.sqlite").events()[-1]
    address = str(last.body["tables"]["mentor_hours"]["address"])  # type: ignore[index, call-overload]
    (folder / "objects" / address[:2] / address[2:]).unlink()


def strange(folder: Path) -> None:
    Ledger(folder / "ledger.sqlite").append("decision", {"finding_id": "x"}, who="w", at=START)


def outside(folder: Path) -> None:
    """An agreement that would be written over a file elsewhere."""
    ledger = Ledger(folder / "ledger.sqlite")
    added = next(event for event in ledger.events() if event.kind == "agreement")
    ledger.append("agreement", {**added.body, "file": "../keys/stray"}, who="w", at=START)


REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "another party": (
        another_party,
        "{folder} is the workspace of 167, not of 159: only copies of one workspace can be merged; others send packages.",
    ),
    "no workspace": (
        no_workspace,
        "{folder} is no workspace: it holds no enblanket.toml; make one with “enblanket init {folder}”.",
    ),
    "altered": (
        altered,
        ("The ledger of {folder} does not fit itself (event 3: unreadable), so nothing was merged; "
        "restore it from a copy of the workspace."),
    ),
    "rewritten": (
        rewritten,
        ("The history of {folder} was rewritten: it tells our event {event} upon others than ours, so nothing was merged; "
        "merge a copy that nobody has altered."),
    ),
    "an object is missing": (
        cut,
        "{object} is missing or has been altered; restore it from a copy of the workspace.",
    ),
    "an event of nobody's": (
        strange,
        ("The ledger of {folder} holds an event that no enblanket writes, so nothing was merged; "
        "restore it from a copy of the workspace."),
    ),
    "a file elsewhere": (
        outside,
        ("The ledger of {folder} holds an event that no enblanket writes, so nothing was merged; "
        "restore it from a copy of the workspace."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_whole_copy_is_refused_and_nothing_stored(
    pair: tuple[CommandLine, CommandLine], case: str
) -> None:
    here, other = pair
    newer = small.write(
        here.here.parent / "newer", mentor_hours=small.COMPANY_HOURS.replace("15.00", "16.00")
    )
    other("take", str(newer), "--from", "12345678")
    spoil, sentence = REFUSED[case]
    spoil(other.here)
    before = files_of(here.here)

    said = here("merge", str(other.here))

    assert (said.code, said.out) == (2, "")
    ledger = opened(here.here).ledger
    lost = re.search(r"\S+/objects/\S+", said.err)
    assert said.err == "enblanket: " + sentence.format(
        folder=other.here, event=ledger.events()[2].id[:12], object=lost[0] if lost else ""
    ) + "\n"  # fmt: skip
    assert files_of(here.here) == before


def test_the_workspace_of_another_init_is_refused(filled: CommandLine) -> None:
    folder = filled.here.parent / "stranger"
    CommandLine(filled.here.parent, SteppingClock(START + timedelta(hours=1)))(
        "init", str(folder), "--party", "159", "--name", "Jobcenter Gladsaxe", "--role", "jobcentre", "--no-passphrase"
    )  # fmt: skip

    said = filled("merge", str(folder))

    assert (said.code, said.err) == (
        2,
        (
            f"enblanket: {folder} is no copy of this workspace: another “enblanket init” made it, with another register of "
            "trainees; only copies of one workspace can be merged.\n"
        ),
    )


def test_the_same_folder_is_refused(filled: CommandLine) -> None:
    said = filled("merge", str(filled.here / "keys" / ".."))

    assert (said.code, said.err) == (
        2,
        f"enblanket: {filled.here}/keys/.. is this workspace itself; name the folder of its copy.\n",
    )


def test_a_copy_that_coded_trainees_with_keys_of_its_own_is_refused(
    pair: tuple[CommandLine, CommandLine],
) -> None:
    here, other = pair
    shutil.rmtree(other.here / "keys")
    (other.here / "keys").mkdir()
    assert other("keys", "new", "--no-passphrase").code == 0
    without = copied(other, "without", minutes=20)

    assert here("merge", str(without.here)).code == 0

    placed = small.write(here.here.parent / "placed", placements=small.PLACEMENTS.replace("06-30", "07-31"))
    assert other("take", str(placed), "--from", "159").code == 0
    said = here("merge", str(other.here))
    assert (said.code, said.err) == (
        2,
        (
            f"enblanket: {other.here} has taken placements and coded their trainees’ numbers with another register key "
            "than ours, so nothing was merged; take those files here instead.\n"
        ),
    )


DEATHS = {
    "after the objects": ("exchange.workspace.merging", "_bring_objects", True, 0),
    "inside the transaction": ("exchange.ledger.ledger", "_insert", True, 0),
    "before the files": ("exchange.workspace.merging", "bring_files", False, 2),
}

SCRIPT = """
import importlib, os, sys
module, name, works = importlib.import_module(sys.argv[1]), sys.argv[2], sys.argv[3] == "True"
original = getattr(module, name)
def dies(*words, **named):
    if works:
        original(*words, **named)
    os._exit(9)
setattr(module, name, dies)
sys.argv = ["enblanket", *sys.argv[4:]]
from exchange.cli.main import run
run()
"""


@pytest.mark.parametrize("where", DEATHS)
def test_a_merge_that_dies_has_merged_nothing_or_every_event_and_goes_on(
    parted: tuple[CommandLine, CommandLine], where: str
) -> None:
    here, other = parted
    second = small.agreement_file(other.here.parent / "second")
    second.write_text(second.read_text(encoding="utf-8").replace("AFT-1", "AFT-2"), encoding="utf-8")
    other("agreement", "add", str(second))
    module, name, works, merged = DEATHS[where]
    before = opened(here.here).ledger.events()

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, module, name, str(works), "merge", str(other.here), "--workspace", str(here.here)],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip

    assert done.returncode == 9, done.stderr.decode()
    ledger = opened(here.here).ledger
    assert len(ledger.events()) == len(before) + merged
    assert ledger.verify() == []
    assert here("merge", str(other.here)).code == int(not merged)
    assert {event.id for event in before} <= {event.id for event in ledger.events()}
    assert [one.verb for one in opened(here.here).decisions()] == ["accept", "reject"]
    assert sorted(opened(here.here).chronicle().agreements) == ["AFT-1", "AFT-2"]
    assert opened(here.here).names().mentors == {}


def test_files_that_a_copy_with_other_keys_took_are_told_and_stop_no_name(
    pair: tuple[CommandLine, CommandLine],
) -> None:
    here, other = pair
    shutil.rmtree(other.here / "keys")
    (other.here / "keys").mkdir()
    assert other("keys", "new", "--no-passphrase").code == 0
    (other.here / "layouts" / "sag.toml").write_text(LAYOUT, encoding="utf-8")
    sheet = small.write(other.here.parent, timer=HOURS) / "timer.csv"
    taken = other("take", str(sheet), "--from", "12345678")
    assert taken.code == 0, taken.err

    said = here("merge", str(other.here))
    named = here("crosswalk", "add", "mentors", "Åge Kjær", "M-01")
    listed = here("crosswalk", "list")
    (sha256,) = [
        one.sha256 for _take, one in opened(here.here).chronicle().standing_files() if one.name == "timer.csv"
    ]
    again = here("take", "--again", sha256)

    closed = (
        "A copy with other keys took timer.csv, and only there can it be mapped again: do it there and merge, "
        "or take the file here.\n"
    )
    assert (said.code, said.err) == (
        0,
        (
            "A copy with other keys took timer.csv: their rows are here, but a layout or a name that changes here does not "
            "reach them, nor does the screen show their sheets; map them again there and merge, or take them here.\n"
        ),
    )
    assert (named.code, named.out, named.err) == (0, f"1 name added.\n{closed}", "")
    assert (listed.code, listed.out) == (1, f"mentors     Åge Kjær  M-01            crosswalk.csv\n{closed}")
    assert (again.code, again.err) == (
        2,
        (
            "enblanket: timer.csv was taken by a copy of the workspace with other keys, which alone can map it again; "
            "do it there and merge, or take the file here.\n"
        ),
    )
    assert here("take", str(sheet), "--from", "12345678").code == 0
    mapped = here("take", "--again", sha256, "--format", "json")
    assert (mapped.code, mapped.records[0]["summary"]["closed"]) == (0, [])  # type: ignore[index]
    assert here("merge", str(other.here), "--format", "json").records[0]["closed"] == []


HASH = "a" * 64
PACKAGE: dict[str, Json] = {
    "name": "a.asice", "sha256": HASH, "recipient": "aud-nord", "agreement_id": "AFT-1", "jobcentre": "159",
    "period": "2016-01-01..2016-03-31", "sequence": 7, "supersedes": None, "ledger_head": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("seal", {}),
        ("seal", {**PACKAGE, "sha256": "..//home/somebody/diary"}),
        ("seal", {**PACKAGE, "name": "../a.asice"}),
        ("seal", {**PACKAGE, "period": "always"}),
        ("found", {**PACKAGE, "sequence": 10**30}),
        ("countersign", {"name": "a.asice"}),
        ("receive", {**PACKAGE, "stored": "../x"}),
        ("receipt", {"package_sha256": HASH}),
        ("purge", {"before": "2016-01-01", "objects": ["..//etc/hosts"], "packages": [], "files": []}),
        ("acknowledge", {"party": "159", "reason": "", "lost": ["x"], "packages": []}),
        ("trust", {"file": "a.card", "changes": {"a.card": 5}}),
        ("revoke", {"party": "173"}),
        ("rotate", {}),
        ("queue", {"kind": "parcel", "key": HASH, "to": "173", "by": "folder"}),
        ("sent", {"kind": "package", "key": "x", "to": "173", "by": "folder", "name": "a"}),
        ("came", {"sha256": HASH, "name": "../a.asice", "size": 1, "by": "folder"}),
        ("judged", {"sha256": HASH, "state": "fine", "kind": None, "package": ""}),
        ("asked", {"from": "173", "bundle": 1, "due": "2016-04-12", "file": "../a.xlsx", "sha256": HASH, "question_ids": []}),
        ("reply", {"to": "173", "bundle": 1, "sha256": HASH, "ready": {"name": "../a", "sha256": HASH}, "question_ids": []}),
        ("question", {"to": "173", "bundle": 1, "due": "2016-04-12", "file": "a.xlsx", "sha256": HASH, "questions": [], "ready": 1}),
        ("take", {"sender": "159", "complete": True, "files": [], "tables": {"sites": {"address": "../x", "rows": 1}}, "details": HASH}),
    ],
)  # fmt: skip
def test_an_event_that_no_desk_writes_is_never_united(
    enblanket: CommandLine, tmp_path: Path, kind: str, body: dict[str, Json]
) -> None:
    """A package without its stream would stop every command, and an address that climbs let a purge delete elsewhere."""
    copy = opened(Path(shutil.copytree(enblanket.here, tmp_path / "copy")))
    copy.ledger.append_all([(kind, body)], who=copy.who(), at=copy.clock())
    before = opened(enblanket.here).ledger.head()

    said = enblanket("merge", str(tmp_path / "copy"))

    assert (said.code, said.out) == (2, "")
    assert said.err == (
        f"enblanket: The ledger of {tmp_path / 'copy'} holds an event that no enblanket writes, so nothing was merged; "
        "restore it from a copy of the workspace.\n"
    )
    assert opened(enblanket.here).ledger.head() == before
