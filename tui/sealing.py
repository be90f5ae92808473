"""Sealing from a screen: asks for period, recipient and envelope, and for the passphrase where our keys have one. It decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from textual.app import App

from exchange.errors import EnblanketError
from exchange.language import translate as _
from exchange.language import translate_plural
from tui.house import House
from tui.screens.one_line import OneLineDialog
from tui.screens.sealing import SealDialog, SealOrder
from tui.screens.view import reason_of
from tui.text import Script
from tui.work import begin

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
        begin(self.app, self._asking)

    async def _asking(self) -> None:
        try:
            known = await asyncio.to_thread(self.house.recipients)
        except (EnblanketError, OSError) as refusal:
            self.say(self.script.show(reason_of(refusal)))
            return
        await self.app.push_screen(SealDialog(known, self.script, self._ordered))

    def _ordered(self, order: SealOrder, finished: Finished) -> None:
        begin(self.app, partial(self._unlocking, order, finished))

    async def _unlocking(self, order: SealOrder, finished: Finished) -> None:
        if not await asyncio.to_thread(self.house.needs_passphrase):
            await self._sealing(order, None, finished)
            return

        def unlocked(passphrase: str, unlocked_finished: Finished) -> None:
            begin(self.app, partial(self._sealing, order, passphrase, unlocked_finished))

        finished(None)
        label = _("The passphrase of our keys: the package is signed with them")
        await self.app.push_screen(OneLineDialog(_("PASSPHRASE"), label, self.script, unlocked, secret=True))

    async def _sealing(self, order: SealOrder, passphrase: str | None, finished: Finished) -> None:
        seal = partial(self.house.seal, order.period, order.recipient, passphrase, encrypted=order.encrypted)
        try:
            paths = await asyncio.to_thread(seal)
        except (EnblanketError, OSError) as refusal:
            finished(self.script.show(reason_of(refusal)))
            return
        finished(None)
        text = translate_plural(
            "{count} package sealed: {path}", "{count} packages sealed: {path} …", len(paths)
        )
        self.say(self.script.show(text.format(count=len(paths), path=paths[0])))
