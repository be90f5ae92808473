"""Names of entries: what could unpack elsewhere, over another file, or unseen."""

from __future__ import annotations

import pytest

from exchange.errors import PackageRefused
from exchange.sealing.names import fault_of_name, refuse_names


@pytest.mark.parametrize(
    "name",
    [
        "mimetype",
        "data/mentor_hours.csv",
        "rules/_closed_day.sql",
        "META-INF/signature001.p7s",
        "console.csv",
        "a..b",
    ],
)
def test_the_names_of_a_package_are_taken(name: str) -> None:
    assert fault_of_name(name) is None


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "name-empty"),
        ("data//a.csv", "name-empty"),
        ("data/", "name-empty"),
        ("x" * 181, "name-too-long"),
        ("a\nb", "name-control"),
        ("a\x00.csv", "name-control"),
        ("a\x1b[2J", "name-control"),
        ("a\x7f", "name-control"),
        ("a\x85b", "name-control"),
        ("a\u200bb.csv", "name-invisible"),
        ("a\ufeff.csv", "name-invisible"),
        ("csv\u202efdp.exe", "name-invisible"),
        ("a\u2066b", "name-invisible"),
        ("a\u2028b", "name-invisible"),
        ("åben.csv", "name-not-ascii"),
        ("аpple.csv", "name-not-ascii"),
        ("..\\a.csv", "name-backslash"),
        ("\\\\server\\share", "name-backslash"),
        ("c:/windows", "name-drive"),
        ("a.csv:stream", "name-drive"),
        ("/etc/passwd", "name-absolute"),
        ("//server/share", "name-absolute"),
        ("../a.csv", "name-traversal"),
        ("data/../../a.csv", "name-traversal"),
        ("..", "name-traversal"),
        ("./a.csv", "name-trailing-dot-or-blank"),
        ("a.csv.", "name-trailing-dot-or-blank"),
        ("a.csv ", "name-trailing-dot-or-blank"),
        ("data /a.csv", "name-trailing-dot-or-blank"),
        (" a.csv", "name-trailing-dot-or-blank"),
        ("what?.csv", "name-reserved-character"),
        ("a|b", "name-reserved-character"),
        ("con", "name-device"),
        ("NUL.txt", "name-device"),
        ("data/Com1.csv", "name-device"),
        ("lpt9/a.csv", "name-device"),
        ("aux .csv", "name-device"),
        ("CONIN$", "name-device"),
        ("a/b/c/d/e", "name-too-deep"),
    ],
)
def test_a_name_that_could_do_harm_has_its_code(name: str, fault: str) -> None:
    assert fault_of_name(name) == fault


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["a", "a"], "name-duplicate"),
        (["straße", "STRASSE"], "name-duplicate"),
        (["\u00e5", "a\u030a"], "name-duplicate"),
        (["Data/a", "data"], "name-conflict"),
    ],
)
def test_names_that_meet_on_some_system_are_refused(names: list[str], code: str) -> None:
    with pytest.raises(PackageRefused) as refusal:
        refuse_names(names)

    assert refusal.value.code == code
