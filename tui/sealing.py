"""Sealing from a screen: asks for period and recipient, and for the passphrase where our keys have one. It decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from textual.app import App

from exchange.errors import EnblanketError
from exchange.language import translate as _
from exchange.language import translate_plural
from tui.house import House
from tui.screens.one_line import OneLineDialog
from tui.screens.view import reason_of
from tui.text import Script

Finished = Callable[[str | None], None]


@dataclass(frozen=True, slots=True)
class Sealing:
    """One order to seal, from the question to the sentence of what came of it.

    Attributes:
        say: shows a sentence on the screen.
    """

    app: App[None]
    house: House
    script: Script
    say: Callable[[str], None]

    def begin(self) -> None:
        """Ask what to seal, and for whom."""
        label = _("Period and recipient, as 2016-01-01..2016-06-30 aud-nord")
        self.app.push_screen(OneLineDialog(_("SEAL"), label, self.script, self._ordered))

    def _ordered(self, text: str, finished: Finished) -> None:
        period, _blank, recipient = text.strip().partition(" ")
        self.app.run_worker(self._asking(period, recipient.strip(), finished))

    async def _asking(self, period: str, recipient: str, finished: Finished) -> None:
        if not await asyncio.to_thread(self.house.needs_passphrase):
            await self._sealing(period, recipient, None, finished)
            return

        def unlocked(passphrase: str, unlocked_finished: Finished) -> None:
            self.app.run_worker(self._sealing(period, recipient, passphrase, unlocked_finished))

        finished(None)
        label = _("The passphrase of our keys: the package is signed with them")
        self.app.push_screen(OneLineDialog(_("PASSPHRASE"), label, self.script, unlocked, secret=True))

    async def _sealing(self, period: str, recipient: str, passphrase: str | None, finished: Finished) -> None:
        try:
            paths = await asyncio.to_thread(self.house.seal, period, recipient, passphrase)
        except (EnblanketError, OSError) as refusal:
            finished(self.script.show(reason_of(refusal)))
            return
        finished(None)
        text = translate_plural(
            "{count} package sealed: {path}", "{count} packages sealed: {path} …", len(paths)
        )
        self.say(self.script.show(text.format(count=len(paths), path=paths[0])))
