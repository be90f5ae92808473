"""The command line's words: the arguments that every command takes, and a parser that refuses in one sentence."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

from exchange.errors import EnblanketError
from exchange.language import translate as _

# Global options that take a value, wherever on the line they stand.
VALUED = ("--workspace", "--lang", "--format")


class UsageError(EnblanketError):
    """The command line says something that no command understands."""


class Parser(argparse.ArgumentParser):
    """A parser that raises instead of leaving the process."""

    def error(self, message: str) -> NoReturn:
        """Refuse the line.

        Raises:
            UsageError: always.
        """
        reason = message[:1].upper() + message[1:]
        raise UsageError(
            _("{reason}; “{command} --help” tells what it takes.").format(reason=reason, command=self.prog)
        )


def command_parser(name: str, summary: str) -> Parser:
    """Return a parser with the arguments that every command takes."""
    parser = Parser(prog=f"enblanket {name}".rstrip(), description=summary, allow_abbrev=False)
    common = parser.add_argument_group(_("for every command"))
    common.add_argument(
        "--workspace", type=Path, metavar="DIR", help=_("the workspace; else the nearest from here upwards")
    )
    common.add_argument("--lang", choices=("da", "en"), help=_("the language of texts"))
    common.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help=_("text for people, JSON Lines for programs"),
    )
    common.add_argument("--quiet", action="store_true", help=_("no messages beside the answer"))
    return parser


def command_of(argv: list[str]) -> tuple[str | None, list[str]]:
    """Return the command's name, None where there is none, and the line without it."""
    place = 0
    while place < len(argv):
        if not argv[place].startswith("-"):
            return argv[place], argv[:place] + argv[place + 1 :]
        place += 2 if argv[place] in VALUED else 1
    return None, argv


def value_of(argv: list[str], option: str) -> str | None:
    """Return the value of a global option before the line is parsed: the language is needed to refuse it."""
    for place, word in enumerate(argv):
        if word == option and place + 1 < len(argv):
            return argv[place + 1]
        if word.startswith(f"{option}="):
            return word.partition("=")[2]
    return None
