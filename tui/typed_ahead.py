"""Keys in the order they were typed: each is obeyed before the next is handed out.

Textual hands a key to the widget that has the focus and looks for its binding only when the key has come back up. Of keys
that arrive together the second is thus handed to the old widget: ``/afvist`` typed at once would search nothing and
run the commands behind its letters. Here a key that nobody types text with finds its binding at once.
"""

from __future__ import annotations

from textual.app import App, ReturnType
from textual.events import Event, Key
from textual.widgets import Input


class InOrder(App[ReturnType]):
    """An app whose keys act one after the other."""

    async def on_event(self, event: Event) -> None:
        """Obey a key's binding before another key is looked at; a line to type in gets its keys as they come."""
        if isinstance(event, Key) and not event.is_forwarded and not isinstance(self.focused, Input):
            for priority in (True, False):
                if await self._check_bindings(event.key, priority):
                    return
        await super().on_event(event)
