"""Messages are judged in English; the language is put back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from exchange import language


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = language.current()
    language.use("en")
    yield
    language.use(before)
