"""``enblanket post watch``: fetch and send again and again, for a service or a scheduled task; says only what is new.

Each look opens the workspace anew and holds the post only while it works, so a person may use the same workspace between and
beside. A look that finds the post busy is left out. What fails is told once and tried again, less and less often.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from exchange.cli.terminal import Exit, Terminal
from exchange.errors import EnblanketError

if TYPE_CHECKING:
    from exchange.post.opening import Password
    from exchange.post.rounds import News
    from exchange.workspace.folder import Workspace
    from exchange.workspace.receiving import Keys


def watch(
    arguments: argparse.Namespace, terminal: Terminal, pause: Callable[[float], object] = time.sleep
) -> int:
    """Look until somebody ends it, or as often as ``--rounds`` says; 1 where the last look had a failure.

    Args:
        arguments: of the command line.
        terminal: where news is told.
        pause: waits so many seconds.

    Raises:
        EnblanketError: the first look cannot even begin.
    """
    from exchange.cli.mail_password import mail_password_of
    from exchange.cli.package_passphrase import package_passphrase_of
    from exchange.cli.passphrase import passphrase_of
    from exchange.post.rounds import News, pause_after
    from exchange.workspace.receiving import Keys

    keys = Keys(own=passphrase_of(arguments), package=package_passphrase_of(arguments))
    password = mail_password_of(arguments, terminal.workspace().keys)
    look = _Look(terminal, keys, password, News())
    failures = 0
    for number in count(1):
        failures = 0 if look.is_well(first=number == 1) else failures + 1
        if number == arguments.rounds:
            break
        pause(pause_after(arguments.every, failures))
    return Exit.OPEN if failures else Exit.HOLDS


@dataclass(frozen=True, slots=True)
class _Look:
    """One look after another."""

    terminal: Terminal
    keys: Keys
    password: Password
    news: News

    def is_well(self, *, first: bool) -> bool:
        """Look once, and return whether nothing failed; a look that finds the post busy is none."""
        from exchange.form.confidential import masked
        from exchange.post.lock import PostBusy, held

        self.news.turn()
        workspace = self.terminal.workspace()
        try:
            with held(workspace.folder, patience=0.0):
                return all([self._fetched(workspace), self._sent(workspace)])
        except PostBusy:
            return True
        except (EnblanketError, OSError) as error:
            # A full disk passes; a watch that ended would not see it.
            if first:
                raise
            if self.news.is_new(str(error)):
                self._stamp()
                self.terminal.error(masked(str(error)))
            return False

    def _fetched(self, workspace: Workspace) -> bool:
        from exchange.cli.fetch import tell_fetched
        from exchange.workspace.fetching import fetch

        well = True
        for one in fetch(workspace, self.keys, self.password):
            well &= one.result != "failed"
            if one.result != "known" and self.news.is_new(f"in {one.name} {one.result} {one.detail}"):
                self._stamp()
                tell_fetched(one, self.terminal)
        return well

    def _sent(self, workspace: Workspace) -> bool:
        from exchange.cli.send import tell_sending
        from exchange.workspace.posting import send

        well = True
        for one in send(workspace, self.password):
            well &= one.result != "failed"
            if self.news.is_new(f"out {one.item.key} {one.result} {one.detail}"):
                self._stamp()
                tell_sending(one, self.terminal)
        return well

    def _stamp(self) -> None:
        """Say when; JSON lines are told without."""
        if not self.terminal.json:
            self.terminal.note(self.terminal.clock().replace(microsecond=0).isoformat())
