"""CPR numbers in text: where one stands (K01), and how a text is shown without it.

In: any text. Out: whether it holds a number, or the text with each replaced by ``******-****``. No modulus 11: since
2007 numbers are issued that fail it. Everything that leaves the checks passes :func:`masked`.
"""

from __future__ import annotations

import re
import unicodedata

MASK = "******-****"
_SHORTEST = 10

_BLANK = r"[\s\u00ad\u200b-\u200d\u2060\ufeff]"
_HYPHEN = r"[-\u00ad\u058a\u05be\u1400\u1806\u2010-\u2015\u2043\u207b\u208b\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d]"
_DAY = (
    rf"(?:(?:0[1-9]|[12][0-9]|3[01]){_BLANK}?(?:0[13578]|1[02])"
    rf"|(?:0[1-9]|[12][0-9]|30){_BLANK}?(?:0[469]|11)"
    rf"|(?:0[1-9]|[12][0-9]){_BLANK}?02)"
)
_NUMBER = re.compile(
    rf"(?<!\d){_DAY}{_BLANK}?[0-9]{{2}}(?:{_BLANK}?{_HYPHEN}?|{_HYPHEN}{_BLANK})[0-9]{{4}}(?!\d)"
)


def holds_cpr(text: str) -> bool:
    """Return whether the text holds ddmmyy nnnn with ddmm a day of the calendar (29 February always is)."""
    return _NUMBER.search(_in_ascii_digits(text)) is not None


def masked(text: str) -> str:
    """Return the text with every CPR number replaced by ``******-****``."""
    if len(text) < _SHORTEST:
        return text
    plain = _in_ascii_digits(text)
    parts, end = [], 0
    for match in _NUMBER.finditer(plain):
        parts += [text[end : match.start()], MASK]
        end = match.end()
    return "".join((*parts, text[end:]))


def _in_ascii_digits(text: str) -> str:
    """Write the digits of every script as 0-9, one for one."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
