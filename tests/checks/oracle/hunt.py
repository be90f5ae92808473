"""Hunt for a world on which rules and oracle differ: ``python -m tests.checks.oracle.hunt FIRST COUNT``.

The test judges a few worlds; this judges as many as there is time for, each seed from memory and from CSV files, and
prints what either side alone finds. Ends with 1 where a seed differs.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.checks.oracle.random_world import PROFILES, World, control_totals
from tests.checks.oracle.rows import KEYS, Cells
from tests.checks.test_oracle import OURS, found, found_in_files, judged

WORLDS = 12


def united(seed: int) -> dict[str, Sequence[Cells]]:
    """Return the rows of a seed's worlds, with control totals over all of them."""
    worlds = [World(f"{seed}/{number}", f"W{number}").drawn() for number in range(WORLDS)]
    tables: dict[str, Sequence[Cells]] = {
        table: [row for world in worlds for row in world[table]] for table in KEYS
    }
    return tables | {"control_totals": control_totals(tables, str(seed))}


def differences(seed: int) -> list[str]:
    """Return what one side finds and the other does not."""
    tables = united(seed)
    theirs = judged(tables, dict(PROFILES))
    return [
        f"{seed} {who}: {item}"
        for name, ours in (("memory", found(tables, OURS)), ("files", found_in_files(tables, OURS)))
        for who, more in (("oracle alone", theirs - ours), (f"rules alone, {name}", ours - theirs))
        for item in more
    ]


def main() -> int:
    """Judge the seeds that the command line names."""
    first, count = map(int, sys.argv[1:3])
    alike = 0
    for seed in range(first, first + count):
        lines = differences(seed)
        alike += not lines
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()
    sys.stdout.write(f"{alike * WORLDS} of {count * WORLDS} worlds alike\n")
    return int(alike < count)


if __name__ == "__main__":
    sys.exit(main())
