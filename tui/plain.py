"""The review as running text, for a screen reader, a pipe or a terminal that is too small: the same decisions, line by line.

Comes in: a desk and lines that a person (or a file) says. Goes out: sentences, and calls of the desk. The letters are the
screen's; what a decision needs is asked for in full sentences, one at a time. It decides nothing by itself, and says
"Saved" only when the desk has returned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from exchange.checks.findings import CellRef, Severity
from exchange.errors import DecisionRefused, EnblanketError
from exchange.figures import kroner
from exchange.language import quoted, translate_plural
from exchange.language import translate as _
from exchange.review.decisions import Verb
from exchange.review.desk import Batch, Desk
from exchange.review.filtering import Filter, read_week
from exchange.review.listing import Choice
from exchange.review.open_list import OPEN, Entry, Status
from exchange.review.sources import Sources
from exchange.workspace.wording import decided, status_word
from tui.dossier import Dossiers
from tui.evidence_text import kind_word, words_of
from tui.room import NoSources
from tui.spoken import finding_lines, in_speech, letter_lines, source_lines, spoken
from tui.text import moment_text

T = TypeVar("T")
Ask = Callable[[str], str | None]
"""Puts a question and returns the line that was said; None where nobody says anything any more."""
Tell = Callable[[str], None]


def plain_lines(entries: Sequence[Entry], dossiers: Dossiers, heading: str) -> Iterator[str]:
    """Yield the whole open list, one finding after the other, each with its number and id."""
    yield dossiers.script.show(heading)
    yield translate_plural("{count} finding", "{count} findings", len(entries)).format(count=len(entries))
    for number, entry in enumerate(entries, start=1):
        yield ""
        yield from _listed_lines(entry, number, len(entries), dossiers)
    if entries:
        yield ""
        yield _("Decide with: enblanket decide ID accept|correct|reject|ask --reason TEXT")


def _listed_lines(entry: Entry, number: int, count: int, dossiers: Dossiers) -> Iterator[str]:
    yield _("Finding {number} of {count}, {status}").format(
        number=number, count=count, status=status_word(entry.status)
    )
    yield f"id {entry.finding.finding_id}"
    yield from (paragraph.text.rstrip() for paragraph in dossiers.of(entry) if paragraph.pieces)


class _Ended(Exception):
    """There are no more lines."""


@dataclass(slots=True)
class PlainReview:
    """One conversation.

    Attributes:
        heading: whose workspace this is, already safe to show.
    """

    desk: Desk
    dossiers: Dossiers
    heading: str
    ask: Ask
    tell: Tell
    sources: Sources = field(default_factory=NoSources)
    _wanted: Filter = field(default_factory=Filter)
    _place: int = 0
    _failed: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        """Speak without shapes."""
        self.dossiers = replace(self.dossiers, script=spoken(self.dossiers.script))

    def run(self) -> None:
        """Talk until the person says q, or says nothing any more."""
        self.tell(self.heading)
        self._tell_count()
        self.tell(_("Say a letter and press Enter: h tells all letters, q ends."))
        self._tell_finding()
        try:
            while self._hear(self._said(_("What now?"))):
                pass
        except _Ended:
            pass
        self.tell(_("The review has ended; everything decided is saved."))

    def _hear(self, line: str) -> bool:
        word, _blank, rest = line.strip().partition(" ")
        if word.startswith("/") and len(word) > 1:
            word, rest = "/", line.strip()[1:]
        if word in ("q", "quit"):
            return False
        commands = self._commands()
        if word not in commands:
            self.tell(
                _("{text} is no letter that is known here; h tells all of them.").format(
                    text=self._quoted(line)
                )
            )
            return True
        self._do(lambda: commands[word](rest.strip()))
        return True

    def _do(self, deed: Callable[[], None]) -> None:
        try:
            deed()
        except (EnblanketError, OSError) as refusal:
            text = str(refusal) if isinstance(refusal, EnblanketError) else refusal.strerror or str(refusal)
            self._say(_("NOT saved: {why} Nothing was changed.").format(why=text.rstrip(".") + "."))

    def _store(self, call: Callable[[], T], then: Callable[[T], None]) -> None:
        """Have the desk store something, and tell what came of it; what the disk or the ledger refused can be tried again."""
        self._failed = None
        try:
            done = call()
        except DecisionRefused:
            raise
        except (EnblanketError, OSError):
            self._failed = lambda: self._store(call, then)
            raise
        then(done)

    def _try_again(self) -> None:
        if self._failed is None:
            self.tell(_("Nothing failed that could be tried again."))
        else:
            self._failed()

    def _commands(self) -> Mapping[str, Callable[[str], None]]:
        return {
            "": lambda _rest: self._tell_finding(),
            "h": lambda _rest: self._tell_letters(),
            "?": lambda _rest: self._tell_letters(),
            "j": lambda _rest: self._go(self._place + 1),
            "k": lambda _rest: self._go(self._place - 1),
            "J": lambda _rest: self._go_open(1),
            "K": lambda _rest: self._go_open(-1),
            "g": lambda _rest: self._go(0),
            "G": lambda _rest: self._go(self.desk.listing.count(self._wanted) - 1),
            ":": self._go_to,
            "/": self._search,
            "!": lambda _rest: self._errors_only(),
            "O": lambda _rest: self._statuses_only(OPEN),
            "Q": lambda _rest: self._statuses_only(frozenset({"asked"})),
            "p": lambda rest: self._one_only("party", rest),
            "W": lambda rest: self._one_only("week", rest),
            "R": lambda rest: self._one_only("rule", rest),
            "0": lambda _rest: self._narrow(Filter()),
            "n": lambda _rest: self._go(self._place + 1),
            "N": lambda _rest: self._go(self._place - 1),
            "o": lambda _rest: self._tell_sources(),
            "a": lambda rest: self._decide("accept", rest),
            "e": lambda rest: self._decide("correct", rest),
            "x": lambda rest: self._decide("reject", rest),
            "s": lambda rest: self._decide("ask", rest),
            "b": self._decide_as_answered,
            "A": lambda rest: self._decide_all("accept", rest),
            "E": lambda rest: self._decide_all("correct", rest),
            "X": lambda rest: self._decide_all("reject", rest),
            "S": lambda rest: self._decide_all("ask", rest),
            "c": self._note,
            "r": lambda _rest: self._try_again(),
            "u": lambda _rest: self._undo(),
            "U": lambda _rest: self._redo(),
            "H": lambda _rest: self._tell_history(),
        }

    def _entry(self) -> Entry | None:
        rows = self.desk.listing.rows(self._wanted, self._place, 1)
        return rows[0] if rows else None

    def _say(self, text: str) -> None:
        self.tell(self.dossiers.script.show(text))

    def _quoted(self, text: str) -> str:
        return self.dossiers.script.show(quoted(text.strip()[:40]))

    def _said(self, question: str) -> str:
        line = self.ask(self.dossiers.script.show(question))
        if line is None:
            raise _Ended
        return line

    def _tell_count(self) -> None:
        count = self.desk.listing.count(self._wanted)
        tally = self.desk.listing.tally(self._wanted)
        text = translate_plural(
            "There is {count} finding, {open} of them undecided.",
            "There are {count} findings, {open} of them undecided.",
            count,
        )
        self._say(text.format(count=count, open=tally.open))
        kept = self.desk.read_only
        if kept is not None:
            text = _("You can read only: {who} has had the review open on {host} since {since}.")
            self._say(text.format(who=kept.who, host=kept.host, since=moment_text(kept.since)))

    def _tell_finding(self) -> None:
        entry, count = self._entry(), self.desk.listing.count(self._wanted)
        if entry is None:
            self.tell(_("No finding fits."))
            return
        for line in finding_lines(entry, self._place + 1, count, self.dossiers):
            self.tell(line)

    def _tell_sources(self) -> None:
        entry = self._entry()
        for line in source_lines(entry, self.sources, self.dossiers) if entry else ():
            self.tell(line)

    def _tell_letters(self) -> None:
        for line in letter_lines():
            self._say(line)

    def _go(self, place: int) -> None:
        count = self.desk.listing.count(self._wanted)
        if not 0 <= place < count:
            self.tell(_("That was the last one.") if place > 0 else _("That was the first one."))
            return
        self._place = place
        self._tell_finding()

    def _go_open(self, step: int) -> None:
        place = self.desk.listing.next_open(self._wanted, self._place, step)
        if place is None:
            self.tell(_("There is no undecided finding that way."))
        else:
            self._go(place)

    def _go_to(self, text: str) -> None:
        text = text or self._said(_("Which finding? Say its number, or the first digits of its id."))
        wanted = text.strip().lower()
        if wanted.isdecimal() and 1 <= int(wanted) <= self.desk.listing.count(self._wanted):
            self._go(int(wanted) - 1)
            return
        found = self.desk.listing.starting(wanted) if wanted else ()
        place = self.desk.listing.place_of(found[0], self._wanted) if len(found) == 1 else None
        if place is None:
            self.tell(_("No one finding here is called {text}.").format(text=self._quoted(text)))
        else:
            self._go(place)

    def _search(self, text: str) -> None:
        text = text or self._said(_("What to look for? An empty line shows all again."))
        self._narrow(replace(self._wanted, search=text.strip()))

    def _errors_only(self) -> None:
        errors: frozenset[Severity] = frozenset({"error"})
        wanted = Filter().severities if self._wanted.severities == errors else errors
        self._narrow(replace(self._wanted, severities=wanted))

    def _statuses_only(self, statuses: frozenset[Status]) -> None:
        wanted = None if self._wanted.statuses == statuses else statuses
        self._narrow(replace(self._wanted, statuses=wanted))

    def _one_only(self, choice: Choice, text: str) -> None:
        """Leave the findings of one party, week or rule; an empty line lets all of them through again."""
        known = [value for value, _count in self.desk.listing.choices(choice)]
        if not text:
            self._say(_("There are: {choices}.").format(choices=", ".join(known)))
        said = (text or self._said(_("Which one? An empty line shows all again."))).strip()
        found = tuple(value for value in known if value.casefold() == said.casefold())
        if said and not found:
            self._say(_("{text} is none of them.").format(text=self._quoted(said)))
            return
        self._narrow(_with_one(self._wanted, choice, found))

    def _narrow(self, wanted: Filter) -> None:
        self._wanted, self._place = wanted, 0
        self._tell_count()
        self._tell_finding()

    def _decide(self, verb: Verb, reason: str) -> None:
        entry = self._entry()
        if entry is None:
            self.tell(_("No finding fits."))
            return
        cell = self._cell(entry) if verb == "correct" else None
        value = (
            self._said(_("Which value is right? Write it as it shall stand.")).strip()
            if verb == "correct"
            else None
        )
        self._tell_effect(entry, verb, value, cell)
        said = reason or self._reason(verb)
        finding_id = entry.finding.finding_id
        self._store(lambda: self.desk.decide(finding_id, verb, said, value, cell), self._tell_saved)

    def _decide_as_answered(self, reason: str) -> None:
        entry = self._entry()
        if entry is None:
            self.tell(_("No finding fits."))
        else:
            finding_id = entry.finding.finding_id
            self._store(lambda: self.desk.decide_as_answered(finding_id, reason), self._tell_saved)

    def _tell_saved(self, done: Entry) -> None:
        self._say(
            _("Saved in the ledger: finding {number} is {status}.").format(
                number=self._place + 1, status=status_word(done.status)
            )
        )
        self._judge_anew()

    def _tell_effect(self, entry: Entry, verb: Verb, value: str | None, cell: CellRef | None) -> None:
        """Say what the decision would change, before it is made.

        Raises:
            DecisionRefused: it does not fit the finding.
        """
        effect = self.desk.preview(entry.finding.finding_id, verb, value, cell)
        if effect.refused:
            raise DecisionRefused(effect.refused)
        if effect.corrections and effect.dkk is not None:
            amount = kroner(effect.dkk).rstrip(".")
            self._say(_("Settlement and claims would change by {amount}.").format(amount=amount))

    def _cell(self, entry: Entry) -> CellRef | None:
        cells = {item.ref: item for item in entry.finding.evidence if item.field not in dict(item.key)}
        if len(cells) < 2:
            return None
        for number, item in enumerate(cells.values(), start=1):
            self.tell(in_speech(f"{number} {self.dossiers.cell(item).text}"))
        text = self._said(
            _("Which cell is wrong? Say its number; an empty line takes the proposed one.")
        ).strip()
        if not text:
            return None
        refs = list(cells)
        if not text.isdecimal() or not 1 <= int(text) <= len(refs):
            raise EnblanketError(_("{text} is the number of no cell.").format(text=self._quoted(text)))
        return refs[int(text) - 1]

    def _reason(self, verb: Verb) -> str:
        question = {
            "accept": _("Why? It stands in the ledger; an empty line gives no reason."),
            "correct": _("Why is that right? It stands in the ledger and in the package."),
            "reject": _("Why does the finding not hold? It stands in the ledger and in the package."),
            "ask": _("What do you want to know? The question is sent to the party."),
        }[verb]
        return self._said(question).strip()

    def _decide_all(self, verb: Verb, reason: str) -> None:
        count = self.desk.listing.count(self._wanted)
        value = self._said(_("Which value is right for all of them?")).strip() if verb == "correct" else None
        said = reason or self._reason(verb)
        question = _(
            "This decides all {count} findings that fit. Say {count} to do it; anything else does nothing."
        )
        if self._said(question.format(count=count)).strip() != str(count) or not count:
            self.tell(_("Nothing was changed."))
            return
        ids = self.desk.listing.ids(self._wanted)
        self._store(lambda: self.desk.decide_all(ids, verb, said, value), self._tell_batch)

    def _tell_batch(self, batch: Batch) -> None:
        text = _("Saved in the ledger: {decided} decided, {refused} refused.")
        self._say(text.format(decided=len(batch.decided), refused=len(batch.refused)))
        for refused in batch.refused:
            self._say(f"{refused.finding_id[:12]}: {refused.why}")
        self._judge_anew()

    def _note(self, text: str) -> None:
        entry = self._entry()
        if entry is not None:
            note = (text or self._said(_("What to note? It decides nothing."))).strip()
            finding_id = entry.finding.finding_id
            self._store(
                lambda: self.desk.note(finding_id, note),
                lambda _done: self.tell(_("Saved in the ledger: the note.")),
            )

    def _undo(self) -> None:
        self._store(self.desk.undo, self._tell_undone)

    def _tell_undone(self, done: Sequence[Entry]) -> None:
        self._say(
            self._of_many(_("Undone in the ledger: {count}."), len(done))
            if done
            else _("There is nothing to undo.")
        )
        self._judge_anew()

    def _redo(self) -> None:
        self._store(self.desk.redo, self._tell_redone)

    def _tell_redone(self, done: Sequence[Entry]) -> None:
        self._say(
            self._of_many(_("Done again in the ledger: {count}."), len(done))
            if done
            else _("There is nothing to do again.")
        )
        self._judge_anew()

    def _of_many(self, text: str, count: int) -> str:
        return text.format(
            count=translate_plural("{count} finding", "{count} findings", count).format(count=count)
        )

    def _tell_history(self) -> None:
        entry = self._entry()
        told = self.desk.history(entry.finding.finding_id) if entry else ()
        for one in told:
            said = f" {quoted(words_of(one))}" if one.text else ""
            what = decided(one.verb) if one.verb else kind_word(one)
            self._say(f"{moment_text(one.when)} {in_speech(one.who)}: {what}{said}")
        if not told:
            self.tell(_("Nothing was said of it yet."))

    def _judge_anew(self) -> None:
        """Judge corrected rows, and stay on the finding where it is still there."""
        entry = self._entry()
        if self.desk.is_stale and self.desk.rejudge():
            self._tell_count()
        place = self.desk.listing.place_of(entry.finding.finding_id, self._wanted) if entry else None
        self._place = (
            place
            if place is not None
            else min(self._place, max(self.desk.listing.count(self._wanted) - 1, 0))
        )


def _with_one(wanted: Filter, choice: Choice, found: tuple[str, ...]) -> Filter:
    """Return the filter that lets through one party, rule or week, or with nothing found all of them."""
    if choice == "party":
        return replace(wanted, parties=found)
    if choice == "rule":
        return replace(wanted, rules=found)
    week = read_week(found[0]) if found else None
    return replace(wanted, weeks=(week, week) if week else None)
