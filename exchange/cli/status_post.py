"""What ``status`` says of what is to leave the house, and what comes next where no agreement lies.

The ledger and ``post.toml`` come in; lines, JSON values and the next command go out. A receipt that no way carries is
named, since its sender waits for it and ``send`` alone would leave it where it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exchange.language import translate_plural

if TYPE_CHECKING:
    from exchange.workspace.folder import Workspace
    from exchange.workspace.posting import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What is still to be sent.

    Attributes:
        by_post: whether something waits that a way of post.toml carries.
        stuck: the receipts that wait and that none carries.
    """

    by_post: bool
    stuck: Sequence[Item]


def leaving(workspace: Workspace) -> Leaving:
    """Return what waits to be sent.

    Raises:
        WorkspaceError: ``post.toml`` says something that is not understood.
    """
    from exchange.post.settings import read_settings
    from exchange.workspace.posting import items

    settings = read_settings(workspace.folder)
    going = items(workspace.ledger.events(), workspace.clock().date())
    waiting = [one for one in going if one.is_waiting()]
    without = [one for one in waiting if settings.way_to(one.party) is None]
    return Leaving(
        by_post=len(without) < len(waiting), stuck=[one for one in without if one.kind == "receipt"]
    )


def next_without_agreement(workspace: Workspace, left: Leaving) -> str:
    """Return what comes next where no agreement lies: an auditor needs none."""
    from exchange.post.settings import read_settings

    if workspace.owner.party.role != "auditor":
        return "enblanket agreement add FILE.toml"
    if not workspace.chronicle().trusted:
        return "enblanket keys trust LEAD.card"
    if left.stuck:
        return "enblanket send"
    return "enblanket fetch" if read_settings(workspace.folder).ways else "enblanket receive FILE"


def told(left: Leaving) -> Iterator[str]:
    """Give a line for each party whose receipts no way carries."""
    for party, count in sorted(Counter(one.party for one in left.stuck).items()):
        yield translate_plural(
            "  {count} receipt for {party} has no way out: name one in post.toml, or hand it over and say “enblanket post sent NAME”",
            "  {count} receipts for {party} have no way out: name one in post.toml, or hand them over and say “enblanket post sent NAME”",
            count,
        ).format(count=count, party=party)


def as_json(left: Leaving) -> list[dict[str, object]]:
    """Return a record for each receipt that no way carries."""
    return [{"name": one.name, "to": one.party} for one in left.stuck]
