"""Text from files, made safe to show: nothing that a terminal, a mail reader or an eye would obey in silence.

Comes in: any text of a cell, a file name or a package. Goes out: the same text with every character that
moves the cursor, starts an escape sequence, turns the direction of writing or takes no room replaced by its
code point, ``<U+001B>``. Refuses nothing; says nothing about markup, which the caller switches off.
"""

from __future__ import annotations

import unicodedata

# Cc controls and C1; Cf bidi, zero width, soft hyphen, tags; Cs lone surrogates; Zl, Zp line ends; Co, Cn have no agreed look.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"})
# Blank or joined to the neighbour though their category is a letter, mark or symbol: Hangul fillers, the
# grapheme joiner, Mongolian and general variation selectors, the blank braille pattern.
_BLANK = frozenset(
    {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0}
    | set(range(0xFE00, 0xFE10))
    | set(range(0xE0100, 0xE01F0))
)


def visible(text: str) -> str:
    """Return the text with everything unseen written as ``<U+XXXX>``; line ends and tabs too."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    unseen = unicodedata.category(character) in _UNSEEN or ord(character) in _BLANK
    return f"<U+{ord(character):04X}>" if unseen else character
