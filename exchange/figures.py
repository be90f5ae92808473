"""Figures and dates as people write them: ``10.725,00`` and ``13.04.2016`` in Danish, ``10,725.00`` and ``2016-04-13`` in English.

Exact values in, text out; nothing is rounded but to the decimals asked for. Never used where a machine reads.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from exchange.language import choose


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


def _danish(english: str) -> str:
    return english.translate({ord(","): ".", ord("."): ","})
