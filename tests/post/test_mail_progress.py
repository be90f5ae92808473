"""How far a message is while Postfix takes it: told in the bytes of the file, piece by piece."""

from __future__ import annotations

import os
from pathlib import Path

from exchange.post import smtp
from exchange.post.letters import Envelope
from exchange.post.settings import Server
from tests.post.conftest import SUMMER
from tests.post.mail_servers import PASSWORD, Servers
from tests.post.test_letters import parcel

MB = 10**6


def test_a_message_tells_how_much_of_its_file_went(empty: Servers, tmp_path: Path) -> None:
    one = parcel(tmp_path, b"age-encryption.org/v1\n" + os.urandom(MB))
    envelope = Envelope(
        sender="aft159@example.dk", recipient="aft173@example.dk", name="x", largest=20 * MB, forced_tls=False
    )
    server = Server(
        host="localhost", port=empty.smtps, security="tls", user="aft159", authority=str(empty.authority)
    )
    counts: list[int] = []

    with smtp.opened(server, PASSWORD, envelope, lambda: SUMMER) as way:
        way.deliver(one, counts.append)

    assert sum(counts) == one.size
    assert max(counts) < MB // 10
