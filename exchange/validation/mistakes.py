"""A schema that contradicts itself: what a reader deep inside finds, until who knows the file says it.

In: a sentence with a place for the file. Out: the refusal of :mod:`exchange.validation.validate`.
"""

from __future__ import annotations

from exchange.errors import ValidationRefused


class SchemaMistake(Exception):
    """A field or key that no cell can be held against; carries a sentence that still lacks its ``{file}``."""

    def __init__(self, sentence: str, **values: object) -> None:
        """Keep the sentence and what it names, each shortened: both come from the descriptor or the file."""
        super().__init__(sentence)
        self._sentence = sentence
        self._values = {name: str(value)[:80] for name, value in values.items()}

    def refused(self, file: str) -> ValidationRefused:
        """Return the refusal that names the file."""
        return ValidationRefused(self._sentence.format(file=file, **self._values))
