"""The ledger adds and never changes, names its parents, and says where a history was rewritten."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange import language
from exchange.errors import WorkspaceError
from exchange.ledger import ledger as ledger_module
from exchange.ledger.events import Event, read_event
from exchange.ledger.ledger import Break, Ledger
from exchange.ledger.lineage import Link

NOW = datetime(2016, 3, 31, 10, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = language.current()
    language.use("en")
    yield
    language.use(before)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.create(tmp_path / "ledger.sqlite")


def append(ledger: Ledger, kind: str) -> Event:
    return ledger.append(kind, {"n": 1}, who="Jobcenter Gladsaxe (159) 8423", at=NOW)


def test_an_event_is_canonical_json_and_its_id_the_sha256_of_its_parents_and_content() -> None:
    event = Event(
        parents=("b", "a"), kind="init", at="2016-03-31T10:02:00+00:00", who="æ", body={"b": 1, "a": None}
    )

    assert (
        event.canonical()
        == (
            '{"at":"2016-03-31T10:02:00+00:00","body":{"a":null,"b":1},"kind":"init","parents":["b","a"],"who":"æ"}'
        ).encode()
    )
    content = hashlib.sha256(
        '{"at":"2016-03-31T10:02:00+00:00","body":{"a":null,"b":1},"kind":"init","who":"æ"}'.encode()
    ).hexdigest()
    assert event.id == hashlib.sha256(f'{{"content":"{content}","parents":["b","a"]}}'.encode()).hexdigest()
    assert event.link == Link(event.id, ("b", "a"), content)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_an_event_read_back_is_the_same_event(value: object) -> None:
    event = Event(parents=("p",), kind="k", at="t", who="w", body={"value": value})  # type: ignore[dict-item]

    assert read_event(event.canonical()).id == event.id


def test_each_event_names_the_one_before(ledger: Ledger) -> None:
    first, second, third = (append(ledger, kind) for kind in ("init", "take", "decision"))

    assert (first.parents, second.parents, third.parents) == ((), (first.id,), (second.id,))
    assert ledger.head() == (third.id,)
    assert ledger.events() == [first, second, third]
    assert ledger.verify() == []


def test_the_head_is_the_sorted_tips_and_the_next_event_joins_them(ledger: Ledger, tmp_path: Path) -> None:
    root = append(ledger, "init")
    left, right = (
        Event(parents=(root.id,), kind=kind, at="2016-03-31T10:02:00+00:00", who="w", body={})
        for kind in ("a", "b")
    )
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)) as connection:
        for event in (left, right):
            connection.execute(
                "INSERT INTO events (id, canonical) VALUES (?, ?)", (event.id, event.canonical())
            )
            connection.execute("INSERT INTO parents (child, parent) VALUES (?, ?)", (event.id, root.id))

    assert ledger.head() == tuple(sorted((left.id, right.id)))
    assert append(ledger, "merge").parents == tuple(sorted((left.id, right.id)))
    assert ledger.verify() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET canonical = x'00'",
        "DELETE FROM events",
        "UPDATE parents SET parent = child",
        "DELETE FROM parents",
        "INSERT OR REPLACE INTO events (position, id, canonical) SELECT position, 'x', canonical FROM events LIMIT 1",
        "INSERT OR REPLACE INTO events (id, canonical) SELECT id, x'00' FROM events LIMIT 1",
        "INSERT OR REPLACE INTO parents (child, parent) SELECT child, parent FROM parents",
    ],
)
def test_the_file_itself_refuses_a_change(ledger: Ledger, tmp_path: Path, statement: str) -> None:
    append(ledger, "init")
    append(ledger, "take")
    with (
        closing(sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="the ledger is append-only"),
    ):
        connection.execute(statement)

    assert ledger.verify() == []


def rewrite(path: Path, statement: str) -> None:
    """Change what the triggers protect, as somebody with an editor for SQLite would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "position", "code"),
    [
        (
            "UPDATE events SET canonical = CAST(replace(CAST(canonical AS TEXT), 'take', 'gift') AS BLOB) WHERE position = 2",
            2,
            "altered",
        ),
        ("UPDATE events SET canonical = x'00' WHERE position = 2", 2, "unreadable"),
        ("DELETE FROM events WHERE position = 1", 2, "orphan"),
        ("DELETE FROM parents WHERE child = (SELECT id FROM events WHERE position = 3)", 3, "parents-differ"),
    ],
)
def test_verify_says_where_a_history_was_rewritten(
    ledger: Ledger, tmp_path: Path, statement: str, position: int, code: str
) -> None:
    for kind in ("init", "take", "decision"):
        append(ledger, kind)
    rewrite(tmp_path / "ledger.sqlite", statement)

    found = ledger.verify()

    assert [(one.position, one.code) for one in found] == [(position, code)]
    assert all(isinstance(one, Break) for one in found)


