"""``purge``: what is older goes from the disk, hashes and the ledger stay, and the next month goes on as if nothing were."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.conftest import CommandLine, SteppingClock, opened
from tests.small_town import PERIOD, Town

ROOT = Path(__file__).parents[2]
_PLACEMENTS = "placement_id,agreement_id,jobcentre,site_id,trainee_ref,benefit,age_group,gender,start,planned_end,weekly_hours\n"
_HOURS = "reporter,entry_id,placement_id,mentor_id,date,hours,activity,registered_on\n"


@pytest.fixture
def lead(town: Town, tmp_path: Path) -> CommandLine:
    clock = SteppingClock(datetime(2016, 6, 1, 8, 0, tzinfo=UTC))
    return CommandLine(Path(shutil.copytree(town.folder, tmp_path / "lead")), clock)


def objects(one: CommandLine) -> set[str]:
    return {path.parent.name + path.name for path in (one.here / "objects").glob("*/*")}


def test_it_is_said_first_what_would_go(lead: CommandLine) -> None:
    before, head = objects(lead), opened(lead.here).ledger.head()

    said = lead("purge", "--before", "2016-05-01")

    assert said.code == 0
    assert said.out == (
        "From before 2016-05-01 would go:\n"
        "  tables of rows: 6\n"
        "  source files: 6\n"
        "  packages: 2\n"
        f"  {lead.here / 'outbox' / 'AFT-1_159_2016-01--2016-03_aud-nord_1.asice'}\n"
        f"  {lead.here / 'outbox' / 'AFT-1_173_2016-01--2016-03_aud-syd_1.asice'}\n"
    )
    assert said.err == "Nothing was deleted; give --yes to delete it, which nothing brings back.\n"
    assert (objects(lead), opened(lead.here).ledger.head()) == (before, head)


def test_rows_sources_and_packages_go_and_hashes_stay(lead: CommandLine) -> None:
    sources = [one for take in opened(lead.here).chronicle().takes for one in take.files]
    sealed = [str(one.body["sha256"]) for one in opened(lead.here).chronicle().sealed]

    said = lead("purge", "--before", "2016-05-01", "--yes", "--format", "json")

    (record,) = said.records
    assert (record["done"], record["tables"], record["sources"], record["staying"]) == (True, 6, 6, 0)
    gone = {one.source for one in sources} | set(sealed)
    assert gone.isdisjoint(objects(lead))
    everything = b"".join(path.read_bytes() for path in lead.here.rglob("*") if path.is_file())
    assert b"t-secret" not in everything
    assert b"159-001,AFT-1" not in everything
    assert all(address.encode() in everything for address in sealed)
    after = opened(lead.here)
    assert after.ledger.verify() == []
    assert after.holdings().records("placements") == []
    assert [str(one.body["sha256"]) for one in after.chronicle().sealed] == sealed
    for words in (("status",), ("log",), ("check",), ("crosswalk", "list"), ("log", "--prove")):
        assert lead(*words).code == 0, words
    assert "objects from before 2016-05-01 purged" in lead("log").out
    assert lead("purge", "--before", "2016-05-01").out == "Nothing lies before 2016-05-01.\n"


def test_the_next_period_goes_on_and_its_package_is_accepted(lead: CommandLine, tmp_path: Path) -> None:
    assert lead("purge", "--before", "2016-05-01", "--yes").code == 0
    june = tmp_path / "june"
    june.mkdir()
    (june / "placements.csv").write_text(
        _PLACEMENTS
        + "159-009,AFT-1,159,S-1,t-new,cash-benefit-job-ready,30-plus,f,2016-05-02,2016-07-31,20.00\n",
        encoding="utf-8",
    )
    (june / "mentor_hours.csv").write_text(
        _HOURS + "jobcentre,159:9,159-009,M-01,2016-05-03,2.00,training,2016-05-03\n", encoding="utf-8"
    )
    assert lead("take", str(june), "--from", "159").code == 0
    decide_the_rest(lead)

    sealed = lead("seal", "--period", "2016-05-01..2016-05-31", "--to", "aud-nord")
    verdict = outside(tmp_path, lead, sealed.out.strip())

    assert sealed.code == 0, sealed.err
    assert Path(sealed.out.strip()).name == "AFT-1_159_2016-05--2016-05_aud-nord_2.asice"
    assert verdict == {}


def decide_the_rest(one: CommandLine) -> None:
    for found in one("check", "--format", "json").records:
        if found["status"] in ("open", "lapsed"):
            one("decide", str(found["finding_id"]), "reject", "--reason", "Set ved gennemgang.")


def outside(folder: Path, lead: CommandLine, path: str) -> dict[str, str]:
    """Return what somebody without a workspace finds wrong."""
    place = folder / "outside"
    place.mkdir(exist_ok=True)
    said = CommandLine(place, lead.clock)(
        "verify", path, "--trust", str(lead.here / "keys" / "159.card"), "--recipient", "aud-nord", "--format", "json"
    )  # fmt: skip
    checks = said.records[0]["checks"]
    return {one["check"]: one["code"] for one in checks if one["ok"] is False}  # type: ignore[attr-defined]


def test_a_running_placement_stays_while_its_old_hours_go(lead: CommandLine, tmp_path: Path) -> None:
    said = lead("purge", "--before", "2016-03-01", "--yes", "--format", "json")

    assert (said.records[0]["tables"], said.records[0]["sources"]) == (3, 1)
    holdings = opened(lead.here).holdings()
    assert holdings.records("mentor_hours") == []
    assert len(holdings.records("placements")) == 4
    about = [one["subject"] for one in lead("check", "--format", "json").records]
    assert not any("2016-W05" in json.dumps(subject) or "2016-02" in json.dumps(subject) for subject in about)
    decide_the_rest(lead)
    sealed = lead("seal", "--period", "2016-03-01..2016-03-31", "--to", "aud-nord")
    assert sealed.code == 0, sealed.err
    assert outside(tmp_path, lead, sealed.out.strip()) == {}
    with ZipFile(sealed.out.strip()) as archive:
        assert json.loads(archive.read("datapackage.json"))["retained_from"] == "2016-03-01"


def test_a_purged_file_may_be_taken_again(lead: CommandLine, town: Town) -> None:
    assert lead("purge", "--before", "2016-05-01", "--yes").code == 0

    taken = lead("take", str(town.folder.parent / "173"), "--from", "173")

    assert taken.code == 0, taken.err
    workspace = opened(lead.here)
    for take, one in workspace.chronicle().standing_files():
        assert workspace.objects.path(one.source).exists()
        assert workspace.details(take).waiting == []
    # What lies before the day stands no longer, whoever brings it.
    assert workspace.holdings().records("mentor_hours") == []


def test_what_replaces_a_purged_package_says_that_it_lists_no_changes(lead: CommandLine) -> None:
    lead.clock.now = datetime(2016, 4, 3, tzinfo=UTC)
    assert lead("seal", "--period", "2016-04-01..2016-04-30", "--to", "aud-nord").code == 0
    path = next(
        lead.here / "objects" / str(one.body["sha256"])[:2] / str(one.body["sha256"])[2:]
        for one in opened(lead.here).chronicle().sealed
        if one.body["sequence"] == 2
    )
    path.unlink()

    said = lead("seal", "--period", "2016-04-01..2016-04-30", "--to", "aud-nord")

    assert said.code == 0
    assert said.err == (
        "AFT-1_159_2016-04--2016-04_aud-nord_3.asice replaces number 2, whose bytes are no longer here: "
        "it cannot list what it changes.\n"
    )
    diff = lead("verify", said.out.strip(), "--diff").out
    assert diff.endswith("\nIt replaces number 2, which its sender no longer held; no changes are listed.\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("purge", "--before", "2016-05-02"), "Retention ends with a month: give the first day of one, not 2016-05-02."),
        (("purge", "--before", "2016-07-01"), "2016-07-01 is still to come; nothing of today is purged."),
        (("purge", "--before", "2016-02-01"), "What lies before 2016-05-01 was purged already; give that day or a later one."),
        (("settle", "--period", PERIOD), "The rows before 2016-05-01 were purged; give a period that starts then or later."),
        (
            ("seal", "--period", PERIOD, "--to", "aud-nord"),
            "The rows before 2016-05-01 were purged; give a period that starts then or later.",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_done_any_more_is_one_sentence(
    lead: CommandLine, words: tuple[str, ...], sentence: str
) -> None:
    assert lead("purge", "--before", "2016-05-01", "--yes").code == 0

    said = lead(*words)

    assert (said.code, said.out, said.err) == (2, "", f"enblanket: {sentence}\n")


SCRIPT = """
import os, sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from exchange.cli.main import main
from exchange.cli.terminal import Terminal
from exchange.ledger import ledger
left = int(sys.argv[1])
original = Path.unlink
def unlink(path, *words, **named):
    global left
    if "objects" in path.parts or "outbox" in path.parts:
        if left == 0:
            os.kill(os.getpid(), 9)
        left -= 1
    original(path, *words, **named)
