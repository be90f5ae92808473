"""The catalogue: every text of the program stands in Danish too, with the same named values, and is compiled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from exchange import language
from tests.conftest import CommandLine

ROOT = Path(__file__).parent.parent
PO = ROOT / "exchange" / "locale" / "da" / "LC_MESSAGES" / "enblanket.po"
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "translate_plural": (1, 2)}


def texts_in_the_code() -> set[str]:
    found: set[str] = set()
    for room in ("exchange", "tui"):
        for _, _, message, _, _ in extract_from_dir(ROOT / room, keywords=KEYWORDS):
            found.add(message if isinstance(message, str) else message[0])
    return found - {""}


def catalogue() -> dict[str, tuple[str, ...]]:
    return {forms[0][0]: tuple(danish for _, danish in forms) for forms in paired()}


def paired() -> list[list[tuple[str, str]]]:
    """Return each message's English and Danish text; of a plural, each form's."""
    with PO.open("rb") as file:
        read = read_po(file, locale="da")
    return [list(zip(_forms(one.id), _forms(one.string), strict=True)) for one in read if one.id]


def every_form() -> list[tuple[str, str]]:
    return [form for message in paired() for form in message]


def _forms(texts: str | Sequence[str] | None) -> tuple[str, ...]:
    return (texts or "",) if isinstance(texts, str) or texts is None else tuple(texts)


def values_in(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)", text))


def test_every_text_of_the_program_has_a_danish_one() -> None:
    danish = catalogue()

    assert [text for text in sorted(texts_in_the_code()) if not all(danish.get(text, ("",)))] == []


def test_the_danish_texts_name_the_same_values() -> None:
    differing = [
        english for english, danish in every_form() if danish and values_in(danish) != values_in(english)
    ]

    assert differing == []


# Texts that are values, punctuation and names alone, and the words that Danish shares with English.
THE_SAME_IN_BOTH = {
    "  {table} {key}: {field} {reported} → {corrected}",
    "FILTER",
    "Find",
    "Kroner",
    "MANIFEST",
    "NOTE",
    "Note",
    "PROGRAM",
    "STATUS",
    "SUM",
    "Status",
    "kroner",
    "mentor",
    "note",
    "offline",
    "status",
    "status: {names}",
    "{agreement} {jobcentre}: {total}",
    "{done} MB",
    "{file}, {key}: {cure}.",
    "{file}: {verdict}",
    "{name} ({party})",
    "{path}: {reason}.",
    "{rate} MB/s",
    "{rate} kB/s",
    "{rule} {finding_id}: {verb}",
}


def test_a_text_left_in_english_is_one_that_both_languages_share() -> None:
    assert {english for english, danish in every_form() if english == danish} == THE_SAME_IN_BOTH


def test_danish_quotes_stand_where_the_english_do() -> None:
    differing = [
        english
        for english, danish in every_form()
        if "“" in danish or danish.count("”") != english.count("“") + english.count("”")
    ]

    assert differing == []


def test_the_danish_texts_begin_and_end_as_the_english_do() -> None:
    assert [english for english, danish in every_form() if edges(english) != edges(danish)] == []


def edges(text: str) -> tuple[str, str]:
    """Return the blanks before a text, and the blanks and punctuation after it."""
    before, after = re.match(r"\s*", text), re.search(r"[\s.:;?!…]*$", text)
    return (before[0] if before else "", after[0] if after else "")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["take"], "Angiv filerne, og hvem der sendte dem: enblanket take FILE... --from PARTY."),
        (["decide"], "Der mangler: FINDING_ID, verb; ”enblanket decide --help” viser, hvad der kan angives."),
        (["settle", "--period"], "Argumentet --period: der skal stå én værdi; ”enblanket settle --help” viser, hvad der kan angives."),
        (["check", "--frob"], "Ukendte argumenter: --frob; ”enblanket check --help” viser, hvad der kan angives."),
    ],
)  # fmt: skip
def test_what_argparse_says_is_danish_too(tmp_path: Path, words: list[str], sentence: str) -> None:
    said = CommandLine(tmp_path)(*words, "--lang", "da")

    assert (said.code, said.out, said.err) == (2, "", f"enblanket: {sentence}\n")


def test_help_is_danish_too(tmp_path: Path) -> None:
    said = CommandLine(tmp_path)("take", "--help", "--lang", "da")

    assert said.code == 0
    assert said.out.startswith("brug: enblanket take ")
    assert "\nargumenter:\n" in said.out
    assert "  -h, --help " in said.out
    assert " vis denne hjælp, og slut\n" in said.out


def test_the_compiled_catalogue_is_that_of_the_texts() -> None:
    with PO.open("rb") as file:
        expected = BytesIO()
        write_mo(expected, read_po(file, locale="da"))

    assert PO.with_suffix(".mo").read_bytes() == expected.getvalue()


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "da"),
        ({"LANG": "da_DK.UTF-8"}, "da"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "da_DK.UTF-8"}, "da"),
        ({"LANG": "C.UTF-8"}, "da"),
        ({"LC_MESSAGES": "en_US", "LANG": "da_DK"}, "en"),
    ],
)
def test_danish_is_the_language_unless_the_locale_is_english(environ: dict[str, str], expected: str) -> None:
    assert language.from_environment(environ) == expected
