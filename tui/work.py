"""Work beside the screen's own loop, begun so that what a later one displaces leaves nothing half begun."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker

Work = Callable[[], Coroutine[Any, Any, None]]


def begin(node: DOMNode, work: Work, *, group: str = "default", exclusive: bool = False) -> None:
    """Begin work; ``exclusive`` gives up what else is under way in its group.

    The work is handed over unbegun: a coroutine that is displaced before its first step would never be awaited.
    """

    async def to_do() -> None:
        # Textual knows a coroutine function from any other callable, and takes no lambda for one.
        await work()

    _worker: Worker[None] = node.run_worker(to_do, group=group, exclusive=exclusive)
