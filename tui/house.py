"""What the screens beside the review read and ask for; the workspace implements it (:mod:`exchange.workspace.house`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from exchange.reports.coverage import Coverage
    from exchange.reports.weeks import PlacementWeeks
    from exchange.workspace.journal import Happened, Proof
    from exchange.workspace.package_book import Examined, Offered, PackageBook
    from exchange.workspace.receiving import Came


class House(Protocol):
    """One workspace as its people look at it; every call reads what lies there now and may take seconds.

    Each raises an :class:`~exchange.errors.EnblanketError` or OSError with a sentence for people; then nothing was
    changed.
    """

    def packages(self) -> PackageBook:
        """Return what came, what waits and what went out."""

    def examine(self, path: Path) -> Examined:
        """Judge the package in a file, as ``enblanket verify`` does."""

    def needs_passphrase(self) -> bool:
        """Whether our keys have a passphrase."""

    def take_in(self, path: Path, passphrase: str | None) -> Came:
        """Receive a file, as ``enblanket receive`` does; its receipt lies in the outbox when the call returns."""

    def seal(
        self, period: str, recipient: str, passphrase: str | None, *, encrypted: bool = False
    ) -> Sequence[Path]:
        """Seal one package for each share of the recipient, as ``enblanket seal`` does; return where they lie.

        ``encrypted``: to the recipient's trusted card, as ``--encrypt``.
        """

    def recipients(self) -> Sequence[str]:
        """Return the jobcentres and audit firms that our agreements name."""

    def refuse(self, path: Path, passphrase: str | None) -> Came:
        """Refuse a package, as ``enblanket receive --refuse`` does; its receipt says so."""

    def fault_report(self) -> Mapping[str, object]:
        """Return what to send when something fails, as ``enblanket report fault`` does; no personal data is in it."""

    def offered(self, path: Path) -> Offered:
        """Return the card in a file, and what it is to those trusted here."""

    def trust(self, offered: Offered, read_out: str) -> None:
        """Trust the card whose fingerprint was read out, as ``enblanket keys trust`` does."""

    def weeks(self) -> Sequence[PlacementWeeks]:
        """Return the hours of every placement by week and side."""

    def journal(self) -> Sequence[Happened]:
        """Return what happened, oldest first."""

    def prove(self) -> Proof:
        """Return whether the history fits itself."""

    def coverage(self) -> Sequence[Coverage]:
        """Return every auditor's demands and what is met of them."""
