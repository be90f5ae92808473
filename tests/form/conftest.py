"""English while a test reads a sentence: the catalogue of the other language is another test's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from exchange import language


@pytest.fixture
def english() -> Iterator[None]:
    before = language.current()
    language.use("en")
    yield
    language.use(before)
