"""What the coordinator of the five-jobcentre agreement decided, and why: the demo's decisions.

Each names its finding by rule and subject, so it outlives a new version of a message. Every blocking finding has one, but for
those that an earlier decision settles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from samples.plants import Answer

_REASONS: Mapping[tuple[str, str], tuple[str, str, str]] = {
    ("R03", "minutes-as-hours"): ("accept", "", "Ringet til mentoren 4/7: det var en kvarters samtale. 15:00 er minutter skrevet som timer."),
    ("F-type-error", "no-such-day"): ("correct", "2016-02-29", "Jobcenteret har samtalen 29. februar; virksomheden bekræfter datoen."),
    ("F-type-error", "no-number"): ("correct", "4.00", "Brøndby har set i vagtplanen: borgeren var der hele dagen, 4 timer."),
    ("R04", "day-month-swapped"): ("accept", "", "Virksomhedens system bytter dag og måned ved import. Jobcenterets 4. maj er rigtig."),
    ("R04", "day-after"): ("accept", "", "Mentoren skrev samtalen ind dagen efter. Jobcenterets dato gælder."),
    ("R03", "clock-as-decimal"): ("reject", "", "1,30 i Brøndbys ark betyder 1 time og 30 minutter. Virksomhedens 1,50 er rigtig og er den, der afregnes efter."),
    ("R06", "other-trainee"): ("accept", "", "Mentoren ramte linjen under. Samtalen var med borgeren i jobcenterets linje; samme jobcenter, samme beløb."),
    ("R06", "other-mentor"): ("accept", "", "Vikaren havde uge 7. Timen er givet, kun navnet er forkert i virksomhedens liste."),
    ("R01", "only-company"): ("accept", "", "Aflyst samme morgen, mentoren glemte at slette den. Timen tages ud."),
    ("R02", "only-jobcentre"): ("accept", "", "Virksomheden bekræfter samtalen i mail 6/7 og har den med i næste indberetning."),
    ("R05", "half-day"): ("reject", "", "Om eftermiddagen var borgeren til møde på jobcenteret, som tæller dagen hel. Begge tal er rigtige."),
    ("M03", "duplicate"): ("accept", "", "Tastet to gange, den anden tæller ikke med."),
    ("M07", "registered-before"): ("accept", "", "Mentoren lagde ugens aftaler ind på forhånd. Begge sider bekræfter, at samtalen blev holdt."),
    ("M01", "after-the-end"): ("accept", "", "Opfølgning efter at borgeren fik job. Den er ikke med i kravet, og det er aftalt, at den ikke betales."),
    ("A01", "after-the-end"): ("accept", "", "Borgeren var ansat fra 4. april; dagen hører ikke til forløbet og betales ikke."),
    ("M06", "support-while-sick"): ("accept", "", "Mentoren talte med borgeren i telefonen; virksomheden retter aktiviteten til samtale."),
    ("P03", "too-long"): ("accept", "", "Hvidovre forkorter forløbet til 26 uger og sender en ny slutdato i juli."),
    ("P04", "same-person"): ("accept", "", "Borgeren flyttede 1. april. Ballerup skulle have lukket forløbet; de to ugers dobbeltbetaling modregnes i Ballerups næste krav."),
    ("P09", "no-extension"): ("accept", "", "Forlængelsen blev aftalt mundtligt og ikke skrevet. Albertslund har lagt et notat på sagen."),
    ("C01", "transposed-digits"): ("accept", "", "To cifre byttet om. Ballerup er enig i 21.450 kr."),
    ("C02", "transposed-digits"): ("accept", "", "Kravet sættes ned til det afregnede beløb, 21.450 kr."),
    ("C04", "other-rate"): ("accept", "", "Brøndbys skabelon havde en sats fra en anden aftale. Aftalens 275 kr. gælder."),
    ("C02", "other-rate"): ("accept", "", "Kravet regnes om med 275 kr. i timen."),
    ("C02", "vacant-place"): ("accept", "", "Pladsen stod tom fra 2. april. Der betales kun for pladser, som nogen har."),
    ("C07", "vacant-place"): ("accept", "", "De 39 timer er pladsen, der stod tom; beløbet er sat ned."),
    ("C06", "claimed-twice"): ("accept", "", "Hvidovre trækker det andet krav for april tilbage. Kun det første betales."),
    ("C07", "week-without-mentor"): ("accept", "", "Mentoren var på kursus i uge 20. Hvidovre betaler efter aftalen for pladsen, og timerne gives i august."),
    ("K01", "number-in-note"): ("accept", "", "Nummeret hører ikke til i en bemærkning og streges over."),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleDecision:
    """One decision, naming its finding by rule and subject; ``value`` is set for ``correct`` alone."""

    rule: str
    subject: Mapping[str, str]
    verb: str
    reason: str
    value: str | None = None


def decisions(answers: Sequence[Answer]) -> Iterator[SampleDecision]:
    """Return the decisions in the order the coordinator took them."""
    for (rule, story), (verb, value, reason) in _REASONS.items():
        for answer in answers:
            if (answer.rule, answer.story) == (rule, story):
                yield SampleDecision(
                    rule=rule, subject=answer.subject, verb=verb, reason=reason, value=value or None
                )
