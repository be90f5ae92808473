"""Make the samples: ``python -m samples.make [FOLDER]``. Same seed, same bytes, on any machine.

Writes ``agreements/``, ``exports/``, ``answers.jsonl`` and ``decisions.jsonl`` beside this file or into FOLDER. The answer
key comes from what was planted (:mod:`samples.plants`); nothing here asks the product what it finds.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from samples import partnerships
from samples.agreement_files import agreement_toml
from samples.coordinator import decisions
from samples.exports import Files, canonical_files, rescue_files
from samples.facts import Books, Placement, Side, Terms
from samples.plants import (
    CREDIT_PLAN,
    FACTORY_PRESENCE,
    RESCUE_PLAN,
    RESCUE_PRESENCE,
    Answer,
    plant_credit,
    plant_factory,
    plant_rescue,
)
from samples.schedule import Course, Plan, Presence, claims, day_rows, hour_rows, presence, sessions

SEED = 20160104


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one agreement's books are made and spoilt."""

    terms: Terms
    placements: Callable[[], list[Placement]]
    plan: Plan
    forced: Presence
    plant: Callable[[Books], list[Answer]]
    attendance_by: tuple[Side, ...] = ("company", "jobcentre")


RECIPES = (
    Recipe(
        terms=partnerships.RESCUE,
        placements=partnerships.rescue_placements,
        plan=RESCUE_PLAN,
        forced=RESCUE_PRESENCE,
        plant=plant_rescue,
    ),
    Recipe(
        terms=partnerships.CREDIT,
        placements=partnerships.credit_placements,
        plan=CREDIT_PLAN,
        forced={},
        plant=plant_credit,
    ),
    Recipe(
        terms=partnerships.FACTORY,
        placements=partnerships.factory_placements,
        plan={},
        forced=FACTORY_PRESENCE,
        plant=plant_factory,
        attendance_by=("company",),
    ),
)


def books_of(recipe: Recipe) -> Books:
    """Return an agreement's books before anything is planted in them."""
    rng = random.Random(f"{SEED} {recipe.terms.id}")
    books = Books(terms=recipe.terms, placements=recipe.placements())
    came = presence(books.placements, recipe.forced, rng)
    course = Course(came=came, plan=recipe.plan, rng=rng)
    books.hours = hour_rows(books, sessions(books, course), rng)
    books.days = day_rows(books, came, recipe.attendance_by)
    if recipe.terms.hourly_rate is not None or recipe.terms.place_rate is not None:
        books.claims = claims(books)
    return books


def spoilt() -> list[tuple[Books, list[Answer]]]:
    """Return each agreement's books with the discrepancies in them, and their answers."""
    made = [(books_of(recipe), recipe) for recipe in RECIPES]
    return [(books, recipe.plant(books)) for books, recipe in made]


def sample_files() -> Files:
    """Return every sample file: path below ``samples/`` with ``/``, and its bytes."""
    files: Files = {}
    answers: list[Answer] = []
    for books, found in spoilt():
        slug = books.terms.slug
        files[f"agreements/{slug}.toml"] = agreement_toml(books)
        for party, sent in _exports(books).items():
            files |= {f"exports/{slug}/{party}/{name}": content for name, content in sent.items()}
        answers += found
    files["answers.jsonl"] = _json_lines(_answer_json(answer) for answer in sorted(answers, key=_order))
    files["decisions.jsonl"] = _json_lines(
        {
            "rule": one.rule,
            "subject": dict(one.subject),
            "verb": one.verb,
            "reason": one.reason,
            **({"value": one.value} if one.value else {}),
        }
        for one in decisions(answers)
    )
    return files


def _exports(books: Books) -> Mapping[str, Files]:
    return rescue_files(books) if books.terms is partnerships.RESCUE else canonical_files(books)


def _order(answer: Answer) -> tuple[str, Sequence[str]]:
    return answer.rule, list(answer.subject.values())


def _answer_json(answer: Answer) -> dict[str, object]:
    return {
        "rule": answer.rule,
        "subject": dict(answer.subject),
        **({"likely_cause": answer.likely_cause} if answer.likely_cause else {}),
        **({"amount_dkk": f"{answer.amount:.2f}"} if answer.amount is not None else {}),
        "story": answer.story,
        "planted": {"da": answer.da, "en": answer.en},
    }


def _json_lines(objects: Iterable[Mapping[str, object]]) -> bytes:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects).encode()


def main(folder: Path) -> int:
    """Write the sample files below a folder and return how many."""
    files = sample_files()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return len(files)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    print(f"{main(target)} files in {target}")
