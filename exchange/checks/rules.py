"""Rule files in, a rule set out: each ``schemas/rules/<ID>.sql`` is a TOML header in ``--`` comments, then one SELECT.

Files that start with ``_`` are words: SELECTs that rules and other words read by name. A rule whose header names
``code`` is judged by that module instead and has no SELECT. A SELECT that says more than :mod:`.portable` lists, and
what a rule set does not say plainly, is refused with a :class:`~exchange.errors.RuleError` that names file and line.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from exchange.checks.findings import SEVERITIES, Severity
from exchange.checks.parameters import is_parameter
from exchange.checks.portable import breach_of
from exchange.errors import RuleError
from exchange.language import choose
from exchange.language import translate as _

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

Header = Mapping[str, object]

VERSION_FILE = "rules.toml"
CALENDAR_FILE = "calendar.csv"
_TEXTS = ("title", "message", "explanation", "cure", "basis")
_KEYS = {
    "id", "version", "name", "severity", "subject", "parameters", "valid_from", "valid_to", "code", "da", "en",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleText:
    """What a rule says in one language; ``message`` names its values in ``{}``."""

    title: str
    message: str
    explanation: str
    cure: str
    basis: str
    causes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the catalogue.

    Attributes:
        subject: the columns that with the id are the key of a finding.
        parameters: the parameters of rules.md that it reads.
        sql: its SELECT; None where ``code`` names the module that judges.
        line: of the file where the SELECT starts.
    """

    id: str
    version: int
    name: str
    severity: Severity
    subject: tuple[str, ...]
    parameters: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    da: RuleText
    en: RuleText
    file: str
    sql: str | None
    code: str | None
    line: int = 1

    @property
    def text(self) -> RuleText:
        """Its texts in the language in force."""
        return self.en if choose("da", "en") == "en" else self.da


