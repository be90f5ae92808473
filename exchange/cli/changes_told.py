"""What a correction changes, told: a verdict's package in, lines for people or values for programs out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange.cli.terminal import Terminal
from exchange.language import translate as _
from exchange.language import translate_plural

if TYPE_CHECKING:
    from exchange.sealing.changes import Change
    from exchange.sealing.contents import Package
    from exchange.sealing.verdict import Knowledge, Verdict

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def changes_json(verdict: Verdict, knowledge: Knowledge) -> dict[str, object]:
    """Return the changes as the package lists them, and whether the package that it replaces was at hand to check them."""
    from exchange.sealing.changes import read_changes

    package = verdict.package
    if package is None or package.changes is None:
        return {"changes": None, "changes_checked": None}
    return {
        "changes": [one.as_json() for one in read_changes(package.changes)],
        "changes_checked": _is_checked(package, verdict, knowledge),
    }


def tell_changes(verdict: Verdict, knowledge: Knowledge, terminal: Terminal) -> None:
    """Say them, a line each."""
    from exchange.sealing.changes import read_changes

    package = verdict.package
    if package is None:
        return
    terminal.line()
    former = package.descriptor.supersedes
    if former is None:
        terminal.line(_("It replaces no earlier package."))
        return
    if package.changes is None:
        terminal.line(
            _("It replaces number {number}, which its sender no longer held; no changes are listed.").format(
                number=former.sequence
            )
        )
        return
    terminal.line(
        translate_plural(
            "{count} cell differs from number {number}, {checked}:",
            "{count} cells differ from number {number}, {checked}:",
            len(package.changes),
        ).format(
            count=len(package.changes),
            number=former.sequence,
            checked=_checked_words(checked=_is_checked(package, verdict, knowledge)),
        )
    )
    for one in read_changes(package.changes):
        terminal.line(_line(one))


def _is_checked(package: Package, verdict: Verdict, knowledge: Knowledge) -> bool | None:
    """Whether the list was computed again and is the same; None where the earlier package is not at hand."""
    former = package.descriptor.supersedes
    if former is None or knowledge.former(former.sha256) is None:
        return None
    return all(check.code != "form-changes" for check in verdict.checks)


def _checked_words(*, checked: bool | None) -> str:
    return {
        True: _("as held against the one we have"),
        False: _("but not so in the one we have"),
        None: _("by its sender’s word"),
    }[checked]


def _line(one: Change) -> str:
    before, after = ("–" if text is None else text for text in (one.before, one.after))
    told = {"added": after, "removed": before}.get(one.kind, f"{before} → {after}")
    return f"  {_SIGNS.get(one.kind, '?')} {one.table} {one.key} {one.field}: {told}"
