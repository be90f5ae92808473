"""``enblanket``: the first and the last of every command. Arguments come in, an exit code goes out.

Here and nowhere else a failure becomes a sentence on stderr and a code; a mistake of the user's never shows a
traceback. ``--help`` loads nothing of the house but its texts.
"""

from __future__ import annotations

import errno
import gettext
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from exchange.cli.arguments import UsageError, command_of, command_parser, value_of
from exchange.cli.commands import load, summaries
from exchange.cli.terminal import Exit, Terminal, system_terminal
from exchange.errors import EnblanketError, PackageRefused, SealRefused
from exchange.language import DOMAIN, LOCALE, Language, from_environment, use
from exchange.language import translate as _

_CONFIGURED = re.compile(rb'^language\s*=\s*"(da|en)"', re.MULTILINE)
_BROKEN_PIPE = 2


def run() -> None:
    """Run the command line of this process and leave with its exit code."""
    terminal = system_terminal()
    try:
        code = main(sys.argv[1:], terminal)
        terminal.out.flush()
    except BrokenPipeError:
        # The reader left: what it did not want goes nowhere, also at the interpreter's own last flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = _BROKEN_PIPE
    sys.exit(code)


def main(argv: list[str], terminal: Terminal) -> int:
    """Run one command line and return its exit code; everything it says goes to the terminal."""
    speak(_language(argv, terminal.here))
    try:
        return _command(argv, terminal)
    except (SealRefused, PackageRefused) as refused:
        terminal.error(str(refused))
        return Exit.OPEN
    except EnblanketError as error:
        from exchange.form.confidential import masked

        # A sentence that quotes a sheet may quote a number of its.
        terminal.error(masked(str(error)))
        return Exit.FAILED
    except BrokenPipeError:
        raise
    except OSError as error:
        terminal.error(_told_by_the_system(error))
        return Exit.FAILED
    except KeyboardInterrupt:
        terminal.error(_("Interrupted; what was said saved is saved."))
        return Exit.FAILED


def _told_by_the_system(error: OSError) -> str:
    path = error.filename or "?"
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return _("{path}: no room is left on its disk; make room, and do the same again.").format(path=path)
    return _("{path}: {reason}.").format(path=path, reason=error.strerror or error)


def speak(language: Language) -> None:
    """Make our texts and argparse's own come in the language."""
    use(language)
    # argparse asks the process-wide domain, and gettext asks LANGUAGE first.
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)


def _command(argv: list[str], terminal: Terminal) -> int:
    name, rest = command_of(argv)
    known = summaries()
    if name is None:
        return _without_command(rest, known, terminal)
    if name not in known:
        raise UsageError(_unknown(name, known))
    command = load(name)
    parser = command_parser(name, known[name])
    command.add_arguments(parser)
    if "-h" in rest or "--help" in rest:
        terminal.out.write(parser.format_help().encode())
        return Exit.HOLDS
    arguments = parser.parse_args(rest)
    terminal.json = arguments.format == "json"
    terminal.quiet = arguments.quiet
    terminal.workspace_option = arguments.workspace
    arguments.here = terminal.here
    return command.run(arguments, terminal)


def _without_command(rest: list[str], known: Mapping[str, str], terminal: Terminal) -> int:
    if "--version" in rest:
        from importlib.metadata import version

        terminal.line(f"enblanket {version('enblanket')}")
        return Exit.HOLDS
    command_parser("", "").parse_args([word for word in rest if word not in ("-h", "--help")])
    _overview(known, terminal)
    return Exit.HOLDS


def _overview(known: Mapping[str, str], terminal: Terminal) -> None:
    terminal.line(_("enblanket: one form for mentor hours, from the sheets to a signed package."))
    terminal.line()
    for name, summary in known.items():
        terminal.line(f"  {name:<10} {summary}")
    terminal.line()
    terminal.line(_("Each takes --workspace DIR, --lang da|en, --format text|json, --quiet and --help."))


def _unknown(name: str, known: Mapping[str, str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1)
    if near:
        return _("There is no command “{name}”; did you mean {near}?").format(name=name[:40], near=near[0])
    return _("There is no command “{name}”; “enblanket --help” lists them.").format(name=name[:40])


def _language(argv: list[str], here: Path) -> Language:
    asked = value_of(argv, "--lang")
    if asked in ("da", "en"):
        return cast("Language", asked)
    named = value_of(argv, "--workspace")
    folders = (here, *here.parents) if named is None else (here / named,)
    for folder in folders:
        path = folder / "enblanket.toml"
        if path.is_file():
            found = _CONFIGURED.search(path.read_bytes())
            return cast("Language", found[1].decode()) if found else from_environment()
    return from_environment()
