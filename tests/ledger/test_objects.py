"""Objects lie where their sha256 says, whole or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from exchange.errors import WorkspaceError
from exchange.ledger.objects import Objects


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return Objects(tmp_path / "objects")


def test_an_object_lies_at_the_sha256_of_its_bytes(objects: Objects, tmp_path: Path) -> None:
    address = objects.put(b"rows")

    assert address == hashlib.sha256(b"rows").hexdigest()
    assert (tmp_path / "objects" / address[:2] / address[2:]).read_bytes() == b"rows"
    assert objects.get(address) == b"rows"


def test_the_same_bytes_are_stored_once(objects: Objects, tmp_path: Path) -> None:
    written = tmp_path / "written"
    written.write_bytes(b"rows")

    assert objects.put(b"rows") == objects.put(b"rows") == objects.adopt(written)
    assert not written.exists()
    assert len([path for path in (tmp_path / "objects").rglob("*") if path.is_file()]) == 1


def test_an_adopted_file_is_moved(objects: Objects, tmp_path: Path) -> None:
    written = tmp_path / "written"
    written.write_bytes(b"parquet")

    address = objects.adopt(written)

    assert objects.get(address) == b"parquet"
    assert not written.exists()


def test_bytes_that_were_altered_or_lost_are_not_handed_out(objects: Objects) -> None:
    address = objects.put(b"rows")
    objects.path(address).write_bytes(b"rowz")
    with pytest.raises(WorkspaceError, match=r"restore it from a copy|gendan"):
        objects.get(address)

    objects.path(address).unlink()
    with pytest.raises(WorkspaceError):
        objects.get(address)


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize("address", ["", "ab", "../" + "a" * 61, "..//etc/passwd", "A" * 64, "a" * 65])
def test_what_is_no_address_leads_nowhere(address: str, tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError) as refusal:
        Objects(tmp_path).path(address)

    assert str(refusal.value) == (
        f"The ledger names an object “{address[:64]}”, which is no address; restore the workspace from a copy."
    )
