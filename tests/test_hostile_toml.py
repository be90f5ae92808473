"""Files that people write by hand, or that a package brings: TOML that a parser chokes on is one sentence, never a crash."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exchange.checks.profiles import read_profile
from exchange.errors import EnblanketError
from exchange.intake.layout import read_layout
from exchange.post.settings import parse_settings
from exchange.workspace.agreements import read_agreement

Reader = Callable[[str], object]
READERS: tuple[Reader, ...] = (
    lambda text: read_profile(text, "x.toml"),
    lambda text: read_layout(text, "x.toml"),
    lambda text: read_agreement(text.encode(), "x.toml"),
    lambda text: parse_settings(text.encode(), "x.toml"),
)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a = " + "[" * 100_000, id="deep"),
        pytest.param("a = " + "9" * 5000, id="an endless integer"),
        pytest.param("a = 1e" + "9" * 40, id="an endless exponent"),
        pytest.param("a = nan", id="no number"),
        pytest.param("a = 1\na = 2", id="twice"),
    ],
)
def test_toml_that_cannot_be_read_is_one_sentence(read: Reader, text: str) -> None:
    with pytest.raises(EnblanketError) as refused:
        read(text)

    assert "x.toml" in str(refused.value)
