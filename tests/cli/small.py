"""A small agreement in canonical CSV: one placement, two sides, hours that differ once."""

from __future__ import annotations

from pathlib import Path

AGREEMENT = """
[agreement]
agreement_id = "AFT-1"
title = "Én mentor"
company_cvr = "12345678"
company_name = "Redning A/S"
lead_jobcentre = "159"
mentor_model = "shared-mentor"
funding = "per-occupied-place"
places = 10
places_are = "minimum"
mentor_hours_per_week = "3.00"
hourly_rate = "275.00"
proration = "weekdays"
valid_from = 2016-01-04
valid_to = 2016-12-31
[[parties]]
jobcentre = "159"
role = "lead"
contact_mailbox = "mentor@gladsaxe.example"
[[sites]]
site_id = "S1"
name = "Station"
postcode = "2860"
[[mentors]]
mentor_id = "M-01"
employer = "company"
valid_from = 2016-01-04
"""

PLACEMENTS = """\
placement_id,agreement_id,jobcentre,site_id,trainee_ref,benefit,age_group,gender,start,planned_end,weekly_hours
159-00012,AFT-1,159,S1,T-0123456789abcdef,resource-programme,under-30,f,2016-01-04,2016-06-30,20.00
"""

HOURS_HEAD = "reporter,entry_id,placement_id,mentor_id,date,hours,activity,registered_on\n"
COMPANY_HOURS = HOURS_HEAD + (
    "company,12345678:1,159-00012,M-01,2016-03-01,1.50,training,2016-03-01\n"
    "company,12345678:2,159-00012,M-01,2016-03-03,15.00,training,2016-03-03\n"
    "company,12345678:3,159-00012,M-01,2016-03-08,2.00,training,2016-03-08\n"
)
JOBCENTRE_HOURS = HOURS_HEAD + (
    "jobcentre,159:1,159-00012,M-01,2016-03-01,1.50,training,2016-03-01\n"
    "jobcentre,159:2,159-00012,M-01,2016-03-03,1.50,training,2016-03-03\n"
    "jobcentre,159:3,159-00012,M-01,2016-03-08,2.00,training,2016-03-08\n"
)


def write(folder: Path, **files: str) -> Path:
    """Write ``<table>.csv`` files and return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    return folder


def agreement_file(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "aft.toml"
    path.write_text(AGREEMENT, encoding="utf-8")
    return path


def audited_agreement_file(folder: Path) -> Path:
    """Write the same agreement with an audit firm, which packages can be sealed to."""
    path = agreement_file(folder)
    text = AGREEMENT.replace('role = "lead"\n', 'role = "lead"\nauditor = "aud-nord"\n')
    path.write_text(text, encoding="utf-8")
    return path
