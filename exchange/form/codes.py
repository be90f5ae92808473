"""The form's code lists: ``schemas/codes/*.csv``, and how the words of a sheet become codes.

In: one CSV per list (code, labels, descriptions, aliases joined by ``|``, valid_from, valid_to). Out:
:class:`CodeList`. Refuses a code given twice, and a word that two codes claim on one day: a word that can mean
two things is no alias, and stays a question for a person.

The file name is the list's name; adding a list is adding a file. Where ``schemas/registers`` holds what another public
list calls the codes, both must agree when they are read: one shifted row gives every later code its neighbour's name.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib.resources import files

from exchange.errors import FormError
from exchange.language import choose
from exchange.language import translate as _

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONG_A = re.compile("a{2,}")
_SILENT = re.compile("[^a-z0-9+<=>|~]")
_COLUMNS = (
    "code",
    "label_da",
    "label_en",
    "description",
    "description_da",
    "aliases",
    "valid_from",
    "valid_to",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One code and the words people write for it.

    Attributes:
        valid_from, valid_to: the first and last day that the code may be used of; None is open.
    """

    code: str
    label_da: str
    label_en: str
    description_da: str
    description_en: str
    aliases: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None

    @property
    def label(self) -> str:
        """The label in the language in force."""
        return choose(self.label_da, self.label_en)

    def valid_on(self, day: date) -> bool:
        """Whether the code may be used of that day."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)

    def overlaps(self, other: Code) -> bool:
        """Whether both codes may be used of some same day."""
        first = max(self.valid_from or date.min, other.valid_from or date.min)
        return first <= min(self.valid_to or date.max, other.valid_to or date.max)

    def words(self) -> Iterator[str]:
        """Give the code, its labels and its aliases."""
        yield from (self.code, self.label_da, self.label_en, *self.aliases)


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes of one list, in file order."""

    name: str
    codes: tuple[Code, ...]
    _by_word: Mapping[str, tuple[Code, ...]] = field(repr=False, compare=False, default_factory=dict)

    def find(self, text: str, on: date | None = None) -> str | None:
        """Return the code that the text means, or None.

        Args:
            text: a code, a label (da or en) or an alias, without regard to case, accents, punctuation and
                blanks: ``0157`` is ``157``, ``Hoje Taastrup`` is ``169``.
            on: the day of the fact; without one, a word that meant different things at different times is None.
        """
        meant = [code for code in self._by_word.get(word_key(text), ()) if on is None or code.valid_on(on)]
        return meant[0].code if len(meant) == 1 else None

    def get(self, code: str) -> Code | None:
        """Return the entry of exactly that code."""
        return next((entry for entry in self.codes if entry.code == code), None)

    def __contains__(self, code: object) -> bool:
        return any(entry.code == code for entry in self.codes)


def word_key(text: str) -> str:
    """Return what is compared of a word: letters, digits and ``+ < > =``, without case and accents.

    ``ø`` and ``oe`` are ``o``, ``å`` and ``aa`` are ``a``, ``æ`` is ``ae``: sheets spell Danish letters all these ways.
    """
    folded = text.casefold().translate({ord("ø"): "o", ord("æ"): "ae"})
    if folded.isascii():
        # Most words: nothing to take apart, sign by sign.
        return _LONG_A.sub("a", _SILENT.sub("", folded)).replace("oe", "o")
    kept = (
        sign
        for sign in unicodedata.normalize("NFKD", folded)
        if sign.isalnum() or unicodedata.category(sign) == "Sm"
    )
    return _LONG_A.sub("a", "".join(kept)).replace("oe", "o")


@lru_cache(maxsize=1)
def code_lists() -> Mapping[str, CodeList]:
    """Return every code list of the form by name.

    Raises:
        FormError: a list contradicts itself; names file and line.
    """
    schemas = files("schemas")
    codes, registers = schemas.joinpath("codes"), schemas.joinpath("registers")
    known = {entry.name: read_register(entry.read_text(encoding="utf-8")) for entry in registers.iterdir()}
    names = sorted(entry.name for entry in codes.iterdir() if entry.name.endswith(".csv"))
    lists = [
        read_code_list(codes.joinpath(name).read_text(encoding="utf-8"), name, known.get(name))
        for name in names
    ]
    return {found.name: found for found in lists}


