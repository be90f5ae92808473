"""Lines to scroll through, whose number changes with every key without the whole screen being laid out for it."""

from __future__ import annotations

from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip


class Lines(ScrollView, inherit_bindings=False):
    """A pane that draws its own lines."""

    DEFAULT_CSS = """
    Lines { overflow-x: hidden; scrollbar-size-vertical: 1; }
    """

    base = Style()
    """The pane's own style: Textual works it out anew each time that it is asked, and each line needs it."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the lines of a region."""
        self.base = self.rich_style
        return super().render_lines(crop)

    def be_long(self, size: Size) -> None:
        """Have so many lines; the screen is laid out anew only where the scroll bar comes or goes."""
        if (size.height > self.container_size.height) != self.show_vertical_scrollbar:
            self.virtual_size = size
        elif size != self.virtual_size:
            self.set_reactive(ScrollView.virtual_size, size)
            if self.show_vertical_scrollbar and size.height != self.vertical_scrollbar.window_virtual_size:
                self.vertical_scrollbar.window_virtual_size = size.height
            if self.scroll_y > self.max_scroll_y:
                self.scroll_to(y=self.max_scroll_y, animate=False, force=True)