@dataclass(frozen=True, slots=True)
class Word:
    """A SELECT with a name, materialised once for all that read it.

    Attributes:
        is_view: computed by each that reads it instead (``view = true``), where all its rows would fill the memory.
    """

    name: str
    sql: str
    file: str
    line: int = 1
    is_view: bool = False


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules and words of one version.

    Attributes:
        sha256: of the text that ``sha256sum`` prints for calendar.csv, rules.toml and every .sql file, by name.
        calendar: the text of calendar.csv, which the words read.
        files: the bytes of all these files by name, as they travel in a package.
    """

    version: str
    sha256: str
    rules: Mapping[str, Rule]
    words: Mapping[str, Word]
    calendar: str
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def rule(self, rule_id: str) -> Rule:
        """Return one rule.

        Raises:
            RuleError: there is no such rule.
        """
        if rule_id not in self.rules:
            raise RuleError(
                _("There is no rule “{rule}”: give one of {rules}.").format(
                    rule=rule_id[:40], rules=", ".join(sorted(self.rules))
                )
            )
        return self.rules[rule_id]


def load_rules(folder: Traversable | None = None) -> RuleSet:
    """Return the rule set of a folder, or the shipped one (read once).

    Raises:
        RuleError: a file is no rule; names file and line.
    """
    return _shipped() if folder is None else _read_folder(folder, _shipped_calendar())


@cache
def _shipped() -> RuleSet:
    return _read_folder(resources.files("schemas") / "rules", _shipped_calendar())


def _shipped_calendar() -> bytes:
    return (resources.files("schemas") / CALENDAR_FILE).read_bytes()


def _read_folder(folder: Traversable, calendar: bytes) -> RuleSet:
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".sql"))
    contents = {name: (folder / name).read_bytes() for name in (*names, VERSION_FILE)}
    travelling = {**contents, CALENDAR_FILE: calendar}
    texts = {name: _decoded(name, contents[name]) for name in names}
    rules = [_read_rule(name, text) for name, text in texts.items() if not name.startswith("_")]
    words = [_read_word(name, text) for name, text in texts.items() if name.startswith("_")]
    return RuleSet(
        version=_read_version(contents[VERSION_FILE]),
        sha256=fingerprint(travelling),
        rules={rule.id: rule for rule in rules},
        words={word.name: word for word in words},
        calendar=calendar.decode("utf-8"),
        files=travelling,
    )


def _decoded(file: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _refused(file, line, _("it is not UTF-8 text")) from error


def fingerprint(contents: Mapping[str, bytes]) -> str:
    """Return the sha256 of the text that ``sha256sum`` prints for the files, by name."""
    lines = (f"{hashlib.sha256(contents[name]).hexdigest()}  {name}\n" for name in sorted(contents))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _read_version(content: bytes) -> str:
    header = _parse_toml(VERSION_FILE, _decoded(VERSION_FILE, content))
    return _text_of(header, "version", VERSION_FILE, "")


def _read_word(file: str, text: str) -> Word:
    header, sql = _split(text)
    parsed = _parse_toml(file, header)
    name = _text_of(parsed, "name", file, header)
    if file != f"_{name}.sql":
        raise _refused(file, _line_of(header, "name"), _("the word's name must be the file's"))
    if not sql:
        raise _refused(file, 1, _("the SELECT is missing"))
    _refuse_unportable(file, sql, _first_line(text))
    return Word(name, sql, file, _first_line(text), is_view=parsed.get("view") is True)


def _read_rule(file: str, text: str) -> Rule:
    comment, sql = _split(text)
    header = _parse_toml(file, comment)
    _refuse_unknown(header, _KEYS, file, comment)
    rule_id = _text_of(header, "id", file, comment)
    code = _text_of(header, "code", file, comment) if "code" in header else None
    if file != f"{rule_id}.sql":
        raise _refused(file, _line_of(comment, "id"), _("the rule's id must be the file's name"))
    if (code is None) == (not sql):
        raise _refused(file, 1, _("give either a SELECT or a module in “code”"))
    _refuse_unportable(file, sql, _first_line(text))
    return Rule(
        id=rule_id,
        version=_version_of(header, file, comment),
        name=_text_of(header, "name", file, comment),
        severity=_severity_of(header, file, comment),
        subject=_names_of(header, "subject", file, comment),
        parameters=_parameters_of(header, file, comment),
        valid_from=_date_of(header, "valid_from", file, comment),
        valid_to=_date_of(header, "valid_to", file, comment) if "valid_to" in header else None,
        da=_rule_text(header, "da", file, comment),
        en=_rule_text(header, "en", file, comment),
        file=file,
        sql=sql or None,
        code=code,
        line=_first_line(text),
    )


def _refuse_unportable(file: str, sql: str, first_line: int) -> None:
    breach = breach_of(sql)
    if breach is not None:
        raise _refused(file, first_line + breach.line - 1, breach.why)


def _split(text: str) -> tuple[str, str]:
    lines = text.replace("\r\n", "\n").split("\n")
    end = next((number for number, line in enumerate(lines) if not line.startswith("--")), len(lines))
    header = "\n".join(line[2:].removeprefix(" ") for line in lines[:end])
    return header, "\n".join(lines[end:]).strip().rstrip(";")


def _first_line(text: str) -> int:
    """Return the number of the line on which the SELECT starts; DuckDB counts from there."""
    lines = text.split("\n")
    start = (number for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("--"))
    return next(start, len(lines))


def _parse_toml(file: str, header: str) -> Header:
    try:
        return tomllib.loads(header)
    except (ArithmeticError, RecursionError) as error:
        raise _refused(file, 1, _("it holds a number or a nesting that cannot be read")) from error
    except ValueError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise _refused(file, int(found[1]) if found else header.count("\n") + 1, str(error)) from error


def _refuse_unknown(header: Header, known: Iterable[str], file: str, comment: str) -> None:
    for key in header:
        if key not in known:
            raise _refused(file, _line_of(comment, key), _("“{key}” is not known here").format(key=key[:40]))


def _text_of(header: Header, key: str, file: str, comment: str) -> str:
    value = header.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _refused(file, _line_of(comment, key), _("“{key}” must be a text").format(key=key))
    return value


def _version_of(header: Header, file: str, comment: str) -> int:
    value = header.get("version")
    if not isinstance(value, int) or value < 1:
        raise _refused(file, _line_of(comment, "version"), _("“version” must be a whole number from 1"))
    return value


def _severity_of(header: Header, file: str, comment: str) -> Severity:
    value = header.get("severity")
    if value not in SEVERITIES:
        raise _refused(file, _line_of(comment, "severity"), _("“severity” must be error, warning or info"))
    return value


def _names_of(header: Header, key: str, file: str, comment: str) -> tuple[str, ...]:
    value = header.get(key)
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise _refused(file, _line_of(comment, key), _("“{key}” must be a list of names").format(key=key))
    return tuple(value)


def _parameters_of(header: Header, file: str, comment: str) -> tuple[str, ...]:
    names = _names_of(header, "parameters", file, comment)
    for name in names:
        if not is_parameter(name):
            raise _refused(
                file,
                _line_of(comment, "parameters"),
                _("nobody sets a parameter “{name}”").format(name=name[:40]),
            )
    return names


def _date_of(header: Header, key: str, file: str, comment: str) -> date:
    value = header.get(key)
    if type(value) is not date:
        raise _refused(file, _line_of(comment, key), _("“{key}” must be a date").format(key=key))
    return value


def _rule_text(header: Header, language: str, file: str, comment: str) -> RuleText:
    section = header.get(language)
    if not isinstance(section, dict):
        raise _refused(file, 1, _("the section [{language}] is missing").format(language=language))
    _refuse_unknown(section, (*_TEXTS, "causes"), file, comment)
    texts = {key: _text_of(section, key, file, comment) for key in _TEXTS}
    causes = section.get("causes", {})
    return RuleText(**texts, causes={code: _text_of(causes, code, file, comment) for code in causes})


def _line_of(header: str, key: str) -> int:
    lines = header.split("\n")
    return next(
        (number for number, line in enumerate(lines, 1) if re.match(rf"\s*\[?\"?{re.escape(key)}\b", line)), 1
    )


def _refused(file: str, line: int, why: str) -> RuleError:
    return RuleError(_("{file}, line {line}: {why}.").format(file=file, line=line, why=why))
