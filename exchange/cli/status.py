"""``enblanket status``: the month at a glance, per party what has come, what is open, and the next command."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _
from exchange.language import translate_plural

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date
    from decimal import Decimal

    from exchange.checks.findings import Severity
    from exchange.cli.status_post import Leaving
    from exchange.cli.status_questions import Asked
    from exchange.periods import Period
    from exchange.review.open_list import Entry
    from exchange.workspace.chronicle import Withdrawn
    from exchange.workspace.deliveries import Received
    from exchange.workspace.expected import Expected
    from exchange.workspace.folder import Workspace
    from exchange.workspace.inquiries import ToAnswer
    from exchange.workspace.outgoing import Outgoing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrived:
    sender: str
    table: str
    rows: int
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Glance:
    agreements: Sequence[tuple[str, str]]
    parties: Sequence[Expected]
    arrived: Sequence[_Arrived]
    waiting: int
    entries: Sequence[Entry]
    asked: Sequence[Asked]
    by_post: Collection[str]
    to_answer: Sequence[ToAnswer]
    period: Period | None
    totals: Sequence[tuple[str, str, Decimal]]
    sealed: Sequence[dict[str, str]]
    sent: Sequence[Outgoing]
    received: Sequence[Received]
    late: Sequence[tuple[Expected, Period, date]]
    outdated: Sequence[tuple[Withdrawn, str]]
    left: Leaving
    without_agreement: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``status`` takes."""
    parser.add_argument(
        "--period",
        metavar="START..END",
        help=_("settle this period; else the months that hours have come for"),
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Look, and say it."""
    from exchange.periods import parse_period

    workspace = terminal.workspace()
    today = terminal.clock().date()
    glance = _look(workspace, parse_period(arguments.period) if arguments.period else None, today)
    glance = replace(glance, late=list(_late(workspace, glance, today)))
    if terminal.json:
        terminal.record(_as_json(glance))
    else:
        _tell(workspace, glance, terminal)
    return Exit.HOLDS


def _look(workspace: Workspace, period: Period | None, today: date) -> _Glance:
    from exchange.cli.status_post import leaving, next_without_agreement
    from exchange.cli.status_questions import by_party
    from exchange.workspace.asking import asked_questions
    from exchange.workspace.bundles import bundles
    from exchange.workspace.expected import expected
    from exchange.workspace.inquiries import to_answer
    from exchange.workspace.outgoing import outgoing

    holdings, events = workspace.holdings(), workspace.ledger.events()
    left = leaving(workspace)
    arrived = [
        _Arrived(sender=sender, table=table, rows=rows, first=first, last=last)
        for sender, table, rows, first, last in holdings.counts()
    ]
    reviewed = workspace.review() if arrived else None
    period = period or _months(arrived)
    return _Glance(
        agreements=[
            (row["agreement_id"] or "", row["title"] or "") for row in holdings.records("agreements")
        ],
        parties=expected(
            holdings.records("agreements"), holdings.records("parties"), workspace.owner.party.id
        ),
        arrived=[
            one
            for one in arrived
            if one.sender != workspace.owner.party.id or one.first is not None or _reports(one.table)
        ],
        waiting=len(workspace.waiting()),
        entries=reviewed.entries if reviewed else (),
        asked=by_party(asked_questions(workspace)) if reviewed else (),
        by_post=[one.to for one in bundles(events) if one.left],
        to_answer=[one for one in to_answer(events, today) if one.left],
        period=period,
        totals=_totals(workspace, period) if period else (),
        sealed=[
            {name: str(value) for name, value in one.body.items()} for one in workspace.chronicle().sealed
        ],
        sent=outgoing(workspace.chronicle(), today),
        received=[one for one in workspace.chronicle().received if one.counts],
        late=[],
        outdated=workspace.chronicle().sealed_before_withdrawal(),
        left=left,
        without_agreement=next_without_agreement(workspace, left),
    )


def _late(workspace: Workspace, glance: _Glance, today: date) -> Iterator[tuple[Expected, Period, date]]:
    """Give the parties and the months whose package is due by the agreement and was never sealed."""
    from exchange.workspace.outgoing import late_since

    for one, months in _due(glance):
        day = late_since(workspace.chronicle(), one.agreement_id, months, today)
        if day is not None:
            yield one, months, day


def _reports(table: str) -> bool:
    from exchange.workspace.agreements import TABLES

    return table not in TABLES


def _months(arrived: Sequence[_Arrived]) -> Period | None:
    import calendar
    from datetime import date

    from exchange.form.canonical import read_date
    from exchange.periods import Period

    reports = [one for one in arrived if one.table in ("mentor_hours", "attendance")]
    days = [day for one in reports for text in (one.first, one.last) if text and (day := read_date(text))]
    if not days:
        return None
    first, last = min(days), max(days)
    return Period(
        first.replace(day=1), date(last.year, last.month, calendar.monthrange(last.year, last.month)[1])
    )


def _totals(workspace: Workspace, period: Period) -> list[tuple[str, str, Decimal]]:
    from exchange.settlement.settle import Total

    return [
        (line.agreement_id, line.jobcentre, line.total)
        for line in workspace.settle(period)
        if isinstance(line, Total)
    ]


def _opened(entries: Sequence[Entry], severity: Severity) -> list[Entry]:
    return [entry for entry in entries if entry.is_open and entry.finding.severity == severity]


def _next(glance: _Glance) -> str:
    if not glance.agreements:
        return _next_of_the_post(glance) or glance.without_agreement
    if glance.waiting:
        return "enblanket crosswalk list"
    return _next_of_the_month(glance)


def _next_of_the_month(glance: _Glance) -> str:
    if not any(_reports(one.table) for one in glance.arrived):
        return "enblanket take FILE... --from PARTY"
    begun = _begun(glance)
    silent = _silent(glance)
    missing = next(
        (one.party for one in glance.parties if one.agreement_id in begun and one.party in silent), None
    )
    if missing is not None:
        return f"enblanket take FILE... --from {missing}"
    if cure := _next_of_the_open(glance):
        return "enblanket send" if cure == "enblanket fetch" and glance.left.by_post else cure
    return _next_package(glance) or _next_of_the_post(glance) or "enblanket take FILE... --from PARTY"


def _next_package(glance: _Glance) -> str | None:
    if glance.period is None:
        lacking = [("START..END", one.recipient) for one in _sealed_for(glance)]
    else:
        lacking = [(str(months), one.recipient) for one, months in _due(glance)]
    return next((f"enblanket seal --period {period} --to {recipient}" for period, recipient in lacking), None)


def _next_of_the_post(glance: _Glance) -> str | None:
    from exchange.cli.status_questions import TO_ANSWER

    return "enblanket send" if glance.left.by_post else TO_ANSWER if glance.to_answer else None


def _next_of_the_open(glance: _Glance) -> str | None:
    from exchange.cli.status_questions import next_command

    weighing = [*_opened(glance.entries, "error"), *_opened(glance.entries, "warning")]
    if any(entry.status != "asked" for entry in weighing):
        return "enblanket review"
    return next_command(glance.asked, waits=bool(weighing), by_post=glance.by_post)


def _begun(glance: _Glance) -> set[str]:
    """Return the agreements that somebody has reported under: of the others, nobody is late."""
    silent = _silent(glance)
    return {one.agreement_id for one in glance.parties if one.party not in silent}


def _sealed_for(glance: _Glance) -> list[Expected]:
    begun = _begun(glance)
    return [one for one in glance.parties if one.recipient is not None and one.agreement_id in begun]


def _due(glance: _Glance) -> Iterator[tuple[Expected, Period]]:
    """Give the parties whose package we seal, and the months of them that no package covers."""
    from exchange.workspace.expected import not_sealed

    if glance.period is not None:
        for one in _sealed_for(glance):
            for months in not_sealed(one, glance.period, glance.sealed):
                yield one, months


def _as_json(glance: _Glance) -> dict[str, object]:
    from exchange.cli.status_post import as_json as post_json
    from exchange.cli.status_questions import as_json as questions_json
    from exchange.cli.status_questions import to_us_json

    return {
        "agreements": [{"agreement_id": one, "title": title} for one, title in glance.agreements],
        "arrived": [
            {"sender": one.sender, "table": one.table, "rows": one.rows, "first": one.first, "last": one.last}
            for one in glance.arrived
        ],
        "silent": _silent(glance),
        "waiting": glance.waiting,
        "open": {
            severity: {"findings": len(found), "amount_dkk": f"{_stake(found):.2f}"}
            for severity, found in _by_severity(glance).items()
        },
        "questions": questions_json(glance.asked),
        "to_answer": to_us_json(glance.to_answer),
        "period": str(glance.period) if glance.period else None,
        "settlement": [
            {"agreement_id": agreement, "jobcentre": jobcentre, "total": f"{total:.2f}"}
            for agreement, jobcentre, total in glance.totals
        ],
        "sealed": list(glance.sealed),
        "packages": [one.as_json() for one in glance.sent],
        "received": [
            {
                "name": one.name,
                "sha256": one.sha256,
                "sender": one.stream.sender,
                "period": one.period,
                "sequence": one.sequence,
                "verdict": one.verdict,
            }
            for one in glance.received
        ],
        "not_sealed": _not_sealed_json(glance),
        "receipts_without_way": post_json(glance.left),
        "withdrawn_after_sealing": [
            {"package": package, "file": one.name, "sender": one.sender, "sha256": one.sha256}
            for one, package in glance.outdated
        ],
        "next": _next(glance),
    }


def _not_sealed_json(glance: _Glance) -> list[dict[str, object]]:
    return [
        {
            "agreement_id": one.agreement_id,
            "jobcentre": one.party,
            "recipient": one.recipient,
            "period": str(months),
            "due": day.isoformat(),
        }
        for one, months, day in glance.late
    ]


def _by_severity(glance: _Glance) -> dict[str, list[Entry]]:
    from exchange.checks.findings import SEVERITIES

    return {severity: _opened(glance.entries, severity) for severity in SEVERITIES}


def _stake(entries: Sequence[Entry]) -> Decimal:
    from decimal import Decimal

    return sum((abs(entry.finding.amount_dkk or Decimal(0)) for entry in entries), Decimal(0))


def _silent(glance: _Glance) -> list[str]:
    heard = {one.sender for one in glance.arrived if _reports(one.table)}
    return sorted({one.party for one in glance.parties} - heard)


def _tell(workspace: Workspace, glance: _Glance, terminal: Terminal) -> None:
    terminal.line(f"{workspace.owner.name} ({workspace.owner.party.id})")
    for agreement, title in glance.agreements:
        terminal.line(f"{agreement}  {title}")
    _tell_arrived(glance, terminal)
    _tell_open(glance, terminal)
    _tell_questions(glance, terminal)
    _tell_money(glance, terminal)
    terminal.line()
    terminal.line(_("Next: {command}").format(command=_next(glance)))


def _tell_arrived(glance: _Glance, terminal: Terminal) -> None:
    from exchange.figures import number
    from exchange.form.tables import table

    terminal.line()
    terminal.line(_("What has come:"))
    for one in glance.arrived:
        span = f"{_day(one.first)} – {_day(one.last)}" if one.first and one.last else ""
        line = f"  {one.sender:<10} {table(one.table).label:<24} {number(one.rows):>7}  {span}"
        terminal.line(line.rstrip())
    for jobcentre in _silent(glance):
        terminal.line(_("  {party:<10} nothing yet").format(party=jobcentre))
    if glance.waiting:
        terminal.line(
            translate_plural(
                "  {count} row waits for a name in the crosswalk",
                "  {count} rows wait for a name in the crosswalk",
                glance.waiting,
            ).format(count=glance.waiting)
        )


def _day(text: str) -> str:
    from exchange.figures import day
    from exchange.form.canonical import read_date

    read = read_date(text)
    return text if read is None else day(read)


def _tell_open(glance: _Glance, terminal: Terminal) -> None:
    from exchange.figures import kroner
    from exchange.workspace.wording import severity_word

    terminal.line()
    terminal.line(_("Open findings:"))
    for severity, found in _by_severity(glance).items():
        word = severity_word(
            "error" if severity == "error" else "warning" if severity == "warning" else "info"
        )
        terminal.line(f"  {word:<10} {len(found):>6}  {kroner(_stake(found))}")


def _tell_questions(glance: _Glance, terminal: Terminal) -> None:
    from exchange.cli.status_questions import told, told_to_us

    if glance.asked:
        terminal.line()
        terminal.line(_("Questions to parties:"))
    for line in told(glance.asked):
        terminal.line(line)
    if glance.to_answer:
        terminal.line()
        terminal.line(_("Questions to us:"))
    for line in told_to_us(glance.to_answer):
        terminal.line(line)


def _tell_money(glance: _Glance, terminal: Terminal) -> None:
    from exchange.figures import day, kroner

    if glance.totals and glance.period:
        terminal.line()
        span = f"{day(glance.period.start)} – {day(glance.period.end)}"
        terminal.line(_("Settlement {period}:").format(period=span))
    for agreement, jobcentre, total in glance.totals:
        terminal.line(f"  {agreement} {jobcentre:<8} {kroner(total):>18}")
    terminal.line()
    _tell_packages(glance, terminal)
    for one, package in glance.outdated:
        terminal.line(
            _(
                "  {package} was sealed while {file} from {sender} stood, which is withdrawn; seal it again"
            ).format(package=package, file=one.name, sender=one.sender)
        )


def _tell_packages(glance: _Glance, terminal: Terminal) -> None:
    from exchange.cli.status_post import told as stuck_lines
    from exchange.figures import day
    from exchange.workspace.wording import answer_word, standing_word

    terminal.line(_("Sealed packages: {count}").format(count=len(glance.sealed)))
    for sent in glance.sent:
        if not sent.superseded:
            terminal.line(f"  {standing_word(sent.standing):<10} {sent.name}")
    for late, months, due in glance.late:
        terminal.line(
            _("  {standing:<10} not sealed for {recipient} ({jobcentre}): {period}, due {day}").format(
                standing=standing_word("overdue"),
                recipient=late.recipient,
                jobcentre=late.party,
                period=f"{day(months.start)} – {day(months.end)}",
                day=day(due),
            )
        )
    if glance.received:
        terminal.line(_("Received packages: {count}").format(count=len(glance.received)))
    for came in glance.received:
        terminal.line(f"  {answer_word(came.verdict):<10} {came.name}")
    for line in stuck_lines(glance.left):
        terminal.line(line)
