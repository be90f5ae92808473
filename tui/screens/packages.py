"""Packages: what waits in the inbox, what came, what went out; each with its signature in a glyph and a word.

Judging, taking in and trusting are calls of the house; nothing is written here. A package is opened no further than a person
asks for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType

from exchange.errors import EnblanketError
from exchange.figures import number
from exchange.language import translate as _
from exchange.workspace.package_book import Came, Examined, Offered, PackageLine, State
from exchange.workspace.receiving import PackageCame
from exchange.workspace.wording import answer_word, standing_word, verdict_word
from tui.action import Place
from tui.paragraphs import BLANK, Paragraph, Piece, Tone
from tui.screens.one_line import OneLineDialog
from tui.screens.trust import TrustDialog
from tui.screens.view import ViewScreen, reason_of
from tui.text import fit, fit_right, moment_text
from tui.view_actions import view_bindings

Finished = Callable[[str | None], None]

_TONES: dict[State, Tone] = {
    "valid": "good",
    "unknown-key": "warning",
    "invalid": "error",
    "unsigned": "error",
    "key-expired": "warning",
    "locked": "warning",
    "card": "label",
    "out": "plain",
}
_GLYPHS: dict[State, tuple[str, str]] = {
    "valid": ("✓", "v"),
    "unknown-key": ("!", "!"),
    "invalid": ("✗", "x"),
    "unsigned": ("○", "o"),
    "key-expired": ("~", "~"),
    "locked": ("#", "#"),
    "card": ("@", "@"),
    "out": ("→", ">"),
}
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
        return (Piece(fit(self._state(row), _STATE, more), _TONES[row.state]), Piece(f" {rest}"))

    def told(self, row: PackageLine) -> Sequence[Paragraph]:
        """Return what is known of a package; after ``v`` everything that can be judged here."""
        show = self.script.show
        examined = self._examined.get(str(row.path))
        return [
            Paragraph((Piece(show(row.name), "strong"),), 2),
            Paragraph(
                (
                    Piece(self._state(row), _TONES[row.state]),
                    Piece(show("" if row.kind == "sent" else self._word(row))),
                )
            ),
            BLANK,
            *(() if not row.period else (_labelled(_("PERIOD"), show(row.period)),)),
            *(() if not row.sequence else (_labelled(_("NUMBER"), number(row.sequence)),)),
            *(() if not row.at else (_labelled(_("WHEN"), moment_text(show(row.at))),)),
            *(_labelled(_("FAULT"), show(code)) for code in row.codes),
            *(() if not row.sha256 else (_labelled("sha256", row.sha256),)),
            *(() if row.receipt is None else (_labelled(_("RECEIPT"), show(str(row.receipt))),)),
            BLANK,
            *(self._hint(row) if examined is None else self._all_of(examined)),
        ]

    def searched(self, row: PackageLine) -> str:
        """Return what a search looks into."""
        return "\n".join(
            (row.name, row.party, row.period, row.sha256, row.word, *row.codes, self._state(row))
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
        return (
            _("No packages yet. Put them into {folder} and press r, or press i and name a file.").format(
                folder=self.script.show(str(self._inbox))
            ),
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
        self.run_worker(self._verifying(row.path))

    def action_receive(self) -> None:
        """Take in the file under the cursor where it waits, else one that is named."""
        row = self.row
        if row is not None and row.kind == "waiting" and row.path is not None:
            self._receive(row.path)
            return
        self._ask(_("TAKE IN"), _("Path of a package or a receipt"), self._named)

    def action_key(self) -> None:
        """Compare a card's fingerprint with its owner, and trust it: the card under the cursor, else one that is named."""
        row = self.row
        if row is not None and row.kind == "card" and row.path is not None:
            self.run_worker(self._offering(row.path, None))
            return
        self._ask(_("KEY"), _("Path of the card or certificate to compare"), self._card_named)

    def action_receipt(self) -> None:
        """Say where our receipt of the package lies, to send it back."""
        row = self.row
        if row is None or row.receipt is None:
            self.say(_("There is no receipt of ours here; i takes a package in and writes it."), "warning")
            return
        self.say(_("Receipt to send back: {path}").format(path=self.script.show(str(row.receipt))), "good")

    def _ask(
        self, title: str, label: str, give: Callable[[str, Finished], None], *, secret: bool = False
    ) -> None:
        self.app.push_screen(OneLineDialog(title, label, self.script, give, secret=secret))

    def _named(self, text: str, finished: Finished) -> None:
        finished(None)
        self._receive(Path(text).expanduser())

    def _card_named(self, text: str, finished: Finished) -> None:
        self.run_worker(self._offering(Path(text).expanduser(), finished))

    def _receive(self, path: Path) -> None:
        self.run_worker(self._receiving(path))

    async def _receiving(self, path: Path) -> None:
        locked = await self.done(self.house.needs_passphrase)
        if locked is None:
            return

        def unlocked(passphrase: str, finished: Finished) -> None:
            self.run_worker(self._taking(path, passphrase, finished))

        if locked:
            self._ask(
                _("PASSPHRASE"),
                _("The passphrase of our keys: the receipt is signed with them"),
                unlocked,
                secret=True,
            )
        else:
            await self._taking(path, None, lambda _fault: None)

    async def _taking(self, path: Path, passphrase: str | None, finished: Finished) -> None:
        self.say(_("Judging …"))
        came = await self.done(lambda: self.house.take_in(path, passphrase))
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
        self.run_worker(self._trusting(offered, read_out, finished))

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
        if not isinstance(came, PackageCame):
            word = standing_word(came.answered.verdict)
            text = _("Receipt of {package}: {standing}").format(package=came.name, standing=word)
            return self.script.show(text), "good"
        word = verdict_word(came.verdict.verdict)
        if came.known:
            return _("It had come before; nothing was added."), "plain"
        if came.receipt is None:
            text = _("Judged: {verdict}. Not taken in, and nobody is answered.").format(verdict=word)
            return text, "error"
        text = _("Taken in: {verdict}. Receipt to send back: {path}").format(verdict=word, path=came.receipt)
        return self.script.show(text), "good" if came.verdict.verdict == "accepted" else "warning"

    def _state(self, row: PackageLine) -> str:
        glyph = _GLYPHS[row.state][self.script.ascii]
        if row.kind == "sent":
            return self.script.show(f"{glyph} {self._word(row).strip()}")
        return f"{glyph} {state_word(row.state)}"

    def _word(self, row: PackageLine) -> str:
        if not row.word:
            return ""
        if row.kind != "sent":
            return f"  {answer_word(row.word)}"
        words = {
            "superseded": _("superseded"),
            "sealed": _("sealed"),
            "queued": _("queued"),
            "sent": _("sent"),
        }
        words |= {"overdue": _("overdue")}
        return f"  {words.get(row.word) or answer_word(row.word)}"

    def _hint(self, row: PackageLine) -> Sequence[Paragraph]:
        if row.kind == "card":
            return (Paragraph((Piece(_("p compares its fingerprint with what its owner reads out.")),)),)
        if row.path is None:
            return (Paragraph((Piece(_("Its bytes lie here no more.")),)),)
        waits = (
            (Paragraph((Piece(_("i takes it in and writes the receipt.")),)),)
            if row.kind == "waiting"
            else ()
        )
        return (Paragraph((Piece(_("v judges it again, offline, and shows all that can be said.")),)), *waits)

    def _all_of(self, examined: Examined) -> Sequence[Paragraph]:
        show, verdict = self.script.show, examined.verdict
        signs = {True: _GLYPHS["valid"], False: _GLYPHS["invalid"], None: ("–", "-")}
        checks = [
            Paragraph(
                (
                    Piece(f"{signs[one.ok][self.script.ascii]} ", "good" if one.ok else "error" if one.ok is False else "dim"),
                    Piece(show(one.detail + (f" [{one.code}]" if one.code else ""))),
                ),
                2,
            )
            for one in verdict.checks
        ]  # fmt: skip
        return [
            _labelled(_("VERDICT"), verdict_word(verdict.verdict)),
            *checks,
            BLANK,
            *(paragraph for one in examined.signatures for paragraph in self._signer(one.number, one)),
            *self._findings(examined),
            _labelled(_("CONTENTS"), _("{count} files").format(count=number(len(examined.files)))),
            *(
                Paragraph((Piece(f"{fit_right(number(size), 12)}  {show(name)}"),), 14)
                for name, size in examined.files
            ),
            BLANK,
            *self._chain(examined),
        ]

    def _signer(self, number_: int, one: object) -> Sequence[Paragraph]:
        from exchange.sealing.container import SignatureFacts

        if not isinstance(one, SignatureFacts) or one.certificate is None:
            return ()
        show = self.script.show
        label = _("SIGNED") if number_ == 1 else _("AND BY")
        name = one.certificate.name if one.pin is None else one.pin.name
        return (
            _labelled(label, show(name)),
            *(() if one.at is None else (_labelled("", _("{when}, by the signer’s own clock").format(when=moment_text(one.at.isoformat()))),)),
            _labelled(_("KEY"), show(one.certificate.fingerprint)),
            _labelled("", _("trusted here") if one.pin else _("NOT known here: compare it before you trust it"), "good" if one.pin else "warning"),
            BLANK,
        )  # fmt: skip

    def _findings(self, examined: Examined) -> Sequence[Paragraph]:
        package = examined.verdict.package
        if package is None:
            return ()
        decided = sum(not one.is_open for one in package.entries)
        text = _("{count}, of them {decided} decided").format(
            count=number(len(package.entries)), decided=number(decided)
        )
        return (_labelled(_("FINDINGS"), text),)

    def _chain(self, examined: Examined) -> Sequence[Paragraph]:
        package = examined.verdict.package
        if package is None:
            return ()
        own = package.descriptor.sequence
        if examined.former is None:
            text = _("number {number}; none before it is known here").format(number=own)
        else:
            text = _("number {number}; before it here: {former}").format(number=own, former=examined.former)
        return (_labelled(_("CHAIN"), text),)


def state_word(state: State) -> str:
    """Return the word that always stands beside a signature's glyph."""
    return {
        "valid": _("VALID"),
        "unknown-key": _("UNKNOWN KEY"),
        "invalid": _("INVALID"),
        "unsigned": _("UNSIGNED"),
        "key-expired": _("KEY EXPIRED"),
        "locked": _("ENCRYPTED"),
        "card": _("CARD"),
        "out": _("OUTBOX"),
    }[state]


def _name_width(width: int) -> int:
    period = _PERIOD + 1 if width >= _WITH_PERIOD else 0
    return max(width - _STATE - _PARTY - _MOMENT - 3 - period, 12)


def _months(period: str) -> str:
    """Return a period of whole months by its months."""
    start, _dots, end = period.partition("..")
    return f"{start[:7]}–{end[:7]}" if end else period or "–"


def _labelled(label: str, text: str, tone: Tone = "plain") -> Paragraph:
    return Paragraph((Piece(f"{label:<9} ", "label"), Piece(text, tone)), 10)
