"""Draw ``docs/review.svg``, the README's picture: the review screen on the demo's workspace. ``python docs/picture.py``."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from exchange import language
from exchange.checks.rules import load_rules
from exchange.form.tables import tables
from exchange.workspace.decision_desk import DecisionDesk
from exchange.workspace.demonstration import perform
from tui.app import ReviewApp
from tui.words import Words

TARGET = Path(__file__).with_name("review.svg")
SIZE = (132, 36)
DOWN = 41


async def draw(folder: Path) -> str:
    """Return the picture of the review screen, some findings down the list."""
    story = perform(folder / "demo", lambda: datetime.now(UTC))
    app = ReviewApp(
        DecisionDesk(story.workspace), Words(load_rules().rules, tables()), heading=story.workspace.owner.name
    )
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(2)
        await pilot.press(*["j"] * DOWN)
        await pilot.pause(1)
        return app.export_screenshot(title="enblanket review")


if __name__ == "__main__":
    language.use("da")
    with tempfile.TemporaryDirectory() as temporary:
        TARGET.write_text(asyncio.run(draw(Path(temporary))), encoding="utf-8")
