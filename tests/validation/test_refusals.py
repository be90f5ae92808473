"""What is not judged: schemas that contradict themselves, and anything that would have to be fetched. One sentence each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from exchange.errors import ValidationRefused
from tests.validation.beside import Stopped, comparable, errors_of, ours, theirs, write_package
from tests.validation.test_oddities import one_field

Json = dict[str, object]

pytestmark = pytest.mark.usefixtures("in_english")

CONTRADICTIONS = [
    (
        {"type": "date", "format": "%d/%m/%Y", "constraints": {"minimum": "2024-01-05"}},
        "05/01/2024",
        (
            "In the schema of t.csv the minimum of the field “f” is no date as the field writes it, “2024-01-05”: "
            "write it as the cells are written."
        ),
    ),
    (
        {"type": "datetime", "constraints": {"maximum": "2024-01-05T10:00:00"}},
        "2024-01-05T10:00:00Z",
        (
            "In the schema of t.csv the field “f” compares a time with an offset and one without, “2024-01-05T10:00:00Z”: "
            "write the bound as the cells are written."
        ),
    ),
    (
        {"type": "string", "constraints": {"pattern": "("}},
        "a",
        (
            "In the schema of t.csv the pattern of the field “f” is no regular expression "
            "(missing ), unterminated subpattern): mend “(”."
        ),
    ),
    (
        {"type": "object", "constraints": {"unique": True}},
        "{}",
        (
            "In the schema of t.csv a key names a field whose values cannot be compared (object, array, list or geojson), "
            "as in row 2: take it out of the key."
        ),
    ),
    (
        {"type": "number", "constraints": {"minimum": 1}},
        "sNaN",
        "In t.csv the field “f” has a number that compares with none, “sNaN”: mend that cell.",
    ),
]


@pytest.mark.parametrize(("field", "cell", "sentence"), CONTRADICTIONS)
def test_a_schema_that_stops_frictionless_is_refused_in_a_sentence(
    tmp_path: Path, field: Json, cell: str, sentence: str
) -> None:
    one_field(tmp_path, field, [cell])
    assert isinstance(theirs("datapackage.json", tmp_path), Stopped)

    with pytest.raises(ValidationRefused) as refused:
        ours("datapackage.json", tmp_path)

    assert str(refused.value) == sentence


def test_a_schema_that_contradicts_itself_is_judged_where_no_cell_meets_it(tmp_path: Path) -> None:
    """As frictionless judges it; strict mode refuses the schema, whatever the cells."""
    one_field(tmp_path, CONTRADICTIONS[0][0], ["x"])

    assert errors_of(ours("datapackage.json", tmp_path)) == [(2, "f", "type-error")]
    with pytest.raises(ValidationRefused) as refused:
        ours("datapackage.json", tmp_path, "strict")
    assert str(refused.value) == CONTRADICTIONS[0][2]


REMOTE = [
    ({"path": "https://example.org/t.csv"}, "https://example.org/t.csv"),
    ({"path": "s3://bucket/t.csv"}, "s3://bucket/t.csv"),
    ({"path": "t.csv", "schema": "http://example.org/schema.json"}, "http://example.org/schema.json"),
    ({"path": "t.csv", "dialect": "ftp://example.org/dialect.json"}, "ftp://example.org/dialect.json"),
    ({"path": ["t.csv", "https://example.org/2.csv"]}, "https://example.org/2.csv"),
    ({"path": "t.csv", "profile": "https://example.org/profile.json"}, "https://example.org/profile.json"),
]


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose sockets fail the test."""
    import socket

    def called(*_arguments: object, **_named: object) -> None:
        pytest.fail("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", called)
    monkeypatch.setattr(socket, "getaddrinfo", called)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize(("resource", "named"), REMOTE)
