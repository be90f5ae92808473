"""A small real workspace of two jobcentres, made by the command line itself, sealed for both auditors.

Everything in it is invented. Jobcentre 159 is lead and shares a trainee and a mentor's long day with 173, so that
findings span the two; a note of 159 holds a CPR number, and company and jobcentre disagree about one entry.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from exchange.sealing.container import open_container, reader, seal_container
from exchange.sealing.signing import SigningKey
from exchange.sealing.trust import Trust

NOW = datetime(2016, 4, 2, 9, 30, tzinfo=UTC)
PERIOD = "2016-01-01..2016-03-31"
NAMES = ("Mette Opdigtet", "Karl Fantasi")
SECRETS_OF_173 = ("173-901", "t-secret", "173:1", "Hemmelig sag", "hemmeligt notat", "12345678:3")

AGREEMENT = """
[agreement]
agreement_id = "AFT-1"
title = "Et opdigtet partnerskab"
company_cvr = "12345678"
company_name = "Opdigtet Service A/S"
lead_jobcentre = "159"
mentor_model = "shared-mentor"
funding = "per-occupied-place"
places = 4
places_are = "exact"
mentor_hours_per_week = "3.00"
hourly_rate = "275.00"
proration = "weekdays"
valid_from = 2016-01-01
[[parties]]
jobcentre = "159"
role = "lead"
auditor = "aud-nord"
auditor_profile = "nord"
contact_mailbox = "aft@159.example"
[[parties]]
jobcentre = "173"
role = "participant"
auditor = "aud-syd"
contact_mailbox = "aft@173.example"
[[sites]]
site_id = "S-1"
name = "Lageret"
postcode = "2860"
[[mentors]]
mentor_id = "M-01"
employer = "company"
valid_from = 2016-01-01
[crosswalk]
mentors = { "Mette Opdigtet" = "M-01" }
placements = { "Karl Fantasi" = "159-001" }
"""

PROFILE = """id = "nord"
title_da = "Revision Nord (opdigtet)"
title_en = "Audit North (invented)"
[demands]
both_sides = true
final_report_days = 28
"""

_PLACEMENTS = (
    "placement_id,agreement_id,jobcentre,site_id,trainee_ref,benefit,age_group,gender,start,planned_end,"
    "actual_end,weekly_hours,outcome,purpose\n"
)
_HOURS = (
    "reporter,entry_id,placement_id,mentor_id,date,start_time,end_time,hours,activity,registered_on,note\n"
)
FILES = {
    "159/placements.csv": _PLACEMENTS
    + "159-001,AFT-1,159,S-1,t-shared,cash-benefit-job-ready,30-plus,f,2016-01-04,2016-03-31,,20.00,,\n"
    "159-002,AFT-1,159,S-1,t-bbb,cash-benefit-job-ready,30-plus,m,2016-01-04,2016-03-31,,20.00,,Ring 010180-1234\n",
    "159/mentor_hours.csv": _HOURS + "jobcentre,159:1,159-001,M-01,2016-02-02,,,2.00,training,2016-02-03,\n"
    "jobcentre,159:2,159-001,M-01,2016-02-09,,,2.00,training,2016-02-10,\n",
    "159/claims.csv": "claim_id,agreement_id,jobcentre,period_start,period_end,hours,hourly_rate,amount,submitted_on\n"
    "159:C1,AFT-1,159,2016-01-01,2016-03-31,4.00,275.00,1100.00,2016-04-05\n",
    "173/placements.csv": _PLACEMENTS
    + "173-901,AFT-1,173,S-1,t-shared,cash-benefit-job-ready,30-plus,f,2016-02-01,2016-04-30,,20.00,,Hemmelig sag\n"
    "173-902,AFT-1,173,S-1,t-secret,cash-benefit-job-ready,30-plus,f,2016-02-01,2016-04-30,,20.00,,\n",
    "173/mentor_hours.csv": _HOURS + "jobcentre,173:1,173-901,M-01,2016-02-02,,,11.00,training,2016-02-03,\n",
    "12345678/mentor_hours.csv": _HOURS
    + "company,12345678:1,159-001,M-01,2016-02-02,,,2.50,training,2016-02-03,\n"
    "company,12345678:2,159-001,M-01,2016-02-09,,,2.00,training,2016-02-10,\n"
    "company,12345678:3,173-901,M-01,2016-02-02,,,11.00,training,2016-02-03,hemmeligt notat\n",
}

DECISIONS = (
    ("K01", "accept", "Streges over."),
    ("P04", "reject", "Aftalt mellem de to jobcentre."),
    ("R03", "accept", "Jobcenterets tal er rigtigt."),
)


class Said(Protocol):
    """What a command said."""

    @property
    def code(self) -> int: ...
    @property
    def out(self) -> str: ...
    @property
    def err(self) -> str: ...


Enblanket = Callable[..., Said]
Open = Callable[[Path], Enblanket]


@dataclass(frozen=True)
class Town:
    """The workspace and where everything lies.

    Attributes:
        open: a copy in which nobody has decided anything.
        packages: by recipient.
    """

    folder: Path
    open: Path
    packages: dict[str, Path]

    @property
    def card(self) -> Path:
        """The lead's card."""
        return self.folder / "keys" / "159.card"

    def content(self, recipient: str = "aud-nord") -> bytes:
        """Return a package's bytes."""
        return self.packages[recipient].read_bytes()