def read_register(text: str) -> Mapping[str, str]:
    """Return what another public list calls each code: CSV of ``code`` and ``name`` under a header."""
    return dict(row[:2] for row in list(csv.reader(io.StringIO(text, newline="")))[1:])


def code_list(name: str) -> CodeList:
    """Return the code list of that name.

    Raises:
        FormError: the form has none, or a list contradicts itself.
    """
    found = code_lists().get(name)
    if found is None:
        raise FormError(
            _("The form has no code list “{name}”: its lists are {names}.").format(
                name=name[:60], names=", ".join(code_lists())
            )
        )
    return found


def read_code_list(text: str, file: str, register: Mapping[str, str] | None = None) -> CodeList:
    """Parse one code list.

    Args:
        text: CSV.
        file: its name, for messages.
        register: what another public list calls each code; None where there is none.

    Raises:
        FormError: a missing column, an unreadable code or date, a code given twice, a word that two codes claim on
            one day, or a code that the register calls otherwise; names file and line.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    if not set(_COLUMNS) <= set(reader.fieldnames or ()):
        raise _refusal(file, 1, _("its columns must be {columns}").format(columns=",".join(_COLUMNS)))
    by_word: dict[str, tuple[Code, ...]] = {}
    codes: dict[str, Code] = {}
    for row in _rows(reader, file):
        code = _code(row, file, reader.line_num)
        if code.code in codes:
            raise _refusal(file, reader.line_num, _("the code “{code}” stands twice").format(code=code.code))
        codes[code.code] = code
        if register is not None:
            _refuse_shifted(code, register, file, reader.line_num)
        _claim_words(code, by_word, file, reader.line_num)
    return CodeList(file.removesuffix(".csv"), tuple(codes.values()), by_word)


def _refuse_shifted(code: Code, register: Mapping[str, str], file: str, line: int) -> None:
    name = register.get(code.code)
    if name is None:
        why = _("the other public list, registers/{file}, has no code “{code}”")
        raise _refusal(file, line, why.format(file=file, code=code.code))
    if word_key(name) != word_key(code.label_da):
        why = _("“{code}” is “{label}” here and “{name}” in the other public list, registers/{file}")
        raise _refusal(file, line, why.format(code=code.code, label=code.label_da, name=name, file=file))


def _rows(reader: csv.DictReader[str], file: str) -> Iterator[Mapping[str, str | None]]:
    try:
        for row in reader:
            if None in row or None in row.values():
                raise _refusal(file, reader.line_num, _("it has more or fewer cells than the header"))
            yield row
    except csv.Error as error:
        raise _refusal(file, reader.reader.line_num, _("it is no CSV ({why})").format(why=error)) from error


def _claim_words(code: Code, by_word: dict[str, tuple[Code, ...]], file: str, line: int) -> None:
    words = {word_key(word): word for word in code.words()}
    for key, word in words.items():
        rivals = [rival.code for rival in by_word.get(key, ()) if rival.overlaps(code)]
        if not key or rivals:
            why = (
                _("the word “{word}” already means “{rival}”")
                if key
                else _("the word “{word}” has no letter or digit")
            )
            raise _refusal(file, line, why.format(word=word, rival=", ".join(rivals)))
        by_word[key] = (*by_word.get(key, ()), code)


def _code(row: Mapping[str, str | None], file: str, line: int) -> Code:
    values = {name: (row[name] or "").strip() for name in _COLUMNS}
    if not _CODE.fullmatch(values["code"]) or not values["label_da"] or not values["label_en"]:
        raise _refusal(file, line, _("a code is small letters, digits and hyphens, and has two labels"))
    return Code(
        code=values["code"],
        label_da=values["label_da"],
        label_en=values["label_en"],
        description_da=values["description_da"],
        description_en=values["description"],
        aliases=tuple(alias.strip() for alias in values["aliases"].split("|") if alias.strip()),
        valid_from=_day(values["valid_from"], file, line),
        valid_to=_day(values["valid_to"], file, line),
    )


def _day(text: str, file: str, line: int) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise _refusal(file, line, _("“{text}” is no date (2016-01-31)").format(text=text[:40])) from error


def _refusal(file: str, line: int, why: str) -> FormError:
    return FormError(
        _("The code list {file}, line {line}, cannot be used: {why}.").format(file=file, line=line, why=why)
    )