def test_nothing_is_fetched(tmp_path: Path, resource: Json, named: str) -> None:
    write_package(tmp_path, {"name": "p", "resources": [{"name": "t"} | resource]}, {"t.csv": b"a\n1\n"})

    with pytest.raises(ValidationRefused) as refused:
        ours("datapackage.json", tmp_path)

    assert (
        str(refused.value)
        == f"{named} stands on a network, which is never used; fetch it first and name the copy."
    )


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize(
    "profile", ["https://datapackage.org/profiles/2.0/datapackage.json", "https://example.org/own.json"]
)
def test_a_schema_url_names_a_version_and_is_not_fetched(tmp_path: Path, profile: str) -> None:
    resource = {"name": "Tabel Å", "path": "t.csv", "schema": {"fields": [{"name": "a"}]}}
    write_package(tmp_path, {"$schema": profile, "resources": [resource]}, {"t.csv": b"a\n1\n"})

    assert ours("datapackage.json", tmp_path)["valid"]


DESCRIPTORS = [
    {"name": "p"},
    {"name": "Not A Name", "resources": [{"name": "t", "path": "t.csv"}]},
    {"name": "p", "resources": [{"name": "t"}]},
    {"name": "p", "resources": [{"name": "t", "path": "../t.csv"}]},
    {"name": "p", "resources": [{"name": "t", "path": "t.csv"}, {"name": "t", "path": "t.csv"}]},
    {
        "name": "p",
        "resources": [
            {"name": "t", "path": "t.csv", "schema": {"fields": [{"name": "a", "type": "nonsense"}]}}
        ],
    },
    {
        "name": "p",
        "resources": [{"name": "t", "path": "t.csv", "schema": {"fields": [{"name": "a"}, {"name": "a"}]}}],
    },
    {
        "name": "p",
        "resources": [
            {"name": "t", "path": "t.csv", "schema": {"fields": [{"name": "a"}], "primaryKey": "b"}}
        ],
    },
    {"name": "p", "resources": [{"name": "t", "path": "t.csv", "schema": "absent.json"}]},
    {"name": "p", "resources": [{"name": "t", "path": "t.csv", "dialect": {"csv": {"delimiter": 1}}}]},
    {
        "name": "p",
        "resources": [
            {
                "name": "t",
                "path": "t.csv",
                "schema": {"fields": [{"name": "a", "constraints": {"minimum": 1}}]},
            }
        ],
    },
]


@pytest.mark.parametrize("descriptor", DESCRIPTORS, ids=lambda each: json.dumps(each)[:70])
def test_an_unsound_descriptor_is_reported_as_frictionless_reports_it(
    tmp_path: Path, descriptor: Json
) -> None:
    write_package(tmp_path, descriptor, {"t.csv": b"a\n1\n"})
    expected = theirs("datapackage.json", tmp_path)
    found = ours("datapackage.json", tmp_path)

    assert not found["valid"]
    if isinstance(expected, dict):
        assert [error["type"] for error in errors(found)] == [error["type"] for error in errors(expected)]
        notes = [str(error["note"]).replace(f"{tmp_path}/", "") for error in errors(found)]
        assert notes == [error["note"] for error in errors(expected)]


def errors(report: Json) -> list[Json]:
    found = report["errors"]
    assert isinstance(found, list)
    return found


