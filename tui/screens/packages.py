"""Packages: what waits in the inbox, what came, what went out; each with its signature in a glyph and a word.

Judging, taking in and trusting are calls of the house; nothing is written here. A package is opened no further than a person
asks for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType

from exchange.errors import EnblanketError
from exchange.figures import day
from exchange.language import translate as _
from exchange.language import translate_plural
from exchange.workspace.inquiries import QuestionsCame
from exchange.workspace.package_book import Examined, Offered, PackageLine
from exchange.workspace.receiving import AnswersCame, Came, PackageCame
from exchange.workspace.wording import standing_word, verdict_word
from tui.action import Place
from tui.exporting import copy_into
from tui.package_text import TONES, PackageText
from tui.paragraphs import Paragraph, Piece, Tone
from tui.screens.one_line import OneLineDialog
from tui.screens.page import PageScreen
from tui.screens.trust import TrustDialog, standing_text
from tui.screens.view import ViewScreen, reason_of
from tui.text import fit
from tui.view_actions import view_bindings
from tui.work import begin

Finished = Callable[[str | None], None]
Take = Callable[[Path, str | None], Came]

_STATE, _PARTY, _PERIOD, _MOMENT = 16, 10, 16, 10
# A period has a column of its own where the names still have room beside it.
_WITH_PERIOD = 90


class PackagesScreen(ViewScreen[PackageLine]):
    """Packages, receipts and cards, one a line."""

    place: ClassVar[Place] = "packages"
    BINDINGS: ClassVar[list[BindingType]] = view_bindings("packages")

    _examined: Mapping[str, Examined] = {}
    _inbox = Path()

    def read(self) -> Sequence[PackageLine]:
        """Look through the inbox and the ledger."""
        book = self.house.packages()
        self._inbox = book.inbox
        return (*book.came, *book.sent)

    def columns(self, width: int) -> str:
        """Return the names of the columns."""
        period = (fit(_("Period"), _PERIOD),) if width >= _WITH_PERIOD else ()
        names = (fit(_("Package"), _name_width(width)), fit(_("Party"), _PARTY))
        return " ".join((fit(_("Signature"), _STATE), *names, *period, fit(_("When"), _MOMENT)))

    def line(self, row: PackageLine, width: int) -> Sequence[Piece]:
        """Draw a package: its signature, its name, whom it is from or goes to, when."""
        show, more = self.script.show, self.script.more
        rest = " ".join(
            (
                fit(show(row.name), _name_width(width), more),
                fit(show(row.party or "–"), _PARTY, more),
                *((fit(show(_months(row.period)), _PERIOD, more),) if width >= _WITH_PERIOD else ()),
                fit(show(row.at[:10] or "–"), _MOMENT, more),
            )
        )
        return (Piece(fit(self._text.state(row), _STATE, more), TONES[row.state]), Piece(f" {rest}"))

    def told(self, row: PackageLine) -> Sequence[Paragraph]:
        """Return what is known of a package; after ``v`` everything that can be judged here."""
        return self._text.of(row, self._examined.get(str(row.path)))

    def searched(self, row: PackageLine) -> str:
        """Return what a search looks into."""
        return "\n".join(
            (row.name, row.party, row.period, row.sha256, row.word, *row.codes, self._text.state(row))
        )

    def summary(self) -> str:
        """Return how many signatures hold, and how many wait."""
        states = Counter(row.state for row in self.rows)
        waiting = sum(row.kind in ("waiting", "card") for row in self.rows)
        text = _(
            "{valid} valid, {unknown} unknown, {invalid} invalid, {waiting} waiting in the inbox, {sent} sent"
        ).format(
            valid=states["valid"],
            unknown=states["unknown-key"],
            invalid=states["invalid"] + states["unsigned"],
            waiting=waiting,
            sent=sum(row.kind == "sent" for row in self.rows),
        )
        return text + self.script.dot + _("offline")

    def nothing(self) -> Sequence[str]:
        """Return what to do where there is no package yet."""
        folder = self.script.show(str(self._inbox))
        return (
            _("No packages yet."),
            _("i takes in a file that you name"),
            _("r looks again through {folder}").format(folder=folder),
        )

    def action_scan(self) -> None:
        """Look through the inbox again."""
        self.reload()

    def action_verify(self) -> None:
        """Judge the package under the cursor again, offline."""
        row = self.row
        if row is None or row.path is None or row.kind == "card":
            self.say(_("There are no bytes of a package here to judge."), "warning")
            return
        self.say(_("Judging …"))
        begin(self, partial(self._verifying, row.path))

    def action_receive(self) -> None:
        """Take in the file under the cursor where it waits, else one that is named."""
        row = self.row
        if row is not None and row.kind == "waiting" and row.path is not None:
            self._receive(row.path)
            return
        self._ask(_("TAKE IN"), _("Path of a package or a receipt"), self._named)

    def action_key(self) -> None:
        """Show whose key signed the package under the cursor, or a card's: the fingerprint in digits and in words."""
        row = self.row
        if row is None or row.path is None:
            self.say(_("There are no bytes of a package here to judge."), "warning")
        elif row.kind == "card":
            begin(self, partial(self._showing_card, row.path))
        else:
            begin(self, partial(self._showing, row, _("KEY"), PackageText.keys))

    def action_manifest(self) -> None:
        """Show what the package under the cursor says of itself, and the files that are signed with it."""
        row = self.row
        if row is None or row.path is None or row.kind == "card":
            self.say(_("There are no bytes of a package here to judge."), "warning")
        else:
            begin(self, partial(self._showing, row, _("MANIFEST"), PackageText.manifest))

    def action_trust(self) -> None:
        """Compare a card's fingerprint with its owner, and trust it: the card under the cursor, else one that is named."""
        row = self.row
        if row is not None and row.kind == "card" and row.path is not None:
            begin(self, partial(self._offering, row.path, None))
            return
        self._ask(_("KEY"), _("Path of the card or certificate to compare"), self._card_named)

    def action_refuse(self) -> None:
        """Refuse the package under the cursor: its sender gets a receipt that says so."""
        row = self.row
        if row is None or row.kind != "waiting" or row.path is None:
            self.say(_("Only a package that waits in the inbox can be rejected."), "warning")
            return
        path, name = row.path, self.script.show(row.name)

        def confirmed(text: str, finished: Finished) -> None:
            if text.strip().casefold() not in ("ja", "yes"):
                finished(_("Write yes, or cancel with Esc."))
                return
            finished(None)
            self._receive(path, refused=True)

        label = _("{name} is kept aside, and its sender is told that it was rejected. Write yes:")
        self._ask(_("REJECT PACKAGE"), label.format(name=name), confirmed)

    def action_receipt(self) -> None:
        """Ask for a folder and put a copy of our receipt there, to be sent back."""
        row = self.row
        if row is None or row.receipt is None:
            self.say(_("There is no receipt of ours here; i takes a package in and writes it."), "warning")
            return
        receipt = row.receipt

        def chosen(text: str, finished: Finished) -> None:
            begin(self, partial(self._exporting, receipt, Path(text).expanduser(), finished))

        label = _("Folder to put a copy into; the receipt itself lies in {folder}")
        shown = self.script.show(str(receipt.parent))
        self._ask(_("EXPORT RECEIPT"), label.format(folder=shown), chosen)

    def _ask(
        self, title: str, label: str, give: Callable[[str, Finished], None], *, secret: bool = False
    ) -> None:
        self.app.push_screen(OneLineDialog(title, label, self.script, give, secret=secret))

    def _named(self, text: str, finished: Finished) -> None:
        finished(None)
        self._receive(Path(text).expanduser())

    def _card_named(self, text: str, finished: Finished) -> None:
        begin(self, partial(self._offering, Path(text).expanduser(), finished))

    def _receive(self, path: Path, *, refused: bool = False) -> None:
        begin(self, partial(self._receiving, self.house.refuse if refused else self.house.take_in, path))

    async def _receiving(self, take: Take, path: Path) -> None:
        locked = await self.done(self.house.needs_passphrase)
        if locked is None:
            return

        def unlocked(passphrase: str, finished: Finished) -> None:
            begin(self, partial(self._taking, take, path, passphrase, finished))

        if locked:
            self._ask(
                _("PASSPHRASE"),
                _("The passphrase of our keys: the receipt is signed with them"),
                unlocked,
                secret=True,
            )
        else:
            await self._taking(take, path, None, lambda _fault: None)

    async def _taking(self, take: Take, path: Path, passphrase: str | None, finished: Finished) -> None:
        self.say(_("Judging …"))
        came = await self.done(lambda: take(path, passphrase))
        finished(None)
        if came is not None:
            await self._read_again()
            self.say(*self._what_came(came))

    async def _verifying(self, path: Path) -> None:
        examined = await self.done(lambda: self.house.examine(path))
        if examined is not None:
            self._examined = {**self._examined, str(path): examined}
            verdict = examined.verdict.verdict
            tone: Tone = "good" if verdict == "accepted" else "error" if verdict == "refused" else "warning"
            self.say(_("Judged: {verdict}").format(verdict=verdict_word(verdict)), tone)
            self.tell()

    @property
    def _text(self) -> PackageText:
        return PackageText(self.script)

    async def _showing(
        self, row: PackageLine, title: str, tell: Callable[[PackageText, Examined], Sequence[Paragraph]]
    ) -> None:
        """Show a page of a package, judged now where it was not."""
        path = row.path
        if path is None:
            return
        if str(path) not in self._examined:
            self.say(_("Judging …"))
            await self._verifying(path)
        examined = self._examined.get(str(path))
        if examined is not None:
            title = f"{title}  {self.script.show(row.name)}"
            self.app.push_screen(PageScreen(title, tell(self._text, examined), self.script))

    async def _showing_card(self, path: Path) -> None:
        offered = await self.done(lambda: self.house.offered(path))
        if offered is not None:
            told = self._text.card(offered, standing_text(offered))
            title = _("KEY")
            self.app.push_screen(PageScreen(f"{title}  {self.script.show(path.name)}", told, self.script))

    async def _exporting(self, receipt: Path, folder: Path, finished: Finished) -> None:
        try:
            path = await self.program.in_thread(lambda: copy_into(folder, receipt))
        except (EnblanketError, OSError) as refusal:
            finished(self.script.show(reason_of(refusal)))
            return
        finished(None)
        self.say(_("Receipt to send back: {path}").format(path=self.script.show(str(path))), "good")

    async def _offering(self, path: Path, finished: Finished | None) -> None:
        try:
            offered = await self.program.in_thread(lambda: self.house.offered(path))
        except (EnblanketError, OSError) as refusal:
            text = self.script.show(reason_of(refusal))
            finished(text) if finished else self.say(text, "error")
            return
        if finished:
            finished(None)
        self.app.push_screen(TrustDialog(offered, self.script, self._trust))

    def _trust(self, offered: Offered, read_out: str, finished: Finished) -> None:
        begin(self, partial(self._trusting, offered, read_out, finished))

    async def _trusting(self, offered: Offered, read_out: str, finished: Finished) -> None:
        try:
            await self.program.in_thread(lambda: self.house.trust(offered, read_out))
        except (EnblanketError, OSError) as refusal:
            finished(self.script.show(reason_of(refusal)))
            return
        finished(None)
        await self._read_again()
        name = self.script.show(offered.pin.name)
        self.say(_("{name} is trusted from now on.").format(name=name), "good")

    async def _read_again(self) -> None:
        rows = await self.done(self.read)
        if rows is not None and self.query("#lines"):
            self.rows = rows
            self.refilter()

    def _what_came(self, came: Came) -> tuple[str, Tone]:
        if isinstance(came, QuestionsCame):
            text = _("Questions of {party}, to be answered by {day}: {path}").format(
                party=came.inquiry.sender, day=day(came.inquiry.due), path=came.path
            )
            return self.script.show(text), "warning"
        if isinstance(came, AnswersCame):
            count = len(came.answered.given)
            text = translate_plural("{count} answer of {party}", "{count} answers of {party}", count)
            return self.script.show(text.format(count=count, party=came.sender)), "good"
        if not isinstance(came, PackageCame):
            word = standing_word(came.answered.verdict)
            text = _("Receipt of {package}: {standing}").format(package=came.name, standing=word)
            return self.script.show(text), "good"
        return self._what_package_came(came)

    def _what_package_came(self, came: PackageCame) -> tuple[str, Tone]:
        word = verdict_word(came.verdict.verdict)
        if came.known:
            return _("It had come before; nothing was added."), "plain"
        if came.receipt is None:
            text = _("Judged: {verdict}. Not taken in, and nobody is answered.").format(verdict=word)
            return text, "error"
        if came.verdict.verdict == "refused":
            text = _("Refused and kept aside. Receipt to send back: {path}").format(path=came.receipt)
            return self.script.show(text), "warning"
        text = _("Taken in: {verdict}. Receipt to send back: {path}").format(verdict=word, path=came.receipt)
        return self.script.show(text), "good" if came.verdict.verdict == "accepted" else "warning"


def _name_width(width: int) -> int:
    period = _PERIOD + 1 if width >= _WITH_PERIOD else 0
    return max(width - _STATE - _PARTY - _MOMENT - 3 - period, 12)


def _months(period: str) -> str:
    """Return a period of whole months by its months."""
    start, _dots, end = period.partition("..")
    return f"{start[:7]}–{end[:7]}" if end else period or "–"
