"""How long to wait between two looks, and what of a look is news: figures and words in, seconds and words out; pure.

A way that does not work is asked less and less often, up to an hour; one look without a failure makes it often again. What
was told in the last look is not told again, so that a log of a month without a network is one line.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LONGEST = 3600.0


def pause_after(every: float, failures: int) -> float:
    """Return the seconds until the next look.

    Args:
        every: seconds where all is well.
        failures: how many looks in a row had a failure.
    """
    return min(max(every, LONGEST), every * 2.0 ** min(failures, 20))


@dataclass(slots=True)
class News:
    """What was told in the last look and in this one."""

    before: set[str] = field(default_factory=set)
    now: set[str] = field(default_factory=set)

    def is_new(self, words: str) -> bool:
        """Whether the last look did not say so, nor this one so far."""
        known = words in self.before or words in self.now
        self.now.add(words)
        return not known

    def turn(self) -> None:
        """Begin the next look."""
        self.before, self.now = self.now, set()