@pytest.mark.parametrize(
    "canonical",
    [
        b"[" * 50_000,
        b"[1]",
        b'{"parents":[],"kind":"x","at":"x","who":"x","body":NaN}',
        b'{"parents":[],"kind":"x","at":"x","who":"x","body":{"a":0.5}}',
        b'{"parents":[],"kind":"x","at":"x","who":"x","body":[]}',
        b'{"parents":[[1]],"kind":"x","at":"x","who":"x","body":{}}',
        b'{"parents":[],"kind":1,"at":"x","who":"x","body":{}}',
    ],
)
def test_what_no_event_is_written_like_is_unreadable(canonical: bytes) -> None:
    with pytest.raises(WorkspaceError) as refused:
        read_event(canonical)

    assert str(refused.value) == (
        "The ledger holds an event that cannot be read; restore ledger.sqlite from a copy."
    )


def test_another_process_in_the_middle_of_writing_is_one_sentence(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_module, "PATIENCE", 0.05)
    path = tmp_path / "ledger.sqlite"
    append(ledger, "init")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(WorkspaceError) as refused:
            append(ledger, "take")

    assert (
        str(refused.value)
        == f"{path} is in use by another enblanket; wait until it has finished and try again."
    )
    assert len(ledger.events()) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "{path} is missing; restore it from a copy of the workspace."),
        (
            b"not a database, but long enough to be looked at " * 40,
            "{path} is no ledger or is damaged; restore it from a copy of the workspace.",
        ),
    ],
)
def test_a_file_that_is_no_ledger_is_one_sentence(
    tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / "ledger.sqlite"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(WorkspaceError) as refused:
        Ledger(path).events()

    assert str(refused.value) == sentence.format(path=path)


def test_a_ledger_of_another_form_is_one_sentence(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 1")

    with pytest.raises(WorkspaceError) as refused:
        ledger.events()

    assert str(refused.value) == (
        f"{path} is a ledger of form 1 and this program reads 2; use the enblanket that made it."
    )


def test_the_links_are_those_of_the_events(ledger: Ledger) -> None:
    made = [append(ledger, kind) for kind in ("init", "take")]

    assert ledger.links() == tuple(event.link for event in made)


def test_a_second_ledger_in_one_place_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="is already there; choose another folder"):
        Ledger.create(tmp_path / "ledger.sqlite")

    assert ledger.events() == []


def test_an_event_of_the_file_is_what_json_says(ledger: Ledger, tmp_path: Path) -> None:
    event = append(ledger, "init")
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection:
        (canonical,) = connection.execute("SELECT canonical FROM events").fetchone()

    assert json.loads(canonical) == {
        "at": "2016-03-31T10:02:00+00:00",
        "body": {"n": 1},
        "kind": "init",
        "parents": [],
        "who": "Jobcenter Gladsaxe (159) 8423",
    }
    assert event.at == "2016-03-31T10:02:00+00:00"
