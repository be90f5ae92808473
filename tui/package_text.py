"""What is told of a judged package: the verdict in full, whose keys signed it, what is inside. Values in, paragraphs out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from exchange.figures import number
from exchange.language import translate as _
from exchange.sealing.certificates import Certificate
from exchange.sealing.container import SignatureFacts
from exchange.sealing.descriptor import Descriptor
from exchange.sealing.fingerprint_words import grouped_words
from exchange.workspace.package_book import Examined, Offered, PackageLine, State
from exchange.workspace.wording import answer_word, verdict_word
from tui.paragraphs import BLANK, Paragraph, Piece, Tone
from tui.text import Script, date_text, fit_right, moment_text

TONES: dict[State, Tone] = {
    "valid": "good",
    "unknown-key": "warning",
    "invalid": "error",
    "unsigned": "error",
    "key-expired": "warning",
    "locked": "warning",
    "card": "label",
    "out": "plain",
}
GLYPHS: dict[State, tuple[str, str]] = {
    "valid": ("✓", "v"),
    "unknown-key": ("!", "!"),
    "invalid": ("✗", "x"),
    "unsigned": ("○", "o"),
    "key-expired": ("~", "~"),
    "locked": ("#", "#"),
    "card": ("@", "@"),
    "out": ("→", ">"),
}
SIGNS: Mapping[bool | None, tuple[str, str]] = {True: ("✓", "v"), False: ("✗", "x"), None: ("–", "-")}


@dataclass(frozen=True, slots=True)
class PackageText:
    """Writes with one script."""

    script: Script

    def of(self, row: PackageLine, examined: Examined | None) -> Sequence[Paragraph]:
        """Return what is known of a package; with ``examined`` everything that can be judged here."""
        show = self.script.show
        return [
            Paragraph((Piece(show(row.name), "strong"),), 2),
            Paragraph(
                (
                    Piece(self.state(row), TONES[row.state]),
                    Piece(show("" if row.kind == "sent" else self._word(row))),
                )
            ),
            BLANK,
            *(() if not row.period else (labelled(_("PERIOD"), show(row.period)),)),
            *(() if not row.sequence else (labelled(_("NUMBER"), number(row.sequence)),)),
            *(() if not row.at else (labelled(_("WHEN"), moment_text(show(row.at))),)),
            *(labelled(_("FAULT"), show(code)) for code in row.codes),
            *(() if not row.sha256 else (labelled("sha256", row.sha256),)),
            *(() if row.receipt is None else (labelled(_("RECEIPT"), show(str(row.receipt))),)),
            BLANK,
            *(self._hint(row) if examined is None else self.all_of(examined)),
        ]

    def state(self, row: PackageLine) -> str:
        """Return a signature's glyph and word; of what was sent, how it stands."""
        glyph = GLYPHS[row.state][self.script.ascii]
        if row.kind == "sent":
            return self.script.show(f"{glyph} {self._word(row).strip()}")
        return f"{glyph} {state_word(row.state)}"

    def all_of(self, examined: Examined) -> Sequence[Paragraph]:
        """Return everything that was judged."""
        show, verdict = self.script.show, examined.verdict
        checks = [
            Paragraph(
                (
                    Piece(f"{SIGNS[one.ok][self.script.ascii]} ", "good" if one.ok else "error" if one.ok is False else "dim"),
                    Piece(show(one.detail + (f" [{one.code}]" if one.code else ""))),
                ),
                2,
            )
            for one in verdict.checks
        ]  # fmt: skip
        return [
            labelled(_("VERDICT"), verdict_word(verdict.verdict)),
            *checks,
            BLANK,
            *(paragraph for one in examined.signatures for paragraph in self._signer(one)),
            *self._findings(examined),
            labelled(_("CONTENTS"), _("{count} files").format(count=number(len(examined.files)))),
            *(
                Paragraph((Piece(f"{fit_right(number(size), 12)}  {show(name)}"),), 14)
                for name, size in examined.files
            ),
            BLANK,
            *self._chain(examined),
        ]

    def _signer(self, one: SignatureFacts) -> Sequence[Paragraph]:
        if one.certificate is None:
            return ()
        show = self.script.show
        label = _("SIGNED") if one.number == 1 else _("AND BY")
        name = one.certificate.name if one.pin is None else one.pin.name
        return (
            labelled(label, show(name)),
            *(() if one.at is None else (labelled("", _("{when}, by the signer’s own clock").format(when=moment_text(one.at.isoformat()))),)),
            labelled(_("KEY"), show(one.certificate.fingerprint)),
            labelled("", _("trusted here") if one.pin else _("NOT known here: compare it before you trust it"), "good" if one.pin else "warning"),
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
        return (labelled(_("FINDINGS"), text),)

    def _chain(self, examined: Examined) -> Sequence[Paragraph]:
        package = examined.verdict.package
        if package is None:
            return ()
        own = package.descriptor.sequence
        if examined.former is None:
            text = _("number {number}; none before it is known here").format(number=own)
        else:
            text = _("number {number}; before it here: {former}").format(number=own, former=examined.former)
        return (labelled(_("CHAIN"), text),)

    def keys(self, examined: Examined) -> list[Paragraph]:
        """Return whose keys signed a package, with the whole fingerprint of each in digits and in words."""
        told: list[Paragraph] = []
        for one in examined.signatures:
            trusted = one.pin is not None
            told.append(self._heading(_("SIGNED") if one.number == 1 else _("AND BY")))
            if one.certificate is None:
                told.append(Paragraph((Piece(self.script.show(one.detail), "error"),)))
                continue
            told += self._key(one.certificate)
            word = _("trusted here") if trusted else _("NOT known here: compare it before you trust it")
            told += [labelled(_("TRUST"), word, "good" if trusted else "warning"), BLANK]
        return told or [Paragraph((Piece(_("No signature could be read."), "error"),))]

    def card(self, offered: Offered, standing: str) -> list[Paragraph]:
        """Return a card's key and what it is to those trusted here."""
        party = offered.pin.party or _("no card")
        return [
            labelled(_("PARTY"), self.script.show(party)),
            *self._key(offered.pin.certificate),
            labelled(_("TRUST"), self.script.show(standing)),
        ]

    def manifest(self, examined: Examined) -> list[Paragraph]:
        """Return what a package says of itself, and each file that its signature stands over."""
        show, package = self.script.show, examined.verdict.package
        files = [
            Paragraph((Piece(f"{fit_right(number(size), 12)}  {show(name)}"),), 14)
            for name, size in examined.files
        ]
        facts = () if package is None else _facts(package.descriptor)
        return [
            *(labelled(label, show(text)) for label, text in facts),
            labelled("sha256", examined.verdict.sha256),
            BLANK,
            self._heading(_("{count} files").format(count=number(len(examined.files)))),
            *files,
        ]

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
            said = [_("p shows its fingerprint, t compares it with what its owner reads out.")]
        elif row.path is None:
            said = [_("Its bytes lie here no more.")]
        else:
            waits = (
                [_("i takes it in and writes the receipt; R rejects it.")] if row.kind == "waiting" else []
            )
            judged = _("v judges it again, offline; p shows the key, m what is inside.")
            said = [*self._warning(row.state), judged, *waits]
        return [Paragraph((Piece(one),)) for one in said]

    def _warning(self, state: State) -> Sequence[str]:
        """Return what is wrong with a signature and what to do, in a sentence."""
        said = {
            "invalid": _(
                "It is not opened: what was signed is not what lies here. Ask its sender to send it again."
            ),
            "unsigned": _("Nobody signed it: ask its sender for a sealed package."),
            "unknown-key": _(
                "Nobody here trusts its key. Ask its sender for the card; p shows the words to compare on the phone, t trusts the card."
            ),
            "key-expired": _("Its key is no longer in force. Ask its sender for the card that is."),
            "locked": _("It is encrypted: i asks for the passphrase and takes it in."),
        }
        return [said[state]] if state in said else []

    def _key(self, certificate: Certificate) -> Iterator[Paragraph]:
        digits, words = certificate.fingerprint.split(), grouped_words(certificate.sha256)
        yield labelled(_("NAME"), self.script.show(certificate.name))
        yield labelled(_("KEY"), " ".join(digits[:8]))
        yield labelled("", " ".join(digits[8:]))
        for start in range(0, len(words), 2):
            yield labelled("" if start else _("WORDS"), "   ".join(words[start : start + 2]))
        first, last = certificate.not_before.date(), certificate.not_after.date()
        yield labelled(_("VALID"), f"{date_text(first.isoformat())} - {date_text(last.isoformat())}")

    def _heading(self, text: str) -> Paragraph:
        return Paragraph((Piece(text, "label"),))


def _facts(descriptor: Descriptor) -> Sequence[tuple[str, str]]:
    return (
        (_("FROM"), descriptor.sender),
        (_("TO"), descriptor.recipient),
        (_("AGREEMENT"), f"{descriptor.agreement_id} {descriptor.jobcentre}"),
        (_("PERIOD"), str(descriptor.period)),
        (_("NUMBER"), number(descriptor.sequence)),
        (_("SEALED"), moment_text(descriptor.created)),
        (_("FORM"), descriptor.form_version),
        (_("RULES"), f"{descriptor.rule_set_version} {descriptor.rule_set_sha256[:16]}"),
        (_("PROGRAM"), f"enblanket {descriptor.software_version}"),
        (_("HISTORY"), ", ".join(one[:16] for one in descriptor.ledger_head)),
    )


def labelled(label: str, text: str, tone: Tone = "plain") -> Paragraph:
    """Return a paragraph behind a label of nine cells."""
    return Paragraph((Piece(f"{label:<9} ", "label"), Piece(text, tone)), 10)


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
