"""A tour of ugly files through ``take`` and ``layout guess``: one sentence each, exit 2, nothing stored, no CPR number said."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_bad_input import held
from tests.conftest import CommandLine
from tests.intake.hostile_workbooks import CASES
from tests.intake.workbooks import MAIN, REL, parts, workbook, zipped

AGAIN = "ask the sender for the file again."
HOSTILE = {what: build for what, _name, build, _answer in CASES}
NEITHER = "{name} is neither text nor a workbook: " + AGAIN
EMPTY = "{name} is empty: " + AGAIN
DAMAGED = "{name} is damaged or cut short: " + AGAIN


def sheet_named(name: str) -> bytes:
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets><sheet name="{name}" sheetId="1" r:id="r1"/></sheets></workbook>'
    return zipped({**parts("<sheetData/>"), "xl/workbook.xml": book})


BYTES: list[tuple[str, Callable[[], bytes], str]] = [
    ("tom.xlsx", lambda: b"", EMPTY),
    ("010170-1234.xlsx", lambda: b"", "******-****.xlsx is empty: " + AGAIN),
    ("bom.csv", lambda: b"\xef\xbb\xbf", EMPTY),
    ("linjer.csv", lambda: b" \r\n" * 500, EMPTY),
    ("nul.csv", lambda: bytes(5000), NEITHER),
    ("et-nul.csv", lambda: b"Dato;Timer\n03-03-2016;7\x005\n", NEITHER),
    ("program.csv", lambda: b"MZ" + bytes(range(256)) * 20, NEITHER),
    ("arkiv.rar", lambda: b"Rar!\x1a\x07\x00" + bytes(200), NEITHER),
    ("pakket.csv", lambda: gzip.compress(b"Dato;Timer\n03-03-2016;7,5\n", mtime=0), NEITHER),
    ("utf32.csv", lambda: "Dato;Timer\n03-03-2016;7,5\n".encode("utf-32"), NEITHER),
    ("bombe.xlsx", HOSTILE["thirty million cells in a few kilobytes"], "{name} unpacks to more than a workbook can be: ask the sender for a smaller file."),
    ("latter.xlsx", HOSTILE["a billion laughs"], "{name} declares XML entities, which no workbook does: save it again in Excel."),
    ("ens.xlsx", HOSTILE["two sheets of one name"], "{name} has two sheets of one name: rename one of them in Excel."),
    ("kode.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
     "{name} has a password: remove it in Excel and save the file again."),
    ("styretegn.xlsx", lambda: sheet_named("Timer\x1b[31m"), DAMAGED),
    ("halv.xlsx", lambda: workbook([["Dato"]])[:300], DAMAGED),
    ("side.xls", lambda: b"<html><table><tr><td>010170-1234</td></tr></table></html>",
     "{name} is a web page with an Excel name: open it in Excel and save it as .xlsx."),
    ("tal.numbers", lambda: zipped({"Index/Document.iwa": "x"}), "{name} is a Numbers document: export it as Excel there."),
    ("brev.docx", lambda: zipped({"word/document.xml": "x"}), "{name} is a document and no workbook: ask the sender for the Excel or CSV file."),
    ("blanket.pdf", lambda: b"%PDF-1.7\n", "{name} is a PDF: ask the sender for the Excel or CSV file behind it."),
    ("billede.csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(50), "{name} is a picture: ask the sender for the Excel or CSV file itself."),
]  # fmt: skip


def both(enblanket: CommandLine, path: Path) -> list[str]:
    """Return what ``take`` and ``layout guess`` say of the file, which both must refuse."""
    before = held(enblanket.here)
    said = [enblanket("take", str(path), "--from", "159"), enblanket("layout", "guess", str(path))]
    assert [(one.code, one.out) for one in said] == [(2, "")] * 2
    assert held(enblanket.here) == before
    return [one.err.removeprefix("enblanket: ").removesuffix("\n") for one in said]


@pytest.mark.parametrize(("name", "build", "sentence"), BYTES, ids=[name for name, *_rest in BYTES])
def test_an_ugly_file_is_refused_with_one_sentence(
    enblanket: CommandLine, tmp_path: Path, name: str, build: Callable[[], bytes], sentence: str
) -> None:
    (tmp_path / name).write_bytes(build())

    assert both(enblanket, tmp_path / name) == [sentence.format(name=name)] * 2


def folder(path: Path) -> None:
    path.mkdir()


def dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(65 << 20)


HOLLOW = "The folder {path} holds no sheet (.xlsx, .csv or .zip); name the files."
PIPE = "{path} is a pipe or a device and no file; save it to a file and name that."


@pytest.mark.parametrize(
    ("make", "sentences"),
    [
        (folder, (HOLLOW, "{path} is a folder; name the file in it.")),
        (dangling, ("{path} does not exist; check the name.",) * 2),
        (pipe, (PIPE, PIPE)),
        (huge, ("fil.csv is larger than 64 MB: split it by month.",) * 2),
    ],
)
def test_what_is_no_file_that_can_be_read_is_refused_before_it_is_opened(
    enblanket: CommandLine, tmp_path: Path, make: Callable[[Path], None], sentences: tuple[str, str]
) -> None:
    path = tmp_path / "fil.csv"
    make(path)

    said = both(enblanket, path)

    if make is huge:
        path.unlink()
    assert said == [sentence.format(path=path) for sentence in sentences]
