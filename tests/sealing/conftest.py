"""One signer, one stranger and one sealed container for every test of the sealing room."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from exchange import language
from exchange.parties import parse_party
from exchange.sealing.cards import write_card
from exchange.sealing.container import seal_container
from exchange.sealing.keys import Owner, first_card
from exchange.sealing.signing import SigningKey, new_signing_key, party_name
from exchange.sealing.trust import Trust, pin_from_bytes

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
RECIPIENT = "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z"


@pytest.fixture(autouse=True)
def _watched(no_secret_left: None) -> None:
    """No secret is left behind by any test here."""


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = language.current()
    language.use("en")
    yield
    language.use(before)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def signer() -> SigningKey:
    return new_signing_key(party_name("Jobcenter Gladsaxe"), "159", NOW)


@pytest.fixture(scope="session")
def stranger() -> SigningKey:
    return new_signing_key(party_name("Jobcenter Gladsaxe"), "159", NOW)


@pytest.fixture(scope="session")
def card(signer: SigningKey) -> bytes:
    owner = Owner(parse_party("159"), "Jobcenter Gladsaxe", "aft@gladsaxe.example")
    return write_card(first_card(owner, signer, RECIPIENT), signer)


@pytest.fixture(scope="session")
def trust(card: bytes) -> Trust:
    return Trust((pin_from_bytes("gladsaxe.card", card),))


@pytest.fixture(scope="session")
def payload() -> dict[str, bytes]:
    return {
        "datapackage.json": b'{"name":"aft-1"}\n',
        "data/placements.csv": b"placement_id\n159-00012\n",
        "rules/_closed_day.sql": b"SELECT 1\n",
        "empty.csv": b"",
    }


@pytest.fixture(scope="session")
def sealed(payload: dict[str, bytes], signer: SigningKey) -> bytes:
    return seal_container(payload, signer=signer, at=NOW)
