"""A workspace behind the screens: each call opens it anew, so what another command did a moment ago is seen.

What a screen needs is imported when it is first opened: the review is there before anybody asks for a package.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.workspace.folder import Clock, Workspace, open_workspace

if TYPE_CHECKING:
    from exchange.reports.coverage import Coverage
    from exchange.reports.weeks import PlacementWeeks
    from exchange.workspace.journal import Happened, Proof
    from exchange.workspace.package_book import Examined, Offered, PackageBook
    from exchange.workspace.receiving import Came


@dataclass(frozen=True, slots=True)
class WorkspaceHouse:
    """The workspace of a folder; see ``tui.house.House`` for what each call promises."""

    folder: Path
    clock: Clock

    def packages(self) -> PackageBook:
        """Return what came, what waits and what went out."""
        from exchange.workspace import package_book

        return package_book.package_book(self._open(), self.clock().date())

    def examine(self, path: Path) -> Examined:
        """Judge the package in a file; nothing is stored."""
        from exchange.workspace import package_book

        return package_book.examine(self._open(), path)

    def take_in(self, path: Path, passphrase: str | None) -> Came:
        """Receive a file; its receipt lies in the outbox."""
        from exchange.workspace import package_book

        return package_book.take_in(self._open(), path, passphrase)

    def refuse(self, path: Path, passphrase: str | None) -> Came:
        """Refuse a package; its receipt lies in the outbox."""
        from exchange.workspace.receiving import Keys, receive

        said = None if passphrase is None else passphrase.encode()
        return receive(self._open(), path, Keys(own=lambda: said, package=lambda: said), refused=True)

    def recipients(self) -> Sequence[str]:
        """Return the jobcentres and audit firms that our agreements name, our own party aside."""
        workspace = self._open()
        named = {
            str(row[column])
            for row in workspace.holdings().records("parties")
            for column in ("jobcentre", "auditor")
            if row.get(column)
        }
        return sorted(named - {workspace.owner.party.id})

    def seal(
        self, period: str, recipient: str, passphrase: str | None, *, encrypted: bool = False
    ) -> Sequence[Path]:
        """Seal one package for each share of the recipient."""
        from exchange.parties import parse_party
        from exchange.periods import parse_period
        from exchange.workspace.dispatch import Order, seal

        workspace = self._open()
        said = None if passphrase is None else passphrase.encode()
        order = Order(
            period=parse_period(period),
            recipient=parse_party(recipient),
            folder=workspace.outbox,
            encrypt=encrypted,
            passphrase=lambda: said,
        )
        return [one.path for one in seal(workspace, order)]

    def needs_passphrase(self) -> bool:
        """Whether our keys have one."""
        from exchange.sealing.keys import is_bare

        return not is_bare(self._open().keys)

    def offered(self, path: Path) -> Offered:
        """Return the card in a file, and what it is to those trusted here."""
        from exchange.workspace import package_book

        return package_book.offered(self._open(), path)

    def trust(self, offered: Offered, read_out: str) -> None:
        """Trust the card whose fingerprint was read out."""
        from exchange.workspace import package_book

        package_book.trust_offered(self._open(), offered, read_out)

    def weeks(self) -> Sequence[PlacementWeeks]:
        """Return the hours of every placement by week and side."""
        from exchange.workspace import reports_desk

        return reports_desk.weeks(self._open())

    def journal(self) -> Sequence[Happened]:
        """Return what happened, oldest first."""
        from exchange.workspace import journal

        return journal.journal(self._open(), self.clock().date())

    def prove(self) -> Proof:
        """Return whether the history fits itself."""
        from exchange.workspace import journal

        return journal.proof(self._open())

    def coverage(self) -> Sequence[Coverage]:
        """Return every auditor's demands and what is met of them."""
        from exchange.workspace import reports_desk

        return reports_desk.covered(self._open())

    def fault_report(self) -> Mapping[str, object]:
        """Return what to send when something fails."""
        from exchange.workspace import fault_report

        return fault_report.fault_report(self._open())

    def _open(self) -> Workspace:
        return open_workspace(self.folder, self.clock)
