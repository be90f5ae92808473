"""Figures and dates as people write them: ``10.725,00`` and ``13.04.2016`` in Danish, ``10,725.00`` and ``2016-04-13`` in English.

Exact values in, text out, and back where a person types; nothing is rounded but to the decimals asked for. Never used
where a machine reads.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from exchange.language import choose

_TYPED_NUMBER = re.compile(r"(-?)(\d+|\d{1,3}(?:\.\d{3})+),(\d+)", re.ASCII)
_TYPED_DAY = re.compile(r"(\d{1,2})[.\-/](\d{1,2})[.\-/](\d{4})", re.ASCII)


def number(value: Decimal | int, decimals: int | None = None) -> str:
    """Return the number with thousands apart; ``decimals`` None keeps those it has."""
    exact = Decimal(value)
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return _danish(f"{exact:,f}") if choose("da", "en") == "da" else f"{exact:,f}"


def kroner(amount: Decimal) -> str:
    """Return an amount with two decimals and its unit, ``10.725,00 kr.``."""
    return choose("{figure} kr.", "DKK {figure}").format(figure=number(amount, 2))


def hours(amount: Decimal) -> str:
    """Return hours with two decimals, without a unit."""
    return number(amount, 2)


def day(value: date) -> str:
    """Return a date with day, month and year."""
    return choose(f"{value:%d.%m.%Y}", value.isoformat())


def typed_number(text: str) -> str | None:
    """Return ``1.234,50`` as ``1234.50``; None where no decimal comma says that it is Danish, and in English."""
    found = _TYPED_NUMBER.fullmatch(text.strip()) if choose("da", "en") == "da" else None
    return f"{found[1]}{found[2].replace('.', '')}.{found[3]}" if found else None


def typed_day(text: str) -> str | None:
    """Return ``13.04.2016`` as ``2016-04-13``; None where it is written otherwise, and in English."""
    found = _TYPED_DAY.fullmatch(text.strip()) if choose("da", "en") == "da" else None
    return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else None


def _danish(english: str) -> str:
    return english.translate({ord(","): ".", ord("."): ","})