if left < 0:
    def dies(*words, **named):
        os.kill(os.getpid(), 9)
    ledger._insert = dies
Path.unlink = unlink
clock = lambda: datetime(2016, 6, 1, 9, 0, tzinfo=UTC)
main(["purge", "--before", "2016-05-01", "--yes"], Terminal(BytesIO(), BytesIO(), clock, Path(sys.argv[2])))
"""


@pytest.mark.parametrize("deleted", [-1, 0, 1, 7])
def test_a_purge_that_dies_has_done_nothing_or_is_finished_by_the_next(
    lead: CommandLine, deleted: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(deleted), str(lead.here)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == -9, done.stderr.decode()

    assert opened(lead.here).ledger.verify() == []
    standing = opened(lead.here).holdings().records("placements")
    assert (standing == []) is (deleted >= 0)
    for words in (("status",), ("log",)):
        assert lead(*words).code == 0
    again = lead("purge", "--before", "2016-05-01", "--yes")
    assert again.code == 0, again.err
    assert list((lead.here / "outbox").iterdir()) == []
    chronicle = opened(lead.here).chronicle()
    assert chronicle.purged.isdisjoint(objects(lead))
    assert lead("purge", "--before", "2016-05-01").out == "Nothing lies before 2016-05-01.\n"


def test_what_a_killed_process_left_half_written_goes_with_what_is_older(lead: CommandLine) -> None:
    old, new = datetime(2016, 4, 20, tzinfo=UTC).timestamp(), datetime(2016, 5, 20, tzinfo=UTC).timestamp()
    places = ["objects/.made7x/object", "objects/ab/.cdef.9q", "outbox/.AFT-1.x", "inbox/quarantine/.0a.y"]
    left = [lead.here / place for place in places]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half of a package")
        os.utime(path, (old, old))
    fresh = lead.here / "outbox" / ".AFT-2.z"
    fresh.write_bytes(b"half of another")
    os.utime(fresh, (new, new))

    said = lead("purge", "--before", "2016-05-01", "--yes", "--format", "json")

    assert said.code == 0, said.err
    assert {str(path) for path in left} <= set(said.records[0]["files"])  # type: ignore[call-overload]
    assert [path for path in left if path.exists()] == []
    assert fresh.exists()
    assert lead("purge", "--before", "2016-05-01").out == "Nothing lies before 2016-05-01.\n"
