"""The user's language: Danish unless ``--lang``, ``enblanket.toml`` or an English locale says otherwise.

Message ids are English sentences; ``locale/da`` holds the Danish ones. Texts of rules, fields and codes
stand in two languages beside their definition and are chosen with :func:`choose`.
"""

from __future__ import annotations

import gettext
import os
from pathlib import Path
from typing import Literal

Language = Literal["da", "en"]

DOMAIN = "enblanket"
LOCALE = Path(__file__).parent / "locale"

_state: dict[str, Language] = {"language": "da"}
_catalogues: dict[Language, gettext.NullTranslations] = {"en": gettext.NullTranslations()}


def current() -> Language:
    """Return the language in force."""
    return _state["language"]


def use(language: Language) -> None:
    """Make every later text come in this language."""
    _state["language"] = language


def from_environment(environ: dict[str, str] | None = None) -> Language:
    """Return English for an English locale (LC_ALL, LC_MESSAGES, LANG in that order), else Danish."""
    environ = dict(os.environ) if environ is None else environ
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "en" if environ[name].lower().startswith("en") else "da"
    return "da"


def translate(message: str) -> str:
    """Return the message in the language in force."""
    return _catalogue().gettext(message)


def translate_plural(one: str, many: str, count: int) -> str:
    """Return the form of the message that fits the count."""
    return _catalogue().ngettext(one, many, count)


def choose(danish: str, english: str) -> str:
    """Return the text of a definition that carries both languages."""
    return english if current() == "en" else danish


def quoted(text: str) -> str:
    """Return the text in the quotation marks of the language."""
    return choose(f"”{text}”", f"“{text}”")


def _catalogue() -> gettext.NullTranslations:
    language = current()
    if language not in _catalogues:
        _catalogues[language] = gettext.translation(DOMAIN, str(LOCALE), languages=[language], fallback=True)
    return _catalogues[language]
