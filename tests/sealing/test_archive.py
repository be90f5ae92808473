"""The strict ZIP reader: what it takes, and every way to lie in a ZIP with the code it is refused by."""

from __future__ import annotations

import io
import struct
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.errors import PackageRefused
from exchange.sealing.archive import MIMETYPE, read_archive, write_archive
from exchange.sealing.container import reader
from exchange.sealing.zip_entries import Limits
from tests.sealing.hostile_zip import FIRST, REGULAR, Raw, build, deflated, whole

DATA = Raw(name="data/a.csv", content=b"a,b\n1,2\n")
LINK = 0o120777 << 16
SMALL = Limits(entries=3, entry=2**21, total=2**22, ratio=200)


def files_of(content: bytes, limits: Limits = Limits()) -> dict[str, bytes]:  # noqa: B008 - frozen
    return dict(read_archive(reader(content), len(content), limits))


def code_of(content: bytes, limits: Limits = Limits()) -> str:  # noqa: B008 - frozen
    with pytest.raises(PackageRefused) as refusal:
        read_archive(reader(content), len(content), limits)
    return refusal.value.code


def test_written_files_come_back_in_their_order() -> None:
    entries = [MIMETYPE, ("z.csv", b"1\n"), ("data/a.csv", b""), ("a.csv", bytes(range(256)))]

    assert list(files_of(write_archive(entries)).items()) == entries


def test_the_same_files_give_the_same_bytes() -> None:
    entries = [MIMETYPE, ("data/a.csv", b"a\n")]

    assert write_archive(entries) == write_archive(entries)
    assert write_archive(entries)[30:69] == b"mimetypeapplication/vnd.etsi.asic-e+zip"


def test_other_readers_agree(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(write_archive([MIMETYPE, ("data/a.csv", b"a,b\n1,2\n")]))

    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.read("data/a.csv") == b"a,b\n1,2\n"
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.external_attr for info in archive.infolist()} == {REGULAR}
    subprocess.run(["unzip", "-tqq", str(path)], check=True, capture_output=True)


def test_deflated_entries_are_taken() -> None:
    content = b"hours;date\n" * 50

    assert files_of(whole(Raw(name="a.csv", content=content, deflate=True)))["a.csv"] == content


HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "archive-truncated"),
    "no ZIP": (b"A" * 500, "archive-truncated"),
    "cut off": (whole(DATA)[:-1], "archive-truncated"),
    "cut in the middle": (whole(DATA)[:60], "archive-truncated"),
    "no entries": (build([]), "archive-entries"),
    "bytes before": (build([FIRST, DATA], prefix=b"#!/bin/sh\n"), "archive-prefix"),
    "bytes before, offsets from the ZIP": (b"MZ" + whole(DATA), "archive-gap"),
    "bytes after": (build([FIRST, DATA], suffix=b"x"), "archive-suffix"),
    "a second ZIP after": (whole(DATA) + whole(DATA), "archive-gap"),
    "comment": (build([FIRST, DATA], comment=b"hello"), "archive-comment"),
    "comment that ends like an end record": (
        build([FIRST, DATA], comment=b"x" * 30 + b"PK\x05\x06" + b"\0" * 18),
        "archive-entries",
    ),
    "gap between entries": (whole(Raw(name="a.csv", before=b"hidden")), "archive-gap"),
    "gap after the last entry": (whole(Raw(name="a.csv", after=b"hidden")), "archive-gap"),
    "gap before the end record": (build([FIRST, DATA], before_end=b"hidden"), "archive-gap"),
    "several disks": (build([FIRST, DATA], disks=(1, 1)), "archive-multidisk"),
    "fewer counted than listed": (build([FIRST, DATA], count=1), "archive-directory"),
    "more counted than listed": (build([FIRST, DATA], count=3), "archive-directory"),
    "ZIP64 count": (build([FIRST, DATA], count=0xFFFF), "archive-zip64"),
    "ZIP64 locator": (build([FIRST, DATA], before_end=b"PK\x06\x07" + b"\0" * 16), "archive-zip64"),
    "ZIP64 size": (whole(Raw(name="a.csv", size=0xFFFFFFFF)), "archive-zip64"),
    "ZIP64 offset": (whole(Raw(name="a.csv", offset=0xFFFFFFFF)), "archive-zip64"),
    "two entries over the same bytes": (
        build([FIRST, Raw(name="a.csv", content=b"x", offset=0)]),
        "archive-overlap",
    ),
    "entries in another order": (
        build([FIRST, Raw(name="a", offset=0x51), Raw(name="b", offset=0x46)]),
        "archive-gap",
    ),
    "data descriptor": (whole(Raw(name="a.csv", flags=0x8)), "entry-data-descriptor"),
    "encrypted": (whole(Raw(name="a.csv", flags=0x1)), "entry-encrypted"),
    "strongly encrypted": (whole(Raw(name="a.csv", flags=0x41)), "entry-encrypted"),
    "masked headers": (whole(Raw(name="a.csv", flags=0x2000)), "entry-encrypted"),
    "UTF-8 flag": (whole(Raw(name="a.csv", flags=0x800)), "entry-flags"),
    "extra field": (whole(Raw(name="a.csv", extra=b"\xff\xff\x02\0hi")), "entry-extra-field"),
    "extra field of the local header": (
        whole(Raw(name="a.csv", local_extra=b"\xff\xff\x02\0hi")),
        "archive-gap",
    ),
    "Unicode path field": (whole(Raw(name="a.csv", extra=b"up\x05\0\x01abcd")), "entry-extra-field"),
    "comment of an entry": (whole(Raw(name="a.csv", comment=b"hi")), "entry-comment"),
    "bzip2": (whole(Raw(name="a.csv", method=12)), "entry-method"),
    "LZMA": (whole(Raw(name="a.csv", method=14)), "entry-method"),
    "link": (whole(Raw(name="a.csv", content=b"/etc/passwd", attributes=LINK)), "entry-link"),
    "folder": (whole(Raw(name="data", attributes=0o040755 << 16)), "entry-directory"),
    "folder by its name": (whole(Raw(name="data/")), "name-empty"),
    "folder as DOS says it": (whole(Raw(name="data", attributes=REGULAR | 0x10)), "entry-directory"),
    "device": (whole(Raw(name="tty", attributes=0o020666 << 16)), "entry-device"),
    "pipe": (whole(Raw(name="pipe", attributes=0o010666 << 16)), "entry-device"),
    "set-uid": (whole(Raw(name="run", attributes=0o104755 << 16)), "entry-attributes"),
    "made on DOS": (whole(Raw(name="a.csv", made_by=20)), "entry-version"),
    "another date": (whole(Raw(name="a.csv", date=0x5421)), "entry-timestamp"),
    "another name in the local header": (
        whole(Raw(name="a.csv", local_name=b"b.csv")),
        "entry-header-mismatch",
    ),
    "another CRC in the local header": (
        whole(Raw(name="a.csv", content=b"x", local_crc=1)),
        "entry-header-mismatch",
    ),
    "other flags in the local header": (whole(Raw(name="a.csv", local_flags=0x8)), "entry-header-mismatch"),
    "wrong CRC": (whole(Raw(name="a.csv", content=b"x", crc=1)), "entry-crc"),
    "wrong size": (whole(Raw(name="a.csv", content=b"x", size=2)), "entry-size"),
    "deflates to more": (whole(Raw(name="a.csv", content=b"xxxx", deflate=True, size=3)), "entry-size"),
    "deflates to less": (whole(Raw(name="a.csv", content=b"xxxx", deflate=True, size=5)), "entry-size"),
    "broken deflate": (whole(Raw(name="a.csv", content=b"\xff\xff\xff", method=8)), "entry-deflate"),
    "cut deflate": (
        whole(Raw(name="a.csv", content=deflated(b"abc" * 99)[:-1], method=8, size=297)),
        "entry-deflate",
    ),
    "bytes after the deflate stream": (
        whole(Raw(name="a.csv", content=deflated(b"abc") + b"hidden", method=8, size=3)),
        "entry-deflate",
    ),
    "bomb": (whole(Raw(name="a.csv", content=b"\0" * 2**21, deflate=True)), "entry-ratio"),
    "same name twice": (whole(DATA, DATA), "name-duplicate"),
    "same name in another case": (whole(Raw(name="A.csv"), Raw(name="a.csv")), "name-duplicate"),
    "same name composed and decomposed": (
        whole(Raw(name="\u00e5.csv"), Raw(name="a\u030a.csv")),
        "name-duplicate",
    ),
    "a file that is also a folder": (whole(Raw(name="data"), DATA), "name-conflict"),
    "climbing out": (whole(Raw(name="../a.csv")), "name-traversal"),
    "name that is no UTF-8": (whole(Raw(name=b"\xff.csv")), "name-not-ascii"),
    "no mimetype": (build([DATA]), "mimetype-missing"),
    "mimetype second": (build([DATA, FIRST]), "mimetype-not-first"),
    "mimetype deflated": (
        build([Raw(name="mimetype", content=FIRST.content, deflate=True)]),
        "mimetype-not-stored",
    ),
    "another mimetype": (build([Raw(name="mimetype", content=b"application/zip")]), "mimetype-other"),
    "mimetype with a line end": (
        build([Raw(name="mimetype", content=FIRST.content + b"\n")]),
        "mimetype-other",
    ),
}


