"""The folder way: whole or not at all, never over another file, never along a link, never a deletion."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.errors import WayFailed
from exchange.post.folder import Folder, opened
from exchange.post.ways import Offer, Parcel, nothing
from tests.post.faults import fault

NAME = "AFT-1_159_2016-01--2016-03_aud-nord_1.asice"


@pytest.fixture(autouse=True)
def _english(in_english: None) -> None:
    """Sentences are asserted in English."""


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    folder = tmp_path / "drive"
    folder.mkdir()
    return folder


def parcel(folder: Path, content: bytes, name: str = NAME) -> Parcel:
    path = folder / "outgoing"
    path.write_bytes(content)
    return Parcel(
        kind="package",
        name=name,
        path=path,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        sender="159",
        recipient="aud-nord",
        agreement_id="AFT-1",
        jobcentre="159",
        period="2016-01-01..2016-03-31",
        sequence=1,
    )


def read(folder: Folder) -> dict[str, bytes]:
    return {one.name: b"".join(folder.read(one)) for one in folder.offers()}


def test_a_parcel_lies_in_its_recipients_letterbox_alone(tmp_path: Path, drive: Path) -> None:
    went: list[int] = []
    delivery = Folder(drive, "159").deliver(parcel(tmp_path, b"x" * 300_000), went.append)

    assert (delivery.name, delivery.by_hand) == (NAME, False)
    assert sum(went) == 300_000
    assert read(Folder(drive, "aud-nord")) == {NAME: b"x" * 300_000}
    assert read(Folder(drive, "173")) == {}
    assert [path.name for path in (drive / "aud-nord").iterdir()] == [NAME]


def test_delivering_again_adds_nothing_also_when_it_was_taken(tmp_path: Path, drive: Path) -> None:
    ours, theirs = Folder(drive, "159"), Folder(drive, "aud-nord")
    ours.deliver(parcel(tmp_path, b"one"), nothing)
    assert ours.deliver(parcel(tmp_path, b"one"), nothing).name == NAME
    (offer,) = theirs.offers()

    assert theirs.take(offer)
    assert theirs.take(offer)
    ours.deliver(parcel(tmp_path, b"one"), nothing)

    assert theirs.offers() == []
    assert (drive / "aud-nord" / "taken" / NAME).read_bytes() == b"one"


def test_other_bytes_under_the_name_stay(tmp_path: Path, drive: Path) -> None:
    ours = Folder(drive, "159")
    ours.deliver(parcel(tmp_path, b"one"), nothing)
    second = ours.deliver(parcel(tmp_path, b"two"), nothing)

    assert second.name == f"{hashlib.sha256(b'two').hexdigest()[:16]}_{NAME}"
    assert sorted(read(Folder(drive, "aud-nord")).values()) == [b"one", b"two"]


def test_what_was_taken_before_is_never_written_over(tmp_path: Path, drive: Path) -> None:
    theirs = Folder(drive, "aud-nord")
    for content in (b"one", b"two", b"three"):
        Folder(drive, "159").deliver(parcel(tmp_path, content), nothing)
        (offer,) = theirs.offers()
        (drive / "aud-nord" / offer.mark).rename(drive / "aud-nord" / NAME)
        theirs.take(Offer(mark=NAME, name=NAME))

    taken = sorted((drive / "aud-nord" / "taken").iterdir())
    assert [path.name for path in taken] == [f"2_{NAME}", f"3_{NAME}", NAME]
    assert [path.read_bytes() for path in taken] == [b"two", b"three", b"one"]


@pytest.mark.parametrize(
    "name",
    [".hidden.asice", "~$a.asice", "a.asice.part", "a.asice.TMP", "a.crdownload", "a.filepart", "a.asice~"],
)
def test_unfinished_files_are_not_offered(drive: Path, name: str) -> None:
    (drive / "159").mkdir()
    (drive / "159" / name).write_bytes(b"half")
    (drive / "159" / "empty.asice").touch()
    (drive / "159" / "folder.asice").mkdir()

    assert Folder(drive, "159").offers() == []


@fault("a file that grows or changes under way", "folder", seen="while it is read")
def test_a_file_that_grows_while_it_is_read_is_left(drive: Path) -> None:
    (drive / "159").mkdir()
    path = drive / "159" / "a.asice"
    path.write_bytes(bytes(600_000))
    ours = Folder(drive, "159")
    (offer,) = ours.offers()
    pieces = ours.read(offer)
    next(pieces)
    with path.open("ab") as file:
        file.write(b"more")

    with pytest.raises(WayFailed, match=r"a\.asice is still being copied; it is taken when it is whole\."):
        list(pieces)


def test_half_a_file_of_a_process_that_died_is_written_over(tmp_path: Path, drive: Path) -> None:
    one = parcel(tmp_path, b"whole")
    (drive / "aud-nord").mkdir()
    (drive / "aud-nord" / f".{one.sha256[:16]}.part").write_bytes(b"who")

    Folder(drive, "159").deliver(one, nothing)

    assert [path.name for path in (drive / "aud-nord").iterdir()] == [NAME]


@fault("a file that grows or changes under way", "folder", seen="while it is sent")
def test_a_file_that_changes_while_it_is_sent_does_not_appear(tmp_path: Path, drive: Path) -> None:
    one = parcel(tmp_path, b"whole")
    one.path.write_bytes(b"other")

    with pytest.raises(WayFailed) as failed:
        Folder(drive, "159").deliver(one, nothing)

    assert failed.value.code == "way-changed"
    assert list((drive / "aud-nord").iterdir()) == []


@fault("a link in the place of a file or folder", "folder", seen="links, pipes and a letterbox that is one")
@pytest.mark.skipif(sys.platform == "win32", reason="links there need a privilege")
def test_links_and_pipes_are_never_followed(tmp_path: Path, drive: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    (drive / "159").mkdir()
    (drive / "159" / "link.asice").symlink_to(secret)
    os.mkfifo(drive / "159" / "pipe.asice")
    ours = Folder(drive, "159")

    assert ours.offers() == []
    for name in ("link.asice", "pipe.asice"):
        with pytest.raises(WayFailed):
            list(ours.read(Offer(mark=name, name=name)))
    (drive / "aud-nord").symlink_to(tmp_path)
    with pytest.raises(WayFailed) as failed:
        ours.deliver(parcel(tmp_path, b"x"), nothing)
    assert str(failed.value) == (
        f"{drive / 'aud-nord'} is a link and no folder; remove it, it may lead anywhere."
    )


@fault("a link in the place of a file or folder", "folder", seen="under the name that we would write")
@pytest.mark.skipif(sys.platform == "win32", reason="links there need a privilege")
@pytest.mark.parametrize("leads", ["to us", "nowhere"])
def test_a_link_under_our_name_stays_and_nothing_is_written_through_it(
    tmp_path: Path, drive: Path, leads: str
) -> None:
    ours = tmp_path / "ours"
    if leads == "to us":
        ours.write_bytes(b"ours")
    (drive / "aud-nord").mkdir()
    (drive / "aud-nord" / NAME).symlink_to(ours)
    one = parcel(tmp_path, b"one")

    delivery = Folder(drive, "159").deliver(one, nothing)

    assert delivery.name == f"{one.sha256[:16]}_{NAME}"
    assert (drive / "aud-nord" / NAME).is_symlink()
    assert (ours.exists(), leads == "nowhere" or ours.read_bytes() == b"ours") == (leads == "to us", True)


@fault(
    "remote names and words with escapes", "folder", seen="a name with an escape, a line’s end and no UTF-8"
)
@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_is_no_text_is_read_and_taken(drive: Path) -> None:
    (drive / "159").mkdir()
    hostile = os.fsdecode(b"\x1b[2J\xff\n.asice")
    (drive / "159" / hostile).write_bytes(b"x")
    ours = Folder(drive, "159")

    (offer,) = ours.offers()

    assert offer.name == "\x1b[2J\ufffd\n.asice"
    assert b"".join(ours.read(offer)) == b"x"
    assert ours.take(offer)
    assert ours.offers() == []


@pytest.fixture
def read_only() -> Iterator[Path]:
    """A folder that this process may read and not write."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    (folder / "159").mkdir()
    (folder / "159" / "a.asice").write_bytes(b"x")
    for path in (folder / "159", folder):
        path.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield folder
    if root:
        os.seteuid(0)
    for path in (folder, folder / "159"):
        path.chmod(0o755)
    shutil.rmtree(folder)


