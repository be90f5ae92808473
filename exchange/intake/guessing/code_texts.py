"""What the texts of a coded column mean: by the form's list, by a legend on the sheet, or not at all.

In: texts and the sheet's other cells. Out: a :class:`CodeChoice`. Refuses nothing: a word that senders use for several codes is
a doubt, whatever the form's list says of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from exchange.form.codes import code_list
from exchange.intake.cells import Row
from exchange.intake.guessing.proposal import CodeChoice
from exchange.intake.guessing.vocabulary import folded, vocabulary
from exchange.intake.words import plain, squeezed

Legend = Mapping[str, str]
_JOBCENTRE = re.compile(r"jobcent(?:er|re) ", re.IGNORECASE)


def legend_of(rows: Iterable[Row]) -> Legend:
    """Return what short codes mean by the sheet's own words: ``S = syg, F = ferie``, ``S syg · BS barn syg``, ``S | syg``."""
    found: dict[str, str] = {}
    for row in rows:
        texts = [squeezed(cell.text) for _column, cell in sorted(row.cells.items()) if cell.kind == "text"]
        for text in texts:
            found |= {code: words for code, words in _pairs(text) if code not in found}
        if len(texts) == 2 and len(texts[0]) <= 3:
            found.setdefault(plain(texts[0]), texts[1])
    return found


def _pairs(text: str) -> Iterable[tuple[str, str]]:
    parts = [part.strip() for part in re.split(r"[,;·•|/()\n]|(?<=\w)\. ", text)]
    for part in parts:
        match = re.fullmatch(r"(?:[\w .]+: *)?([^\W\d_]{1,3})(?: *[=:–-] *| +)([^\W\d_][\w .-]+)", part)
        if match and (len(parts) > 1 or "=" in part):
            yield plain(match[1]), match[2].strip(" .")


def codes_of(texts: Sequence[str], name: str, legend: Legend) -> CodeChoice:
    """Return what must be written of a coded column's texts.

    Args:
        texts: the distinct texts.
        name: the code list.
        legend: the sheet's own words for its codes.
    """
    codes: dict[str, str] = {}
    doubtful: dict[str, tuple[str, ...]] = {}
    for text in texts:
        said = legend.get(plain(text))
        found = _meant(said or text, name)
        if found is None:
            doubtful[text] = _likely(said or text, name)
        elif code_list(name).find(text) != found:
            codes[text] = found
    return CodeChoice(codes=codes, doubtful=doubtful)


def _meant(text: str, name: str) -> str | None:
    return None if folded(text) in vocabulary().doubtful.get(name, {}) else code_list(name).find(text)


def _likely(text: str, name: str) -> tuple[str, ...]:
    """Return codes that an unknown text is near: a known double meaning, a typo, or the same first letters."""
    said = vocabulary().doubtful.get(name, {}).get(folded(text))
    if said:
        return said
    from rapidfuzz import fuzz

    own = folded(_JOBCENTRE.sub("", text))
    near = [
        (fuzz.ratio(own, folded(word)), code.code)
        for code in code_list(name).codes
        for word in code.words()
        if fuzz.ratio(own, folded(word)) >= 84
        or (2 <= len(own) <= 4 and folded(word).startswith(own) and name != "municipality")
    ]
    return tuple(dict.fromkeys(code for _score, code in sorted(near, key=lambda one: -one[0])))[:3]
