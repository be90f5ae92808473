"""The screens as a person and a terminal get them: text lines, and the raw output of a driver that keeps it."""

from __future__ import annotations

from textual._compositor import LayoutUpdate
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver


class KeepingDriver(HeadlessDriver):
    """A terminal without a screen that keeps what is written to it."""

    written = ""

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        self.written += data


def screen_text(app: App[None]) -> str:
    """Return the cells of the screen as lines, blanks at their ends cut."""
    update = app.screen._compositor.render_update(full=True)
    assert isinstance(update, LayoutUpdate)
    lines = ("".join(segment.text for segment in strip).rstrip() for strip in update.strips)
    return "\n".join(lines).rstrip() + "\n"