def test_a_resource_alone_and_a_data_file_alone_are_judged(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"a,b\n1,x\n2,y\nz\n")
    resource = {
        "name": "t",
        "path": "t.csv",
        "schema": {"fields": [{"name": "a", "type": "integer"}, {"name": "b"}]},
    }
    (tmp_path / "resource.json").write_text(json.dumps(resource), encoding="utf-8")

    for source in ("resource.json", "t.csv"):
        expected = theirs(source, tmp_path)
        assert isinstance(expected, dict)
        assert errors_of(ours(source, tmp_path)) == errors_of(expected) != []


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("nowhere.json", "nowhere.json is not there: name a data package, a resource or a table."),
        ("folder", "datapackage.json is not there: name a data package, a resource or a table."),
        (
            "notes.txt",
            (
                "notes.txt is no data package, resource, delimited file or workbook: "
                "name a .json, .csv, .tsv, .xlsx or .jsonl file."
            ),
        ),
        (
            "other.json",
            "other.json describes neither a data package nor a resource: give it resources, or a path or data.",
        ),
        (
            "odd.resource.json",
            "The compression “rar” of t.csv is not known: name one of bz2, gz, xz, zip.",
        ),
        (
            "wkt.resource.json",
            (
                "In the schema of t.csv the field “a” holds well-known text (wkt), which is not validated: "
                "give it the format default."
            ),
        ),
    ],
)
def test_a_source_that_cannot_be_judged_is_refused_with_its_cure(
    tmp_path: Path, source: str, sentence: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "notes.txt").write_bytes(b"a")
    (tmp_path / "t.csv").write_bytes(b"a\n1\n")
    described: dict[str, object] = {
        "other.json": {"a": 1},
        "odd.resource.json": {"name": "t", "path": "t.csv", "compression": "rar"},
        "wkt.resource.json": {
            "name": "t",
            "path": "t.csv",
            "schema": {"fields": [{"name": "a", "type": "string", "format": "wkt"}]},
        },
    }
    for name, content in described.items():
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")

    with pytest.raises(ValidationRefused) as refused:
        ours(source, tmp_path)

    assert str(refused.value) == sentence


def test_a_foreign_key_to_what_is_no_table_is_refused(tmp_path: Path) -> None:
    schema = {
        "fields": [{"name": "a"}],
        "foreignKeys": [{"fields": ["a"], "reference": {"resource": "text", "fields": ["a"]}}],
    }
    resources = [{"name": "t", "path": "t.csv", "schema": schema}, {"name": "text", "path": "x.txt"}]
    write_package(tmp_path, {"name": "p", "resources": resources}, {"t.csv": b"a\n1\n", "x.txt": b"x"})

    with pytest.raises(ValidationRefused) as refused:
        ours("datapackage.json", tmp_path)

    assert str(refused.value) == (
        "The resource t refers to text, which is no table: name a table in its foreign key."
    )


def test_array_items_that_are_not_of_their_type_are_reported_as_frictionless_reports_them(
    tmp_path: Path,
) -> None:
    """It writes what it read over the rows of the descriptor before it shows them."""
    item = {"type": "string", "constraints": {"maxLength": 1}}
    resource = {
        "name": "t",
        "data": [["a"], [[2024, 1]]],
        "schema": {"fields": [{"name": "a", "type": "array", "arrayItem": item}]},
    }
    write_package(tmp_path, {"name": "p", "resources": [resource]}, {})
    expected = theirs("datapackage.json", tmp_path)

    assert isinstance(expected, dict)
    assert comparable(ours("datapackage.json", tmp_path)) == comparable(expected)


def test_a_foreign_key_to_nowhere_comes_before_labels_that_cannot_be_told_apart(tmp_path: Path) -> None:
    """As frictionless asks the other tables before it pairs columns with fields."""
    schema = {
        "fields": [{"name": "a"}, {"name": "b"}],
        "fieldsMatch": "superset",
        "foreignKeys": [{"fields": ["a"], "reference": {"resource": "nowhere", "fields": ["a"]}}],
    }
    resource = {"name": "t", "path": "t.csv", "schema": schema}
    package = {"$schema": "https://datapackage.org/profiles/2.0/datapackage.json", "resources": [resource]}
    write_package(tmp_path, package, {"t.csv": b"a,a\n1,2\n"})
    expected = theirs("datapackage.json", tmp_path)

    assert isinstance(expected, dict)
    assert comparable(ours("datapackage.json", tmp_path)) == comparable(expected)
    assert errors_of(expected) == [(None, None, "resource-error")]
