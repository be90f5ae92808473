"""Paragraphs into lines of a width, in terminal cells: wide characters count two. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len

from tui.paragraphs import Paragraph, Piece


def wrapped(paragraph: Paragraph, width: int) -> list[list[Piece]]:
    """Return the paragraph's lines; broken at blanks (not at U+00A0), words longer than a line broken anywhere.

    Args:
        paragraph: what to break.
        width: cells in a line, at least the paragraph's indent and two more.
    """
    width = max(width, paragraph.indent + 2)
    lines: list[list[Piece]] = [[]]
    used = 0
    for token in _tokens(paragraph, width - paragraph.indent):
        size = cell_len(token.text)
        if used + size > width:
            lines.append([Piece(" " * paragraph.indent)] if paragraph.indent else [])
            used = paragraph.indent
            if token.text.isspace():
                continue
        lines[-1].append(token)
        used += size
    return lines


def _tokens(paragraph: Paragraph, width: int) -> Iterator[Piece]:
    for piece in paragraph.pieces:
        for word in re.findall(r" +|[^ ]+", piece.text):
            for text in _fitting(word, width):
                yield Piece(text.replace("\u00a0", " "), piece.tone)


def _fitting(word: str, width: int) -> Iterator[str]:
    """Give a word or path whole where a line has room for it, else broken behind its holding blanks, else anywhere."""
    if cell_len(word) <= width:
        yield word
        return
    for part in re.findall(r"[^\u00a0]*\u00a0+|[^\u00a0]+", word):
        yield from _parts(part, width)


def _parts(word: str, width: int) -> Iterator[str]:
    part, used = "", 0
    for character in word:
        size = cell_len(character)
        if used + size > width:
            yield part
            part, used = "", 0
        part, used = part + character, used + size
    yield part
