"""``demo --review`` where there is no screen tells the findings as ``review`` does there."""

from __future__ import annotations

from io import BytesIO

from exchange import language
from exchange.cli.review import show_tour
from exchange.cli.terminal import Terminal
from tests.conftest import CommandLine, opened


def test_without_a_screen_the_tour_tells_the_list_that_review_tells(filled: CommandLine) -> None:
    told = filled("review").out
    assert told.startswith("Jobcenter Gladsaxe\n")

    before = language.current()
    language.use("en")
    out = BytesIO()
    show_tour(opened(filled.here), Terminal(out, BytesIO(), filled.clock, filled.here))
    language.use(before)

    assert out.getvalue().decode() == told
