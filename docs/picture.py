"""Draw the pictures of the screens that the README and ``docs/review.md`` show, on the demo's workspace. ``python docs/picture.py``."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from exchange import language
from exchange.checks.rules import load_rules
from exchange.form.tables import tables
from exchange.workspace.decision_desk import DecisionDesk
from exchange.workspace.demonstration import Story, perform
from exchange.workspace.house import WorkspaceHouse
from exchange.workspace.source_pages import SourceDesk
from tui.app import ReviewApp
from tui.words import Words

HERE = Path(__file__).parent
SIZE = (132, 36)
# An open finding that both sides tell of; a placement with hours of both.
SCREENS = {"review": ["j"] * 7, "weeks": ["3", "slash", *"159-00001", "enter"], "packages": ["1", "2"]}


async def draw(story: Story) -> dict[str, str]:
    """Return the picture of each screen."""
    app = ReviewApp(
        DecisionDesk(story.workspace),
        Words(load_rules().rules, tables()),
        heading=story.workspace.owner.name,
        sources=SourceDesk(story.workspace, lambda: None),
        house=WorkspaceHouse(story.workspace.folder, lambda: datetime.now(UTC)),
    )
    pictures: dict[str, str] = {}
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(2)
        for name, keys in SCREENS.items():
            for key in keys:
                await pilot.press(key)
                await pilot.app.workers.wait_for_complete()
            await pilot.pause(1)
            pictures[name] = app.export_screenshot(title=f"enblanket {name}")
    return pictures


if __name__ == "__main__":
    language.use("da")
    with tempfile.TemporaryDirectory() as temporary:
        story = perform(Path(temporary) / "demo", lambda: datetime.now(UTC))
        for name, picture in asyncio.run(draw(story)).items():
            (HERE / f"{name}.svg").write_text(picture, encoding="utf-8")
