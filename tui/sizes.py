"""How large a terminal must be, and what one is told that is smaller. Pure."""

from __future__ import annotations

from exchange.language import translate as _

SMALLEST = (60, 18)
"""Columns and lines; under them a screen says so and shows nothing."""
WIDE = 100
"""Columns from which on both panes have room side by side."""


def is_too_small(width: int, height: int) -> bool:
    """Whether a screen has no room."""
    return width < SMALLEST[0] or height < SMALLEST[1]


def too_small(width: int, height: int) -> str:
    """Return what a terminal is told that has no room for a screen."""
    return _(
        "The terminal is too small: at least {columns}x{lines}, now {width}x{height}. "
        "Or use: enblanket review --plain"
    ).format(columns=SMALLEST[0], lines=SMALLEST[1], width=width, height=height)
