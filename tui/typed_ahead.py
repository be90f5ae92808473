"""Keys in the order they were typed: each is obeyed before the next is handed out.

Textual hands a key to the widget that has the focus and looks for its binding only when the key has come back up. Of keys
that arrive together the second is thus handed to the old widget: ``/afvist`` typed at once would search nothing and
run the commands behind its letters. Here a key that nobody types text with finds its binding at once, and what Enter or Esc
does in a field is done before the next key: ``/afvist``, Enter, ``j`` moves in the list and writes no ``j``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from textual.app import App, ReturnType
from textual.dom import DOMNode
from textual.events import Event, Key
from textual.widgets import Input

# A field that is being closed answers no more; nobody waits for it longer than a hand needs for the next key.
PATIENCE = 0.2


class InOrder(App[ReturnType]):
    """An app whose keys act one after the other."""

    async def on_event(self, event: Event) -> None:
        """Obey a key's binding before another key is looked at; a line to type in gets its letters as they come."""
        if isinstance(event, Key) and not event.is_forwarded and await self._obeyed(event):
            return
        await super().on_event(event)

    async def _obeyed(self, key: Key) -> bool:
        """Do what the key is bound to; False for what is typed into a field and for what nothing is bound to."""
        field = self.focused if isinstance(self.focused, Input) else None
        if field is not None and key.is_printable:
            return False
        around = [one for one in field.ancestors_with_self if one is not self] if field is not None else []
        await _caught_up(around[:1])
        for priority in (True, False):
            if await self._check_bindings(key.key, priority):
                await _caught_up(around)
                return True
        return False


async def _caught_up(nodes: Iterable[DOMNode]) -> None:
    """Wait until each, the innermost first, has looked at everything that it was sent."""
    for node in nodes:
        reached = asyncio.Event()
        if node.call_later(reached.set):
            try:
                await asyncio.wait_for(reached.wait(), PATIENCE)
            except TimeoutError:
                return
