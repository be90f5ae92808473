"""Colours of the screens: the Okabe-Ito palette, told apart also by people with a colour vision deficiency.

Colour is never the only difference: severity has a shape, status a glyph and a word, the cursor ``>`` and reverse.
"""

from __future__ import annotations

from dataclasses import replace

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import BUILTIN_THEMES, Theme

from tui.text import letters_in_ascii

CB_DARK = Theme(
    name="cb-dark",
    dark=True,
    primary="#56B4E9",
    secondary="#0072B2",
    accent="#56B4E9",
    warning="#E69F00",
    error="#F0803C",  # vermillion #D55E00, lighter: 7:1 on the background
    success="#2DBE94",  # bluish green #009E73, lighter
    foreground="#E8E8E8",
    background="#101418",
    surface="#161B21",
    panel="#2B343D",
)
CB_LIGHT = Theme(
    name="cb-light",
    dark=False,
    primary="#0072B2",
    secondary="#005A8C",
    accent="#0072B2",
    warning="#8A5A00",
    error="#A84300",
    success="#00694C",
    foreground="#101418",
    background="#FFFFFF",
    surface="#F4F6F8",
    panel="#D5DCE3",
)
MONO = Theme(
    name="mono",
    dark=True,
    primary="#FFFFFF",
    secondary="#C8C8C8",
    accent="#FFFFFF",
    warning="#FFFFFF",
    error="#FFFFFF",
    success="#FFFFFF",
    foreground="#F0F0F0",
    background="#000000",
    surface="#000000",
    panel="#404040",
)
# The terminal's own sixteen colours, whatever its owner made them.
ANSI = replace(BUILTIN_THEMES["ansi-dark"], name="ansi")
THEMES = {theme.name: theme for theme in (CB_DARK, CB_LIGHT, ANSI, MONO)}


class AsciiLetters(LineFilter):
    """Paints ASCII and æøå alone, whatever wrote the text."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's own
        """Return the line with each other letter as the one it is built on."""
        return [
            segment
            if segment.control or segment.text.isascii()
            else Segment(letters_in_ascii(segment.text), segment.style)
            for segment in segments
        ]
