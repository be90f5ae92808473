"""The table of commands: a name, one line, and a module of the same name in this folder.

A module has ``add_arguments(parser)`` and ``run(arguments, terminal) -> int`` and is loaded when its command is
called. A new command is a new module and a line here.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from importlib import import_module
from typing import Protocol, cast

from exchange.cli.terminal import Terminal
from exchange.language import translate as _


class Command(Protocol):
    """What a module of a command offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what the command takes beside the common arguments."""

    def run(self, arguments: argparse.Namespace, terminal: Terminal) -> int:
        """Do it and return the exit code."""
        ...


def summaries() -> Mapping[str, str]:
    """Return what each command does in one line, in the order of a month's work."""
    return {
        "demo": _("the whole main job on the samples, leaving a workspace to look at"),
        "init": _("make a workspace: who we are, keys, trust"),
        "agreement": _("add an agreement: terms, parties, sites, mentors, responsibilities"),
        "status": _("the month at a glance, and the next command"),
        "form": _("the form as an Excel workbook for those without software, and back"),
        "layout": _("propose a layout from a file, list, show and try layouts"),
        "take": _("take files into the workspace"),
        "crosswalk": _("what local names and numbers stand for"),
        "check": _("what does not agree, with the cells of both sides"),
        "review": _("decide on a screen"),
        "keymap": _("the keys of the screens, and keys of your own"),
        "decide": _("accept, correct, reject or ask about one finding"),
        "ask": _("ask a party what is open, and answer what others ask"),
        "merge": _("unite what happened in another copy of this workspace"),
        "report": _("what each auditor asks, and what of it is met"),
        "settle": _("kroner per jobcentre, with the arithmetic"),
        "seal": _("one signed package per recipient"),
        "verify": _("the verdict on a package, offline"),
        "receive": _("take in packages, receipts, questions; sign a receipt of packages"),
        "send": _("what was sealed, asked and answered goes to its parties"),
        "fetch": _("what lies for us: verified, taken in, answered"),
        "post": _("where everything stands on its way; overdue first"),
        "receipt": _("note an answer that came by phone or on paper"),
        "purge": _("end retention: rows and sources go, hashes and the ledger stay"),
        "validate": _("any data package against its own schemas"),
        "keys": _("our keys, and whom we trust"),
        "log": _("what happened, and its proof"),
        "explain": _("what a rule asks, why, and the cure"),
    }


def load(name: str) -> Command:
    """Return the module of a command that :func:`summaries` names."""
    return cast("Command", import_module(f"exchange.cli.{name}"))
