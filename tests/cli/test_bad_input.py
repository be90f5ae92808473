"""Bad input in both languages: the whole sentence on stderr, exit 2, and nothing stored."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.cli import small
from tests.conftest import CommandLine, opened

ROOT = Path(__file__).parents[2]
GLADSAXE = ROOT / "samples/exports/redningskorps-2016/159/gladsaxe_mentorafregning_1halvaar_2016.xlsx"


def missing(folder: Path) -> Path:
    return folder / "timer.xlsx"


def empty(folder: Path) -> Path:
    path = folder / "timer.xlsx"
    path.write_bytes(b"")
    return path


def picture(folder: Path) -> Path:
    path = folder / "timer.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    return path


def shopping_list(folder: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Indkøb", "Antal"])
    sheet.append(["Kaffe", 3])
    path = folder / "kaffe.xlsx"
    book.save(path)
    return path


def lost_column(folder: Path) -> Path:
    book = openpyxl.load_workbook(GLADSAXE)
    cell = book["Mentortimer"]["E4"]
    assert cell.value == "Timer"
    cell.value = None
    path = folder / "timer.xlsx"
    book.save(path)
    return path


def lost_canonical_column(folder: Path) -> Path:
    small.write(folder, mentor_hours=small.COMPANY_HOURS.replace(",date,", ",", 1))
    return folder / "mentor_hours.csv"


FILES: list[tuple[Callable[[Path], Path], str, str]] = [
    (
        missing,
        "{path} does not exist; check the name.",
        "{path} findes ikke; kontrollér navnet.",
    ),
    (
        empty,
        "timer.xlsx is empty: ask the sender for the file again.",
        "timer.xlsx er tom: bed afsenderen om filen igen.",
    ),
    (
        picture,
        "timer.xlsx is a picture: ask the sender for the Excel or CSV file itself.",
        "timer.xlsx er et billede: bed afsenderen om selve Excel- eller CSV-filen.",
    ),
    (
        shopping_list,
        "kaffe.xlsx fits no layout; for the nearest, ballerup-dagskolonner, no cell says “CPR (opdigtet)”: correct the file or write a layout.",
        "kaffe.xlsx passer ikke til noget layout; for det nærmeste, ballerup-dagskolonner, gælder: ingen celle siger ”CPR (opdigtet)”; ret filen, eller skriv et layout.",
    ),
    (
        lost_column,
        "timer.xlsx fits no layout; for the nearest, gladsaxe-maanedsark, the sheet “Mentortimer” lacks the column “Timer”: correct the file or write a layout.",
        "timer.xlsx passer ikke til noget layout; for det nærmeste, gladsaxe-maanedsark, gælder: arket ”Mentortimer” mangler kolonnen ”Timer”; ret filen, eller skriv et layout.",
    ),
    (
        lost_canonical_column,
        "mentor_hours.csv lacks the column “date” that the table mentor_hours requires: add it.",
        "mentor_hours.csv mangler kolonnen ”date”, som tabellen mentor_hours kræver: tilføj den.",
    ),
]
BOTH = [
    pytest.param(make, lang, sentence, id=f"{make.__name__}-{lang}")
    for make, english, danish in FILES
    for lang, sentence in (("en", english), ("da", danish))
]


@pytest.mark.parametrize(("make", "lang", "sentence"), BOTH)
def test_a_file_that_cannot_be_taken(
    enblanket: CommandLine, make: Callable[[Path], Path], lang: str, sentence: str
) -> None:
    outside = enblanket.here.parent / "sent"
    outside.mkdir()
    path = make(outside)
    before = held(enblanket.here)

    said = enblanket("take", str(path), "--from", "159", "--lang", lang)

    assert (said.code, said.out, said.err) == (2, "", f"enblanket: {sentence.format(path=path)}\n")
    assert held(enblanket.here) == before


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        (
            "en",
            "{here} is no workspace: make one with “enblanket init DIR”, or name one with --workspace.",
        ),
        (
            "da",
            "{here} er ikke en arbejdsmappe: lav en med ”enblanket init DIR”, eller angiv en med --workspace.",
        ),
    ],
)
def test_a_folder_that_is_no_workspace(tmp_path: Path, lang: str, sentence: str) -> None:
    said = CommandLine(tmp_path)("take", "timer.xlsx", "--from", "159", "--lang", lang)

    assert (said.code, said.out, said.err) == (2, "", f"enblanket: {sentence.format(here=tmp_path)}\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "The passphrase does not open signing.pem; type it again."),
        ("da", "Adgangssætningen åbner ikke signing.pem; skriv den igen."),
    ],
)
def test_a_wrong_passphrase(tmp_path: Path, lang: str, sentence: str) -> None:
    founding = ("--party", "159", "--name", "Jobcenter Gladsaxe", "--role", "jobcentre")
    outside = CommandLine(tmp_path)
    assert outside("init", "lead", *founding, "--passphrase-fd", str(piped("kaffe på kande"))).code == 0
    lead = CommandLine(tmp_path / "lead")
    assert lead("agreement", "add", str(small.audited_agreement_file(tmp_path / "terms"))).code == 0
    before = held(lead.here)

    said = lead(
        "seal", "--period", "2016-01-01..2016-06-30", "--to", "aud-nord",
        "--passphrase-fd", str(piped("te på kande")), "--lang", lang,
    )  # fmt: skip

    assert (said.code, said.out, said.err) == (2, "", f"enblanket: {sentence}\n")
    assert held(lead.here) == before


def held(folder: Path) -> tuple[set[Path], tuple[str, ...]]:
    """Return the files of a workspace and the head of its ledger."""
    return {path for path in folder.rglob("*") if path.is_file()}, opened(folder).ledger.head()


def piped(words: str) -> int:
    """Return a descriptor that gives these words."""
    reading, writing = os.pipe()
    os.write(writing, f"{words}\n".encode())
    os.close(writing)
    return reading