@fault("nothing may be written over there", "folder", seen="a medium that is read-only")
@pytest.mark.skipif(sys.platform == "win32", reason="it has other rights")
def test_a_medium_that_cannot_be_written_is_read_and_left(read_only: Path) -> None:
    ours = Folder(read_only, "159")
    (offer,) = ours.offers()

    assert b"".join(ours.read(offer)) == b"x"
    assert ours.take(offer) is False
    assert [one.name for one in ours.offers()] == ["a.asice"]
    with pytest.raises(WayFailed) as failed:
        ours.deliver(
            Parcel(
                kind="package",
                name=NAME,
                path=read_only,
                size=1,
                sha256="0",
                sender="159",
                recipient="aud-nord",
                agreement_id="AFT-1",
                jobcentre="159",
                period="",
                sequence=1,
            ),
            nothing,
        )
    assert (failed.value.code, str(failed.value)) == (
        "way-denied",
        f"{read_only / 'aud-nord'} cannot be written or read by us; see who may, or whether it is read-only.",
    )


def test_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(WayFailed) as failed:
        opened(tmp_path / "stick", "159")

    assert (failed.value.code, str(failed.value)) == (
        "way-folder",
        f"The folder {tmp_path / 'stick'} is not there; connect the drive or the stick, or mend post.toml.",
    )