@pytest.mark.parametrize(("content", "code"), HOSTILE.values(), ids=HOSTILE)
def test_a_lying_zip_is_refused_by_its_code(content: bytes, code: str) -> None:
    assert code_of(content) == code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (whole(*(Raw(name=f"{n}.csv") for n in range(3))), "archive-entries"),
        (whole(Raw(name="a.csv", content=bytes(2**21 + 1))), "entry-too-large"),
        (
            whole(Raw(name="a.csv", content=bytes(2**21)), Raw(name="b.csv", content=bytes(2**21))),
            "archive-too-large",
        ),
    ],
)
def test_a_package_may_not_cost_more_than_the_limits(content: bytes, code: str) -> None:
    assert code_of(content, SMALL) == code


def test_many_small_bombs_are_refused_by_what_they_unpack_to_together() -> None:
    bombs = [Raw(name=f"{n}.csv", content=b"ab" * 2**19, deflate=True) for n in range(5)]

    assert code_of(whole(*bombs), Limits(total=2**22)) == "archive-too-large"


def test_a_directory_that_claims_to_be_huge_is_refused_before_it_is_read() -> None:
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 900, 900, 41400, 2**31, 0)

    assert code_of(b"\0" * 100 + end) == "archive-gap"


def test_an_archive_made_by_the_standard_library_with_zip64_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, archive.open("mimetype", "w", force_zip64=True) as entry:
        entry.write(MIMETYPE[1])

    assert code_of(file.getvalue()).startswith(("entry-", "archive-"))


def test_a_reader_that_returns_too_little_is_told_from_a_short_file() -> None:
    content = whole(DATA)
    with pytest.raises(PackageRefused) as refusal:
        read_archive(lambda offset, count: content[offset : offset + count - 1], len(content))

    assert refusal.value.code == "archive-truncated"


def test_the_refusal_is_one_sentence_that_shows_nothing_unseen() -> None:
    with pytest.raises(PackageRefused) as refusal:
        files_of(whole(Raw(name="a\u202ecsv.exe")))

    assert str(refusal.value) == (
        "The package has an entry “a<U+202E>csv.exe” that is refused (name-invisible); "
        "ask the sender for a new package."
    )


def test_the_writer_refuses_what_the_reader_would() -> None:
    with pytest.raises(PackageRefused) as refusal:
        write_archive([MIMETYPE, ("../a.csv", b"")])

    assert refusal.value.code == "name-traversal"


NAMES = st.from_regex(r"[a-z0-9_]{1,8}(/[a-z0-9_]{1,8}\.csv)?", fullmatch=True)


@given(st.dictionaries(NAMES, st.binary(max_size=40), max_size=6))
@settings(max_examples=60, deadline=None)
def test_what_the_writer_takes_the_reader_gives_back(files: dict[str, bytes]) -> None:
    entries = [MIMETYPE, *files.items()]
    try:
        content = write_archive(entries)
    except PackageRefused:
        return

    assert list(files_of(content).items()) == entries


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_noise_is_refused_and_nothing_else_happens(noise: bytes) -> None:
    assert code_of(noise)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_zip_with_bytes_altered_is_read_as_it_was_or_refused(data: st.DataObject) -> None:
    content = bytearray(whole(DATA, Raw(name="b.csv", content=b"abcabcabc" * 9, deflate=True)))
    for _turn in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        files = files_of(bytes(content))
    except PackageRefused:
        return

    assert files["b.csv"] == b"abcabcabc" * 9
