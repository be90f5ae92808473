"""Faults by folder and by draft, and on our own disk: what died, filled or came twice is finished by the next run."""

from __future__ import annotations

import errno
import os
import re
import shutil
from pathlib import Path

import pytest

from exchange.errors import WayFailed
from exchange.post.folder import Folder
from tests.conftest import SteppingClock, opened
from tests.post.conftest import FIRST, SECOND, SUMMER, Three, well
from tests.post.faults import fault
from tests.post.finished import assert_finished, died_at_byte, kill_again_and_again, small_disk
from tests.post.test_killed import visible
from tests.post.test_letters import parcel
from tests.post.test_month import came, states


def package(three: Three) -> Path:
    """Return where the lead keeps the package for the auditor."""
    lead = opened(three.lead.here)
    return lead.objects.path(str(lead.chronicle().sealed[0].body["sha256"]))


NO_ROOM = (
    r"enblanket: \S+: (no room is left on its disk; make room, and do the same again|File too large)\.\n"
    r"|enblanket: \S+ cannot be used \(.*\); see that the disk has room and may be written\.\n"
)


@fault("cut at every tenth of a transfer", "folder", seen="our copy dies at tenths 1–9, each upon the last")
def test_a_copy_that_dies_at_any_tenth_is_not_there_and_the_next_one_is_whole(by_folder: Three) -> None:
    three = by_folder
    size = package(three).stat().st_size
    away = three.drive.rename(three.root / "away")
    three.lead("send", "--to", "aud-nord")
    away.rename(three.drive)

    for tenth in range(1, 10):
        assert died_at_byte(lambda: three.lead("send", "--to", "aud-nord"), size * tenth // 10)
        (half,) = (three.drive / "aud-nord").iterdir()
        assert (half.name[0], half.stat().st_size) == (".", size * tenth // 10)
        assert well(three.auditor("fetch")).err == "Nothing new has come.\n"
        assert states(three.lead)[FIRST] == "queued"

    well(three.lead("send", "--to", "aud-nord"))
    well(three.auditor("fetch"))
    assert_finished(three, FIRST)


@fault(
    "cut at every tenth of a transfer",
    "folder",
    seen="somebody's copy stops at tenths 1–9, open and encrypted",
)
@pytest.mark.parametrize("encrypted", [False, True], ids=["open", "encrypted"])
def test_somebodys_half_copy_is_not_taken_in_and_the_whole_one_is(
    by_folder: Three, *, encrypted: bool
) -> None:
    three = by_folder
    name = three.seal("--encrypt").name if encrypted else FIRST
    well(three.lead("send", "--to", "aud-nord"))
    box = three.drive / "aud-nord"
    whole = (box / name).read_bytes()
    shutil.rmtree(box)
    box.mkdir()

    for tenth in range(1, 10):
        (box / name).write_bytes(whole[: len(whole) * tenth // 10])
        three.auditor("fetch")
        assert opened(three.auditor.here).chronicle().received == ()
        assert (box / name).exists()
    (box / name).write_bytes(whole)
    well(three.auditor("fetch"))

    assert came(three.auditor)[-1] == (name, "verified")
    assert len(opened(three.auditor.here).chronicle().received) == 1


@fault("kill -9 at random moments", "folder", seen="send and fetch, later and later until one lives")
def test_killed_at_random_moments_everything_goes_once(by_folder: Three) -> None:
    three = by_folder

    kill_again_and_again(lambda: three.lead("send", "--to", "aud-nord"), 1)
    for path in visible(three.drive):
        assert path.read_bytes() == package(three).read_bytes()
    well(three.lead("send", "--to", "aud-nord"))
    kill_again_and_again(lambda: three.auditor("fetch"), 2)
    well(three.auditor("fetch"))

    assert_finished(three, FIRST)


@fault("disk full over there", "folder", seen="room for 0–9 tenths of a package")
def test_a_drive_without_room_takes_nothing_and_the_package_when_there_is(by_folder: Three) -> None:
    three = by_folder
    size = package(three).stat().st_size
    three.configure('by = "folder"\npath = "../small"')
    with small_disk(three.root / "small", 4 * size) as disk:
        box = disk.folder / "aud-nord"
        box.mkdir()
        for tenth in reversed(range(10)):
            disk.fill(size * tenth // 10)
            said = three.lead("send", "--to", "aud-nord")
            assert said.code > 0
            assert list(box.iterdir()) == []
            if disk.is_mounted:
                place = three.lead.here / "../small/aud-nord"
                assert said.err == f"enblanket: {place} is full; make room there, and send or fetch again.\n"
        disk.free()
        well(three.lead("send", "--to", "aud-nord"))
        well(three.auditor("fetch"))
        assert_finished(three, FIRST)


@fault("quota exceeded", "folder", seen="the system’s word for it comes in the middle of the copy")
@pytest.mark.usefixtures("in_english")
def test_a_share_that_is_used_up_takes_nothing_and_the_package_when_there_is_room(by_folder: Three) -> None:
    three = by_folder
    box = three.drive / "aud-nord"
    content = package(three).read_bytes()

    def used_up(_count: int) -> None:
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    with pytest.raises(WayFailed) as failed:
        Folder(three.drive, "159").deliver(parcel(three.root, content, FIRST, recipient="aud-nord"), used_up)

    assert (failed.value.code, str(failed.value)) == (
        "way-full",
        f"{box} is full; make room there, and send or fetch again.",
    )
    assert list(box.iterdir()) == []
    well(three.lead("send", "--to", "aud-nord"))
    well(three.auditor("fetch"))
    assert_finished(three, FIRST)


@fault("disk full here", "folder", seen="room for half a package, and page by page until it goes")
def test_without_room_here_nothing_is_lost_and_it_comes_when_there_is(by_folder: Three) -> None:
    three = by_folder
    size = package(three).stat().st_size
    well(three.lead("send", "--to", "aud-nord"))
    house = three.auditor.here.rename(three.root / "house")
    with small_disk(three.auditor.here, 8 * size) as disk:
        shutil.copytree(house, three.auditor.here, dirs_exist_ok=True)
        for room in (0, size // 2, *range(size, 2 * size, 4096)):
            disk.fill(room)
            said = three.auditor("fetch")
            disk.free()
            if said.code == 0:
                break
            assert re.fullmatch(NO_ROOM, said.err)
            assert visible(three.drive) == [three.drive / "aud-nord" / FIRST]
        assert_finished(three, FIRST)


@fault("disk full here", "draft", seen="no room for the encrypted copy and the draft")
def test_without_room_for_a_draft_there_is_none_and_the_next_one_is_whole(
    with_second: Path, tmp_path: Path
) -> None:
    shutil.copytree(with_second, tmp_path / "three")
    three = Three(tmp_path / "three", SteppingClock(SUMMER))
    three.configure('by = "eml"\nto = "aft@example.dk"')
    size = package(three).stat().st_size
    house = three.lead.here.rename(three.root / "house")
    with small_disk(three.lead.here, 8 * size) as disk:
        shutil.copytree(house, three.lead.here, dirs_exist_ok=True)
        for room in (16 * 4096, size // 2, 3 * size // 2):
            disk.fill(room)
            said = three.lead("send", "--to", "aud-nord")
            disk.free()
            assert re.fullmatch(NO_ROOM, said.err)
            assert [path for path in visible(three.lead.here / "outbox") if path.suffix == ".eml"] == []
        well(three.lead("send", "--to", "aud-nord"))
        (draft,) = (three.lead.here / "outbox" / "mail").iterdir()
        well(three.auditor("fetch", str(draft)))
        well(three.lead("post", "sent", SECOND))
        assert_finished(three, SECOND)


@fault("delivered twice, or by two ways", "draft", seen="a message saved twice")
@fault("delivered out of order", "draft", seen="number 3 before number 2, which is superseded then")
def test_saved_messages_out_of_order_and_twice_count_once(with_second: Path, tmp_path: Path) -> None:
    shutil.copytree(with_second, tmp_path / "three")
    three = Three(tmp_path / "three", SteppingClock(SUMMER))
    three.configure('by = "eml"\nto = "aft@example.dk"')
    third = SECOND.replace("_2.", "_3.")
    well(three.lead("send", "--to", "aud-nord"))
    three.seal().unlink()
    well(three.lead("send", "--to", "aud-nord"))
    second, latest = (three.lead.here / "outbox" / "mail" / f"{name}.age.eml" for name in (SECOND, third))
    copy = Path(shutil.copy(latest, tmp_path / "Kopi af pakken.eml"))

    records = [
        three.auditor("fetch", str(path), "--format", "json").records[0] for path in (latest, copy, second)
    ]

    assert [(one["kind"], one.get("verdict")) for one in records] == [
        ("package", "accepted"),
        ("known", None),
        ("package", "refused"),
    ]
    received = opened(three.auditor.here).chronicle().received
    assert [(one.sequence, one.counts) for one in received] == [(3, True), (2, False)]
    assert received[1].codes == ("sequence-superseded",)
    well(three.auditor("send"))
    for answer in sorted((three.auditor.here / "outbox" / "mail").iterdir()):
        three.lead("fetch", str(answer))
    assert (states(three.lead)[third], states(three.lead)[SECOND]) == ("accepted", "returned")