def build(root: Path, enblanket_in: Open) -> Town:
    """Make the workspace, decide, and seal for both auditors."""
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8", newline="\n")
    (root / "aft-1.toml").write_text(AGREEMENT, encoding="utf-8")
    folder = root / "lead"
    founding = ("--party", "159", "--name", "Jobcenter Gladsaxe", "--role", "jobcentre", "--no-passphrase")
    _well(enblanket_in(root)("init", "lead", *founding))
    enblanket = enblanket_in(folder)
    (folder / "auditors" / "nord.toml").write_text(PROFILE, encoding="utf-8")
    _well(enblanket("agreement", "add", "../aft-1.toml"))
    for sender in ("159", "173", "12345678"):
        _well(enblanket("take", f"../{sender}", "--from", sender))
    undecided = root / "undecided"
    shutil.copytree(folder, undecided)
    decide_all(enblanket)
    packages = {}
    for auditor in ("aud-nord", "aud-syd"):
        answer = enblanket("seal", "--period", PERIOD, "--to", auditor)
        _well(answer)
        packages[auditor] = Path(answer.out.strip())
    return Town(folder, undecided, packages)


def decide_all(enblanket: Enblanket) -> None:
    """Take the decisions that the packages need."""
    findings = [json.loads(line) for line in enblanket("check", "--format", "json").out.splitlines()]
    by_rule = {one["rule"]: one["finding_id"] for one in findings}
    for rule, verb, reason in DECISIONS:
        _well(enblanket("decide", by_rule[rule], verb, "--reason", reason))


def files_of(content: bytes) -> dict[str, bytes]:
    """Return a package's payload."""
    return dict(open_container(reader(content), len(content), Trust(), now=NOW).files)


def resigned(content: bytes, signer: SigningKey, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """Return the package with a changed payload, listed and signed anew, so that all cryptography holds."""
    files = files_of(content)
    at = max(NOW, datetime.fromisoformat(json.loads(files["datapackage.json"])["created"]))
    change(files)
    whole = json.loads(files["datapackage.json"])
    known = {one["path"]: one for one in whole["resources"]}
    whole["resources"] = [
        {
            **known.get(path, {"name": path, "path": path}),
            "bytes": len(text),
            "hash": f"sha256:{hashlib.sha256(text).hexdigest()}",
        }
        for path, text in files.items()
        if path != "datapackage.json"
    ]
    files["datapackage.json"] = (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()
    return seal_container(files, signer=signer, at=at)


def _well(answer: Said) -> None:
    assert answer.code == 0, answer.err
