"""Text in tones, before it has a width: what dossiers are written in and what panes show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal["plain", "strong", "dim", "label", "error", "warning", "info", "good"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Text in one tone."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Pieces on one line, or on several that hang ``indent`` cells in."""

    pieces: tuple[Piece, ...] = ()
    indent: int = 0

    @property
    def text(self) -> str:
        """The pieces' text, joined; blanks that hold a path together are plain blanks again."""
        return "".join(piece.text for piece in self.pieces).replace("\u00a0", " ")


BLANK = Paragraph()
